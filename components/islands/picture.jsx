// The way of a call as a drawing: boxes that were laid out by the server, and the lines between them.
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "react";
import { Link } from "react-router";

const WIDTH = 208, HEIGHT = 52, GAP_X = 132, GAP_Y = 22; // from left to right
const STEP = 18, LINE = 44, GAP = 10, RAIL = 9; // from top to bottom
const left = (box) => box.column * (WIDTH + GAP_X);
const top = (box) => box.row * (HEIGHT + GAP_Y);
const BESIDE = "(min-width: 1200px)", ROOMY = "(min-width: 768px)"; // the first as in flow.css

function useMedia(query) {
  const watch = (changed) => {
    const media = window.matchMedia(query);
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  };
  return useSyncExternalStore(watch, () => window.matchMedia(query).matches, () => false);
}

/** Beside the form where there is room, else what the tab "Fluxo" shows (`chosen`). Asked for once the form is there:
 *  `onAsk(baseline)` brings the `picture` of that baseline, {of, boxes, lines, outline}. */
export function Drawing({ picture, baseline, ready, chosen, onAsk, onBeside }) {
  const beside = useMedia(BESIDE), roomy = useMedia(ROOMY);
  const shown = beside || chosen;
  const latest = useRef({}); // the one before stays until the next is there
  const [whole, setWhole] = useState(false);
  if (picture.of === baseline) latest.current = picture;
  useEffect(() => {
    if (!shown || !ready) return;
    const soon = window.requestIdleCallback ?? ((call) => setTimeout(call, 50)), never = window.cancelIdleCallback ?? clearTimeout;
    const waiting = soon(() => onAsk(baseline));
    return () => never(waiting);
  }, [shown, ready, baseline]);
  useEffect(() => {
    if (beside && chosen) onBeside(); // its tab is gone
  }, [beside, chosen]);
  if (!shown) return null;
  const drawn = latest.current;
  const alone = drawn.boxes && !drawn.boxes.some((box) => box.kind === "inbound_route");
  const content = (
    <>
      <p className="muted small">Como está salvo: o que leva até aqui e para onde se vai.</p>
      {alone && <p className="notice small">Nenhuma Rota de Entrada leva até aqui.</p>}
      <Picture picture={drawn} upright={beside || !roomy} />
    </>
  );
  if (!beside)
    return <div className="drawing form-panel" role="tabpanel" id="panel-fluxo" aria-labelledby="tab-fluxo">{content}</div>;
  return (
    <aside className="drawing" aria-labelledby="drawing-title">
      <div className="row">
        <h2 id="drawing-title">Fluxo</h2>
        {drawn.boxes && <button type="button" className="button quiet compact push" onClick={() => setWhole(true)}>Ampliar</button>}
      </div>
      {content}
      {whole && <Whole picture={drawn} onClose={() => setWhole(false)} />}
    </aside>
  );
}

function Whole({ picture, onClose }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog whole" aria-labelledby="whole-title" onClose={onClose}>
      <div className="dialog-body"><h2 id="whole-title">Fluxo, da entrada ao fim</h2><Picture picture={picture} /></div>
      <div className="dialog-foot"><button type="button" className="button" data-closes="">Fechar</button></div>
    </dialog>
  );
}

/** `picture`: {boxes: [{id, kind, title, word, path, column, row, here}], lines: [{from, to, label}],
 *  outline: [{box, depth, above, label, again}]} */
function Picture({ picture, upright }) {
  const { boxes = [], lines = [], outline = [] } = picture;
  const frame = useRef(null);
  const tip = useId();
  useEffect(() => {
    const here = frame.current?.querySelector(".here:not(.again)");
    if (here) [frame.current.scrollLeft, frame.current.scrollTop] = [here.offsetLeft - 24, here.offsetTop - 120];
  }, [picture, upright]);
  if (boxes.length === 0) return null;
  const at = new Map(boxes.map((box) => [box.id, box]));
  return (
    <div ref={frame} className="picture" role="region" aria-label="Caminho da chamada" tabIndex={0}>
      {upright ? <Upright at={at} outline={outline} tip={tip} /> : <Flat at={at} boxes={boxes} lines={lines} tip={tip} />}
      <ol className="sr-only">
        {lines.map((line, index) => (
          <li key={index}>{at.get(line.from).word} {at.get(line.from).title}{line.label ? `, ${line.label}` : ""}: {at.get(line.to).word} {at.get(line.to).title}</li>
        ))}
      </ol>
    </div>
  );
}

const Tip = ({ id, size }) => (
  <defs>
    <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth={size} markerHeight={size} orient="auto"><path d="M0 0 8 4 0 8Z" /></marker>
  </defs>
);

function Flat({ at, boxes, lines, tip }) {
  const width = Math.max(...boxes.map(left)) + WIDTH, height = Math.max(...boxes.map(top)) + HEIGHT + 8;
  return (
    <div style={{ width, height }}>
      <svg width={width} height={height} aria-hidden="true">
        <Tip id={tip} size={7} />
        {lines.map((line, index) => <Line key={index} from={at.get(line.from)} to={at.get(line.to)} label={line.label} tip={tip}
          place={lines.slice(0, index).filter((other) => other.to === line.to).length} />)}
      </svg>
      {boxes.map((box) => <Box key={box.id} box={box} style={{ left: left(box), top: top(box), width: WIDTH, height: HEIGHT }} />)}
    </div>
  );
}

function Upright({ at, outline, tip }) {
  const deepest = Math.max(...outline.map((line) => line.depth));
  const step = deepest > 6 ? (STEP * 6) / deepest : STEP; // a long way must leave room for the names
  const x = (line) => line.depth * step, y = (index) => index * (LINE + GAP);
  return (
    <div style={{ height: y(outline.length) }}>
      <svg width="100%" height={y(outline.length)} aria-hidden="true">
        <Tip id={tip} size={5} />
        {outline.map((line, index) => line.above >= 0 && (
          <path key={index} d={`M${x(outline[line.above]) + RAIL} ${y(line.above) + LINE}V${y(index) + LINE / 2 - 5}q0 5 5 5H${x(line) - 1}`} markerEnd={`url(#${tip})`} />
        ))}
      </svg>
      {outline.map((line, index) => (
        <Box key={index} box={at.get(line.box)} label={line.label} again={line.again} style={{ left: x(line), right: 0, top: y(index), height: LINE }} />
      ))}
    </div>
  );
}

/** `again`: what follows it is drawn elsewhere. */
function Box({ box, label, again, style }) {
  const inner = <><small>{label && <><b>{label}</b> </>}{box.word}{again && " · já no desenho"}</small><strong>{box.title}</strong></>;
  const name = `node ${box.kind}${box.here ? " here" : ""}${again ? " again" : ""}`;
  return box.path && !box.here ? <Link className={name} style={style} to={box.path} title={box.title}>{inner}</Link> : <div className={name} style={style} title={box.title}>{inner}</div>;
}

/** `place`: how many lines end in the same box before this one; their words stand above each other. */
function Line({ from, to, label, place, tip }) {
  const back = to.column <= from.column;
  const over = !back && to.row === from.row && to.column - from.column > 1; // would be drawn through the boxes between
  const x1 = left(from) + WIDTH, y1 = top(from) + HEIGHT / 2, y2 = top(to) + HEIGHT / 2;
  const x2 = back ? left(to) + WIDTH + 2 : left(to) - 2;
  const bend = back ? 44 : GAP_X / 2;
  const dip = over ? (HEIGHT + GAP_Y) / 2 : 0; // along the gap below
  const path = over
    ? `M${x1} ${y1}C${x1 + bend} ${y1} ${x1 + bend / 2} ${y1 + dip} ${x1 + GAP_X} ${y1 + dip}H${x2 - GAP_X}C${x2 - bend / 2} ${y1 + dip} ${x2 - bend} ${y2} ${x2} ${y2}`
    : `M${x1} ${y1}C${x1 + bend} ${y1} ${back ? x2 + bend : x2 - bend} ${y2} ${x2} ${y2}`;
  const words = back ? { x: x2 + 12, textAnchor: "start" } : { x: x2 - 10, textAnchor: "end" };
  return (
    <g className={back ? "back" : ""}>
      <path d={path} markerEnd={`url(#${tip})`} />
      {label && <text {...words} y={over ? y2 + 20 : y2 - 6 - 13 * place}>{label}</text>}
    </g>
  );
}
