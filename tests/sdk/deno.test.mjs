// The installed package in Deno: by its name, by its address, in a worker, and under the official client.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as lab from "restore-point-lab";
import { session } from "./pages/session.js";
import { serveFolders } from "./web.mjs";

const pages = fileURLToPath(new URL("pages/", import.meta.url));
// Among the packages, so that Deno finds them by their names, and takes them for packages: these import no addresses.
const beside = fileURLToPath(new URL("node_modules/.deno-pages/", import.meta.url));
const deno = fileURLToPath(new URL("node_modules/deno/bin.cjs", import.meta.url));
const own = mkdtempSync(join(tmpdir(), "restore-point-lab-deno-"));
let server;

before(async () => {
  const installed = fileURLToPath(new URL("./", import.meta.resolve("restore-point-lab/package.json")));
  // A copied folder, as one that is put on any server: no package around it.
  cpSync(installed, join(own, "copied"), { recursive: true });
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside);
  cpSync(pages, beside, { recursive: true });
  server = await serveFolders({ lab: join(own, "copied") });
});
after(async () => {
  await server?.close();
  rmSync(own, { recursive: true, force: true });
});

/** What a script prints in Deno that may do nothing but what is named. */
async function printed(may, script, ...words) {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [deno, "run", "--no-config", "--no-lock", "--no-prompt", "--node-modules-dir=manual", ...may, script, ...words], {
    cwd: beside, env: { PATH: process.env.PATH, HOME: own, DENO_DIR: join(own, "cache"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", NO_PROXY: "*" },
  });
  return JSON.parse(stdout);
}

test("Deno runs a session by the package's name, ready at import, and in a worker", async () => {
  const { early, here, inWorker } = await printed(["--cached-only", "--allow-read"], join(beside, "deno.js"), "restore-point-lab");
  assert.equal(early, lab.version().engine);
  const expected = session(lab);
  assert.deepEqual(here, expected);
  assert.deepEqual(inWorker, expected);
  assert.deepEqual(expected.statuses, [201, 201, 200, 202, 206, 202]);
  assert.deepEqual([expected.state, expected.bytes, expected.refused, expected.proved], [["Creating", "Succeeded", "Succeeded"], 128, [404, "ResourceNotFound"], true]);
});

test("Deno imports a copied folder by its address, after init, and in a worker", async () => {
  const host = new URL(server.url).host;
  const { early, here, inWorker } = await printed([`--allow-net=${host}`, `--allow-import=${host}`, `--allow-read=${pages}`], join(pages, "deno.js"), `${server.url}/lab/index.js`);
  assert.equal(early, "NotInitialized");
  assert.deepEqual(here, session(lab));
  assert.deepEqual(inWorker, here);
});

test("the official client works over a lab in Deno, without a network", async () => {
  const found = await printed(["--cached-only", "--allow-read", "--allow-env", "--allow-sys"], join(beside, "deno-clients.js"));
  assert.deepEqual(found, { provisioningState: "Succeeded", consistencyMode: "ApplicationConsistent", refused: "404 ResourceNotFound" });
});
