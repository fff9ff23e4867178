// The official client for Python over `restore-point-lab serve`. RPLAB_PYTHON has the client.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { served } from "./served.mjs";
import { diskId, GIB, GROUP, startedLab, SUBSCRIPTION, VM } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-python-"));
after(() => rmSync(folder, { recursive: true }));

test("the client for Python captures, reads and restores", async () => {
  const state = join(folder, "state.json");
  writeFileSync(state, JSON.stringify(startedLab().exportScenario()));
  const server = await served("--state", state, "--quiet");
  try {
    const words = [fileURLToPath(new URL("client.py", import.meta.url)), server.url, SUBSCRIPTION, GROUP, VM, diskId("data"), String(GIB)];
    const { status, stdout, stderr } = spawnSync(process.env.RPLAB_PYTHON, words, { encoding: "utf8", env: { ...process.env, NO_PROXY: "*" } });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^captured, read, restored, deleted\s*$/);
  } finally {
    // It may write its state until it has ended, and the folder goes after this.
    await server.stop();
  }
});
