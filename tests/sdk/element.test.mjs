// <restore-point-lab> from the installed package, in what site generators and bundlers make of it, in a real browser.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build as vite } from "vite";
import webpack from "webpack";
import { watched } from "../e2e/browser.mjs";
import { listen, shown } from "../e2e/objects/element.mjs";
import { serveFolders, startBrowser } from "./web.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const examples = fileURLToPath(new URL("../../examples/element/", import.meta.url));
const installed = fileURLToPath(new URL("./", import.meta.resolve("restore-point-lab/package.json")));
const output = join(process.env.RPLAB_OUTPUT, "element");
const out = (name) => join(output, name);
const NAMES = ["plain-html", "mdbook", "vitepress", "vite", "webpack"];

let browser;
let server;
before(async () => {
  rmSync(output, { recursive: true, force: true });
  for (const name of NAMES) mkdirSync(out(name), { recursive: true });
  server = await serveFolders(Object.fromEntries(NAMES.map((name) => [name, out(name)])));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens the page, waits for its element, and looks at what another service says, which a second file has. */
async function opensWithServices(name) {
  const context = await browser.newContext();
  await context.addInitScript(listen);
  const page = watched(await context.newPage());
  await page.goto(`${server.url}/${name}/index.html`);
  assert.match(await shown(page, "restore-point-lab"), /^rpl-ready .*"view":"lifecycle"/);
  const element = page.locator("restore-point-lab");
  await element.getByRole("link", { name: "Support", exact: true }).click();
  const column = element.getByTestId("service-DiskBackup");
  await column.waitFor();
  await column.getByText("rows not loaded").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
  await context.close();
}

/** The folder `element` as a reader of the example copies it. */
function copyElement(to) {
  cpSync(join(installed, "element"), join(to, "element"), { recursive: true });
  cpSync(join(examples, "incident.json"), join(to, "incident.json"));
}

test("a page and a copied folder", async () => {
  cpSync(join(examples, "plain-html"), out("plain-html"), { recursive: true });
  copyElement(out("plain-html"));
  await opensWithServices("plain-html");
});

test("an mdBook", async () => {
  const built = spawnSync(process.env.RPLAB_MDBOOK, ["build", join(examples, "mdbook"), "--dest-dir", out("mdbook")], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  copyElement(out("mdbook"));
  await opensWithServices("mdbook");
});

test("VitePress", async () => {
  // Beside the installed packages, so that it finds them as a site of its own would.
  const root = join(here, "node_modules/.site-vitepress");
  rmSync(root, { recursive: true, force: true });
  cpSync(join(examples, "vitepress"), root, { recursive: true });
  mkdirSync(join(root, "public"));
  cpSync(join(examples, "incident.json"), join(root, "public/incident.json"));
  const command = join(here, "node_modules/vitepress/bin/vitepress.js");
  const built = spawnSync(process.execPath, [command, "build", root, "--base", "/vitepress/", "--outDir", out("vitepress")], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stdout + built.stderr);
  await opensWithServices("vitepress");
});

const ENTRY = 'import "restore-point-lab/element";\n';
const page = (script) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A bundle</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script><restore-point-lab></restore-point-lab></html>\n`;

test("Vite brings the module and the file of services along", async () => {
  const root = join(here, "node_modules/.element-vite");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  writeFileSync(join(root, "main.js"), ENTRY);
  writeFileSync(join(root, "index.html"), page("./main.js"));
  await vite({ root, base: "/vite/", configFile: false, logLevel: "error", build: { outDir: out("vite"), emptyOutDir: true, target: "es2022" } });
  await opensWithServices("vite");
});

test("webpack brings the module and the file of services along", async () => {
  const entry = join(here, "node_modules/.element-webpack.js");
  writeFileSync(entry, ENTRY);
  const stats = await promisify(webpack)({ mode: "production", context: here, entry, output: { path: out("webpack"), filename: "bundle.js" } });
  assert.equal(stats.hasErrors(), false, stats.toString({ all: false, errors: true }));
  writeFileSync(join(out("webpack"), "index.html"), page("bundle.js"));
  await opensWithServices("webpack");
});
