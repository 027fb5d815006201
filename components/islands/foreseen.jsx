// A button whose answer is fetched when the pointer rests on it, and shown with the click. The click still goes to the
// server, whose answer then confirms or corrects what is shown.
import { useContext, useEffect, useRef } from "react";
import { DispatchContext } from "$/utils/context";

const RESTS = 25; // ms: a pointer that only passes by asks for nothing
const FRESH = 5000; // ms: an older answer is not shown any more

/** `ahead`: what the server found for one `act`, as changes of the variables of `state`. */
export function Foreseen({ children, state, act, ahead, onAhead, onAct, ...button }) {
  const dispatchers = useContext(DispatchContext);
  const over = useRef(false);
  const asked = useRef(-FRESH);
  const shown = useRef(null);
  const timer = useRef(null);
  const recent = () => performance.now() - asked.current < FRESH;
  const ask = () => {
    if (!over.current || recent() || button.disabled) return;
    asked.current = performance.now();
    onAhead();
  };
  const soon = (inside) => {
    over.current = inside;
    clearTimeout(timer.current);
    if (inside) timer.current = setTimeout(ask, RESTS);
  };
  const click = () => {
    if (ahead.act === act && ahead !== shown.current && recent()) {
      shown.current = ahead;
      dispatchers[state]?.(ahead.shown);
    }
    onAct();
  };
  // The list has changed: what was fetched ahead is gone, and the pointer may still be here.
  useEffect(() => {
    if (ahead.act === act) return undefined;
    asked.current = -FRESH;
    soon(over.current);
    return () => clearTimeout(timer.current);
  }, [ahead]);
  return (
    <button {...button} onPointerEnter={() => soon(true)} onPointerLeave={() => soon(false)}
      onFocus={() => soon(true)} onBlur={() => soon(false)} onClick={click}>
      {children}
    </button>
  );
}
