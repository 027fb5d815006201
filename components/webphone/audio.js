// Microphone and loudspeaker of this tab, and what its user chose. The choice is kept for the next page.

const KEPT = "fluxo.telefone.audio";
const PROCESSING = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export function keptChoice() {
  try {
    return { microphone: "", speaker: "", volume: 1, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return { microphone: "", speaker: "", volume: 1 }; // storage refused or spoilt: the defaults do
  }
}

export function keepChoice(change) {
  const choice = { ...keptChoice(), ...change };
  try {
    localStorage.setItem(KEPT, JSON.stringify(choice));
  } catch {
    // A private window without storage: the choice lasts as long as the page.
  }
  return choice;
}

/** Devices a person may choose from. Without permission browsers give no names, so those are left out. */
export async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const named = (kind) => devices.filter((device) => device.kind === kind && device.label);
  return { microphones: named("audioinput"), speakers: named("audiooutput") };
}

export function openMicrophone() {
  const { microphone } = keptChoice();
  const wanted = microphone ? { ...PROCESSING, deviceId: { exact: microphone } } : PROCESSING;
  return navigator.mediaDevices.getUserMedia({ audio: wanted, video: false });
}

export const closeMicrophone = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** The loudspeaker of one call. */
export class Loudspeaker {
  #element = new Audio();

  constructor() {
    this.#element.autoplay = true;
    this.apply(keptChoice());
  }

  play(stream) {
    if (this.#element.srcObject === stream) return;
    this.#element.srcObject = stream;
    // Allowed while the microphone is open; a refusal would only mean that the call is not up yet.
    this.#element.play().catch(() => {});
  }

  apply({ speaker, volume }) {
    this.#element.volume = volume;
    // Safari and Firefox before 116 have no setSinkId: sound goes to the system's loudspeaker.
    if (this.#element.setSinkId) this.#element.setSinkId(speaker).catch(() => this.#element.setSinkId(""));
  }

  stop() {
    this.#element.srcObject = null;
  }
}
