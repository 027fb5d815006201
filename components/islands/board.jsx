// Who is in a queue: two lists, by mouse, touch, keyboard and buttons. A hidden input carries the right one as JSON.
import { useEffect, useRef, useState } from "react";
import { fold, useChanged, useRestored, useSearch } from "./fields";
import { CLOSE, DOWN, GRIP, Glyph, UP, moved, useDragging } from "./ordered";

const KINDS = { extension: "extension", agent: "user" }; // Tipo de membro → kind of the entries
const HOW = "Espaço pega e solta, as setas movem para cima, para baixo e de uma lista para a outra, Esc desiste.";

function parsed(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

/** The choice of the form's other field, as it is now. */
function useMemberKind(box, field) {
  const [kind, setKind] = useState("");
  useEffect(() => {
    const form = box.current.closest("form");
    const look = () => setKind(KINDS[form.elements[field]?.value] ?? "");
    look();
    form.addEventListener("change", look);
    return () => form.removeEventListener("change", look);
  }, []);
  return kind;
}

export function QueueBoard({ name, labelId, describedBy, kindField, options, chosen, many, onSearch, disabled }) {
  const box = useRef(null);
  const hidden = useRef(null);
  const said = useRef(null);
  const [everyone, setEveryone] = useState(chosen); // of both kinds: changing the kind and back loses nobody
  const [query, setQuery] = useState("");
  const kind = useMemberKind(box, kindField);
  const dragging = useDragging();
  useSearch(query, many, onSearch);
  const ours = (row) => row.value.startsWith(`${kind}:`);
  const inside = kind ? everyone.filter(ours) : everyone;
  const text = JSON.stringify(inside.map((row) => row.value));
  useChanged(hidden, text);
  useRestored(hidden, (taken) => setEveryone(parsed(taken).map((id) => [...everyone, ...chosen, ...options].find((row) => row.value === id) ?? { value: id, label: `nº ${id.split(":")[1]}` })));

  const words = fold(query).split(/\s+/).filter(Boolean);
  const free = options.filter((row) => ours(row) && !inside.some((other) => other.value === row.value) && words.every((word) => fold(row.label).includes(word)));
  const put = (rows) => setEveryone([...everyone.filter((row) => !ours(row)), ...rows]);
  const tell = (sentence) => (said.current.textContent = sentence);
  const add = (row, at = inside.length) => {
    put([...inside.slice(0, at), row, ...inside.slice(at)]);
    tell(`${row.label} entrou na fila, na posição ${at + 1}.`);
  };
  const remove = (index) => {
    tell(`${inside[index].label} saiu da fila.`);
    put(inside.filter((_, i) => i !== index));
  };
  const shift = (from, to) => {
    if (to < 0 || to >= inside.length) return;
    put(moved(inside, from, to));
    tell(`${inside[from].label}: agora na posição ${to + 1} de ${inside.length}.`);
  };
  const dropped = ({ source, destination }, { announce }) => {
    if (!destination) return announce("Ficou onde estava.");
    announce("Solto.");
    if (source.droppableId === "free" && destination.droppableId === "inside") add(free[source.index], destination.index);
    else if (source.droppableId === "inside" && destination.droppableId === "free") remove(source.index);
    else if (source.droppableId === "inside") shift(source.index, destination.index);
  };
  const over = ({ destination }, { announce }) =>
    announce(destination ? `Sobre ${destination.droppableId === "inside" ? "Ramal/agente em fila" : "Disponíveis"}, posição ${destination.index + 1}.` : "Fora das listas.");

  const freeLine = (row) => (
    <>
      <span className="name">{row.label}</span>
      {!disabled && <button type="button" className="button quiet compact" aria-label={`Adicionar ${row.label}`} onClick={() => add(row)}>Adicionar</button>}
    </>
  );
  const insideLine = (row, index) => (
    <>
      <span className="num muted">{index + 1}.</span>
      <span className="name">{row.label}</span>
      {!disabled && (
        <span className="tools">
          <button type="button" className="button quiet icon-only compact" disabled={index === 0} aria-label={`Subir ${row.label}`} onClick={() => shift(index, index - 1)}><Glyph path={UP} /></button>
          <button type="button" className="button quiet icon-only compact" disabled={index === inside.length - 1} aria-label={`Descer ${row.label}`} onClick={() => shift(index, index + 1)}><Glyph path={DOWN} /></button>
          <button type="button" className="button quiet icon-only compact" aria-label={`Remover ${row.label}`} onClick={() => remove(index)}><Glyph path={CLOSE} /></button>
        </span>
      )}
    </>
  );
  const word = kind === "user" ? "agente" : "ramal";
  const lists = (
    <div className="board">
      <section aria-labelledby={`${name}-free`}>
        <h3 id={`${name}-free`}>Disponíveis</h3>
        <input className="input" type="search" aria-label={`Procurar ${word} disponível`} placeholder={`Procurar ${word}`} value={query}
          onChange={(event) => (event.stopPropagation(), setQuery(event.target.value))} onInput={(event) => event.stopPropagation()}
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()} />
        <List id="free" rows={free} line={freeLine} dragging={disabled ? null : dragging} label="Disponíveis"
          empty={query ? "Nada encontrado." : `Nenhum outro ${word} disponível.`} />
      </section>
      <section aria-labelledby={`${name}-inside`}>
        <h3 id={`${name}-inside`}>Ramal/agente em fila <span className="count">{inside.length}</span></h3>
        <List id="inside" rows={inside} line={insideLine} dragging={disabled ? null : dragging} label="Ramal/agente em fila"
          empty={`Arraste para cá quem atende, ou use Adicionar.`} />
      </section>
    </div>
  );
  return (
    <div ref={box} role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={text} />
      <span ref={said} className="sr-only" role="status" />
      {dragging && !disabled ? (
        <dragging.DragDropContext dragHandleUsageInstructions={HOW} onDragStart={(_, { announce }) => announce("Pego.")} onDragUpdate={over} onDragEnd={dropped}>{lists}</dragging.DragDropContext>
      ) : lists}
    </div>
  );
}

function List({ id, rows, line, dragging, label, empty }) {
  if (!dragging)
    return (
      <ol aria-label={label}>
        {rows.map((row, index) => <li key={row.value}>{line(row, index)}</li>)}
        {rows.length === 0 && <li className="none">{empty}</li>}
      </ol>
    );
  const { Droppable, Draggable } = dragging;
  return (
    <Droppable droppableId={id}>
      {(drop, { isDraggingOver }) => (
        <ol ref={drop.innerRef} {...drop.droppableProps} aria-label={label} className={isDraggingOver ? "over" : ""}>
          {rows.map((row, index) => (
            <Draggable key={row.value} draggableId={row.value} index={index}>
              {(drag, { isDragging }) => (
                <li ref={drag.innerRef} {...drag.draggableProps} className={isDragging ? "dragged" : ""}>
                  <span className="grip" {...drag.dragHandleProps} aria-label={`Mover ${row.label}`} title="Arraste"><Glyph path={GRIP} /></span>
                  {line(row, index)}
                </li>
              )}
            </Draggable>
          ))}
          {drop.placeholder}
          {rows.length === 0 && !isDraggingOver && <li className="none">{empty}</li>}
        </ol>
      )}
    </Droppable>
  );
}
