// The line of one user at the exchange: connection, registration, and the calls on it. JsSIP is loaded only here.

import { SipCall } from "./sip_call.js";

const REGISTER_FOR = 120; // s; how long the exchange may believe in a browser that vanished
const RING_LIMIT = 180; // s; the extension's own ring time ends earlier, and the exchange minds it
const RETRY = { first: 2000, last: 30000 };
const IN_USE_ELSEWHERE = 4409; // close code of /sip: this line was opened in another browser
const BUSY_HERE = { status_code: 486 };

const randomName = () => Math.random().toString(36).slice(2, 12);

export class SipLine {
  #ua = null;
  #retry = null;
  #wait = RETRY.first;
  #calls = new Map();
  #everRegistered = false;
  #displaced = false;

  /** `report(event)` is told: line {status} · incoming {id, number, name} · call {id, what, details} */
  constructor({ account, url, report }) {
    Object.assign(this, { account, url, report });
    this.host = account.uri.split("@").at(-1);
  }

  async start() {
    const { default: JsSIP } = await import("jssip");
    const { account } = this;
    this.#ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(this.url)],
      uri: account.uri,
      authorization_user: account.user,
      password: account.password,
      display_name: account.display_name,
      // Its user is the line's own, so that requests inside an incoming call also come from the line's name.
      contact_uri: `sip:${account.user}@${randomName()}.invalid;transport=ws`,
      register_expires: REGISTER_FOR,
      no_answer_timeout: RING_LIMIT,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8, // at random up to it, so that a restarted web is not stormed
      user_agent: "Fluxo",
    });
    this.#ua.on("registered", () => this.#registered());
    this.#ua.on("registrationFailed", ({ cause }) => this.#refused(cause));
    this.#ua.on("disconnected", ({ code }) => this.#disconnected(code));
    this.#ua.on("newRTCSession", ({ originator, session }) => originator === "remote" && this.#ring(session));
    this.#ua.start();
  }

  stop() {
    clearTimeout(this.#retry);
    for (const call of this.#calls.values()) call.hangUp();
    this.#ua?.stop();
  }

  /** Tries at once instead of at the end of the back-off, e.g. when the network is back. */
  hurry() {
    if (!this.#ua || this.#displaced || this.#ua.isRegistered() || this.#calls.size) return;
    clearTimeout(this.#retry);
    this.#ua.stop();
    this.#ua.start();
  }

  /** Brings the line back to this browser; the other one lets it go. */
  takeBack() {
    this.#displaced = false;
    this.report({ type: "line", status: "starting" });
    this.hurry();
  }

  call = (id) => this.#calls.get(id);

  /** A new outgoing call; the caller places it. */
  newCall() {
    return this.#adopt("out");
  }

  place = (call, number) => call.place(this.#ua, number);

  #adopt(direction) {
    const id = randomName();
    const call = new SipCall({
      id,
      direction,
      host: this.host,
      report: (type, details) => {
        if (type === "ended") this.#calls.delete(id);
        this.report({ type: "call", id, what: type, details });
      },
    });
    this.#calls.set(id, call);
    return call;
  }

  #ring(session) {
    if (this.#calls.size) return session.terminate(BUSY_HERE); // the exchange knows what to do with a busy telephone
    const call = this.#adopt("in");
    call.watch(session);
    const { display_name: name, uri } = session.remote_identity;
    this.report({ type: "incoming", id: call.id, number: uri.user ?? "", name: name ?? "" });
  }

  #disconnected(code) {
    if (code === IN_USE_ELSEWHERE && !this.#calls.size) {
      this.#displaced = true;
      setTimeout(() => this.#ua.stop()); // once JsSIP is through with this event, or it would connect again
    }
    this.report({ type: "line", status: this.#displaced ? "elsewhere" : "reconnecting" });
  }

  #registered() {
    this.#wait = RETRY.first;
    this.report({ type: "line", status: "registered" });
    // A call that outlived its connection still points at the old socket: both sides must learn the new one.
    if (this.#everRegistered) for (const call of this.#calls.values()) call.refresh();
    this.#everRegistered = true;
  }

  #refused(cause) {
    if (!this.#ua.isConnected()) return; // "disconnected" has said it already
    this.report({ type: "line", status: "refused" });
    clearTimeout(this.#retry);
    // No answer at all: the socket is dead although it looks open (a laptop that slept). Only a new one helps.
    const again = cause === "Request Timeout" ? () => this.hurry() : () => this.#ua.register();
    this.#retry = setTimeout(again, this.#wait);
    this.#wait = Math.min(this.#wait * 2, RETRY.last);
  }
}
