// A disk of 32 TiB with many points: its page, and an attack on it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { tasks, watchTasks } from "./objects/large.mjs";
import { Planner } from "./objects/planner.mjs";
import { tarry } from "./objects/tarry.mjs";
import { wideScenario } from "./objects/wide.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("the lifecycle of a disk of 32 TiB with 100 points opens, and an attack writes all of the disk anew, without holding the page up for long", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const protocol = await page.context().newCDPSession(page);
  await protocol.send("Performance.enable");
  const worked = async () => {
    const { metrics } = await protocol.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const before = await worked();
  await page.getByTestId("scenario-file").setInputFiles({ name: "wide.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(wideScenario(100))) });
  await page.getByText("Opened wide.scenario.json.").waitFor({ timeout: 120_000 });
  // It goes through what happened in 100 days, in slices.
  const reading = await worked() - before;
  await watchTasks(page);
  await planner.go("lifecycle", "vm-wide");
  await page.getByTestId("lane-rp-0").waitFor({ timeout: 60_000 });
  const attack = page.getByTestId("inject-massEncryption");
  await attack.waitFor();
  const opening = await tasks(page);
  const beforeAttack = await worked();
  // It can be chosen, and is refused while it is in force.
  await eventually.equal(() => attack.getAttribute("aria-disabled"), null);
  await attack.click();
  await page.locator("[data-testid=inject-massEncryption][aria-disabled=true]").waitFor({ timeout: 60_000 });
  await page.waitForTimeout(200);
  const attacking = await tasks(page);
  const attacked = await worked() - beforeAttack;
  console.log(`${Math.round(reading)} ms of work while the file is read; tasks above 50 ms while the page opens: ${opening.join(", ") || "none"}; while everything is encrypted, in ${Math.round(attacked)} ms of work: ${attacking.join(", ") || "none"}`);
  // All are of one run, so that a slow machine is none the worse: no task takes as long as what happened in 100 days.
  assert.ok(Math.max(0, ...opening, ...attacking) < reading, `${opening} and ${attacking} of ${reading} ms`);
  // The attack and what follows it are done bit by bit.
  assert.ok(Math.max(0, ...attacking) * 3 < attacked, `${attacking} of ${attacked} ms`);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("an attack on 32 TiB tells how far it is and can be stopped", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await page.getByTestId("scenario-file").setInputFiles({ name: "wide.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(wideScenario(3))) });
  await page.getByText("Opened wide.scenario.json.").waitFor({ timeout: 120_000 });
  await planner.go("lifecycle", "vm-wide");
  const attack = page.getByTestId("inject-massEncryption");
  await attack.waitFor();
  await tarry(page, 1000);
  await attack.click();
  const bar = page.getByTestId("passing");
  await bar.getByRole("progressbar").waitFor();
  await eventually.match(() => bar.textContent(), /Disks are being written/);
  // Another deed meanwhile is not carried out, and takes nothing away.
  await page.getByTestId("inject-massEncryption").click();
  await page.getByText("What was asked for before is still being written.").waitFor();
  await page.getByTestId("stop-work").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Stopped. Nothing of it is kept.").waitFor();
  await bar.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement !== document.body);
  await tarry(page, 0);
  // An offer to take something back is about that, also where something is under way.
  const points = page.locator("[data-testid^=lane-rp-]");
  const before = await points.count();
  await page.getByTestId("create-point").click();
  const offer = page.getByTestId("toasts").getByRole("button", { name: "Undo" });
  await offer.waitFor();
  await page.waitForFunction((before) => document.querySelectorAll("[data-testid^=lane-rp-]").length === before + 1, before);
  await tarry(page, 1000);
  await attack.click();
  await bar.getByRole("progressbar").waitFor();
  await offer.click();
  await bar.waitFor({ state: "detached" });
  await page.waitForFunction((before) => document.querySelectorAll("[data-testid^=lane-rp-]").length === before, before);
  await tarry(page, 0);
  await eventually.equal(() => attack.getAttribute("aria-disabled"), null, "nothing is in force");
  await attack.click();
  await page.locator("[data-testid=inject-massEncryption][aria-disabled=true]").waitFor({ timeout: 60_000 });
  await planner.undo();
  await page.locator("[data-testid=inject-massEncryption]:not([aria-disabled=true])").waitFor({ timeout: 60_000 });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
