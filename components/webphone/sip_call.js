// One call: a JsSIP session, its microphone and its loudspeaker. Tells the line what happened through `report`.

import { closeMicrophone, Loudspeaker, openMicrophone } from "./audio.js";
import { measureQuality } from "./call_quality.js";
import { addressOf, assertedParty, causeOf } from "./sip_text.js";

const GATHERING_LIMIT = 700; // ms; a VPN adapter can hold back the end of ICE gathering for half a minute
const QUALITY_EVERY = 1000;

export class SipCall {
  #session = null;
  #microphone = null;
  #speaker = new Loudspeaker();
  #meter = null;
  #gathering = null;
  #measured = null;
  #released = false;

  /** `report(type, details)`: changed {change} · ended {local, status, q850, cause, elsewhere, answered} */
  constructor({ id, direction, host, report }) {
    Object.assign(this, { id, direction, host, report });
    this.answered = false;
    this.over = false;
  }

  /** Opens the microphone and calls. Throws the browser's error if there is no microphone. */
  async place(ua, number) {
    if (!(await this.#listen())) return;
    this.report("changed", { phase: "calling" });
    this.watch(ua.call(addressOf(number, this.host), this.#media()));
  }

  async answer() {
    if (!(await this.#listen())) return;
    this.report("changed", { phase: "connecting" });
    this.#session.answer(this.#media());
  }

  /** Follows a session; an incoming one is given here before it is answered. */
  watch(session) {
    this.#session = session;
    for (const [name, handler] of Object.entries({
      progress: ({ originator, response }) => originator === "remote" && this.#progress(response),
      accepted: ({ originator, response }) => this.#up(originator === "remote" && response),
      confirmed: () => this.#up(),
      failed: (event) => this.#over(event),
      ended: (event) => this.#over(event),
      hold: ({ originator }) => originator === "local" && this.report("changed", { held: true }),
      unhold: ({ originator }) => originator === "local" && this.report("changed", { held: false }),
      update: ({ request }) => this.#connectedWith(request),
      reinvite: ({ request }) => this.#connectedWith(request),
      muted: () => this.report("changed", { muted: true }),
      unmuted: () => this.report("changed", { muted: false }),
      icecandidate: ({ ready }) => {
        clearTimeout(this.#gathering);
        this.#gathering = setTimeout(ready, GATHERING_LIMIT);
      },
      peerconnection: ({ peerconnection }) => this.#hear(peerconnection),
    })) {
      session.on(name, handler);
    }
    if (session.connection) this.#hear(session.connection); // an outgoing call has made it before `call` returned
  }

  hangUp(options = {}) {
    this.over = true;
    if (this.#session && !this.#session.isEnded()) this.#session.terminate(options);
    else if (!this.#session) this.#release({ local: true });
  }

  mute = (on) => (on ? this.#session?.mute({ audio: true }) : this.#session?.unmute({ audio: true }));
  hold = (on) => (on ? this.#session?.hold() : this.#session?.unhold());
  key = (tone) => this.#session?.sendDTMF(tone, { transportType: "RFC2833", duration: 160, interToneGap: 70 });
  applySound = (choice) => this.#speaker.apply(choice);

  /** After the connection came back: tells the exchange where this telephone is now, perhaps in another network. */
  refresh = () => this.#session?.isEstablished() && this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });

  async changeMicrophone() {
    const sender = this.#session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    if (!sender) return;
    const next = await openMicrophone();
    next.getAudioTracks()[0].enabled = sender.track.enabled;
    await sender.replaceTrack(next.getAudioTracks()[0]);
    closeMicrophone(this.#microphone);
    this.#microphone = next;
  }

  /** REFER to a number, or to the party of `other` (attended). `done(failure | null)` is told once. */
  refer(number, other, done) {
    const failed = ({ request, response, status_line: line, cause }) =>
      done({ ...causeOf(response ?? request), status: line?.status_code ?? response?.status_code ?? 0, cause });
    const target = other ? other.remoteAddress : addressOf(number, this.host);
    this.#session.refer(target, {
      ...(other ? { replaces: other.session } : {}),
      eventHandlers: { accepted: () => done(null), failed, requestFailed: failed },
    });
  }

  get session() {
    return this.#session;
  }

  get remoteAddress() {
    return this.#session.remote_identity.uri.toString();
  }

  /** Whether the microphone is open and somebody still wants the call. */
  async #listen() {
    this.report("changed", { phase: "asking" });
    this.#microphone = await openMicrophone();
    if (!this.over) return true;
    closeMicrophone(this.#microphone);
    return false;
  }

  #media() {
    return { mediaStream: this.#microphone, mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };
  }

  #hear(connection) {
    connection.addEventListener("track", ({ track, streams }) => this.#speaker.play(streams[0] ?? new MediaStream([track])));
    this.#meter ??= setInterval(async () => {
      if (!this.answered) return;
      this.#measured = await measureQuality(connection, this.#measured);
      if (!this.over) this.report("changed", { quality: this.#measured });
    }, QUALITY_EVERY);
  }

  #progress(response) {
    this.report("changed", { phase: "ringing", ...(response.body && { earlyMedia: true }), ...this.#named(response) });
  }

  #up(response) {
    if (this.answered) return;
    this.answered = true;
    this.report("changed", { phase: "active", since: Date.now(), ...this.#named(response) });
  }

  #named(response) {
    const { name } = assertedParty(response);
    return name && this.direction === "out" ? { name } : {};
  }

  /** Somebody else now, after a transfer: the exchange says so within the call. */
  #connectedWith(request) {
    const { name, number } = assertedParty(request);
    if (number) this.report("changed", { name, number });
  }

  #over({ originator, message, cause }) {
    this.#release({ local: originator === "local", cause, ...causeOf(message), answered: this.answered });
  }

  #release(details) {
    if (this.#released) return;
    this.#released = true;
    this.over = true;
    clearInterval(this.#meter);
    clearTimeout(this.#gathering);
    this.#speaker.stop();
    closeMicrophone(this.#microphone);
    this.report("ended", details);
  }
}
