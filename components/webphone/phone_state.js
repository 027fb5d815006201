// What the telephone shows, and how each event changes it. Pure: no browser, no SIP, so that `node --test` can prove it
// and so that a second tab can show the same state from a copy.

export const START = Object.freeze({
  line: { status: "starting", reason: "" }, // starting | registered | reconnecting | refused | elsewhere | blocked
  calls: [], // oldest first; the second one is the enquiry call of an attended transfer
  transfer: null, // { kind: "blind" | "attended", number, step: "asking" | "talking" | "sending" }
  notice: null, // { tone: "info" | "error", text }
  missed: [], // { number, name, at }
});

const NEW_CALL = { enquiry: false, muted: false, held: false, earlyMedia: false, since: null, quality: null };

const withCall = (state, id, change) => ({
  ...state,
  calls: state.calls.map((call) => (call.id === id ? { ...call, ...change } : call)),
});

const HANDLERS = {
  line: (state, { status, reason = "" }) => ({ ...state, line: { status, reason } }),
  notice: (state, { tone = "info", text }) => ({ ...state, notice: text ? { tone, text } : null }),
  missedSeen: (state) => ({ ...state, missed: [] }),
  callStarted: (state, { call }) => ({ ...state, notice: null, calls: [...state.calls, { ...NEW_CALL, ...call }] }),
  callChanged: (state, { id, change }) => withCall(state, id, change),
  transferStarted: (state, { transfer }) => ({ ...state, notice: null, transfer }),
  transferMoved: (state, { step }) => (state.transfer ? { ...state, transfer: { ...state.transfer, step } } : state),
  transferEnded: (state) => ({ ...state, transfer: null }),
  callEnded: endCall,
};

/** A call is over: it leaves, says why if there is something to say, and is remembered if nobody answered it. */
function endCall(state, { id, tone = "info", text = "", missed = null }) {
  const ended = state.calls.find((call) => call.id === id);
  if (!ended) return state;
  // Whoever is left is an ordinary call again, unless the exchange is just taking both legs away for a transfer.
  const sending = state.transfer?.step === "sending";
  const calls = state.calls.filter((call) => call.id !== id).map((call) => (sending ? call : { ...call, enquiry: false }));
  return {
    ...state,
    calls,
    transfer: sending && calls.length ? state.transfer : null,
    notice: text ? { tone, text } : state.notice,
    missed: missed ? [missed, ...state.missed].slice(0, 20) : state.missed,
  };
}

/** The state after an event; the same object when nothing changed. */
export function reduce(state, event) {
  const handler = HANDLERS[event.type];
  return handler ? handler(state, event) : state;
}

/** The call that the big buttons act on: the one that rings or was started last. */
export const currentCall = (state) => state.calls.at(-1) ?? null;

/** The call that waits while its user asks a colleague. */
export const waitingCall = (state) => (state.calls.length > 1 ? state.calls[0] : null);

export const isRinging = (state) => state.calls.some((call) => call.phase === "incoming");
