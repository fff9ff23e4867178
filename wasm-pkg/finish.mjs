// Finishes the folder of the engine that wasm-bindgen wrote.
//
// usage: node wasm-pkg/finish.mjs ENGINE SPLIT
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, split] = process.argv.slice(2);

// The declarations describe what crosses as JSON: maps are objects, what is absent is null. Disposal by
// symbol is in no library that TypeScript takes by default.
const declarations = join(folder, "engine.d.ts");
const text = readFileSync(declarations, "utf8")
  .replaceAll("Map<string, ", "Record<string, ")
  .replaceAll("| undefined", "| null")
  .replaceAll(/^ *\[Symbol\.dispose\]\(\): void;\n/gm, "");
writeFileSync(declarations, text);

// The parts. The tool makes a module of what only one part needs, and one of whatever the same parts share. A part that
// is built on others is loaded with them, so modules go into one file that are then never loaded apart.
const BUILT_ON = { arm: ["lab"], plans: ["lab"], handover: ["arm", "fleet"] };
// A file that would be smaller than this is loaded with any part.
const SMALL = 10_000;
const link = readFileSync(join(split, "__wasm_split.js"), "utf8");
const parts = [...link.matchAll(/export const __wasm_split_load_(\w+) =/g)].map(([, part]) => part).sort();
const modules = parts.map((part) => ({ file: `split_${part}.wasm`, users: [part] }))
  .concat([...link.matchAll(/\/\* (.*?) \*\/\nconst __(chunk_\d+) =/g)].map(([, users, chunk]) => ({ file: `${chunk}.wasm`, users: users.split(", ") })));
const grouped = new Map();
for (const { file, users } of modules) {
  const bytes = readFileSync(join(split, file));
  const using = new Set(users);
  for (let size = 0; size !== using.size;) {
    size = using.size;
    for (const part of parts) if (BUILT_ON[part]?.some((other) => using.has(other))) using.add(part);
  }
  const key = parts.filter((part) => using.has(part)).join();
  grouped.set(key, [...(grouped.get(key) ?? []), bytes]);
}
for (const [key, contents] of [...grouped]) {
  if (Buffer.concat(contents).length >= SMALL) continue;
  grouped.delete(key);
  grouped.set(parts.join(), [...(grouped.get(parts.join()) ?? []), ...contents]);
}
const files = [...grouped].sort().map(([key, contents]) => {
  const users = key.split(",");
  // Called by what it is loaded for, not by what is built on that.
  const first = users.filter((part) => !BUILT_ON[part]?.some((other) => users.includes(other)));
  const name = `${users.length === parts.length ? "shared" : first.join("-")}.bin`;
  const framed = contents.flatMap((bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  writeFileSync(join(folder, name), Buffer.concat(framed));
  return { name, users };
});
if (new Set(files.map(({ name }) => name)).size !== files.length) throw new Error("two files of parts have one name");
writeFileSync(join(folder, "parts.js"), `export const files = [
${files.map(({ name, users }) => `  { name: "${name}", parts: ${JSON.stringify(users)}, url: new URL("./${name}", import.meta.url) },\n`).join("")}];
`);
writeFileSync(join(folder, "parts.d.ts"), "export const files: readonly { name: string; parts: readonly string[]; url: URL }[];\n");

// The modules and their data as a script that carries them: for bundlers that move no files.
const base64 = (name) => readFileSync(join(folder, name)).toString("base64");
writeFileSync(join(folder, "bytes.js"), `const text = "${base64("engine_bg.wasm")}";
const files = ${JSON.stringify(Object.fromEntries(files.map(({ name }) => [name, base64(name)])))};
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
