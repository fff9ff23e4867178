import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watched } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { listen, shown } from "./objects/element.mjs";

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
