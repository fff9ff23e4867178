// Work that takes long: done bit by bit, told as it goes, stopped without a trace.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Planner } from "./objects/planner.mjs";
import { tarry } from "./objects/tarry.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** So many VMs, each with a disk that is written to every hour. */
function busy(count, more = []) {
  const names = Array.from({ length: count }, (_, at) => `vm-${String(at).padStart(2, "0")}`);
  return {
    schemaVersion: 2,
    engineVersion: "0.1.0",
    title: "A busy year",
    seed: 1,
    startTime: "2026-01-05T00:00:00Z",
    settings: {},
    commands: [
      ...names.map((name) => ({ type: "createVirtualMachine", name, location: "eastus", facts: { osType: "Windows" }, disks: [{ name: `${name}-os`, role: "os", sizeGiB: 64, facts: { usedGiB: 8 } }] })),
      ...names.map((name) => ({ type: "setWorkload", disk: `${name}-os`, workload: { every: "PT1H", pattern: "random", writes: 8 } })),
      ...more,
    ],
  };
}

async function offer(planner, scenario) {
  await planner.page.getByTestId("scenario-file").setInputFiles({ name: "busy.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(scenario)) });
}

async function open(planner, scenario) {
  await offer(planner, scenario);
  await planner.page.getByText("Opened busy.scenario.json").waitFor({ timeout: 60_000 });
}

const saved = (planner) => planner.downloaded(async () => {
  await planner.page.getByTestId("scenario").click();
  await planner.page.getByTestId("export").click();
});

/** Notes from here on every task of the page above 50 ms, and every step that the bar shows. */
async function watch(page) {
  await page.evaluate(() => {
    globalThis.watched = { long: [], steps: new Set(), begun: performance.now() };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.long.push(Math.round(duration));
    }).observe({ type: "longtask" });
    const note = () => {
      const bar = document.querySelector("[data-testid=passing] progress, [data-testid=proving] progress");
      if (bar !== null) watched.steps.add(bar.value);
      requestAnimationFrame(note);
    };
    note();
  });
}

const seen = (page) => page.evaluate(() => ({ long: watched.long, steps: watched.steps.size, elapsed: Math.round(performance.now() - watched.begun) }));

test("a year passes bit by bit: the bar moves, and no task comes near what the year takes", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await open(planner, busy(20));
  await planner.go("lifecycle", "vm-00");
  await watch(page);
  await page.getByTestId("advance-31536000").click();
  const bar = page.getByTestId("passing");
  await bar.getByRole("progressbar").waitFor();
  await eventually.match(() => bar.textContent(), /Time passes/);
  await bar.waitFor({ state: "detached", timeout: 120_000 });
  await eventually.match(() => page.getByTestId("lifecycle-time").textContent(), /2027/);
  const { long, steps, elapsed } = await seen(page);
  console.log(`a year of 20 VMs in ${elapsed} ms, ${steps} steps of the bar, tasks of the page above 50 ms: ${long.join(", ") || "none"}`);
  // Done at once it would be one task of nearly all that time; compared in one run, for machines differ.
  assert.ok(Math.max(0, ...long) * 5 < elapsed, `tasks of ${long} ms in ${elapsed} ms`);
  assert.ok(steps > 10, `${steps} steps`);
  // One step to take back, and to take again, bit by bit too.
  await planner.undo();
  await page.getByTestId("lifecycle-time").filter({ hasText: "2026" }).waitFor();
  await page.getByTestId("redo").click();
  await page.getByTestId("lifecycle-time").filter({ hasText: "2027" }).waitFor({ timeout: 120_000 });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("what is under way is stopped with the keyboard, and nothing of it is kept", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await open(planner, busy(20));
  await planner.go("lifecycle", "vm-00");
  const before = [await saved(planner), await page.getByTestId("lifecycle-time").textContent()];
  await tarry(page, 500);
  await page.getByTestId("advance-31536000").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("stop-work").waitFor();
  for (let pressed = 0; pressed < 200; pressed += 1) {
    if (await page.evaluate(() => document.activeElement?.dataset.testid === "stop-work")) break;
    await page.keyboard.press("Shift+Tab");
  }
  await page.keyboard.press("Enter");
  await page.getByText("Stopped. Nothing of it is kept.").waitFor();
  await page.getByTestId("passing").waitFor({ state: "detached" });
  await tarry(page, 0);
  await page.waitForTimeout(300);
  await eventually.deepEqual(async () => [await saved(planner), await page.getByTestId("lifecycle-time").textContent()], before);
  // The lab goes on from where it was; whoever acts meanwhile acts on what is seen.
  await page.getByTestId("advance-31536000").click();
  await page.getByTestId("passing").waitFor();
  await page.getByTestId("advance-3600").click();
  await page.getByTestId("passing").waitFor({ state: "detached" });
  await eventually.match(() => page.getByTestId("lifecycle-time").textContent(), /2026.*01:00/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("a scenario with a year in it is opened bit by bit, and stopping leaves what was open", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const name = await page.locator(".scenario-name").textContent();
  const year = busy(20, [{ type: "advanceClock", by: "P365D" }]);
  await tarry(page, 500);
  await offer(planner, year);
  await page.getByTestId("stop-work").click();
  await page.getByText("Stopped. Nothing of it is kept.").waitFor();
  await tarry(page, 0);
  await eventually.equal(() => page.locator(".scenario-name").textContent(), name);
  await watch(page);
  await open(planner, year);
  const { long, elapsed } = await seen(page);
  assert.ok(Math.max(0, ...long) * 4 < elapsed, `tasks of ${long} ms in ${elapsed} ms`);
  await planner.go("lifecycle", "vm-00");
  await eventually.match(() => page.getByTestId("lifecycle-time").textContent(), /2027/);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("the proof of a large disk is read bit by bit, can be stopped, and is asked for again", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await open(planner, {
    schemaVersion: 2, engineVersion: "0.1.0", title: "A large disk", seed: 1, startTime: "2026-01-05T00:00:00Z", settings: {},
    commands: [
      { type: "createVirtualMachine", name: "big", location: "eastus", facts: { osType: "Windows" }, disks: [{ name: "big-data", role: "os", sizeGiB: 4096, facts: { usedGiB: 4000 } }] },
      { type: "createRestorePointCollection", name: "c", source: "big" },
      { type: "createRestorePoint", collection: "c", name: "p" },
      { type: "advanceClock", by: "P1D" },
      { type: "restoreDisk", diskRestorePoint: "big-data", restorePoint: "p", name: "back" },
      { type: "advanceClock", by: "PT1H" },
    ],
  });
  await planner.go("restore", "big");
  await tarry(page, 1000);
  await page.getByTestId("proving").getByTestId("stop-work").click();
  await page.getByTestId("prove-again").waitFor();
  await tarry(page, 0);
  await watch(page);
  await page.getByTestId("prove-again").click();
  await page.getByTestId("proof-result").waitFor({ timeout: 120_000 });
  await eventually.match(() => page.getByTestId("proof-result").textContent(), /read three times, all equal/);
  const { long, steps, elapsed } = await seen(page);
  console.log(`4 TiB proved in ${elapsed} ms, ${steps} steps of the bar, tasks of the page above 50 ms: ${long.join(", ") || "none"}`);
  assert.ok(Math.max(0, ...long) * 3 < elapsed, `tasks of ${long} ms in ${elapsed} ms`);
  assert.ok(steps > 2, `${steps} steps`);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
