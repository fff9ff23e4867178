// 100,000 VMs, some 300 MB of JSON, in the planner. Runs only by its name: `cargo xtask test large`.
import assert from "node:assert/strict";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { machineList } from "../../bench/large-fleet.mjs";
import { startBrowser } from "../browser.mjs";
import { lookThrough, tasks, watchTasks } from "../objects/large.mjs";
import { Planner } from "../objects/planner.mjs";
import { eventually } from "./objects/eventually.mjs";

const COUNT = Number(process.env.RPLAB_VMS ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-large-"));
const file = join(folder, "vms.json");

let browser;
before(async () => {
  await pipeline(Readable.from(machineList(COUNT)), createWriteStream(file));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test("100,000 VMs: read, judged for three services, grouped and filtered as one types, and the page never frozen", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  page.setDefaultTimeout(60_000);
  await page.getByTestId("import").click();
  await watchTasks(page);
  const begun = performance.now();
  // By its path: the browser reads it, as it reads what is dropped.
  await page.getByTestId("inventory-files").setInputFiles(file);
  await page.getByTestId("large-fleet").waitFor({ timeout: 300_000 });
  const elapsed = Math.round(performance.now() - begun);
  const reading = await tasks(page);
  await eventually.match(() => page.getByTestId("preview").textContent(), new RegExp(`Read ${COUNT.toLocaleString("en")} VMs`));
  const looking = await lookThrough(planner, COUNT);
  console.log(`${COUNT} VMs in ${elapsed} ms; tasks of the page above 50 ms while they were read: ${reading.join(", ") || "none"}; while they were looked through: ${looking.join(", ") || "none"}`);
  for (const task of [...reading, ...looking]) assert.ok(task < 500, `a task of ${task} ms`);
  assert.deepEqual(page.troubles, []);
});
