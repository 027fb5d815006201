// One call: who it is, how it stands, and what can be done with it.

import { useState } from "react";

import { CallTimer } from "./call_timer.jsx";
import { Keys, NumberForm } from "./dial_pad.jsx";
import { Icon, IconButton } from "./icons.jsx";
import { written } from "./sip_text.js";
import { numberBeside, standing } from "./words.js";

export const Caller = ({ call }) => (
  <div className="phone-caller">
    <strong>{call.name || written(call.number) || "Número oculto"}</strong>
    {call.name && call.number && <span>{numberBeside(call)}</span>}
    <span className="phone-standing">
      {standing(call)}
      {call.since && <CallTimer since={call.since} />}
    </span>
  </div>
);

/** Packets, loss, jitter and round trip of the call, for whoever has to explain bad sound. */
const Quality = ({ quality }) => (
  <details
    className="phone-quality"
    data-received={quality.received}
    data-sent={quality.sent}
    data-lost={quality.lost}
    data-jitter={quality.jitterMs}
    data-round-trip={quality.roundTripMs}
  >
    <summary>
      <Icon name="quality" /> Qualidade: {quality.verdict}
    </summary>
    <dl>
      <dt>Pacotes recebidos</dt>
      <dd>{quality.received}</dd>
      <dt>Pacotes enviados</dt>
      <dd>{quality.sent}</dd>
      <dt>Perda</dt>
      <dd>
        {quality.lossPercent} % ({quality.lost})
      </dd>
      <dt>Variação (jitter)</dt>
      <dd>{quality.jitterMs} ms</dd>
      <dt>Ida e volta</dt>
      <dd>{quality.roundTripMs} ms</dd>
    </dl>
  </details>
);

const Ringing = ({ send }) => (
  <div className="phone-actions two">
    <IconButton icon="phone" label="Atender" className="go" onClick={() => send({ do: "answer" })} />
    <IconButton icon="hangUp" label="Recusar" className="stop" onClick={() => send({ do: "reject" })} />
  </div>
);

const HangUp = ({ send }) => <IconButton icon="hangUp" label="Desligar" className="stop wide" onClick={() => send({ do: "hangUp" })} />;

const TransferForm = ({ send, close }) => (
  <NumberForm
    label="Transferir para"
    keys={false}
    focus
    onSubmit={(number, how) => {
      send({ do: how === "enquire" ? "enquire" : "transfer", number });
      close();
    }}
  >
    {(empty) => (
      <div className="phone-actions two">
        <button type="submit" className="phone-plain strong" value="transfer" disabled={empty}>
          Transferir já
        </button>
        <button type="submit" className="phone-plain" value="enquire" disabled={empty}>
          Consultar antes
        </button>
      </div>
    )}
  </NumberForm>
);

/** While a colleague is asked: hanging up and going back are the same act, so there is one button for it. */
const Joining = ({ call, step, send }) => (
  <div className="phone-actions">
    <button
      type="button"
      className="phone-plain strong"
      disabled={call.phase !== "active" || step === "sending"}
      onClick={() => send({ do: "join" })}
    >
      Concluir transferência
    </button>
    <button type="button" className="phone-plain" onClick={() => send({ do: "hangUp" })}>
      Voltar à chamada
    </button>
  </div>
);

function InCall({ call, transfer, send }) {
  const [open, setOpen] = useState("");
  const toggle = (what) => setOpen(open === what ? "" : what);
  return (
    <>
      <div className="phone-actions four">
        <IconButton icon="mute" label="Mudo" pressed={call.muted} onClick={() => send({ do: "mute", on: !call.muted })} />
        <IconButton icon="hold" label="Espera" pressed={call.held} onClick={() => send({ do: "hold", on: !call.held })} />
        <IconButton icon="keypad" label="Teclado" aria-expanded={open === "keys"} onClick={() => toggle("keys")} />
        <IconButton
          icon="transfer"
          label="Transferir"
          aria-expanded={open === "transfer"}
          disabled={Boolean(transfer)}
          onClick={() => toggle("transfer")}
        />
      </div>
      {open === "keys" && <Keys onKey={(tone) => send({ do: "key", tone })} />}
      {open === "transfer" && !transfer && <TransferForm send={send} close={() => setOpen("")} />}
      {call.quality && <Quality quality={call.quality} />}
    </>
  );
}

export function CallCard({ call, transfer, send }) {
  return (
    <div className="phone-call" data-phase={call.phase} data-held={call.held} data-muted={call.muted}>
      <Caller call={call} />
      {call.phase === "incoming" && <Ringing send={send} />}
      {call.phase === "active" && <InCall key={call.id} call={call} transfer={transfer} send={send} />}
      {call.enquiry && <Joining call={call} step={transfer?.step} send={send} />}
      {call.phase !== "incoming" && !call.enquiry && <HangUp send={send} />}
      {transfer?.kind === "blind" && <p className="phone-hint">Transferindo para {transfer.number}…</p>}
    </div>
  );
}
