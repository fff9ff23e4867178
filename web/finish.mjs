// Finishes the folder with the module and its pieces: the page, one style sheet, the scripts of `web/platform/`, the worker
// with the engine of the npm package, the service worker that knows every file, and the planner as one file.
//
// usage: node web/finish.mjs DIST ENGINE MODULES
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { withoutUnused } from "./glue.mjs";

const [dist, engine, modules] = process.argv.slice(2).map((path) => resolve(path));
const { build, transform } = createRequire(join(modules, "/"))("esbuild");
const web = dirname(fileURLToPath(import.meta.url));
const platform = (name) => join(web, "platform", name);
const read = (name) => readFileSync(join(dist, name), "utf8");
const write = (name, content) => writeFileSync(join(dist, name), content);
const sha256 = (content, encoding) => createHash("sha256").update(content).digest(encoding);

const ONE_FILE = "restore-point-lab.html";
const SHARED = { bundle: true, minify: true, write: false, format: "esm", target: "es2022", nodePaths: [modules], logLevel: "warning", logOverride: { "duplicate-object-key": "silent" } };

async function bundled(entry, options = {}) {
  const { outputFiles: [file] } = await build({ ...SHARED, entryPoints: [entry], ...options });
  return file.text;
}

// Two style sheets instead of a dozen requests, in the order of the page: what the first page needs, and the rest, which comes with
// the first piece.
let page = readFileSync(join(web, "../index.html"), "utf8").replaceAll(/<!-- [^]*? -->\n/g, "");
const SHEET = /<link rel="css" href="([\w/-]+\.css)"( data-later)?>\n/g;
const sheets = [...page.matchAll(SHEET)].map(([, name, later]) => ({ later, text: readFileSync(join(web, "..", name), "utf8") }));
if (sheets.some(({ later }, at) => later === undefined && sheets[at - 1]?.later)) throw new Error("sheets that come later are the last");
const sheet = async (chosen) => (await transform(sheets.filter(chosen).map(({ text }) => text).join("\n"), { loader: "css", minify: true })).code;
write("planner.css", await sheet(({ later }) => later === undefined));
write("pages.css", await sheet(({ later }) => later !== undefined));
let first = true;
page = page.replaceAll(SHEET, () => (first ? ((first = false), '<link rel="stylesheet" href="planner.css">\n') : ""));
// Languages that somebody has written texts in, beside English: the page names them and has no request for others.
const languages = readdirSync(web).flatMap((name) => /^texts\.([\w-]+)\.json$/.exec(name)?.[1] ?? []).filter((name) => name !== "en");
for (const name of languages) copyFileSync(join(web, `texts.${name}.json`), join(dist, `texts.${name}.json`));
page = page.replace('<html lang="en">', `<html lang="en" data-languages="${languages.join(" ")}">`);
write("index.html", page);

// The pieces of the module, under names that no other build has: a page never gets the pieces of another version.
const MODULE = "rplab-web_bg.wasm";
const LOADER = "__wasm_split.js";
const pieces = readdirSync(dist).filter((name) => /^part_\w+\.wasm$/.test(name)).sort();
const build8 = sha256([MODULE, ...pieces].map((name) => sha256(readFileSync(join(dist, name)))).join(), "hex").slice(0, 8);
const renamed = (name) => `${name.replace(/^part_|\.wasm$/g, "")}-${build8}.wasm`;
for (const name of pieces) renameSync(join(dist, name), join(dist, renamed(name)));
const needed = Object.fromEntries(Object.entries(JSON.parse(read("parts.json"))).map(([part, names]) => [part, names.map(renamed)]));
// What the splitter wrote to load them: that the module is asked is kept, fetching is ours.
const loader = read(LOADER);
const from = loader.indexOf("function makeLoad");
const parts = [...loader.slice(from).matchAll(/^export const __wasm_split_load_(\w+) = wrapAsyncCb/gm)].map(([, part]) => part);
if (from === -1 || parts.length === 0 || parts.some((part) => !needed[part])) throw new Error(`${LOADER} is not what was expected`);
const loads = parts.map((part) => `export const __wasm_split_load_${part} = wrapAsyncCb(() => loadPart("${part}", getSharedImports().__wasm_split));`);
write(LOADER, ['import { loadPart } from "./platform.js";', loader.slice(0, from), ...loads].join("\n"));

// Scripts. The glue of the WebAssembly module imports ./platform.js, and so does boot.js: one copy for both.
const address = (name) => `${JSON.stringify(name)}: () => new URL("./${name}", import.meta.url)`;
const where = {
  name: "pieces",
  setup(builder) {
    builder.onResolve({ filter: /^pieces$/ }, () => ({ path: "pieces", namespace: "pieces" }));
    builder.onLoad({ filter: /./, namespace: "pieces" }, () => ({
      contents: `export const NEEDED = ${JSON.stringify(needed)};\nexport const ADDRESSES = { ${pieces.map(renamed).map(address).join(", ")} };`,
    }));
  },
};
write("platform.js", await bundled(platform("platform.js"), { plugins: [where] }));
write("rplab-web.js", withoutUnused(read("rplab-web.js"), readFileSync(join(dist, MODULE))));
const glue = await bundled(join(dist, "rplab-web.js"), { external: ["./platform.js"] });
write("rplab-web.js", glue);
rmSync(join(dist, LOADER));
rmSync(join(dist, "parts.json"));
write("boot.js", await bundled(platform("boot.js"), { external: ["./rplab-web.js", "./platform.js", "./language.js"] }));
write("language.js", await bundled(platform("language.js")));
write("theme.js", await bundled(platform("theme.js"), { format: "iife" }));
// The package asks where it lies only to find files that the page names itself.
write("worker.js", await bundled(platform("worker.js"), {
  format: "iife",
  alias: { "restore-point-lab": join(web, "../wasm-pkg/ts/index.ts") },
  plugins: [{
    name: "engine",
    setup: (builder) => builder.onResolve({ filter: /\/engine\/(engine|parts)\.js$/ }, ({ path }) => ({ path: join(engine, path.split("/").at(-1)) })),
  }],
  define: { "import.meta.url": JSON.stringify("file:///") },
}));
copyFileSync(join(engine, "engine_bg.wasm"), join(dist, "engine.wasm"));
for (const part of readdirSync(engine).filter((name) => name.endsWith(".bin"))) copyFileSync(join(engine, part), join(dist, `engine-${part}`));
for (const name of readdirSync(join(web, "assets"))) copyFileSync(join(web, "assets", name), join(dist, name));

// The service worker, last: it has the name of every file, and a version that no other content has.
const files = readdirSync(dist, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name).filter((name) => !["index.html", "sw.js", "robots.txt", ONE_FILE].includes(name)).sort();
const worker = readFileSync(platform("sw.js"), "utf8");
const version = sha256(["index.html", ...files].map((name) => sha256(readFileSync(join(dist, name)))).concat(worker).join(), "hex").slice(0, 16);
const filled = worker.replace("__VERSION__", version).replace("__FILES__", JSON.stringify(["./", ...files]));
write("sw.js", (await transform(filled, { minify: true })).code);

// The planner as one file: scripts and styles by their hashes, everything else deflated inside.
const carried = [MODULE, ...pieces.map(renamed), "engine.wasm", "worker.js", ...files.filter((name) => /\.(json|bin)$/.test(name))];
const blocks = carried
  .map((name) => `<script type="application/octet-stream" data-file="${name}">${deflateRawSync(readFileSync(join(dist, name)), { level: 9 }).toString("base64")}</script>`)
  .join("\n");
const inside = `globalThis.restorePointLabFiles = Object.fromEntries([...document.querySelectorAll("script[data-file]")].map((block) => [block.dataset.file, async () => {
  const bytes = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
}]));`;
const whole = {
  name: "whole",
  setup(builder) {
    builder.onResolve({ filter: /^\.\/rplab-web\.js$/ }, () => ({ path: join(dist, "rplab-web.js") }));
    builder.onResolve({ filter: /^\.\/platform\.js$/ }, () => ({ path: platform("platform.js") }));
  },
};
const theme = read("theme.js").trim();
const css = await sheet(() => true);
const early = (await transform(inside, { minify: true })).code.trim();
const start = (await bundled(platform("boot.js"), { plugins: [whole, where] })).trim();
const hash = (text) => `'sha256-${sha256(text, "base64")}'`;
const policy = [
  "default-src 'none'",
  `script-src ${[theme, early, start].map(hash).join(" ")} 'wasm-unsafe-eval'`,
  `style-src ${hash(css)}`,
  "img-src data: blob:",
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types default",
].join("; ");
const replaceOnce = (text, pattern, by) => {
  if (!pattern.test(text)) throw new Error(`the page has no ${pattern}`);
  return text.replace(pattern, () => by);
};
let one = page;
one = replaceOnce(one, /content="default-src[^"]*"/, `content="${policy}"`);
one = replaceOnce(one, /<script src="?theme\.js"?><\/script>/, `<script>${theme}</script>`);
one = replaceOnce(one, /<link rel="stylesheet" href="planner\.css">/, `<style>${css}</style>`);
one = one.replaceAll(/<link [^>]*rel="?(?:modulepreload|preload|manifest|apple-touch-icon)"?[^>]*>/g, "");
one = replaceOnce(one, /<script [^>]*src="?boot\.js"?[^>]*><\/script>/, "");
one = replaceOnce(one, /<\/body>/, `${blocks}\n<script>${early}</script>\n<script type="module">${start}</script>\n</body>`);
write(ONE_FILE, one);
