// The telephone as React sees it: a state to show and a function to press buttons with.

import { useEffect, useRef, useState } from "react";

import { Phone } from "./phone.js";
import { START } from "./phone_state.js";
import { joinTabs } from "./tab_leader.js";
import { TEXT } from "./words.js";

const blocked = (reason) => ({ ...START, line: { status: "blocked", reason } });

/** Why this browser cannot talk, or "". */
function obstacle() {
  if (!window.isSecureContext) return TEXT.insecure;
  const talks = window.RTCPeerConnection && navigator.mediaDevices?.getUserMedia;
  return talks && navigator.locks && window.BroadcastChannel ? "" : TEXT.oldBrowser;
}

const sipAddress = () => `${window.location.origin.replace(/^http/, "ws")}/sip`;

/** { state, leads, send }: `leads` tells whether this tab owns the line; `accountChanged()` is called when it may be gone. */
export function usePhone(account, accountChanged) {
  const [view, setView] = useState({ state: START, leads: false });
  const tabs = useRef(null);

  useEffect(() => {
    const reason = obstacle();
    if (reason) {
      setView({ state: blocked(reason), leads: false });
      return undefined;
    }
    let phone = null;
    tabs.current = joinTabs(`fluxo-telefone-${account.user}`, {
      show: (state, leads) => setView({ state, leads }),
      lead: () => {
        phone = new Phone({ account, url: sipAddress(), publish: (state) => tabs.current.publish(state), connectionLost: accountChanged });
        return phone;
      },
    });
    const online = () => phone?.hurry();
    const leaving = (event) => phone?.busy && event.preventDefault(); // the browser asks with its own words
    const gone = () => phone?.close(); // says goodbye to the other side; a page cannot take its call along
    window.addEventListener("online", online);
    window.addEventListener("beforeunload", leaving);
    window.addEventListener("pagehide", gone);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("beforeunload", leaving);
      window.removeEventListener("pagehide", gone);
      tabs.current.leave();
    };
  }, [account, accountChanged]);

  return { ...view, send: (command) => tabs.current?.send(command) };
}
