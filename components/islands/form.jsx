// What a form knows while a person types: whether something is unsaved, and that it must not get lost.
import { useCallback, useEffect, useRef, useState } from "react";
import { useBlocker, useNavigate } from "react-router";

// What was typed and not saved, should the page be drawn anew under the person's hands (the server was restarted).
// Only for the very same version of the very same record: nothing of another editor is overwritten.
let draft = null;

/** Fields that a tick reveals: hidden and disabled without it, so that they are neither reached nor submitted. */
function reveal(form) {
  for (const box of form.querySelectorAll("[data-show-when]")) {
    box.hidden = box.disabled = !form.elements[box.dataset.showWhen]?.checked;
  }
}

function restore(form, entries) {
  const wanted = Map.groupBy(entries, ([name]) => name);
  for (const control of form.elements) {
    if (!control.name) continue;
    const values = (wanted.get(control.name) ?? []).map(([, value]) => value);
    if (control.type === "checkbox") control.checked !== values.includes(control.value) && control.click();
    else if (control.value === values[0]) continue;
    else if (control.type === "hidden") control.dispatchEvent(new CustomEvent("restore", { detail: values[0] }));
    else control.value = values[0] ?? "";
  }
}

const content = (form) => JSON.stringify([...new FormData(form).entries()]);
const busyOverlay = () => document.querySelector("dialog[open], :popover-open");

/** `baseline` changes when the values on the page are those of the server; `attempt` after each refused save. */
export function FormGuard({ form: id, baseline, attempt, saving, state, tone, back, onMend }) {
  const clean = useRef("");
  const sent = useRef(false);
  const dirtyRef = useRef(false);
  const mended = useRef(new Set()); // fields whose error is on its way out
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
      reveal(form());
      clean.current = content(form());
      if (draft?.baseline === baseline) {
        restore(form(), draft.entries);
        form().dispatchEvent(new Event("change", { bubbles: true })); // for what follows a field's text
      } else draft = null;
      mark(content(form()) !== clean.current);
    });
    return () => clearTimeout(timer);
  }, [baseline]);

  useEffect(() => {
    sent.current = false;
    mended.current = new Set();
    if (attempt > 0) form()?.querySelector("[aria-invalid=true]")?.focus();
  }, [attempt]);

  useEffect(() => {
    const changed = (event) => {
      if (!form()) return;
      const wrong = event.target.closest?.(".field")?.querySelector(":scope > .error")?.id;
      if (wrong && !mended.current.has(wrong)) {
        mended.current.add(wrong);
        onMend(wrong.replace(/-error$/, ""));
      }
      reveal(form());
      mark(content(form()) !== clean.current);
      draft = dirtyRef.current ? { baseline, entries: [...new FormData(form()).entries()] } : null;
    };
    const submitted = () => (sent.current = true);
    const leaving = (event) => dirtyRef.current && !sent.current && event.preventDefault();
    const keys = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        form()?.requestSubmit();
      } else if (event.key === "Escape" && !event.defaultPrevented && !busyOverlay()) {
        event.preventDefault(); // else the same key closes the question that leaving may ask
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
      {blocker.state === "blocked" && <LeaveDialog onStay={() => blocker.reset()} onLeave={() => ((draft = null), blocker.proceed())} />}
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
