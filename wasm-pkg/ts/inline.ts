// The `inline` condition: the same package with the module, its parts and its data inside the script, nothing to fetch.

import { bytes, part, services } from "./engine/bytes.js";
import { init as start, loadPart as load, type EngineSource, type PartsSource, type ServicesSource } from "./engine.js";
import type { Part, PartFiles } from "./part.js";

export * from "./index.js";

/** Starts the engine, once, from what this script carries. */
export function init(
  source: EngineSource = bytes(), data: ServicesSource = { text: services }, parts: PartsSource = {},
): Promise<void> {
  return start(source, data, { from: part, ...parts });
}

/** Brings a part of the engine that {@link init} was told to leave out, from what this script carries. */
export function loadPart(name: Part, from: PartFiles = part): Promise<void> {
  return load(name, from);
}

export default init;
