// The one place that knows whether the WebAssembly module is running.

import start, { initSync, type InitInput } from "./engine/engine.js";
import * as glue from "./engine/engine.js";
import { LabError } from "./error.js";

/** Where the module comes from: a URL, a request, its response, its bytes, or a compiled module. */
export type EngineSource = InitInput | Promise<InitInput>;

let running = false;
let starting: Promise<void> | undefined;

/**
 * Starts the engine, once; later calls wait for the first. Without a source, the `.wasm` file beside
 * this module is fetched. A failed start may be tried again.
 */
export function init(source?: EngineSource): Promise<void> {
  if (running) return Promise.resolve();
  starting ??= (source === undefined ? start() : start({ module_or_path: source }))
    .then(() => { running = true; })
    .finally(() => { starting = undefined; });
  return starting;
}

/** Starts the engine from its bytes, at once. */
export function initFromBytes(bytes: Uint8Array<ArrayBuffer>): void {
  initSync({ module: bytes });
  running = true;
}

/** The engine's functions; throws before {@link init} has finished. */
export function engine(): typeof glue {
  if (!running) {
    throw new LabError("NotInitialized", "", "the engine is not running: `await init()` first");
  }
  return glue;
}
