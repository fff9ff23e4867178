// Which commands and which inventories take a part of their own: refused before it is there, and the same afterwards.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { importInventory, Lab, runScenario } from "restore-point-lab";

const SERVICES = [
  "setWorkload", "moveVirtualMachine", "setAgent", "setVssWriters", "setScripts", "injectFault", "clearFault", "protect", "changePolicy",
  "backupNow", "cancelJob", "runCleanup", "stopProtection", "setIdentityRoles", "restoreBackup",
];
const RESOURCES = [
  "copyRestorePoint", "createSnapshot", "deleteSnapshot", "createResourceGroup", "deleteResourceGroup", "createDiskEncryptionSet",
  "setKeyState", "deleteDiskEncryptionSet", "placeLock", "removeLock", "setNetworkAccess",
];

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/lab/providers/Microsoft.Compute";
const policy = (dailyRetentionDays) => ({ type: "Standard", schedule: { frequency: "Daily", time: "02:00" }, dailyRetentionDays });
const machine = (name, disks) => ({ type: "createVirtualMachine", name, location: "eastus", facts: { osType: "Windows", vmSize: "Standard_D4s_v5" }, disks });
const wait = (by) => ({ type: "advanceClock", by });

// Every command there is, each carried out.
const STORY = [
  { type: "setSetting", name: "copyStartSeconds", value: 7 },
  { type: "createResourceGroup", name: "others", location: "eastus" },
  { type: "createResourceGroup", name: "empty", location: "eastus" },
  { type: "deleteResourceGroup", name: "empty" },
  machine("vm", [{ name: "os", sizeGiB: 128, facts: { sku: "Premium_LRS", usedGiB: 1 } }, { name: "data", lun: 0, sizeGiB: 32, facts: { sku: "Premium_LRS", usedGiB: 1 } }]),
  machine("gone", [{ name: "gone-os", sizeGiB: 32 }]),
  machine("old", [{ name: "old-os", sizeGiB: 32, facts: { sku: "Premium_LRS", usedGiB: 1 } }]),
  { type: "createDisk", name: "spare", location: "eastus", sizeGiB: 32 },
  { type: "updateDisk", disk: "spare", facts: { sku: "StandardSSD_LRS" } },
  { type: "resizeDisk", disk: "spare", sizeGiB: 64 },
  { type: "attachDisk", virtualMachine: "vm", disk: "spare" },
  { type: "detachDisk", disk: "spare" },
  { type: "setNetworkAccess", disk: "spare", policy: "DenyAll" },
  { type: "deleteDisk", disk: "spare" },
  { type: "deallocateVirtualMachine", virtualMachine: "gone" },
  { type: "startVirtualMachine", virtualMachine: "gone" },
  { type: "moveVirtualMachine", virtualMachine: "gone", resourceGroup: "others" },
  { type: "deleteVirtualMachine", virtualMachine: "gone" },
  { type: "updateVirtualMachine", virtualMachine: "vm", facts: { osType: "Windows" } },
  { type: "setAgent", virtualMachine: "vm", status: "ready" },
  { type: "setVssWriters", virtualMachine: "vm", healthy: true },
  { type: "setScripts", virtualMachine: "vm", installed: false },
  { type: "setWorkload", disk: "data", workload: { every: "PT1H", writes: 3 } },
  { type: "writeBlocks", disk: "data", first: 0, last: 20 },
  { type: "trimBlocks", disk: "data", first: 3, last: 4 },
  { type: "writeBytes", disk: "data", index: 7, bytes: [1, 2, 3] },
  { type: "createRestorePointCollection", name: "rpc", source: "vm" },
  { type: "updateRestorePointCollection", collection: "rpc", tags: { a: "b" } },
  { type: "keepProperties", resource: `${GROUP}/disks/data`, properties: { kept: true } },
  { type: "createRestorePoint", collection: "rpc", name: "p1" },
  wait("PT4H"),
  { type: "createRestorePointCollection", name: "far", source: "rpc", location: "westus" },
  { type: "copyRestorePoint", restorePoint: "p1", collection: "far", name: "c1" },
  { type: "injectFault", fault: "copyStalled", target: "westus", name: "stalled" },
  wait("PT2H"),
  { type: "clearFault", name: "stalled" },
  { type: "placeLock", scope: "rpc", level: "CanNotDelete", name: "held" },
  { type: "deleteRestorePoint", restorePoint: "p1" },
  { type: "removeLock", name: "held" },
  { type: "createDiskEncryptionSet", name: "des", location: "eastus", key: "key1" },
  { type: "setKeyState", diskEncryptionSet: "des", state: "disabled" },
  { type: "deleteDiskEncryptionSet", diskEncryptionSet: "des" },
  { type: "createSnapshot", name: "s1", source: "data" },
  wait("PT2H"),
  { type: "deleteSnapshot", snapshot: "s1" },
  { type: "grantAccess", diskRestorePoint: "data", restorePoint: "p1", durationSeconds: 3600 },
  { type: "revokeAccess", diskRestorePoint: "data", restorePoint: "p1" },
  { type: "restoreDisk", diskRestorePoint: "data", restorePoint: "p1", name: "data-again" },
  { type: "restoreVirtualMachine", restorePoint: "p1", name: "vm-again" },
  { type: "protect", virtualMachine: "old", vault: "vault1", policy: policy(30), name: "old" },
  { type: "changePolicy", item: "old", policy: policy(7) },
  { type: "backupNow", item: "old" },
  { type: "cancelJob", item: "old" },
  wait("P2D"),
  { type: "restoreBackup", recoveryPoint: "old-2", method: "restoreDisks", name: "old-again" },
  { type: "runCleanup" },
  { type: "stopProtection", item: "old" },
  { type: "protect", service: "diskBackup", disk: "data-again", vault: "vault2", policy: { schedule: { frequency: "Daily" }, dailyRetentionDays: 3 }, name: "disk-item" },
  { type: "setIdentityRoles", item: "disk-item", roles: [] },
  { type: "deleteRestorePoint", restorePoint: "p1" },
  wait("P1D"),
  { type: "deleteRestorePointCollection", collection: "far" },
  wait("P1D"),
];

const OPTIONS = { seed: 7, startTime: "2026-01-05T00:00:00Z" };

/** What a script prints where the engine starts without any part: JSON. */
function withoutParts(script) {
  const entry = new URL("./index.js", import.meta.resolve("restore-point-lab")).href;
  const module = fileURLToPath(import.meta.resolve("restore-point-lab/engine.wasm"));
  const source = `import init, * as lab from ${JSON.stringify(entry)};
    import { readFileSync } from "node:fs";
    const from = (file) => readFileSync(new URL("engine/" + file, ${JSON.stringify(entry)}));
    await init(readFileSync(${JSON.stringify(module)}), undefined, { load: [] });
    const asked = [];
    /** Does something, and loads whatever part it turns out to need. */
    async function load(work) {
      for (;;) {
        try { return work(); } catch (error) {
          if (error.code !== "PartNotLoaded" || asked.includes(error.path) || !error.message.includes('loadPart("' + error.path + '")')) throw error;
          asked.push(error.path);
          await lab.loadPart(error.path, from);
        }
      }
    }
    const told = (work) => { try { work(); return "done"; } catch (error) { return error.code + " " + error.path; } };
    const print = (value) => console.log(JSON.stringify(value));
    ${script}`;
  const here = fileURLToPath(new URL(".", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8", cwd: here, maxBuffer: 1 << 28 }));
}

/** The story in a lab that has every part. */
function whole() {
  const lab = new Lab(OPTIONS);
  const outcomes = STORY.map((command) => lab.dispatch(command));
  return { lab, outcomes };
}

test("the story has every command, and each of them is carried out", () => {
  const { outcomes } = whole();
  const carriedOut = new Set(STORY.filter((_, at) => outcomes[at].type === "ok").map(({ type }) => type));
  let message;
  try { new Lab().check({ type: "nothing" }); } catch (error) { ({ message } = error); }
  const [, names] = message.match(/there is ([\w, ]+)$/);
  const refused = STORY.map(({ type }, at) => `${type}: ${outcomes[at].error?.message}`).filter((_, at) => outcomes[at].type !== "ok");
  assert.deepEqual(names.split(", ").filter((name) => !carriedOut.has(name)), [], refused.join("\n"));
});

test("a command whose part is not there is refused with its name, and nothing has changed", () => {
  const { before, after, answers, types, log } = withoutParts(`
    await lab.loadPart("lab", from);
    const made = new lab.Lab(${JSON.stringify(OPTIONS)});
    const before = made.digest();
    const types = ${JSON.stringify(STORY.map(({ type }) => type))};
    const answers = ${JSON.stringify(STORY)}.map((command) => [
      told(() => made.check(command)),
      ${JSON.stringify([...SERVICES, ...RESOURCES])}.includes(command.type) ? told(() => made.dispatch(command)) : "done",
      told(() => lab.Lab.fromScenario({ commands: [command] })),
    ]);
    print({ before, after: made.digest(), answers, types, log: made.log().length });`);
  assert.equal(after, before);
  assert.equal(log, 0);
  for (const [at, type] of types.entries()) {
    const part = SERVICES.includes(type) ? "services" : RESOURCES.includes(type) ? "resources" : undefined;
    const expected = part === undefined ? "done" : `PartNotLoaded ${part}`;
    assert.deepEqual(answers[at], [expected, expected, expected], type);
  }
});

test("with every command, parts that come when they are asked for give the same digest, undo and replay", () => {
  const { lab } = whole();
  const told = withoutParts(`
    const made = await load(() => new lab.Lab(${JSON.stringify(OPTIONS)}));
    for (const command of ${JSON.stringify(STORY)}) await load(() => made.dispatch(command));
    const digest = made.digest();
    const scenario = made.exportScenario();
    const steps = scenario.commands.length;
    while (made.undo());
    const start = made.digest();
    while (made.redo());
    print({ asked, digest, start, again: made.digest(), replayed: lab.Lab.fromScenario(scenario).digest(), steps });`);
  assert.deepEqual(told.asked, ["lab", "resources", "services"]);
  assert.equal(told.digest, lab.digest());
  assert.equal(told.again, lab.digest());
  assert.equal(told.replayed, lab.digest());
  assert.equal(told.start, new Lab(OPTIONS).digest());
});

test("a scenario asks for the parts of all its commands before it begins", () => {
  const { lab } = whole();
  const scenario = lab.exportScenario();
  const told = withoutParts(`
    const scenario = ${JSON.stringify(scenario)};
    const result = await load(() => lab.runScenario(scenario));
    const { digest } = result;
    print({ asked, digest });`);
  assert.deepEqual(told.asked, ["insight", "resources", "services"]);
  assert.equal(told.digest, runScenario(scenario).digest);
});

test("the endpoint asks for the part that its requests take, and has done nothing before", () => {
  const told = withoutParts(`
    await lab.loadPart("arm", from);
    const made = new lab.Lab({ longRunning: "firstPoll" });
    const at = "https://management.azure.com/subscriptions/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}/resourceGroups/g/providers/Microsoft.Compute";
    const send = (method, path, body) => made.request({ method, url: at + path, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) }).status;
    const disk = (more) => ({ location: "eastus", sku: { name: "Premium_LRS" }, properties: { creationData: { createOption: "Empty" }, diskSizeGB: 32, ...more } });
    const statuses = [send("PUT", "/disks/d?api-version=2025-01-02", disk({}))];
    const before = made.digest();
    const snapshot = { location: "eastus", properties: { incremental: true, creationData: { createOption: "Copy", sourceResourceId: made.state().disks[0].id } } };
    const point = { properties: { sourceRestorePoint: { id: made.state().disks[0].id } } };
    const refused = [
      () => send("PUT", "/snapshots/s?api-version=2025-01-02", snapshot),
      () => send("GET", "/snapshots?api-version=2025-01-02"),
      () => send("PUT", "/disks/e?api-version=2025-01-02", disk({ networkAccessPolicy: "DenyAll" })),
      () => send("PATCH", "/disks/d?api-version=2025-01-02", { properties: { networkAccessPolicy: "DenyAll" } }),
      () => send("PUT", "/restorePointCollections/c/restorePoints/p?api-version=2025-04-01", point),
      () => send("GET", "/diskEncryptionSets?api-version=2025-01-02"),
      () => send("GET", "/diskAccesses?api-version=2025-01-02"),
    ].map(told);
    const unchanged = made.digest() === before;
    await lab.loadPart("beside", from);
    statuses.push(send("PUT", "/snapshots/s?api-version=2025-01-02", snapshot));
    made.dispatch({ type: "placeLock", scope: "d", level: "CanNotDelete", name: "l" });
    statuses.push(send("DELETE", "/disks/d?api-version=2025-01-02"));
    print({ statuses, refused, unchanged, snapshots: made.state().snapshots.length, services: told(() => made.check({ type: "runCleanup" })) });`);
  assert.deepEqual(told.statuses.map((status) => Math.floor(status / 100)), [2, 2, 4], JSON.stringify(told.statuses));
  assert.deepEqual(told.refused, told.refused.map(() => "PartNotLoaded beside"));
  assert.ok(told.unchanged);
  assert.equal(told.snapshots, 1);
  assert.equal(told.services, "PartNotLoaded services");
});

test("a client of the endpoint, which waits for its answers anyway, fetches the part by itself", () => {
  const client = new URL("./index.js", import.meta.resolve("restore-point-lab/azure")).href;
  const told = withoutParts(`
    await lab.loadPart("lab", from);
    const { armHttpClient } = await import(${JSON.stringify(client)});
    const made = new lab.Lab();
    const before = told(() => made.request({ method: "GET", url: "https://management.azure.com/" }));
    const at = "https://management.azure.com/subscriptions/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}/providers/Microsoft.Compute/";
    const list = (kind) => armHttpClient(made).sendRequest({ method: "GET", url: at + kind + "?api-version=2025-01-02", headers: { toJSON: () => ({}) } });
    const { status } = await list("disks");
    const between = told(() => made.request({ method: "GET", url: at + "snapshots?api-version=2025-01-02" }));
    print({ before, status, between, then: (await list("snapshots")).status });`);
  assert.deepEqual(told, { before: "PartNotLoaded arm", status: 200, between: "PartNotLoaded beside", then: 200 });
});

const VM = { id: "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v", name: "v", type: "Microsoft.Compute/virtualMachines", location: "eastus", properties: { hardwareProfile: { vmSize: "Standard_D2s_v5" }, storageProfile: { osDisk: { name: "o", osType: "Linux", createOption: "FromImage", managedDisk: {} } } } };
const LISTED = JSON.stringify([VM]);
const FORMATS = {
  template: JSON.stringify({
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0",
    resources: [{ ...VM, id: undefined, apiVersion: "2024-07-01" }],
  }),
  terraform: JSON.stringify({ format_version: "1.0", terraform_version: "1.9.0", values: { root_module: { resources: [] } } }),
  table: `id,name,type,location,properties\n${VM.id},v,${VM.type},eastus,"${JSON.stringify(VM.properties).replaceAll('"', '""')}"\n`,
  packed: gzipSync(LISTED).toString("base64"),
};

test("an inventory that is no list of resources takes the part of formats, and none is read in half without it", () => {
  const told = withoutParts(`
    await lab.loadPart("fleet", from);
    const formats = ${JSON.stringify(FORMATS)};
    const data = (name) => (name === "packed" ? new Uint8Array(Buffer.from(formats.packed, "base64")) : formats[name]);
    const listed = { name: "list.json", data: ${JSON.stringify(LISTED)} };
    const read = (name) => lab.importInventory([listed, { name, data: data(name) }]);
    const names = Object.keys(formats);
    const before = names.map((name) => told(() => read(name)));
    const list = told(() => lab.importInventory([listed]));
    const pieces = told(() => {
      const reader = lab.inventoryReader();
      reader.begin("packed");
      for (const byte of data("packed")) reader.push(new Uint8Array([byte]));
      return reader.finish();
    });
    await lab.loadPart("formats", from);
    print({ before, list, pieces, after: names.map((name) => { try { return read(name); } catch (error) { return error.code; } }) });`);
  assert.deepEqual(told.before, Object.keys(FORMATS).map(() => "PartNotLoaded formats"));
  assert.equal(told.list, "done");
  assert.equal(told.pieces, "PartNotLoaded formats");
  for (const [at, [name, text]] of Object.entries(FORMATS).entries()) {
    const data = name === "packed" ? new Uint8Array(Buffer.from(text, "base64")) : text;
    const here = importInventory([{ name: "list.json", data: LISTED }, { name, data }]);
    assert.deepEqual(told.after[at], JSON.parse(JSON.stringify(here)), name);
  }
});
