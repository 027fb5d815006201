// The telephone at the bottom right of every page: a small pill that opens into the panel.

import "./webphone.css";

import { useEffect, useRef, useState } from "react";

import { useLive } from "../../islands/live"; // as they lie in the build
import { CallCard, Caller } from "./call_card.jsx";
import { CallTimer } from "./call_timer.jsx";
import { NumberForm } from "./dial_pad.jsx";
import { Icon, IconButton } from "./icons.jsx";
import { currentCall, waitingCall } from "./phone_state.js";
import { written } from "./sip_text.js";
import { useShortcuts } from "./shortcuts.js";
import { SoundPanel, Volume } from "./sound_panel.jsx";
import { usePhone } from "./use_phone.js";
import { TEXT, lineWords, standing, who } from "./words.js";

/** What a screen reader says without being asked: a call comes, is answered, ends. */
function announcement({ calls, notice }) {
  const call = calls.at(-1);
  if (call?.phase === "incoming") return `Chamada de ${who(call)}`;
  if (call) return `${standing(call)} ${who(call)}`;
  return notice?.text ?? "";
}

/** Leaves room for the pill: the page's layout may read data-phone from the root element. */
function useRoom(open) {
  useEffect(() => {
    document.documentElement.dataset.phone = open ? "open" : "closed";
    return () => delete document.documentElement.dataset.phone;
  }, [open]);
}

function Pill({ account, state, open, toggle, pill }) {
  const call = currentCall(state);
  return (
    <button ref={pill} type="button" className="phone-pill" aria-expanded={open} aria-controls="phone-panel" onClick={toggle}>
      <Icon name={open ? "down" : "phone"} />
      <span className="phone-pill-name">{call && !open ? call.name || written(call.number) : `Telefone ${account.number}`}</span>
      {call?.since && !open ? (
        <CallTimer since={call.since} />
      ) : (
        <span className="phone-pill-state">{call && !open ? standing(call) : lineWords(state.line, call)}</span>
      )}
      {!call && state.missed.length > 0 && (
        <span className="phone-badge">
          {state.missed.length} <span className="phone-hidden">chamadas perdidas</span>
        </span>
      )}
    </button>
  );
}

const Notice = ({ notice, send }) => (
  <p className={`phone-notice ${notice.tone}`} role={notice.tone === "error" ? "alert" : undefined}>
    <span>{notice.text}</span>
    <button type="button" aria-label="Fechar aviso" onClick={() => send({ do: "dismiss" })}>
      <Icon name="close" />
    </button>
  </p>
);

const Missed = ({ missed, send }) => (
  <section className="phone-missed" aria-label="Chamadas perdidas">
    <h2>Chamadas perdidas</h2>
    <ul>
      {missed.slice(0, 5).map((call) => (
        <li key={call.at}>
          <button type="button" onClick={() => send({ do: "dial", number: call.number })}>
            {who(call)}
          </button>
          <time dateTime={new Date(call.at).toISOString()}>
            {new Date(call.at).toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit" })}
          </time>
        </li>
      ))}
    </ul>
    <button type="button" className="phone-plain" onClick={() => send({ do: "missedSeen" })}>
      Limpar
    </button>
  </section>
);

const Idle = ({ state, focus, send }) => (
  <>
    {state.missed.length > 0 && <Missed missed={state.missed} send={send} />}
    <NumberForm label="Número" focus={focus} onSubmit={(number) => send({ do: "dial", number })}>
      {(empty) => <IconButton type="submit" icon="phone" label="Ligar" className="go wide" disabled={empty || state.line.status !== "registered"} />}
    </NumberForm>
  </>
);

const Settings = ({ send }) => (
  <details className="phone-settings">
    <summary>
      <Icon name="settings" /> Ajustes de áudio
    </summary>
    <SoundPanel send={send} />
    <p className="phone-hint">
      Atalhos: <kbd>Alt+Shift+T</kbd> abre, <kbd>Alt+Shift+A</kbd> atende, <kbd>Alt+Shift+D</kbd> desliga ou recusa,{" "}
      <kbd>Alt+Shift+M</kbd> mudo, <kbd>Alt+Shift+E</kbd> espera.
    </p>
  </details>
);

function Panel({ account, state, focus, send }) {
  return (
    <div id="phone-panel" className="phone-panel">
      <header>
        <strong>{account.label}</strong>
        <span className="phone-line" data-status={state.line.status}>
          {lineWords(state.line, currentCall(state))}
        </span>
      </header>
      {state.line.reason && <p className="phone-notice error">{state.line.reason}</p>}
      {state.notice && <Notice notice={state.notice} send={send} />}
      {state.line.status !== "blocked" && <Controls state={state} focus={focus} send={send} />}
    </div>
  );
}

const Elsewhere = ({ send }) => (
  <>
    <p>{TEXT.elsewhere}</p>
    <button type="button" className="phone-plain strong" onClick={() => send({ do: "takeBack" })}>
      Usar aqui
    </button>
  </>
);

function Controls({ state, focus, send }) {
  if (state.line.status === "elsewhere") return <Elsewhere send={send} />;
  const call = currentCall(state);
  const waiting = waitingCall(state);
  return (
    <>
      {waiting && (
        <div className="phone-call waiting">
          <Caller call={waiting} />
        </div>
      )}
      {call ? <CallCard call={call} transfer={state.transfer} send={send} /> : <Idle state={state} focus={focus} send={send} />}
      <Volume send={send} />
      <Settings send={send} />
    </>
  );
}

const FAREWELL = 6000; // ms; long enough to read why a call ended

/**
 * [open, setOpen] with open "" | "call" | "hand". A call opens the panel and takes it away again a while after it ended,
 * unless a person opened it or is at work in it.
 */
function usePanel(box, { ringing, busy, farewellSaid }) {
  const [open, setOpen] = useState("");
  useEffect(() => {
    if (ringing) setOpen((now) => now || "call");
  }, [ringing]);
  useEffect(() => {
    if (busy || open !== "call") return undefined;
    const until = Date.now() + FAREWELL;
    const timer = setInterval(() => {
      if (Date.now() < until || box.current.matches(":hover, :focus-within")) return;
      setOpen("");
      farewellSaid();
    }, 500);
    return () => clearInterval(timer);
  }, [busy, open]);
  return [open, setOpen];
}

/** The state with what only the exchange knows: who has put this telephone on hold, by number. */
function withHolds(state, held) {
  return { ...state, calls: state.calls.map((call) => ({ ...call, heldByPeer: call.phase === "active" && Boolean(held[call.number]) })) };
}

export default function PhoneDock({ account, accountChanged }) {
  const { state: known, leads, send } = usePhone(account, accountChanged);
  const { held } = useLive();
  const state = withHolds(known, held);
  const box = useRef(null);
  const pill = useRef(null);
  const call = currentCall(state);
  const incoming = call?.phase === "incoming";
  const [open, setOpen] = usePanel(box, { ringing: incoming, busy: Boolean(call), farewellSaid: () => send({ do: "dismiss" }) });
  useRoom(Boolean(open));
  const close = () => {
    setOpen("");
    pill.current?.focus();
  };
  const openByKey = () => {
    pill.current?.focus();
    setOpen("hand");
  };
  useShortcuts({ call, send, open: openByKey });

  return (
    <section
      ref={box}
      className="phone"
      aria-label="Telefone"
      data-line={state.line.status}
      data-leads={leads}
      data-call={call?.phase ?? "none"}
      data-calls={state.calls.length}
      data-sounding={leads && incoming}
      onKeyDown={(event) => event.key === "Escape" && open && close()}
    >
      <div className="phone-hidden" role="status" aria-live="assertive">
        {announcement(state)}
      </div>
      {open && <Panel account={account} state={state} focus={open === "hand"} send={send} />}
      <Pill account={account} state={state} open={Boolean(open)} pill={pill} toggle={() => (open ? close() : setOpen("hand"))} />
    </section>
  );
}
