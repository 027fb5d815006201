// The way of a call as a drawing: boxes that were laid out by the server, and the lines between them.
import { useEffect, useRef } from "react";
import { Link } from "react-router";

const WIDTH = 208, HEIGHT = 52, GAP_X = 132, GAP_Y = 22;
const left = (box) => box.column * (WIDTH + GAP_X);
const top = (box) => box.row * (HEIGHT + GAP_Y);

/** `picture`: {boxes: [{id, kind, title, word, path, column, row, here}], lines: [{from, to, label}]} */
export function Picture({ picture, label }) {
  const { boxes = [], lines = [] } = picture;
  const frame = useRef(null);
  useEffect(() => {
    const here = boxes.find((box) => box.here);
    if (here && frame.current) frame.current.scrollLeft = left(here) - 24;
  }, [picture]);
  if (boxes.length === 0) return null;
  const at = new Map(boxes.map((box) => [box.id, box]));
  const width = Math.max(...boxes.map(left)) + WIDTH, height = Math.max(...boxes.map(top)) + HEIGHT + 8;
  return (
    <div ref={frame} className="picture" role="region" aria-label={label} tabIndex={0}>
      <div style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8Z" /></marker>
          </defs>
          {lines.map((line, index) => <Line key={index} from={at.get(line.from)} to={at.get(line.to)} label={line.label}
            place={lines.slice(0, index).filter((other) => other.to === line.to).length} />)}
        </svg>
        {boxes.map((box) => (
          <Box key={box.id} box={box} />
        ))}
      </div>
      <ol className="sr-only">
        {lines.map((line, index) => (
          <li key={index}>{at.get(line.from).word} {at.get(line.from).title}{line.label ? `, ${line.label}` : ""}: {at.get(line.to).word} {at.get(line.to).title}</li>
        ))}
      </ol>
    </div>
  );
}

function Box({ box }) {
  const style = { left: left(box), top: top(box), width: WIDTH, height: HEIGHT };
  const inner = <><small>{box.word}</small><strong>{box.title}</strong></>;
  const name = `node ${box.kind}${box.here ? " here" : ""}`;
  return box.path && !box.here ? <Link className={name} style={style} to={box.path} title={box.title}>{inner}</Link> : <div className={name} style={style} title={box.title}>{inner}</div>;
}

/** `place`: how many lines end in the same box before this one; their words stand above each other. */
function Line({ from, to, label, place }) {
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
      <path d={path} markerEnd="url(#tip)" />
      {label && <text {...words} y={over ? y2 + 20 : y2 - 6 - 13 * place}>{label}</text>}
    </g>
  );
}
