// The `inline` condition: the same package with the module and its data inside the script, nothing to fetch.

import { bytes, services } from "./engine/bytes.js";
import { init as start, type EngineSource, type ServicesSource } from "./engine.js";

export * from "./index.js";

/** Starts the engine, once, from what this script carries. */
export function init(source: EngineSource = bytes(), data: ServicesSource = { text: services }): Promise<void> {
  return start(source, data);
}

export default init;
