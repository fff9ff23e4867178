// The example of the README, word for word, against the installed package. RPLAB_README is the file.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { sampleFleet } from "restore-point-lab";

test("the example of the README runs as it stands and proves its restore", () => {
  const readme = readFileSync(process.env.RPLAB_README, "utf8");
  const [, example] = /<!-- readme-example -->\n```js\n([\s\S]*?)```/.exec(readme);
  writeFileSync("readme-example.mjs", example);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["readme-example.mjs"], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const lines = stdout.trim().split("\n");
    assert.equal(lines.length, sampleFleet().machines.length + 1);
    assert.match(lines.at(-1), /^true [0-9a-f]{64}$/);
  } finally {
    rmSync("readme-example.mjs");
  }
});
