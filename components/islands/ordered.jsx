// A list whose order counts: drag, arrows on the handle, or buttons. A hidden input carries it as JSON.
import { useEffect, useRef, useState } from "react";
import { RefSearch, useChanged, useRestored } from "./fields";

function parsed(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

/** The library for dragging comes after the page; until then, and without it, the buttons do. */
export function useDragging() {
  const [library, setLibrary] = useState(null);
  useEffect(() => {
    import("@hello-pangea/dnd").then(setLibrary, () => null);
  }, []);
  return library;
}

const SAY = {
  dragHandleUsageInstructions: "Espaço pega e solta; as setas movem; Esc desiste.",
};

export function moved(items, from, to) {
  const next = [...items];
  next.splice(Math.max(0, Math.min(to, items.length - 1)), 0, ...next.splice(from, 1));
  return next;
}

export const Glyph = ({ path }) => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={path} /></svg>
);
export const UP = "m6 14.5 6-6 6 6", DOWN = "m6 9.5 6 6 6-6", CLOSE = "m6 6 12 12M18 6 6 18", GRIP = "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01";

/** One of many, several times: `chosen` in its order, `options` to add from. */
export function Ordered({ name, labelId, describedBy, options, chosen, onSearch, disabled, addLabel }) {
  const [items, setItems] = useState(chosen);
  const [round, setRound] = useState(0); // empties the box that adds
  const hidden = useRef(null);
  const said = useRef(null);
  const dragging = useDragging();
  const value = JSON.stringify(items.map((item) => item.value));
  useChanged(hidden, value);
  useRestored(hidden, (text) => setItems(parsed(text).map((id) => [...items, ...chosen, ...options].find((row) => row.value === id) ?? { value: id, label: `nº ${id}` })));
  const tell = (words) => (said.current.textContent = words);
  const shift = (from, to) => {
    if (to < 0 || to >= items.length) return;
    setItems(moved(items, from, to));
    tell(`${items[from].label}: agora na posição ${to + 1} de ${items.length}.`);
  };
  const add = (row) => {
    if (!row.value) return;
    setItems([...items, row]);
    setRound(round + 1);
    tell(`${row.label}: na posição ${items.length + 1}.`);
  };
  const line = (item, index, handle) => (
    <>
      <span className="grip" {...handle} title="Arraste para mudar a ordem" aria-label={handle ? `Mover ${item.label}` : undefined}><Glyph path={GRIP} /></span>
      <span className="num muted">{index + 1}.</span>
      <span className="name">{item.label}</span>
      {!disabled && (
        <span className="tools">
          <button type="button" className="button quiet icon-only compact" disabled={index === 0} aria-label={`Subir ${item.label}`} onClick={() => shift(index, index - 1)}><Glyph path={UP} /></button>
          <button type="button" className="button quiet icon-only compact" disabled={index === items.length - 1} aria-label={`Descer ${item.label}`} onClick={() => shift(index, index + 1)}><Glyph path={DOWN} /></button>
          <button type="button" className="button quiet icon-only compact" aria-label={`Remover ${item.label}`} onClick={() => (setItems(items.filter((_, i) => i !== index)), tell(`${item.label}: removido.`))}><Glyph path={CLOSE} /></button>
        </span>
      )}
    </>
  );
  return (
    <div className="ordered" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={value} />
      <span ref={said} className="sr-only" role="status" />
      {items.length > 0 && <Lines items={items} line={line} onMove={shift} dragging={disabled ? null : dragging} />}
      {!disabled && (
        <RefSearch key={round} id={`${name}-add`} label={addLabel} required options={options.filter((row) => !items.some((item) => item.value === row.value))}
          chosen={[]} onSearch={onSearch} onPick={add} />
      )}
    </div>
  );
}

function Lines({ items, line, onMove, dragging }) {
  if (!dragging) return <ol>{items.map((item, index) => <li key={item.value}>{line(item, index)}</li>)}</ol>;
  const { DragDropContext, Droppable, Draggable } = dragging;
  return (
    <DragDropContext {...SAY} onDragEnd={({ source, destination }) => destination && destination.index !== source.index && onMove(source.index, destination.index)}>
      <Droppable droppableId="items">
        {(drop) => (
          <ol ref={drop.innerRef} {...drop.droppableProps}>
            {items.map((item, index) => (
              <Draggable key={item.value} draggableId={item.value} index={index}>
                {(drag, { isDragging }) => (
                  <li ref={drag.innerRef} {...drag.draggableProps} className={isDragging ? "dragged" : ""}>{line(item, index, drag.dragHandleProps)}</li>
                )}
              </Draggable>
            ))}
            {drop.placeholder}
          </ol>
        )}
      </Droppable>
    </DragDropContext>
  );
}
