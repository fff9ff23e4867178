// Where things stand: what an address opens comes into sight, and nothing that the reader had is lost by it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { VM_LIST } from "./objects/inventory.mjs";
import { Matrix } from "./objects/library.mjs";
import { Lifecycle, NARROW, Planner, Restore } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** Whether an element stands between the header and what lies at the lower edge. */
async function inSight(locator) {
  return locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 40 && bottom <= innerHeight - 40;
  });
}

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.dataset.testid);

test("a row opens beside the list, which keeps its words, filters, length and place; Back and Forward close and open it", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const matrix = await Matrix.open(planner);
  await matrix.search("disk");
  await matrix.choose("service", "Restore points");
  const shown = await matrix.shown();
  const rows = page.getByTestId("matrix-rows").locator("tbody tr");
  if (await page.getByTestId("matrix-all").count()) await page.getByTestId("matrix-all").click();
  const length = await rows.count();
  const links = page.getByTestId("matrix-rows").locator(".row-link");
  const last = links.nth(Math.min(length, 30) - 1);
  const id = (await last.getAttribute("data-testid")).slice("row-".length);
  await last.scrollIntoViewIfNeeded();
  await page.evaluate(() => { document.querySelector("[data-testid=matrix-rows]").dataset.same = "yes"; });
  const place = await page.evaluate(() => scrollY);
  await last.click();
  await page.locator(`[data-testid=opened-row][data-row="${id}"]`).waitFor();
  const stands = async (why) => {
    await eventually.equal(() => page.getByTestId("matrix-search").inputValue(), "disk", why);
    await eventually.equal(() => page.getByTestId("matrix-service").inputValue(), "Restore points", why);
    assert.equal(await matrix.shown(), shown, why);
    await eventually.equal(() => rows.count(), length, why);
    await eventually.equal(() => page.evaluate(() => scrollY), place, why);
    await eventually.equal(() => page.getByTestId("matrix-rows").getAttribute("data-same"), "yes", `${why}: the same table`);
  };
  await stands("opened");
  assert.ok(await inSight(page.locator("#row-title")), "beside the table, wherever that is scrolled to");
  await eventually.equal(() => last.getAttribute("aria-current"), "true");
  await page.goBack();
  await page.getByTestId("opened-row").waitFor({ state: "detached" });
  await stands("closed by Back");
  await page.goForward();
  await page.getByTestId("opened-row").waitFor();
  await page.getByTestId("close-row").click();
  await page.getByTestId("opened-row").waitFor({ state: "detached" });
  await page.waitForFunction((id) => document.activeElement?.dataset.testid === `row-${id}`, id);
  await stands("closed");
  // Another page and back: what was sought is still there.
  await planner.go("fleet");
  await planner.go("matrix");
  await eventually.equal(() => page.getByTestId("matrix-search").inputValue(), "disk");
  assert.equal(await matrix.shown(), shown);
  assert.deepEqual(page.troubles, []);
});

test("on a phone an opened row is brought into sight, and closing it leads back to where it stands in the list", async () => {
  const planner = await Planner.open(browser, NARROW);
  const page = planner.page;
  await Matrix.open(planner);
  const link = page.getByTestId("matrix-rows").locator(".row-link").nth(12);
  const id = (await link.getAttribute("data-testid")).slice("row-".length);
  await link.click();
  await page.locator(`[data-testid=opened-row][data-row="${id}"]`).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "row-title");
  assert.ok(await inSight(page.locator("#row-title")));
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("close-row").click();
  await page.waitForFunction((id) => document.activeElement?.dataset.testid === `row-${id}`, id);
  assert.ok(await inSight(link), "the row is in sight again");
  assert.equal(await planner.overflow(), 0);
  // The same by the browser's Back.
  await link.click();
  await page.waitForFunction(() => document.activeElement?.id === "row-title");
  await page.goBack();
  await page.waitForFunction((id) => document.activeElement?.dataset.testid === `row-${id}`, id);
  assert.deepEqual(page.troubles, []);
});

test("another VM in the address changes the page in place: nothing of the first one is left", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.write(0, 31);
  await life.capture("rp-here");
  await page.getByTestId("zoom-in").click();
  await page.getByTestId("zoom-whole").and(page.locator(":not([aria-disabled=true])")).waitFor();
  await planner.go("lifecycle", "vm-sql-01");
  await page.getByTestId("lifecycle-name").filter({ hasText: "vm-sql-01" }).waitFor();
  await page.getByTestId("lane-rp-here").waitFor({ state: "detached" });
  await planner.go("lifecycle", "vm-app-01");
  await page.getByTestId("lane-rp-here").waitFor();
  await eventually.equal(() => page.getByTestId("zoom-whole").getAttribute("aria-disabled"), "true", "all of the disk is shown");
  await planner.go("restore", "vm-app-01");
  await page.getByTestId("restore-vm-name").fill("vm-typed");
  await planner.go("restore", "vm-sql-01");
  await page.getByRole("heading", { level: 1, name: "Restore vm-sql-01" }).waitFor();
  await planner.go("restore", "vm-app-01");
  await page.getByRole("heading", { level: 1, name: "Restore vm-app-01" }).waitFor();
  await eventually.equal(() => page.getByTestId("restore-vm-name").inputValue(), "");
  for (const name of ["support", "plan"]) {
    await planner.go(name, "vm-app-01");
    await planner.go(name, "vm-sql-01");
    await page.getByRole("heading", { level: 1, name: /vm-sql-01/ }).waitFor();
  }
  assert.deepEqual(page.troubles, []);
});

test("a VM that the fleet does not have is named, with the one that was probably meant and the one that is shown", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("support", "vm-app-01");
  await eventually.equal(() => page.getByTestId("unknown-machine").count(), 0);
  for (const name of ["support", "lifecycle", "restore", "plan"]) {
    await planner.go(name, "vm-nope-at-all");
    const note = page.locator(".note", { has: page.getByTestId("unknown-machine") });
    await note.waitFor();
    await eventually.match(() => note.textContent(), /The address names vm-nope-at-all, which is not in this fleet\..*Below stands vm-app-01/, name);
    await eventually.equal(() => page.getByTestId("nearest-machine").count(), 0, "nothing is near");
    await eventually.match(() => page.locator("h1").first().textContent(), /vm-app-01/, name);
  }
  await planner.go("support", "vm-sqll-01");
  await eventually.equal(() => page.getByTestId("nearest-machine").textContent(), "vm-sql-01");
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("nearest-machine").click();
  await page.getByTestId("support-name").filter({ hasText: "vm-sql-01" }).waitFor();
  await page.getByTestId("unknown-machine").waitFor({ state: "detached" });
  // Case does not count, and a name that is there says nothing.
  await planner.go("support", "VM-APP-01");
  await page.getByTestId("support-name").filter({ hasText: "vm-app-01" }).waitFor();
  await eventually.equal(() => page.getByTestId("unknown-machine").count(), 0);
  assert.deepEqual(page.troubles, []);
});

test("VMs of one name are each reached, in every list and on every page", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const groups = ["rg-1", "rg-2", "rg-3"];
  const machines = JSON.parse(VM_LIST).slice(0, 1);
  const text = JSON.stringify(groups.flatMap((group, at) => machines.map((machine) => JSON.parse(
    JSON.stringify({ ...machine, location: ["eastus", "westus", "westus"][at] }).replaceAll(/resourceGroups\/[^/"]+/gi, `resourceGroups/${group}`),
  ))));
  await planner.offer([{ name: "vms.json", text }]);
  await page.getByTestId("import-add").click();
  const rows = page.getByTestId("vm-vm-plain");
  await eventually.equal(() => rows.count(), groups.length);
  const shown = page.getByTestId("machine").locator("option:checked");
  for (const [at, group] of groups.entries()) {
    await planner.go("fleet");
    await rows.nth(at).locator("th a").click();
    await shown.filter({ hasText: `vm-plain \u00b7 ${at === 0 ? "eastus" : "westus"} \u00b7 ${group}` }).waitFor({ state: "attached" });
    await page.getByRole("heading", { level: 1, name: "vm-plain", exact: true }).waitFor();
  }
  // From the second one on to the third and back, on each of the pages.
  const { id } = JSON.parse(text)[1];
  for (const name of ["support", "lifecycle", "restore", "plan"]) {
    await planner.go(name, id);
    await shown.filter({ hasText: "rg-2" }).waitFor({ state: "attached" });
    await page.locator("h1").filter({ hasText: "vm-plain" }).first().waitFor();
    await eventually.equal(() => page.getByTestId("unknown-machine").count(), 0);
    await page.getByRole("button", { name: "Next VM" }).click();
    await shown.filter({ hasText: "rg-3" }).waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Previous VM" }).click();
    await shown.filter({ hasText: "rg-2" }).waitFor({ state: "attached" });
  }
  // What is done is done to the one that is followed.
  const life = await Lifecycle.open(planner, id);
  await life.createCollection();
  await page.getByRole("button", { name: "Next VM" }).click();
  await shown.filter({ hasText: "rg-3" }).waitFor({ state: "attached" });
  await page.getByTestId("create-collection").waitFor();
  await page.getByRole("button", { name: "Previous VM" }).click();
  await page.getByTestId("create-collection").waitFor({ state: "hidden" });
  await page.getByTestId("create-point").waitFor();
  // Whoever knows only the name comes to the first, and where no other has the name again it is enough.
  await planner.go("support", "vm-plain");
  await shown.filter({ hasText: "rg-1" }).waitFor({ state: "attached" });
  await planner.go("support", "vm-app-01");
  await eventually.equal(() => shown.textContent(), "vm-app-01");
  assert.deepEqual(page.troubles, []);
});

for (const [where, options] of [["a phone", NARROW], ["a desk", undefined]]) {
  test(`what was restored is proved in sight of the reader, on ${where}`, async () => {
    const planner = await Planner.open(browser, options);
    const page = planner.page;
    const life = await Lifecycle.open(planner, "vm-app-01");
    await life.createCollection();
    await life.write(0, 31);
    await life.capture("rp-seen");
    await Restore.open(planner, "vm-app-01");
    await page.getByTestId("restore-vm-name").fill("vm-seen");
    await page.getByTestId("restore-vm").click();
    await page.getByTestId("proof").waitFor();
    await page.waitForFunction(() => {
      const { top, bottom } = document.getElementById("proof-title").getBoundingClientRect();
      return top >= 40 && bottom <= innerHeight - 40;
    });
    if (options) assert.equal(await focused(page), "proof-title", "the keyboard goes on from there");
    // Choosing another of the restored ones leaves the page where it is.
    await page.getByTestId("restored-vm-seen").click();
    assert.notEqual(await focused(page), "proof-title");
    assert.deepEqual(page.troubles, []);
  });
}

test("a message that only tells goes with the page that it was about; an offer to undo stays", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.keepMessages();
  const save = page.getByRole("button", { name: "Save the fleet as CSV" });
  await save.click();
  await planner.message("Saved ").waitFor();
  await page.getByRole("button", { name: "Delete vm-kv-01" }).click();
  await planner.message("Deleted vm-kv-01.").waitFor();
  // The mouse holds what it is over.
  await page.mouse.move(5, 5);
  await planner.go("report");
  await planner.message("Saved ").waitFor({ state: "detached" });
  await planner.settled();
  await eventually.equal(() => planner.message("Deleted vm-kv-01.").count(), 1);
  // The region that readers listen to stays, and what is said on this page is in it.
  await page.getByTestId("report-md").click();
  await planner.message("Saved restore-point-lab-report.md").waitFor();
  await eventually.equal(() => page.locator("section.toasts[aria-live=polite]").count(), 1);
  // Another VM is no other page, and what has the keyboard stays where it is.
  await planner.message("Saved ").getByRole("button", { name: "Dismiss" }).focus();
  await page.evaluate(() => { location.hash = "#/fleet"; });
  await page.locator('html:not([data-opening]) main[data-page="fleet"]').waitFor();
  await planner.settled();
  await eventually.equal(() => planner.message("Saved ").count(), 1);
  await planner.message("Deleted vm-kv-01.").getByRole("button", { name: "Undo" }).click();
  await page.getByTestId("vm-vm-kv-01").waitFor();
  assert.deepEqual(page.troubles, []);
});
