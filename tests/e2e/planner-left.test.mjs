// A page that is left has no time to write into its database: what was changed last is noted at once, and the next visit
// puts it where it belongs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, watched } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Planner, WIDE } from "./objects/planner.mjs";
import { keptTexts, leftNotes, markDeleted, raiseRevisions } from "./objects/storage.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const robots = () => new URL("/robots.txt", process.env.RPLAB_URL).href;

/** Changes the edition and waits only until that is seen. */
async function changed(planner, edition, seen) {
  await planner.touch(edition);
  await planner.page.getByTestId("edition").getByText(seen).waitFor();
}

/** The page of a planner at the planner's address, when it is ready. */
async function opened(page) {
  await page.goto(process.env.RPLAB_URL);
  return new Planner(page).ready();
}

for (const [name, leave] of Object.entries({
  "loaded again": async ({ page }) => {
    await page.reload();
    return new Planner(page).ready();
  },
  "left for another": async ({ page }) => {
    await page.goto("about:blank");
    return opened(page);
  },
  closed: async ({ page }) => {
    const context = page.context();
    await page.close({ runBeforeUnload: true });
    return opened(watched(await context.newPage()));
  },
})) {
  test(`a page that is ${name} right after a change comes back with it`, async () => {
    let planner = await Planner.open(browser);
    await changed(planner, "beyond", "Beyond");
    planner = await leave(planner);
    await eventually.match(() => planner.edition(), /Beyond/, "the first change, of what was no project yet");
    await changed(planner, "2021-01", "Jan 2021");
    planner = await leave(planner);
    await eventually.match(() => planner.edition(), /Jan 2021/, "a change of what is kept");
    await planner.page.getByTestId("scenario").click();
    await planner.page.getByLabel("Name", { exact: true }).fill("Left at once");
    planner = await leave(planner);
    await eventually.equal(() => planner.page.locator(".scenario-name").textContent(), "Left at once");
    assert.equal((await keptTexts(planner.page)).length, 1, "all of it is one project");
    assert.deepEqual(await leftNotes(planner.page), [], "nothing is noted any longer");
    await eventually.equal(() => planner.page.getByTestId("elsewhere").count(), 0);
    assert.deepEqual(planner.page.troubles, []);
    await planner.page.context().close();
  });
}

/**
 * Hides the page, after a change where one is named; how much it has noted then. Changed and hidden by the page itself: the
 * driver may take longer than the page waits before it writes.
 */
const hide = (page, change = []) => page.evaluate(async ([edition, seen]) => {
  if (edition) document.querySelector(`[data-testid=edition-${edition}]`).click();
  while (edition && !document.querySelector("[data-testid=edition]").textContent.includes(seen)) await new Promise((resolve) => setTimeout(resolve));
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
  return Object.keys(localStorage).filter((key) => key.startsWith("restore-point-lab.left/")).length;
}, change);

test("a page that is only hidden writes what it noted, and notes nothing where nothing is left to write", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  assert.equal(await hide(page), 0, "nothing was changed");
  await planner.go("support", "vm-sql-01");
  await page.getByTestId("edition-beyond").waitFor();
  assert.equal(await hide(page, ["beyond", "Beyond"]), 1);
  await planner.kept();
  assert.deepEqual(await leftNotes(page), []);
  assert.equal(await hide(page), 0, "it is kept");
  assert.equal((await keptTexts(page)).length, 1);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("an earlier text that is written late does not take the note of a later one away", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  // The first write waits for the project's lock; what has the second change cannot be written.
  await context.addInitScript(() => {
    const { request } = LockManager.prototype;
    const free = new Promise((resolve) => { window.letGo = resolve; });
    LockManager.prototype.request = async function (...of) {
      window.asked = true;
      await free;
      return request.apply(this, of);
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...of) {
      if (typeof of[0] === "string" && of[0].includes("2022-02")) throw new Error("not now");
      return put.apply(this, of);
    };
  });
  const page = watched(await context.newPage());
  const planner = await opened(page);
  await changed(planner, "2021-01", "Jan 2021");
  await page.waitForFunction(() => window.asked);
  assert.equal(await hide(page, ["2022-02", "Feb 2022"]), 1);
  await page.evaluate(() => window.letGo());
  await page.getByTestId("not-saved").waitFor();
  assert.match((await keptTexts(page)).join(), /2021-01/, "the first is written");
  assert.equal((await leftNotes(page)).length, 1, "the second is still noted");
  await context.close();
});

/** Two changes, the second of them only noted by a page whose database does not write any more. */
async function noted(context) {
  const page = watched(await context.newPage());
  const planner = await opened(page);
  await changed(planner, "2021-01", "Jan 2021");
  await planner.kept();
  await page.evaluate(() => { IDBObjectStore.prototype.put = () => { throw new Error("not now"); }; });
  await changed(planner, "2022-02", "Feb 2022");
  await page.goto(robots());
  assert.equal((await leftNotes(page)).length, 1);
  return page;
}

/** Has the project of a note held by this page, as by a tab that has it open. */
const hold = (page, key) => page.evaluate((key) => new Promise((held) => {
  navigator.locks.request(`restore-point-lab/project/${key.split("/")[1]}`, () => { held(); return new Promise(() => {}); });
}), key);

/** Leaves a page that holds a project, and waits until that is free. */
async function letGo(page, other) {
  await page.goto("about:blank");
  await other.evaluate(async () => {
    const held = async () => (await navigator.locks.query()).held.some(({ name }) => name.startsWith("restore-point-lab/project/"));
    while (await held()) await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

test("what was noted never goes over what another tab has kept since: it becomes a project beside it", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await noted(context);
  await raiseRevisions(page);
  const planner = await opened(page);
  await eventually.match(() => planner.edition(), /Feb 2022|Jan 2021/);
  await page.getByTestId("toasts").getByText("Sample fleet (copy)").waitFor();
  const texts = (await keptTexts(page)).join("\n");
  assert.match(texts, /2022-02/);
  assert.equal((await keptTexts(page)).length, 2);
  assert.equal((await keptTexts(page)).filter((text) => !text.includes("2022-02")).length, 1, "what was kept is as it was");
  const projects = await planner.projects();
  await projects.row("Sample fleet (copy)").waitFor();
  assert.deepEqual(await leftNotes(page), []);
  await context.close();
});

test("what was noted waits for a tab that has the project, and for room", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await noted(context);
  const key = (await leftNotes(page))[0];
  await hold(page, key);
  const second = watched(await context.newPage());
  const beside = await opened(second);
  await second.getByTestId("elsewhere").waitFor();
  await eventually.match(() => beside.edition(), /Jan 2021/);
  assert.deepEqual(await leftNotes(second), [key]);
  await second.goto(robots());
  await page.goto("about:blank");
  // It is free, and there is no room.
  const full = await context.newPage();
  await full.addInitScript(() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await opened(full);
  assert.deepEqual(await leftNotes(full), [key], "it is still noted");
  await full.close();
  await eventually.match(async () => await (await opened(second)).edition(), /Feb 2022/);
  assert.deepEqual(await leftNotes(second), []);
  assert.equal((await keptTexts(second)).length, 1);
  await context.close();
});

test("a note that only a later list can put in is told then", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await noted(context);
  await raiseRevisions(page);
  await hold(page, (await leftNotes(page))[0]);
  const second = watched(await context.newPage());
  const planner = await opened(second);
  await second.getByTestId("elsewhere").waitFor();
  assert.equal((await leftNotes(second)).length, 1);
  await letGo(page, second);
  const projects = await planner.projects();
  await projects.row("Sample fleet (copy)").waitFor();
  await second.getByTestId("toasts").getByText("Sample fleet (copy)").waitFor();
  assert.deepEqual(await leftNotes(second), []);
  assert.deepEqual(second.troubles, []);
  await context.close();
});

for (const [choice, projects] of Object.entries({ "as-copy": 2, "take-over": 1 })) {
  test(`what was noted and refused is not put in again by the next visit after ${choice}`, async () => {
    const planner = await Planner.open(browser);
    const { page } = planner;
    await changed(planner, "2021-01", "Jan 2021");
    await planner.kept();
    await raiseRevisions(page);
    assert.equal(await hide(page, ["2022-02", "Feb 2022"]), 1);
    await page.getByTestId("elsewhere").waitFor();
    assert.equal((await leftNotes(page)).length, 1, "it is noted until the reader has chosen");
    await page.getByTestId(choice).click();
    await page.getByTestId("elsewhere").waitFor({ state: "detached" });
    if (choice === "as-copy") await planner.kept();
    assert.deepEqual(await leftNotes(page), []);
    await planner.reload();
    assert.equal((await keptTexts(page)).length, projects);
    await eventually.match(() => planner.edition(), choice === "as-copy" ? /Feb 2022/ : /Jan 2021/);
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  });
}

test("what was noted of a project that is deleted for good goes with it", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await noted(context);
  const [key] = await leftNotes(page);
  await markDeleted(page, Date.now() - 7_200_000);
  await page.evaluate((key) => localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), savedAt: 1 })), key);
  // It cannot be put in, so it would outlive the project.
  await hold(page, key);
  const second = watched(await context.newPage());
  await opened(second);
  assert.deepEqual(await keptTexts(second), []);
  assert.deepEqual(await leftNotes(second), []);
  await letGo(page, second);
  await eventually.doesNotMatch(async () => await (await opened(second)).edition(), /Jan 2021|Feb 2022/);
  assert.deepEqual(await keptTexts(second), []);
  assert.deepEqual(second.troubles, []);
  await context.close();
});

for (const [when, milliseconds, seen] of [["after", 60_000, "is put in and stays deleted"], ["before", -60_000, "brings it back"]]) {
  test(`what was noted of a project that was deleted ${when} that ${seen}`, async () => {
    const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
    const page = await noted(context);
    await markDeleted(page, Date.now() + milliseconds);
    const planner = await opened(page);
    await eventually.equal(async () => /Feb 2022/.test(await planner.edition()), milliseconds < 0);
    assert.match((await keptTexts(page)).join(), /2022-02/);
    assert.deepEqual(await leftNotes(page), []);
    await context.close();
  });
}

test("a browser that keeps nothing has nothing noted either", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  await context.addInitScript(() => { IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); }; });
  const page = watched(await context.newPage());
  const planner = await opened(page);
  await changed(planner, "beyond", "Beyond");
  await page.goto(robots());
  assert.deepEqual(await leftNotes(page), []);
  await context.close();
});

test("what stands where notes stand and is none stays as it is", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  const page = await noted(context);
  const [key] = await leftNotes(page);
  const damaged = await page.evaluate((key) => {
    const half = localStorage.getItem(key).slice(0, 200);
    localStorage.setItem(key, half);
    return half;
  }, key);
  const planner = await opened(page);
  await eventually.match(() => planner.edition(), /Jan 2021/);
  await eventually.equal(() => page.evaluate((key) => localStorage.getItem(key), key), damaged);
  assert.deepEqual(page.troubles.filter((trouble) => !trouble.includes("not now")), []);
  await context.close();
});
