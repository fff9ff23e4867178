import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watched } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { changed, listen, shown } from "./objects/element.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

async function openElements(options = {}) {
  const context = await browser.newContext(options);
  await context.addInitScript(listen);
  const page = watched(await context.newPage());
  await page.goto(`${serverUrl()}/pages/element.html`);
  return page;
}

test("an element replays the author's steps, and leaves the page's address and storage alone", async () => {
  const page = await openElements();
  const told = await shown(page, "#first");
  assert.match(told, /^rpl-ready .*"view":"lifecycle"/);
  const element = page.locator("#first");
  assert.match(await element.getByTestId("element-title").textContent(), /^Who pays/);
  assert.equal(await page.locator("#poster").isVisible(), false);
  // Before the deletion the middle point has its lane.
  await element.getByTestId("lane-rp-2").waitFor();
  await element.locator('[data-testid="disk-data"][aria-pressed="true"]').waitFor();
  await element.getByTestId("step-text").getByText("Three points are there.").waitFor();
  await element.getByTestId("next-step").click();
  await element.getByTestId("lane-rp-2").waitFor({ state: "detached" });
  await element.getByTestId("step-text").getByText("The middle one is gone.").waitFor();
  await changed(page, "#first", { restorePoints: 2 });
  // Whoever acts is in the present.
  await element.getByTestId("act").click();
  await element.getByTestId("advance-3600").click();
  await changed(page, "#first", { time: "2026-01-05T09:00:00Z" });
  // A link between views stays inside.
  await element.getByRole("link", { name: "Fleet" }).click();
  await element.getByRole("heading", { name: "Fleet", exact: true }).waitFor();
  await element.getByTestId("reset").click();
  await element.getByTestId("lane-rp-2").waitFor();
  assert.equal(page.url(), `${serverUrl()}/pages/element.html`);
  const left = await page.evaluate(async () => [localStorage.length, (await indexedDB.databases()).length, document.title]);
  assert.deepEqual(left, [0, 0, "Somebody's documentation"]);
  assert.deepEqual(page.troubles, []);
});

test("elements share one module, follow their attributes, and come only when they are seen", async () => {
  const page = await openElements();
  const modules = [];
  page.on("request", (request) => request.url().endsWith(".wasm") && modules.push(request.url()));
  await shown(page, "#first");
  const second = page.locator("#second");
  assert.match(await shown(page, "#second"), /"view":"support"/);
  assert.equal(await second.getByTestId("support-name").textContent(), "vm-kv-01");
  assert.equal(await second.evaluate((element) => element.shadowRoot.querySelector(".rpl-place").clientHeight), 300);
  assert.equal(await page.locator("#last").getAttribute("data-told"), null);
  await second.evaluate((element) => element.setAttribute("view", "lifecycle"));
  await second.getByTestId("no-points").waitFor();
  await shown(page, "#last");
  await page.locator("#last").getByRole("heading", { name: "Fleet", exact: true }).waitFor();
  // Taken away and put back, an element starts anew.
  await page.evaluate(() => {
    const element = document.querySelector("#second");
    const { parentNode, nextSibling } = element;
    element.remove();
    parentNode.insertBefore(element, nextSibling);
  });
  await second.scrollIntoViewIfNeeded();
  await second.getByTestId("no-points").waitFor();
  // The first module and each of its pieces come once for all of them.
  assert.deepEqual(modules, [...new Set(modules)]);
  assert.deepEqual(page.troubles, []);
});

test("what an author gets wrong is said in place, and the author's own text stays", async () => {
  const page = await openElements();
  assert.match(await shown(page, "#third"), /lifecycel.*no such view; there are lifecycle, support, restore, fleet, matrix/);
  assert.equal(await page.getByText("Read on without it.").isVisible(), true);
  assert.match(await page.locator("#third").getByRole("alert").textContent(), /no such view/);
  assert.match(await shown(page, "#fourth"), /the element #broken is not JSON/);
  assert.match(await shown(page, "#fifth"), /vm=.*no such VM; there are .*vm-sql-01/);
});

test("the page's styles do not reach in, and its own theme and width decide", async () => {
  const page = await openElements({ viewport: { width: 390, height: 800 } });
  await shown(page, "#first");
  const frame = page.locator("#first").locator(".rpl");
  assert.equal(await frame.evaluate((frame) => getComputedStyle(frame).colorScheme), "dark");
  assert.notEqual(await frame.evaluate((frame) => getComputedStyle(frame).color), "rgb(0, 0, 120)");
  assert.equal(await page.locator("#first").getByTestId("next-step").isVisible(), true);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.deepEqual(await violations(page), []);
});
