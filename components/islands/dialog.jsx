// A native dialog whose being open is told by the server's state, and a search box that asks while one types.
import { useEffect, useRef, useState } from "react";

export function Dialog({ open, labelledBy, onDismiss, className, children }) {
  const ref = useRef(null);
  useEffect(() => {
    const dialog = ref.current;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      className={className ?? "dialog"}
      aria-labelledby={labelledBy}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss();
      }}
      onClick={(event) => event.target === ref.current && onDismiss()}
    >
      {children}
    </dialog>
  );
}

/** Typing asks after a breath; Enter asks at once. `value` is what the address says. */
const TYPING = 1500; // ms: whoever typed a moment ago may type on, and a late answer must not take the letters away

export function SearchBox({ label, value, onFind }) {
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const box = useRef(null);
  const typed = useRef(-TYPING);
  useEffect(() => {
    const typing = box.current === document.activeElement && performance.now() - typed.current < TYPING;
    if (value === asked.current || typing) return;
    setText(value);
    asked.current = value;
  }, [value]);
  const ask = (wanted) => {
    if (wanted === asked.current) return;
    asked.current = wanted;
    onFind(wanted);
  };
  useEffect(() => {
    const timer = setTimeout(() => ask(text.trim()), 180);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <form role="search" className="searchbox" onSubmit={(event) => (event.preventDefault(), ask(text.trim()))}>
      <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z" />
        <path d="m20 20-4.8-4.8" />
      </svg>
      <input ref={box} type="search" className="input" aria-label={label} placeholder="Procurar" data-search="" value={text}
        onChange={(event) => ((typed.current = performance.now()), setText(event.target.value))} />
    </form>
  );
}
