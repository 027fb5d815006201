// How long a call has lasted, counted here so that a running clock is not sent between tabs.

import { useEffect, useState } from "react";

import { clock } from "./words.js";

export function CallTimer({ since }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="phone-timer" role="timer" aria-live="off">
      {clock(now - since)}
    </span>
  );
}
