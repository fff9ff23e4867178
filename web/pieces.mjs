// Makes files that are worth a request of their own out of what the splitter wrote. It gives one file to each set of parts
// that share something: two hundred, most of them of a few functions. Files are put together as long as that costs less
// than the requests it spares, counted over all parts.
//
// usage: node web/pieces.mjs PARTS DIST
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [parts, dist] = process.argv.slice(2).map((path) => resolve(path));
const LOADER = "__wasm_split.js";
/** What a request costs, in bytes of a module before it is made small and compressed. */
const REQUEST_BYTES = 12_000;

/** Which files a part needs, as the splitter's loader says. */
const loader = readFileSync(join(parts, LOADER), "utf8");
const needs = new Map();
const need = (file, part) => needs.set(file, (needs.get(file) ?? new Set()).add(part));
for (const [, names, file] of loader.matchAll(/\/\* ([^*]+) \*\/\s*const __chunk_\d+ = makeLoad\([^"]*"\.\/(\w+\.wasm)"/g)) {
  for (const part of names.split(", ")) need(file, part);
}
for (const [, part, file] of loader.matchAll(/export const __wasm_split_load_(\w+) = wrapAsyncCb\(makeLoad\([^"]*?"\.\/(split_\w+\.wasm)"/g)) need(file, part);
const files = readdirSync(parts).filter((name) => /^(?:split|chunk)_\w+\.wasm$/.test(name)).sort();
const strange = files.filter((name) => !needs.has(name));
if (strange.length > 0 || files.length === 0) throw new Error(`${LOADER} does not load ${strange.join(", ") || "anything"}`);

/** Types and such, which every file has and files that are put together have once. */
const FRAME_BYTES = 1_300;

/** Sizes without names of functions, which do not ship. */
const sizeOf = (name) => {
  const module = new WebAssembly.Module(readFileSync(join(parts, name)));
  const names = WebAssembly.Module.customSections(module, "name").reduce((sum, { byteLength }) => sum + byteLength, 0);
  return Math.max(statSync(join(parts, name)).size - names - FRAME_BYTES, 0);
};
let groups = files.map((name) => ({ files: [name], parts: needs.get(name), size: sizeOf(name) }));
const cost = ({ parts: { size: parts }, size }) => parts * (size + REQUEST_BYTES);
const joined = (a, b) => ({ files: [...a.files, ...b.files], parts: new Set([...a.parts, ...b.parts]), size: a.size + b.size });
for (;;) {
  let best = { gain: 0 };
  for (let left = 0; left < groups.length; left += 1) {
    for (let right = left + 1; right < groups.length; right += 1) {
      const both = joined(groups[left], groups[right]);
      const gain = cost(groups[left]) + cost(groups[right]) - cost(both);
      if (gain > best.gain) best = { gain, both, left, right };
    }
  }
  if (best.gain === 0) break;
  groups = [...groups.filter((_, at) => at !== best.left && at !== best.right), best.both];
}
// The largest first, so that the same build gives the same names.
groups.sort((a, b) => b.size - a.size || (a.files[0] < b.files[0] ? -1 : 1));

// All files import the same three things from the main module; one that hands them on makes them one thing again.
const dis = (name) => execFileSync("wasm-dis", [join(parts, name)], { encoding: "utf8", maxBuffer: 1 << 30 });
const smallest = [...files].sort((a, b) => statSync(join(parts, a)).size - statSync(join(parts, b)).size);
const imports = new Map();
for (const name of smallest) {
  for (const [, field, type] of dis(name).matchAll(/\(import "__wasm_split" "(\w+)" (\((?:memory|table|global) .*\))\)\n/g)) imports.set(field, type);
  if (imports.size === 3) break;
}
const base = [...imports].map(([field, type], at) => {
  const [, kind, rest] = /^\((\w+) \$\S+ (.*)\)$/.exec(type);
  return `(import "main" "${field}" (${kind} $i${at} ${rest}))(export "${field}" (${kind} $i${at}))`;
});
writeFileSync(join(parts, "base.wat"), `(module ${base.join("\n")})`);

const needed = {};
groups.forEach(({ files: own, parts: of }, at) => {
  const name = of.size === 1 ? `${[...of][0]}.wasm` : `shared${at}.wasm`;
  for (const part of of) (needed[part] ??= []).push(name);
  // The first file says which features of WebAssembly are used.
  const sources = own.flatMap((file) => [join(parts, file), file]);
  execFileSync("wasm-merge", [...sources, join(parts, "base.wat"), "__wasm_split", "-o", join(dist, `part_${name}`)], { stdio: ["ignore", "ignore", "pipe"] });
});
writeFileSync(join(dist, "parts.json"), JSON.stringify(needed));
copyFileSync(join(parts, LOADER), join(dist, LOADER));
for (const { files: own, parts: of, size } of groups) console.log(`${String(size).padStart(8)} bytes, ${own.length} files: ${[...of].join(", ")}`);
