import assert from "node:assert/strict";
import { test } from "node:test";

import { recentLoss, verdict } from "../../../components/webphone/call_quality.js";
import { addressOf, assertedParty, causeOf, dialable, written } from "../../../components/webphone/sip_text.js";
import { clock, failureText, farewellText, microphoneProblem, numberBeside, standing, who } from "../../../components/webphone/words.js";

const message = (headers, status) => ({
  status_code: status,
  getHeaders: (name) => headers[name] ?? [],
  getHeader: (name) => headers[name]?.[0],
});

test("a number may be written as people write it", () => {
  assert.equal(dialable("(51) 2555-4444"), "5125554444");
  assert.equal(dialable("+55 51 2555.4444"), "555125554444");
  assert.equal(dialable("*78#"), "*78#");
});

test("what is not a number is not dialled", () => {
  for (const typed of ["", "  ", "maria", "2002;x", "2002@other", "1&2", "9".repeat(33)]) assert.equal(dialable(typed), "");
});

test("a number from outside is written as people in Brazil write it, an extension as it is", () => {
  assert.equal(written("51988887777"), "(51) 98888-7777");
  assert.equal(written("5125554444"), "(51) 2555-4444");
  for (const number of ["2001", "08001234567", "*78#", ""]) assert.equal(written(number), number);
});

test("a caller of a queue is told by the queue and once by the number", () => {
  const outside = { name: "Vendas: (51) 98888-7777", number: "51988887777" };
  assert.equal(who(outside), "Vendas: (51) 98888-7777");
  assert.equal(numberBeside(outside), "");
  assert.equal(who({ name: "Vendas: Maria", number: "2001" }), "Vendas: Maria (2001)");
  assert.equal(numberBeside({ name: "Sala 12", number: "2" }), "2");
});

test("# is escaped in an address", () => {
  assert.equal(addressOf("*78#", "fluxo"), "sip:*78%23@fluxo");
});

test("the Q.850 cause is read beside the SIP status", () => {
  const answer = message({ Reason: ['Q.850;cause=20;text="Absent"'] }, 480);
  assert.deepEqual(causeOf(answer), { status: 480, q850: 20, elsewhere: false });
  assert.equal(failureText(causeOf(answer)), "O telefone chamado não está conectado agora.");
});

test("a call answered elsewhere is known from the CANCEL", () => {
  assert.ok(causeOf(message({ Reason: ['SIP;cause=200;text="Call completed elsewhere"'] })).elsewhere);
  assert.ok(causeOf(message({ Reason: ["Q.850;cause=26"] })).elsewhere);
  assert.ok(!causeOf(undefined).elsewhere);
});

test("every failure says something a person can act on", () => {
  for (const status of [401, 403, 404, 408, 480, 484, 486, 488, 500, 503, 603, 699]) assert.match(failureText({ status }), /\.$/);
  assert.match(failureText({ cause: "Connection Error" }), /conexão/);
  assert.match(failureText({ status: 699 }), /699/);
});

test("the microphone's errors say what to do", () => {
  for (const name of ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", "SomethingNew"]) {
    assert.match(microphoneProblem({ name }), /(ente de novo|Escolha outro|Confira)/);
  }
});

test("the asserted name is read quoted and bare", () => {
  const asserted = (identity) => assertedParty(message({ "P-Asserted-Identity": [identity] }));
  assert.deepEqual(asserted('"Maria \\"Mia\\" Souza" <sip:2002@x>'), { name: 'Maria "Mia" Souza', number: "2002" });
  assert.deepEqual(asserted("Maria <sip:*2%23@x>"), { name: "Maria", number: "*2#" });
  assert.deepEqual(asserted("<sip:2002@x>"), { name: "", number: "2002" });
  assert.deepEqual(assertedParty(undefined), { name: "", number: "" });
});

test("a conversation that is over says why, and how long it was", () => {
  assert.equal(farewellText("A outra pessoa desligou.", 83_400), "Chamada encerrada. A outra pessoa desligou. Duração: 01:23.");
});

test("a call that waits says who made it wait", () => {
  assert.equal(standing({ phase: "active", held: true }), "Em espera");
  assert.equal(standing({ phase: "active", heldByPeer: true }), "A outra pessoa pôs em espera");
  assert.equal(standing({ phase: "ringing" }), "Tocando…");
  assert.equal(standing({ phase: "ringing", earlyMedia: true }), "Aguarde na linha…");
});

test("a person is named once", () => {
  assert.equal(who({ name: "Maria", number: "2002" }), "Maria (2002)");
  assert.equal(who({ name: "2002", number: "2002" }), "2002");
  assert.equal(who({ name: "", number: "" }), "Número oculto");
});

test("the clock shows hours only when there are some", () => {
  assert.equal(clock(65_000), "01:05");
  assert.equal(clock(3_661_000), "1:01:01");
  assert.equal(clock(-5), "00:00");
});

test("loss counts since the last reading", () => {
  assert.equal(recentLoss({ received: 195, lost: 5 }, { received: 100, lost: 0 }), 5);
  assert.equal(recentLoss({ received: 100, lost: 0 }, { received: 100, lost: 0 }), 0);
});

test("quality is judged by the worst of loss, jitter and delay", () => {
  assert.equal(verdict({ lossPercent: 0, jitterMs: 5, roundTripMs: 20 }), "boa");
  assert.equal(verdict({ lossPercent: 2, jitterMs: 5, roundTripMs: 20 }), "regular");
  assert.equal(verdict({ lossPercent: 0, jitterMs: 5, roundTripMs: 700 }), "ruim");
});
