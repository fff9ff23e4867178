// What is kept between visits: projects, several tabs, and everything that can go wrong with a browser's storage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { NARROW, Planner, WIDE } from "./objects/planner.mjs";
import { keptTexts } from "./objects/storage.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("a visit resumes what was kept, or starts fresh beside it", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await eventually.match(() => planner.edition(), /Jul 2023/);
  await planner.touch();
  await planner.kept();
  await planner.reload();
  await page.getByTestId("toasts").getByText("Resumed Sample fleet.").waitFor();
  await eventually.match(() => planner.edition(), /Beyond/);
  await page.getByTestId("start-fresh").click();
  await page.getByText("New project with the sample fleet.").waitFor();
  await eventually.match(() => planner.edition(), /Jul 2023/);
  const projects = await planner.projects();
  await projects.row("Sample fleet 2").waitFor();
  await projects.open("Sample fleet");
  await eventually.match(() => planner.edition(), /Beyond/);
  await planner.reload();
  await eventually.match(() => planner.edition(), /Beyond/, "a tab comes back to its own project");
  assert.deepEqual(page.troubles, []);
});

test("projects are made, renamed, duplicated, deleted and brought back", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.rename("Contoso retail");
  await planner.kept();
  await planner.newProject();
  await planner.touch();
  const projects = await planner.projects();
  await projects.row("Contoso retail").getByRole("button", { name: "Duplicate Contoso retail" }).click();
  await projects.row("Contoso retail (copy)").waitFor();
  await projects.row("Contoso retail").getByRole("button", { name: "Delete Contoso retail" }).click();
  await projects.row("Contoso retail").getByText("deleted").waitFor();
  await projects.row("Contoso retail").getByRole("button", { name: "Bring back" }).click();
  await projects.row("Contoso retail").getByRole("button", { name: "Open" }).waitFor();
  assert.deepEqual(await violations(page), [], "the list");
  await projects.row("Sample fleet").getByRole("button", { name: "Delete Sample fleet" }).click();
  await page.locator(".scenario-name", { hasText: "Sample fleet 2" }).waitFor();
  await projects.open("Contoso retail (copy)");
  await planner.reload();
  await eventually.equal(() => page.locator(".scenario-name").textContent(), "Contoso retail (copy)");
  assert.deepEqual(page.troubles, []);
});

test("a full storage is said at once, the file is offered, and saving goes on when there is room", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const devtools = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  await planner.touch();
  await page.getByTestId("not-saved").getByText("storage is full").waitFor();
  const file = JSON.parse(await planner.downloaded(() => page.getByTestId("save-file").click()));
  assert.equal(file.commands.at(-1).value, "beyond");
  assert.deepEqual(await violations(page), []);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  await page.getByRole("button", { name: "Try again" }).click();
  await planner.kept();
  await eventually.equal(() => page.getByTestId("not-saved").count(), 0);
});

for (const [name, refuse] of Object.entries({
  "that has no storage": () => { delete window.indexedDB; Object.defineProperty(window, "indexedDB", { value: undefined }); },
  "that refuses": () => { IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); }; },
})) {
  test(`in a browser ${name} everything works, it is said that nothing is kept, and the file is offered`, async () => {
    const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
    await context.addInitScript(refuse);
    const page = await context.newPage();
    await page.goto(process.env.RPLAB_URL);
    const planner = await new Planner(page).ready();
    await page.getByTestId("not-saved").getByText("keeps nothing for this page").waitFor();
    await planner.touch();
    const file = JSON.parse(await planner.downloaded(() => page.getByTestId("save-file").click()));
    assert.equal(file.commands.at(-1).value, "beyond");
    await context.close();
  });
}

test("two tabs never overwrite each other: the second says so, takes over, or goes on as a copy", async () => {
  const one = await Planner.open(browser);
  await one.touch("2021-01");
  await one.kept();
  const two = await Planner.openBeside(one);
  await two.page.getByTestId("elsewhere").getByText("open in another tab").waitFor();
  await two.touch("2022-02");
  await one.touch("2022-07");
  await one.kept();
  await two.page.waitForTimeout(700);
  assert.match((await keptTexts(two.page)).join(), /2022-07/, "what the second tab changed is not kept");
  assert.doesNotMatch((await keptTexts(two.page)).join(), /2022-02/);

  await two.page.getByTestId("take-over").click();
  await two.page.getByText("This tab goes on with what the other one kept.").waitFor();
  await eventually.match(() => two.edition(), /Jul 2022/);
  await one.page.getByTestId("elsewhere").waitFor();
  await two.touch("beyond");
  await two.kept();

  await one.touch("2021-01");
  await one.page.getByTestId("as-copy").click();
  await one.kept();
  const projects = await one.projects();
  await projects.row("Sample fleet (copy)").waitFor();
  await projects.row("Sample fleet").getByRole("button", { name: "Delete Sample fleet", exact: true }).click();
  await one.page.getByText("is open in another tab. Close it there first.").waitFor();
  await eventually.match(() => two.edition(), /Beyond/);
  assert.deepEqual([...one.page.troubles, ...two.page.troubles], []);
});

for (const [name, text, said] of [
  ["damaged", "{ broken", /it is not JSON/],
  ["written by a newer version", JSON.stringify({ schemaVersion: 99, startTime: "2026-01-05T00:00:00Z", commands: [], new: true }), /newer version of the planner/],
]) {
  test(`a project that is ${name} is kept aside and offered, and nothing is lost`, async () => {
    const planner = await Planner.open(browser);
    const page = planner.page;
    await planner.touch();
    await planner.kept();
    // The planner saves when it goes, so its page is left before the storage is touched. A text has no icon, which the
    // browser may then ask the server for at any time.
    await page.route("**/favicon.ico", (route) => route.fulfill({ status: 204 }));
    await page.goto(new URL("/robots.txt", process.env.RPLAB_URL).href);
    await keptTexts(page, text);
    page.troubles.length = 0;
    await page.goto(process.env.RPLAB_URL);
    await planner.ready();
    await page.getByTestId("unread").waitFor();
    await eventually.match(() => page.locator(".note", { has: page.getByTestId("unread") }).textContent(), said);
    assert.equal(await planner.downloaded(() => page.getByTestId("save-unread").click()), text);
    await planner.touch("2021-01");
    await planner.kept();
    const texts = await keptTexts(page);
    assert.equal(texts.length, 2, "the sample became a project of its own");
    assert.ok(texts.includes(text), "what could not be read is still there");
    assert.deepEqual(page.troubles, []);
  });
}

test("a page that is killed while it writes leaves the project whole", async () => {
  const planner = await Planner.open(browser);
  const context = planner.page.context();
  await planner.touch("2021-01");
  await planner.kept();
  await planner.page.close();
  await context.addInitScript(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...values) {
      const request = put.apply(this, values);
      console.log("writing");
      return request;
    };
  });
  const doomed = await context.newPage();
  const crashed = new Promise((resolve) => doomed.on("crash", resolve));
  await doomed.goto(process.env.RPLAB_URL);
  const second = await new Planner(doomed).ready();
  const devtools = await context.newCDPSession(doomed);
  doomed.on("console", (message) => {
    // The page's process dies between the two stores that a project is in.
    if (message.text() === "writing") devtools.send("Page.crash").catch(() => {});
  });
  await second.touch("2022-02").catch(() => {});
  await crashed;
  const after = await Planner.openBeside(planner);
  await eventually.match(() => after.edition(), /Jan 2021|Feb 2022/, "as it was before, or after");
  await eventually.equal(() => after.page.getByTestId("unread").count(), 0);
  await eventually.equal(() => after.page.getByTestId("elsewhere").count(), 0, "the lock went with the tab");
  const [text, ...others] = await keptTexts(after.page);
  assert.equal(others.length, 0);
  assert.doesNotThrow(() => JSON.parse(text));
});

test("the list of projects and its messages fit a narrow screen", async () => {
  const planner = await Planner.open(browser, NARROW);
  await planner.newProject();
  const projects = await planner.projects();
  await projects.row("Sample fleet").waitFor();
  assert.equal(await planner.overflow(), 0);
  assert.deepEqual(await violations(planner.page), []);
});
