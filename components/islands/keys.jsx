// The keys of a URA: a check box for each, and for each checked one where it leads. A hidden input carries them as JSON.
import { useRef, useState } from "react";
import { DestinationBox } from "./destination";
import { useChanged, useRestored } from "./fields";

const KEYS = [..."123456789*0#"]; // as they lie on a telephone

function parsed(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

export function Keys({ name, labelId, describedBy, value, options, known, onSearch, disabled }) {
  const hidden = useRef(null);
  const [rows, setRows] = useState(() => parsed(value));
  const text = JSON.stringify(rows);
  useChanged(hidden, text);
  useRestored(hidden, (taken) => setRows(parsed(taken)));
  const of = (key) => rows.find((row) => row.key === key);
  const toggle = (key) => {
    const next = of(key) ? rows.filter((row) => row.key !== key) : [...rows, { key, destination: "" }];
    setRows(next.sort((a, b) => KEYS.indexOf(a.key) - KEYS.indexOf(b.key)));
  };
  const lead = (key, destination) => setRows(rows.map((row) => (row.key === key ? { key, destination } : row)));
  return (
    <div className="keys" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={text} />
      <div className="keypad chips">
        {KEYS.map((key) => (
          <label key={key} className="chip">
            <input type="checkbox" aria-label={`Tecla ${key}`} checked={Boolean(of(key))} disabled={disabled} onChange={() => toggle(key)} />
            <span>{key}</span>
          </label>
        ))}
      </div>
      {rows.length === 0 ? (
        <p className="muted">Marque as teclas que quem liga pode apertar.</p>
      ) : (
        <ul>
          {rows.map(({ key, destination }) => (
            <li key={key}>
              <span className="key" aria-hidden="true">{key}</span>
              <DestinationBox id={`${name}-${key}`} label={`Destino da tecla ${key}`} value={destination} required options={options} known={known}
                onSearch={onSearch} onChange={(to) => lead(key, to)} disabled={disabled} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
