// The frame's own behaviour: keys, menu, drawer, connection and telephony. None of it needs the server.
import { useContext, useEffect, useState } from "react";
import { useLocation } from "react-router";
import { EventLoopContext } from "$/utils/context";
import { useLive } from "./live";

const WAY_IN = "/entrar";
const LAST_PAGE = "page"; // where to come back to after signing in again
const root = () => document.documentElement;
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function openDialog(id) {
  // A page without help of its own shows the shortcuts instead.
  const dialog = document.getElementById(id) ?? document.getElementById("shortcuts");
  if (dialog && !dialog.open) dialog.showModal();
}

function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openDialog("palette");
  } else if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (event.key === "/") {
    event.preventDefault();
    const search = document.querySelector("main [data-search]");
    search ? search.focus() : openDialog("palette");
  } else if (event.key === "?") {
    openDialog("shortcuts");
  }
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** The tabs of a list are one stop of the Tab key; arrows, Home and End lead through them and show what they name. */
function onTabs(event) {
  const list = event.target.closest?.("[role=tab]")?.closest("[role=tablist]");
  if (!list || !(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
  const tabs = [...list.querySelectorAll("[role=tab]")].filter((tab) => tab.offsetParent);
  const at = tabs.indexOf(event.target) + STEPS[event.key];
  const next = Number.isFinite(at) ? tabs.at(at % tabs.length) : tabs.at(at < 0 ? 0 : -1);
  event.preventDefault();
  next.focus();
  next.click();
}

function onClick(event) {
  const opener = event.target.closest("[data-opens]");
  if (opener) openDialog(opener.dataset.opens);
  if (event.target.closest("[data-closes]") || event.target.matches?.("dialog[open]")) {
    event.target.closest("dialog")?.close();
  }
  if (event.target.closest(".skip")) {
    event.preventDefault();
    document.querySelector("main")?.focus();
  }
  if (event.target.closest("[data-fold]")) fold();
  if (event.target.closest("[data-drawer-toggle]")) drawer(root().dataset.drawer !== "open");
  if (event.target.closest(".veil")) drawer(false);
  // A chosen entry closes its menu.
  if (event.target.closest("a[href]")) event.target.closest("[popover]")?.hidePopover?.();
}

function fold() {
  const icons = root().dataset.menu !== "icons";
  root().dataset.menu = icons ? "icons" : "";
  localStorage.setItem("menu", icons ? "icons" : "");
}

function drawer(open) {
  root().dataset.drawer = open ? "open" : "";
  if (open) document.querySelector("#menu a")?.focus();
}

export function FrameKeys() {
  const { pathname } = useLocation();
  useEffect(() => {
    root().dataset.menu = localStorage.getItem("menu") ?? "";
    const onEscape = (event) => event.key === "Escape" && root().dataset.drawer === "open" && drawer(false);
    document.addEventListener("keydown", onKey);
    document.addEventListener("keydown", onEscape);
    document.addEventListener("keydown", onTabs);
    document.addEventListener("click", onClick);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("keydown", onEscape);
      document.removeEventListener("keydown", onTabs);
      document.removeEventListener("click", onClick);
    };
  }, []);
  useEffect(() => {
    drawer(false);
    if (pathname !== WAY_IN) sessionStorage.setItem(LAST_PAGE, pathname);
  }, [pathname]);
  return null;
}

/** Grey page and a word about it while the server cannot be reached. */
export function Reconnect() {
  const [, connectErrors] = useContext(EventLoopContext);
  const lost = connectErrors.length > 0;
  useEffect(() => {
    root().classList.toggle("stale", lost);
  }, [lost]);
  return (
    <div role="status" className={lost ? "reconnect" : ""}>
      {lost && "Sem conexão com o servidor: reconectando…"}
    </div>
  );
}

const TONES = { on: "success", partial: "warning", restarting: "warning", off: "danger" };

function useTelephony() {
  const { connected, telephony } = useLive();
  if (!connected || !telephony) return { state: "", text: "Telefonia: verificando…", detail: "" };
  return telephony;
}

/** `value`, but a change from on to off only after a while: a restarting engine is not worth a banner. */
function useSteady(value, delay) {
  const [steady, setSteady] = useState(value);
  useEffect(() => {
    if (steady !== "on" || value !== "off") return setSteady(value);
    const timer = setTimeout(() => setSteady(value), delay);
    return () => clearTimeout(timer);
  }, [value, delay]);
  return steady;
}

// The server's texts mark commands with backticks.
export const withCommands = (text) => text.split("`").map((part, index) => (index % 2 ? <code className="mono" key={index}>{part}</code> : part));

export function TelephonyState() {
  const { state, text } = useTelephony();
  return (
    <span className="telephony" role="status" title={text}>
      <span className={`dot ${TONES[state] ?? ""}`} aria-hidden="true" />
      <span className="words">{text}</span>
    </span>
  );
}

export function TelephonyBanner() {
  const { state, detail } = useTelephony();
  if (useSteady(state, 1500) !== "off" || state !== "off") return null;
  return (
    <div className="notice danger banner" role="alert">
      <div>
        <strong>A telefonia está desligada.</strong> {withCommands(detail)} Você pode continuar configurando: tudo entra em serviço quando ela voltar.
      </div>
    </div>
  );
}

/** The way in is a plain page of the server, not one of ours: leave the application for it. */
export function Leave() {
  useEffect(() => {
    const address = new URL(window.location.href);
    const last = sessionStorage.getItem(LAST_PAGE);
    if (last && !address.searchParams.has("next")) address.searchParams.set("next", last);
    window.location.replace(address);
  }, []);
  return null;
}

/** A passing word about what just happened; errors stay until they are read. */
export function Toast({ text, tone, stamp }) {
  const [shown, setShown] = useState("");
  useEffect(() => {
    setShown(text);
    if (!text || tone === "danger") return;
    const timer = setTimeout(() => setShown(""), 5000);
    return () => clearTimeout(timer);
  }, [text, tone, stamp]);
  return (
    <div role={tone === "danger" ? "alert" : "status"} className={shown ? "toast row" : ""}>
      {shown}
      {shown && <button className="button compact" onClick={() => setShown("")}>Fechar</button>}
    </div>
  );
}
