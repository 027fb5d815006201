// Where a call goes, in one control: the kind and the row are found by typing either. Every destination is chosen here.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { fold, useChanged, useRestored, useSearch } from "./fields";

const GLANCE = 5; // rows of each kind before anything is typed, so that all kinds are in sight
const ROOM = 330; // px, the tallest list with its gap

const words = ({ group, label }) => (group ? `${group} · ${label}` : label);

/** What matches, under the headings in the order in which they came; the ways to create stand last in each group. */
function grouped(options, query, required) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const fits = (row) => wanted.every((word) => fold(words(row)).includes(word)) || (!row.value && fold(row.group).includes(wanted[0] ?? ""));
  const groups = new Map(required ? [] : [["", [{ value: "", label: "Não definido", group: "" }]]]);
  for (const row of options.filter(fits)) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  const cut = (members) => [...members.filter((row) => row.value || !row.path).slice(0, wanted.length ? undefined : GLANCE), ...members.filter((row) => !row.value && row.path)];
  return [...groups].map(([group, members]) => [group, cut(members), members.length]);
}

/** `value` is "<kind>:<id>", "hangup" or nothing; `known` names what is chosen though it is not among the options. */
export function DestinationBox({ id, label, value, options = [], known = [], onSearch, onChange, describedBy, invalid, required, disabled }) {
  const [query, setQuery] = useState(null); // null: closed
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState(null);
  const [above, setAbove] = useState(false);
  const box = useRef(null);
  const list = useRef(null);
  const base = useId();
  useSearch(query ?? "", query !== null, onSearch);
  const groups = useMemo(() => grouped(options, query ?? "", required), [options, query, required]);
  const rows = groups.flatMap(([, members]) => members);
  const current = [picked, ...known, ...options].find((row) => row && row.value === value && value !== "");
  const open = query !== null;

  useEffect(() => {
    if (open) list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, open]);

  const show = () => {
    if (open || disabled) return;
    setAt(Math.max(0, grouped(options, "", required).flatMap(([, members]) => members).findIndex((row) => row.value === value && value !== "")));
    const { top, bottom } = box.current.getBoundingClientRect();
    setAbove(bottom + ROOM > window.innerHeight && top > ROOM);
    setQuery("");
    onSearch(""); // another picker of the form may have narrowed what they share
  };
  useEffect(() => {
    if (query === "") setAt(Math.max(0, rows.findIndex((row) => row.value === value && value !== "")));
  }, [options]);
  const choose = (row) => {
    setQuery(null);
    if (!row.value && row.path) return makeAnother(row.path);
    setPicked(row);
    onChange(row.value);
  };
  const makeAnother = (path) => {
    window.open(path, "_blank"); // what is typed here stays here
    window.addEventListener("focus", () => onSearch(""), { once: true });
  };
  const keys = (event) => {
    if (!open && !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    if (!open) show();
    else if (event.key === "ArrowDown") setAt((at + 1) % Math.max(rows.length, 1));
    else if (event.key === "ArrowUp") setAt((at - 1 + rows.length) % Math.max(rows.length, 1));
    else if (event.key === "Enter") rows[at] && choose(rows[at]);
    else if (event.key === "Escape") setQuery(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  let place = -1;
  return (
    <div ref={box} className="refsearch destination" onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setQuery(null)}>
      <div className="with-button">
        <input className="input" id={id} role="combobox" aria-label={label} aria-expanded={open} aria-controls={`${base}-list`} autoComplete="off"
          aria-activedescendant={open && rows[at] ? `${base}-${at}` : undefined} aria-describedby={describedBy}
          aria-invalid={invalid || undefined} aria-required={required || undefined} disabled={disabled}
          placeholder={open && current ? words(current) : "Escolha ou digite para procurar"}
          value={query ?? (current ? words(current) : value ? "(excluído)" : "")} onKeyDown={keys} onClick={show}
          onChange={(event) => (event.stopPropagation(), setAt(0), setQuery(event.target.value))} />
        {current?.path && (
          <a className="button quiet icon-only" href={current.path} target="_blank" rel="noreferrer" aria-label={`Abrir ${words(current)} em outra aba`} title="Abrir em outra aba">
            <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M10 5H5v14h14v-5" /><path d="M14 4.5h5.5V10M19 5l-8 8" /></svg>
          </a>
        )}
      </div>
      <div ref={list} id={`${base}-list`} className={above ? "options above" : "options"} role="listbox" aria-label="Destinos" hidden={!open}>
        {open && groups.map(([group, members, all]) => (
          <ul key={group || members[0].value} role="group" aria-label={group || undefined}>
            {group && <li className="heading" role="presentation">{group}{all > members.length && <span> · digite para ver mais</span>}</li>}
            {members.map((row) => {
              const index = (place += 1);
              return (
                <li key={row.value || row.path || "none"} id={`${base}-${index}`} role="option" aria-selected={index === at} className={row.value ? "" : "quiet"}
                  aria-label={row.value ? words(row) : undefined}
                  onMouseMove={() => index !== at && setAt(index)} onMouseDown={(event) => (event.preventDefault(), choose(row))}>
                  {row.label}
                </li>
              );
            })}
          </ul>
        ))}
        {open && rows.length === 0 && <p className="none">Nada encontrado.</p>}
      </div>
    </div>
  );
}

/** A field of a form: the control, and what is submitted. */
export function Destination({ name, value, ...rest }) {
  const [current, setCurrent] = useState(value ?? "");
  const hidden = useRef(null);
  useChanged(hidden, current);
  useRestored(hidden, setCurrent);
  return (
    <>
      <input ref={hidden} type="hidden" name={name} value={current} />
      <DestinationBox {...rest} value={current} onChange={setCurrent} />
    </>
  );
}
