// Where the keyboard is: what opens takes it and gives it back, and it is never lost with what goes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { VM_LIST } from "./objects/inventory.mjs";
import { storied, viewOf, visit } from "./objects/looks.mjs";
import { Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** The focused element, in a word; "body" where the keyboard has nothing. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element === document.body ? "body" : element.dataset.testid || element.id || element.textContent.trim();
});

/** Waits until the focus is there: what goes gives it back a moment later. */
const holds = (page, name) => page.waitForFunction((name) => {
  const element = document.activeElement;
  return (element.dataset.testid || element.id || element.textContent.trim()) === name;
}, name, { timeout: 3000 }).catch(async () => assert.equal(await focused(page), name));

test("every dialog, menu and explanation takes the keyboard and gives it back to what opened it", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  for (const [at, opener, opened] of [
    ["fleet", "add-vm", "[data-testid=editor][open]"],
    ["fleet", "share", "[data-testid=share-dialog][open]"],
    ["fleet", "scenario", "#scenario-menu:popover-open"],
    ["fleet", "edition", ":popover-open"],
    ["fleet", "theme", ":popover-open"],
    ["lifecycle", "why-stored", "[data-testid=why]:popover-open"],
  ]) {
    await visit(planner, at);
    await page.getByTestId(opener).focus();
    await page.keyboard.press("Enter");
    await page.locator(opened).waitFor();
    // The next stop of the keyboard is inside.
    await page.keyboard.press("Tab");
    await eventually.ok(() => page.evaluate((opened) => document.querySelector(opened).contains(document.activeElement), opened), `Tab goes into what ${opener} opens, not to ${await focused(page)}`);
    await page.keyboard.press("Escape");
    await page.locator(opened).waitFor({ state: "hidden" });
    await holds(page, opener);
  }
  await page.keyboard.press("Control+k");
  await holds(page, "find-words");
  await page.keyboard.press("Escape");
  await holds(page, "why-stored");
  assert.deepEqual(page.troubles, []);
});

test("the import takes the keyboard, holds it while it reads, and gives it back however it ends", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const open = async () => {
    await page.getByTestId("import").focus();
    await page.keyboard.press("Enter");
    await holds(page, "import-title");
  };
  const read = async () => {
    await page.getByTestId("paste").fill(VM_LIST);
    await page.getByTestId("read-paste").focus();
    await page.keyboard.press("Enter");
    await page.getByTestId("preview").waitFor();
    await holds(page, "import-title");
  };
  const press = async (id) => {
    await page.getByTestId(id).focus();
    await page.keyboard.press("Enter");
    await holds(page, "import");
  };
  await open();
  await page.getByRole("button", { name: "Close import" }).focus();
  await page.keyboard.press("Enter");
  await holds(page, "import");
  await open();
  await read();
  await press("import-discard");
  await open();
  await read();
  await press("import-add");
  await page.getByTestId("vm-vm-plain").waitFor();
  // What is said of it is taken back with the keyboard too.
  await page.getByTestId("toasts").getByRole("button", { name: "Undo" }).focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("vm-vm-plain").waitFor({ state: "detached" });
  await holds(page, "main");
  assert.deepEqual(page.troubles, []);
});

test("what goes with a press leaves the keyboard near by: points, VMs, steps of the tour", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "lifecycle");
  await page.getByTestId("lane-rp-day-3").getByRole("button").click();
  await page.getByTestId("delete-point").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("next-event").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("lane-rp-day-3").waitFor({ state: "detached" });
  assert.notEqual(await focused(page), "body");
  await visit(planner, "fleet");
  await page.getByRole("button", { name: "Delete vm-ops-01" }).focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("vm-vm-ops-01").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement !== document.body, undefined, { timeout: 3000 });
  // A fact that is answered takes its question with it.
  await planner.offer([{ name: "vms.json", text: VM_LIST }]);
  await page.getByTestId("import-replace").click();
  await page.getByTestId("vm-vm-plain").waitFor();
  await planner.go("support", "vm-plain");
  const questions = await page.getByTestId("missing").count();
  await page.getByTestId("missing").first().locator("button.answer").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((before) => document.querySelectorAll("[data-testid=missing]").length < before, questions);
  await page.waitForFunction(() => document.activeElement !== document.body, undefined, { timeout: 3000 });
  await visit(planner, "scenarios");
  await page.getByTestId("tour-start").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("tour-skip").focus();
  await page.keyboard.press("Enter");
  await page.locator('[data-testid="tour"][data-step="1"]').waitFor();
  assert.notEqual(await focused(page), "body");
  await page.getByRole("button", { name: "End the tour" }).focus();
  await page.keyboard.press("Enter");
  await holds(page, "main");
  assert.deepEqual(page.troubles, []);
});
