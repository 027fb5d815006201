// Ring tone, ring-back and busy tone, made with WebAudio: nothing to download, and Brazil's tones exactly (425 Hz).

const RING_BACK = { frequencies: [425], on: 1, off: 4, volume: 0.08 };
const BUSY = { frequencies: [425], on: 0.25, off: 0.25, volume: 0.08, times: 4 };
const RING = { frequencies: [660, 880], on: 0.4, off: 0.2, rest: 1.8, pulses: 2, volume: 0.22 };

export class Tones {
  #context = null;
  #gain = null;
  #timer = null;
  #playing = "";

  constructor() {
    // Browsers start audio only after the user touched the page; wake it with the first touch.
    const wake = () => this.#ready().resume();
    for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, wake, { once: true });
  }

  ring = () => this.#repeat("ring", RING);
  ringBack = () => this.#repeat("ringBack", RING_BACK);
  busy = () => this.#repeat("busy", BUSY);

  stop() {
    clearTimeout(this.#timer);
    this.#playing = "";
    this.#gain?.disconnect();
    this.#gain = null;
  }

  #ready() {
    this.#context ??= new AudioContext();
    return this.#context;
  }

  #repeat(name, tone) {
    if (this.#playing === name) return;
    this.stop();
    this.#playing = name;
    const context = this.#ready();
    context.resume();
    this.#gain = new GainNode(context, { gain: tone.volume });
    this.#gain.connect(context.destination);
    let left = tone.times ?? Infinity;
    const play = () => {
      if (left-- <= 0) return this.stop();
      this.#timer = setTimeout(play, this.#burst(tone) * 1000);
    };
    play();
  }

  /** Schedules one period of the tone; answers its length in seconds. */
  #burst({ frequencies, on, off, pulses = 1, rest = 0 }) {
    let at = this.#context.currentTime;
    for (let pulse = 0; pulse < pulses; pulse += 1) {
      for (const frequency of frequencies) {
        const oscillator = new OscillatorNode(this.#context, { frequency });
        oscillator.connect(this.#gain);
        oscillator.start(at);
        oscillator.stop(at + on);
      }
      at += on + off;
    }
    return pulses * (on + off) + rest;
  }
}
