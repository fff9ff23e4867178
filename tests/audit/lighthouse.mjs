// Lighthouse over every page of the planner, with its defaults for phones. Prints a line for each page, and fails where a
// figure is below what the project asks of itself. Times are measured on this machine and are told, not judged: each is the
// middle one of RPLAB_AUDIT_RUNS runs (1 where it is not set), with the load of the machine beside it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { RPLAB_DIST, RPLAB_CHROMIUM, RPLAB_AUDIT_RUNS = "1", RPLAB_AUDIT_PAGES } = process.env;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain" };

/** The planner as a web server serves it: compressed, and revalidated at each visit. */
async function serve(folder) {
  const kept = new Map();
  const compressed = async (path) => {
    if (!kept.has(path)) kept.set(path, brotliCompressSync(await readFile(path)));
    return kept.get(path);
  };
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await compressed(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-encoding": "br", "cache-control": "no-cache" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  return server;
}

const server = await serve(RPLAB_DIST);
const url = `http://127.0.0.1:${server.address().port}`;
const PAGES = ["fleet", "support/vm-sql-01", "lifecycle/vm-sql-01", "restore/vm-sql-01", "plan/vm-sql-01", "matrix", "scenarios", "report", "api"];
// Accessibility, best practices and SEO do not depend on how fast the machine is.
const WANTED = { accessibility: 1, "best-practices": 1, seo: 1 };

const chrome = await launch({
  chromePath: RPLAB_CHROMIUM,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
let passed = true;
try {
  for (const page of PAGES.filter((page) => RPLAB_AUDIT_PAGES === undefined || RPLAB_AUDIT_PAGES.split(",").includes(page.split("/")[0]))) {
    const runs = [];
    while (runs.length < Number(RPLAB_AUDIT_RUNS)) {
      const { lhr } = await lighthouse(`${url}/#/${page}`, { port: chrome.port, output: "json", logLevel: "silent" });
      runs.push(lhr);
    }
    const middle = (read) => runs.map(read).sort((one, other) => one - other)[Math.floor(runs.length / 2)];
    const score = (name) => Math.min(...runs.map((run) => run.categories[name].score));
    const time = (name) => `${Math.round(middle((run) => run.audits[name].numericValue))} ms`;
    const scores = Object.keys(WANTED).map((name) => `${name} ${Math.round(score(name) * 100)}`);
    scores.unshift(`performance ${Math.round(middle((run) => run.categories.performance.score) * 100)}`);
    const times = ["first-contentful-paint", "largest-contentful-paint", "speed-index", "total-blocking-time", "interactive"].map((name) => `${name} ${time(name)}`);
    times.push(`layout shift ${middle((run) => run.audits["cumulative-layout-shift"].numericValue).toFixed(3)}`);
    console.log(`${page.padEnd(22)}${scores.join(", ")}; ${times.join(", ")}; ${runs.length} runs, load ${loadavg()[0].toFixed(1)}`);
    for (const [name, wanted] of Object.entries(WANTED)) {
      if (score(name) >= wanted) continue;
      passed = false;
      for (const { id } of runs[0].categories[name].auditRefs) {
        const audit = runs.find((run) => run.categories[name].score < wanted).audits[id];
        const places = (audit.details?.items ?? []).map((item) => item.node?.selector).filter(Boolean);
        if (audit.score !== null && audit.score < 1) console.log(`  ${name}: ${audit.title} ${places.slice(0, 5).join(", ")}`);
      }
    }
  }
} finally {
  await chrome.kill();
  server.close();
}
process.exitCode = passed ? 0 : 1;
