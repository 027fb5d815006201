// What the telephony engine says, kept once per tab and shared by every island.
// A connection starts with a snapshot and continues with events; a reconnect starts over, so nothing is ever silently old.
import { useEffect, useSyncExternalStore } from "react";

const LONGEST_WAIT = 8000;
const QUIET_BEFORE_CLOSING = 2000; // a page change unmounts and mounts again
const SESSION_ENDED = 4401;
const EMPTY = { connected: false, since: Date.now(), telephony: null, registrations: {}, trunks: {}, calls: {}, held: {}, queues: null, mine: null, ticks: {}, last: null };

let state = EMPTY;
let socket = null;
let users = 0;
let wait = 300;
let retry = null;
let closing = null;
let refused = 0;
const listeners = new Set();
const watched = new Map(); // topic → how many islands look at it

function publish(next) {
  state = { ...state, ...next };
  listeners.forEach((listener) => listener());
}

const drop = (rows, id) => Object.fromEntries(Object.entries(rows).filter(([key]) => key !== String(id)));

const byId = (rows) => Object.fromEntries(rows.map((row) => [row.id, row]));

function reduce(event) {
  switch (event.type) {
    case "snapshot":
      return {
        connected: true,
        since: Date.now(),
        telephony: event.telephony ?? null,
        registrations: event.registrations ?? {},
        trunks: event.trunks ?? {},
        calls: Object.fromEntries((event.calls ?? []).map((call) => [call.id, call])),
        held: Object.fromEntries((event.held ?? []).map((by) => [by, true])),
      };
    case "telephony":
      return { telephony: event };
    case "registration.changed":
      return {
        registrations: {
          ...state.registrations,
          [event.extension_id]: { softphone: event.softphone, browser: event.browser },
        },
      };
    case "trunk.state":
      return { trunks: { ...state.trunks, [event.trunk_id]: event } };
    case "queues":
      return { queues: byId(event.queues) };
    case "queues.changed":
      return { queues: event.gone.reduce(drop, { ...state.queues, ...byId(event.queues) }) };
    case "mine":
      return { mine: event.mine };
    case "phone.held":
      return { held: { ...state.held, [event.by]: event.held } };
    case "call.started":
    case "call.state":
    case "call.step":
      return event.call ? { calls: { ...state.calls, [event.call.id]: event.call } } : {};
    case "call.ended":
      return { calls: drop(state.calls, event.call_id ?? event.call?.id) };
    default:
      return {};
  }
}

function open() {
  clearTimeout(retry);
  const opened = new WebSocket(`${window.location.origin.replace(/^http/, "ws")}/live`);
  socket = opened;
  opened.onopen = tellWatched;
  opened.onmessage = (message) => {
    wait = 300;
    refused = 0;
    const event = JSON.parse(message.data);
    publish({ ...reduce(event), last: event, ticks: { ...state.ticks, [event.type]: (state.ticks[event.type] ?? 0) + 1 } });
  };
  opened.onclose = ({ code }) => {
    if (socket !== opened) return;
    // Once: permissions changed, come back as who one is now. Twice: nobody is signed in any more.
    if (code === SESSION_ENDED && (refused += 1) > 1) return window.location.assign(`/entrar?next=${encodeURIComponent(window.location.pathname)}`);
    socket = null;
    if (state.connected) publish({ connected: false, since: Date.now() });
    if (users > 0) retry = setTimeout(open, (wait = Math.min(wait * 1.8, LONGEST_WAIT)) * (0.7 + 0.6 * Math.random()));
  };
}

function tellWatched() {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ watch: [...watched.keys()] }));
}

function look(topic, more) {
  const many = (watched.get(topic) ?? 0) + more;
  many ? watched.set(topic, many) : watched.delete(topic);
  tellWatched();
}

function close() {
  const old = socket;
  socket = null;
  old?.close();
  clearTimeout(retry);
}

const subscribe = (listener) => (listeners.add(listener), () => listeners.delete(listener));

/** The shared state; the socket is open while anything on the page uses it. */
export function useLive() {
  useEffect(() => {
    users += 1;
    clearTimeout(closing);
    if (!socket) open();
    return () => {
      users -= 1;
      if (users === 0) closing = setTimeout(() => users === 0 && close(), QUIET_BEFORE_CLOSING);
    };
  }, []);
  return useSyncExternalStore(subscribe, () => state, () => EMPTY);
}

/** The shared state, with a `topic` ("queues", "mine") that the server only tells to those who look at it. */
export function useWatched(topic) {
  useEffect(() => {
    look(topic, 1);
    return () => look(topic, -1);
  }, [topic]);
  return useLive();
}
