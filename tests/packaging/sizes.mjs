// Prints what a user downloads, and fails over budget. The planner's files are those that a real browser
// asks for until the page is quiet.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { startBrowser } from "../e2e/browser.mjs";

const ONE_FILE = "restore-point-lab.html";
const { RPLAB_URL, RPLAB_DIST, RPLAB_ENGINE, RPLAB_ENGINE_BUDGETS, RPLAB_FIRST_LOAD_BUDGET } = process.env;

function sizes(path) {
  const bytes = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, quality).length };
}

function print(name, size, budget) {
  const kB = (value) => `${(value / 1000).toFixed(1)} kB`.padStart(11);
  const verdict = budget === undefined ? "" : size.brotli <= budget ? `  within ${budget / 1000} kB` : `  OVER ${budget / 1000} kB`;
  console.log(`${name.padEnd(34)}${kB(size.raw)} raw${kB(size.gzip)} gzip${kB(size.brotli)} brotli${verdict}`);
  return budget === undefined || size.brotli <= budget;
}

async function firstLoad() {
  const browser = await startBrowser();
  try {
    // The service worker fetches what comes later too.
    const page = await browser.newPage({ serviceWorkers: "block" });
    const paths = new Set();
    page.on("response", (response) => {
      const url = new URL(response.url());
      if (url.origin === RPLAB_URL && response.ok()) paths.add(url.pathname === "/" ? "/index.html" : url.pathname);
    });
    await page.goto(RPLAB_URL, { waitUntil: "networkidle" });
    return [...paths].sort();
  } finally {
    await browser.close();
  }
}

const nothing = () => ({ raw: 0, gzip: 0, brotli: 0 });
const add = (sum, size) => Object.keys(sum).forEach((key) => { sum[key] += size[key]; });

// The engine: each file, and what comes over the line for each use of it.
const { files: parts } = await import(pathToFileURL(join(RPLAB_ENGINE, "parts.js")));
const engine = new Map();
let within = true;
for (const [name, budget] of Object.entries(JSON.parse(readFileSync(RPLAB_ENGINE_BUDGETS, "utf8")))) {
  engine.set(name, sizes(join(RPLAB_ENGINE, name)));
  within = print(`npm engine ${name}`, engine.get(name), budget) && within;
}
const everything = [...new Set(parts.flatMap((file) => file.parts))];
for (const wanted of [[], ["fleet"], ["lab"], ["arm"], everything]) {
  const sum = nothing();
  for (const [name, size] of engine) {
    const users = parts.find((file) => file.name === name)?.parts;
    if (users === undefined || users.some((part) => wanted.includes(part))) add(sum, size);
  }
  print(`  ${wanted.length === 0 ? "verdicts alone" : wanted === everything ? "everything" : `with ${wanted.join(", ")}`}`, sum);
}

const total = nothing();
const first = await firstLoad();
for (const path of first) {
  const size = sizes(join(RPLAB_DIST, decodeURIComponent(path)));
  print(`  planner ${path}`, size);
  add(total, size);
}
// Asked for when the page has been quiet for a second, when it is first needed, or to work without a network.
for (const name of readdirSync(RPLAB_DIST).sort()) {
  if (!first.includes(`/${name}`) && name !== ONE_FILE) print(`  later /${name}`, sizes(join(RPLAB_DIST, name)));
}
print(`the planner as one file`, sizes(join(RPLAB_DIST, ONE_FILE)));
within = print("planner, first load", total, Number(RPLAB_FIRST_LOAD_BUDGET)) && within && total.raw > 0;
process.exitCode = within ? 0 : 1;
