// How the pages look: axe on every page and state in every theme, no sideways scrolling at any width, and pictures
// held against those of the documentation.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { PAGES, apart, storied, viewOf, visit } from "./objects/looks.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** A part in a hundred of a page that may look different from the picture that is kept. */
const TOLERANCE = 3;

const shown = (page, id) => page.getByTestId(id).waitFor();
const click = (page, id) => page.getByTestId(id).click();
const inventory = (text) => ({ name: "vms.json", mimeType: "application/json", buffer: Buffer.from(text) });
const ONE_VM = JSON.stringify([{ id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-new", name: "vm-new", location: "eastus2", storageProfile: { osDisk: { name: "vm-new-os", osType: "Linux" } } }]);

/** What stands over a page, or beside it, after a click: its name, where it is, what opens it, and what leaves it where Escape does not. */
const STATES = [
  ["editor", "fleet", async (page) => { await click(page, "add-vm"); await shown(page, "editor"); }],
  ["editor, refused", "fleet", async (page) => {
    const first = (await page.getByRole("button", { name: /^Edit / }).first().getAttribute("aria-label")).slice(5);
    await click(page, "add-vm");
    await page.getByTestId("editor-name").fill(first);
    await click(page, "editor-save");
    await shown(page, "editor-error");
  }],
  // Escape has asked, for something was changed.
  ["editor, asked what to drop", "fleet", async (page) => { await shown(page, "editor-unsaved"); }, async (page) => { await click(page, "editor-drop"); await page.getByTestId("editor").waitFor({ state: "hidden" }); }],
  ["import", "fleet", async (page) => { await click(page, "import"); await page.getByTestId("inventory-files").setInputFiles(inventory(ONE_VM)); await shown(page, "preview"); }],
  ["import, broken", "fleet", async (page) => { await click(page, "import-discard"); await click(page, "import"); await page.getByTestId("inventory-files").setInputFiles(inventory("[{")); await shown(page, "import-error"); }],
  ["scenario's menu", "fleet", async (page) => { await click(page, "scenario"); await shown(page, "all-projects"); }],
  ["projects", "fleet", async (page) => { await click(page, "scenario"); await click(page, "all-projects"); await shown(page, "projects"); }],
  ["share", "fleet", async (page) => { await click(page, "share"); await shown(page, "share-dialog"); await shown(page, "share-link"); }],
  ["editions", "fleet", async (page) => { await click(page, "edition"); }],
  ["themes", "fleet", async (page) => { await click(page, "theme"); }],
  ["find or do", "fleet", async (page) => { await page.keyboard.press("Control+k"); await page.getByTestId("find-words").fill("rp"); await page.getByTestId("find-option").first().waitFor(); }],
  ["keys", "fleet", async (page) => { await page.locator("h1").click(); await page.keyboard.press("?"); await shown(page, "keys-dialog"); }],
  ["another service, missing facts", "support", async (page) => { await click(page, "service-VmBackup"); await page.getByTestId("missing").or(page.getByTestId("asks-vault.location")).first().waitFor(); }],
  ["a row of the matrix", "matrix", async (page) => { await page.locator("[data-testid=matrix-rows] a").first().click(); await shown(page, "opened-row"); }],
  ["contradictions", "matrix", async (page) => { await page.getByTestId("contradictions").locator("summary").first().click(); await page.getByTestId("contradiction").first().waitFor(); }],
  ["why", "lifecycle", async (page) => { await click(page, "why-stored"); await page.locator('[data-testid="why"]:popover-open li').first().waitFor(); }],
  ["points as a table", "lifecycle", async (page) => { await click(page, "as-table"); await shown(page, "points-table"); }],
  ["a plan that cannot be", "plan", async (page) => { await page.getByTestId("plan-days").fill("many"); await shown(page, "plan-error"); await page.getByTestId("plan-days").fill("28"); }],
  ["objectives missed", "plan", async (page) => { await page.getByTestId("plan-rpo").fill("1"); await page.locator('[data-testid="objectives"] [data-met="false"]').waitFor(); }],
  ["a rehearsal", "restore", async (page) => { await click(page, "rehearse"); await shown(page, "rehearsed"); }],
  ["an answer", "api", async (page) => { await click(page, "api-send"); await shown(page, "answer"); }],
  ["a refusal", "api", async (page) => { await page.getByTestId("api-path").fill("/subscriptions/none/no"); await click(page, "api-send"); await page.locator(".verdict.no[data-testid=answer-status]").waitFor(); }],
  ["a point that went", "lifecycle", async (page) => { await click(page, "delete-point"); await click(page, "next-event"); await page.getByTestId("passed").getByText("went").waitFor(); }],
  ["past", "lifecycle", async (page) => { await click(page, "previous-event"); await shown(page, "looking-back"); }],
  // The tour begins a project of its own.
  ["tour", "scenarios", async (page) => { await click(page, "tour-start"); await shown(page, "tour"); }],
];

const THEMES = {
  light: viewOf(1440, "light"),
  dark: viewOf(390, "dark"),
  "high contrast": viewOf(768, "dark"),
  "forced colours": { ...viewOf(1440, "light"), forcedColors: "active" },
};

for (const [name, options] of Object.entries(THEMES)) {
  test(`axe finds nothing on any page and in any state (${name})`, async () => {
    const planner = await storied(browser, options);
    const { page } = planner;
    if (name === "high contrast") {
      await page.getByTestId("theme").click();
      await page.getByRole("button", { name: "High contrast" }).click();
      await page.locator("html[data-theme=hc]").waitFor();
    }
    const found = {};
    for (const at of PAGES) {
      await visit(planner, at);
      found[at] = await violations(page);
    }
    for (const [state, at, open, leave = () => page.keyboard.press("Escape")] of STATES) {
      await visit(planner, at);
      if (await page.getByTestId("back-to-now").count()) await click(page, "back-to-now");
      await open(page).catch((error) => assert.fail(`${state}: ${error.message}`));
      found[state] = await violations(page);
      if (await planner.overflow() > 0) found[state].push("it scrolls sideways");
      await leave(page);
    }
    assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, all]) => all.length > 0)), {});
    assert.deepEqual(page.troubles, []);
  });
}

test("who comes to a page stands at its head, below the header", async () => {
  for (const width of [390, 768]) {
    const planner = await storied(browser, viewOf(width, "light"));
    for (const at of PAGES) {
      await visit(planner, at);
      const [heading, header] = await planner.page.evaluate(() => [document.querySelector("main h1").getBoundingClientRect().top, document.querySelector(".header").getBoundingClientRect().bottom]);
      assert.ok(heading >= header, `${at}, ${width} px: the heading begins at ${heading}, the header ends at ${header}`);
    }
  }
});

test("no page scrolls sideways, from 320 to 2560 px and at 200 and 400 %", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const views = { "320 px, or 400 % of 1280": [320, 844], "390 px": [390, 844], "200 % of 1440": [720, 450], "768 px": [768, 1024], "1440 px": [1440, 900], "2560 px": [2560, 1440] };
  const wide = [];
  for (const at of PAGES) {
    await visit(planner, at);
    for (const [view, [width, height]] of Object.entries(views)) {
      await planner.page.setViewportSize({ width, height });
      await planner.settled();
      if (await planner.overflow() > 0) wide.push(`${at}, ${view}`);
    }
  }
  assert.deepEqual(wide, []);
});

for (const [width, scheme] of [[1440, "light"], [1440, "dark"], [768, "light"], [390, "light"], [390, "dark"]]) {
  test(`every page looks as its picture in the documentation (${width} px, ${scheme})`, async () => {
    const planner = await storied(browser, viewOf(width, scheme));
    const blank = await (await browser.newContext()).newPage();
    const found = {};
    let before;
    for (const name of PAGES) {
      await visit(planner, name);
      const now = await planner.page.screenshot();
      const kept = await readFile(new URL(`../../docs/screenshots/${name}-${width}-${scheme}.png`, import.meta.url));
      const share = await apart(blank, now, kept);
      if (share > TOLERANCE) found[name] = `${share.toFixed(1)} % looks different`;
      // The measure sees what a reader would: another page is another picture.
      if (before) assert.ok(await apart(blank, now, before) > TOLERANCE, `${name} looks like the page before it`);
      before = now;
    }
    assert.deepEqual(found, {}, "cargo xtask screenshots makes the pictures anew");
  });
}
