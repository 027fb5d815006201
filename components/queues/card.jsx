// One queue: how many wait and for how long, who attends, and its figures with the way they are computed.
import { Link } from "react-router";

import { Since } from "../../islands/telephony";
import { about, atWork, countsOf, isPerson, lackOf, percent, stateOf, ticking, wordOf } from "./words.js";

const MANY = 12; // members beyond this are folded away

export function StateBadge({ state }) {
  return <span className={`member-state ${state}`}><span className="member-swatch" aria-hidden="true" />{wordOf(state)}</span>;
}

function States({ counts }) {
  return (
    <>
      <div className="state-bar" aria-hidden="true">
        {counts.map(([state, count]) => <span key={state} className={state} style={{ flexGrow: count }}>{count}</span>)}
      </div>
      <ul className="state-words">
        {counts.map(([state, count]) => (
          <li key={state} className={`member-state ${state}`}><span className="member-swatch" aria-hidden="true" /><span className="num">{count}</span> {wordOf(state, count)}</li>
        ))}
      </ul>
    </>
  );
}

function Figure({ label, value, how }) {
  return (
    <details className="queue-figure" title={how}>
      <summary><span>{label}</span><strong className="num">{value}</strong></summary>
      <p className="small muted">{how}</p>
    </details>
  );
}

function Callers({ queue, now, mayOpen }) {
  const hidden = queue.waiting - queue.callers.length;
  return (
    <ol className="queue-callers" aria-label={`Quem espera em ${queue.name}`}>
      {queue.callers.map((caller) => (
        <li key={caller.call}>
          {mayOpen ? <Link to={`/chamadas/${caller.call}`}>{caller.who}</Link> : caller.who}
          <time className="num" dateTime={caller.since} title={new Date(caller.since).toLocaleString("pt-BR")}>{ticking(caller.since, now)}</time>
          {caller.ringing.length > 0 && <span className="muted small">chamando {caller.ringing.join(", ")}</span>}
        </li>
      ))}
      {hidden > 0 && <li className="muted small">{queue.callers.length ? `e mais ${hidden}` : `${hidden} de outras equipes`}</li>}
    </ol>
  );
}

function Member({ member, onOpen }) {
  const state = stateOf(member);
  const elsewhere = state === "out" && member.state !== "offline" ? wordOf(member.state) : "";
  const why = member.planned && state !== "out" ? `pausa marcada: ${member.planned}` : state === "offline" ? lackOf(member) || member.reason : state === "out" ? elsewhere : member.reason;
  return (
    <li>
      <span className="who" title={member.name}>{member.name}</span>
      <StateBadge state={state} />
      <span className="muted small why">{why}</span>
      <span className="muted small num since">{state !== "out" && <Since at={member.since} />}</span>
      {onOpen && isPerson(member) && (
        <button type="button" className="button quiet compact" aria-label={`Ações de ${member.name}`} onClick={() => onOpen(member.key)}>Ações</button>
      )}
    </li>
  );
}

function Members({ queue, onMember }) {
  const others = Object.values(queue.others).reduce((sum, count) => sum + count, 0);
  const all = queue.members.length + others;
  if (all === 0) return <p className="muted small">Sem membros: <Link to={`/fila/${queue.id}`}>escolha quem atende</Link>.</p>;
  return (
    <details className="queue-members" open={queue.members.length > 0 && queue.members.length <= MANY}>
      <summary>{all === 1 ? "1 membro" : `${all} membros`}{others > 0 && `, ${others} de outras equipes`}</summary>
      <ul>{queue.members.map((member) => <Member key={member.key} member={member} onOpen={onMember} />)}</ul>
    </details>
  );
}

export function QueueCard({ queue, now, mayOpen, onMember }) {
  const heading = `queue-${queue.id}`;
  const deserted = atWork(queue) === 0;
  return (
    <article className={`queue-card ${queue.waiting ? "needs" : ""}`} aria-labelledby={heading}>
      <header>
        <h2 id={heading}><Link to={`/fila/${queue.id}`}>{queue.name}</Link> <span className="muted num">{queue.number}</span></h2>
        {deserted && <span className={`badge ${queue.waiting ? "danger" : "warning"}`}>ninguém atendendo</span>}
      </header>
      <div className="queue-parts">
        <div role="group" aria-label="Espera">
          <p className="waiting"><strong className="num">{queue.waiting}</strong> esperando</p>
          {queue.waiting > 0 && <p className="longest">maior espera <strong className="num">{ticking(queue.oldest_since, now)}</strong></p>}
          {queue.waiting > 0 && <Callers queue={queue} now={now} mayOpen={mayOpen} />}
        </div>
        <div role="group" aria-label="Quem atende">
          <States counts={countsOf(queue)} />
          <Members queue={queue} onMember={onMember} />
        </div>
        <div role="group" aria-label="Desempenho" className="queue-figures">
          <Figure label="Nível de serviço" value={percent(queue.service_level)} how={queue.formula} />
          <Figure label="Espera estimada" value={about(queue.expected_seconds)} how={queue.expected_how} />
          <dl>
            <dt>Atendidas</dt><dd className="num">{queue.answered}</dd>
            <dt>Desistências</dt><dd className="num">{queue.abandoned}</dd>
            <dt>Desistências antes de 5 s</dt><dd className="num">{queue.short_abandoned}</dd>
            <dt>Transbordo</dt><dd className="num">{queue.overflowed}</dd>
          </dl>
          <p className="small muted" title="A contagem recomeça à meia-noite, no fuso horário da empresa."><time dateTime={queue.counted_since}>hoje</time></p>
        </div>
      </div>
    </article>
  );
}
