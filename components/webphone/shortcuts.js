// Keys that work on every page. Alt+Shift keeps clear of the page's own keys and of what people type.

import { useEffect } from "react";

const ACTIONS = {
  KeyA: ({ call, send }) => call?.phase === "incoming" && send({ do: "answer" }),
  KeyD: ({ call, send }) => call && send({ do: call.phase === "incoming" ? "reject" : "hangUp" }),
  KeyM: ({ call, send }) => call?.phase === "active" && send({ do: "mute", on: !call.muted }),
  KeyE: ({ call, send }) => call?.phase === "active" && send({ do: "hold", on: !call.held }),
  KeyT: ({ open }) => open(),
};

export function useShortcuts(phone) {
  useEffect(() => {
    const press = (event) => {
      const action = event.altKey && event.shiftKey && !event.ctrlKey && !event.metaKey && ACTIONS[event.code];
      if (!action) return;
      event.preventDefault();
      action(phone);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}
