// The VM editor: a VM from nothing, every fact of the vocabulary with the rows that it decides, disks likewise.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Editor, NARROW, Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const vocabulary = JSON.parse(await readFile(new URL("../../core/data/facts.json", import.meta.url)));
const factsOf = (subject) => (vocabulary.facts ?? vocabulary).filter((fact) => fact.subject === subject).map((fact) => fact.name);

async function fromNothing(name) {
  const planner = await Planner.open(browser);
  await planner.page.getByTestId("add-vm").click();
  await planner.page.getByTestId("editor").waitFor();
  await planner.page.getByTestId("editor-name").fill(name);
  return { planner, page: planner.page, editor: planner.page.getByTestId("editor") };
}

test("every fact of VMs and disks has its place in the editor, in groups, with the rows that it decides", async () => {
  const { page, editor } = await fromNothing("vm-facts");
  const shown = async (within) => {
    const ids = await within.locator("[data-testid^=fact-]").evaluateAll((all) => all.map((one) => one.dataset.testid.slice(5)));
    // Locks are a table of their own.
    if (await within.locator("[data-testid^=lock-]").count()) ids.push("locks");
    return new Set(ids);
  };
  const all = await shown(editor);
  const expected = [...factsOf("machine"), ...factsOf("disk").filter((name) => name !== "sku")];
  assert.ok(expected.length > 80, `${expected.length}`);
  assert.deepEqual(expected.filter((name) => !all.has(name)), [], "facts that cannot be edited");
  const groups = await editor.locator("details.fact-group > summary").allTextContents();
  assert.ok(groups.length >= 8, groups.join());
  // A fact found by a word, the rows that it decides, and one of them in the matrix.
  await page.getByTestId("fact-search").last().fill("orchestrationMode");
  const decides = page.getByTestId("decides-orchestrationMode").filter({ visible: true });
  await eventually.match(() => decides.textContent(), /decides \d+ rows?/);
  await decides.click();
  const rows = decides.locator("xpath=following-sibling::ul").getByRole("link");
  await eventually.ok(async () => (await rows.count()) >= 1);
  await eventually.match(() => rows.first().getAttribute("href"), /^#\/matrix\//);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(page.troubles, []);
});

test("disks follow the name of their VM, also when it was empty for a while, and a name that is none is told at its field", async () => {
  const { page, editor } = await fromNothing("");
  const name = page.getByTestId("editor-name");
  const told = page.getByTestId("editor-name-wrong");
  await eventually.equal(() => told.textContent(), "Give the VM a name.");
  await eventually.equal(() => name.getAttribute("aria-invalid"), "true");
  await name.pressSequentially("web42");
  await eventually.equal(() => page.getByTestId("disk-name-0").inputValue(), "web42-os");
  await eventually.equal(() => told.textContent(), "");
  await eventually.equal(() => name.getAttribute("aria-invalid"), "false");
  await page.getByTestId("editor-verdict").waitFor();
  await name.fill("a/b");
  await eventually.equal(() => told.textContent(), "a/b is no name: leave out the slash.");
  await eventually.equal(() => name.getAttribute("aria-describedby"), await told.getAttribute("id"));
  await eventually.doesNotMatch(() => editor.textContent(), /machines\[/);
  assert.deepEqual(await violations(page), []);
  await name.fill("web42");
  await eventually.equal(() => page.getByTestId("disk-name-0").inputValue(), "web42-os");
  assert.deepEqual(page.troubles, []);
});

test("what is no size of a disk stays as it was typed, and is refused by name with what may stand there", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.go("fleet");
  await page.getByRole("button", { name: "Edit vm-kv-01" }).click();
  const size = page.getByTestId("disk-size-0");
  const was = await size.inputValue();
  for (const wrong of ["-5", "0", "12.5", "1e3", "70000"]) {
    await size.fill(wrong);
    await page.getByTestId("editor-save").click();
    await page.getByTestId("editor-error").getByText(`vm-kv-01-os: ${wrong} GiB is no size of a disk. Give a whole number from 1 to 65,536.`).waitFor();
    await eventually.equal(() => size.inputValue(), wrong);
    await eventually.equal(() => size.getAttribute("aria-invalid"), "true");
  }
  await size.fill(was);
  await eventually.equal(() => size.getAttribute("aria-invalid"), "false");
  await page.getByTestId("editor-save").click();
  await page.getByText("Changed vm-kv-01.").waitFor();
});

test("from nothing but an OS disk a VM is made, fact by fact and disk by disk, and each change is judged", async () => {
  const { planner, page, editor } = await fromNothing("vm-own");
  const verdict = (word) => page.getByTestId("editor-verdict").locator(`[data-verdict="${word}"]`).waitFor();
  const fact = async (name, value) => {
    await page.getByTestId("fact-search").last().fill(name);
    await editor.getByTestId(`fact-${name}`).filter({ visible: true }).selectOption(value);
  };
  // A running Windows of a sort that the pages take.
  await fact("osType", "Windows");
  await verdict("supported");
  await page.getByTestId("add-disk").click();
  await page.getByTestId("disk-sku-1").fill("UltraSSD_LRS");
  await verdict("excludeDisk");
  // The disk's own facts decide too.
  await page.getByTestId("disk-sku-1").fill("Premium_LRS");
  await verdict("supported");
  const disk = page.getByTestId("disk-form-1");
  await disk.locator("summary", { hasText: "Facts of this disk" }).click();
  await disk.getByTestId("fact-search").fill("maxShares");
  await disk.getByTestId("fact-maxShares").fill("2");
  await disk.getByTestId("fact-maxShares").press("Tab");
  await verdict("excludeDisk");
  await disk.getByRole("button", { name: /^Remove / }).click();
  await verdict("supported");
  await fact("orchestrationMode", "Uniform");
  await verdict("notSupported");
  await page.getByTestId("editor-save").click();
  await page.getByTestId("vm-vm-own").waitFor();
  await eventually.equal(() => planner.verdict("vm-own"), "notSupported");
  assert.deepEqual(page.troubles, []);
});

test("the editor that was not touched goes at Escape; what was typed is asked about first, by whatever way one leaves", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const has = (testid) => page.waitForFunction((id) => document.activeElement?.dataset.testid === id, testid);
  let editor = await Editor.of(planner, "vm-kv-01");
  await page.keyboard.press("Escape");
  await editor.gone();

  editor = await Editor.of(planner, "vm-kv-01");
  const size = page.getByTestId("disk-size-0");
  const was = await size.inputValue();
  await size.fill("200");
  // Escape asks, and once more goes back to where one was.
  await page.keyboard.press("Escape");
  await editor.asked.getByText("vm-kv-01 is not saved.").waitFor();
  await has("editor-keep");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Escape");
  await editor.asked.waitFor({ state: "detached" });
  await has("disk-size-0");
  // Close and Cancel ask too; Enter stays.
  for (const way of ["Close", "Cancel"]) {
    await editor.dialog.getByRole("button", { name: way, exact: true }).click();
    await editor.asked.waitFor();
    await has("editor-keep");
    await page.keyboard.press("Enter");
    await editor.asked.waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.closest("dialog") !== null);
  }
  await eventually.equal(() => size.inputValue(), "200");
  await page.keyboard.press("Escape");
  await page.getByTestId("editor-drop").click();
  await editor.gone();

  // It is dropped, and the next time nothing is asked.
  editor = await Editor.of(planner, "vm-kv-01");
  await eventually.equal(() => size.inputValue(), was);
  await eventually.equal(() => editor.asked.count(), 0);
  // What stands in a field that takes it only when it is left counts; a search does not.
  await page.getByTestId("fact-search").last().fill("vmSize");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => [...document.querySelectorAll("[data-testid=fact-search]")].at(-1).value === "");
  await page.getByTestId("editor-zones").fill("3");
  await page.keyboard.press("Escape");
  await editor.asked.waitFor();
  await page.getByTestId("editor-keep").click();
  await page.getByTestId("editor-save").click();
  await editor.gone();
  await planner.message("Changed vm-kv-01.").waitFor();
  assert.deepEqual(page.troubles, []);
});

test("on a phone the question whether to drop what was typed has room, and one who drops it is back on the page", async () => {
  const planner = await Planner.open(browser, NARROW);
  const { page } = planner;
  await page.getByTestId("add-vm").click();
  const editor = new Editor(planner);
  await page.getByTestId("editor-name").fill("vm-phone");
  await editor.dialog.getByRole("button", { name: "Close", exact: true }).click();
  await editor.asked.waitFor();
  const { right, bottom } = await page.getByTestId("editor-keep").evaluate((button) => {
    const { right, bottom } = button.getBoundingClientRect();
    return { right, bottom };
  });
  assert.ok(right <= 390 && bottom <= 844, `${right}, ${bottom}`);
  await page.getByTestId("editor-drop").click();
  await editor.gone();
  await eventually.equal(() => page.getByTestId("vm-vm-phone").count(), 0);
  assert.deepEqual(page.troubles, []);
});
