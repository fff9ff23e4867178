// The pages beside the path: the support matrix, scenarios with the tour, the report, the API console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { NARROW, Lifecycle, Planner, Restore } from "./objects/planner.mjs";
import { Api, Matrix, saved } from "./objects/library.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("a row of the matrix is found by words and filters, and has an address that a rule leads to", async () => {
  const planner = await Planner.open(browser);
  const matrix = await Matrix.open(planner);
  const all = await matrix.shown();
  assert.ok(all > 400, `all services are there: ${all}`);
  await matrix.choose("service", "Restore points");
  const own = await matrix.shown();
  assert.ok(own < all && own > 100);
  await matrix.choose("verdict", "Not supported");
  assert.deepEqual([...new Set(await matrix.verdicts())], ["notSupported"]);
  await matrix.choose("verdict", "All verdicts");
  await matrix.choose("subject", "Regions");
  const regions = await matrix.shown();
  assert.ok(regions > 0 && regions < own);
  const about = await planner.page.getByTestId("matrix-rows").locator("tbody tr td:nth-child(3)").allTextContents();
  assert.deepEqual([...new Set(about)], ["Regions"]);
  await matrix.choose("subject", "All subjects");
  await matrix.search("ultra disk");
  await planner.page.getByTestId("row-rp-ultra-disk").click();
  assert.equal(await matrix.opened(), "rp-ultra-disk");
  await matrix.search("no such words at all");
  assert.equal(await matrix.shown(), 0);
  // A rule of a page leads to the row that stands for it.
  await planner.go("matrix", "S0-03");
  assert.equal(await matrix.opened(), "rp-ultra-disk");
  await eventually.match(() => planner.page.getByTestId("conflicts").textContent(), /S3-99a/);
});

test("the VM of a row opens in a fresh fleet and in the editor, and is what the row is about", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await Matrix.open(planner, "rp-ultra-disk");
  await page.getByTestId("example-editor").click();
  await page.getByTestId("editor").waitFor();
  await eventually.equal(() => page.getByTestId("editor-verdict").locator("[data-verdict]").getAttribute("data-verdict"), "excludeDisk");
  await page.keyboard.press("Escape");
  await page.getByTestId("example-fresh").click();
  await page.getByTestId("support-name").waitFor();
  await eventually.match(() => page.getByTestId("findings").textContent(), /Ultra disks cannot be captured/);
  await planner.go("fleet");
  await eventually.equal(async () => (await planner.machines()).length, 1);
  await planner.undo();
  await page.getByTestId("vm-vm-sql-01").waitFor();
  await eventually.ok(async () => (await planner.machines()).length > 1);
});

test("a citation beside a finding leads to its row", async () => {
  const planner = await Planner.open(browser);
  await planner.go("support", "vm-sql-01");
  await planner.page.getByTestId("findings").locator(".cite").first().click();
  await planner.page.getByTestId("cited-row").locator("a").first().click();
  await planner.page.getByTestId("opened-row").waitFor();
  assert.equal(await new Matrix(planner).opened(), "rp-ultra-disk");
});

test("what if: another question, other verdicts, and back again", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("support", "vm-app-01");
  const verdict = () => page.getByTestId("service-RestorePoints").locator("[data-verdict]").getAttribute("data-verdict");
  await eventually.equal(() => verdict(), "supported");
  await page.getByTestId("what-if-api").selectOption("2020-12-01");
  await page.getByTestId("asked").waitFor();
  await eventually.equal(() => verdict(), "notSupported");
  await page.getByTestId("what-if-reset").click();
  await eventually.equal(() => verdict(), "supported");
});

test("the fleet between two editions, and ways out of a no", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("support", "vm-sql-01");
  await eventually.match(() => page.getByTestId("ways-out").textContent(), /Leave out vm-sql-01-log01/);
  await page.getByTestId("compare-editions").locator("summary").first().click();
  await page.getByTestId("compare-rows").waitFor();
  const rows = await page.getByTestId("compare-rows").locator("tbody tr").count();
  await eventually.match(() => page.getByTestId("compare-said").textContent(), new RegExp(`for ${rows} VM`));
  await page.getByTestId("compare-to").selectOption("2022-07");
  await page.getByText("Nothing changes for any VM.").waitFor();
});

test("every scenario of the library is as it says, and opens", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("scenarios");
  const stories = page.getByTestId("stories").locator("li.story");
  await stories.first().waitFor();
  const count = await stories.count();
  assert.ok(count >= 27, `${count} stories`);
  await page.getByTestId("check-all").click();
  await page.getByText(`${count} of ${count} stories checked`).waitFor({ timeout: 60_000 });
  await page.getByTestId("story-delete-in-the-middle").getByTestId("story-open").click();
  await page.getByTestId("lifecycle-name").waitFor();
  await eventually.ok(async () => await page.locator("[data-testid^='lane-']").count() >= 2);
  assert.deepEqual(page.troubles, []);
});

test("the guided tour is walked, each step seeing for itself that it is done", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("scenarios");
  await page.getByTestId("tour-start").click();
  const tour = page.getByTestId("tour");
  const step = async (number, act) => {
    await page.locator(`[data-testid="tour"][data-step="${number}"]`).waitFor();
    await eventually.equal(() => tour.getAttribute("data-done"), "false", `step ${number} is not done before it is done`);
    await act();
    await page.locator('[data-testid="tour"][data-done="true"]').waitFor();
    await page.getByTestId("tour-next").click();
  };
  // On the Fleet, where it begins, the welcome does not offer it again.
  await page.locator('main[data-page="fleet"]').waitFor();
  await page.getByTestId("welcome").waitFor();
  await eventually.equal(() => page.getByRole("link", { name: /Take the tour/ }).count(), 0);
  await page.getByTestId("welcome-import").waitFor();
  const life = new Lifecycle(planner, "vm-app-01");
  await step(0, () => planner.go("support", "vm-app-01"));
  await page.getByTestId("tour-show").click();
  await step(1, () => life.createCollection());
  await step(2, () => life.write(0, 31));
  await step(3, () => life.capture("rp-first"));
  await step(4, async () => {
    await page.getByTestId("advance-86400").click();
    await life.write(64, 95);
    await life.capture("rp-second");
  });
  await step(5, async () => {
    await life.choose("rp-first");
    await life.delete("rp-first");
  });
  await step(6, () => planner.undo());
  await page.getByTestId("tour-show").click();
  const restore = await Restore.open(planner, "vm-app-01");
  await step(7, () => restore.machineFrom("rp-second", "vm-back"));
  await page.locator('[data-testid="tour"][data-step="8"][data-done="true"]').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("tour-next").click();
  await tour.waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});

test("requests of one's own are answered, change the lab, and can be undone and taken away", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("support", "vm-app-01");
  const api = await Api.open(planner);
  await api.example("Make a collection for vm-app-01");
  assert.equal(await api.send(), 201);
  await api.example("Create a restore point");
  assert.equal(await api.send(), 201);
  assert.match(await api.body(), /provisioningState/);
  await page.getByTestId("choose-azCli").click();
  await eventually.match(() => page.getByTestId("request-text").textContent(), /az restore-point create|az rest/);
  await page.getByTestId("dialect").selectOption("powerShell");
  await eventually.match(() => page.getByTestId("runbook").textContent(), /New-AzRestorePoint/);
  assert.match((await saved(page, () => page.getByTestId("save-runbook").click())).name, /^runbook\.ps1$/);
  await page.getByTestId("choose-curl").click();
  await eventually.match(() => page.getByTestId("request-text").textContent(), /^curl --request PUT/);
  await page.getByTestId("api-path").fill("/subscriptions/none/no");
  assert.ok(await api.send() >= 400);
  await page.getByTestId("api-body").fill("{ no json");
  await eventually.equal(() => page.getByTestId("api-send").getAttribute("aria-disabled"), "true");
  await planner.go("lifecycle", "vm-app-01");
  await page.getByTestId("lane-rp-by-request").waitFor();
  await planner.undo();
  await page.getByTestId("lane-rp-by-request").waitFor({ state: "detached" });
});

test("what the planner does stands in the console as requests with their answers, as it happens", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.capture("rp-seen");
  await Api.open(planner);
  const done = page.getByTestId("replayed").locator("li");
  const lines = async () => (await done.allTextContents()).map((text) => text.replace(/\s+/g, " ").trim());
  assert.ok((await lines()).some((line) => /PUT.*restorePoints\/rp-seen.*201/.test(line)), (await lines()).join("; "));
  const put = done.filter({ hasText: "rp-seen" }).filter({ hasText: "PUT" }).first();
  await put.getByRole("button").click();
  await eventually.match(() => page.getByTestId("answer-body").textContent(), /"provisioningState": "Creating"/);
  await eventually.match(() => page.getByTestId("request-text").textContent(), /^PUT \/subscriptions.*restorePoints\/rp-seen/);
  for (const [form, text] of [["azCli", /az restore-point create/], ["powerShell", /New-AzRestorePoint/]]) {
    await page.getByTestId(`choose-${form}`).click();
    await eventually.match(() => page.getByTestId("request-text").textContent(), text);
  }
  // What happens while the page is open comes on top, and what is undone goes.
  const before = await done.count();
  await planner.undo();
  await planner.undo();
  await page.waitForFunction((was) => document.querySelectorAll("[data-testid=replayed] li").length < was, before);
  assert.ok(!(await lines()).some((line) => line.includes("rp-seen")));
  await page.getByTestId("redo").click();
  await done.filter({ hasText: "rp-seen" }).first().waitFor();
  assert.deepEqual(page.troubles, []);
});

test("the report does not name disks to leave out of a VM that cannot be protected at all", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.go("report");
  await planner.settled();
  const report = page.getByTestId("report");
  const cells = async (machine) => {
    const row = report.locator("tr", { has: page.getByRole("rowheader", { name: machine, exact: true }) }).first();
    await row.waitFor();
    return row.locator("td").allTextContents();
  };
  for (const machine of ["vmss-batch_3", "vm-legacy-01", "vm-web-01"]) {
    assert.deepEqual((await cells(machine)).slice(0, 2), ["Not supported", "cannot be protected"], machine);
  }
  assert.deepEqual((await cells("vm-sql-01")).slice(0, 2), ["Exclude a disk", "vm-sql-01-log01"]);
  const csv = await saved(page, () => page.getByTestId("report-csv").click());
  assert.match(csv.text, /vm-legacy-01,notSupported,,/);
  // Nor does its Support page offer to leave them out.
  await planner.go("support", "vm-sql-01");
  await page.getByTestId("exclusion").waitFor();
  await planner.go("support", "vm-legacy-01");
  await page.getByRole("heading", { name: "vm-legacy-01" }).waitFor();
  await page.getByTestId("exclusion").waitFor({ state: "detached" });
  await planner.settled();
  await eventually.equal(() => page.getByTestId("exclusion").count(), 0);
});

test("the report has what was done, and is saved as Markdown, CSV and JSON; tables as CSV", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.capture("rp-told");
  await planner.go("report");
  await eventually.match(() => page.getByTestId("report").textContent(), /rp-told/);
  // Settings are called as on the Plan page, with the name that they are set by.
  await page.getByTestId("report").getByRole("rowheader", { name: "The size of a block blockSizeBytes" }).waitFor();
  // Sizes and spans of time are words, in what is shown as in what is saved for people; programs get the number.
  const setting = async (name) => page.getByTestId("report").locator("tr", { has: page.getByText(name, { exact: true }) }).locator("td").first().textContent();
  assert.equal(await setting("blockSizeBytes"), "1 MiB");
  assert.equal(await setting("durations.createRestorePointSeconds"), "1 min");
  assert.equal(await setting("durations.vaultSecondarySeconds"), "12 h");
  assert.equal(await setting("memoryLimitMiB"), "1,024 MiB");
  const markdown = await saved(page, () => page.getByTestId("report-md").click());
  assert.equal(markdown.name, "restore-point-lab-report.md");
  assert.match(markdown.text, /rp-told/);
  const csv = await saved(page, () => page.getByTestId("report-csv").click());
  assert.match(csv.text, /rp-told/);
  assert.match(csv.text, /blockSizeBytes,1048576,/);
  const json = await saved(page, () => page.getByTestId("report-json").click());
  assert.equal(JSON.parse(json.text).report.state.restorePoints[0].name, "rp-told");
  const html = await saved(page, () => page.getByTestId("report-html").click());
  assert.match(html.text, /^<!doctype html>/i);
  assert.doesNotMatch(html.text, /<script/i);
  await page.getByTestId("with-plan").check();
  await eventually.match(() => page.getByTestId("report").textContent(), /Forecast/);
  // A plan that cannot be foretold is not left out silently.
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("plan-days").fill("many");
  await planner.go("report");
  await page.getByTestId("with-plan").check();
  await page.getByTestId("no-plan").filter({ hasText: "policy.dailyRetentionDays" }).waitFor();
  await eventually.doesNotMatch(() => page.getByTestId("report").textContent(), /Forecast/);
  await planner.go("matrix");
  const table = await saved(page, () => page.getByRole("button", { name: "Save rows of the support matrix as CSV" }).click());
  assert.match(table.text, /^Row,Service,About,Verdict,Pages\r\n/);
});

for (const [name, options] of Object.entries({ light: { colorScheme: "light" }, dark: { colorScheme: "dark" }, narrow: NARROW })) {
  test(`axe finds nothing on the pages beside the path, and none scrolls sideways (${name})`, async () => {
    const planner = await Planner.open(browser, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
    for (const [page, item] of [["matrix", "rp-ultra-disk"], ["scenarios"], ["report"], ["api"]]) {
      await planner.go(page, item);
      if (page === "scenarios") await planner.page.getByTestId("stories").locator("li").first().waitFor();
      assert.deepEqual(await violations(planner.page), [], page);
      assert.equal(await planner.overflow(), 0, page);
    }
  });
}
