// What a form knows while a person types: whether something is unsaved, and that it must not get lost.
import { useCallback, useEffect, useRef, useState } from "react";
import { useBlocker, useNavigate } from "react-router";

const content = (form) => JSON.stringify([...new FormData(form).entries()]);
const busyOverlay = () => document.querySelector("dialog[open], :popover-open");

/** `baseline` changes when the values on the page are those of the server; `attempt` after each refused save. */
export function FormGuard({ form: id, baseline, attempt, saving, state, tone, back }) {
  const clean = useRef("");
  const sent = useRef(false);
  const dirtyRef = useRef(false);
  const [dirty, setDirty] = useState(false);
  const navigate = useNavigate();
  const form = () => document.getElementById(id);

  const mark = useCallback((value) => {
    dirtyRef.current = value;
    setDirty(value);
  }, []);

  useEffect(() => {
    sent.current = false;
    const timer = setTimeout(() => {
      if (!form()) return;
      clean.current = content(form());
      mark(false);
    });
    return () => clearTimeout(timer);
  }, [baseline]);

  useEffect(() => {
    sent.current = false;
    if (attempt > 0) form()?.querySelector("[aria-invalid=true]")?.focus();
  }, [attempt]);

  useEffect(() => {
    const changed = () => form() && mark(content(form()) !== clean.current);
    const submitted = () => (sent.current = true);
    const leaving = (event) => dirtyRef.current && !sent.current && event.preventDefault();
    const keys = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        form()?.requestSubmit();
      } else if (event.key === "Escape" && !event.defaultPrevented && !busyOverlay()) {
        navigate(back);
      }
    };
    const element = form();
    element?.addEventListener("input", changed);
    element?.addEventListener("change", changed);
    element?.addEventListener("submit", submitted);
    window.addEventListener("beforeunload", leaving);
    document.addEventListener("keydown", keys);
    return () => {
      element?.removeEventListener("input", changed);
      element?.removeEventListener("change", changed);
      element?.removeEventListener("submit", submitted);
      window.removeEventListener("beforeunload", leaving);
      document.removeEventListener("keydown", keys);
    };
  }, [baseline, back]);

  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirtyRef.current && !sent.current && currentLocation.pathname !== nextLocation.pathname,
  );

  return (
    <>
      <span className="state" role="status">
        {saving ? "salvando…" : dirty ? <><span className="dot warning" aria-hidden="true" />não salvo</> : state ? (
          <><span className={`dot ${tone}`} aria-hidden="true" />{state}</>
        ) : null}
      </span>
      {blocker.state === "blocked" && <LeaveDialog onStay={() => blocker.reset()} onLeave={() => blocker.proceed()} />}
    </>
  );
}

function LeaveDialog({ onStay, onLeave }) {
  const ref = useRef(null);
  useEffect(() => ref.current.showModal(), []);
  return (
    <dialog className="dialog" ref={ref} aria-labelledby="leave-title" onCancel={onStay}>
      <div className="dialog-body">
        <h2 id="leave-title">Sair sem salvar?</h2>
        <p>O que você mudou nesta página ainda não foi salvo e será perdido.</p>
      </div>
      <div className="dialog-foot">
        <button type="button" className="button danger" onClick={onLeave}>Sair sem salvar</button>
        <button type="button" className="button primary" autoFocus onClick={onStay}>Continuar editando</button>
      </div>
    </dialog>
  );
}
