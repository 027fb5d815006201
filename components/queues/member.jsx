// What a supervisor may do with one member, each act with what it means; choosing it here confirms it.
import { useEffect, useRef, useState } from "react";

import { Dialog } from "../../islands/dialog";
import { StateBadge } from "./card.jsx";
import { REASONS, idOf, isPaused, stateOf } from "./words.js";

export function ReasonForm({ id, label, onPause }) {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const field = useRef(null);
  const submit = (event) => {
    event.preventDefault();
    if (reason.trim()) return onPause(reason.trim());
    setMissing(true);
    field.current.focus();
  };
  const write = (event) => (setReason(event.target.value), setMissing(false));
  return (
    <form className="pause-reason" noValidate onSubmit={submit}>
      <label htmlFor={id}>Motivo da pausa</label>
      <div className="row">
        <input ref={field} id={id} className="input" list={`${id}-known`} maxLength={60} required autoComplete="off" aria-invalid={missing} aria-describedby={missing ? `${id}-error` : undefined} value={reason} onChange={write} />
        <datalist id={`${id}-known`}>{REASONS.map((known) => <option key={known} value={known} />)}</datalist>
        <button type="submit" className="button">{label}</button>
      </div>
      {missing && <p id={`${id}-error`} className="error small">Escreva o motivo ou escolha um da lista.</p>}
    </form>
  );
}

function Act({ label, means, onClick, danger }) {
  return (
    <li>
      <p className="small muted">{means}</p>
      <button type="button" className={`button ${danger ? "danger" : ""}`} onClick={onClick}>{label}</button>
    </li>
  );
}

export function MemberDialog({ queue, member, maySeat, mayPause, onClose, acts }) {
  const open = Boolean(member);
  useEffect(() => {
    if (!open) onClose(); // the member left the queue meanwhile
  }, [open]);
  const done = (act, ...words) => (act(idOf(member), ...words), onClose());
  return (
    <Dialog open={open} labelledBy="member-title" onDismiss={onClose}>
      {open && (
        <>
          <div className="dialog-body">
            <h2 id="member-title">{member.name}</h2>
            <p><StateBadge state={stateOf(member)} /> <span className="muted small">{member.reason}</span></p>
            <ul className="member-acts">
              {maySeat && !member.logged_in && (
                <Act label={`Pôr em ${queue.name}`} means="Passa a receber as chamadas desta fila quando o telefone estiver registrado." onClick={() => done(acts.onEnlist, String(queue.id))} />
              )}
              {mayPause && isPaused(member) && <Act label="Retomar" means="Encerra a pausa e volta a receber chamadas." onClick={() => done(acts.onResume)} />}
              {mayPause && member.planned && <Act label="Desmarcar a pausa" means={`${member.planned}: começaria com o fim do atendimento.`} onClick={() => done(acts.onResume)} />}
              {maySeat && member.logged_in && (
                <Act danger label={`Tirar de ${queue.name}`} means="Deixa de receber as chamadas desta fila. Uma conversa em curso continua." onClick={() => done(acts.onDismiss, String(queue.id))} />
              )}
              {maySeat && member.logged_in && (
                <Act danger label="Tirar de todas as filas" means="Deixa de receber chamadas de qualquer fila." onClick={() => done(acts.onDismiss, "")} />
              )}
            </ul>
            {mayPause && !isPaused(member) && !member.planned && <ReasonForm id="member-reason" label="Pausar" onPause={(reason) => done(acts.onPause, reason)} />}
            <p className="small muted">O que você fizer fica no histórico de {member.name}.</p>
          </div>
          <div className="dialog-foot"><button type="button" className="button" onClick={onClose}>Voltar</button></div>
        </>
      )}
    </Dialog>
  );
}
