// The main job in a real browser: inventory in, points captured, one deleted, VMs restored and proved.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { DISK_LIST, VM_LIST } from "./objects/inventory.mjs";
import { Lifecycle, Planner, Restore } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const FILES = [{ name: "vms.json", text: VM_LIST }, { name: "disks.json", text: DISK_LIST }];

async function withImportedFleet() {
  const planner = await Planner.open(browser);
  await planner.offer(FILES);
  await planner.page.getByTestId("import-replace").click();
  await planner.page.getByTestId("vm-vm-plain").waitFor();
  return planner;
}

test("an inventory is previewed before anything is added, and then judged", async () => {
  const planner = await Planner.open(browser);
  const before = await planner.machines();
  assert.equal(before.length, 8);
  await planner.offer(FILES);
  await eventually.match(() => planner.page.getByTestId("preview").textContent(), /Read 3 VMs/);
  await eventually.deepEqual(() => planner.machines(), before, "nothing is added before the preview is accepted");
  await planner.page.getByTestId("import-add").click();
  await planner.page.getByTestId("vm-vm-plain").waitFor();
  await eventually.equal(async () => (await planner.machines()).length, 11);
  await eventually.notEqual(() => planner.verdict("vm-plain"), "notSupported");
  await eventually.equal(() => planner.verdict("vm-ultra"), "excludeDisk");
  await planner.undo();
  await planner.page.getByTestId("vm-vm-plain").waitFor({ state: "detached" });
  await eventually.deepEqual(() => planner.machines(), before, "undo takes the import back");
  assert.deepEqual(planner.page.troubles, []);
});

test("a broken file says where it breaks and nothing loaded is lost", async () => {
  const planner = await Planner.open(browser);
  const before = await planner.machines();
  await planner.offer([{ name: "broken.json", text: '[\n  { "name": "vm-1",\n    "id": }\n]' }]);
  const panel = planner.page.getByTestId("import-panel");
  await panel.getByTestId("import-error").waitFor();
  await eventually.match(() => panel.textContent(), /broken\.json.*line 3, column \d+/s);
  await eventually.deepEqual(() => planner.machines(), before);
});

test("the disk that cannot be captured is computed, and leaving it out is proposed", async () => {
  const planner = await withImportedFleet();
  await planner.go("support", "vm-ultra");
  const page = planner.page;
  await eventually.equal(() => page.getByTestId("excluded").textContent(), "vm-ultra-log");
  await eventually.match(() => page.getByTestId("exclusion").textContent(), /excludeDisks/);
  const chip = page.getByTestId("findings").locator(".cite").first();
  await chip.click();
  await eventually.match(() => page.getByTestId("cited-row").first().textContent(), /S[0-4]-\d/);
  const life = await Lifecycle.open(planner, "vm-ultra");
  await life.createCollection();
  await eventually.equal(() => page.getByTestId("exclude-vm-ultra-log").isChecked(), true);
  await page.getByTestId("exclude-vm-ultra-log").uncheck();
  await eventually.equal(() => page.getByTestId("create-point").getAttribute("aria-disabled"), "true");
  const reason = page.locator("#point-reason");
  await eventually.match(() => reason.textContent(), /vm-ultra-log.*\(\w+, S\d-\d+/, "what stands in the way, its code and its rows");
  await eventually.match(() => reason.getByRole("link").first().getAttribute("href"), /^#\/matrix\/S\d-\d+/);
});

test("three points, the middle one deleted: VMs from the first and the last are what was captured", async () => {
  const planner = await withImportedFleet();
  const life = await Lifecycle.open(planner, "vm-plain");
  await life.createCollection();
  await life.showDisk("vm-plain-data");
  const captured = {};
  for (const [index, name] of ["rp-one", "rp-two", "rp-three"].entries()) {
    await life.write(index * 40, index * 40 + 63);
    await life.capture(name);
    await life.choose(name);
    captured[name] = await life.digest();
    assert.match(captured[name], /^[0-9a-f]{64}$/);
  }
  assert.equal(new Set(Object.values(captured)).size, 3, "each point holds something else");

  await life.delete("rp-two");
  await planner.page.getByTestId("next-event").click();
  await planner.page.getByTestId("lane-rp-two").waitFor({ state: "detached" });
  for (const name of ["rp-one", "rp-three"]) {
    await life.choose(name);
    await eventually.equal(() => life.digest(), captured[name], `${name} lost nothing`);
  }

  const restore = await Restore.open(planner, "vm-plain");
  for (const [point, vm] of [["rp-one", "vm-first"], ["rp-three", "vm-last"]]) {
    await restore.machineFrom(point, vm);
    const digests = await restore.digests(`${vm}-vm-plain-data`);
    assert.deepEqual(digests, { source: captured[point], point: captured[point], restored: captured[point] });
    await eventually.match(() => restore.result(), /all equal/);
  }

  const page = planner.page;
  await page.getByTestId("write-restored").locator("summary").click();
  await page.getByTestId("write-restored").locator("select").selectOption({ label: "vm-last-vm-plain-data" });
  await page.getByTestId("write-restored-block").click();
  await page.getByText("vm-last has changed since it was restored.").waitFor();
  const after = await restore.digests("vm-last-vm-plain-data");
  assert.equal(after.point, captured["rp-three"], "the point does not follow the disk");
  assert.notEqual(after.restored, captured["rp-three"]);
  assert.deepEqual(page.troubles, []);
});
