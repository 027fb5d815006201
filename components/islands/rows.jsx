// A list of small forms, e.g. the periods of a Condição de Horário. A hidden input carries all of them as JSON.
import { useEffect, useRef, useState } from "react";

const notify = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));
const parsed = (text) => {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
};
const fresh = (fields) => Object.fromEntries(fields.map((f) => [f.name, f.kind === "multi" ? [] : f.kind === "bool" ? false : f.default ?? ""]));

export function RowsField({ name, labelId, describedBy, fields, addLabel, initial, disabled }) {
  const box = useRef(null);
  const last = useRef(null);
  const [rows, setRows] = useState(() => parsed(initial));
  const change = (next) => {
    setRows(next);
    queueMicrotask(() => notify(box.current));
  };
  const edit = (index, field, value) => change(rows.map((row, i) => (i === index ? { ...row, [field]: value } : row)));
  const add = () => {
    last.current = rows.length;
    change([...rows, fresh(fields)]);
  };
  useEffect(() => {
    if (last.current === null) return;
    box.current.querySelectorAll("fieldset")[last.current]?.querySelector("input")?.focus();
    last.current = null;
  }, [rows]);
  return (
    <div ref={box} className="rows" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input type="hidden" name={name} value={JSON.stringify(rows)} />
      {rows.map((row, index) => (
        <fieldset key={index} className="row-form" disabled={disabled}>
          <legend>Linha {index + 1}</legend>
          {fields.map((field) => (
            <RowControl key={field.name} field={field} id={`${name}-${index}-${field.name}`} value={row[field.name]}
              off={field.kind === "time" && row.all_day} onChange={(value) => edit(index, field.name, value)} />
          ))}
          {!disabled && (
            <button type="button" className="button quiet compact remove" aria-label={`Remover linha ${index + 1}`}
              onClick={() => change(rows.filter((_, i) => i !== index))}>Remover</button>
          )}
        </fieldset>
      ))}
      {!disabled && <button type="button" className="button" onClick={add}>{addLabel}</button>}
    </div>
  );
}

function RowControl({ field, id, value, off, onChange }) {
  if (field.kind === "multi") return <Chips field={field} value={value ?? []} onChange={onChange} />;
  if (field.kind === "bool")
    return (
      <label className="row-check">
        <input type="checkbox" checked={Boolean(value)} onChange={(event) => onChange(event.target.checked)} />
        {field.label}
      </label>
    );
  return (
    <div className="row-field">
      <label htmlFor={id}>{field.label}</label>
      <input id={id} className="input" type={field.kind === "time" ? "time" : "text"} value={value ?? ""} disabled={off}
        required={field.required && !off} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

/** Few options lie open as chips; many fold under a line that says what is chosen. */
function Chips({ field, value, onChange }) {
  const toggle = (option) => onChange(value.includes(option) ? value.filter((v) => v !== option) : [...value, option]);
  const chips = (
    <div className="chips" role="group" aria-label={field.label}>
      {field.options.map((option) => (
        <label key={option.value} className="chip">
          <input type="checkbox" checked={value.includes(option.value)} onChange={() => toggle(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
  if (field.options.length <= 7)
    return (
      <div className="row-field">
        <span className="row-label" aria-hidden="true">{field.label}</span>
        {chips}
      </div>
    );
  const chosen = field.options.filter((o) => value.includes(o.value)).map((o) => o.label).join(", ");
  return (
    <details className="row-field">
      <summary>{field.label}: <span className="muted">{chosen || "qualquer"}</span></summary>
      {chips}
    </details>
  );
}
