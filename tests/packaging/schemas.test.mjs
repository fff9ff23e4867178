// The JSON Schemas that ship, by a validator that is not ours: what the engine reads and says fits them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { assess, importInventory, Lab, runScenario, sampleFleet } from "restore-point-lab";

const fixtures = process.env.RPLAB_FIXTURES;
const { Ajv2020 } = createRequire(join(fixtures, "../package.json"))("ajv/dist/2020.js");

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const schema = (name) => read(new URL(import.meta.resolve(`restore-point-lab/schemas/${name}.schema.json`)));
const inFolder = (folder) => readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => [name, read(join(folder, name))]);

/** Whether values fit; with what does not. */
function validator(name, part = "") {
  const ajv = new Ajv2020({ strictTypes: false, allowUnionTypes: true });
  ajv.addSchema(schema(name), name);
  const fits = ajv.compile({ $ref: `${name}#${part}` });
  return (value) => (fits(value) ? undefined : JSON.stringify(fits.errors?.at(-1)));
}

const scenario = validator("scenario");

test("every scenario of the library fits the schema", () => {
  for (const [name, file] of inFolder(process.env.RPLAB_SCENARIOS)) {
    assert.equal(scenario(file), undefined, name);
  }
});

test("what the engine saves fits the schema", () => {
  for (const [name, file] of inFolder(process.env.RPLAB_SCENARIOS)) {
    assert.equal(scenario(Lab.fromScenario(file).exportScenario()), undefined, name);
  }
});

test("malformed scenarios do not fit, but for what only running them shows", () => {
  // An order in time, a count of commands, and that one of several fields is there, are no matter of form.
  const onlyWhenRun = ["time-runs-backwards.json", "claims-too-late.json", "rpo-claims-nothing.json"];
  const malformed = inFolder(join(fixtures, "scenarios/malformed"));
  assert.ok(malformed.length >= 15);
  for (const [name, { scenario: file }] of malformed) {
    assert.throws(() => runScenario(file), name);
    assert.equal(scenario(file) === undefined, onlyWhenRun.includes(name), name);
  }
});

test("a command without a field that it needs, or with one that it does not have, fits no schema and is not read", () => {
  const whole = [
    { type: "createVirtualMachine", name: "vm", location: "eastus", disks: [{ name: "os", sizeGiB: 4 }] },
    { type: "writeBlocks", disk: "os", first: 0, last: 9 },
    { type: "createRestorePointCollection", name: "rpc", virtualMachine: "vm", tags: { a: "b" } },
    { type: "createRestorePoint", collection: "rpc", name: "p1", excludeDisks: [{ id: "os" }] },
    { type: "copyRestorePoint", source: "p1", targetCollection: "far" },
    { type: "grantAccess", diskRestorePoint: "os", restorePoint: "p1", durationInSeconds: 60 },
    { type: "setWorkload", disk: "os", workload: { every: "PT1H", pattern: "hotSpot" } },
    { type: "advanceClock", until: { event: "restorePointSucceeded", subject: "p1" } },
    { type: "setSetting", name: "edition", value: "2022-02" },
  ];
  const isRead = (command) => {
    try {
      Lab.fromScenario({ commands: [command] });
      return true;
    } catch (error) {
      return false;
    }
  };
  const optional = ["location", "disks", "tags", "excludeDisks", "restorePoint", "workload", "until", "at", "pattern", "event", "subject"];
  for (const command of whole) {
    assert.equal(scenario({ commands: [command] }), undefined, command.type);
    assert.ok(isRead(command), command.type);
    for (const field of Object.keys(command)) {
      const { [field]: _, ...less } = command;
      const expected = optional.includes(field);
      assert.equal(scenario({ commands: [less] }) === undefined, expected, `${command.type} without ${field}`);
      assert.equal(isRead(less), expected, `${command.type} without ${field}`);
    }
    for (const wrong of [{ colour: "red" }, { type: `${command.type}s` }, { at: 5 }]) {
      assert.notEqual(scenario({ commands: [{ ...command, ...wrong }] }), undefined, command.type);
      assert.ok(!isRead({ ...command, ...wrong }), command.type);
    }
  }
  for (const deeper of [
    { type: "createRestorePoint", collection: "c", name: "p", excludeDisks: [{ id: "a", colour: 1 }] },
    { type: "createDisk", name: "d", location: "eastus", sizeGiB: -4 },
    { type: "createDisk", name: "d", location: "eastus", sizeGiB: 4, zones: "1" },
    { type: "writeBytes", disk: "d", index: 0, bytes: [256] },
    { type: "setWorkload", disk: "d", workload: { every: "PT1H", writes: "many" } },
  ]) {
    assert.notEqual(scenario({ commands: [deeper] }), undefined, JSON.stringify(deeper));
    assert.ok(!isRead(deeper), JSON.stringify(deeper));
  }
});

test("fleets fit, and facts of another kind do not", () => {
  const [fleet, facts] = [validator("fleet"), validator("facts")];
  const sample = sampleFleet();
  assert.equal(fleet(sample), undefined);
  assert.equal(fleet({ machines: [{ ...sample.machines[0], colour: "red" }] }) === undefined, false);
  for (const [of, right] of [[{ osType: "windows" }, true], [{ osType: "BeOS" }, false], [{ colour: 1 }, false], [{ vCpus: 0 }, false]]) {
    const machines = [{ id: sample.machines[0].id, name: "vm", facts: of }];
    assert.equal(fleet({ machines }) === undefined, right, JSON.stringify(of));
    assert.equal(facts(of) === undefined, right, JSON.stringify(of));
    const judge = () => assess({ machines });
    right ? judge() : assert.throws(judge, JSON.stringify(of));
  }
});

test("what the engine answers fits the schema of reports", () => {
  const [run, assessment, imported, explanation] = ["RunResult", "AssessReport", "Import", "Explanation"].map((kind) => validator("reports", `/$defs/${kind}`));
  for (const [name, file] of inFolder(process.env.RPLAB_SCENARIOS)) {
    const result = runScenario(file);
    assert.equal(run(result), undefined, name);
    assert.notEqual(run({ ...result, colour: 1 }), undefined);
    const { digest, ...less } = result;
    assert.notEqual(run(less), undefined);
  }
  const inventory = JSON.stringify({ machines: sampleFleet().machines });
  const read = importInventory(inventory);
  assert.equal(imported(read), undefined);
  assert.equal(assessment(assess(read.fleet)), undefined);
  const lab = new Lab({ fleet: sampleFleet() });
  assert.equal(explanation(lab.explain("storedBytes")), undefined);
});
