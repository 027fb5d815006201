// What the bundler does with the pages beyond the framework's own configuration: libraries of which these pages use
// nothing or little are replaced by what they do use, and what every page needs travels in one file.
// A replacement that no longer replaces anything fails the build: then the framework has changed under it.
import { fileURLToPath } from "node:url";

const HERE = (name) => fileURLToPath(new URL(name, import.meta.url));

const REPLACED = {
  // Its `jsx` looks for styles in a prop that our components do not set (see `onlyClasses`); else it is React's.
  "@emotion/react": HERE("./jsx.js"),
  // Cookies in the browser: ours are the server's, HttpOnly. See `noBrowserStorage`.
  "universal-cookie": HERE("./cookies.js"),
  // Merges two objects, here the props of two elements.
  mergician: HERE("./merge.js"),
  // Uploads have a route of our own, the framework's is closed.
  "/utils/helpers/upload": HERE("./uploads.js"),
  // Observes routers; ours is not observed.
  "./instrumentation.js": HERE("./instrumentation.js"),
};
const GENERATED = /\/(app|app_components|utils)\/[^?]*\.jsx?$/;

/** Modules of which a part is left out: where, what is there, what is there instead. */
const SHORTENED = [
  // For components that a server sends as text and the page evaluates; our content policy forbids that.
  ["/app/root.jsx", /window\.__reflex = \{[^}]*\};/, ""],
  // The socket speaks WebSocket from the start; neither polling nor WebTransport is ever asked for.
  ["/engine.io-client/build/esm/transports/index.js", /webtransport: WT,\s*polling: XHR,/, ""],
];

/** Everything that the frame of every page needs, in one file: small files compress badly and each has its headers. */
const ONE_FILE = [
  {
    name: "fluxo",
    test: /rolldown\/runtime|\/app\/root\.jsx|\/lean\/start\.js|\/islands\/(ahead|foreseen|dialog|telephony)\.jsx|\/webphone\.jsx/,
  },
];

export default function lean() {
  const seen = new Set();
  return {
    name: "fluxo-lean",
    enforce: "pre",
    config: () => ({ build: { rolldownOptions: { output: { codeSplitting: { groups: ONE_FILE } } } } }),
    resolveId(source) {
      const name = Object.keys(REPLACED).find((name) => source === name || (name[0] === "/" && source.endsWith(name)));
      if (!name) return null;
      seen.add(name);
      return REPLACED[name];
    },
    transform(code, id) {
      if (id.endsWith("/utils/context.jsx")) noBrowserStorage(code);
      else if (GENERATED.test(id) && !id.includes("/node_modules/")) onlyClasses(code, id);
      const [path, there, instead] = SHORTENED.find(([path]) => id.endsWith(path)) ?? [];
      if (!path) return null;
      if (!there.test(code)) throw new Error(`lean.js: ${path} is not what it was`);
      seen.add(path);
      return { code: code.replace(there, instead), map: null };
    },
    buildEnd(error) {
      const idle = [...Object.keys(REPLACED), ...SHORTENED.map(([path]) => path)].filter((name) => !seen.has(name));
      if (!error && this.environment.name === "client" && idle.length) {
        throw new Error(`lean.js: the pages no longer contain ${idle.join(", ")}`);
      }
    },
  };
}

function onlyClasses(code, id) {
  if (/\bcss:\s*\(?\{/.test(code)) throw new Error(`lean.js: ${id} sets a style by \`css\`, which is not carried out`);
}

function noBrowserStorage(code) {
  if (!code.includes('clientStorage = {"cookies": {},')) throw new Error("lean.js: the state keeps something in cookies");
}
