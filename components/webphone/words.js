// Every text of the telephone, in Portuguese, and what a SIP answer means to a person.

import { written } from "./sip_text.js";

const LINE = {
  starting: "Conectando…",
  registered: "Disponível",
  reconnecting: "Sem conexão, reconectando…",
  refused: "Sem registro",
  elsewhere: "Aberto em outro navegador",
  blocked: "Indisponível neste navegador",
};

/** How the telephone stands. */
export const lineWords = ({ status }, call) => (call && status === "registered" ? "Em uso" : LINE[status]);

const PHASE = {
  asking: "Aguardando o microfone…",
  calling: "Chamando…",
  ringing: "Tocando…",
  incoming: "Chamada recebida",
  connecting: "Conectando o áudio…",
  active: "Em chamada",
};

/** How a call stands. With early media the exchange itself is speaking, e.g. why nobody can be reached. */
export function standing({ phase, held, heldByPeer, earlyMedia }) {
  if (held) return "Em espera";
  if (heldByPeer) return "A outra pessoa pôs em espera";
  return phase === "ringing" && earlyMedia ? "Aguarde na linha…" : PHASE[phase];
}

export const TEXT = {
  insecure: "O navegador só libera o microfone em páginas seguras. Abra este sistema por https:// e tente de novo.",
  oldBrowser: "Este navegador não faz chamadas. Use uma versão atual do Chrome, Edge, Firefox ou Safari.",
  notANumber: "Digite só números, * ou #.",
  notRegistered: "O telefone está sem registro. Espere o aviso “Disponível” e ligue de novo.",
  refused: "A central ainda não aceita este ramal. Tentando de novo… Se continuar, peça ao administrador para conferir o ramal.",
  peerHungUp: "A outra pessoa desligou.",
  transferred: "Chamada transferida.",
  loadFailed: "Não foi possível carregar o telefone. Confira a conexão e recarregue a página.",
  noColleague: "Espere o colega atender antes de concluir a transferência.",
  elsewhere: "Seu telefone está aberto em outro navegador e toca lá.",
};

const MICROPHONE = {
  NotAllowedError: "O microfone está bloqueado. Clique no cadeado ao lado do endereço, permita o microfone e tente de novo.",
  SecurityError: "O microfone está bloqueado neste navegador. Permita o microfone para este endereço e tente de novo.",
  NotFoundError: "Nenhum microfone encontrado. Conecte um microfone ou fone e tente de novo.",
  OverconstrainedError: "O microfone escolhido não está conectado. Escolha outro em “Ajustes de áudio”.",
  NotReadableError: "Outro programa está usando o microfone. Feche-o e tente de novo.",
};

export const microphoneProblem = (error) =>
  MICROPHONE[error?.name] ?? "O microfone não pôde ser aberto. Confira o fone e tente de novo.";

// Q.850 causes say more than the SIP status: Asterisk sends both (RFC 3326).
const BY_CAUSE = {
  1: "Este número não existe.",
  17: "Ocupado.",
  18: "Ninguém atendeu.",
  19: "Ninguém atendeu.",
  20: "O telefone chamado não está conectado agora.",
  21: "A chamada foi recusada.",
  28: "Número incompleto ou inválido.",
  34: "Não há linha livre no momento. Tente de novo em instantes.",
  38: "A central está com um problema. Tente de novo em instantes.",
  42: "A central está sobrecarregada. Tente de novo em instantes.",
};

const BY_STATUS = {
  401: "A central não aceitou este ramal. Peça ao administrador para conferir o ramal deste usuário.",
  403: "A chamada foi recusada.",
  404: "Este número não existe.",
  408: "Ninguém atendeu.",
  410: "Este número mudou.",
  480: "Ninguém atendeu.",
  484: "Número incompleto ou inválido.",
  486: "Ocupado.",
  487: "Chamada encerrada.",
  488: "Os dois telefones não têm um formato de áudio em comum. Avise o administrador.",
  500: "A central está com um problema. Tente de novo em instantes.",
  503: "A central está sem capacidade agora. Tente de novo em instantes.",
  600: "Ocupado.",
  603: "A chamada foi recusada.",
  604: "Este número não existe.",
};

const BY_LOCAL_CAUSE = {
  "Connection Error": "A conexão caiu antes de completar a chamada. Tente de novo quando aparecer “Disponível”.",
  "Request Timeout": "A central não respondeu. Tente de novo em instantes.",
  "WebRTC Error": "O navegador não conseguiu abrir o áudio. Recarregue a página e tente de novo.",
  "Bad Media Description": "Os dois telefones não têm um formato de áudio em comum. Avise o administrador.",
  "RTP Timeout": "O áudio parou de chegar e a chamada caiu. Confira a rede.",
  "No Answer": "Ninguém atendeu.",
  Expires: "Ninguém atendeu.",
};

/** Why a call did not happen, for the person who wanted it. `status` and `q850` come from the message, if there was one. */
export function failureText({ status = 0, q850 = 0, cause = "" }) {
  return (
    BY_CAUSE[q850] ??
    BY_STATUS[status] ??
    BY_LOCAL_CAUSE[cause] ??
    `A chamada não foi completada${status ? ` (código ${status})` : ""}. Tente de novo em instantes.`
  );
}

// The exchange reports a transfer with few words (ARI's transfer_progress): 503 and 603 stand for everything.
const TRANSFER_BY_STATUS = {
  503: "O número não existe, não está conectado ou não atendeu.",
  603: "O destino está ocupado ou recusou.",
};

export const transferFailureText = (number, details) =>
  `A transferência para ${number} não deu certo. ${TRANSFER_BY_STATUS[details.status] ?? failureText(details)} A chamada continua com você.`;

/** What is left to say of the number beside the name: a queue's name bears it already ("Vendas: (51) 98888-7777"). */
export function numberBeside({ name, number }) {
  const outside = written(number);
  return outside !== number && name.includes(outside) ? "" : outside;
}

/** "Maria (2001)", or what is known of it. */
export function who({ name = "", number }) {
  const rest = number && numberBeside({ name, number });
  if (!name || name === number) return written(number) || "Número oculto";
  return rest ? `${name} (${rest})` : name;
}

/** What is left of a conversation that the other side, or the network, has ended. */
export const farewellText = (reason, milliseconds) => `Chamada encerrada. ${reason} Duração: ${clock(milliseconds)}.`;

export function clock(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
