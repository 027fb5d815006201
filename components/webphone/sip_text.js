// Small readings of SIP: what may be dialled, and what a message says about its cause. Pure.

/** The number as the exchange wants it, or "" when a person typed something else. */
export function dialable(typed) {
  const number = typed.replace(/[\s().\-]/g, "").replace(/^\+/, "");
  return /^[0-9*#]{1,32}$/.test(number) ? number : "";
}

/** Address of a number at the exchange of this line. `#` is not allowed bare in a SIP URI (RFC 3261 §25.1). */
export const addressOf = (number, host) => `sip:${number.replaceAll("#", "%23")}@${host}`;

/** A number as people in Brazil write it, "(51) 98888-7777"; others, such as extensions, as they are. */
export function written(number) {
  const [, ddd, first, last] = /^([1-9][1-9])(9\d{4}|[2-5]\d{3})(\d{4})$/.exec(number) ?? [];
  return ddd ? `(${ddd}) ${first}-${last}` : number;
}

/** { status, q850, elsewhere } of a final answer, BYE or CANCEL; zeros when it does not say. */
export function causeOf(message) {
  const reasons = (message?.getHeaders?.("Reason") ?? []).map(String);
  const cause = (protocol) => {
    const reason = reasons.find((text) => text.trim().toUpperCase().startsWith(protocol));
    return Number(/cause\s*=\s*(\d+)/i.exec(reason ?? "")?.[1] ?? 0);
  };
  return {
    status: message?.status_code ?? 0,
    q850: cause("Q.850"),
    elsewhere: cause("SIP") === 200 || cause("Q.850") === 26,
  };
}

/** { name, number } of the other party as the exchange asserts it (RFC 3325); "" where it does not say. */
export function assertedParty(message) {
  const identity = message?.getHeader?.("P-Asserted-Identity") ?? "";
  const name = (/^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*</.exec(identity)?.slice(1).find(Boolean) ?? "").replace(/\\(.)/g, "$1");
  return { name, number: (/<sips?:([^@;>]+)@/i.exec(identity)?.[1] ?? "").replaceAll("%23", "#") };
}
