// What the telephony is doing now, drawn straight from the live socket.
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { withCommands } from "./frame";
import { useLive } from "./live";

export function useNow(period = 1000) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), period);
    return () => clearInterval(timer);
  }, [period]);
  return now;
}

/** "há 12 s", "há 4 min", "há 3 h": exact on hover. */
export function ago(iso, now) {
  const seconds = Math.max(0, Math.round((now - new Date(iso)) / 1000));
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `há ${seconds} s`;
  if (seconds < 3600) return `há ${Math.floor(seconds / 60)} min`;
  return seconds < 86400 ? `há ${Math.floor(seconds / 3600)} h` : `há ${Math.floor(seconds / 86400)} d`;
}

export function Since({ at }) {
  const now = useNow();
  return at ? <time dateTime={at} title={new Date(at).toLocaleString("pt-BR")}>{ago(at, now)}</time> : null;
}

const clock = (iso, now) => {
  const seconds = Math.max(0, Math.floor((now - new Date(iso)) / 1000));
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
};

function Registered({ on, word, known }) {
  const words = !known ? "desconhecido" : on ? "registrado" : "não registrado";
  return (
    <span title={`${word}: ${words}`} className={on && known ? "" : "muted"}>
      <span className={`dot ${on && known ? "success" : ""}`} aria-hidden="true" />
      {word}<span className="sr-only">: {words}</span>
    </span>
  );
}

export function Registration({ extension, webphone }) {
  const { registrations, connected } = useLive();
  const state = registrations[extension];
  return (
    <span className="live-pair">
      <Registered word="softphone" on={state?.softphone} known={connected} />
      {webphone && <Registered word="navegador" on={state?.browser} known={connected} />}
    </span>
  );
}

const TRUNK_STATES = {
  registered: ["success", "registrado"],
  registering: ["info", "registrando"],
  refused: ["danger", "recusado"],
  unanswered: ["danger", "sem resposta"],
  resolving: ["info", "procurando endereço"],
  unresolved: ["danger", "nome não encontrado"],
  by_address: ["info", "por endereço"],
  off: ["", "desativado"],
};

/** How a trunk stands with its carrier; in a list the reason stands only where something is to be done. */
export function TrunkStanding({ trunk, brief }) {
  const { trunks, connected, telephony } = useLive();
  const known = connected && telephony?.state !== "off" ? trunks[trunk] : null;
  if (!known) return <span className="muted">{!connected ? "reconectando…" : telephony?.state === "off" ? "telefonia desligada" : "–"}</span>;
  const [tone, word] = TRUNK_STATES[known.state] ?? ["", known.state];
  return (
    <div className="trunk-state" title={known.reason}>
      <span><span className={`badge ${tone}`} role={brief ? undefined : "status"}><span className={`dot ${tone}`} aria-hidden="true" />{word}</span> <span className="muted small"><Since at={known.since} /></span></span>
      {known.reason && (!brief || tone === "danger") && <span className="muted small">{known.reason}</span>}
    </div>
  );
}

const CALL_STATES = {
  routing: ["info", "encaminhando"],
  ringing: ["warning", "chamando"],
  menu: ["info", "na URA"],
  announcing: ["info", "ouvindo mensagem"],
  waiting: ["warning", "esperando na fila"],
  survey: ["info", "respondendo a pesquisa"],
  talking: ["success", "em conversa"],
  ended: ["", "encerrada"],
};

const JOURNAL_MS = 700; // the engine writes a call's facts a moment after it tells them

/** Runs `act` once things are quiet, after each new `cause`. */
function useAfter(cause, act) {
  useEffect(() => {
    if (!cause) return;
    const timer = setTimeout(act, JOURNAL_MS);
    return () => clearTimeout(timer);
  }, [cause]);
}

/** Nothing to see: asks for a running call's steps again as they come. */
export function CallWatch({ call, onChange }) {
  const { last } = useLive();
  const mine = last?.call_id === call ? last : null;
  useAfter(mine, onChange);
  return null;
}

/** Calls of this company that are up now; asks for the list again when one ends, or may have ended unseen. */
export function RunningCalls({ onEnded }) {
  const { calls, connected, ticks } = useLive();
  const now = useNow();
  useAfter(`${ticks["call.ended"] ?? 0}/${ticks.snapshot ?? 0}`, onEnded);
  const rows = Object.values(calls).sort((a, b) => new Date(a.since) - new Date(b.since));
  if (!connected) return <p className="muted">Chamadas ao vivo: reconectando…</p>;
  if (rows.length === 0) return <p className="muted">Nenhuma chamada em andamento.</p>;
  return (
    <div className="table-box">
      <table className="grid">
        <caption className="sr-only">Chamadas em andamento</caption>
        <thead><tr><th scope="col">De</th><th scope="col">Para</th><th scope="col">Situação</th><th scope="col" className="right">Duração</th><th scope="col" className="ops"><span className="sr-only">Ações</span></th></tr></thead>
        <tbody>
          {rows.map((call) => {
            const [tone, word] = CALL_STATES[call.state] ?? ["", call.state];
            return (
              <tr key={call.id}>
                <td>{call.caller}</td>
                <td>{call.callee}</td>
                <td><span className={`badge ${tone}`}>{word}</span>{call.queue && <span className="muted small"> {call.queue}</span>}</td>
                <td className="right">{clock(call.since, now)}</td>
                <td className="ops"><Link className="button quiet compact" to={`/chamadas/${call.id}`}>Ver</Link></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const count = (number) => Number(number).toLocaleString("pt-BR");
const took = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toLocaleString("pt-BR", { maximumFractionDigits: 1 })} s`);
const NODE_STATES = { connected: ["success", "conectado"], connecting: ["warning", "conectando"], offline: ["danger", "fora do ar"] };

/** Asks the engine again every two seconds while someone looks, and at once when a node changes. */
export function Nodes({ status, onRefresh }) {
  const { ticks } = useLive();
  useEffect(() => {
    const timer = setInterval(() => document.hidden || onRefresh(), 2000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (ticks["node.state"]) onRefresh();
  }, [ticks["node.state"]]);
  if (!status.asked) return <p className="muted" role="status">Perguntando ao motor…</p>;
  if (!status.engine) return <div className="notice danger" role="alert">O motor de telefonia não responde. Rode <code className="mono">flow doctor</code> no servidor.</div>;
  return (
    <div className="stack">
      <p className="muted">Motor {status.engine.version} no ar <Since at={status.engine.since} /> (processo {status.engine.pid}).</p>
      <div className="table-box">
        <table className="grid">
          <caption className="sr-only">Nós</caption>
          <thead>
            <tr>
              <th scope="col">Nó</th><th scope="col">Estado</th><th scope="col">Versão</th><th scope="col" className="right">Objetos</th>
              <th scope="col">Último envio</th><th scope="col" className="right">Atraso dos eventos</th><th scope="col" className="right">Chamadas</th>
            </tr>
          </thead>
          <tbody>{status.nodes.map((node) => <NodeRow key={node.id} node={node} />)}</tbody>
        </table>
      </div>
    </div>
  );
}

function NodeRow({ node }) {
  const [tone, word] = NODE_STATES[node.state] ?? ["", node.state];
  const push = node.last_push;
  return (
    <tr>
      <td><strong>{node.name}</strong></td>
      <td>
        <span className={`badge ${tone}`}><span className={`dot ${tone}`} aria-hidden="true" />{word}</span>{" "}
        {node.state === "connected" && !node.in_sync && <span className="badge warning">sincronizando</span>}{" "}
        <span className="muted"><Since at={node.since} /></span>
        {node.detail && <div className="told muted small">{withCommands(node.detail)}</div>}
      </td>
      <td>{node.asterisk ? `Asterisk ${node.asterisk}` : "–"}</td>
      <td className="right">{count(node.objects ?? 0)}</td>
      <td>{push?.at ? <>{count(push.changed)} {push.changed === 1 ? "objeto" : "objetos"} em {took(push.ms)}, <Since at={push.at} /></> : "–"}</td>
      <td className="right">{node.event_lag_ms == null ? "–" : `${Number(node.event_lag_ms).toLocaleString("pt-BR", { maximumFractionDigits: 1 })} ms`}</td>
      <td className="right">{node.calls ?? 0}</td>
    </tr>
  );
}
