// What a click will ask for is asked before it: when the pointer rests on a link to a record, presses it, or the focus
// comes to it. The page then shows the record at once, and the server's answer to the page itself confirms it.
import { useEffect, useRef, useState } from "react";
import { PrefetchPageLinks, useLocation } from "react-router";

const RESTS = 25; // ms: a pointer that only passes by asks for nothing
const FRESH = 5000; // ms: what was asked for earlier is not shown without being confirmed

const NOTHING = { path: "", at: -FRESH };
let asked = NOTHING;

const fresh = (path) => asked.path === path && performance.now() - asked.at < FRESH;
const target = (event) => event.target.closest?.("a[data-ahead]");

/**
 * A list whose links carry `data-ahead="ID"`. `sample`: the path of any of its records, whose program is fetched as soon
 * as the pointer, a finger or the focus comes to the list.
 */
export function Ahead({ children, className, onAhead, sample }) {
  const timer = useRef(null);
  const over = useRef(null);
  const [near, setNear] = useState(false);
  const ask = (link) => {
    const path = link.getAttribute("href");
    if (fresh(path)) return;
    asked = { path, at: performance.now() };
    onAhead(link.dataset.ahead);
  };
  const enter = (event) => {
    setNear(true);
    const link = target(event);
    if (link === over.current) return;
    over.current = link;
    clearTimeout(timer.current);
    if (link) timer.current = setTimeout(() => ask(link), RESTS);
  };
  const now = (event) => {
    setNear(true);
    const link = target(event);
    clearTimeout(timer.current);
    if (link && !event.button) ask(link);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div className={className} onPointerOver={enter} onPointerLeave={enter} onPointerDown={now} onFocus={now}>
      {children}
      {near ? <PrefetchPageLinks page={sample} /> : null}
    </div>
  );
}

/** Its first child once the record of this address is there, its second until then. */
export function Opened({ children, held, ahead }) {
  const { pathname } = useLocation();
  const path = pathname.replace(/\/+$/, "");
  useEffect(() => () => void (asked = NOTHING), []);
  const [content, waiting] = children;
  return held === path && (!ahead || fresh(path)) ? content : waiting;
}
