import assert from "node:assert/strict";
import { test } from "node:test";

import { START, currentCall, isRinging, reduce, waitingCall } from "../../../components/webphone/phone_state.js";

const after = (...events) => events.reduce(reduce, START);
const started = (id, more = {}) => ({ type: "callStarted", call: { id, direction: "out", number: "2002", phase: "active", ...more } });
const enquiry = (id) => started(id, { enquiry: true, number: "2003" });
const transfer = (step) => ({ type: "transferStarted", transfer: { kind: "attended", number: "2003", step } });

test("an event that is not known changes nothing", () => {
  assert.equal(reduce(START, { type: "nonsense" }), START);
});

test("a new call takes away the last notice", () => {
  const state = after({ type: "notice", tone: "error", text: "Ocupado." }, started("a"));
  assert.equal(state.notice, null);
  assert.equal(currentCall(state).id, "a");
});

test("an incoming call rings until it is answered", () => {
  const ringing = after(started("a", { direction: "in", phase: "incoming" }));
  assert.ok(isRinging(ringing));
  assert.ok(!isRinging(reduce(ringing, { type: "callChanged", id: "a", change: { phase: "active" } })));
});

test("a change of a call that is gone is ignored", () => {
  assert.deepEqual(after({ type: "callChanged", id: "x", change: { muted: true } }).calls, []);
  assert.equal(reduce(START, { type: "callEnded", id: "x", text: "nada" }), START);
});

test("the enquiry is the current call and the first one waits", () => {
  const state = after(started("a"), enquiry("b"), transfer("asking"));
  assert.equal(currentCall(state).id, "b");
  assert.equal(waitingCall(state).id, "a");
});

test("a colleague who refuses ends the transfer, and the first call is an ordinary one", () => {
  const state = after(started("a"), enquiry("b"), transfer("asking"), { type: "callEnded", id: "b", text: "Ocupado." });
  assert.equal(state.transfer, null);
  assert.equal(currentCall(state).id, "a");
  assert.equal(waitingCall(state), null);
});

test("when the first party leaves during the enquiry, the colleague is an ordinary call", () => {
  const state = after(started("a"), enquiry("b"), transfer("asking"), { type: "callEnded", id: "a" });
  assert.equal(state.transfer, null);
  assert.equal(currentCall(state).enquiry, false);
});

test("a transfer under way is not taken for a call that went back to its user", () => {
  const one = after(started("a"), enquiry("b"), transfer("sending"), { type: "callEnded", id: "a" });
  assert.equal(one.transfer.step, "sending");
  assert.equal(reduce(one, { type: "callEnded", id: "b" }).transfer, null);
});

test("missed calls are kept newest first, twenty at most", () => {
  const events = Array.from({ length: 25 }, (_, i) => [
    started(`c${i}`, { direction: "in", phase: "incoming" }),
    { type: "callEnded", id: `c${i}`, missed: { number: String(i), name: "", at: i } },
  ]).flat();
  const state = after(...events);
  assert.equal(state.missed.length, 20);
  assert.equal(state.missed[0].number, "24");
  assert.deepEqual(reduce(state, { type: "missedSeen" }).missed, []);
});
