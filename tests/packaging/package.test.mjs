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
