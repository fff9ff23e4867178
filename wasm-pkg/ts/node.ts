// Node: the module, its parts and its data lie on disk beside this file, so the engine runs as soon as this is imported.

import { readFileSync } from "node:fs";
import { initFromBytes } from "./engine.js";

initFromBytes(
  new Uint8Array(readFileSync(new URL("./engine/engine_bg.wasm", import.meta.url))),
  readFileSync(new URL("./engine/services.json", import.meta.url), "utf8"),
  (url) => new Uint8Array(readFileSync(url)),
);

export * from "./index.js";
export { default } from "./index.js";
