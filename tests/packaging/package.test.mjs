// Runs in an empty folder where the packed package is installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
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
    const refused = (work) => Promise.resolve().then(work).then(() => "accepted", (error) => error.code);
    await init(module);
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

test("the inline condition fetches and reads nothing", () => {
  const script = `import init, * as lab from "restore-point-lab";
    globalThis.fetch = () => { throw new Error("fetched"); };
    try { lab.version(); } catch (error) { console.log(error.code); }
    await init();
    console.log(lab.version().engine);`;
  const here = fileURLToPath(new URL(".", import.meta.url));
  const printed = execFileSync(
    process.execPath,
    ["--conditions=inline", "--input-type=module", "--eval", script],
    { encoding: "utf8", cwd: here },
  );
  assert.equal(printed.trim(), `NotInitialized\n${manifest.version}`);
});
