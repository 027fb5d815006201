// A sound to hear: its shape, its measures, and two of them side by side.
import { useEffect, useRef, useState } from "react";
import { clock } from "./sending";

const decimal = (number) => number.toLocaleString("pt-BR", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace("-", "−");
let playing = null; // one sound at a time

function loudness({ lufs, dbfs }) {
  return lufs == null ? `${decimal(dbfs)} dBFS` : `${decimal(lufs)} LUFS`;
}

function Wave({ bars, part }) {
  return (
    <svg className="wave" viewBox={`0 0 ${bars.length * 3} 100`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar, n) => (
        <rect key={n} x={n * 3} y={50 - Math.max(bar, 2) / 2} width="2" height={Math.max(bar, 2)} className={n / bars.length < part ? "past" : undefined} />
      ))}
    </svg>
  );
}

/** Plays a sound and shows its shape. `levels` may be missing while they are fetched. */
function Player({ src, levels, ms, label }) {
  const audio = useRef(null);
  const [on, setOn] = useState(false);
  const [at, setAt] = useState(0);
  const [failed, setFailed] = useState(false);
  const seconds = (levels?.ms ?? ms) / 1000 || 0;
  const toggle = () => {
    if (on) return audio.current.pause();
    if (playing !== audio.current) playing?.pause();
    playing = audio.current;
    setFailed(false);
    audio.current.play().catch(() => setFailed(true));
  };
  useEffect(() => {
    setAt(0);
    setOn(false);
  }, [src]);
  useEffect(() => {
    if (!on) return;
    let frame = requestAnimationFrame(function follow() {
      setAt(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [on]);
  return (
    <div className="player">
      <audio ref={audio} src={src} preload="none" onPlay={() => setOn(true)} onPause={() => setOn(false)}
        onEnded={() => (setOn(false), setAt(0))} />
      <button type="button" className="button round" aria-label={`${on ? "Parar" : "Ouvir"}: ${label}`} onClick={toggle}>
        <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">{on ? <path d="M8 5v14M16 5v14" /> : <path d="M8 5.5v13l10.5-6.5Z" />}</svg>
      </button>
      <div className="track">
        {levels && <Wave bars={levels.bars} part={seconds ? at / seconds : 0} />}
        <input type="range" min="0" max={seconds} step="0.1" value={Math.min(at, seconds)} aria-label={`Posição em ${label}`} disabled={!seconds}
          onChange={(event) => {
            event.stopPropagation();
            audio.current.currentTime = Number(event.target.value);
            setAt(Number(event.target.value));
          }} onInput={(event) => event.stopPropagation()} />
      </div>
      <span className="num small muted">{clock(at * 1000)} / {clock(seconds * 1000)}</span>
      {failed && <p className="error small">Este navegador não toca este formato.</p>}
    </div>
  );
}

function Measures({ levels }) {
  const cut = levels.clipped > 0;
  return (
    <ul className="measures small">
      <li>Duração {clock(levels.ms)}</li>
      <li>Volume {loudness(levels)}</li>
      <li>Pico {decimal(levels.peak_dbfs)} dBFS</li>
      <li className={cut ? "bad" : "good"}>{cut ? `Distorcido: ${levels.clipped.toLocaleString("pt-BR")} amostras no limite` : "Sem distorção"}</li>
    </ul>
  );
}

/** A kept sound, as the telephone plays it. */
export function Kept({ sound, label }) {
  const [told, setTold] = useState(null);
  useEffect(() => {
    let gone = false;
    setTold(null);
    fetch(`/media/files/${sound.hash}/levels`).then(async (reply) => {
      const body = await reply.json().catch(() => ({}));
      if (!gone) setTold(reply.ok ? body : { problem: body.message ?? "O arquivo não pôde ser lido agora." });
    }, () => gone || setTold({ problem: "O arquivo não pôde ser lido agora. Recarregue a página." }));
    return () => (gone = true);
  }, [sound.hash]);
  if (told?.problem) return <p className="notice warning" role="alert">{told.problem}</p>;
  return (
    <div className="kept">
      <p className="sound-name"><strong>{sound.name || told?.name || "…"}</strong> <span className="muted small">como no telefone</span></p>
      <Player src={`/media/files/${sound.hash}?as=phone`} levels={told?.levels} ms={sound.ms ?? told?.ms ?? 0} label={label} />
      {told && <Measures levels={told.levels} />}
      {told && told.levels.dbfs < -35 && <p className="small">Está muito baixo: quem liga pode não ouvir. Grave mais perto do microfone.</p>}
    </div>
  );
}

/** Before and after a conversion, side by side. */
export function Comparison({ change }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(change.file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [change.file]);
  const sides = [
    ["Como veio", change.found, change.before, url],
    ["Como o telefone toca", "8.000 Hz, mono, A-law", change.after, `/media/files/${change.hash}?as=phone`],
  ];
  return (
    <div className="comparison">
      {sides.map(([title, kind, levels, src]) => (
        <section key={title} aria-label={title}>
          <h3>{title} <span className="muted small">{kind}</span></h3>
          <Player src={src} levels={levels} label={title.toLowerCase()} />
          <Measures levels={levels} />
        </section>
      ))}
    </div>
  );
}
