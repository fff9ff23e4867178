import { engine } from "./engine.js";

export { init, init as default, type EngineSource } from "./engine.js";
export { LabError } from "./error.js";

/** The version of the engine. */
export function version(): string {
  return engine().version();
}
