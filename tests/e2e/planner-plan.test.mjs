// Plan and Restore: what is foretold, what can be restored, and a rehearsal.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { saved } from "./objects/library.mjs";
import { Lifecycle, NARROW, Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** A line of the comparison: its two values. */
async function compared(page, title) {
  const row = page.getByTestId("compared").locator("tbody tr", { hasText: title });
  return row.locator("td").allTextContents();
}

test("two plans are foretold side by side, anew with every change", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("compared").getByText("Tiered", { exact: false }).or(page.getByTestId("tiers")).first().waitFor();
  const [a, b] = await compared(page, "Points at the end");
  assert.ok(Number(a) > Number(b), `a point every 4 h keeps more than one a day: ${a}, ${b}`);
  await page.getByTestId("plan-interval").fill("24");
  await page.waitForFunction((was) => !document.querySelector("[data-testid=compared]").textContent.includes(`at the end${was}`), a);
  const [fewer] = await compared(page, "Points at the end");
  assert.ok(Number(fewer) < Number(a));
  await page.getByTestId("choose-b").click();
  assert.equal(await page.getByTestId("plan-name").inputValue(), "One a day");
  await page.getByTestId("plan-days").fill("many");
  assert.match(await page.getByTestId("plan-error").textContent(), /dailyRetentionDays/);
  assert.deepEqual(page.troubles, []);
});

test("objectives are met or missed, limits have their dates, and the cost follows the rates", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const met = page.getByTestId("objectives").locator("[data-met]").first();
  assert.equal(await met.getAttribute("data-met"), "true");
  const total = async () => Number((await page.getByTestId("cost-total").textContent()).match(/USD ([\d,.]+),/)[1].replaceAll(",", ""));
  const before = await total();
  const rate = Number(await page.getByTestId("rate-storedSource").inputValue());
  await page.getByTestId("rate-storedSource").fill(String(rate * 2));
  await page.getByTestId("cost").getByText("entered by you").first().waitFor({ state: "attached" });
  const after = await total();
  assert.ok(Math.abs(after - 2 * before) < 0.02 * after, `twice the rate, twice the cost: ${before}, ${after}`);
  await page.getByTestId("plan-rpo").fill("1");
  await page.locator('[data-testid="objectives"] [data-met="false"]').waitFor();
  assert.match(await page.getByTestId("limits").textContent(), /of 500 at most/);
});

test("what VM Backup does not take is said with its field", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("choose-vmBackup").click();
  await page.getByTestId("plan-interval").fill("5");
  assert.match(await page.getByTestId("plan-error").textContent(), /4, 6, 8|interval/i);
});

test("the charts of a plan have their tables and are saved", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const chart = page.getByTestId("plan-points");
  await chart.locator("path.plan-a").waitFor();
  assert.match(await chart.locator("svg[role=img]").getAttribute("aria-label"), /plan a: \d+ at the end/);
  const svg = await saved(page, () => chart.getByRole("button", { name: "SVG" }).click());
  assert.equal(svg.name, "plan-points.svg");
  await chart.getByRole("button", { name: "Table" }).click();
  assert.equal(await chart.locator("tbody tr").count(), 13);
  const csv = await saved(page, () => chart.getByRole("button", { name: /as CSV/ }).click());
  assert.match(csv.text, /^Day,A,B\r\n30,/);
});

test("every way to restore has an answer with its reason", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("restore", "vm-app-01");
  const methods = page.getByTestId("methods");
  assert.equal(await methods.locator(".method-answer").count(), 21);
  await methods.getByRole("button", { name: /^Single files, Restore points/ }).click();
  assert.match(await page.getByTestId("method-reason").textContent(), /no such way|no restore point/);
  await methods.getByRole("button", { name: /^Disks only, VM Backup/ }).click();
  await page.getByTestId("method-reason").locator("a").first().click();
  await page.getByTestId("opened-row").waitFor();
});

for (const [name, options] of Object.entries({ wide: undefined, narrow: NARROW })) {
  test(`a restore is rehearsed: steps with requests and times, differences and proof (${name})`, async () => {
    const planner = await Planner.open(browser, options);
    const page = planner.page;
    const life = await Lifecycle.open(planner, "vm-app-01");
    await life.createCollection();
    await life.capture("rp-a");
    await planner.go("restore", "vm-app-01");
    const before = await planner.page.getByTestId("undo").getAttribute("aria-disabled");
    await page.getByTestId("rehearse").click();
    await page.getByTestId("rehearsed").waitFor();
    assert.match(await page.getByTestId("rto").textContent(), /\d+ (min|s|h)/);
    assert.ok(await page.getByTestId("rehearsal-steps").locator("li").count() >= 4);
    assert.match(await page.getByTestId("rehearsal-proof").textContent(), /all equal/);
    assert.match(await page.getByTestId("differences").textContent(), /vmId/);
    await page.getByTestId("rehearsal-steps").locator("summary").first().click();
    assert.match(await page.getByTestId("rehearsal-steps").locator("pre").first().textContent(), /^PUT \/subscriptions/);
    await page.getByTestId("run-sheet").locator("summary").first().click();
    assert.match(await page.getByTestId("runbook").textContent(), /az (vm|disk) create|az rest/);
    assert.equal(await page.getByTestId("undo").getAttribute("aria-disabled"), before, "the lab is as it was");
    assert.deepEqual(await violations(page), []);
    assert.equal(await planner.overflow(), 0);
    await page.getByTestId("rehearsal-method").selectOption("crossRegion");
    await page.getByTestId("rehearse").click();
    await page.getByTestId("rehearsal-error").waitFor();
    await planner.go("plan", "vm-app-01");
    await page.getByTestId("tiers").waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal(await planner.overflow(), 0);
    assert.deepEqual(page.troubles, []);
  });
}
