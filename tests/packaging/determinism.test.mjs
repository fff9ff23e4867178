// The engine as WebAssembly and natively: the same digests. RPLAB_NATIVE is the native command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { assess, importInventory, Lab, runScenario, sampleFleet } from "restore-point-lab";

const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-"));
after(() => rmSync(folder, { recursive: true }));

/** What the native command answers. It exits with 1 where a VM cannot be protected or an expectation fails. */
function native(...words) {
  const { status, stdout, stderr } = spawnSync(process.env.RPLAB_NATIVE, [...words, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.ok(status === 0 || status === 1, `${words[0]} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

function file(name, value) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

function scenarios() {
  const library = process.env.RPLAB_SCENARIOS;
  let names = [];
  try {
    names = readdirSync(library).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return names.map((name) => [name, JSON.parse(readFileSync(join(library, name), "utf8"))]);
}

/** A lab with history: writes, points, a restore, a refusal. */
function eventful() {
  const machine = sampleFleet().machines.find((candidate) => candidate.name === "vm-app-01");
  const disk = machine.disks[0].name;
  const lab = new Lab({ seed: 42, fleet: { machines: [machine] } });
  lab.dispatch({ type: "createRestorePointCollection", name: "rpc", source: machine.name });
  for (let day = 0; day < 3; day += 1) {
    lab.dispatch({ type: "writeBlocks", disk, first: day * 3, last: day * 5 + 4 });
    lab.dispatch({ type: "createRestorePoint", collection: "rpc", name: `p${day}` });
    lab.advance("P1D");
  }
  lab.dispatch({ type: "restoreDisk", diskRestorePoint: disk, restorePoint: "p1", name: "restored" });
  lab.dispatch({ type: "deleteRestorePoint", restorePoint: "absent" });
  lab.advance("PT2H");
  assert.equal(lab.state().restorePoints.length, 3);
  return lab.exportScenario();
}

for (const [name, scenario] of [["an eventful lab", eventful()], ...scenarios()]) {
  test(`${name} comes to the same digest and report`, () => {
    const here = runScenario(scenario);
    const there = native("run", file("scenario.json", scenario));
    assert.equal(here.digest, there.digest);
    assert.deepEqual(here, there);
  });
}

test("an assessment is the same", () => {
  const fleet = sampleFleet();
  const inventory = { machines: fleet.machines };
  const path = file("fleet.json", inventory);
  const there = native("check", path);
  const here = assess(importInventory(JSON.stringify(inventory)).fleet);
  assert.deepEqual(here, there.report);
  assert.equal(createHash("sha256").update(JSON.stringify(here)).digest("hex"), there.digest);
});
