// Puts what the splitter wrote into files that are worth a request of their own, one module each, and says which parts
// of the engine are in which file.
//
// usage: node wasm-pkg/parts.mjs SPLIT ENGINE
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [split, folder] = process.argv.slice(2);

// The splitter makes a module of what only one part needs, and one of whatever the same parts share. A part that is
// built on others is loaded with them, so modules go into one file that are then never loaded apart.
const BUILT_ON = {
  formats: ["fleet"], insight: ["lab"], resources: ["lab"], services: ["resources"], plans: ["services"],
  arm: ["lab"], beside: ["arm", "resources"], handover: ["beside", "formats", "advice", "insight", "services"],
};
// A file that would be smaller than this goes into another, which is loaded for as few others as possible.
const SMALL = 10_000;
// Types and such, which every module has.
const FRAME = 1_300;

const link = readFileSync(join(split, "__wasm_split.js"), "utf8");
const parts = [...link.matchAll(/export const __wasm_split_load_(\w+) =/g)].map(([, part]) => part).sort();
const modules = parts.map((part) => ({ file: `split_${part}.wasm`, users: [part] }))
  .concat([...link.matchAll(/\/\* (.*?) \*\/\nconst __(chunk_\d+) =/g)].map(([, users, chunk]) => ({ file: `${chunk}.wasm`, users: users.split(", ") })));

/** What a module comes to without the names of its functions, which do not ship. */
function sizeOf(file) {
  const bytes = readFileSync(join(split, file));
  const names = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "name");
  return bytes.length - names.reduce((sum, { byteLength }) => sum + byteLength, 0) - FRAME;
}

const grouped = new Map();
const add = (key, files, size) => {
  const known = grouped.get(key) ?? { files: [], size: 0 };
  grouped.set(key, { files: [...known.files, ...files], size: known.size + size });
};
for (const { file, users } of modules) {
  const using = new Set(users);
  for (let size = 0; size !== using.size;) {
    size = using.size;
    for (const part of parts) if (BUILT_ON[part]?.some((other) => using.has(other))) using.add(part);
  }
  add(parts.filter((part) => using.has(part)).join(), [file], Math.max(sizeOf(file), 0));
}
const everything = parts.join();
// The smallest first: what is put together may be large enough then.
for (;;) {
  const [small] = [...grouped].filter(([key, { size }]) => key !== everything && size < SMALL).sort(([, one], [, other]) => one.size - other.size);
  if (small === undefined) break;
  const [key, { files, size }] = small;
  grouped.delete(key);
  const holds = (other) => key.split(",").every((part) => other.split(",").includes(part));
  const [into] = [...new Set([...grouped.keys(), everything])].filter(holds).sort((one, other) => one.split(",").length - other.split(",").length);
  add(into, files, size);
}

// All modules import the same three things from the first one; a module that hands them on makes them one thing again.
const imports = new Map();
for (const file of [...modules].map(({ file }) => file).sort((one, other) => statSync(join(split, one)).size - statSync(join(split, other)).size)) {
  const text = execFileSync("wasm-dis", [join(split, file)], { encoding: "utf8", maxBuffer: 1 << 30 });
  for (const [, field, type] of text.matchAll(/\(import "__wasm_split" "(\w+)" (\((?:memory|table|global) .*\))\)\n/g)) imports.set(field, type);
  if (imports.size === 3) break;
}
const base = join(split, "base.wat");
writeFileSync(base, `(module ${[...imports].map(([field, type], at) => {
  const [, kind, rest] = /^\((\w+) \$\S+ (.*)\)$/.exec(type);
  return `(import "main" "${field}" (${kind} $i${at} ${rest}))(export "${field}" (${kind} $i${at}))`;
}).join("\n")})`);

const files = [...grouped].sort().map(([key, { files: own, size }]) => {
  const users = key.split(",");
  // Called by what it is loaded for, not by what is built on that.
  const first = users.filter((part) => !BUILT_ON[part]?.some((other) => users.includes(other)));
  const name = `${users.length === parts.length ? "shared" : first.join("-")}.bin`;
  const sources = own.sort().flatMap((file) => [join(split, file), file]);
  execFileSync("wasm-merge", [...sources, base, "__wasm_split", "-o", join(folder, name)], { stdio: ["ignore", "ignore", "pipe"] });
  console.log(`${name}: ${own.length} modules, ${size} bytes, for ${key}`);
  return { name, users };
});
if (new Set(files.map(({ name }) => name)).size !== files.length) throw new Error("two files of parts have one name");
writeFileSync(join(folder, "parts.js"), `export const files = [
${files.map(({ name, users }) => `  { name: "${name}", parts: ${JSON.stringify(users)}, url: new URL("./${name}", import.meta.url) },\n`).join("")}];
`);
writeFileSync(join(folder, "parts.d.ts"), "export const files: readonly { name: string; parts: readonly string[]; url: URL }[];\n");
