// The `inline` condition: the same package with the module inside the script, nothing to fetch.

import { bytes } from "./engine/bytes.js";
import { init as start, type EngineSource } from "./engine.js";

export * from "./index.js";

/** Starts the engine, once, from the bytes that this script carries. */
export function init(source: EngineSource = bytes()): Promise<void> {
  return start(source);
}

export default init;
