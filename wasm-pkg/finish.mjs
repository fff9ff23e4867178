// Finishes the folder of the engine that wasm-bindgen wrote.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];

// The declarations describe what crosses as JSON: maps are objects, what is absent is null. Disposal by
// symbol is in no library that TypeScript takes by default.
const declarations = join(folder, "engine.d.ts");
const text = readFileSync(declarations, "utf8")
  .replaceAll("Map<string, ", "Record<string, ")
  .replaceAll("| undefined", "| null")
  .replaceAll(/^ *\[Symbol\.dispose\]\(\): void;\n/gm, "");
writeFileSync(declarations, text);

// The module and its data as a script that carries them: for bundlers that move no files.
const base64 = readFileSync(join(folder, "engine_bg.wasm")).toString("base64");
writeFileSync(join(folder, "bytes.js"), `const text = "${base64}";
export function bytes() {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
export const services = ${JSON.stringify(readFileSync(join(folder, "services.json"), "utf8"))};
`);
writeFileSync(join(folder, "bytes.d.ts"), "export function bytes(): Uint8Array<ArrayBuffer>;\nexport const services: string;\n");
