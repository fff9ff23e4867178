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

/** What stands over a page, or beside it, after a click: its name, where it is, what opens it, what closes it. */
const STATES = [
  ["editor", "fleet", async (page) => { await page.getByTestId("add-vm").click(); await page.getByTestId("editor").waitFor(); }],
  ["import", "fleet", async (page) => {
    await page.getByTestId("import").click();
    await page.getByTestId("inventory-files").setInputFiles({ name: "vms.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify([{ id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-new", name: "vm-new", location: "eastus2", storageProfile: { osDisk: { name: "vm-new-os", osType: "Linux" } } }])) });
    await page.getByTestId("preview").waitFor();
  }],
  ["projects", "fleet", async (page) => { await page.getByTestId("scenario").click(); await page.getByTestId("all-projects").click(); await page.getByTestId("projects").waitFor(); }],
  ["share", "fleet", async (page) => { await page.getByTestId("share").click(); await page.getByTestId("share-dialog").waitFor(); }],
  ["past", "lifecycle", async (page) => { await page.getByTestId("previous-event").click(); await page.getByTestId("looking-back").waitFor(); }],
  ["points as a table", "lifecycle", async (page) => { await page.getByTestId("back-to-now").click(); await page.getByTestId("as-table").click(); }],
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
    for (const [state, at, open] of STATES) {
      await visit(planner, at);
      await open(page);
      found[state] = await violations(page);
      await page.keyboard.press("Escape");
    }
    assert.deepEqual(Object.fromEntries(Object.entries(found).filter(([, all]) => all.length > 0)), {});
    assert.deepEqual(page.troubles, []);
  });
}

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

for (const [width, scheme] of [[1440, "light"], [390, "dark"]]) {
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
