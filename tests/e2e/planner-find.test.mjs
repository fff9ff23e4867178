// Find or do, keys, explanations, contradictions, and the edition dial of every service.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { saved } from "./objects/library.mjs";
import { MACHINE, storied, viewOf, visit } from "./objects/looks.mjs";
import { NARROW, Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** Opens find or do, asks, and takes the first find. */
async function find(page, words, take = true) {
  await page.keyboard.press("Control+k");
  await page.getByTestId("find-words").fill(words);
  if (take) await page.keyboard.press("Enter");
}

const at = (planner) => planner.page.evaluate(() => location.hash);

test("find or do leads to pages, VMs, rules and deeds with the keyboard alone", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await find(page, "report");
  await page.locator('main[data-page="report"]').waitFor();
  await find(page, "vm-kv");
  assert.equal(await at(planner), "#/support/vm-kv-01");
  await find(page, "S0-03");
  await page.getByTestId("opened-row").waitFor();
  await eventually.equal(() => page.getByTestId("opened-row").getAttribute("data-row"), "rp-ultra-disk");
  await find(page, "advance 1 d");
  await page.getByTestId("time").getByText(/Jan 6/).waitFor();
  await find(page, "undo");
  await page.getByTestId("time").getByText(/Jan 5/).waitFor();
  await find(page, "dark theme");
  await page.locator("html[data-theme=dark]").waitFor();
  // The arrows choose, and readers hear which.
  await find(page, "theme", false);
  const first = await page.getByTestId("find-option").first().getAttribute("id");
  await eventually.equal(() => page.getByTestId("find-words").getAttribute("aria-activedescendant"), first);
  await page.keyboard.press("ArrowDown");
  await eventually.equal(() => page.locator(".find-list [aria-selected=true]").count(), 1);
  await eventually.notEqual(() => page.getByTestId("find-words").getAttribute("aria-activedescendant"), first);
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("find-words").fill("no such thing at all");
  await page.getByText("Nothing fits.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("find-dialog").waitFor({ state: "hidden" });
  assert.deepEqual(page.troubles, []);
});

test("the name of a page and some of a VM's, in any order, lead to that page of that VM", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  for (const [words, label, hash] of [
    ["lifecycle vm-app", "Lifecycle of vm-app-01", "#/lifecycle/vm-app-01"],
    ["kv plan", "Plan of vm-kv-01", "#/plan/vm-kv-01"],
    ["SQL restore", "Restore of vm-sql-01", "#/restore/vm-sql-01"],
    ["legacy Support", "Support of vm-legacy-01", "#/support/vm-legacy-01"],
  ]) {
    await find(page, words, false);
    await page.getByTestId("find-option").first().filter({ hasText: label }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction((hash) => location.hash === hash, hash);
    await planner.settled();
  }
  // One word alone finds pages and VMs as before.
  await find(page, "vm-app", false);
  await page.getByTestId("find-option").first().filter({ hasText: /^vm-app-01/ }).waitFor();
  await page.getByText("1 find", { exact: true }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test("on a phone find or do is in the scenario's menu", async () => {
  const { page } = await Planner.open(browser, NARROW);
  await page.getByTestId("scenario").click();
  await page.getByTestId("find-from-menu").click();
  // Long names take lines of their own: no find stands over another.
  await page.getByTestId("find-words").fill("ultra");
  await page.getByText("The first 12").waitFor();
  const finds = await page.getByTestId("find-option").evaluateAll((all) => all.map((one) => ({ height: one.offsetHeight, needs: one.scrollHeight })));
  assert.deepEqual(finds.filter(({ height, needs }) => needs > height), []);
  await page.getByTestId("find-words").fill("plan");
  await page.getByTestId("find-option").first().click();
  await page.locator('main[data-page="plan"]').waitFor();
});

test("single keys go places, are off while typing, and can be turned off", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  const goes = async (keys, name) => {
    for (const key of keys) await page.keyboard.press(key);
    await page.locator(`main[data-page="${name}"]`).waitFor();
  };
  await goes(["g", "f"], "fleet");
  await goes(["g", "p"], "plan");
  await goes(["g", "m"], "matrix");
  await visit(planner, "lifecycle");
  await page.keyboard.press("t");
  await page.locator(".points-table").first().waitFor();
  await page.keyboard.press("t");
  await page.getByTestId("lane-rp-day-1").waitFor();
  await page.keyboard.press("e");
  await page.locator('[data-testid="why"]:popover-open').waitFor();
  await page.keyboard.press("Escape");
  const before = await at(planner);
  await page.keyboard.press("j");
  await page.waitForFunction((was) => location.hash !== was, before);
  await page.keyboard.press("k");
  await page.waitForFunction((was) => location.hash === was, before);
  // In a field a letter is a letter.
  await visit(planner, "matrix");
  await page.getByTestId("matrix-search").focus();
  await page.keyboard.type("gf?");
  await eventually.equal(() => page.getByTestId("matrix-search").inputValue(), "gf?");
  assert.equal(await at(planner), "#/matrix");
  // Turned off, nothing but keys with Ctrl is heard, on the next visit too.
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await page.getByTestId("toggle-keys").click();
  await eventually.match(() => page.getByTestId("single-keys").textContent(), /are off/);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("Escape");
  await planner.reload();
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await page.keyboard.press("?");
  assert.equal(await at(planner), "#/matrix");
  await eventually.equal(() => page.getByTestId("keys-dialog").isVisible(), false);
  await find(page, "single keys");
  await page.getByText("Single keys are on.").waitFor();
  await goes(["g", "f"], "fleet");
});

test("numbers, states and commands say why", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  await visit(planner, "lifecycle");
  const open = page.locator('[data-testid="why"]:popover-open');
  const why = async (button) => {
    await button.click();
    await open.locator("li").first().waitFor();
    const text = await open.textContent();
    await page.keyboard.press("Escape");
    await open.waitFor({ state: "hidden" });
    return text;
  };
  assert.match(await why(page.getByTestId("why-stored")), /each counted once.*rp-day-1 pays/);
  assert.match(await why(page.getByTestId("why-point")), /rp-day-5/);
  assert.match(await why(page.getByTestId("number-frees").getByRole("button")), /Referenced .* = Frees .* \+ Shared/);
  assert.match(await why(page.getByTestId("log").locator(".explained").first()), /was carried out at/);
  await visit(planner, "plan");
  assert.match(await why(page.getByTestId("cost-total")), /The sum of the months/);
  assert.match(await why(page.getByTestId("cost-months").locator(".explained").first()), /Points, \w+.*user-quoted|Points, \w+.*is .*:/s);
});

test("every figure of a plan, of what is stored and of a rehearsal says how it comes about", async () => {
  const planner = await storied(browser, viewOf(1440, "light"));
  const { page } = planner;
  // A figure is a text with a digit; its button is in it or around it. Names, dates in words and inputs are none.
  const silent = (places) => page.evaluate((places) => {
    const missing = [];
    let count = 0;
    for (const place of places) {
      for (const cell of document.querySelectorAll(place)) {
        if (!/\d/.test(cell.textContent)) continue;
        count += 1;
        if (cell.querySelector("button.explained") === null) missing.push(`${place}: ${cell.textContent.trim()}`);
      }
    }
    return { missing, count };
  }, places);
  await visit(planner, "lifecycle");
  const stored = await silent(["[data-testid=stored] dd", "[data-testid=point-detail] dd.number"]);
  assert.deepEqual(stored.missing, []);
  assert.ok(stored.count >= 9, `${stored.count}`);
  await page.getByTestId("pick-rp-day-1").check();
  await page.getByTestId("pick-rp-day-2").check();
  const why = async (button) => {
    await button.click();
    const open = page.locator('[data-testid="why"]:popover-open');
    await open.locator("li").first().waitFor();
    const text = await open.textContent();
    await page.keyboard.press("Escape");
    return text;
  };
  // The parts of the sum are those that are shown elsewhere.
  const [, together] = (await page.getByTestId("freed-by").textContent()).match(/frees ([\d.]+ GiB)/);
  const freed = await why(page.getByTestId("why-freed"));
  assert.match(freed, /rp-day-1 alone frees .*rp-day-2 alone frees .*Only they share /);
  assert.ok(freed.includes(`Together ${together}`), freed);
  await visit(planner, "plan");
  await page.getByTestId("plan-rpo").fill("5");
  await page.getByLabel("Reach back, days").fill("300");
  await planner.settled();
  await page.getByTestId("objectives").locator("li").nth(1).waitFor();
  const plan = await silent(["[data-testid=tiers] td.number", "[data-testid=cost-months] td.number", "[data-testid=objectives] li", "[data-testid=limits] li"]);
  assert.deepEqual(plan.missing, []);
  assert.ok(plan.count >= 40, `${plan.count}`);
  // Every line of the comparison but the service's name.
  const compared = page.getByTestId("compared").locator("tbody tr").filter({ hasNotText: "Service" });
  for (const line of await compared.all()) await eventually.equal(() => line.locator("button.explained").count(), 2, await line.textContent());
  assert.match(await why(page.getByTestId("tiers").locator(".explained").nth(2)), /Distinct versions of blocks.*changeBandThousandths is \d+ thousandths/);
  assert.match(await why(page.getByTestId("limits").locator(".explained").first()), /At most \d+, first on .*are allowed.*Rules/);
  await visit(planner, "restore");
  await page.getByTestId("rehearse").click();
  await page.getByTestId("rehearsed").waitFor();
  const rto = await page.getByTestId("rto").locator("button.explained").first().textContent();
  const sum = await why(page.getByTestId("why-rto"));
  const whole = await page.getByTestId("rto-with-proof").textContent();
  assert.ok(sum.includes(`To a running VM: ${rto}`) && sum.includes(`In all: ${whole}`), sum);
  assert.match(sum, /1\. .*2\. .*3\. /);
  assert.deepEqual(page.troubles, []);
});

test("contradictions: what is followed in the edition, and what they touch", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await visit(planner, "matrix");
  const panel = page.getByTestId("contradictions");
  await panel.locator("summary").click();
  const all = await panel.getByTestId("contradiction").count();
  assert.ok(all >= 40, `${all}`);
  const first = panel.locator('[data-number="1"]');
  await eventually.match(() => first.locator(".followed").textContent(), /S0-41a/);
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("edition").click();
  await page.getByRole("button", { name: /Feb 2022/ }).click();
  await first.locator(".followed", { hasText: "S2-17" }).waitFor();
  await eventually.match(() => first.textContent(), /stricter/);
  await page.getByTestId("only-touching").click();
  const touching = await panel.getByTestId("contradiction").count();
  assert.ok(touching > 0 && touching < all, `${touching} of ${all}`);
  await panel.getByRole("button", { name: "Table", exact: true }).click();
  const csv = await saved(page, () => panel.getByRole("button", { name: /as CSV/ }).click());
  assert.equal(csv.text.trim().split("\r\n").length, all + 1);
  await visit(planner, "support");
  await page.getByTestId("touching-contradictions").getByTestId("contradiction").first().waitFor();
});

test("the edition dial answers for every service", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await visit(planner, "support");
  const column = page.getByTestId("edition-2023-07");
  await column.locator('[data-service="DiskBackup"]').waitFor();
  for (const service of ["RestorePoints", "VmBackup", "DiskBackup"]) {
    const dial = await column.locator(`[data-service="${service}"] [data-verdict]`).getAttribute("data-verdict");
    const chosen = await page.getByTestId(`service-${service}`).locator("[data-verdict]").getAttribute("data-verdict");
    assert.equal(dial, chosen, service);
  }
  assert.equal(MACHINE, "vm-sql-01");
});
