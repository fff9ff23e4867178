import assert from "node:assert/strict";
import { test } from "node:test";
import { assess, importInventory, LabError, sampleFleet, supportMatrix } from "restore-point-lab";

const vm = {
  id: "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1",
  name: "vm1",
  location: "westeurope",
  properties: {
    hardwareProfile: { vmSize: "Standard_D2s_v5" },
    storageProfile: {
      osDisk: {
        osType: "Linux", name: "vm1-os", createOption: "FromImage", diskSizeGB: 30,
        managedDisk: {
          id: "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/disks/vm1-os",
          storageAccountType: "Premium_LRS",
        },
      },
      dataDisks: [],
    },
  },
};

function thrown(work) {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof LabError && error instanceof Error, String(error));
    return { code: error.code, path: error.path };
  }
  assert.fail("nothing was thrown");
}

test("an inventory is read from text, from bytes and from named files alike", () => {
  const text = JSON.stringify([vm]);
  const { fleet, problems } = importInventory(text);
  assert.deepEqual(fleet.machines.map((machine) => machine.name), ["vm1"]);
  assert.deepEqual(problems.filter((problem) => problem.severity === "error"), []);
  assert.deepEqual(importInventory(new TextEncoder().encode(text)).fleet, fleet);
  assert.deepEqual(importInventory([{ name: "vms.json", data: text }]).fleet, fleet);
});

test("what is no inventory throws with a code and a path", () => {
  assert.equal(typeof thrown(() => importInventory("neither JSON nor anything")).code, "string");
  assert.deepEqual(thrown(() => importInventory([{ name: "x" }])), { code: "InvalidInput", path: "[0].data" });
  assert.equal(thrown(() => importInventory(7)).code, "InvalidInput");
});

test("an ultra disk is to be left out, with the row that says so", () => {
  const { machines } = assess(sampleFleet());
  const sql = machines.find((machine) => machine.name === "vm-sql-01");
  assert.equal(sql.verdict, "excludeDisk");
  assert.deepEqual(sql.excludeDisks, ["vm-sql-01-log01"]);
  const [finding] = sql.findings;
  assert.ok(finding.rowIds.includes("S0-03"), finding.rowIds.join());
  const ids = new Set(supportMatrix().flatMap((row) => JSON.stringify(row).match(/S\d-\d+[a-z]?/g)));
  for (const id of finding.rowIds) assert.ok(ids.has(id), `${id} is in the matrix`);
  assert.ok(finding.citations.every(({ page, section }) => page !== "" && section !== ""));
});

test("assessing leaves the fleet as it was", () => {
  const fleet = sampleFleet();
  const before = structuredClone(fleet);
  assess(fleet, { edition: "2022-07" });
  assert.deepEqual(fleet, before);
});

test("unknown options, fields and facts are refused by name", () => {
  const fleet = sampleFleet();
  assert.equal(thrown(() => assess(fleet, { servic: "restorePoints" })).path, "options.servic");
  assert.match(thrown(() => assess({ machines: [{ ...fleet.machines[0], nmae: 1 }] })).path, /machines\[0\]/);
  const odd = structuredClone(fleet);
  odd.machines[0].facts.noSuchFact = true;
  assert.match(thrown(() => assess(odd)).path, /machines\[0\].*noSuchFact/);
});

test("numbers that JavaScript cannot hold exactly, and what is no JSON, are refused", () => {
  const odd = sampleFleet();
  odd.machines[0].disks[0].sizeGiB = 2 ** 60;
  assert.deepEqual(thrown(() => assess(odd)), { code: "NumberTooLarge", path: "machines[0].disks[0].sizeGiB" });
  const loop = { machines: [] };
  loop.self = loop;
  assert.equal(thrown(() => assess(loop)).code, "NotJson");
  assert.equal(thrown(() => assess(undefined)).code, "NotJson");
  assert.equal(thrown(() => assess({ machines: [{ id: 1n }] })).code, "NotJson");
});
