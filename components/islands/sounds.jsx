// What a form shows of sounds: one file, or a list in order. Loaded only where there are any; see sound_fields.jsx.
import { useEffect, useId, useRef, useState } from "react";
import { Comparison, Kept } from "./player";
import { clock, convert, record, upload } from "./sending";

const RIGHT = "O telefone toca WAV de 8000 Hz, mono, PCM de 16 bits.";
const ACCEPT = "audio/*,.wav,.mp3,.m4a,.ogg,.opus,.flac,.wma,.amr,.gsm,.webm";

/** What the audio was before: to hear, and to go back to. */
function Versions({ record, current, disabled, onChoose }) {
  const [versions, setVersions] = useState([]);
  const [open, setOpen] = useState(-1);
  useEffect(() => {
    let gone = false;
    fetch(`/media/audios/${record}/versions`)
      .then((reply) => (reply.ok ? reply.json() : { versions: [] }))
      .then(({ versions: told }) => gone || setVersions(told), () => {}); // the present one can be heard all the same
    return () => (gone = true);
  }, [record]);
  const former = versions.filter((version, at) => version.hash !== current && versions.findIndex((one) => one.hash === version.hash) === at);
  if (!former.length) return null;
  return (
    <details className="versions">
      <summary>Versões anteriores ({former.length})</summary>
      <ol className="playlist" aria-label="Versões anteriores">
        {former.map((version, at) => (
          <li key={version.hash}>
            <div className="line">
              <span className="grow sound-name">{version.name}</span>
              <span className="num small muted">{clock(version.ms)}</span>
              <span className="num small muted">desde {new Date(version.at).toLocaleString("pt-BR", { dateStyle: "short", timeStyle: "short" })}</span>
              <button type="button" className="button quiet compact" aria-expanded={open === at} aria-label={`Ouvir ${version.name}`}
                onClick={() => setOpen(open === at ? -1 : at)}>{open === at ? "Fechar" : "Ouvir"}</button>
              {!disabled && <button type="button" className="button quiet compact" aria-label={`Voltar a ${version.name}`} onClick={() => onChoose(version)}>Voltar a esta</button>}
            </div>
            {open === at && <Kept sound={version} label={version.name} />}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** One file on its way. `own`: recorded here, so it is converted without asking. */
function Intake({ file, purpose, own, onReady, onGone }) {
  const [state, setState] = useState({ now: "sending", percent: 0 });
  const name = file.name || "gravação";
  const stop = useRef(() => {});
  const toConvert = async (token, found) => {
    const abort = new AbortController();
    stop.current = () => abort.abort();
    setState({ now: "converting", say: "Convertendo" });
    try {
      const { status, body } = await convert(token, name, purpose, (say) => setState({ now: "converting", say }), abort.signal);
      if (status === 201) onReady(body, { ...body, file, found });
      else setState({ now: "failed", message: body.message });
    } catch {
      // given up by the person
    }
  };
  useEffect(() => {
    stop.current = upload(file, name, purpose, (percent) => setState({ now: "sending", percent }), ({ status, body }) => {
      if (status === 201) onReady(body, null);
      else if (body.error !== "convertible") setState({ now: "failed", message: body.message });
      else if (own) toConvert(body.token, body.found);
      else setState({ now: "refused", ...body });
    });
    return () => stop.current();
  }, [file]);
  const busy = state.now === "sending" || state.now === "converting";
  const [asked, setAsked] = useState(false);
  const row = useRef(null);
  useEffect(() => {
    if (!busy) return;
    // Saved now, the form would not have this file yet.
    const wait = (event) => (event.preventDefault(), event.stopPropagation(), setAsked(true));
    const form = row.current?.closest("form");
    form?.addEventListener("submit", wait, true);
    return () => (setAsked(false), form?.removeEventListener("submit", wait, true));
  }, [busy]);
  const patience = asked && <p className="small" role="alert">Espere o arquivo chegar e salve em seguida.</p>;
  const away = <button type="button" className="button quiet compact" onClick={() => (stop.current(), onGone())}>{busy ? "Cancelar" : "Descartar"}</button>;
  if (state.now === "sending")
    return (
      <div ref={row} className="intake">
        <span className="grow">Enviando {name}… <span className="num">{state.percent}%</span></span>{away}
        <progress max="100" value={state.percent} aria-label={`Envio de ${name}`} />
        {patience}
      </div>
    );
  if (state.now === "converting")
    return (
      <div ref={row} className="intake">
        <span className="grow" role="status">{state.say}…</span>{away}
        <progress aria-label={`Conversão de ${name}`} />
        {patience}
      </div>
    );
  if (state.now === "failed")
    return <div className="intake notice danger" role="alert"><span className="grow"><strong>{name}</strong>: {state.message}</span>{away}</div>;
  return (
    <div className="intake notice warning" role="alert">
      <span className="grow"><strong>{name}</strong> {state.why ? `não foi aceito. ${state.why}` : `é ${state.found}.`} {RIGHT}</span>
      <button type="button" className="button compact primary" onClick={() => toConvert(state.token, state.found)}>Converter para 8 kHz mono</button>
      {away}
    </div>
  );
}

/** Buttons that bring files: from the disk, or from the microphone. */
function Sources({ id, many, replacing, describedBy, onFiles }) {
  const picker = useRef(null);
  const [session, setSession] = useState(null);
  const [since, setSince] = useState(0);
  const [ms, setMs] = useState(0);
  const [problem, setProblem] = useState("");
  const alive = useRef(null);
  useEffect(() => () => alive.current?.stop(), []);
  useEffect(() => {
    if (!session) return;
    const timer = setInterval(() => setMs(Date.now() - since), 200);
    return () => clearInterval(timer);
  }, [session]);
  const begin = async () => {
    setProblem("");
    try {
      const started = await record();
      alive.current = started;
      setMs(0);
      setSince(Date.now());
      setSession(started);
      const file = await started.recorded;
      setSession(null);
      alive.current = null;
      if (file.size) onFiles([file], true);
    } catch (error) {
      setProblem(error.message);
    }
  };
  return (
    <div className="sources">
      <input ref={picker} type="file" accept={ACCEPT} multiple={many} hidden tabIndex={-1} aria-hidden="true"
        onChange={(event) => {
          event.stopPropagation();
          const files = [...event.target.files];
          event.target.value = "";
          if (files.length) onFiles(files, false);
        }} />
      <button type="button" id={id} className="button" aria-describedby={describedBy}
        disabled={Boolean(session)} onClick={() => picker.current.click()}>{replacing ? "Trocar arquivo" : many ? "Enviar arquivos" : "Enviar arquivo"}</button>
      {session ? (
        <button type="button" className="button danger" onClick={() => session.stop()}>
          <span className="recording" aria-hidden="true" />Parar gravação <span className="num">{clock(ms)}</span>
        </button>
      ) : (
        <button type="button" className="button" onClick={begin}>{replacing ? "Gravar de novo" : "Gravar pelo microfone"}</button>
      )}
      <span className="muted small drop-hint">ou solte {many ? "arquivos" : "um arquivo"} aqui</span>
      {problem && <p className="notice danger" role="alert">{problem}</p>}
    </div>
  );
}

function dropping(onFiles, disabled) {
  if (disabled) return {};
  return {
    onDragOver: (event) => event.preventDefault(),
    onDrop: (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) onFiles([...event.dataTransfer.files], false);
    },
  };
}

/** One sound; `value` is its hash. */
export function OneSound({ id, describedBy, purpose, record, value, disabled, onValue }) {
  const [sound, setSound] = useState(value ? { hash: value } : null);
  const [coming, setComing] = useState(null);
  const [change, setChange] = useState(null);
  const saved = /\/(\d+)$/.exec(record)?.[1]; // a new one has no number in its path
  const take = ([file], own) => setComing({ file, own, key: Date.now() });
  return (
    <div className="sounds" {...dropping(take, disabled)}>
      {change ? <Comparison change={change} /> : sound ? <Kept sound={sound} label="o áudio" /> : null}
      {coming && (
        <Intake key={coming.key} file={coming.file} own={coming.own} purpose={purpose} onGone={() => setComing(null)}
          onReady={(kept, made) => {
            setSound(kept);
            onValue(kept.hash);
            setChange(made);
            setComing(null);
          }} />
      )}
      {saved && (
        <Versions record={saved} current={sound?.hash} disabled={disabled}
          onChoose={(former) => {
            setSound(former);
            onValue(former.hash);
            setChange(null);
          }} />
      )}
      {!disabled && <Sources id={id} replacing={Boolean(sound)} describedBy={describedBy} onFiles={take} />}
    </div>
  );
}

function parsed(text) {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [];
  }
}

/** Sounds in order; `value` is a JSON list of {hash, name, ms}. */
export function ManySounds({ id, describedBy, purpose, value, disabled, onValue }) {
  const unique = useId();
  const serial = useRef(0);
  const keyed = (files) => files.map((file) => ({ ...file, key: `${unique}${serial.current++}` }));
  const [files, setFiles] = useState(() => keyed(parsed(value)));
  const [coming, setComing] = useState([]);
  const [open, setOpen] = useState(null);
  const [told, setTold] = useState("");
  const text = JSON.stringify(files.map(({ hash, name: title, ms }) => ({ hash, name: title, ms })));
  useEffect(() => onValue(text), [text]);
  const take = (chosen, own) => setComing((now) => [...now, ...chosen.map((file) => ({ file, own, key: `c${serial.current++}` }))]);
  const ready = (key, kept, made) => {
    setComing((now) => now.filter((one) => one.key !== key));
    setFiles((now) => [...now, ...keyed([{ ...kept, made }])]);
  };
  const move = (from, by) => {
    const next = [...files];
    const [one] = next.splice(from, 1);
    next.splice(from + by, 0, one);
    setFiles(next);
    setTold(`${one.name}: posição ${from + by + 1} de ${files.length}`);
  };
  const total = files.reduce((sum, file) => sum + (file.ms ?? 0), 0);
  return (
    <div className="sounds" {...dropping(take, disabled)}>
      {files.length > 0 && (
        <ol className="playlist" aria-label="Arquivos em ordem">
          {files.map((file, at) => (
            <li key={file.key}>
              <div className="line">
                <span className="num muted">{at + 1}</span>
                <span className="grow sound-name">{file.name}</span>
                <span className="num small muted">{clock(file.ms ?? 0)}</span>
                <button type="button" className="button quiet compact" aria-expanded={open === file.key} aria-label={`Ouvir ${file.name}`}
                  onClick={() => setOpen(open === file.key ? null : file.key)}>{open === file.key ? "Fechar" : "Ouvir"}</button>
                {!disabled && (
                  <>
                    <button type="button" className="button quiet compact" aria-label={`Subir ${file.name}`} disabled={at === 0} onClick={() => move(at, -1)}>↑</button>
                    <button type="button" className="button quiet compact" aria-label={`Descer ${file.name}`} disabled={at === files.length - 1} onClick={() => move(at, 1)}>↓</button>
                    <button type="button" className="button quiet compact" aria-label={`Remover ${file.name}`} onClick={() => setFiles(files.filter((one) => one !== file))}>Remover</button>
                  </>
                )}
              </div>
              {open === file.key && (file.made ? <Comparison change={file.made} /> : <Kept sound={file} label={file.name} />)}
            </li>
          ))}
        </ol>
      )}
      {files.length > 1 && <p className="small muted">{files.length} arquivos, {clock(total)} até recomeçar.</p>}
      {files.length === 0 && coming.length === 0 && <p className="none small">Nenhum arquivo ainda: toca a música padrão.</p>}
      {coming.map((one) => (
        <Intake key={one.key} file={one.file} own={one.own} purpose={purpose} onGone={() => setComing((now) => now.filter((other) => other !== one))}
          onReady={(kept, made) => ready(one.key, kept, made)} />
      ))}
      {!disabled && <Sources id={id} many describedBy={describedBy} onFiles={take} />}
      <span className="sr-only" aria-live="polite">{told}</span>
    </div>
  );
}
