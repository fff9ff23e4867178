// The one place that knows whether the WebAssembly module is running.

import start, { initSync, type InitInput } from "./engine/engine.js";
import * as glue from "./engine/engine.js";
import { call } from "./boundary.js";
import { LabError } from "./error.js";

/** Where the module comes from: a URL, a request, its response, its bytes, or a compiled module. */
export type EngineSource = InitInput | Promise<InitInput>;

/** Where the rows of services other than restore points come from: the address of `services.json`, or its text. */
export type ServicesSource = URL | { text: string };

const BESIDE = new URL("./engine/services.json", import.meta.url);

let running = false;
let starting: Promise<void> | undefined;

/**
 * Starts the engine, once; later calls wait for the first. Without sources, the `.wasm` and the `services.json`
 * beside this module are fetched, both at once. A failed start may be tried again.
 *
 * Should `services.json` not be there, the engine runs without it: restore points can be asked about, any other
 * service throws `ServicesNotLoaded` until {@link loadServices} has brought it.
 */
export function init(source?: EngineSource, services?: ServicesSource): Promise<void> {
  if (running) return Promise.resolve();
  starting ??= Promise.all([
    services === undefined ? textOf(BESIDE).catch(() => undefined) : textOf(services),
    source === undefined ? start() : start({ module_or_path: source }),
  ])
    .then(([text]) => run(text))
    .finally(() => { starting = undefined; });
  return starting;
}

/** Starts the engine from what a script has read already, at once. */
export function initFromBytes(bytes: Uint8Array<ArrayBuffer>, services: string): void {
  initSync({ module: bytes });
  run(services);
}

/** Brings the rows of services other than restore points, where {@link init} could not; a second time does nothing. */
export async function loadServices(source: ServicesSource = BESIDE): Promise<void> {
  const text = await textOf(source);
  call(() => engine().loadServices(text));
}

function run(services: string | undefined): void {
  if (services !== undefined) call(() => glue.loadServices(services));
  running = true;
}

async function textOf(source: ServicesSource): Promise<string> {
  if (!(source instanceof URL)) return source.text;
  const response = await fetch(source);
  if (!response.ok) throw new LabError("ServicesNotFound", "", `${source.href} answered ${response.status}`);
  return response.text();
}

/** The engine's functions; throws before {@link init} has finished. */
export function engine(): typeof glue {
  if (!running) {
    throw new LabError("NotInitialized", "", "the engine is not running: `await init()` first");
  }
  return glue;
}
