// What the module and the script that wasm-bindgen writes beside it call each other: generated names, each with a hash, in
// both files. Here they become short, and what nobody asks for goes: wrappers of streams that a library exports, and
// symbols of the linker. Before wasm-opt, which then takes the code out that only they reached.
//
// usage: node web/glue.mjs DIST NAME
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What pieces of the module ask of it. */
const FOR_PIECES = /^(?:__indirect_function_table|__wasm_split_\w+|memory)$/;
/** Classes that a library exports and the planner has no use for. */
const UNUSED_CLASS = /\nexport class (IntoUnderlying\w+) \{\n[^]*?\n\}\nif \(Symbol\.dispose\) \1\.prototype[^\n]*\n/g;
const IMPORTS = 2;
const EXPORTS = 7;

/** `a`, `b`, and so on to two letters and more. */
function shortName(at) {
  const letter = String.fromCharCode((at % 26) + 97);
  return at < 26 ? letter : shortName(Math.floor(at / 26) - 1) + letter;
}

function readNumber(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    at += 1;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function number(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

const name = (text) => [...number(Buffer.byteLength(text)), ...Buffer.from(text)];

/** A section's entries, each read by `entry(bytes, at)`, which gives its bytes as they shall be, or none, and its end. */
function rewritten(bytes, entry) {
  let [left, at] = readNumber(bytes, 0);
  const kept = [];
  for (; left > 0; left -= 1) {
    const [own, end] = entry(bytes, at);
    if (own !== undefined) kept.push(own);
    at = end;
  }
  return Buffer.from([...number(kept.length), ...kept.flat()]);
}

function readName(bytes, at) {
  const [length, from] = readNumber(bytes, at);
  return [bytes.subarray(from, from + length).toString(), from + length];
}

/** The module with each section of that number as `change` makes it. */
function withSections(module, change) {
  const out = [module.subarray(0, 8)];
  for (let at = 8; at < module.length;) {
    const id = module[at];
    const [size, from] = readNumber(module, at + 1);
    const content = change[id]?.(module.subarray(from, from + size)) ?? module.subarray(from, from + size);
    out.push(Buffer.from([id, ...number(content.length)]), content);
    at = from + size;
  }
  return Buffer.concat(out);
}

/** Module and script with short names, and without what nobody asks for. `own` is the module that the script is for. */
export function shortened(module, script, own) {
  const classes = [...script.matchAll(UNUSED_CLASS)].map(([, found]) => found);
  script = script.replaceAll(UNUSED_CLASS, "");
  for (const found of classes) script = script.replace(new RegExp(`\\nconst ${found}Finalization = [^;]*;`), "");
  const asked = new Set([...script.matchAll(/\bwasm\.(\w+)/g)].map(([, found]) => found));
  const exported = new Map();
  const imported = new Map();
  let modules = 0;
  module = withSections(module, {
    [IMPORTS]: (section) => rewritten(section, (bytes, begin) => {
      const [from, afterModule] = readName(bytes, begin);
      const [field, at] = readName(bytes, afterModule);
      const kind = bytes[at];
      if (kind !== 0) throw new Error(`${from} ${field} is no function`);
      const [, end] = readNumber(bytes, at + 1);
      if (from !== own) return [[...bytes.subarray(begin, end)], end];
      imported.set(field, shortName(imported.size));
      modules += 1;
      return [[...name("a"), ...name(imported.get(field)), ...bytes.subarray(at, end)], end];
    }),
    [EXPORTS]: (section) => rewritten(section, (bytes, begin) => {
      const [field, at] = readName(bytes, begin);
      const [, end] = readNumber(bytes, at + 1);
      if (FOR_PIECES.test(field)) return [[...bytes.subarray(begin, end)], end];
      if (!asked.has(field)) return [undefined, end];
      exported.set(field, shortName(exported.size));
      return [[...name(exported.get(field)), ...bytes.subarray(at, end)], end];
    }),
  });
  if (modules === 0 || exported.size === 0) throw new Error(`${own} is not what was expected`);
  script = script.replace(`${JSON.stringify(own)}: import0`, '"a": import0');
  script = script.replaceAll(/^ {8}(\w+): function\(/gm, (all, field) => (imported.has(field) ? `        ${imported.get(field)}: function(` : all));
  script = script.replaceAll(/\bwasm\.(\w+)/g, (all, field) => (exported.has(field) ? `wasm.${exported.get(field)}` : all));
  return { module, script };
}

/** The script without the functions that `module`, which has been made small meanwhile, imports no more. */
export function withoutUnused(script, module) {
  const left = new Set(WebAssembly.Module.imports(new WebAssembly.Module(module)).filter(({ module: from }) => from === "a").map((one) => one.name));
  return script.replaceAll(/^ {8}(\w+): function\([^]*?\n {8}\}(?:, arguments\); \})?,\n/gm, (all, field) => (left.has(field) ? all : ""));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dist, of] = [resolve(process.argv[2]), process.argv[3]];
  const paths = [join(dist, `${of}_bg.wasm`), join(dist, `${of}.js`)];
  const [before, text] = paths.map((path) => readFileSync(path));
  const { module, script } = shortened(before, text.toString(), `./${of}_bg.js`);
  writeFileSync(paths[0], module);
  writeFileSync(paths[1], script);
  console.log(`${of}: ${before.length - module.length + text.length - Buffer.byteLength(script)} bytes of names and unused classes`);
}
