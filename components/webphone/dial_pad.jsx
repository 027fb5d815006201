// Number field and keys: to dial, to press keys in a call, and to say where a call goes.

import { useEffect, useRef, useState } from "react";

import { Icon } from "./icons.jsx";

const KEYS = [
  ["1", ""], ["2", "ABC"], ["3", "DEF"],
  ["4", "GHI"], ["5", "JKL"], ["6", "MNO"],
  ["7", "PQRS"], ["8", "TUV"], ["9", "WXYZ"],
  ["*", ""], ["0", "+"], ["#", ""],
];
const SPOKEN = { "*": "asterisco", "#": "cerquilha" };

export const Keys = ({ onKey }) => (
  <div className="phone-keys" role="group" aria-label="Teclas">
    {KEYS.map(([key, letters]) => (
      <button key={key} type="button" aria-label={SPOKEN[key]} onClick={() => onKey(key)}>
        <b>{key}</b>
        <small aria-hidden="true">{letters}</small>
      </button>
    ))}
  </div>
);

/** A number with its keys; `children` are the buttons that use it. Enter does what the first of them does. */
export function NumberForm({ label, onSubmit, keys = true, focus = false, children }) {
  const [number, setNumber] = useState("");
  const field = useRef(null);
  useEffect(() => {
    // Never take the cursor from somebody who types in the page, e.g. when the other side hangs up.
    const { activeElement } = document;
    if (focus && (activeElement === document.body || field.current.closest(".phone").contains(activeElement))) {
      field.current.focus();
    }
  }, [focus]);
  const submit = (event) => {
    event.preventDefault();
    onSubmit(number, event.nativeEvent.submitter?.value);
  };
  return (
    <form className="phone-form" onSubmit={submit}>
      <div className="phone-number">
        <input
          ref={field}
          type="tel"
          aria-label={label}
          placeholder={label}
          autoComplete="off"
          maxLength={40}
          value={number}
          onChange={(event) => setNumber(event.target.value)}
        />
        {number && (
          <button type="button" aria-label="Apagar último dígito" onClick={() => setNumber(number.slice(0, -1))}>
            <Icon name="erase" />
          </button>
        )}
      </div>
      {keys && <Keys onKey={(key) => setNumber((now) => now + key)} />}
      {children(number.trim() === "")}
    </form>
  );
}
