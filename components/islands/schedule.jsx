// Around a Condição de Horário: its closed days with those of Brazil in one click, and the next 14 days as a picture.
import { useEffect, useRef, useState } from "react";
import { useChanged, useRestored } from "./fields";
import { RowList, parsedRows } from "./rows";

/** `found`: {year, state, days: [{date, name, optional}]}, the answer to the last `onAsk(year, state)`. */
export function Holidays({ name, labelId, describedBy, fields, addLabel, value, disabled, states, state, year, found, onAsk }) {
  const box = useRef(null);
  const hidden = useRef(null);
  const [rows, setRows] = useState(() => parsedRows(value));
  const [wanted, setWanted] = useState({ year, state, optional: false });
  const asked = useRef(false);
  const [said, setSaid] = useState("");
  useChanged(box, rows);
  useRestored(hidden, (text) => setRows(parsedRows(text)));
  useEffect(() => {
    if (!asked.current || !found.days) return;
    asked.current = false;
    const held = new Set(rows.map((row) => row.date));
    const fresh = found.days.filter((day) => (wanted.optional || !day.optional) && !held.has(day.date));
    setRows([...rows, ...fresh.map(({ date, name: title }) => ({ date, name: title }))].sort((a, b) => (a.date ?? "").localeCompare(b.date ?? "")));
    setSaid(fresh.length ? `${fresh.length} feriados adicionados. Salve para valer.` : "Todos já estavam na lista.");
  }, [found]);
  const ask = () => {
    asked.current = true;
    onAsk(String(wanted.year), wanted.state);
  };
  return (
    <div ref={box} className="rows" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={JSON.stringify(rows)} />
      {!disabled && (
        <div className="row wrap holidays">
          <select className="input" aria-label="Estado" value={wanted.state} onChange={(event) => (event.stopPropagation(), setWanted({ ...wanted, state: event.target.value }))}>
            <option value="">Só nacionais</option>
            {states.map((code) => <option key={code} value={code}>{code}</option>)}
          </select>
          <select className="input" aria-label="Ano" value={wanted.year} onChange={(event) => (event.stopPropagation(), setWanted({ ...wanted, year: event.target.value }))}>
            {[0, 1, 2].map((more) => <option key={more} value={Number(year) + more}>{Number(year) + more}</option>)}
          </select>
          <label className="row"><input type="checkbox" checked={wanted.optional} onChange={(event) => (event.stopPropagation(), setWanted({ ...wanted, optional: event.target.checked }))} />com pontos facultativos</label>
          <button type="button" className="button" onClick={ask}>Adicionar feriados do Brasil</button>
          <span className="muted small" role="status">{said}</span>
        </div>
      )}
      <RowList name={name} fields={fields} addLabel={addLabel} rows={rows} onRows={setRows} disabled={disabled} compact />
    </div>
  );
}

const FIELDS = ["periods", "holidays", "forced", "forced_until"];
const QUIET = 350;

/** Asks anew as the form changes. `answer`: {days: [{label, name, spans: [{from, to, why}]}], warnings: [text], now: text}; from and to in minutes. */
export function Preview({ form: id, answer, onAsk }) {
  useEffect(() => {
    const form = document.getElementById(id);
    let timer = null, last = null;
    const ask = () => {
      const data = new FormData(form);
      const values = Object.fromEntries(FIELDS.map((name) => [name, String(data.get(name) ?? "")]));
      const text = JSON.stringify(values);
      if (text !== last) onAsk((last = text) && values);
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, QUIET);
    };
    soon();
    form.addEventListener("change", soon);
    form.addEventListener("input", soon);
    return () => {
      clearTimeout(timer);
      form.removeEventListener("change", soon);
      form.removeEventListener("input", soon);
    };
  }, []);
  const { days = [], warnings = [], now = "" } = answer;
  return (
    <section className="panel preview" aria-labelledby="preview-title">
      <h2 id="preview-title">Próximos 14 dias</h2>
      {now && <p role="status">{now}</p>}
      {warnings.map((text) => <p key={text} className="notice warning">{text}</p>)}
      <table>
        <caption className="sr-only">Quando fica aberto nos próximos 14 dias</caption>
        <tbody>
          {days.map((day) => (
            <tr key={day.label}>
              <th scope="row" className="num">{day.label}</th>
              <td>
                <div className="bar-24" role="img" aria-label={day.spans.length ? day.spans.map((span) => span.why).join("; ") : day.name || "fechado"}>
                  {day.spans.map((span) => (
                    <span key={span.from} className={span.forced ? "forced" : ""} style={{ left: `${span.from / 14.4}%`, width: `${(span.to - span.from) / 14.4}%` }} title={span.why} />
                  ))}
                  {day.name && <em>{day.name}</em>}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="hours" aria-hidden="true">{[0, 6, 12, 18, 24].map((hour) => <span key={hour} style={{ left: `${hour / 0.24}%` }}>{hour}h</span>)}</div>
    </section>
  );
}
