// The telephone's pictures: one stroke, 20 px, drawn here so that nothing is fetched.

const PATHS = {
  phone: "M4 3h3.2l1.4 3.8-1.9 1.4a10 10 0 0 0 5.1 5.1l1.4-1.9L17 12.8V16a1.6 1.6 0 0 1-1.7 1.6A13.4 13.4 0 0 1 2.4 4.7 1.6 1.6 0 0 1 4 3Z",
  hangUp: "M2.6 11.6c4.2-4.4 10.6-4.4 14.8 0l-1.6 2.3-3-1.1v-2a9 9 0 0 0-5.6 0v2l-3 1.1Z",
  mute: "M3 3l14 14M8 8v2a2 2 0 0 0 3.2 1.6M12 9.4V5a2 2 0 0 0-3.9-.7M5 9.5a5 5 0 0 0 8 4M15 9.5a5 5 0 0 1-.4 2M10 15v2.5",
  hold: "M7 4v12M13 4v12",
  keypad: "M5 5h.01M10 5h.01M15 5h.01M5 10h.01M10 10h.01M15 10h.01M5 15h.01M10 15h.01M15 15h.01",
  transfer: "M3 7h12l-3.2-3.2M17 13H5l3.2 3.2",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  quality: "M4 16v-3M8 16v-6M12 16V8M16 16V4",
  volume: "M3 8h3l4-3v10l-4-3H3ZM13 7.5a3.5 3.5 0 0 1 0 5M15.2 5a7 7 0 0 1 0 10",
  down: "M5 8l5 5 5-5",
  close: "M5 5l10 10M15 5L5 15",
  erase: "M7 5h10v10H7l-5-5ZM10 8l4 4M14 8l-4 4",
};

export const Icon = ({ name }) => (
  <svg className={`phone-icon icon-${name}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);

/** A button that is a picture with a word under it; `pressed` makes it a switch. */
export const IconButton = ({ icon, label, pressed, className = "", ...rest }) => (
  <button type="button" className={`phone-button ${className}`} aria-pressed={pressed} {...rest}>
    <Icon name={icon} />
    <span>{label}</span>
  </button>
);
