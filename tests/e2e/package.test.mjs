import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("the package starts in a page without a bundler, under a strict policy", async () => {
  const page = await openPage(browser, "/pages/package.html");
  await page.waitForFunction(() => document.querySelector("#after").textContent !== "");
  await eventually.equal(() => page.textContent("#before"), "true NotInitialized");
  await eventually.match(() => page.textContent("#after"), /^\d+\.\d+\.\d+$/);
  assert.deepEqual(page.troubles, []);
});
