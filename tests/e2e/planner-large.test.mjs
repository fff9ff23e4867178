// A large inventory: read and judged in a worker, while the page stays quick.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { fleetOf } from "./objects/inventory.mjs";
import { Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** Notes every task of the page that takes longer than 50 ms from here on. */
async function watchTasks(page) {
  await page.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longTasks.push(Math.round(duration));
    }).observe({ type: "longtask" });
  });
}

/** The file is made in the page: what a debugger hands over would be a task of its own. */
async function choose(planner, text) {
  const page = planner.page;
  await page.getByTestId("import").click();
  await page.evaluate((text) => { globalThis.chosen = new DataTransfer(); globalThis.chosen.items.add(new File([text], "fleet.json")); }, text);
  await page.waitForTimeout(200);
  await watchTasks(page);
  await page.getByTestId("inventory-files").evaluate((input) => {
    input.files = globalThis.chosen.files;
    input.dispatchEvent(new Event("change"));
  });
}

test("20,000 VMs are read and judged in a worker: the page has one task above 50 ms at most, when the preview is put together", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await choose(planner, fleetOf(20_000));
  await page.getByTestId("reading").locator("progress").waitFor({ timeout: 60_000 });
  await page.getByTestId("preview").waitFor({ timeout: 60_000 });
  assert.match(await page.getByTestId("preview").textContent(), /Read 20,000 VMs/);
  const long = await page.evaluate(() => globalThis.longTasks);
  assert.ok(long.length <= 1 && long.every((duration) => duration < 250), `tasks of ${long} ms`);
  assert.deepEqual(page.troubles, []);
});

test("reading is stopped at once, and the next file is read", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await choose(planner, fleetOf(3_000));
  await page.getByTestId("stop-work").click();
  await page.getByTestId("reading").waitFor({ state: "detached" });
  await page.waitForTimeout(300);
  assert.equal(await page.getByTestId("preview").count(), 0, "nothing more is heard");
  await page.getByTestId("inventory-files").evaluate((input) => {
    globalThis.chosen.items.add(new File(["[{ broken"], "more.json"));
    input.files = globalThis.chosen.files;
    input.dispatchEvent(new Event("change"));
  });
  await page.getByTestId("preview").waitFor();
  assert.match(await page.getByTestId("preview").textContent(), /Read 3,000 VMs/);
  await page.getByText("Problems").first().waitFor();
});
