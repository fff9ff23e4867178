// Finishes the folder of the engine that wasm-bindgen wrote.
//
// usage: node wasm-pkg/finish.mjs ENGINE
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);

// The declarations describe what crosses as JSON: maps are objects, what is absent is null. Disposal by
// symbol is in no library that TypeScript takes by default.
const declarations = join(folder, "engine.d.ts");
const text = readFileSync(declarations, "utf8")
  .replaceAll("Map<string, ", "Record<string, ")
  .replaceAll("| undefined", "| null")
  // What these functions give is said where they are called.
  .replaceAll(": any;", ": unknown;")
  .replaceAll(/^ *\[Symbol\.dispose\]\(\): void;\n/gm, "");
writeFileSync(declarations, text);

// The modules and their data as a script that carries them: for bundlers that move no files.
const parts = readdirSync(folder).filter((name) => name.endsWith(".bin")).sort();
const base64 = (name) => readFileSync(join(folder, name)).toString("base64");
writeFileSync(join(folder, "bytes.js"), `const text = "${base64("engine_bg.wasm")}";
const files = ${JSON.stringify(Object.fromEntries(parts.map((name) => [name, base64(name)])))};
const decoded = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
export function bytes() {
  return decoded(text);
}
export function part(file) {
  return decoded(files[file]);
}
export const services = ${JSON.stringify(readFileSync(join(folder, "services.json"), "utf8"))};
`);
writeFileSync(join(folder, "bytes.d.ts"), `export function bytes(): Uint8Array<ArrayBuffer>;
export function part(file: string): Uint8Array<ArrayBuffer>;
export const services: string;
`);
