// The official client for Python over `restore-point-lab serve`. RPLAB_PYTHON has the client.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { diskId, GIB, GROUP, startedLab, SUBSCRIPTION, VM } from "./support.mjs";

const command = fileURLToPath(new URL("bin/main.js", import.meta.resolve("restore-point-lab")));
const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-python-"));
after(() => rmSync(folder, { recursive: true }));

test("the client for Python captures, reads and restores", async () => {
  const state = join(folder, "state.json");
  writeFileSync(state, JSON.stringify(startedLab().exportScenario()));
  const child = spawn(process.execPath, [command, "serve", "--port", "0", "--state", state, "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const url = await new Promise((resolve) => {
      child.stdout.on("data", (text) => {
        const [, found] = /endpoint is at (http:\/\/\S+)/.exec(String(text)) ?? [];
        if (found) resolve(found);
      });
    });
    const words = [fileURLToPath(new URL("client.py", import.meta.url)), url, SUBSCRIPTION, GROUP, VM, diskId("data"), String(GIB)];
    const { status, stdout, stderr } = spawnSync(process.env.RPLAB_PYTHON, words, { encoding: "utf8", env: { ...process.env, NO_PROXY: "*" } });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^captured, read, restored, deleted\s*$/);
  } finally {
    child.kill();
  }
});
