// The way of a sound to the server: upload with progress, conversion, recording. No React here.

export const MAX_BYTES = 60_000_000;
const LOST = "A conexão caiu durante o envio. Confira a rede e tente de novo.";
const LONGEST_RECORDING = 10 * 60_000;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** `done` is told {status, body}; `onProgress` hears 0 to 100. Returns how to stop it. */
export function upload(file, name, purpose, onProgress, done) {
  if (file.size > MAX_BYTES) {
    done({ status: 413, body: { message: `O arquivo tem ${Math.ceil(file.size / 1e6)} MB; o máximo é ${MAX_BYTES / 1e6} MB. Corte-o ou salve-o como MP3.` } });
    return () => {};
  }
  const request = new XMLHttpRequest();
  request.open("POST", `/media/files?for=${purpose}`);
  request.setRequestHeader("X-File-Name", encodeURIComponent(name));
  request.upload.onprogress = ({ loaded, total }) => onProgress(total ? Math.round((100 * loaded) / total) : 0);
  request.onload = () => done({ status: request.status, body: { message: request.responseText.slice(0, 200), ...parsed(request.responseText) } });
  request.onerror = () => done({ status: 0, body: { message: LOST } });
  request.send(file);
  return () => {
    request.onload = request.onerror = null;
    request.abort();
  };
}

/** Resolves with {status, body}. While the server fetches its converter, `onProgress` hears how far it is. */
export async function convert(token, name, purpose, onProgress, signal) {
  for (;;) {
    try {
      const reply = await fetch(`/media/conversions?for=${purpose}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ token, name }),
        signal,
      });
      const body = parsed(await reply.text());
      if (reply.status !== 202) return { status: reply.status, body };
      onProgress(body.progress);
    } catch (error) {
      if (signal.aborted) throw error;
      return { status: 0, body: { message: LOST } };
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Resolves with {stop, recorded}; `recorded` becomes a File once `stop` was called or the longest time is over. */
export async function record() {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder)
    throw new Error("O navegador só libera o microfone em páginas HTTPS ou em localhost. Abra o Fluxo por HTTPS, ou envie um arquivo.");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    throw new Error(
      error.name === "NotFoundError"
        ? "Nenhum microfone foi encontrado. Ligue um e tente de novo."
        : "O microfone não foi liberado. Permita o uso dele no cadeado ao lado do endereço e tente de novo.",
    );
  }
  const recorder = new MediaRecorder(stream);
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const recorded = new Promise((resolve) => {
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      resolve(new File(parts, "gravação", { type: recorder.mimeType }));
    };
  });
  recorder.start();
  const end = () => recorder.state !== "inactive" && recorder.stop();
  const timer = setTimeout(end, LONGEST_RECORDING);
  return { stop: () => (clearTimeout(timer), end()), recorded };
}

export const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
