// A project that is deleted stays deleted, whatever of it is still on its way into the storage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watchedPage } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Planner, WIDE } from "./objects/planner.mjs";
import { holdStorage, keptHeads, keptTexts } from "./objects/storage.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** As long as a change waits to be written, and longer. */
const QUIET = 1200;

/** Has the page press what it has for these, one right after the other: the driver would take too long. */
const press = (page, ...selectors) => page.evaluate((selectors) => {
  for (const selector of selectors) document.querySelector(selector).click();
}, selectors);

const remover = (name) => `button[aria-label="Delete ${name}"]`;
const edition = (name) => `[data-testid=edition-${name}]`;

/** A project that is kept, with the list of projects open over the editions. */
async function listed(planner) {
  await planner.touch("2021-01");
  await planner.kept();
  const projects = await planner.projects();
  await projects.row("Sample fleet").waitFor();
  return projects;
}

const deleted = async (page) => (await keptHeads(page)).filter((head) => head.deletedAt !== undefined).map((head) => head.name);

test("a project that is deleted right after a change stays deleted, and comes back with the change", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const projects = await listed(planner);
  await press(page, edition("beyond"), remover("Sample fleet"));
  await projects.row("Sample fleet").getByText("deleted").waitFor();
  await page.waitForTimeout(QUIET);
  assert.deepEqual(await deleted(page), ["Sample fleet"]);
  assert.match((await keptTexts(page)).join(), /"beyond"/, "the change is kept with it");
  await planner.reload();
  await eventually.notEqual(() => page.locator(".scenario-name").textContent(), "Sample fleet");
  const after = await planner.projects();
  await after.row("Sample fleet").getByRole("button", { name: "Bring back" }).click();
  await after.open("Sample fleet");
  await eventually.match(() => planner.edition(), /Beyond/);
  assert.deepEqual(page.troubles, []);
});

test("whoever takes the deletion back by undo has the project back", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const projects = await listed(planner);
  await press(page, edition("beyond"), remover("Sample fleet"));
  await projects.row("Sample fleet").getByText("deleted").waitFor();
  await projects.close();
  await planner.undo();
  await page.getByTestId("edition").filter({ hasText: "Beyond" }).waitFor();
  await page.waitForTimeout(QUIET);
  assert.deepEqual(await deleted(page), []);
  await planner.reload();
  await eventually.match(() => planner.edition(), /Beyond/);
  assert.deepEqual(page.troubles, []);
});

test("a project that another tab has is not deleted, also where it is shown", async () => {
  const one = await Planner.open(browser);
  await one.touch("2021-01");
  await one.kept();
  const two = await Planner.openBeside(one);
  await two.page.getByTestId("elsewhere").waitFor();
  const projects = await two.projects();
  await projects.row("Sample fleet").waitFor();
  await press(two.page, remover("Sample fleet"));
  await two.page.getByText("is open in another tab. Close it there first.").waitFor();
  await two.page.waitForTimeout(QUIET);
  assert.deepEqual(await deleted(two.page), []);
  await one.touch("beyond");
  await one.kept();
  assert.deepEqual([...one.page.troubles, ...two.page.troubles], []);
});

test("what another tab took to be kept before the deletion is kept in it, and does not bring it back", async () => {
  // Without locks nothing tells a tab that another one has the project.
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE });
  await context.addInitScript(() => { delete Navigator.prototype.locks; });
  const one = await new Planner(await watchedPage(context, serverUrl())).ready();
  await listed(one);
  const two = await Planner.openBeside(one);
  const projects = await two.projects();
  await projects.row("Sample fleet").waitFor();

  // The first text of one tab waits for the storage, and the second for the first; between them the other tab deletes.
  const letGo = await holdStorage(one.page);
  await press(one.page, edition("2022-02"));
  await one.page.waitForTimeout(QUIET);
  await press(one.page, edition("beyond"));
  await one.page.waitForTimeout(QUIET);
  await press(two.page, remover("Sample fleet"));
  await two.page.waitForTimeout(QUIET);
  await letGo();
  await two.page.waitForFunction(() => document.querySelector("[data-testid=project].gone"));
  await two.page.waitForTimeout(QUIET);
  assert.deepEqual(await deleted(two.page), ["Sample fleet"]);
  assert.match((await keptTexts(two.page)).join(), /"beyond"/);
  // Whoever goes on with it has it back.
  await press(one.page, edition("2022-07"));
  await one.page.waitForTimeout(QUIET);
  assert.deepEqual(await deleted(two.page), []);
  assert.match((await keptTexts(two.page)).join(), /2022-07/);
  assert.deepEqual([...one.page.troubles, ...two.page.troubles], []);
  await context.close();
});
