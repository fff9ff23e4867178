import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watched } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { listen, shown } from "./objects/element.mjs";
import { eventually } from "./objects/eventually.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("every page of the documentation site opens, every simulation on it runs, and axe finds nothing", async () => {
  const context = await browser.newContext();
  await context.addInitScript(listen);
  const page = watched(await context.newPage());
  await page.goto(`${serverUrl()}/docs/index.html`);
  const links = await page.locator(".sidebar a[href$='.html']").evaluateAll((links) => [...new Set(links.map((link) => link.href))]);
  assert.ok(links.length >= 15, `${links.length} pages`);
  let simulations = 0;
  const wrong = {};
  for (const link of links) {
    await page.goto(link);
    const ids = await page.locator("restore-point-lab").evaluateAll((elements) => elements.map((element, index) => {
      element.id ||= `simulation-${index}`;
      return `#${element.id}`;
    }));
    for (const id of ids) {
      assert.match(await shown(page, id), /^rpl-ready /, `${link} ${id}`);
      simulations += 1;
    }
    const found = await violations(page);
    if (found.length > 0) wrong[new URL(link).pathname] = found;
  }
  assert.deepEqual(wrong, {}, "what axe finds");
  assert.ok(simulations >= 18, `${simulations} simulations`);
  assert.deepEqual(page.troubles, []);
});

test("the site is read with the keyboard: past the list of pages, the list itself, wide tables, a simulation's own keys", async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(listen);
  const page = watched(await context.newPage());
  const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.localName);
  await page.goto(`${serverUrl()}/docs/support-matrix.html`);
  await page.keyboard.press("Tab");
  assert.equal(await focus(), "skip");
  await eventually.ok(() => page.locator("a.skip").evaluate((skip) => skip.getBoundingClientRect().top >= 0), "it is seen once it has the focus");
  await page.keyboard.press("Enter");
  await eventually.equal(() => page.evaluate(() => document.activeElement.localName), "main");

  const toggle = page.locator("#mdbook-sidebar-toggle");
  await toggle.focus();
  await eventually.equal(() => toggle.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Enter");
  await page.locator("#mdbook-sidebar").waitFor({ state: "hidden" });
  await eventually.equal(() => toggle.getAttribute("aria-expanded"), "false");
  await page.keyboard.press(" ");
  await page.locator("#mdbook-sidebar").waitFor();

  // A wide table is scrolled by the keys that elsewhere turn the page.
  await page.setViewportSize({ width: 500, height: 900 });
  const table = page.locator(".table-wrapper[tabindex='0']").first();
  await table.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
  assert.match(page.url(), /support-matrix\.html/);

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${serverUrl()}/docs/index.html`);
  const simulation = page.locator("restore-point-lab").first();
  await simulation.evaluate((element) => { element.id = "simulation"; });
  await shown(page, "#simulation");
  const map = simulation.getByTestId("map");
  await map.focus();
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  assert.match(page.url(), /index\.html/, "the keys of the block map do not turn the page of the book");
  assert.deepEqual(page.troubles, []);
});

test("simulations are as light or dark as the book, axe finds nothing in the dark, and a phone has no sideways scrolling", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await context.addInitScript(listen);
  const page = watched(await context.newPage());
  for (const at of ["index", "support-matrix", "howto"]) {
    await page.goto(`${serverUrl()}/docs/${at}.html`);
    for (const simulation of await page.locator("restore-point-lab").all()) await eventually.equal(() => simulation.getAttribute("theme"), "dark");
    // The author's words are read before a simulation is there, and then the simulation.
    assert.deepEqual(await violations(page), [], at);
    if (at === "index") {
      await page.locator("restore-point-lab").first().evaluate((element) => { element.id = "simulation"; });
      assert.match(await shown(page, "#simulation"), /^rpl-ready /);
      assert.deepEqual(await violations(page), [], `${at}, shown`);
    }
    await eventually.equal(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${at} scrolls sideways`);
  }
  await page.goto(`${serverUrl()}/docs/index.html`);
  await page.locator("#mdbook-theme-toggle").click();
  await page.locator("#mdbook-theme-light").click();
  await eventually.equal(() => page.locator("restore-point-lab").first().getAttribute("theme"), "light");
  assert.deepEqual(page.troubles, []);
});
