// States of members, their words and tones. A colour never stands alone: each has a word, and each bar its own pattern.
export const STATES = {
  available: ["success", "disponível"],
  reserved: ["info", "reservado"],
  ringing: ["info", "tocando"],
  on_call: ["busy", "em ligação"],
  wrapup: ["info", "pós-atendimento"],
  paused: ["warning", "pausado"],
  pause_exceeded: ["danger", "pausa excedida"],
  offline: ["off", "offline"],
  out: ["off", "fora da fila"],
};
const PLURAL = { available: "disponíveis", reserved: "reservados", paused: "pausados" };
const LACKS = {
  active: "sem ramal ativo",
  phone: "telefone não registrado",
  microphone: "microfone não liberado",
  heartbeat: "navegador sem sinal",
};
const AT_WORK = ["available", "reserved", "ringing", "on_call", "wrapup"];
const PAUSED = ["paused", "pause_exceeded"];

export const REASONS = ["Almoço", "Lanche", "Banheiro", "Reunião", "Treinamento"];
export const isPaused = ({ state }) => PAUSED.includes(state);
export const isPerson = ({ key }) => key.startsWith("user:");
export const idOf = ({ key }) => key.slice(key.indexOf(":") + 1);
export const stateOf = (member) => (member.logged_in ? member.state : "out");
export const wordOf = (state, count = 1) => (count === 1 ? STATES[state][1] : PLURAL[state] ?? STATES[state][1]);
export const lackOf = ({ missing }) => missing.map((need) => LACKS[need]).find(Boolean) ?? "";

/** [[state, count], …] of a queue, in the order of STATES, people out of one's reach included. */
export function countsOf(queue) {
  const counts = { ...queue.others };
  for (const member of queue.members) counts[stateOf(member)] = (counts[stateOf(member)] ?? 0) + 1;
  return Object.keys(STATES).filter((state) => counts[state]).map((state) => [state, counts[state]]);
}

export const atWork = (queue) => countsOf(queue).reduce((sum, [state, count]) => sum + (AT_WORK.includes(state) ? count : 0), 0);

/** Who waits longest comes first, then queues that nobody attends, then the others by name. */
export function byNeed(one, other) {
  const rank = (queue) => (queue.waiting ? 0 : atWork(queue) ? 2 : 1);
  return rank(one) - rank(other) || one.oldest_since.localeCompare(other.oldest_since) || one.name.localeCompare(other.name, "pt-BR");
}

/** "0:42", "12:05", "1:02:03". */
export function ticking(since, now) {
  const all = Math.max(0, Math.floor((now - new Date(since)) / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (part) => String(part).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function about(seconds) {
  if (seconds == null) return "–";
  return seconds < 60 ? `≈ ${Math.round(seconds)} s` : `≈ ${Math.round(seconds / 60)} min`;
}

export const percent = (share) => (share == null ? "–" : share.toLocaleString("pt-BR", { style: "percent", maximumFractionDigits: 0 }));

export const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
