import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watched } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { changed, listen, shown } from "./objects/element.mjs";
import { eventually } from "./objects/eventually.mjs";

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
  await eventually.match(() => element.getByTestId("element-title").textContent(), /^Who pays/);
  await eventually.equal(() => page.locator("#poster").isVisible(), false);
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
  await eventually.equal(() => second.getByTestId("support-name").textContent(), "vm-kv-01");
  await eventually.equal(() => second.evaluate((element) => element.shadowRoot.querySelector(".rpl-place").clientHeight), 300);
  await eventually.equal(() => page.locator("#last").getAttribute("data-told"), null);
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
  await eventually.equal(() => page.getByText("Read on without it.").isVisible(), true);
  await eventually.match(() => page.locator("#third").getByRole("alert").textContent(), /no such view/);
  assert.match(await shown(page, "#fourth"), /the element #broken is not JSON/);
  assert.match(await shown(page, "#fifth"), /vm=.*no such VM; there are .*vm-sql-01/);
});

/** Puts an element with these attributes and this inside at the end of the page, and waits for what it tells. */
async function added(page, id, attributes, inside = "") {
  await page.evaluate(([id, attributes, inside]) => {
    const element = document.createElement("restore-point-lab");
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.innerHTML = inside;
    element.id = id;
    document.querySelector("main").prepend(element);
  }, [id, attributes, inside]);
  return shown(page, `#${id}`);
}

test("a scenario comes by address, as text, from a script of the page or from between the tags", async () => {
  const page = await openElements();
  const scenario = await (await fetch(`${serverUrl()}/scenarios/who-pays-after-the-middle.json`)).text();
  await page.evaluate((text) => {
    const script = document.createElement("script");
    script.type = "application/json";
    script.id = "story";
    script.textContent = text;
    document.body.append(script);
  }, scenario);
  const told = {
    address: await added(page, "by-address", { scenario: "/scenarios/who-pays-after-the-middle.json" }),
    text: await added(page, "by-text", { scenario }),
    id: await added(page, "by-id", { scenario: "#story" }),
    inside: await added(page, "by-child", {}, `<script type="application/json">${scenario}</script>`),
  };
  assert.match(told.address, /^rpl-ready .*"restorePoints":2.*"view":"lifecycle"/);
  for (const [way, text] of Object.entries(told)) assert.equal(text, told.address, way);
  assert.match(await added(page, "nowhere", { scenario: "/scenarios/none.json" }), /^rpl-error .*404/);
  assert.deepEqual(page.troubles.filter((trouble) => !trouble.includes("404")), []);
});

test("every view is shown, and edition, theme, height, VM and disk are what the attributes say", async () => {
  const page = await openElements();
  // Each view by itself: two of the same view and scenario have regions of the same names.
  await page.evaluate(() => { for (const other of document.querySelectorAll("restore-point-lab")) other.remove(); });
  for (const view of ["lifecycle", "support", "restore", "fleet", "matrix"]) {
    assert.match(await added(page, `view-${view}`, { view }), new RegExp(`^rpl-ready .*"view":"${view}"`), view);
    // Cards come one after the other.
    await page.waitForFunction((view) => document.querySelector(`#view-${view}`).shadowRoot.querySelector(".rpl").textContent.length > 200, view);
    assert.deepEqual(await violations(page), [], view);
    await page.locator(`#view-${view}`).evaluate((element) => element.remove());
  }
  await added(page, "edition", { view: "support", vm: "vm-sql-01", edition: "beyond" });
  const headline = page.locator("#edition").getByTestId("headline").locator("[data-verdict]");
  await eventually.equal(() => headline.getAttribute("data-verdict"), "supported");
  await page.locator("#edition").evaluate((element) => element.setAttribute("edition", "2022-07"));
  await page.locator("#edition").getByTestId("headline").locator('[data-verdict="excludeDisk"]').waitFor();
  const ground = () => page.locator("#edition").locator(".rpl").evaluate((frame) => getComputedStyle(frame).backgroundColor);
  const grounds = new Set();
  for (const theme of ["light", "dark", "hc"]) {
    await page.locator("#edition").evaluate((element, theme) => element.setAttribute("theme", theme), theme);
    grounds.add(await ground());
  }
  assert.equal(grounds.size, 3, [...grounds].join(" "));
  const heights = () => page.locator("#edition").evaluate((element) => [element.clientHeight, element.shadowRoot.querySelector(".rpl-place").clientHeight]);
  const [grown] = await heights();
  assert.ok(grown > 320, "without a height it grows with its content");
  for (const [height, pixels] of [["300", 300], ["20rem", 320]]) {
    await page.locator("#edition").evaluate((element, height) => element.setAttribute("height", height), height);
    assert.equal((await heights())[1], pixels);
  }
  await page.locator("#edition").evaluate((element) => element.removeAttribute("height"));
  assert.equal((await heights())[0], grown);
  await added(page, "disk", { scenario: "/scenarios/who-pays-after-the-middle.json", disk: "data" });
  await page.locator("#disk").locator('[data-testid="disk-data"][aria-pressed="true"]').waitFor();
  assert.deepEqual(page.troubles, []);
});

test("two elements with the same scenario and view on a page have names of their own, in every view", async () => {
  const page = await openElements();
  await page.evaluate(() => document.querySelectorAll("restore-point-lab").forEach((element) => element.remove()));
  const scenario = "/scenarios/who-pays-after-the-middle.json";
  const steps = '<ol><li data-at="2026-01-05T06:30:00Z">Three points.</li><li data-at="2026-01-05T07:30:00Z">Two.</li></ol>';
  for (const id of ["twin", "other"]) await added(page, id, { scenario }, steps);
  for (const view of ["lifecycle", "support", "restore", "fleet", "matrix"]) {
    for (const id of ["twin", "other"]) {
      await page.evaluate(([id, view]) => { delete document.getElementById(id).dataset.told; document.getElementById(id).setAttribute("view", view); }, [id, view]);
      assert.match(await shown(page, `#${id}`), new RegExp(`^rpl-ready .*"view":"${view}"`));
      await page.locator(`#${id}`).locator(".rpl > .page > *").first().waitFor();
    }
    assert.deepEqual(await violations(page), [], view);
  }
  const names = await page.locator("restore-point-lab").evaluateAll((all) => all.map((one) => one.shadowRoot.querySelector(".rpl").getAttribute("aria-label")));
  assert.equal(new Set(names).size, 2, names.join());
  // One that goes gives its name free.
  await page.evaluate(() => document.querySelector("#twin").remove());
  await added(page, "third-one", { scenario });
  const now = await page.locator("restore-point-lab").evaluateAll((all) => all.map((one) => one.shadowRoot.querySelector(".rpl").getAttribute("aria-label")));
  assert.equal(new Set(now).size, 2, now.join());
  assert.ok(now.every((name) => !/\((?:[4-9]|\d\d)\)$/.test(name)), now.join());
  assert.deepEqual(page.troubles, []);
});

test("without scripts, and until the simulation is there, the author's own words stand in its place", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const still = await context.newPage();
  await still.goto(`${serverUrl()}/pages/element.html`);
  await eventually.equal(() => still.locator("#poster").isVisible(), true);
  await eventually.equal(() => still.getByText("The middle one is gone.").isVisible(), true);
  await context.close();

  const slow = watched(await (await browser.newContext()).newPage());
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  await slow.route(/\.wasm$/, async (route) => { await held; await route.continue(); });
  await slow.goto(`${serverUrl()}/pages/element.html`);
  await slow.locator("#first").getByRole("status").getByText("Loading the simulation.").waitFor();
  await eventually.equal(() => slow.locator("#poster").isVisible(), true);
  await eventually.equal(() => slow.getByText("Three points are there.").first().isVisible(), true);
  go();
  await slow.locator("#first").getByTestId("lane-rp-2").waitFor();
  await eventually.equal(() => slow.locator("#poster").isVisible(), false);
  assert.deepEqual(slow.troubles, []);
});

test("the page's styles do not reach in, and its own theme and width decide", async () => {
  const page = await openElements({ viewport: { width: 390, height: 800 } });
  await shown(page, "#first");
  const frame = page.locator("#first").locator(".rpl");
  await eventually.equal(() => frame.evaluate((frame) => getComputedStyle(frame).colorScheme), "dark");
  await eventually.notEqual(() => frame.evaluate((frame) => getComputedStyle(frame).color), "rgb(0, 0, 120)");
  await eventually.equal(() => page.locator("#first").getByTestId("next-step").isVisible(), true);
  await eventually.equal(() => page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.deepEqual(await violations(page), []);
});

test("keys that a view takes are not the page's, and others are", async () => {
  const page = await openElements();
  await shown(page, "#first");
  await page.evaluate(() => {
    globalThis.heard = [];
    document.addEventListener("keydown", ({ key }) => globalThis.heard.push(key));
  });
  await page.locator("#first").getByTestId("map").focus();
  for (const key of ["Home", "ArrowRight", "+", "0", "j", "Escape"]) await page.keyboard.press(key);
  await eventually.deepEqual(() => page.evaluate(() => globalThis.heard), ["j", "Escape"]);
});
