// A trunk's lines explained while they are typed, and the hops of its test as they come.
import { useEffect, useRef, useState } from "react";

const BREATH = 250;
let mounts = 0;

/** Below the field `name`: asks what its text means, now and after each change. Only the answer to our own is shown. */
export function Explained({ name, answer, onAsk }) {
  const me = useRef(null);
  const box = useRef(null);
  const asked = useRef(null);
  const ask = useRef(onAsk);
  ask.current = onAsk;
  useEffect(() => {
    me.current = `${name}-${(mounts += 1)}`;
    const form = box.current.closest("form");
    let timer = null;
    const look = (pause) => {
      const text = form?.elements[name]?.value ?? "";
      if (text === asked.current) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        asked.current = text;
        ask.current(name, text, me.current);
      }, pause);
    };
    const changed = () => look(BREATH);
    const first = setTimeout(() => look(0)); // after the form has taken back what was typed before
    form?.addEventListener("input", changed);
    form?.addEventListener("change", changed);
    return () => {
      clearTimeout(first);
      clearTimeout(timer);
      form?.removeEventListener("input", changed);
      form?.removeEventListener("change", changed);
    };
  }, [name]);
  const rows = answer?.stamp && answer.stamp === me.current ? answer.rows : [];
  return (
    <div ref={box} className="explained" aria-live="polite">
      {rows.length > 0 && (rows[0].line === undefined ? <Sentence row={rows[0]} /> : <Lines rows={rows} />)}
    </div>
  );
}

const Refused = () => <span className="badge danger"><span className="dot danger" aria-hidden="true" />recusada</span>;

function Sentence({ row }) {
  return <p className={row.refused ? "error" : "help"}>{row.refused && <><Refused /> </>}{row.why}</p>;
}

function Lines({ rows }) {
  return (
    <div className="table-box">
      <table className="grid cards-narrow">
        <caption className="sr-only">O que cada linha se tornou</caption>
        <thead><tr><th scope="col">Linha</th><th scope="col">Tornou-se</th><th scope="col">Por quê</th></tr></thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place} className={row.refused ? "refused" : undefined}>
              <td data-label="Linha"><code className="mono">{row.line}</code></td>
              <td data-label="Tornou-se">{row.refused ? <Refused /> : <code className="mono">{row.became}</code>}</td>
              <td data-label="Por quê">{row.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const VERDICTS = { ok: ["success", "✓", "certo"], failed: ["danger", "✗", "falhou"], note: ["info", "i", "a saber"] };

const took = (ms) => (ms < 1000 ? `${ms.toLocaleString("pt-BR", { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms` : `${(ms / 1000).toLocaleString("pt-BR", { maximumFractionDigits: 1 })} s`);

function useSeconds(running) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!running) return;
    const timer = setInterval(() => setSeconds((past) => past + 1), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}

export function TrunkTest({ test }) {
  const seconds = useSeconds(test.running);
  const hops = test.hops ?? [];
  const failed = hops.filter((hop) => hop.verdict === "failed").length;
  return (
    <div className="hops" aria-live="polite" aria-busy={test.running ? "true" : "false"}>
      <ol>
        {hops.map((hop, place) => {
          const [tone, sign, word] = VERDICTS[hop.verdict];
          return (
            <li key={place}>
              <span className={`sign ${tone}`} aria-hidden="true">{sign}</span>
              <div>
                <strong>{hop.what}</strong><span className="sr-only">: {word}. </span>
                {hop.ms > 0 && <span className="muted small num"> {took(hop.ms)}</span>}
                <p>{hop.text}</p>
              </div>
            </li>
          );
        })}
      </ol>
      {test.running && <p className="muted" role="status">Testando… {seconds > 0 && <span className="num">{seconds} s</span>}</p>}
      {test.problem && <p className="notice danger" role="alert">{test.problem}</p>}
      {test.hops && !test.running && !test.problem && (
        <p role="status">{failed === 0 ? "Tudo certo até aqui." : failed === 1 ? "1 passo falhou." : `${failed} passos falharam.`}</p>
      )}
    </div>
  );
}
