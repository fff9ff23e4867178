import assert from "node:assert/strict";
import { test } from "node:test";
import { Lab, LabError, runScenario, sampleFleet } from "restore-point-lab";

const START = "2026-01-05T00:00:00Z";

/** A lab with one VM and one disk of 64 GiB, nothing written yet. */
function smallLab() {
  const machine = sampleFleet().machines.find((candidate) => candidate.name === "vm-app-01");
  const lab = new Lab({ seed: 7, startTime: START, fleet: { machines: [machine] } });
  ok(lab.dispatch({ type: "createRestorePointCollection", name: "rpc", source: "vm-app-01" }));
  return { lab, disk: machine.disks[0].name };
}

function ok(outcome) {
  assert.equal(outcome.type, "ok", JSON.stringify(outcome));
  return outcome.events;
}

function capture(lab, name) {
  ok(lab.dispatch({ type: "createRestorePoint", collection: "rpc", name }));
  for (let left = 50; lab.state().nextEvent && left > 0; left -= 1) ok(lab.runToNextEvent());
}

function pointDisk(lab, point, disk) {
  const found = lab.state().restorePoints.find((candidate) => candidate.name === point);
  return found.disks.find((candidate) => candidate.name === disk);
}

test("points are incremental, and the account adds up", () => {
  const { lab, disk } = smallLab();
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 9 }));
  capture(lab, "p1");
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 5, last: 6 }));
  capture(lab, "p2");
  const { blockSizeBytes, storedBytes } = lab.state().disks.find((candidate) => candidate.name === disk);
  const [first, second] = ["p1", "p2"].map((point) => pointDisk(lab, point, disk));
  assert.equal(first.full, true);
  assert.equal(second.full, false);
  assert.equal(second.addedBytes, 2 * blockSizeBytes);
  assert.equal(second.sharedBytes, second.referencedBytes - second.uniqueBytes);
  assert.equal(first.addedBytes + second.addedBytes, storedBytes);
  assert.equal(lab.storedBytes({ disk }), storedBytes);
  assert.equal(lab.freedBy(["p2"]), lab.state().restorePoints[1].freedBytes);
  assert.equal(lab.freedBy(["p1", "p2"]), lab.storedBytes());
  assert.deepEqual(lab.changedRanges({ disk, from: "p1", to: "p2" }), [{ first: 5, last: 6, kind: "written" }]);
  assert.equal(lab.block({ disk, index: 5 }).versions.length, 2);
});

test("a restored disk is proved by reading it", () => {
  const { lab, disk } = smallLab();
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 3 }));
  const before = lab.contentDigest(disk);
  capture(lab, "p1");
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 0 }));
  assert.notEqual(lab.contentDigest(disk), before);
  ok(lab.dispatch({ type: "restoreDisk", diskRestorePoint: disk, restorePoint: "p1", name: "restored" }));
  for (let left = 50; lab.state().nextEvent && left > 0; left -= 1) ok(lab.runToNextEvent());
  assert.equal(lab.contentDigest("restored"), before);
  const proof = lab.prove("restored");
  assert.equal(proof.equal, true);
  assert.equal(proof.disks[0].restoredDigest, before);
});

test("a refusal is an answer and changes nothing", () => {
  const { lab } = smallLab();
  const before = lab.digest();
  const outcome = lab.dispatch({ type: "deleteRestorePoint", restorePoint: "absent" });
  assert.equal(outcome.type, "rejected");
  for (const field of ["code", "message", "target", "details", "rowIds"]) assert.ok(field in outcome.error, field);
  assert.equal(lab.digest(), before);
});

test("malformed input throws with its code and path", () => {
  const { lab } = smallLab();
  const cases = [
    [() => lab.dispatch({ type: "noSuchCommand" }), "UnknownCommand", /^type$/],
    [() => lab.dispatch({ type: "createRestorePoint", collection: "rpc", name: "p", nmae: 1 }), "InvalidField", /nmae/],
    [() => lab.advance("four hours"), "InvalidField", /duration/],
    [() => lab.advanceTo("tomorrow"), "InvalidField", /time/],
    [() => new Lab({ sed: 1 }), "InvalidField", /options\.sed/],
    [() => Lab.fromScenario({ schemaVersion: 99 }), "UnsupportedSchemaVersion", /schemaVersion/],
    [() => runScenario([]), "NotAScenario", /^$/],
  ];
  for (const [work, code, path] of cases) {
    assert.throws(work, (error) => error instanceof LabError && error.code === code && path.test(error.path) && error.message !== "", code);
  }
});

test("time passes only by advancing", () => {
  const { lab } = smallLab();
  assert.equal(lab.state().time, START);
  ok(lab.advance("PT4H"));
  assert.equal(lab.state().time, "2026-01-05T04:00:00Z");
  ok(lab.advanceTo("2026-01-06T00:00:00Z"));
  assert.equal(lab.state().time, "2026-01-06T00:00:00Z");
  assert.equal(lab.advanceTo(START).type, "rejected");
});

test("undo and redo are exact", () => {
  const { lab, disk } = smallLab();
  const before = lab.digest();
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 3 }));
  const after = lab.digest();
  assert.notEqual(after, before);
  assert.equal(lab.undo(), true);
  assert.equal(lab.digest(), before);
  assert.equal(lab.redo(), true);
  assert.equal(lab.digest(), after);
  assert.equal(lab.redo(), false);
});

test("a lab survives its scenario, through text", () => {
  const { lab, disk } = smallLab();
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 3 }));
  capture(lab, "p1");
  lab.dispatch({ type: "deleteRestorePoint", restorePoint: "absent" });
  const scenario = JSON.parse(JSON.stringify(lab.exportScenario()));
  const again = Lab.fromScenario(scenario);
  assert.equal(again.digest(), lab.digest());
  assert.deepEqual(again.exportScenario(), lab.exportScenario());
});

test("two labs do not share anything, and a freed one says so", () => {
  const { lab, disk } = smallLab();
  const other = smallLab().lab;
  ok(lab.dispatch({ type: "writeBlocks", disk, first: 0, last: 3 }));
  assert.notEqual(lab.digest(), other.digest());
  other.free();
  const uses = [() => other.digest(), () => other.state(), () => other.advance("PT1H"), () => other.request({ method: "GET", url: "https://x/" })];
  for (const use of uses) assert.throws(use, { name: "LabError", code: "Freed", message: /make a new one/ });
  other.free();
  assert.match(lab.digest(), /^[0-9a-f]{64}$/);
});
