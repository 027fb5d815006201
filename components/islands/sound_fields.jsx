// Form controls for sounds. Here is only what the form must have at once: a hidden input, with the hash of a kept file or a
// JSON list of them. Players, upload and recording come with the first page that shows a sound.
import { lazy, Suspense, useRef, useState } from "react";
import { useChanged, useRestored } from "./fields";

const OneSound = lazy(() => import("./sounds").then((module) => ({ default: module.OneSound })));
const ManySounds = lazy(() => import("./sounds").then((module) => ({ default: module.ManySounds })));

const field = (Shown) =>
  function SoundField({ name, id, labelId, describedBy, purpose, record, value: stored, invalid, disabled }) {
    const box = useRef(null);
    const hidden = useRef(null);
    const [value, setValue] = useState(stored);
    const [restored, setRestored] = useState(0);
    useChanged(box, value);
    useRestored(hidden, (former) => {
      setValue(former);
      setRestored((times) => times + 1);
    });
    return (
      <div ref={box} className={invalid ? "sound-box wrong" : "sound-box"} role="group" aria-labelledby={labelId} aria-describedby={describedBy}>
        <input ref={hidden} type="hidden" name={name} value={value} />
        <Suspense fallback={<p className="muted small">Abrindo…</p>}>
          <Shown key={restored} id={id} describedBy={describedBy} purpose={purpose} record={record} value={value} disabled={disabled} onValue={setValue} />
        </Suspense>
      </div>
    );
  };

export const AudioField = field(OneSound);
export const AudioList = field(ManySounds);
