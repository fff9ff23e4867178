// Work that takes long, in workers with the engine of the npm package. One job at a time in each worker; a job is
// cancelled by ending its worker.
import { fileBytes, fileText, isOneFile, namesInside } from "./files.js";
import { ownScript } from "./trusted.js";

/** The worker's script and what it loads; the names are the build's. */
const SCRIPT = "worker.js";
const ENGINE = "engine.wasm";

const running = new Map();
let idle;
let last = 0;

async function newWorker(services) {
  if (!isOneFile()) {
    const worker = new Worker(ownScript(SCRIPT));
    worker.postMessage({ start: { engine: ENGINE, services } });
    return worker;
  }
  const script = URL.createObjectURL(new Blob([await fileBytes(SCRIPT)], { type: "text/javascript" }));
  const worker = new Worker(ownScript(script));
  const parts = await Promise.all(namesInside("engine-").map(async (name) => [name, await fileBytes(name)]));
  worker.postMessage({
    start: { engine: await fileBytes(ENGINE), parts: Object.fromEntries(parts), services: { text: await fileText(services) } },
  });
  return worker;
}

/**
 * Starts a job; its number. `request` is JSON, `inputs` are `{ name, data }`, `services` the name of the file of services.
 * `answer(kind, text)` gets "progress" and "part" while it runs, then "done" or "failed" once.
 */
export function startJob(request, inputs, services, answer) {
  last += 1;
  const id = last;
  const job = { ended: false, worker: undefined };
  running.set(id, job);
  const end = (kind, text) => {
    if (job.ended) return;
    job.ended = true;
    running.delete(id);
    if (job.worker !== undefined) {
      if (kind === "done" || kind === "failed") idle = job.worker;
      else job.worker.terminate();
    }
    answer(kind === "died" ? "failed" : kind, text);
  };
  const died = (message) => end("died", JSON.stringify({ code: "WorkerFailed", path: "", message }));
  const begin = async () => {
    const worker = idle ?? await newWorker(services);
    idle = undefined;
    if (job.ended) {
      idle = worker;
      return;
    }
    job.worker = worker;
    worker.onerror = (event) => {
      event.preventDefault();
      died(event.message ?? "the worker could not be loaded");
    };
    worker.onmessage = ({ data: { kind, text } }) => (kind === "progress" || kind === "part" ? answer(kind, text) : end(kind, text));
    worker.postMessage({ request, inputs });
  };
  begin().catch((error) => died(String(error?.message ?? error)));
  return id;
}

/** Ends a job at once; nothing more is heard of it. */
export function cancelJob(id) {
  const job = running.get(id);
  if (job === undefined) return;
  job.ended = true;
  running.delete(id);
  job.worker?.terminate();
}
