// Ctrl+K: one box that finds pages at once and rows as the server answers.
import { useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function Palette({ pages, allowed, found, onQuery }) {
  const dialog = useRef(null);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const wanted = fold(query.trim());
  const rows = useMemo(() => {
    const places = pages.filter((page) => (page.own || allowed.includes(page.path)) && fold(page.label).includes(wanted));
    return [...places, ...(wanted ? found : [])];
  }, [pages, allowed, found, wanted]);

  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => onQuery(query.trim()), 120);
    return () => clearTimeout(timer);
  }, [wanted]);

  useEffect(() => setAt(0), [wanted]);

  const leave = () => {
    dialog.current.close();
    setQuery("");
  };
  const go = (row) => {
    leave();
    navigate(row.path);
  };
  const keys = (event) => {
    if (event.key === "ArrowDown") setAt((at + 1) % Math.max(rows.length, 1));
    else if (event.key === "ArrowUp") setAt((at - 1 + rows.length) % Math.max(rows.length, 1));
    else if (event.key === "Enter" && rows[at]) go(rows[at]);
    else if (event.key === "Escape") leave(); // by itself it only empties the field in some browsers
    else return;
    event.preventDefault();
  };
  return (
    <dialog id="palette" ref={dialog} className="dialog palette" aria-label="Procurar em tudo">
      <div className="find">
        <input type="search" role="combobox" aria-expanded="true" aria-controls="palette-rows" aria-label="Procurar em tudo" autoFocus
          aria-activedescendant={rows[at] ? `palette-${at}` : undefined}
          placeholder="Páginas, números, pessoas, chamadas" value={query}
          onChange={(event) => setQuery(event.target.value)} onKeyDown={keys} />
        <kbd>Esc</kbd>
      </div>
      <ul id="palette-rows" role="listbox" aria-label="O que foi encontrado">
        {rows.map((row, index) => (
          <li key={row.path + row.label} id={`palette-${index}`} role="option" aria-selected={index === at}
            onMouseMove={() => setAt(index)} onClick={() => go(row)}>
            <span>{row.label}</span>
            <span className="hint">{row.kind}</span>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <p className="none" role="status">Nada encontrado para “{query}”.</p>}
    </dialog>
  );
}
