// In the header of every page, for who is a member of a queue as a person: enter, leave, pause, come back.

import { useEffect, useState } from "react";

import { useWatched } from "../../islands/live"; // as they lie in the build
import { Since } from "../../islands/telephony";
import { ReasonForm } from "./member.jsx";
import { STATES, isPaused, lackOf, wordOf } from "./words.js";

const PATIENCE_MS = 4000;
const ADVICE = {
  "sem ramal ativo": "Você não tem um ramal ativo: peça um a quem administra a empresa. Sem ele nenhuma chamada chega.",
  "telefone não registrado": "O seu telefone não está registrado. Deixe esta página aberta com o Telefone conectado: sem ele nenhuma chamada chega.",
};

const upper = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** Tone and word of the own state; what hinders comes before what one is. */
function standing(mine) {
  if (!mine.queues.some((queue) => queue.logged_in)) return ["off", "Fora das filas"];
  if (isPaused(mine)) return [STATES[mine.state][0], `${upper(wordOf(mine.state))}: ${mine.reason}`];
  if (mine.state === "offline") return ["danger", upper(lackOf(mine) || mine.reason)];
  return [STATES[mine.state][0], upper(wordOf(mine.state))];
}

/** What was asked for is shown until the engine says what is, or does not answer. */
function Seat({ queue, onChange }) {
  const [wanted, want] = useState(null);
  useEffect(() => want(null), [queue.logged_in]);
  useEffect(() => {
    if (wanted === null) return;
    const timer = setTimeout(() => want(null), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const change = (event) => (want(event.target.checked), onChange(event.target.checked));
  return (
    <li>
      <label>
        <input type="checkbox" role="switch" checked={wanted ?? queue.logged_in} aria-busy={wanted !== null} onChange={change} />
        <span>{queue.name} <span className="muted num">{queue.number}</span></span>
        <span className="muted small push num">{queue.waiting > 0 && `${queue.waiting} esperando`}</span>
      </label>
    </li>
  );
}

export function MyQueues({ onAttend, onLeave, onRest, onWork }) {
  const { mine, connected } = useWatched("mine");
  if (!mine) return null;
  const [tone, word] = connected ? standing(mine) : ["off", "Reconectando…"];
  const inside = mine.queues.filter((queue) => queue.logged_in).length;
  const lack = inside > 0 && ADVICE[lackOf(mine)];
  return (
    <>
      <button type="button" className="button quiet my-queues" popoverTarget="my-queues" aria-label={`Minhas filas: ${word}`}>
        <span className={`dot ${tone}`} aria-hidden="true" />
        <span className="words">{word}</span>
        {mine.state !== "offline" && <span className="muted small num words"><Since at={mine.since} /></span>}
      </button>
      <div id="my-queues" className="popover my-queues-panel" popover="auto" role="group" aria-label="Minhas filas">
        <div className="who">
          <strong>Minhas filas</strong>
          <div className="small" role="status">{word} {mine.state !== "offline" && <span className="muted"><Since at={mine.since} /></span>}</div>
        </div>
        {lack && <p className="notice danger small">{lack}</p>}
        <ul>{mine.queues.map((queue) => <Seat key={queue.id} queue={queue} onChange={(inside) => (inside ? onAttend : onLeave)(String(queue.id))} />)}</ul>
        <div className="row wrap">
          <button type="button" className="button compact" disabled={inside === mine.queues.length} onClick={() => onAttend("")}>Entrar em todas</button>
          <button type="button" className="button compact" disabled={inside === 0} onClick={() => onLeave("")}>Sair de todas</button>
        </div>
        <hr />
        {isPaused(mine) ? (
          <button type="button" className="button primary" onClick={() => onWork()}>Voltar ao trabalho</button>
        ) : mine.planned ? (
          <>
            <p className="small" role="status">Pausa marcada: {mine.planned}. Começa quando você ficar livre.</p>
            <button type="button" className="button" onClick={() => onWork()}>Desmarcar a pausa</button>
          </>
        ) : (
          <ReasonForm id="my-reason" label="Pausar" onPause={onRest} />
        )}
      </div>
    </>
  );
}
