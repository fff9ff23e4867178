// Work that takes long, in workers with the engine of the npm package. One job at a time in each worker; a job is
// cancelled by ending its worker. The worker that holds a large fleet is kept for the questions about it.
import { fileBytes, fileText, isOneFile, namesInside } from "./files.js";
import { ownScript } from "./trusted.js";

/** The worker's script and what it loads; the names are the build's. */
const SCRIPT = "worker.js";
const ENGINE = "engine.wasm";

const running = new Map();
let idle;
let keeper;
/** The end of the last job on the fleet: jobs on it wait for one another, for only one worker has it. */
let fleetIsFree = Promise.resolve();
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
 * `answer(kind, text)` gets "progress" and "part" while it runs, then "done" or "failed" once. A job whose request says
 * `fleet` goes to the worker that holds a large fleet, if there is one.
 */
export function startJob(request, inputs, services, answer) {
  last += 1;
  const id = last;
  const onFleet = JSON.parse(request).fleet === true;
  const job = { ended: false, worker: undefined, free: () => {} };
  running.set(id, job);
  const before = fleetIsFree;
  if (onFleet) fleetIsFree = new Promise((free) => { job.free = free; });
  const end = (kind, text, keeps) => {
    if (job.ended) return;
    job.ended = true;
    running.delete(id);
    if (job.worker !== undefined) {
      if (kind === "died") job.worker.terminate();
      else if (keeps) keeper = job.worker;
      else idle = job.worker;
    }
    job.free();
    answer(kind === "died" ? "failed" : kind, text);
  };
  const died = (message) => end("died", JSON.stringify({ code: "WorkerFailed", path: "", message }));
  const begin = async () => {
    if (onFleet) await before;
    if (job.ended) return;
    const kept = onFleet ? keeper : undefined;
    const worker = kept ?? idle ?? await newWorker(services);
    if (kept) keeper = undefined;
    else idle = undefined;
    if (job.ended) {
      if (kept) keeper = worker;
      else idle = worker;
      return;
    }
    job.worker = worker;
    worker.onerror = (event) => {
      event.preventDefault();
      died(event.message ?? "the worker could not be loaded");
    };
    worker.onmessage = ({ data: { kind, text, keeps } }) => (kind === "progress" || kind === "part" ? answer(kind, text) : end(kind, text, keeps));
    // The bytes of files go over as they are: a copy of a large one would hold the page up.
    worker.postMessage({ request, inputs }, inputs.map(({ data }) => data.buffer));
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
  job.free();
}
