// Restore: whose answers stand on the page, and what can be done where they cannot be had.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Lifecycle, NARROW, Planner, Restore, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const ONE = "vm-app-01";
const OTHER = "vm-sql-01";

/** Looks at the page in every frame: under which VM stands what, of services, over time, as the proof. */
async function watch(page) {
  await page.evaluate(() => {
    const text = (selector) => document.querySelector(selector)?.innerText ?? "";
    window.seen = [];
    const look = () => {
      const cells = [...document.querySelectorAll("[data-testid=methods] td")].map((cell) => cell.querySelector("button")?.ariaLabel ?? "");
      const over = [...document.querySelectorAll("[data-testid=abilities] .ability-strip")].map((strip) => strip.ariaLabel).join("; ");
      const shown = { of: text("main h1"), cells, over, proof: text("[data-testid=proof] .card-head") };
      const last = window.seen.at(-1);
      if (JSON.stringify(last) !== JSON.stringify(shown)) window.seen.push(shown);
      requestAnimationFrame(look);
    };
    look();
  });
}

test("answers of one VM never stand under another, also where the VM is switched while they arrive", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  for (const machine of [ONE, OTHER]) {
    const life = await Lifecycle.open(planner, machine);
    await life.createCollection();
    await life.capture(`rp-${machine}`);
    const restore = await Restore.open(planner, machine);
    await restore.machineFrom(`rp-${machine}`, `${machine}-back`);
  }
  const [switchTo, machines] = [(machine) => page.evaluate((hash) => { location.hash = hash; }, `#/restore/${machine}`), [ONE, OTHER]];
  const truth = {};
  await watch(page);
  for (const machine of machines) {
    await switchTo(machine);
    await page.getByRole("heading", { level: 1, name: machine }).waitFor();
    await page.getByTestId("proof").getByText(`${machine}-back`).first().waitFor();
    // What the worker is asked rests a while first.
    await page.waitForTimeout(400);
    await planner.settled();
    truth[`Restore ${machine}`] = await page.evaluate(() => window.seen.at(-1));
  }
  const [one, other] = Object.values(truth);
  assert.notDeepEqual(one.cells, other.cells, "the two differ by services");
  assert.notEqual(one.over, other.over, "and by when they could be restored");
  await page.evaluate(() => { window.seen.length = 0; });
  // Each time a little later: before the first answer, among them, after the last.
  for (let wait = 0; wait < 1500; wait += 60) {
    await switchTo(machines[(wait / 60) % 2]);
    await page.waitForTimeout(wait % 700);
  }
  await page.waitForTimeout(400);
  await planner.settled();
  const wrong = new Set();
  for (const seen of await page.evaluate(() => window.seen)) {
    const true_ = truth[seen.of];
    assert.ok(true_, seen.of);
    seen.cells.forEach((cell, at) => { if (cell !== "" && cell !== true_.cells[at]) wrong.add(`${seen.of}: ${cell}`); });
    for (const part of ["over", "proof"]) if (seen[part] !== "" && seen[part] !== true_[part]) wrong.add(`${seen.of}: ${part} ${seen[part]}`);
  }
  assert.deepEqual([...wrong], []);
  assert.deepEqual(page.troubles, []);
});

test("where the rows of the services cannot be fetched the table says so, and asks for them again", async () => {
  const planner = await Planner.open(browser, NARROW);
  const { page } = planner;
  const rows = /\/services-[0-9a-f]+\.json$/;
  await page.route(rows, (route) => route.abort());
  await planner.reload();
  await planner.go("restore", ONE);
  const methods = page.getByTestId("methods");
  await methods.getByRole("alert").getByText("The rows of the backup services could not be fetched").waitFor();
  await methods.getByRole("button", { name: "Single files, VM Backup: Not judged" }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal(await planner.overflow(), 0);
  const again = methods.getByRole("button", { name: "Try again" });
  await again.focus();
  const failed = page.waitForEvent("requestfailed", (request) => rows.test(request.url()));
  await page.keyboard.press("Enter");
  // Still cut off: said again, and the keyboard is not lost.
  await failed;
  await again.waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  await page.unroute(rows);
  await again.focus();
  await page.keyboard.press("Enter");
  await methods.getByRole("button", { name: /^Single files, VM Backup: (?!Not judged)/ }).waitFor();
  await methods.getByRole("alert").waitFor({ state: "detached" });
  await eventually.notEqual(() => page.evaluate(() => document.activeElement.tagName), "BODY", "the keyboard is not lost");
  assert.deepEqual(page.troubles.filter((trouble) => !/Failed to load resource/.test(trouble)), []);
});

test("a reason beside a button has sizes as the reader's language writes them", async () => {
  const planner = await Planner.open(browser, { ...WIDE, locale: "de-DE" });
  const { page } = planner;
  const life = await Lifecycle.open(planner, ONE);
  await life.createCollection();
  await life.capture("rp-a");
  await Restore.open(planner, ONE);
  await page.getByLabel("GiB, if larger").fill("1");
  const reason = page.locator("#restore-disk-reason");
  await reason.getByText("a restored disk is as large or larger").waitFor();
  await eventually.match(() => reason.textContent(), /has \d+,\d\d GiB; /);
  await eventually.match(() => page.getByTestId("restore-disk").getAttribute("title"), /has \d+,\d\d GiB; /);
});
