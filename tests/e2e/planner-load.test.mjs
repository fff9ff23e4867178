// What the first visit fetches, what comes later and when, and what happens where it does not come.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { serverUrl, startBrowser } from "./browser.mjs";
import { Planner, WIDE } from "./objects/planner.mjs";

/** The first load by brotli, each address once. */
const FIRST_LOAD_BYTES = 300_000;
/**
 * What any other page may fetch before its heading stands, which restoring needs most for; a good 5 % are for other
 * compilers. All there is is above 1.2 million.
 */
const OTHER_PAGE_BYTES = 735_000;

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** A page that has loaded nothing yet, with every answer it gets. */
async function empty() {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await context.newPage();
  const answers = [];
  page.on("response", (response) => answers.push(response));
  return { context, page, answers };
}

/**
 * Holds back what is fetched when the page stands: the worker, and the file of services, which all other parts wait for.
 * So what a page has fetched when its heading is seen does not depend on how long it takes to see it.
 */
async function holdBack(page) {
  await page.route(/\/(worker\.js|services-\w+\.json)$/, () => {});
}

const nameOf = (response) => new URL(response.url()).pathname.slice(1);

async function compressed(answers) {
  const paths = answers.map(nameOf);
  assert.equal(new Set(paths).size, paths.length, `each address once: ${paths.join(", ")}`);
  const bodies = await Promise.all(answers.map((response) => response.body()));
  return bodies.reduce((sum, body) => sum + brotliCompressSync(body).length, 0);
}

test("the first load is small: the fleet is judged with a part of the module, each address once", async () => {
  const { context, page, answers } = await empty();
  await holdBack(page);
  await page.goto(serverUrl());
  await page.getByTestId("fleet-table").waitFor();
  const first = [...answers];
  assert.equal(await page.locator("html[data-loaded], html[data-pieces]").count(), 0, "looked at before anything else was fetched");
  const bytes = await compressed(first);
  assert.ok(bytes > 100_000 && bytes <= FIRST_LOAD_BYTES, `${bytes} bytes`);
  await context.close();
});

for (const name of ["support/vm-sql-01", "lifecycle/vm-sql-01", "restore/vm-sql-01", "plan/vm-sql-01", "matrix", "scenarios", "report", "api"]) {
  test(`the ${name.split("/")[0]} page fetches what it needs and not the other pages`, async () => {
    const { context, page, answers } = await empty();
    await holdBack(page);
    await page.goto(`${serverUrl()}/#/${name}`);
    await page.locator("main[data-page] h1").waitFor();
    const first = answers.filter((response) => !nameOf(response).endsWith(".json"));
    const bytes = await compressed(first);
    assert.ok(bytes > 100_000 && bytes <= OTHER_PAGE_BYTES, `${bytes} bytes`);
    const others = ["support", "lifecycle", "restore", "plan", "matrix", "scenarios", "report", "api"].filter((other) => !name.startsWith(other));
    const strange = first.map(nameOf).filter((path) => others.some((other) => path.startsWith(`${other}-`)));
    assert.deepEqual(strange, []);
    await context.close();
  });
}

test("what the page does without comes after it, and first the file of services: all other parts wait for that", async () => {
  const { context, page, answers } = await empty();
  let free;
  const freed = new Promise((resolve) => { free = resolve; });
  let asked;
  const waited = new Promise((resolve) => { asked = resolve; });
  await page.route(/\/services-\w+\.json$/, async (route) => { asked(); await freed; await route.continue(); });
  await page.goto(serverUrl());
  await waited;
  await page.locator("#boot").waitFor({ state: "detached" });
  await page.waitForTimeout(500);
  const pieces = () => answers.map(nameOf).filter((path) => /-[0-9a-f]{8}\.wasm$/.test(path));
  assert.deepEqual(pieces(), []);
  free();
  await page.locator("html[data-loaded][data-pieces]").waitFor();
  assert.ok(pieces().length > 20, `${pieces().length} pieces`);
  await context.close();
});

test("before the module runs a page says what it is for, and nothing of the other pages", async () => {
  for (const name of ["fleet", "support/vm-sql-01", "lifecycle/vm-sql-01", "restore", "plan", "matrix", "scenarios", "report", "api"]) {
    const { context, page } = await empty();
    await page.route(/rplab-web_bg\.wasm$/, () => {});
    await page.goto(`${serverUrl()}/#/${name}`, { waitUntil: "commit" });
    await page.getByText("Loading the engine.").waitFor();
    // Nothing is drawn before the styles are there.
    await page.waitForFunction(() => document.styleSheets.length > 0);
    const own = name.split("/")[0];
    const shown = await page.locator("[data-for]").evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.for));
    assert.deepEqual(shown, own === "fleet" ? [] : [own]);
    assert.equal(await page.locator("#boot h1").isVisible(), own === "fleet");
    assert.equal(await page.locator("#boot table").isVisible(), own === "fleet");
    await context.close();
  }
});

test("what is made behind the first notice is not read, pressed or got into before it is shown", async () => {
  const { context, page } = await empty();
  await page.addInitScript(() => {
    globalThis.looks = [];
    const frame = () => document.querySelector(".behind > .frame");
    const later = setTimeout;
    // Once something stands behind the notice the rest waits for a key, so that one is pressed however slow the machine is.
    const held = [];
    globalThis.setTimeout = (make, after, ...rest) => {
      if (!(frame()?.childElementCount > 1) || globalThis.tabs) return later(make, after, ...rest);
      held.push(make);
      return 0;
    };
    const look = () => {
      const [behind, found] = [frame(), document.elementFromPoint(innerWidth / 2, innerHeight / 2)];
      if (behind && behind.childElementCount > 1) looks.push({ hidden: behind.ariaHidden, hit: behind.contains(found), focused: behind.contains(document.activeElement) });
      if (behind || document.getElementById("boot")) later(look);
    };
    addEventListener("DOMContentLoaded", look);
    addEventListener("keydown", () => {
      if (!(frame()?.childElementCount > 1)) return;
      globalThis.tabs = (globalThis.tabs ?? 0) + 1;
      for (const make of held.splice(0)) later(make);
    });
  });
  await page.goto(serverUrl(), { waitUntil: "commit" });
  const boot = page.locator("#boot");
  while (await page.evaluate(() => document.getElementById("boot") !== null || document.body === null).catch(() => true)) await page.keyboard.press("Tab");
  await boot.waitFor({ state: "detached" });
  const { looks, tabs } = await page.evaluate(() => ({ looks: globalThis.looks, tabs: globalThis.tabs }));
  assert.ok(looks.length > 0 && tabs > 0, `looked ${looks.length} times, ${tabs} keys`);
  assert.deepEqual(looks.filter(({ hidden, hit, focused }) => hidden !== "true" || hit || focused), []);
  assert.equal(await page.locator(".frame[aria-hidden], .behind").count(), 0);
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await context.close();
});

/** Pages, with what stands when also the worker's answer is shown. */
const STARTS = {
  fleet: "html[data-loaded]",
  "support/vm-sql-01": "html[data-loaded]",
  "lifecycle/vm-sql-01": "html[data-loaded]",
  "restore/vm-sql-01": "html[data-loaded] [data-testid=methods]:not([aria-busy])",
  "plan/vm-sql-01": "html[data-loaded] [data-testid=plan-figures]:not([aria-busy])",
  matrix: "html[data-loaded] main:not(:has([aria-busy]))",
  report: "html[data-loaded]",
  api: "html[data-loaded]",
};
for (const [name, stands] of Object.entries(STARTS)) {
  test(`the ${name.split("/")[0]} page starts in small tasks: none holds a quarter of the work`, async () => {
    const { context, page } = await empty();
    const protocol = await context.newCDPSession(page);
    await protocol.send("Performance.enable");
    await protocol.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.addInitScript(() => {
      globalThis.tasks = [];
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
      }).observe({ type: "longtask", buffered: true });
    });
    await page.goto(`${serverUrl()}/#/${name}`);
    await page.locator(stands).waitFor({ timeout: 60_000, state: "attached" });
    await page.waitForTimeout(300);
    const { metrics } = await protocol.send("Performance.getMetrics");
    const all = metrics.find((metric) => metric.name === "TaskDuration").value * 1000;
    const long = await page.evaluate(() => tasks);
    console.log(`${name}: ${Math.round(all)} ms of work at a quarter of the speed, tasks above 50 ms: ${long.join(", ") || "none"}`);
    // Both are of one run, so that a slow machine is none the worse.
    assert.ok(Math.max(0, ...long) * 4 < all, `${long} of ${Math.round(all)} ms`);
    await context.close();
  });
}

test("what the backup services answer to the ways of restoring comes one by one", async () => {
  const { context, page } = await empty();
  await page.addInitScript(() => {
    globalThis.cells = [];
    const cellOf = ({ target }) => target.closest?.("[data-testid=methods] td") ?? [];
    // What one task changes is told together.
    new MutationObserver((records) => {
      const changed = new Set(records.flatMap(cellOf));
      if (changed.size > 0) cells.push(changed.size);
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${serverUrl()}/#/restore/vm-sql-01`);
  const methods = page.getByTestId("methods");
  await methods.waitFor();
  await page.locator(STARTS["restore/vm-sql-01"]).waitFor({ timeout: 60_000 });
  assert.equal(await methods.locator(".method-answer").count(), 21);
  assert.deepEqual(await page.evaluate(() => cells), Array(14).fill(1));
  await context.close();
});

test("the styles that come later change nothing on the first page", async () => {
  const { context, page } = await empty();
  await page.goto(serverUrl());
  await page.getByTestId("fleet-table").waitFor();
  assert.equal(await page.locator("link[href='pages.css']").count(), 0);
  await page.locator("html[data-loaded]").waitFor({ timeout: 60_000 });
  const places = (disabled) => page.evaluate((disabled) => {
    document.querySelector("link[href='pages.css']").sheet.disabled = disabled;
    const look = (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const { color, fontSize, fontWeight, backgroundColor, display } = getComputedStyle(element);
      return [element.tagName, element.className.baseVal ?? element.className, x, y, width, height, color, fontSize, fontWeight, backgroundColor, display].join(" ");
    };
    return [...document.body.querySelectorAll("*")].map(look);
  }, disabled);
  const [without, together] = [await places(true), await places(false)];
  assert.ok(without.length > 300, `${without.length} elements`);
  assert.deepEqual(without.filter((look, at) => look !== together[at]), []);
  await context.close();
});

test("the rows of other services come without moving what is read", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 412, height: 823 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.moved = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) moved += value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  let free;
  const freed = new Promise((resolve) => { free = resolve; });
  await page.route(/\/services-\w+\.json$/, async (route) => { await freed; await route.continue(); });
  await page.goto(`${serverUrl()}/#/matrix`);
  const said = page.getByTestId("matrix-summary");
  await said.getByText("on their way").waitFor();
  const before = Number((await said.textContent()).match(/^[\d,]+/)[0].replaceAll(",", ""));
  await page.getByTestId("matrix-rows").locator("tbody tr").nth(59).waitFor();
  free();
  await said.filter({ hasNotText: "on their way" }).waitFor();
  await page.locator("html[data-loaded]").waitFor();
  await page.waitForFunction((before) => Number(document.querySelector("[data-testid=matrix-summary]").textContent.match(/^[\d,]+/)[0].replaceAll(",", "")) > before, before);
  await page.waitForTimeout(300);
  const moved = await page.evaluate(() => globalThis.moved);
  assert.ok(moved < 0.02, `layout shift ${moved}`);
  await context.close();
});

test("the module comes alone, for all the rest waits for it: the parts of the page are asked for when it runs", async () => {
  const { context, page, answers } = await empty();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  let free;
  const freed = new Promise((resolve) => { free = resolve; });
  await page.route(/rplab-web_bg\.wasm$/, async (route) => { await freed; await route.continue(); });
  await page.goto(`${serverUrl()}/#/lifecycle/vm-sql-01`, { waitUntil: "commit" });
  await page.getByText("Loading the engine.").waitFor();
  await page.waitForTimeout(800);
  const pieces = () => answers.map(nameOf).filter((path) => path.endsWith(".wasm"));
  assert.deepEqual(pieces(), []);
  free();
  await page.locator("main[data-page=lifecycle] h1").waitFor();
  assert.equal(pieces()[0], "rplab-web_bg.wasm");
  assert.ok(pieces().some((path) => path.startsWith("lifecycle-")), pieces().join(", "));
  assert.deepEqual(troubles, []);
  await context.close();
});

test("on a slow line the page that was asked for comes before all others", async () => {
  const { context, page, answers } = await empty();
  await page.route(/\/plan-\w+\.wasm$/, async (route) => {
    await new Promise((wait) => setTimeout(wait, 2500));
    await route.continue();
  });
  await page.goto(`${serverUrl()}/#/plan/vm-sql-01`);
  await page.locator("main[data-page] h1").waitFor();
  assert.deepEqual(answers.map(nameOf).filter((path) => /^(support|restore|matrix|report|api|scenarios)-/.test(path)), []);
  await page.locator("html[data-loaded][data-pieces]").waitFor();
  await context.close();
});

test("when the page has been quiet everything is there: no page needs the server any more", async () => {
  const planner = await Planner.open(browser);
  await planner.page.context().setOffline(true);
  for (const page of ["support", "lifecycle", "restore", "plan", "report", "api", "matrix"]) {
    await planner.go(page, ["report", "api", "matrix"].includes(page) ? undefined : "vm-sql-01");
    await planner.page.locator(`main[data-page=${page}] h1`).waitFor();
  }
  await planner.page.getByTestId("edition").click();
  await planner.page.getByRole("button", { name: "Beyond" }).first().click();
  await planner.page.getByTestId("undo").click();
  await planner.page.getByTestId("share").click();
  await planner.page.getByTestId("share-link").waitFor();
  assert.deepEqual(planner.page.troubles, []);
  await planner.page.context().close();
});

test("a page whose piece does not come says so, keeps the rest usable, and comes when asked again", async () => {
  const { context, page } = await empty();
  let cut = true;
  await page.route(/\/lifecycle-\w+\.wasm$/, (route) => (cut ? route.abort() : route.continue()));
  await page.goto(`${serverUrl()}/#/lifecycle/vm-sql-01`);
  await page.getByTestId("not-fetched").waitFor();
  await page.goto(`${serverUrl()}/#/fleet`);
  await page.getByTestId("fleet-table").waitFor();
  await page.goto(`${serverUrl()}/#/lifecycle/vm-sql-01`);
  await page.getByTestId("not-fetched").waitFor();
  cut = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("main[data-page=lifecycle] h1").waitFor();
  await context.close();
});

test("a page whose piece came but could not be placed comes when asked again", async () => {
  const { context, page } = await empty();
  await page.addInitScript(() => {
    const instantiate = WebAssembly.instantiate;
    WebAssembly.instantiate = (...of) => (globalThis.full ? Promise.reject(new RangeError("no room for the piece")) : instantiate.apply(WebAssembly, of));
  });
  await page.goto(serverUrl());
  await page.getByTestId("fleet-table").waitFor();
  await page.evaluate(() => { globalThis.full = true; });
  await page.goto(`${serverUrl()}/#/lifecycle/vm-sql-01`);
  await page.getByTestId("not-fetched").waitFor();
  await page.evaluate(() => { globalThis.full = false; });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("main[data-page=lifecycle] h1").waitFor();
  await context.close();
});

test("what is done before the engine is there is done when it has come", async () => {
  const { context, page } = await empty();
  let free;
  const freed = new Promise((resolve) => { free = resolve; });
  await page.route(/\/engine-\w+\.wasm$/, async (route) => { await freed; await route.continue(); });
  await page.goto(serverUrl());
  await page.getByTestId("fleet-table").waitFor();
  await page.getByTestId("edition").click();
  await page.getByRole("button", { name: "Beyond" }).click();
  assert.equal((await page.getByTestId("edition").textContent()).includes("Beyond"), false);
  free();
  await page.getByTestId("edition").filter({ hasText: "Beyond" }).waitFor();
  await page.getByTestId("undo").click();
  await page.getByTestId("edition").filter({ hasText: "Beyond" }).waitFor({ state: "detached" });
  await context.close();
});
