// The system's own notice of a call, for a window that is not in sight. Asked for only when a person presses the button.

import { who } from "./words.js";

export const canNotify = () => "Notification" in window && Notification.permission !== "denied";
export const mayNotify = () => "Notification" in window && Notification.permission === "granted";

export const askToNotify = () => Notification.requestPermission();

/** Shows the notice if it is allowed and useful; answers it so that it can be closed when the ringing ends. */
export function showIncoming(caller) {
  if (!mayNotify() || document.visibilityState === "visible") return null;
  const notice = new Notification("Chamada recebida", { body: who(caller), tag: "fluxo-telefone", requireInteraction: true });
  notice.onclick = () => {
    window.focus();
    notice.close();
  };
  return notice;
}
