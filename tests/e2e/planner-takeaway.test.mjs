// What can be taken away, and what cannot be done: every table as CSV, every picture as SVG and PNG, the report on
// paper, and actions that say why they are refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { csvFaults, pngFaults, savedBytes, svgFaults } from "./objects/files.mjs";
import { saved } from "./objects/library.mjs";
import { PAGES, storied, viewOf, visit } from "./objects/looks.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** Every page, and what is opened on it: all pictures and tables that there are. */
const PLACES = [
  ...PAGES.map((name) => [name, name, async () => {}]),
  ["points as a table", "lifecycle", async (page) => { await page.getByTestId("as-table").click(); }],
  ["stored over time as a table", "lifecycle", async (page) => { await page.getByTestId("over-time-table").click(); }],
  ["editions compared", "support", async (page) => { await page.getByTestId("compare-editions").locator("summary").first().click(); await page.getByTestId("compare-rows").waitFor(); }],
  ["plan as tables", "plan", async (page) => {
    for (const button of await page.locator("main").getByRole("button", { name: "Table", exact: true }).all()) await button.click();
    await page.getByTestId("kept-table").waitFor();
  }],
  ["what breaks a plan", "plan", async (page) => { await page.getByTestId("break").click(); await page.getByTestId("breaker-faults").waitFor({ timeout: 240_000 }); }],
  ["restorability as a table", "restore", async (page) => { await page.getByTestId("choose-table").click(); }],
  ["restorability of points", "restore", async (page) => { await page.getByTestId("choose-points").click(); }],
  ["a rehearsal", "restore", async (page) => {
    await page.getByTestId("rehearse").click();
    await page.getByTestId("rehearsed").waitFor();
    const closed = page.getByTestId("rehearsed").locator("details:not([open]) > summary");
    for (let left = await closed.count(); left > 0; left -= 1) await closed.first().click();
  }],
  ["contradictions", "matrix", async (page) => {
    await page.getByTestId("contradictions").locator("summary").first().click();
    await page.getByTestId("contradictions").getByRole("button", { name: "Table", exact: true }).click();
  }],
  ["a proof", "restore", async (page) => {
    await page.getByTestId("from-rp-day-5").check();
    await page.getByTestId("restore-vm-name").fill("vm-back");
    await page.getByTestId("restore-vm").click();
    await page.getByTestId("restored-vm-back").click();
    await page.getByTestId("proof").waitFor();
  }],
  // The last one: it leaves the story.
  ["a branch", "lifecycle", async (page) => {
    await page.getByTestId("previous-event").click();
    await page.getByTestId("branch-here").click();
    await page.getByTestId("branch-compare").click();
    await page.getByTestId("differences").waitFor();
  }],
];

/** What stands on the page now, and what of it lacks its files or its reason. */
function lookedAt(page) {
  return page.evaluate(() => {
    const main = document.querySelector("main");
    const titles = (card) => [...card.querySelectorAll("button")].filter((button) => button.checkVisibility()).map((button) => button.textContent.trim());
    const card = (element) => element.closest(".card") ?? main;
    const named = (element) => element.closest("[data-testid]")?.dataset.testid ?? element.closest("section")?.getAttribute("aria-labelledby") ?? element.className;
    // The lanes are the twin of a picture; their own twin is the table. The report has one CSV for all of it.
    const tables = [...main.querySelectorAll("table:not(.lanes)")].filter((table) => table.checkVisibility() && table.closest("article.report") === null);
    const pictures = [...main.querySelectorAll("svg[role=img], .abilities, .map")].filter((picture) => picture.checkVisibility());
    const refused = [...main.querySelectorAll("[aria-disabled=true]")];
    const buttons = (card) => titles(card).filter((title) => /CSV/.test(title)).length;
    return {
      tables: tables.length, pictures: pictures.length, refused: refused.length,
      csv: tables.filter((table) => buttons(card(table)) === 0 || buttons(card(table)) < tables.filter((other) => card(other) === card(table)).length).map(named),
      files: pictures.filter((picture) => !["SVG", "PNG"].every((kind) => titles(card(picture)).includes(kind))).map(named),
      reasons: refused.filter((button) => !button.title || button.title === button.textContent.trim()).map(named),
    };
  });
}

test("every table has its CSV, every picture its SVG and PNG, all of them files that others read, and every refusal its reason", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  const blank = await (await browser.newContext()).newPage();
  const wrong = [];
  let [tables, pictures, refused] = [0, 0, 0];
  const files = new Set();
  for (const [where, at, open] of PLACES) {
    // A page that is left is closed again when it is come back to.
    await visit(planner, at === "report" ? "fleet" : "report");
    await visit(planner, at);
    await open(page);
    await planner.settled();
    const found = await lookedAt(page);
    tables += found.tables;
    pictures += found.pictures;
    refused += found.refused;
    for (const what of ["csv", "files", "reasons"]) wrong.push(...found[what].map((one) => `${where}: ${one} has no ${what}`));
    for (const button of await page.locator("main").getByRole("button", { name: /^(SVG|PNG)$|as CSV$/ }).all()) {
      if (!await button.isVisible()) continue;
      const { name, bytes } = await savedBytes(page, () => button.click()).catch(async (error) => assert.fail(`${where}: ${await button.evaluate((button) => button.closest(".card")?.textContent.slice(0, 80))}: ${await button.textContent()}: ${error.message}`));
      files.add(name);
      const text = bytes.toString();
      const faults = name.endsWith(".csv") ? csvFaults(text) : name.endsWith(".svg") ? await svgFaults(blank, text) : await pngFaults(blank, bytes);
      wrong.push(...faults.map((fault) => `${where}: ${name}: ${fault}`));
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(tables >= 20 && pictures >= 6 && refused >= 2, `looked at ${tables} tables, ${pictures} pictures, ${refused} refusals`);
  const kinds = (ending) => [...files].filter((name) => name.endsWith(ending)).length;
  assert.ok(kinds(".csv") >= 14 && kinds(".svg") >= 5 && kinds(".png") === kinds(".svg"), [...files].join(", "));
});

test("the CSV of a table has what the table shows", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "fleet");
  const fleet = await saved(page, () => page.getByTestId("csv-fleet").click());
  assert.equal(fleet.name, "fleet.csv");
  const lines = fleet.text.split("\r\n");
  assert.equal(lines[0], "VM,Region,System,Disks \u00b7 GiB,Restore points,VM Backup,Disk Backup");
  assert.equal(lines.length, 9);
  assert.match(fleet.text, /vm-sql-01,eastus2 z1,/);
  await visit(planner, "lifecycle");
  await page.getByTestId("as-table").click();
  const points = await saved(page, () => page.getByTestId("csv-points").click());
  assert.equal(points.text.split("\r\n").length, 6);
  await visit(planner, "restore");
  const methods = await saved(page, () => page.getByTestId("csv-restore-methods").click());
  assert.match(methods.text, /\r\n"?New VM, same region"?,Yes,/);
});

test("a refused action stays in reach, does nothing, and names its reason to a reader", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "lifecycle");
  // The past stays as it was.
  await page.getByTestId("previous-event").click();
  const create = page.getByTestId("create-point");
  await eventually.equal(() => create.getAttribute("aria-disabled"), "true");
  const reason = await create.getAttribute("aria-describedby");
  await eventually.match(() => page.locator(`[id="${reason}"]`).textContent(), /past, which stays as it was/);
  const before = await page.getByTestId("log").locator("li").count();
  await create.focus();
  await page.keyboard.press("Enter");
  await eventually.equal(() => page.getByTestId("log").locator("li").count(), before);
});

test("the report goes on paper without what surrounds it, and becomes a PDF", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "report");
  await page.emulateMedia({ media: "print" });
  for (const gone of [".header", ".navigation", ".page-actions"]) await eventually.equal(() => page.locator(gone).first().isVisible(), false, gone);
  await eventually.ok(() => page.getByTestId("report").isVisible());
  // The report has the paper's whole width.
  await page.setViewportSize({ width: 794, height: 1123 });
  const { width } = await page.getByTestId("report").boundingBox();
  assert.ok(width > 700, `${width} of 794 px`);
  // For people: names and not ids, moments as their language writes them.
  const text = await page.getByTestId("report").textContent();
  assert.doesNotMatch(text, /\/subscriptions\/|\d{4}-\d{2}-\d{2}T/);
  assert.match(text, /Jan 6, 2026/);
  // Verdicts in the words and with the marks that all pages have.
  assert.doesNotMatch(text, /notSupported|excludeDisk\b/);
  await eventually.equal(() => page.getByTestId("report").locator('[data-verdict="notSupported"]').first().textContent(), "Not supported");
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.ok((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length >= 1);
});
