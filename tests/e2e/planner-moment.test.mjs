// Time held in the hand: every panel is of the moment that is looked at; undo and redo from the first second.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Lifecycle, NARROW, Planner, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const MACHINE = "vm-app-01";

test("every panel and page follows the moment that is looked at, and comes back with it", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const life = await Lifecycle.open(planner, MACHINE);
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  const number = async (id) => Number((await page.getByTestId(id).textContent()).replaceAll(/[^\d.]/g, ""));
  /** What the pages say now, each in a word. */
  const told = async () => {
    const said = {};
    await planner.go("lifecycle", MACHINE);
    await planner.settled();
    said.lanes = await page.locator("[data-testid^=lane-rp]").count();
    said.stored = await number("stored-all");
    await page.getByTestId("as-table").click();
    said.table = await page.getByTestId("points-table").locator("tbody tr").count();
    await page.getByRole("button", { name: "Map", exact: true }).click();
    await planner.go("restore", MACHINE);
    await planner.settled();
    said.from = await page.locator("[data-testid^=from-rp]").count();
    await planner.go("report");
    await planner.settled();
    said.reported = new Set((await page.getByTestId("report").textContent()).match(/rp-day-\d/g)).size;
    said.header = await page.getByTestId("time").textContent();
    return said;
  };
  const now = await told();
  assert.deepEqual([now.lanes, now.table, now.from, now.reported], [5, 5, 5, 5]);
  await planner.go("lifecycle", MACHINE);
  await page.getByTestId("scrubber").fill(String(36 * 3600));
  await page.getByTestId("looking-back").waitFor();
  const then = await told();
  assert.deepEqual([then.lanes, then.table, then.from, then.reported], [2, 2, 2, 2]);
  assert.ok(then.stored > 0 && then.stored < now.stored, `${then.stored} of ${now.stored}`);
  assert.match(then.header, /Jan 6/);
  assert.equal(life.machine, MACHINE);
  await planner.go("lifecycle", MACHINE);
  await page.getByTestId("back-to-now").click();
  assert.deepEqual(await told(), now);
  assert.deepEqual(page.troubles, []);
});

test("undo and redo are there from the first second, say what there is nothing of, and take back whatever was done", async () => {
  for (const options of [WIDE, NARROW]) {
    const planner = await Planner.open(browser, options);
    const { page } = planner;
    for (const id of ["undo", "redo"]) {
      await eventually.ok(() => page.getByTestId(id).isVisible(), id);
      await eventually.equal(() => page.getByTestId(id).getAttribute("aria-disabled"), "true");
      await eventually.match(() => page.getByTestId(id).getAttribute("title"), /^Nothing to /);
    }
    await planner.go("lifecycle", MACHINE);
    await page.getByTestId("advance-86400").click();
    await page.locator('[data-testid="undo"]:not([aria-disabled=true])').waitFor();
    await page.getByTestId("undo").click();
    await page.locator('[data-testid="redo"]:not([aria-disabled=true])').waitFor();
    await eventually.equal(() => page.getByTestId("undo").getAttribute("aria-disabled"), "true");
    await page.getByTestId("redo").click();
    await page.getByTestId("lifecycle-time").getByText(/Jan 6/).waitFor();
    await page.context().close();
  }
});

test("the offer to take a step back goes when another step is made, so that it takes back what it says", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const offer = page.getByTestId("toasts").getByRole("button", { name: "Undo" });
  await page.getByRole("button", { name: "Delete vm-ops-01" }).click();
  await offer.waitFor();
  await planner.go("lifecycle", MACHINE);
  await offer.waitFor();
  await page.getByTestId("advance-86400").click();
  await page.getByTestId("lifecycle-time").getByText(/Jan 6/).waitFor();
  await offer.waitFor({ state: "detached" });
  await planner.undo();
  await page.getByTestId("lifecycle-time").getByText(/Jan 5/).waitFor();
  await planner.go("fleet");
  await eventually.equal(() => page.getByTestId("vm-vm-ops-01").count(), 0);
});

test("what passes by while time is played leaves the play and the keyboard where they are", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await Lifecycle.open(planner, MACHINE);
  await page.getByTestId("deed").selectOption("protect");
  await page.getByTestId("deed-vault").fill("vault1");
  await page.getByTestId("deed-run").click();
  await page.getByTestId("in-force").getByText(/^Protected: /).waitFor();
  await page.getByLabel("Speed").selectOption({ label: "2 d a second" });
  await page.getByTestId("play").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("lifecycle-time").getByText(/Jan 1\d/).waitFor();
  await eventually.ok(async () => (await page.locator("tr[data-testid^=lane-]").count()) >= 2, "points came meanwhile");
  await eventually.equal(() => page.getByTestId("play").getAttribute("aria-label"), "Pause");
  await eventually.equal(() => page.evaluate(() => document.activeElement.dataset.testid), "play");
  await eventually.equal(() => page.getByLabel("Speed").inputValue(), String(86_400));
  await page.keyboard.press("Enter");
  await eventually.equal(() => page.getByTestId("play").getAttribute("aria-label"), "Play");
  assert.deepEqual(page.troubles, []);
});

test("owners are told apart by lines in their colours where colours are alike", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await Lifecycle.open(planner, MACHINE);
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  // In each lane the tallest column of the point's own colour, from top to bottom.
  const tones = (point) => page.getByTestId(`lane-${point}`).locator("canvas").evaluate((canvas) => {
    const context = canvas.getContext("2d");
    let most = 0;
    for (let column = 0; column < canvas.width; column += 1) {
      const pixels = context.getImageData(column, 0, 1, canvas.height).data;
      const seen = new Set();
      for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] > 0) seen.add(pixels.slice(at, at + 3).join());
      if (pixels[3] > 0) most = Math.max(most, seen.size);
    }
    return most;
  });
  assert.equal(await tones("rp-day-1"), 1, "the first colour is plain");
  assert.ok((await tones("rp-day-5")) > 1, "the fifth has a line in it");
});

test("on the line of time arrows go by hours, and with Shift by days", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await Lifecycle.open(planner, MACHINE);
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  const scrubber = page.getByTestId("scrubber");
  await scrubber.fill(String(60 * 3600));
  await page.getByTestId("looking-back").waitFor();
  const hours = async () => Number(await scrubber.inputValue()) / 3600;
  for (const [key, at] of [["ArrowLeft", 59], ["ArrowRight", 60], ["Shift+ArrowLeft", 36], ["Shift+ArrowDown", 12], ["Shift+ArrowDown", 0], ["ArrowUp", 1]]) {
    await scrubber.press(key);
    await planner.settled();
    assert.equal(await hours(), at, key);
  }
  await eventually.match(() => scrubber.getAttribute("aria-valuetext"), /Jan 5.*01:00/);
  for (let day = 0; day < 9; day += 1) await scrubber.press("Shift+ArrowRight");
  await page.getByTestId("looking-back").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});
