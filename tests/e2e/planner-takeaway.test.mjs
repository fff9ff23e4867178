// What can be taken away, and what cannot be done: every table as CSV, every picture as SVG and PNG, the report on
// paper, and actions that say why they are refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { saved } from "./objects/library.mjs";
import { PAGES, storied, viewOf, visit } from "./objects/looks.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("every table has its CSV, every picture its SVG and PNG, and every action that is refused its reason", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  const missing = [];
  let [tables, pictures, refused] = [0, 0, 0];
  for (const name of PAGES) {
    await visit(planner, name);
    if (name === "lifecycle") {
      // The lanes are the twin of a picture; their own twin is the table.
      await page.getByTestId("as-table").click();
    }
    const found = await page.evaluate(() => {
      const main = document.querySelector("main");
      const titles = (card) => [...card.querySelectorAll("button")].map((button) => button.textContent.trim());
      const card = (element) => element.closest(".card") ?? main;
      const named = (element) => element.closest("[data-testid]")?.dataset.testid ?? element.closest("section")?.getAttribute("aria-labelledby") ?? element.className;
      const tables = [...main.querySelectorAll("table")].filter((table) => table.checkVisibility() && table.closest("article.report") === null);
      const pictures = [...main.querySelectorAll("svg[role=img]")].filter((picture) => picture.checkVisibility());
      const refused = [...main.querySelectorAll("[aria-disabled=true]")];
      return {
        tables: tables.length, pictures: pictures.length, refused: refused.length,
        csv: tables.filter((table) => !titles(card(table)).some((title) => /CSV/.test(title))).map(named),
        files: pictures.filter((picture) => !["SVG", "PNG"].every((kind) => titles(card(picture)).includes(kind))).map(named),
        reasons: refused.filter((button) => !button.title || button.title === button.textContent.trim()).map(named),
      };
    });
    tables += found.tables;
    pictures += found.pictures;
    refused += found.refused;
    for (const what of ["csv", "files", "reasons"]) missing.push(...found[what].map((one) => `${name}: ${one} has no ${what}`));
  }
  assert.deepEqual(missing, []);
  assert.ok(tables >= 6 && pictures >= 3 && refused >= 2, `looked at ${tables} tables, ${pictures} pictures, ${refused} refusals`);
});

test("the CSV of a table has what the table shows", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "fleet");
  const fleet = await saved(page, () => page.getByTestId("csv-fleet").click());
  assert.equal(fleet.name, "fleet.csv");
  const lines = fleet.text.split("\r\n");
  assert.equal(lines[0], "VM,Region,System,Disks \u00b7 GiB,Restore points");
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
  assert.equal(await create.getAttribute("aria-disabled"), "true");
  const reason = await create.getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${reason}"]`).textContent(), /past, which stays as it was/);
  const before = await page.getByTestId("log").locator("li").count();
  await create.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.getByTestId("log").locator("li").count(), before);
});

test("the report goes on paper without what surrounds it, and becomes a PDF", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "report");
  await page.emulateMedia({ media: "print" });
  for (const gone of [".header", ".navigation", ".page-actions"]) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
  assert.ok(await page.getByTestId("report").isVisible());
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString("latin1"), "%PDF-");
  assert.ok((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length >= 1);
});
