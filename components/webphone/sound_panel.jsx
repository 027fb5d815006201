// Volume, microphone, loudspeaker, and whether the system may announce calls.

import { useEffect, useState } from "react";

import { keptChoice, listDevices } from "./audio.js";
import { Icon } from "./icons.jsx";
import { askToNotify, canNotify, mayNotify } from "./notification.js";

export function Volume({ send }) {
  const [volume, setVolume] = useState(() => keptChoice().volume);
  const change = (event) => {
    setVolume(Number(event.target.value));
    send({ do: "sound", volume: Number(event.target.value) });
  };
  return (
    <label className="phone-volume">
      <Icon name="volume" />
      <input type="range" aria-label="Volume" aria-valuetext={`${Math.round(volume * 100)}%`} min="0" max="1" step="0.05" value={volume} onChange={change} />
    </label>
  );
}

const Choice = ({ label, devices, value, onChange }) => (
  <label className="phone-field">
    <span>{label}</span>
    <select value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">Padrão do sistema</option>
      {devices
        .filter((device) => device.deviceId !== "default")
        .map((device) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label}
          </option>
        ))}
    </select>
  </label>
);

function useDevices() {
  const [devices, setDevices] = useState({ microphones: [], speakers: [] });
  useEffect(() => {
    const read = () => listDevices().then(setDevices);
    read();
    navigator.mediaDevices.addEventListener("devicechange", read);
    return () => navigator.mediaDevices.removeEventListener("devicechange", read);
  }, []);
  return devices;
}

export function SoundPanel({ send }) {
  const { microphones, speakers } = useDevices();
  const [choice, setChoice] = useState(keptChoice);
  const [notified, setNotified] = useState(mayNotify);
  const choose = (change) => {
    setChoice({ ...choice, ...change });
    send({ do: "sound", ...change });
  };
  return (
    <div className="phone-sound" role="group" aria-label="Ajustes de áudio">
      <Choice label="Microfone" devices={microphones} value={choice.microphone} onChange={(microphone) => choose({ microphone })} />
      <Choice label="Alto-falante" devices={speakers} value={choice.speaker} onChange={(speaker) => choose({ speaker })} />
      {microphones.length === 0 && <p className="phone-hint">Os nomes aparecem depois da primeira chamada, quando o microfone for permitido.</p>}
      {canNotify() && !notified && (
        <button type="button" className="phone-plain" onClick={() => askToNotify().then(() => setNotified(mayNotify()))}>
          Avisar chamadas quando a janela estiver atrás
        </button>
      )}
    </div>
  );
}
