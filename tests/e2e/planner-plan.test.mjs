// Plan and Restore: what is foretold, what can be restored, and a rehearsal.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { saved } from "./objects/library.mjs";
import { Lifecycle, NARROW, Plan, Planner } from "./objects/planner.mjs";

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
  await eventually.equal(() => page.getByTestId("plan-name").inputValue(), "One a day");
  await page.getByTestId("plan-days").fill("many");
  const refusal = await page.getByTestId("plan-error").textContent();
  assert.equal(refusal.split("dailyRetentionDays").length, 2, `the field is named once: ${refusal}`);
  assert.deepEqual(page.troubles, []);
});

test("objectives are met or missed, limits have their dates, and the cost follows the rates", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const plan = await Plan.open(planner, "vm-app-01");
  const met = page.getByTestId("objectives").locator("[data-met]").first();
  await eventually.equal(() => met.getAttribute("data-met"), "true");
  const before = await plan.total();
  const rate = Number(await page.getByTestId("rate-storedSource").inputValue());
  await page.getByTestId("rate-storedSource").fill(String(rate * 2));
  await page.getByTestId("cost").getByText("entered by you").first().waitFor({ state: "attached" });
  const after = await plan.total();
  assert.ok(Math.abs(after - 2 * before) < 0.02 * after, `twice the rate, twice the cost: ${before}, ${after}`);
  await page.getByTestId("plan-rpo").fill("1");
  await page.locator('[data-testid="objectives"] [data-met="false"]').waitFor();
  await eventually.match(() => page.getByTestId("objectives").locator("b").first().textContent(), /^RPO$/);
  await eventually.match(() => page.getByTestId("cost").locator("summary").first().textContent(), /^Points, \w+: /);
  await eventually.match(() => page.getByTestId("limits").textContent(), /of 500 at most/);
});

test("what is on the disks of an imported VM is assumed, and said so: nothing is foretold to cost nothing", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const plan = await Plan.ofImported(planner);
  await eventually.match(() => page.getByTestId("plan-assumed").textContent(), /on 2 disks is not known\. Taken as 50 % full/);
  const half = await plan.total();
  assert.ok(half > 1, `USD ${half}`);
  await page.getByText("What is assumed of the disks", { exact: true }).click();
  await page.getByTestId("plan-filled").fill("100");
  await page.waitForFunction((half) => !document.querySelector("[data-testid=cost-total]")?.textContent.includes(half), half.toFixed(2));
  const whole = await plan.total();
  assert.ok(whole > 1.5 * half && whole < 2.5 * half, `${half} and ${whole}`);
  // What is known is not assumed.
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("cost-total").waitFor();
  await eventually.equal(() => page.getByTestId("plan-assumed").count(), 0);
  assert.deepEqual(page.troubles, []);
});

test("how full disks are is a number of per cent, and what is none is refused by its field with nothing lost", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await Plan.ofImported(planner);
  await page.getByText("What is assumed of the disks", { exact: true }).click();
  const filled = page.getByTestId("plan-filled");
  for (const text of ["half", "101", "-5", "12.5", ""]) {
    await filled.fill(text);
    await page.getByTestId("plan-error").filter({ hasText: `Full where nobody says it, per cent: a whole number from 0 to 100, and this is \`${text}\`` }).waitFor();
    await eventually.doesNotMatch(() => page.getByTestId("plan-assumed").textContent(), /Taken as/);
    await eventually.match(() => page.getByTestId("plan-assumed").textContent(), /Not foretold: Full where/);
    await eventually.equal(() => filled.inputValue(), text, "what was typed stays");
    await eventually.equal(() => page.getByTestId("cost-total").count(), 0);
  }
  await filled.fill(" 100 ");
  await page.getByTestId("cost-total").waitFor();
  await eventually.match(() => page.getByTestId("plan-assumed").textContent(), /Taken as 100 % full/);
  // The other plan rests on its own number.
  await page.getByTestId("choose-b").click();
  await eventually.equal(() => page.getByTestId("plan-error").count(), 0);
  assert.deepEqual(page.troubles, []);
});

test("a refused number is named as the form calls it, and what a forecast rests on in words, with the setting's name", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("plan-assumptions").waitFor();
  const names = page.getByTestId("plan-assumptions").locator("tbody th");
  for (const name of await names.all()) {
    const setting = await name.locator("code").textContent();
    const words = (await name.textContent()).replace(setting, "").trim();
    assert.match(words, /^[A-Z][a-z]+ [a-z ]+$/, `${setting} is called ${words}`);
  }
  await eventually.ok(async () => await names.count() >= 2);
  await eventually.match(() => page.getByTestId("plan-assumptions").textContent(), /The size of a block blockSizeBytes1 MiB/);
  // A limit of the subscription is about this one; an id says nothing to people.
  const limits = await page.getByTestId("limits").textContent();
  assert.match(limits, /collections of a subscription in a region; by a later pagethis subscription, \w+, /);
  assert.doesNotMatch(limits, /[0-9a-f]{8}-[0-9a-f]{4}/);
  for (const [field, words, setting] of [
    ["plan-days", "Every point, days", "policy.dailyRetentionDays"], ["plan-weeks", "Sunday's, weeks", "policy.weeklyRetention.weeks"],
    ["plan-months", "First of a month, months", "policy.monthlyRetention.months"], ["plan-interval", "Every hours", "policy.schedule.intervalHours"],
    ["plan-time", "At, UTC", "policy.schedule.time"], ["plan-rpo", "RPO, hours", "objectives.rpo"], ["plan-budget", "Budget a month", "objectives.monthlyBudgetMillionths"],
  ]) {
    const was = await page.getByTestId(field).inputValue();
    await page.getByTestId(field).fill("much");
    const refused = page.getByTestId("plan-error").filter({ hasText: setting });
    await refused.waitFor();
    await eventually.equal(() => refused.locator("b").textContent(), words);
    await eventually.match(() => refused.textContent(), /`much`/, "what was typed");
    await page.getByTestId(field).fill(was);
    await page.getByTestId("plan-error").waitFor({ state: "detached" });
  }
  assert.deepEqual(await violations(page), []);
});

test("what VM Backup does not take is said with its field", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("choose-vmBackup").click();
  await page.getByTestId("plan-interval").fill("5");
  await eventually.match(() => page.getByTestId("plan-error").textContent(), /4, 6, 8|interval/i);
});

test("agents in the guest are planned with their limits, and what they do not take is said with its row", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const refusal = async (words) => page.getByTestId("plan-error").filter({ hasText: words }).waitFor();
  await page.getByTestId("choose-mars").click();
  // Every four hours is twice as often as the agent goes to the vault.
  await refusal(/policy\.schedule\.intervalHours: 3 scheduled backups a day at most, and this is 6 \(S3-11/);
  await page.getByTestId("plan-interval").fill("8");
  await page.getByTestId("limits").getByText("scheduled backups to the vault in a day").waitFor();
  await eventually.match(() => page.getByTestId("limits").textContent(), /3 of 3 at most/);
  assert.deepEqual((await compared(page, "Service"))[0], "MARS agent");
  assert.deepEqual((await compared(page, "Stored at the end"))[0], "not foretold");
  assert.match((await compared(page, "Cost of the last"))[0], /no price/);
  await eventually.equal(() => page.getByTestId("break").getAttribute("aria-disabled"), "true");
  for (const none of ["tiers", "cost"]) await eventually.equal(() => page.getByTestId(none).count(), 0, none);
  await eventually.match(() => page.locator("#remarks-title").locator("xpath=ancestor::section").textContent(), /files and folders come back; no VM and no disk does/);
  await page.getByTestId("plan-scope").selectOption("systemState");
  await refusal(/guest\.scope: .*S3-02a/);
  await page.getByTestId("plan-scope").selectOption("folders");
  await page.getByTestId("plan-error").waitFor({ state: "detached" });
  assert.deepEqual(await violations(page), []);
  // Where whole VMs must come back it is no choice, by the row that says so.
  await page.getByTestId("plan-whole").selectOption("yes");
  await page.getByTestId("which-is-better").getByText(/What must come back: whole VMs asked for, files and folders reached/).waitFor();
  await eventually.match(() => page.getByTestId("which-is-better").textContent(), /A is out: .*S3-02c/);

  await page.getByTestId("choose-dpmMabs").click();
  await refusal(/2 scheduled backups a day at most, and this is 3 \(S3-12/);
  await page.getByTestId("plan-interval").fill("12");
  await page.getByTestId("plan-minutes").fill("30");
  await refusal(/guest\.intervalMinutes: .*60 minutes or more.*S3-39b/);
  await page.getByTestId("plan-workload").selectOption("SQL Server");
  await page.getByTestId("plan-disk-points").fill("449");
  await refusal(/guest\.diskRecoveryPoints: .*448 points.*S3-42b/);
  await page.getByTestId("plan-disk-points").fill("448");
  await page.getByTestId("limits").getByText("points on the disk of the server").waitFor();
  await eventually.match(() => page.getByTestId("limits").textContent(), /448 of 448 at most/);
  await page.getByTestId("plan-destination").selectOption("tape");
  await page.getByTestId("plan-interval").fill("1");
  // Tape counts no runs.
  await page.getByTestId("limits").getByText("scheduled backups to the vault in a day").waitFor({ state: "detached" });
  await eventually.equal(() => page.getByTestId("plan-error").count(), 0);
  assert.equal(await planner.overflow(), 0);
  assert.deepEqual(page.troubles, []);
});

test("the change rate is read off the sizes of the lab's points", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const calibrate = async (words) => {
    await planner.go("plan", "vm-app-01");
    const assumed = page.locator("details", { has: page.getByTestId("plan-calibrate") });
    if (!await assumed.evaluate((details) => details.open)) await assumed.locator("summary").first().click();
    await page.getByTestId("plan-calibrate").click();
    await page.getByTestId("plan-calibrated").filter({ hasText: words }).waitFor();
    return Number(await page.getByTestId("plan-change").inputValue());
  };
  assert.equal(await calibrate(/No disk of it has two points yet/), 45);
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.capture("rp-a");
  await page.getByTestId("advance-86400").click();
  await life.capture("rp-b");
  assert.equal(await calibrate(/Read off \d+ incremental snapshot/), 0, "nothing was written between the two");
  await planner.go("lifecycle", "vm-app-01");
  await life.write(0, 9_999);
  await page.getByTestId("advance-86400").click();
  await life.capture("rp-c");
  const rate = await calibrate(/Read off \d+ incremental snapshots/);
  assert.ok(rate > 0 && rate < 1000, `${rate}`);
  assert.deepEqual(page.troubles, []);
});

test("an objective for another region is asked of both plans, and the one without points there is out", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-ops-01");
  const regions = await page.getByTestId("plan-copy").locator("option").evaluateAll((all) => all.map((one) => one.value));
  const region = regions.find((one) => one && one !== "northeurope");
  await page.getByTestId("plan-copy").selectOption(region);
  await page.getByTestId("plan-region").selectOption(region);
  await page.getByTestId("plan-remote-rpo").fill("100");
  const met = (yes) => page.locator(`[data-testid=objectives] li[data-met=${yes}]:has-text("${region}")`).waitFor();
  await met(true);
  await page.getByTestId("which-is-better").getByText(/B is out|no usable point at some moment/).first().waitFor();
  await page.getByTestId("plan-remote-rpo").fill("2");
  await met(false);
  assert.deepEqual(page.troubles, []);
});

test("the redundancy of a plan's vault is chosen, and what it changes is said and foretold", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await eventually.equal(() => page.getByTestId("plan-vault").count(), 0, "restore points have no vault");
  await page.getByTestId("choose-vmBackup").click();
  const says = (words) => page.getByTestId("plan-vault-says").filter({ hasText: words }).waitFor();
  await says(/A copy lies in northeurope.*meets no objective/);
  await page.getByTestId("plan-region").selectOption("northeurope");
  await page.getByTestId("plan-remote-rpo").fill("60");
  const there = (met) => page.locator(`[data-testid=objectives] li[data-met=${met}]:has-text("northeurope")`).waitFor();
  await there(false);
  assert.doesNotMatch((await compared(page, "Worst RPO"))[0], /northeurope/);
  // By the keyboard, and by its name.
  await page.getByLabel("Restores in the paired region").focus();
  await page.keyboard.press("ArrowDown");
  await eventually.equal(() => page.getByTestId("plan-cross-region").inputValue(), "yes");
  await says(/Points of the vault are in northeurope too/);
  await there(true);
  assert.match((await compared(page, "Worst RPO"))[0], /northeurope: \d/);
  assert.deepEqual(await violations(page), []);
  // What cannot be is said with its field, once, and its row.
  await page.getByLabel("Redundancy").selectOption("LocallyRedundant");
  await says(/nothing is restored in another region/);
  await page.getByTestId("plan-error").waitFor();
  await eventually.match(() => page.getByTestId("plan-error").textContent(), /^crossRegionRestore: only a geo-redundant vault restores in the paired region \(S3-46b\)$/);
  await page.getByTestId("plan-cross-region").selectOption("");
  await page.getByTestId("plan-error").waitFor({ state: "detached" });
  await there(false);
  assert.equal(await planner.overflow(), 0);
  assert.deepEqual(page.troubles, []);
});

test("the charts of a plan have their tables and are saved", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const chart = page.getByTestId("plan-points");
  await chart.locator("path.plan-a").waitFor();
  await eventually.match(() => chart.locator("svg[role=img]").getAttribute("aria-label"), /plan a: \d+ at the end/);
  const svg = await saved(page, () => chart.getByRole("button", { name: "SVG" }).click());
  assert.equal(svg.name, "plan-points.svg");
  await chart.getByRole("button", { name: "Table" }).click();
  await eventually.equal(() => chart.locator("tbody tr").count(), 13);
  const csv = await saved(page, () => chart.getByRole("button", { name: /as CSV/ }).click());
  assert.match(csv.text, /^Day,A,B\r\n30,/);
});

test("which plan is better is said with its reason, and the better value of each line is marked", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const verdict = page.getByTestId("which-is-better");
  await verdict.getByText(/Better: B, One a day:/).waitFor();
  await eventually.match(() => verdict.textContent(), /lowest cost of the last whole month among 2 plans/);
  const better = async (title) => {
    const cells = page.getByTestId("compared").locator("tbody tr", { hasText: title }).locator("td");
    return [await cells.nth(0).locator(".better").count(), await cells.nth(1).locator(".better").count()];
  };
  assert.deepEqual(await better("Worst RPO"), [1, 0]);
  assert.deepEqual(await better("Cost of the last"), [0, 1]);
  // An objective that the cheaper plan misses rules it out, whichever of the two is edited: both are held against it.
  await page.getByTestId("plan-rpo").fill("5");
  await verdict.getByText(/Better: A/).waitFor();
  await eventually.match(() => verdict.textContent(), /B is out: .*rpo/i);
});

test("the kept calendar shows each day with the rule that keeps it, and has its table and files", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const kept = page.getByTestId("kept");
  await kept.locator(".kept-day.monthly").first().waitFor();
  const [end] = await compared(page, "Points at the end");
  await eventually.match(() => kept.locator(".hint").first().textContent(), new RegExp(`^${end} points of each VM`));
  await eventually.match(() => kept.locator("svg[role=img]").getAttribute("aria-label"), /Kept calendar: \d+ points/);
  const svg = await saved(page, () => kept.getByRole("button", { name: "SVG" }).click());
  assert.equal(svg.name, "plan-kept.svg");
  const png = await saved(page, () => kept.getByRole("button", { name: "PNG" }).click());
  assert.equal(png.name, "plan-kept.png");
  await page.getByTestId("kept-as-table").click();
  const csv = await saved(page, () => kept.getByRole("button", { name: /as CSV/ }).click());
  const sum = csv.text.trim().split("\r\n").slice(1).map((line) => Number(line.match(/(\d+)$/)[1])).reduce((all, one) => all + one, 0);
  assert.equal(sum, Number(end));
});

test("a refused plan says why above its figures, marks the field, and leaves no room empty", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const interval = page.getByTestId("plan-interval");
  await page.getByTestId("compared").waitFor();
  await eventually.equal(() => interval.getAttribute("aria-invalid"), null);
  await interval.fill("0.5");
  await page.getByTestId("plan-error").filter({ hasText: "Every hours" }).waitFor();
  await eventually.equal(() => interval.getAttribute("aria-invalid"), "true");
  await eventually.equal(() => page.locator('[data-testid=plan-editor] [aria-invalid="true"]').count(), 1, "no other field is wrong");
  await planner.settled();
  const box = (part) => part.evaluate((part) => part.getBoundingClientRect().toJSON());
  const kept = page.getByTestId("kept");
  await eventually.ok(async () => (await box(page.getByTestId("plan-error"))).bottom <= (await box(page.getByTestId("compared"))).top, "the reason stands above what it leaves open");
  await eventually.ok(async () => (await box(kept)).height < 160, "no picture of nothing");
  await eventually.match(() => kept.textContent(), /Nothing is foretold of this plan/);
  await eventually.doesNotMatch(() => kept.textContent(), /0 points/);
  assert.deepEqual(await violations(page), []);
  assert.equal(await planner.overflow(), 0);
  // What the service itself refuses is said in the same place.
  await interval.fill("4");
  await eventually.equal(() => interval.getAttribute("aria-invalid"), null);
  await page.getByTestId("choose-mars").click();
  await page.getByTestId("plan-error").filter({ hasText: "S3-11" }).waitFor();
  await eventually.equal(() => interval.getAttribute("aria-invalid"), "true");
  assert.deepEqual(page.troubles, []);
});

test("a cost that leaves meters out says so and is not marked as the lower one", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("choose-vmBackup").click();
  const cells = page.getByTestId("compared").locator("tbody tr", { hasText: "Cost of the last" }).locator("td");
  await eventually.match(() => cells.nth(0).textContent(), /^USD [\d.,]+ \(.*\), with no rate for Vault, Protected VMs$/);
  await eventually.match(() => cells.nth(1).textContent(), /^USD [\d.,]+ \([^)]*\)$/);
  await eventually.equal(() => cells.locator(".better").count(), 0);
  // With rates for all of them it is compared.
  for (const meter of ["storedVault", "instanceFee"]) await page.getByTestId(`rate-${meter}`).fill("0.01");
  await eventually.doesNotMatch(() => cells.nth(0).textContent(), /no rate/);
  await eventually.equal(() => cells.locator(".better").count(), 1);
  assert.deepEqual(page.troubles, []);
});

test("the kept calendar of VM Backup shows what is in the vault, as many as are foretold there", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("choose-vmBackup").click();
  const vault = page.getByTestId("tiers").locator("tbody tr", { hasText: "Vault" }).locator("td").nth(1);
  await vault.waitFor();
  const kept = page.getByTestId("kept");
  await eventually.match(() => kept.locator(".hint").first().textContent(), /^[\d,]+ points of each VM in the vault/);
  const said = Number((await kept.locator(".hint").first().textContent()).match(/^\d+/)[0]);
  assert.equal(said, Number(await vault.textContent()));
  await eventually.match(() => kept.locator(".kept-legend").textContent(), /the first of a day/);
  await page.getByTestId("kept-as-table").click();
  const csv = await saved(page, () => kept.getByRole("button", { name: /as CSV/ }).click());
  const sum = csv.text.trim().split("\r\n").slice(1).map((line) => Number(line.match(/(\d+)$/)[1])).reduce((all, one) => all + one, 0);
  assert.equal(sum, said);
  assert.deepEqual(page.troubles, []);
});

test("each month of the kept calendar is named where it begins", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const months = page.getByTestId("kept").locator(".kept-month");
  await months.first().waitFor();
  await eventually.deepEqual(async () => (await months.allTextContents()).slice(0, 3), ["Jan 2026", "Feb 2026", "Mar 2026"]);
  await eventually.deepEqual(() => months.evaluateAll((all) => all.slice(0, 3).map((name) => Number(name.getAttribute("x")))), [0, 48, 112]);
  const apart = await months.evaluateAll((all) => all.every((name, at) => at === 0 || all[at - 1].getBoundingClientRect().right < name.getBoundingClientRect().left));
  assert.ok(apart, "no name runs into the next");
  assert.deepEqual(page.troubles, []);
});

test("why a plan is out is said in the words of the form, with amounts as the reader writes them", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("plan-rpo").fill("2");
  await page.getByLabel("Reach back, days").fill("9999");
  await page.getByTestId("plan-budget").fill("100");
  const out = page.getByTestId("which-is-better");
  await eventually.match(() => out.textContent(), /A is out: RPO: 2 h asked for, 4 h 1 min reached/);
  await eventually.match(() => out.textContent(), /A is out: Reach back: 9,999 days asked for, \d+ days reached/);
  await eventually.match(() => out.textContent(), /A is out: Budget a month: USD 100\.00 asked for, USD \d+\.\d\d reached/);
  await eventually.doesNotMatch(() => out.textContent(), /rpo|retentionDays|monthlyBudget|PT\d/);
  // The card of the objectives says the same.
  await eventually.match(() => page.getByTestId("objectives").textContent(), /Reach back.*asked 9,999 days, reached \d+ days/);
  await eventually.match(() => page.getByTestId("objectives").textContent(), /Budget a month.*asked USD 100\.00, reached USD \d+\.\d\d/);
  assert.deepEqual(page.troubles, []);
});

test("a limit that is reached has its date in the chart", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("plan-days").fill("300");
  await page.getByTestId("limit-dates").getByText(/: A has 500, the next is refused\./).waitFor();
  await eventually.match(() => page.getByTestId("limits").textContent(), /refused from/);
});

test("what breaks a plan is found in the worker and replays in the lab", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("break").click();
  await page.getByTestId("breaker-found").waitFor({ timeout: 240_000 });
  const broken = await page.getByTestId("breaker-found").textContent();
  assert.match(broken, /breaks? it, the shortest of [\d,]+ schedules tried/);
  assert.doesNotMatch(broken, /\d{4}-\d{2}-\d{2}T|\bP(?:T?\d+[DHMS])+/, "moments and spans as people write them");
  await eventually.ok(async () => await page.getByTestId("breaker-faults").locator("tbody tr").count() >= 1);
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("breaker-replay").click();
  await page.locator('main[data-page="lifecycle"]').waitFor();
  await eventually.match(() => page.getByTestId("log").textContent(), /injectFault/);
  // A search can be stopped, and what it found goes with the plan that it was about.
  await planner.go("plan", "vm-app-01");
  await page.getByTestId("plan-rpo").fill("900");
  await page.getByTestId("break").click();
  await page.getByTestId("stop-work").click();
  await page.getByTestId("stop-work").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});

test("a search for what breaks a plan says how far it is while it goes on", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("plan", "vm-sql-01");
  // What travels is written and sent: the longest kind of search.
  await page.getByTestId("plan-copy").selectOption({ index: 1 });
  await page.getByTestId("plan-rpo").fill("900");
  await page.getByTestId("break").click();
  const far = page.getByTestId("breaker").locator("progress");
  const seen = await far.evaluate((bar) => new Promise((resolve) => {
    const look = () => (bar.value > 0 ? resolve(bar.value) : requestAnimationFrame(look));
    look();
  }));
  assert.ok(seen < 0.25, `the first word of it at ${seen}`);
  await page.getByTestId("stop-work").click();
  await page.getByTestId("stop-work").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});

test("restorability over time: what was open when, what was lost and why, with its table and files", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.capture("rp-a");
  await page.getByTestId("advance-86400").click();
  await life.delete("rp-a");
  await page.getByTestId("advance-86400").click();
  await life.capture("rp-b");
  await planner.go("restore", "vm-app-01");
  const card = page.getByTestId("abilities");
  await card.getByTestId("abilities-map").waitFor();
  const newVm = card.locator("li", { hasText: "New VM" }).first();
  await eventually.equal(() => newVm.locator("i.able").count(), 2);
  await eventually.equal(() => newVm.locator("i.unable").count(), 1);
  await eventually.match(() => newVm.locator("[role=img]").getAttribute("aria-label"), /^New VM: open since /);
  await eventually.match(() => card.getByTestId("abilities-lost").textContent(), /New VM was lost: /);
  const svg = await saved(page, () => card.getByRole("button", { name: "SVG" }).click());
  assert.match(svg.text, /Restorability of vm-app-01/);
  assert.equal((await saved(page, () => card.getByRole("button", { name: "PNG" }).click())).name, "restorability.png");
  assert.deepEqual(await violations(page), []);
  await card.getByTestId("choose-table").click();
  const csv = await saved(page, () => card.getByRole("button", { name: /as CSV/ }).click());
  assert.match(csv.text, /New VM,closed/);
  await card.getByTestId("choose-points").click();
  await eventually.equal(() => card.getByTestId("abilities-points").locator("tbody tr").count(), 1);
  assert.deepEqual(await violations(page), []);
  // The moment at which it was lost can be looked at.
  await card.getByTestId("choose-time").click();
  await card.getByTestId("abilities-lost").getByRole("button").first().click();
  await page.waitForFunction(() => document.querySelector("[data-testid=time]").textContent.includes("Jan 6"));
  assert.deepEqual(page.troubles, []);
});

test("on a phone the point and the deed come before the answers, for the eye and for the keyboard", async () => {
  const planner = await Planner.open(browser, NARROW);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await life.capture("rp-a");
  await planner.go("restore", "vm-app-01");
  await page.getByTestId("methods").waitFor();
  await planner.settled();
  const [from, deed, answers] = ["from-rp-a", "restore-vm", "methods"].map((name) => page.getByTestId(name));
  const top = async (part) => (await part.boundingBox()).y;
  assert.ok(await top(from) < await top(deed), "the point comes first");
  assert.ok(await top(deed) < await top(answers), "then what restores it, then the answers");
  await eventually.ok(() => deed.evaluate((deed) => {
    const answers = document.querySelector("[data-testid=methods]");
    return (deed.compareDocumentPosition(answers) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }), "Tab and readers go the same way");
  assert.equal(await planner.overflow(), 0);
  assert.deepEqual(page.troubles, []);
});

test("every way to restore has an answer with its reason", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("restore", "vm-app-01");
  const methods = page.getByTestId("methods");
  await planner.settled();
  await eventually.equal(() => methods.locator(".method-answer").count(), 21);
  await methods.getByRole("button", { name: /^Single files, Restore points/ }).click();
  await eventually.match(() => page.getByTestId("method-reason").textContent(), /no such way|no restore point/);
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
    await eventually.match(() => page.getByTestId("rto").textContent(), /\d+ (min|s|h)/);
    await eventually.ok(async () => await page.getByTestId("rehearsal-steps").locator("li").count() >= 4);
    await eventually.match(() => page.getByTestId("rehearsal-proof").textContent(), /all equal/);
    await eventually.match(() => page.getByTestId("differences").textContent(), /vmId/);
    const rested = await page.getByTestId("restore-times").locator("tbody tr > :first-child").evaluateAll((names) =>
      names.map((name) => [name.firstChild.textContent, name.querySelector("code")?.textContent]));
    assert.ok(rested.length >= 2);
    for (const [words, setting] of rested) assert.match(words, /^[A-Z][a-z]+ [a-zA-Z ]+$/, `${setting} is called ${words}`);
    await page.getByTestId("rehearsal-steps").locator("summary").first().click();
    await eventually.match(() => page.getByTestId("rehearsal-steps").locator("pre").first().textContent(), /^PUT \/subscriptions/);
    await page.getByTestId("run-sheet").locator("summary").first().click();
    await eventually.match(() => page.getByTestId("runbook").textContent(), /az (vm|disk) create|az rest/);
    await eventually.equal(() => page.getByTestId("undo").getAttribute("aria-disabled"), before, "the lab is as it was");
    assert.deepEqual(await violations(page), []);
    assert.equal(await planner.overflow(), 0);
    // The steps until the VM runs, and the proof behind them.
    await eventually.match(() => page.locator(".rto").textContent(), /^Time to recover .+ to a running VM, .+ with the proof/);
    await eventually.doesNotMatch(() => page.getByTestId("rehearsed").textContent(), /0 travel/);
    // What a restore point has not is disabled, and says what it needs.
    const ways = page.getByTestId("rehearsal-method").locator("option");
    await eventually.deepEqual(() => ways.evaluateAll((all) => all.filter((one) => !one.disabled).map((one) => one.value)), ["createNewVm", "restoreDisks"]);
    await eventually.match(() => page.getByTestId("rehearsal-missing").textContent(), /Another region, .*: Needs a recovery point of Azure VM Backup: protect this VM by a policy on Lifecycle first/);
    await eventually.equal(() => page.getByTestId("rehearsal-method").getAttribute("aria-describedby"), "rehearsal-missing");
    await page.getByTestId("rehearsal-method").selectOption("restoreDisks");
    await page.getByTestId("rehearse").click();
    await eventually.match(() => page.locator(".rto").textContent(), /until it is back, .+ with the proof/);
    await planner.go("plan", "vm-app-01");
    await page.getByTestId("tiers").waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal(await planner.overflow(), 0);
    assert.deepEqual(page.troubles, []);
  });
}
