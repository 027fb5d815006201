// The page Filas: every queue as it is now, drawn straight from the live socket.

import { useState } from "react";

import { useWatched } from "../../islands/live"; // as they lie in the build
import { ago, useNow } from "../../islands/telephony";
import { QueueCard } from "./card.jsx";
import { MemberDialog } from "./member.jsx";
import { byNeed, plain } from "./words.js";

function Standing({ connected, since, telephony, now }) {
  if (!connected) return <p className="notice warning" role="status">Sem conexão: reconectando… O que se vê parou {ago(since, now)}.</p>;
  if (telephony?.state === "restarting") return <p className="notice warning" role="status">{telephony.text}. O que se vê volta a mudar em instantes.</p>;
  if (telephony?.state === "off") return <p className="notice warning" role="status">A telefonia está desligada: o que se vê pode ter parado.</p>;
  return null;
}

function Summary({ queues }) {
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const words = waiting === 0 ? "ninguém espera" : waiting === 1 ? "1 pessoa espera" : `${waiting} pessoas esperam`;
  return <p className="muted num" role="status">{queues.length === 1 ? "1 fila" : `${queues.length} filas`}, {words}</p>;
}

export function QueueBoard({ maySeat, mayPause, mayOpen, onEnlist, onDismiss, onPause, onResume }) {
  const { queues, connected, since, telephony } = useWatched("queues");
  const now = useNow();
  const [text, setText] = useState("");
  const [chosen, choose] = useState(null); // {queue, key} of the member whose dialog is open
  const stale = !connected || ["off", "restarting"].includes(telephony?.state);
  const standing = <Standing connected={connected} since={since} telephony={telephony} now={now} />;
  if (!queues) return standing ?? <p className="muted" role="status">Perguntando ao motor…</p>;

  const all = Object.values(queues);
  const found = all.filter((queue) => plain(`${queue.name} ${queue.number}`).includes(plain(text.trim()))).sort(byNeed);
  const queue = chosen && queues[chosen.queue];
  const member = queue?.members.find(({ key }) => key === chosen.key);
  return (
    <div className="stack">
      {standing}
      <div className="toolbar">
        <div className="searchbox">
          <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z" /><path d="m20 20-4.8-4.8" /></svg>
          <input type="search" className="input" aria-label="Procurar fila" placeholder="Procurar fila" data-search="" value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <Summary queues={all} />
      </div>
      {all.length === 0 && <p className="muted">O motor ainda não tem as filas em serviço.</p>}
      {all.length > 0 && found.length === 0 && <p className="muted">Nenhuma fila com “{text}”.</p>}
      <div className={stale ? "queues old" : "queues"}>
        {found.map((one) => (
          <QueueCard key={one.id} queue={one} now={now} mayOpen={mayOpen} onMember={maySeat || mayPause ? (key) => choose({ queue: one.id, key }) : null} />
        ))}
      </div>
      <MemberDialog queue={queue} member={member} maySeat={maySeat} mayPause={mayPause} onClose={() => choose(null)} acts={{ onEnlist, onDismiss, onPause, onResume }} />
    </div>
  );
}
