// A list of small forms, e.g. the periods of a Condição de Horário. A hidden input carries all of them as JSON.
import { useEffect, useRef, useState } from "react";
import { DestinationBox } from "./destination";
import { RefSearch, useChanged, useRestored } from "./fields";

const OPEN_CHIPS = 12; // more options than these fold under a line that says what is chosen

export function parsedRows(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

const fresh = (fields) =>
  Object.fromEntries(fields.map((field) => [field.name, field.kind === "multi" ? [] : field.kind === "bool" ? false : field.default]));

/** `sets` and `known`: what reference and destination cells offer, and what they hold, by "<field>.<cell>" or "destinations". */
export function Rows({ name, labelId, describedBy, value, ...rest }) {
  const box = useRef(null);
  const hidden = useRef(null);
  const [rows, setRows] = useState(() => parsedRows(value));
  useChanged(box, rows);
  useRestored(hidden, (text) => setRows(parsedRows(text)));
  return (
    <div ref={box} className="rows" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={JSON.stringify(rows)} />
      <RowList name={name} rows={rows} onRows={setRows} {...rest} />
    </div>
  );
}

/** The lines themselves, for whoever holds the rows. `compact`: all of a row on one line. */
export function RowList({ name, fields, addLabel, rows, onRows, disabled, compact, sets = {}, known = {}, onSearch }) {
  const list = useRef(null);
  const added = useRef(null);
  const edit = (index, field, content) => onRows(rows.map((row, i) => (i === index ? { ...row, [field]: content } : row)));
  const add = () => {
    added.current = rows.length;
    onRows([...rows, fresh(fields)]);
  };
  useEffect(() => {
    if (added.current === null) return;
    list.current?.querySelectorAll("li")[added.current]?.querySelector("input")?.focus();
    added.current = null;
  }, [rows]);
  return (
    <>
      {rows.length > 0 && (
        <ol ref={list} className={compact ? "compact" : ""}>
          {rows.map((row, index) => (
            <li key={index} aria-label={`Linha ${index + 1}`}>
              {fields.map((field) => (
                <Cell key={field.name} field={field} id={`${name}-${index}-${field.name}`} content={row[field.name]}
                  source={source(name, field, sets, known, onSearch)} disabled={disabled || (field.kind === "time" && row.all_day)}
                  onChange={(content) => edit(index, field.name, content)} />
              ))}
              {!disabled && (
                <button type="button" className="button quiet compact remove" aria-label={`Remover linha ${index + 1}`}
                  onClick={() => onRows(rows.filter((_, i) => i !== index))}>Remover</button>
              )}
            </li>
          ))}
        </ol>
      )}
      {!disabled && <button type="button" className="button" onClick={add}>{addLabel}</button>}
    </>
  );
}

function source(name, field, sets, known, onSearch) {
  const set = field.kind === "destination" ? "destinations" : `${name}.${field.name}`;
  return { options: sets[set] ?? [], known: known[set] ?? [], onSearch: (text) => onSearch(set, text) };
}

function Cell({ field, id, content, source, disabled, onChange }) {
  if (field.kind === "destination" || field.kind === "ref")
    return (
      <div className="cell find">
        <label htmlFor={id}>{field.label}</label>
        {field.kind === "ref" ? (
          <RefSearch id={id} required={field.required} options={source.options} onSearch={source.onSearch} disabled={disabled}
            chosen={source.known.filter((row) => row.value === String(content ?? ""))} onPick={(row) => onChange(row.value)} />
        ) : (
          <DestinationBox id={id} value={content ?? ""} required={field.required} {...source} disabled={disabled} onChange={onChange} />
        )}
      </div>
    );

  if (field.kind === "multi") return <Chips field={field} chosen={content ?? []} disabled={disabled} onChange={onChange} />;
  if (field.kind === "bool")
    return (
      <div className="cell row">
        <input type="checkbox" id={id} checked={Boolean(content)} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
        <label htmlFor={id}>{field.label}</label>
      </div>
    );
  return (
    <div className="cell">
      <label htmlFor={id}>{field.label}</label>
      <input className="input" id={id} type={["time", "date"].includes(field.kind) ? field.kind : "text"} inputMode={field.numeric ? "numeric" : undefined}
        value={content ?? ""} disabled={disabled} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

function Chips({ field, chosen, disabled, onChange }) {
  const toggle = (value) => onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  const chips = (
    <div className="chips" role="group" aria-label={field.label}>
      {field.options.map((option) => (
        <label key={option.value} className="chip">
          <input type="checkbox" checked={chosen.includes(option.value)} disabled={disabled} onChange={() => toggle(option.value)} />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
  if (field.options.length <= OPEN_CHIPS)
    return (
      <div className="cell wide">
        <span className="label" aria-hidden="true">{field.label}</span>
        {chips}
      </div>
    );
  const names = field.options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  return (
    <details className="cell wide">
      <summary className="label">{field.label}: {names.join(", ") || "qualquer"}</summary>
      {chips}
    </details>
  );
}
