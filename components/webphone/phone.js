// The telephone of the leading tab: turns buttons into calls, and what happens to calls into the state that is shown.

import { keepChoice } from "./audio.js";
import { showIncoming } from "./notification.js";
import { START, currentCall, reduce, waitingCall } from "./phone_state.js";
import { SipLine } from "./sip_line.js";
import { causeOf, dialable } from "./sip_text.js";
import { Tones } from "./tones.js";
import { TEXT, failureText, farewellText, microphoneProblem, transferFailureText } from "./words.js";

export class Phone {
  #state = START;
  #tones = new Tones();
  #line;
  #notification = null;

  /** `publish(state)` is told every change; `connectionLost()` that the exchange does not answer this line any more. */
  constructor({ account, url, publish, connectionLost }) {
    this.publish = publish;
    this.connectionLost = connectionLost;
    this.#line = new SipLine({ account, url, report: (event) => this.#heard(event) });
    publish(this.#state);
    this.#line.start().catch(() => this.#tell({ type: "line", status: "blocked", reason: TEXT.loadFailed }));
  }

  get busy() {
    return this.#state.calls.length > 0;
  }

  close() {
    this.#tones.stop();
    this.#notification?.close();
    this.#line.stop();
  }

  hurry = () => this.#line.hurry();

  run({ do: name, ...values }) {
    if (Object.hasOwn(this.#commands, name)) this.#commands[name](values);
  }

  #commands = {
    dial: ({ number }) => this.busy || this.#place(number),
    answer: () => currentCall(this.#state)?.phase === "incoming" && this.#withMicrophone(this.#current, (call) => call.answer()),
    reject: () => this.#current?.hangUp({ status_code: 603 }),
    hangUp: () => this.#current?.hangUp(),
    mute: ({ on }) => this.#current?.mute(on),
    hold: ({ on }) => this.#current?.hold(on),
    key: ({ tone }) => this.#current?.key(tone),
    transfer: ({ number }) => this.#transfer(number),
    enquire: ({ number }) => this.#enquire(number),
    join: () => this.#join(),
    sound: (choice) => this.#sound(choice),
    takeBack: () => this.#line.takeBack(),
    dismiss: () => this.#tell({ type: "notice", text: "" }),
    missedSeen: () => this.#tell({ type: "missedSeen" }),
  };

  get #current() {
    return this.#line.call(currentCall(this.#state)?.id);
  }

  #tell(event) {
    this.#state = reduce(this.#state, event);
    this.publish(this.#state);
  }

  #complain = (text) => this.#tell({ type: "notice", tone: "error", text });

  // --- buttons -----------------------------------------------------------------------------------------------------

  #place(typed, { enquiry = false } = {}) {
    const number = dialable(typed);
    if (!number) return this.#complain(TEXT.notANumber);
    if (this.#state.line.status !== "registered") return this.#complain(TEXT.notRegistered);
    const call = this.#line.newCall();
    this.#tell({ type: "callStarted", call: { id: call.id, direction: "out", number, name: "", phase: "asking", enquiry } });
    this.#withMicrophone(call, () => this.#line.place(call, number));
    return call;
  }

  async #withMicrophone(call, use) {
    try {
      await use(call);
    } catch (error) {
      // An incoming call keeps ringing: its user may allow the microphone and answer after all.
      if (call.direction === "in") this.#tell({ type: "callChanged", id: call.id, change: { phase: "incoming" } });
      else call.hangUp();
      this.#complain(microphoneProblem(error));
    }
  }

  #transfer(typed) {
    const number = dialable(typed);
    if (!number) return this.#complain(TEXT.notANumber);
    const call = this.#current;
    if (!call?.answered) return; // it ended while its user typed
    this.#tell({ type: "transferStarted", transfer: { kind: "blind", number, step: "sending" } });
    call.refer(number, null, (failure) => this.#transferred(number, call, null, failure));
  }

  /** Attended: the first call waits while its user asks the colleague. */
  #enquire(typed) {
    const waiting = this.#current;
    if (!waiting?.answered || !this.#place(typed, { enquiry: true })) return;
    waiting.hold(true);
    this.#tell({ type: "transferStarted", transfer: { kind: "attended", number: dialable(typed), step: "asking" } });
  }

  #join() {
    const waiting = this.#line.call(waitingCall(this.#state)?.id);
    const enquiry = this.#current;
    if (!waiting || !enquiry?.answered) return this.#complain(TEXT.noColleague);
    const { number } = this.#state.transfer;
    this.#tell({ type: "transferMoved", step: "sending" });
    waiting.refer(number, enquiry, (failure) => this.#transferred(number, waiting, enquiry, failure));
  }

  #transferred(number, call, enquiry, failure) {
    if (!this.#state.transfer) return; // both legs have gone already: the exchange was quicker with BYE
    this.#tell({ type: "transferEnded" });
    if (failure) return this.#complain(transferFailureText(number, failure));
    this.#tell({ type: "notice", text: TEXT.transferred });
    call.hangUp();
    enquiry?.hangUp();
  }

  async #sound(change) {
    const choice = keepChoice(change);
    for (const { id } of this.#state.calls) {
      const call = this.#line.call(id);
      call.applySound(choice);
      if ("microphone" in change) await call.changeMicrophone().catch((error) => this.#complain(microphoneProblem(error)));
    }
  }

  // --- what the line says --------------------------------------------------------------------------------------------

  #heard(event) {
    if (event.type === "line") this.#lineIs(event);
    else if (event.type === "incoming") this.#incoming(event);
    else if (event.what === "ended") this.#ended(event.id, event.details);
    else this.#changed(event.id, event.details);
  }

  #changed(id, change) {
    this.#tell({ type: "callChanged", id, change });
    this.#sing();
  }

  #lineIs({ status }) {
    this.#tell({ type: "line", status, reason: status === "refused" ? TEXT.refused : "" });
    if (status !== "registered") this.connectionLost();
  }

  #incoming({ id, number, name }) {
    this.#tell({ type: "callStarted", call: { id, direction: "in", number, name, phase: "incoming" } });
    this.#notification = showIncoming({ number, name });
    this.#sing();
  }

  #ended(id, details) {
    const call = this.#state.calls.find((one) => one.id === id);
    if (!call) return;
    const farewell = this.#farewell(call, details);
    this.#tell({ type: "callEnded", id, ...farewell });
    if (call.enquiry && this.busy) this.#current.hold(false);
    this.#sing();
    if (farewell.tone === "error" && !this.busy) this.#tones.busy();
  }

  /** What to say about a call that is over, and whether it was missed. */
  #farewell(call, { local, answered, elsewhere, ...details }) {
    const { direction, number, name, since } = call;
    if (this.#state.transfer?.step === "sending") return { text: TEXT.transferred };
    if (local && !details.cause?.includes("Error")) return {};
    if (answered) return { text: farewellText(local ? failureText(details) : TEXT.peerHungUp, Date.now() - since) };
    if (direction === "out") return { tone: "error", text: failureText(details) };
    return elsewhere ? {} : { missed: { number, name, at: Date.now() } };
  }

  /** The tone that fits the state: at most one. */
  #sing() {
    const call = currentCall(this.#state);
    if (call?.phase !== "incoming") this.#notification?.close();
    if (call?.phase === "incoming") this.#tones.ring();
    else if (call?.phase === "ringing" && !call.earlyMedia) this.#tones.ringBack();
    else this.#tones.stop();
  }
}
