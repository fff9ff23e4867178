// Runs in an empty folder where the packed package is installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import * as lab from "restore-point-lab";

const manifest = JSON.parse(readFileSync(new URL(import.meta.resolve("restore-point-lab/package.json"))));

test("Node is ready at import", () => {
  assert.equal(lab.version().engine, manifest.version);
});

test("init in Node is harmless", async () => {
  await lab.init();
  await lab.default();
  assert.equal(lab.version().engine, manifest.version);
});

test("nothing is needed at run time", () => {
  assert.equal(manifest.dependencies, undefined);
  assert.equal(manifest.peerDependencies, undefined);
  assert.equal(manifest.scripts, undefined);
});

// The entry that pages and bundlers load, in a process of its own: here the engine runs already.
function inAnotherProcess(script) {
  const entry = new URL("./index.js", import.meta.resolve("restore-point-lab")).href;
  const module = fileURLToPath(import.meta.resolve("restore-point-lab/engine.wasm"));
  const source = `import init, * as lab from ${JSON.stringify(entry)};
    import { readFileSync } from "node:fs";
    const module = readFileSync(${JSON.stringify(module)});
    const from = (file) => readFileSync(new URL("engine/" + file, ${JSON.stringify(entry)}));
    const refused = (work) => Promise.resolve().then(work).then(() => "accepted", (error) => error.code);
    ${script}`;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", source], { encoding: "utf8" }).trim();
}

test("elsewhere a call before init throws NotInitialized", () => {
  const printed = inAnotherProcess(`
    try { lab.version(); } catch (error) { console.log(error instanceof Error, error.code, JSON.stringify(error.path)); }`);
  assert.equal(printed, 'true NotInitialized ""');
});

test("init takes the bytes, a compiled module or a promise of them, and only the first call starts", () => {
  for (const source of ["module", "new WebAssembly.Module(module)", "Promise.resolve(module)"]) {
    const printed = inAnotherProcess(`
      await Promise.all([init(${source}), init(${source})]);
      await init("nowhere.wasm");
      console.log(lab.version().engine);`);
    assert.equal(printed, manifest.version, source);
  }
});

test("a service whose rows are not there is refused, until they are brought", () => {
  const printed = inAnotherProcess(`
    const services = readFileSync(${JSON.stringify(fileURLToPath(import.meta.resolve("restore-point-lab/services.json")))}, "utf8");
    const verdict = (service) => lab.assess(lab.sampleFleet(), { service, vault: { location: "eastus" } }).machines[0].verdict;
    await init(module, undefined, { from });
    console.log(verdict("restorePoints"), await refused(() => verdict("vmBackup")), await refused(() => lab.supportMatrix()));
    console.log(await refused(() => lab.loadServices({ text: services + " " })), await refused(() => verdict("vmBackup")));
    await lab.loadServices({ text: services });
    await lab.loadServices({ text: services });
    console.log(await refused(() => verdict("vmBackup")), new Set(lab.supportMatrix().map((row) => row.service)).has("vmBackup"));`);
  const [first, second, third] = printed.split("\n");
  assert.match(first, /^\w+ ServicesNotLoaded ServicesNotLoaded$/);
  assert.equal(second, "OtherServicesFile ServicesNotLoaded");
  assert.equal(third, "accepted true");
});

test("a file of services of another version fails the start that names it", () => {
  const printed = inAnotherProcess(`
    await init(module, { text: "{}" }).catch((error) => console.log(error.code));
    await init(module);
    console.log(lab.version().engine);`);
  assert.equal(printed, `OtherServicesFile\n${manifest.version}`);
});

test("Node has the rows of every service at import", () => {
  const report = lab.assess(lab.sampleFleet(), { service: "vmBackup", policy: { type: "Standard" }, vault: { location: "eastus" } });
  assert.equal(report.service, "vmBackup");
  assert.ok(report.machines.some((machine) => machine.findings.some((finding) => finding.rowIds.some((id) => id.startsWith("S3-")))));
});

test("a start that fails may be tried again", () => {
  const printed = inAnotherProcess(`
    await init(new Uint8Array([1, 2, 3])).catch((error) => console.log(error instanceof Error));
    await init(module);
    console.log(lab.version().engine);`);
  assert.equal(printed, `true\n${manifest.version}`);
});

// What each part brings, one call for each way into it.
const CALLS = {
  fleet: ["lab.importInventory('{}')", "lab.inventoryReader()"],
  lab: ["new lab.Lab()", "lab.Lab.fromScenario({})"],
  arm: ["new lab.Lab().request({ method: 'GET', url: 'https://management.azure.com/' })"],
  insight: [
    "lab.runScenario({})", "new lab.Lab().explain('storedBytes')", "new lab.Lab().stateAt('2026-01-05T00:00:00Z')", "new lab.Lab().rpo()",
    "new lab.Lab().branchAt('2026-01-05T00:00:00Z')", "new lab.Lab().compare(new lab.Lab())", "new lab.Lab().observedDisks()",
    "new lab.Lab().block({})", "new lab.Lab().blockMap({})", "new lab.Lab().changedRanges({})",
  ],
  advice: [
    "lab.sampleFleet()", "lab.supportMatrix()", "lab.anonymiseFleet({})", "lab.restoreMethods({}, {})", "lab.remedies({}, {})",
    "lab.compareEditions({}, {}, '2021-01', 'beyond')", "lab.exportReport({}, 'csv')", "lab.mergeReports([])",
  ],
  plans: ["lab.forecast({})", "lab.comparePlans([])", "lab.calibrate([])", "lab.rateProfiles()", "new lab.PlanBreaker({})"],
  handover: [
    "lab.runbook({}, 'rest')", "lab.runbookSteps({})", "new lab.Lab().runbook('rest')", "new lab.Lab().reportDocument({ format: 'html' })",
    "new lab.Lab().rehearse({})", "new lab.Lab().drill({})", "new lab.Lab().cleanPoints({})", "new lab.Lab().restoreAbilities({})",
  ],
};

test("a part that is not loaded is named by an error of its own, until it is loaded", () => {
  const printed = inAnotherProcess(`
    await init(module, undefined, { load: [] });
    console.log(lab.version().engine, lab.assess({ machines: [] }).machines.length);
    const told = async (work) => { try { await work(); return "done"; } catch (error) { return [error.code, error.path].join(" "); } };
    for (const [part, calls] of Object.entries(${JSON.stringify(CALLS)})) {
      if (["arm", "insight", "handover"].includes(part)) await lab.loadPart("lab", from);
      const run = calls.map((call) => () => new Function("lab", "return " + call)(lab));
      const before = await Promise.all(run.map(told));
      await lab.loadPart(part, from);
      await lab.loadPart(part, from);
      const after = await Promise.all(run.map(told));
      console.log(JSON.stringify([part, before, after]));
    }`);
  const [head, ...parts] = printed.split("\n");
  assert.equal(head, `${manifest.version} 0`);
  assert.equal(parts.length, Object.keys(CALLS).length);
  for (const line of parts) {
    const [part, before, after] = JSON.parse(line);
    assert.deepEqual(new Set(before), new Set([`PartNotLoaded ${part}`]), part);
    for (const [at, told] of after.entries()) assert.doesNotMatch(told, /^PartNotLoaded/, CALLS[part][at]);
    assert.ok(after.length === CALLS[part].length);
  }
});

test("only the files of the parts that are wanted are asked for, and each once", () => {
  const printed = inAnotherProcess(`
    const asked = [];
    const watched = (file) => { asked.push(file); return from(file); };
    await init(module, undefined, { load: ["fleet"], from: watched });
    const first = asked.length;
    await Promise.all([lab.loadPart("lab", watched), lab.loadPart("arm", watched), lab.loadPart("fleet", watched)]);
    await Promise.all(["lab", "arm", "fleet", "plans", "handover", "formats", "advice", "insight", "resources", "services", "beside"].map((part) => lab.loadPart(part, watched)));
    console.log(JSON.stringify([first, asked]));`);
  const [first, asked] = JSON.parse(printed);
  assert.ok(first > 0 && first < asked.length);
  assert.equal(new Set(asked).size, asked.length);
  const shipped = readdirSync(new URL("./engine/", import.meta.resolve("restore-point-lab"))).filter((name) => name.endsWith(".bin"));
  assert.deepEqual([...asked].sort(), shipped.sort());
});

test("a part that was asked for and cannot be had fails the start, which may be tried again", () => {
  const printed = inAnotherProcess(`
    console.log(await refused(() => init(module, undefined, { load: ["plans"], from: () => new Uint8Array([4, 0, 0, 0, 1, 2, 3, 4]) })));
    console.log(await refused(() => lab.version()));
    await init(module, undefined, { load: ["plans"], from });
    console.log(lab.rateProfiles().length > 0, await refused(() => lab.sampleFleet()));`);
  assert.equal(printed, "undefined\nNotInitialized\ntrue PartNotLoaded");
});

test("without the files of its parts the engine runs, and says what is missing", () => {
  const printed = inAnotherProcess(`
    await init(module);
    console.log(lab.assess({ machines: [] }).machines.length, await refused(() => new lab.Lab()));`);
  assert.equal(printed, "0 PartNotLoaded");
});

test("a lab whose parts came one by one gives the digest of one that was whole", () => {
  const printed = inAnotherProcess(`
    await init(module, undefined, { load: ["advice"], from });
    const fleet = lab.sampleFleet();
    await lab.loadPart("lab", from);
    const made = new lab.Lab({ fleet, seed: 7 });
    made.dispatch({ type: "createRestorePointCollection", name: "c", virtualMachine: fleet.machines[3].id });
    made.advance("PT4H");
    console.log(made.digest());`);
  const fleet = lab.sampleFleet();
  const whole = new lab.Lab({ fleet, seed: 7 });
  whole.dispatch({ type: "createRestorePointCollection", name: "c", virtualMachine: fleet.machines[3].id });
  whole.advance("PT4H");
  assert.equal(printed, whole.digest());
});

// Brotli, as a server sends them; the audit prints the same.
test("the engine and its parts keep to their budgets", () => {
  const budgets = JSON.parse(readFileSync(process.env.RPLAB_ENGINE_BUDGETS, "utf8"));
  const folder = new URL("./engine/", import.meta.resolve("restore-point-lab"));
  const files = readdirSync(folder).filter((name) => /\.(wasm|bin)$/.test(name));
  assert.deepEqual(Object.keys(budgets).sort(), files.sort());
  for (const name of files) {
    const size = brotliCompressSync(readFileSync(new URL(name, folder))).length;
    assert.ok(size <= budgets[name], `${name}: ${size} bytes, budget ${budgets[name]}`);
  }
});

test("the inline condition fetches and reads nothing", () => {
  const script = `import init, * as lab from "restore-point-lab";
    globalThis.fetch = () => { throw new Error("fetched"); };
    try { lab.version(); } catch (error) { console.log(error.code); }
    await init(undefined, undefined, { load: ["fleet"] });
    try { new lab.Lab(); } catch (error) { console.log(error.code); }
    await lab.loadPart("lab");
    console.log(lab.version().engine, new lab.Lab().digest().length);`;
  const here = fileURLToPath(new URL(".", import.meta.url));
  const printed = execFileSync(
    process.execPath,
    ["--conditions=inline", "--input-type=module", "--eval", script],
    { encoding: "utf8", cwd: here },
  );
  assert.equal(printed.trim(), `NotInitialized\nPartNotLoaded\n${manifest.version} 64`);
});
