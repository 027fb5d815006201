// The periods of a Condição de Horário: painted on a week, or written line by line. Both edit the same periods.
import { useRef, useState } from "react";
import { useChanged, useRestored } from "./fields";
import { RowList, parsedRows } from "./rows";
import { clock, isOpen, painted, periodsOf, touches, week, weekly } from "./week";

const NAMES = ["Seg", "Ter", "Qua", "Qui", "Sex", "Sáb", "Dom"];
const STEP = 30;
const CELLS = 1440 / STEP;

export function Week({ name, labelId, describedBy, fields, addLabel, value, disabled }) {
  const box = useRef(null);
  const hidden = useRef(null);
  const [rows, setRows] = useState(() => parsedRows(value));
  useChanged(box, rows);
  useRestored(hidden, (text) => setRows(parsedRows(text)));
  const paint = (change) => setRows([...periodsOf(painted(week(rows.filter(weekly)), change)), ...rows.filter((row) => !weekly(row))]);
  return (
    <div ref={box} className="rows" role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
      <input ref={hidden} type="hidden" name={name} value={JSON.stringify(rows)} />
      <Grid rows={rows} disabled={disabled} onPaint={paint} />
      <RowList name={name} fields={fields} addLabel={addLabel} rows={rows} onRows={setRows} disabled={disabled} />
    </div>
  );
}

/** What is being painted, in words: a finger hides the cells. */
function stretch({ day, cell, toDay, toCell }) {
  const [first, last] = [Math.min(day, toDay), Math.max(day, toDay)];
  const days = first === last ? NAMES[first] : `${NAMES[first]} a ${NAMES[last]}`;
  const end = (Math.max(cell, toCell) + 1) * STEP;
  return `${days}, ${clock(Math.min(cell, toCell) * STEP)} às ${end === 1440 ? "24:00" : clock(end)}`;
}

function Grid({ rows, disabled, onPaint }) {
  const grid = useRef(null);
  const [drag, setDrag] = useState(null); // {day, cell, toDay, toCell, open}
  const [at, setAt] = useState([0, 16]); // the cell that the keyboard is on: Monday, 08:00
  const days = week(rows.filter(weekly));
  const sometimes = week(rows.filter((row) => !weekly(row)));
  const open = (day, cell) => isOpen(days[day], cell * STEP, (cell + 1) * STEP);
  const part = (day, cell) => touches(days[day], cell * STEP, (cell + 1) * STEP);
  const apply = (fromDay, fromCell, toDay, toCell, on) =>
    onPaint({
      first: Math.min(fromDay, toDay), last: Math.max(fromDay, toDay),
      start: Math.min(fromCell, toCell) * STEP, end: (Math.max(fromCell, toCell) + 1) * STEP, open: on,
    });
  /** The cell at the pointer; `held`: the nearest one, since who paints to the end of the day overshoots it. */
  const under = ({ clientX, clientY }, held) => {
    const corner = (cell) => grid.current.querySelector(`[data-cell="${cell}"]`).getBoundingClientRect();
    const first = corner("0/0"), last = corner(`6/${CELLS - 1}`);
    const x = held ? Math.max(first.left + 1, Math.min(clientX, last.right - 1)) : clientX;
    const y = held ? Math.max(first.top + 1, Math.min(clientY, last.bottom - 1)) : clientY;
    return document.elementFromPoint(x, y)?.closest?.("[data-cell]")?.dataset.cell?.split("/").map(Number);
  };
  const down = (event) => {
    const place = under(event);
    if (disabled || !place || event.button > 0) return;
    grid.current.setPointerCapture(event.pointerId);
    setAt(place);
    setDrag({ day: place[0], cell: place[1], toDay: place[0], toCell: place[1], open: !open(...place) });
  };
  const move = (event) => {
    const place = drag && under(event, true);
    if (place && (place[0] !== drag.toDay || place[1] !== drag.toCell)) setDrag({ ...drag, toDay: place[0], toCell: place[1] });
  };
  const up = () => {
    if (drag) apply(drag.day, drag.cell, drag.toDay, drag.toCell, drag.open);
    setDrag(null);
  };
  const keys = (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (step) {
      const next = [Math.max(0, Math.min(6, at[0] + step[0])), Math.max(0, Math.min(CELLS - 1, at[1] + step[1]))];
      if (event.shiftKey && !disabled) apply(at[0], at[1], next[0], next[1], open(...at));
      setAt(next);
      grid.current.querySelector(`[data-cell="${next.join("/")}"]`)?.focus();
    } else if ((event.key === " " || event.key === "Enter") && !disabled) apply(at[0], at[1], at[0], at[1], !open(...at));
    else return;
    event.preventDefault();
  };
  const inDrag = (day, cell) =>
    drag && day >= Math.min(drag.day, drag.toDay) && day <= Math.max(drag.day, drag.toDay) && cell >= Math.min(drag.cell, drag.toCell) && cell <= Math.max(drag.cell, drag.toCell);
  const look = (day, cell) => {
    if (inDrag(day, cell)) return drag.open ? "open" : "";
    if (open(day, cell)) return "open";
    return part(day, cell) ? "part" : touches(sometimes[day], cell * STEP, (cell + 1) * STEP) ? "sometimes" : "";
  };
  return (
    <div className="week">
      {drag && <p className="painting small num">{drag.open ? "Abrir" : "Fechar"} {stretch(drag)}</p>}
      <div className="hours" aria-hidden="true">{[0, 3, 6, 9, 12, 15, 18, 21, 24].map((hour) => <span key={hour} style={{ left: `${hour / 0.24}%` }}>{hour}h</span>)}</div>
      <div ref={grid} role="grid" aria-label="Semana: pinte o horário aberto" aria-readonly={disabled || undefined}
        onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={() => setDrag(null)} onKeyDown={keys}>
        {NAMES.map((dayName, day) => (
          <div key={dayName} role="row">
            <span role="rowheader">{dayName}</span>
            {Array.from({ length: CELLS }, (_, cell) => (
              <span key={cell} role="gridcell" data-cell={`${day}/${cell}`} className={look(day, cell)} aria-selected={open(day, cell)}
                tabIndex={at[0] === day && at[1] === cell ? 0 : -1} aria-label={`${dayName} ${clock(cell * STEP)}`}
                title={`${dayName} ${clock(cell * STEP)}–${clock((cell + 1) * STEP)}`} />
            ))}
          </div>
        ))}
      </div>
      <p className="legend small muted">
        <span><i className="swatch open" /> aberto toda semana</span>
        <span><i className="swatch sometimes" /> aberto só em certos dias do mês ou meses</span>
        {!disabled && <span className="for-mouse">Arraste para pintar ou apagar. No teclado: setas movem, Espaço pinta, Shift+setas estende.</span>}
        {!disabled && <span className="for-touch">Deslize para o lado para pintar ou apagar; depois, para cima ou para baixo pega outros dias.</span>}
      </p>
    </div>
  );
}
