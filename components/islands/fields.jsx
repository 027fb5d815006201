// The form controls that HTML does not have. Each ends in plain inputs with the field's name, so a submit reads them all.
import { useEffect, useMemo, useRef, useState } from "react";
import { credentials } from "./credentials";

export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Tells the form that a control changed, once what it will submit is in the page. */
export function useChanged(element, value) {
  const last = useRef(value);
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    element.current.dispatchEvent(new Event("change", { bubbles: true }));
  }, [value]);
}

/** Takes back what was typed before the page was drawn anew; see form.jsx. */
export function useRestored(element, take) {
  useEffect(() => {
    const input = element.current;
    const taken = ({ detail }) => take(detail ?? "");
    input.addEventListener("restore", taken);
    return () => input.removeEventListener("restore", taken);
  });
}

/** Asks the server after a breath, when it holds more than it sent. */
export function useSearch(query, many, onSearch) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current || !many) return void (first.current = false);
    const timer = setTimeout(() => onSearch(query.trim()), 150);
    return () => clearTimeout(timer);
  }, [query]);
}

/** Many of many: a list of check boxes with a search, the chosen ones first. */
export function CheckList({ name, labelId, describedBy, options, chosen, many, onSearch, disabled }) {
  const [query, setQuery] = useState("");
  const [picked, setPicked] = useState(() => new Map(chosen.map((row) => [row.value, row])));
  const atFirst = useRef(chosen);
  useSearch(query, many, onSearch);
  const wanted = fold(query);
  const matches = (row) => fold(row.label).includes(wanted);
  // Chosen rows stay in the list, hidden or not: a search must not untick what it does not show.
  const rows = useMemo(() => {
    const ahead = new Map([...atFirst.current.map((row) => [row.value, row]), ...picked]);
    return [...ahead.values(), ...options.filter((row) => !ahead.has(row.value))];
  }, [options, picked]);
  const toggle = (row) => {
    const next = new Map(picked);
    if (!next.delete(row.value)) next.set(row.value, row);
    setPicked(next);
  };
  return (
    <div className="checklist" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      {(many || options.length > 6) && (
        <div className="find">
          <input type="search" aria-label="Procurar nesta lista" placeholder="Procurar" value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} />
          <span className="muted small num">{picked.size} de {many ? `mais de ${options.length}` : rows.length}</span>
        </div>
      )}
      <ul>
        {rows.map((row) => (
          <li key={row.value} hidden={!matches(row)}>
            <label>
              <input type="checkbox" name={name} value={row.value} disabled={disabled} checked={picked.has(row.value)} onChange={() => toggle(row)} />
              {row.label}
            </label>
          </li>
        ))}
      </ul>
      {!rows.some(matches) && <p className="none">{rows.length ? "Nada encontrado." : "Ainda não há nada para escolher."}</p>}
    </div>
  );
}

/** One of very many: a text field that finds, and a hidden one that is submitted, or `onPick` that is told. */
export function RefSearch({ name, id, label, describedBy, invalid, required, options, chosen, onSearch, onPick, disabled }) {
  const [current, setCurrent] = useState(() => chosen[0] ?? { value: "", label: "" });
  const [query, setQuery] = useState(null); // null: not searching
  const [at, setAt] = useState(0);
  const hidden = useRef(null);
  useSearch(query ?? "", query !== null, onSearch);
  useChanged(hidden, current.value);
  useRestored(hidden, (value) => setCurrent(options.find((row) => row.value === value) ?? { value, label: value && `nº ${value}` }));
  const wanted = fold(query ?? "").split(" ").filter(Boolean);
  const found = options.filter((row) => wanted.every((word) => fold(row.label).includes(word)));
  const rows = required ? found : [{ value: "", label: "Não definido" }, ...found];
  const choose = (row) => {
    setCurrent(row.value ? row : { value: "", label: "" });
    setQuery(null);
    onPick?.(row);
  };
  const keys = (event) => {
    if (query === null && !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (event.key === "ArrowDown") query === null ? setQuery("") : setAt((at + 1) % rows.length);
    else if (event.key === "ArrowUp") setAt((at - 1 + rows.length) % rows.length);
    else if (event.key === "Enter" && rows[at]) choose(rows[at]);
    else if (event.key === "Escape") setQuery(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="refsearch" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setQuery(null)}>
      <input ref={hidden} type="hidden" name={name} value={current.value} />
      <input className="input" id={id} role="combobox" aria-label={label} aria-expanded={query !== null} aria-controls={`${id}-options`} autoComplete="off"
        aria-activedescendant={query !== null && rows[at] ? `${id}-option-${at}` : undefined} aria-describedby={describedBy}
        aria-invalid={invalid || undefined} aria-required={required || undefined} disabled={disabled} placeholder="Digite para procurar"
        value={query ?? current.label} onKeyDown={keys} onClick={() => query === null && setQuery("")}
        onChange={(event) => (event.stopPropagation(), setAt(0), setQuery(event.target.value))} />
      <ul id={`${id}-options`} role="listbox" aria-label="Opções" hidden={query === null}>
        {rows.map((row, index) => (
          <li key={row.value} id={`${id}-option-${index}`} role="option" aria-selected={index === at}
            onMouseMove={() => setAt(index)} onMouseDown={(event) => (event.preventDefault(), choose(row))}>
            {row.label}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Resource × verb, with the row and the column headings as switches for all of theirs. */
export function Matrix({ name, labelId, describedBy, resources, verbs, actions, chosen, disabled }) {
  const box = useRef(null);
  const [picked, setPicked] = useState(() => new Set(chosen));
  useChanged(box, picked);
  const change = (ids) => {
    const all = ids.every((id) => picked.has(id));
    const next = new Set(picked);
    ids.forEach((id) => (all ? next.delete(id) : next.add(id)));
    setPicked(next);
  };
  const check = (id, label) => (
    <input type="checkbox" name={name} value={id} aria-label={label} disabled={disabled} checked={picked.has(id)} onChange={() => change([id])} />
  );
  const heading = (ids, label) =>
    disabled ? label : <button type="button" className="all" title="Marcar ou desmarcar todas" onClick={() => change(ids)}>{label}</button>;
  return (
    <div ref={box} role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <div className="matrix-box">
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">Tela</th>
              {verbs.map((verb) => (
                <th key={verb.value} scope="col">
                  {heading(resources.filter((r) => r.verbs.includes(verb.value)).map((r) => `${r.key}.${verb.value}`), verb.label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {resources.map((resource) => (
              <tr key={resource.key}>
                <th scope="row">{heading(resource.verbs.map((verb) => `${resource.key}.${verb}`), resource.label)}</th>
                {verbs.map((verb) => (
                  <td key={verb.value}>
                    {resource.verbs.includes(verb.value) ? check(`${resource.key}.${verb.value}`, `${resource.label}: ${verb.label}`) : <span className="muted" aria-hidden="true">–</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {actions.length > 0 && (
        <div className="checks" role="group" aria-label="Ações ao vivo">
          {actions.map((action) => (
            <label key={action.value}>
              <input type="checkbox" name={name} value={action.value} disabled={disabled} checked={picked.has(action.value)} onChange={() => change([action.value])} />
              {action.label}
            </label>
          ))}
        </div>
      )}
    </div>
  );
}

const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"; // nothing that reads like something else

function randomPassword(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length * 2));
  const usable = [...bytes].filter((byte) => byte < 248).slice(0, length); // 248 = 8 × 31: no letter is likelier
  return usable.map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** A password is shown only on request, can be made here, and is never filled in by the server. */
export function PasswordField({ name, id, describedBy, invalid, required, keep, length, generator }) {
  const input = useRef(null);
  const [visible, setVisible] = useState(false);
  const generate = () => {
    input.current.value = randomPassword(length);
    setVisible(true);
    input.current.dispatchEvent(new Event("input", { bubbles: true }));
    input.current.focus();
  };
  return (
    <div className="with-button">
      <input ref={input} className="input" id={id} name={name} type={visible ? "text" : "password"} autoComplete="new-password"
        aria-describedby={describedBy} aria-invalid={invalid || undefined} aria-required={required || undefined}
        placeholder={keep ? "manter a atual" : undefined} spellCheck={false} autoCapitalize="off" />
      <button type="button" className="button" aria-pressed={visible} onClick={() => setVisible(!visible)}>
        {visible ? "Ocultar" : "Mostrar"}
      </button>
      {generator && <button type="button" className="button" onClick={generate}>Gerar senha</button>}
    </div>
  );
}

function Copy({ text, label }) {
  const [done, setDone] = useState(false);
  const copy = () => navigator.clipboard?.writeText(text).then(() => {
    setDone(true);
    setTimeout(() => setDone(false), 1600);
  });
  return <button type="button" className="button quiet compact" aria-label={`Copiar ${label}`} onClick={copy}>{done ? "Copiado" : "Copiar"}</button>;
}

/** What a softphone needs, shown once: it lives in this tab's memory and is gone with the page. */
export function Credentials({ latest, record, title, onKept }) {
  const shown = credentials.keep(latest, record);
  useEffect(() => {
    if (latest?.record) onKept(); // the server forgets it at once
  }, [latest]);
  const [closed, setClosed] = useState(null);
  if (!shown || closed === shown) return null;
  return (
    <section className="panel raised credentials" aria-labelledby="credentials-title">
      <div className="stack">
        <div>
          <h2 id="credentials-title">{title}</h2>
          <p className="small">Anote agora: a senha só aparece uma vez. Depois, só gerando outra.</p>
        </div>
        <dl>
          {shown.items.map(({ label, value }) => [
            <dt key={`${label}-t`}>{label}</dt>,
            <dd key={label}><span>{value}</span><Copy text={value} label={label} /></dd>,
          ])}
        </dl>
        <div>
          <button type="button" className="button compact" onClick={() => (setClosed(shown), credentials.forget())}>Já anotei</button>
        </div>
      </div>
      <figure className="qr">
        <img src={shown.qr} alt="Código QR com os dados do ramal, para softphones que leem QR" />
      </figure>
    </section>
  );
}
