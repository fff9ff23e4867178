// The installed package in what bundlers make of it, each opened in a real browser with the network cut off.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build as esbuild } from "esbuild";
import { Lab, version } from "restore-point-lab";
import { build as vite } from "vite";
import webpack from "webpack";
import { GIB } from "./support.mjs";
import { serveFolders, startBrowser, workOffline } from "./web.mjs";

const pages = fileURLToPath(new URL("pages/", import.meta.url));
const here = fileURLToPath(new URL(".", import.meta.url));
const output = process.env.RPLAB_OUTPUT;
const out = (name) => join(output, name);
const page = (script) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A bundle</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script></html>\n`;

let browser;
let server;
before(async () => {
  rmSync(output, { recursive: true, force: true });
  const installed = fileURLToPath(new URL("./", import.meta.resolve("restore-point-lab/package.json")));
  const names = ["clients", "inline", "vite", "webpack", "plain"];
  for (const name of names) mkdirSync(out(name), { recursive: true });
  server = await serveFolders({ npm: installed, ...Object.fromEntries(names.map((name) => [name, out(name)])) });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const expected = () => ({ version: version().engine, status: 200, client: "function", inWorker: { version: version().engine, digest: new Lab().digest() } });

test("the official clients work in a page without a network", async () => {
  await esbuild({
    entryPoints: [join(pages, "clients.js")], outfile: join(out("clients"), "bundle.js"), absWorkingDir: here,
    bundle: true, format: "esm", platform: "browser", conditions: ["inline"], logLevel: "error",
  });
  writeFileSync(join(out("clients"), "index.html"), page("bundle.js"));
  const { result, troubles } = await workOffline(browser, "/clients/");
  assert.deepEqual(result, {
    contentLength: GIB + 512, pageRange: [{ offset: 3 * 65536, count: 2 * 65536 - 1 }], refused: "404 ResourceNotFound",
    bytes: 65536, isWritten: true, proved: true, provisioningState: "Succeeded", percents: [0, 100],
  });
  assert.deepEqual(troubles, []);
});

test("esbuild puts everything into one script", async () => {
  const { metafile } = await esbuild({
    entryPoints: [join(pages, "inline.js")], outfile: join(out("inline"), "bundle.js"), absWorkingDir: here, metafile: true,
    bundle: true, format: "esm", minify: true, conditions: ["inline"], logLevel: "error",
  });
  assert.equal(Object.keys(metafile.outputs).length, 1);
  writeFileSync(join(out("inline"), "index.html"), page("bundle.js"));
  const { result, troubles } = await workOffline(browser, "/inline/");
  assert.deepEqual(result, { version: version().engine, digest: new Lab().digest() });
  assert.deepEqual(troubles, []);
});

test("Vite builds it, the worker too, with nothing configured", async () => {
  const root = join(here, "node_modules/.pages-vite");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  for (const name of ["package.js", "worker.js"]) copyFileSync(join(pages, name), join(root, name));
  writeFileSync(join(root, "index.html"), page("./package.js"));
  // Where it is served, and modern browsers for `await` at the top; nothing about the package.
  await vite({ root, base: "/vite/", configFile: false, logLevel: "error", worker: { format: "es" }, build: { outDir: out("vite"), emptyOutDir: true, target: "es2022" } });
  const { result, troubles } = await workOffline(browser, "/vite/");
  assert.deepEqual(result, expected());
  assert.deepEqual(troubles, []);
});

test("webpack builds it, the worker too, with nothing configured", async () => {
  const stats = await promisify(webpack)({
    mode: "production", context: here, entry: join(pages, "package.js"), output: { path: out("webpack"), filename: "bundle.js" },
  });
  assert.equal(stats.hasErrors(), false, stats.toString({ all: false, errors: true }));
  writeFileSync(join(out("webpack"), "index.html"), page("bundle.js"));
  const { result, troubles } = await workOffline(browser, "/webpack/");
  assert.deepEqual(result, expected());
  assert.deepEqual(troubles, []);
});

test("a page without a bundler loads it by its address, in a worker too", async () => {
  const plain = (text) => text.replaceAll("\"restore-point-lab/azure\"", "\"/npm/azure/index.js\"").replaceAll("\"restore-point-lab\"", "\"/npm/index.js\"");
  const { readFileSync } = await import("node:fs");
  for (const name of ["package.js", "worker.js"]) writeFileSync(join(out("plain"), name), plain(readFileSync(join(pages, name), "utf8")));
  writeFileSync(join(out("plain"), "index.html"), page("package.js"));
  const { result, troubles } = await workOffline(browser, "/plain/");
  assert.deepEqual(result, expected());
  assert.deepEqual(troubles, []);
});

test("publint and attw find nothing", () => {
  const run = (path, ...words) => spawnSync(process.execPath, [fileURLToPath(new URL(path, import.meta.url)), ...words], { encoding: "utf8", env: { ...process.env, FORCE_COLOR: "0" } });
  const installed = fileURLToPath(new URL("./", import.meta.resolve("restore-point-lab/package.json")));
  const lint = run("../node_modules/publint/src/cli.js", "--strict", installed);
  assert.equal(lint.status, 0, lint.stdout + lint.stderr);
  const types = run("node_modules/@arethetypeswrong/cli/dist/index.js", "--profile", "esm-only", "--exclude-entrypoints", "engine.wasm", "--", process.env.RPLAB_TARBALL);
  assert.equal(types.status, 0, types.stdout + types.stderr);
  assert.match(types.stdout, /"restore-point-lab\/azure"/);
});
