// Lifecycle beyond the main job: closer and farther, points picked together, faults, other commands, branches, pictures.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { saved } from "./objects/library.mjs";
import { Lifecycle, NARROW, Planner, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** Five points over five days. */
async function fiveDays(options, machine = "vm-app-01") {
  const planner = await Planner.open(browser, options);
  const life = await Lifecycle.open(planner, machine);
  await planner.page.getByTestId("run-example").click();
  await planner.page.getByTestId("lane-rp-day-5").waitFor();
  return { planner, life, page: planner.page };
}

test("the map goes from the whole disk to one block, by keys and by buttons, and back", async () => {
  const { page } = await fiveDays();
  const scale = () => page.getByTestId("map-scale").textContent();
  const whole = await scale();
  await page.getByTestId("map").focus();
  await page.keyboard.press("End");
  for (let presses = 0; presses < 20 && !/= 1 block,/.test(await scale()); presses += 1) await page.keyboard.press("+");
  assert.match(await scale(), /= 1 block,/);
  await eventually.equal(() => page.getByTestId("zoom-in").getAttribute("aria-disabled"), "true");
  const block = () => page.getByTestId("inspector").locator("input").inputValue();
  const last = Number(await block());
  await page.keyboard.press("ArrowLeft");
  assert.equal(Number(await block()), last - 1, "one key, one block");
  await page.keyboard.press("Home");
  assert.equal(await block(), "0");
  await page.getByTestId("zoom-whole").click();
  assert.equal(await scale(), whole);
});

test("points picked on the map: what they free together, deleted as one step", async () => {
  const { planner, page } = await fiveDays();
  await page.getByTestId("pick-rp-day-1").check();
  const one = await page.getByTestId("freed-by").textContent();
  await page.getByTestId("pick-rp-day-2").check();
  const both = await page.getByTestId("freed-by").textContent();
  assert.match(one, /this point frees [\d.,]+ (GiB|MiB) over its \d disks, [\d.,]+ (GiB|MiB) of it on vm-app-01-os\./);
  assert.match(both, /these 2 points frees [\d.,]+ (GiB|MiB) over their \d disks, [\d.,]+ (GiB|MiB) of it on vm-app-01-os\./);
  assert.notEqual(one, both);
  // What lies in the past is not deleted, and says so before it is pressed.
  const remove = page.getByTestId("delete-picked");
  await eventually.equal(() => remove.getAttribute("aria-disabled"), null);
  await page.getByTestId("previous-event").click();
  await page.getByTestId("looking-back").waitFor();
  await page.getByTestId("pick-rp-day-1").check();
  await eventually.equal(() => remove.getAttribute("aria-disabled"), "true");
  await eventually.match(() => page.locator("#picked-reason").textContent(), /You look at the past/);
  await page.getByTestId("back-to-now").click();
  await page.getByTestId("looking-back").waitFor({ state: "detached" });
  await page.getByTestId("pick-rp-day-2").check();
  await eventually.equal(() => remove.getAttribute("aria-disabled"), null);
  await page.getByTestId("delete-picked").click();
  await page.getByTestId("next-event").click();
  await page.getByTestId("lane-rp-day-2").waitFor({ state: "detached" });
  await eventually.equal(() => page.getByTestId("lane-rp-day-1").count(), 0);
  await planner.undo();
  await planner.undo();
  await page.getByTestId("lane-rp-day-1").waitFor();
});

test("a point goes: who pays for its blocks from then on is said, shown where they are, and moves only for who likes it", async () => {
  for (const reducedMotion of ["no-preference", "reduce"]) {
    const { planner, life, page } = await fiveDays({ viewport: { width: 1440, height: 900 }, reducedMotion });
    const pays = async () => Number((await page.getByTestId("lane-rp-day-2").locator("td.number").last().textContent()).match(/^([\d.]+) GiB/)[1]);
    const before = await pays();
    await eventually.equal(() => page.getByTestId("passed").textContent(), "", "nothing has gone yet");
    await life.delete("rp-day-1");
    await page.evaluate(() => {
      document.addEventListener("animationstart", ({ animationName }) => (globalThis.moved ??= []).push(animationName));
    });
    await page.getByTestId("next-event").click();
    await page.getByTestId("lane-rp-day-1").waitFor({ state: "detached" });
    const said = await page.getByTestId("passed").textContent();
    const [, freed, passed] = said.match(/^rp-day-1 went: ([\d.]+ \w+) freed on this disk\. Who pays for the rest now: rp-day-2 ([\d.]+) GiB/);
    assert.notEqual(freed, "0");
    assert.ok(Math.abs((await pays()) - before - Number(passed)) < 0.015, `${before} and ${passed} are ${await pays()}`);
    await eventually.equal(() => page.getByTestId("passed").getAttribute("aria-live"), "polite");
    await eventually.ok(async () => await page.getByTestId("lane-rp-day-2").locator(".gained").count() > 0, "its lane is marked");
    await eventually.equal(() => page.getByTestId("lane-rp-day-5").locator(".gained").count(), 0, "the newest point took nothing");
    await page.waitForTimeout(100);
    const moved = await page.evaluate(() => globalThis.moved ?? []);
    assert.equal(moved.includes("grow-tall"), reducedMotion === "no-preference");
    // Closer, the marks are where the blocks are; and the table has the words too.
    await page.getByTestId("zoom-in").click();
    await eventually.ok(async () => await page.locator(".gained").count() > 0);
    await page.getByTestId("as-table").click();
    await eventually.equal(() => page.getByTestId("passed").textContent(), said);
    // Points that come back, or were not there yet, have not gone.
    await planner.undo();
    await planner.undo();
    await page.getByTestId("passed").getByText("went").waitFor({ state: "detached" });
    await page.getByTestId("previous-event").click();
    await page.getByTestId("looking-back").waitFor();
    await eventually.equal(() => page.getByTestId("passed").textContent(), "");
    assert.deepEqual(page.troubles, []);
    await page.context().close();
  }
});

test("a point that fails is told of as failed, on the map and where it would be restored from", async () => {
  const { planner, page } = await fiveDays(undefined, "vm-sql-01");
  await page.getByTestId("inject-agentNotReady").click();
  await page.getByTestId("in-force").waitFor();
  await page.getByTestId("point-name").fill("rp-bad");
  await page.getByTestId("create-point").click();
  await page.getByTestId("lane-rp-bad").waitFor();
  // While it is being made, another one is restored from.
  await planner.go("restore", "vm-sql-01");
  await eventually.equal(() => page.getByTestId("from-rp-day-5").isChecked(), true);
  await eventually.equal(() => page.getByTestId("passed-over").textContent(), "rp-bad is newer, but it is still being created.");
  await planner.go("lifecycle", "vm-sql-01");
  await page.getByTestId("lane-rp-bad").waitFor();
  await planner.settled();
  await page.getByTestId("next-event").click();
  await eventually.equal(() => page.getByTestId("passed").textContent(), "rp-bad failed: nothing was kept.");
  await page.getByTestId("lane-rp-bad").getByText("this disk is not in the point").waitFor();
  await page.getByTestId("lane-rp-bad").getByRole("button").first().click();
  await eventually.match(() => page.getByTestId("inspector").textContent(), /In rp-bad\s*this disk is not in the point/);
  await planner.go("restore", "vm-sql-01");
  await eventually.equal(() => page.getByTestId("passed-over").textContent(), "rp-bad is newer, but it failed.");
  await eventually.equal(() => page.getByTestId("from-rp-day-5").isChecked(), true);
  await eventually.equal(() => page.getByTestId("restore-vm").getAttribute("aria-disabled"), null);
  assert.deepEqual(await violations(page), []);
  // Whoever chooses it has it.
  await page.getByTestId("from-rp-bad").check();
  await eventually.equal(() => page.getByTestId("restore-vm").getAttribute("aria-disabled"), "true");
  await page.getByTestId("passed-over").waitFor({ state: "detached" });
  // Sizes of disks are what they hold, not what is written.
  await page.getByTestId("from-rp-day-5").check();
  await eventually.match(() => page.getByTestId("restore-disk-choice").locator("option").first().textContent(), /^vm-sql-01-os . 127 GiB \([\d.]+ GiB written\)$/);
  await eventually.equal(() => page.getByTestId("restore-disk-size").getAttribute("placeholder"), "127, as captured");
  assert.deepEqual(page.troubles, []);
});

test("the mouse over a lane tells of the block below it, and lets go when it leaves", async () => {
  const { page } = await fiveDays();
  const inspector = page.getByTestId("inspector");
  const block = () => inspector.locator("input").inputValue();
  const chosen = () => page.locator(".lane.chosen").getAttribute("data-testid");
  const before = [await block(), await chosen()];
  const lane = await page.getByTestId("lane-rp-day-1").locator("canvas").boundingBox();
  await page.mouse.move(lane.x + lane.width / 8, lane.y + 8);
  await page.waitForFunction((was) => document.querySelector("[data-testid=inspector] input").value !== was, before[0]);
  await eventually.match(() => inspector.textContent(), /Paid by.*rp-day-1/);
  assert.equal(await chosen(), before[1], "nothing is chosen yet");
  await page.mouse.move(lane.x + lane.width / 8, lane.y - 300);
  await page.waitForFunction((was) => document.querySelector("[data-testid=inspector] input").value === was, before[0]);
  await page.mouse.click(lane.x + lane.width / 8, lane.y + 8);
  assert.equal(await chosen(), "lane-rp-day-1");
  assert.notEqual(await block(), before[0]);
  assert.deepEqual(page.troubles, []);
});

test("time passes at the speed that is chosen, in steps, and stops", async () => {
  const { page } = await fiveDays();
  const time = async () => Date.parse(`${(await page.getByTestId("lifecycle-time").textContent()).replace(/^\w+, /, "")} UTC`);
  const now = await time();
  await page.getByTestId("advance-14400").click();
  assert.equal(await time() - now, 4 * 3_600_000);
  const from = await time();
  const said = await page.getByTestId("lifecycle-time").textContent();
  await page.getByLabel("Speed").selectOption({ label: "2 d a second" });
  await page.getByTestId("play").click();
  await page.waitForFunction((was) => document.querySelector("[data-testid=lifecycle-time]").textContent !== was, await page.getByTestId("lifecycle-time").textContent());
  await page.getByTestId("play").click();
  const passed = await time() - from;
  assert.ok(passed >= 86_400_000 && passed % 86_400_000 === 0, `${passed} ms in whole days`);
  const stopped = await time();
  await page.waitForTimeout(1200);
  assert.equal(await time(), stopped);
  // The whole of a play is one step back.
  await page.getByTestId("undo").click();
  await page.waitForFunction((was) => document.querySelector("[data-testid=lifecycle-time]").textContent === was, said);
  assert.equal(await time(), from);
});

test("so many GiB are freed by a proposal that says what it costs", async () => {
  const { page } = await fiveDays();
  await page.getByTestId("reclaim-gib").fill("1");
  await page.getByTestId("reclaim").click();
  const said = await page.getByTestId("reclaim-said").textContent();
  assert.match(said, /frees? [\d.,]+ GiB over (its|their) \d disks, .+ of it on vm-app-01-os; the widest gap is then/);
  const freed = (text) => text.match(/free[s]? ([\d.,]+ \w+)/)[1];
  await eventually.equal(async () => freed(await page.getByTestId("freed-by").textContent()), freed(said));
  await eventually.equal(() => page.getByTestId("pick-rp-day-5").isChecked(), false, "the newest stays");
});

test("a fault is injected, seen at work, and cleared; one that cannot be says why", async () => {
  const { page } = await fiveDays();
  await eventually.equal(() => page.getByTestId("inject-copyStalled").getAttribute("aria-disabled"), "true");
  await eventually.match(() => page.locator("#fault-copyStalled").textContent(), /no copy in another region/);
  await page.getByTestId("fault-lasts").selectOption("P1D");
  await page.getByTestId("inject-agentNotReady").click();
  await page.getByTestId("in-force").getByText("Fault agentNotReady").waitFor();
  await page.getByTestId("in-force").getByRole("button", { name: "Clear" }).click();
  await page.getByTestId("in-force").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});

test("a reason names what it is about and no address; a point that failed offers no restore", async () => {
  const { life, page } = await fiveDays();
  await life.delete("rp-day-2");
  await page.locator('[data-testid="delete-point"][aria-disabled="true"]').waitFor();
  const reason = await page.locator("#delete-reason").textContent();
  assert.match(reason, /^rp-day-2 is Deleting/);
  await page.getByTestId("next-event").click();
  await page.getByTestId("inject-agentNotReady").click();
  await life.capture("rp-failed");
  await life.choose("rp-failed");
  await page.getByTestId("point-detail").getByText("Failed", { exact: true }).waitFor();
  await eventually.equal(() => page.getByTestId("restore-from").getAttribute("aria-disabled"), "true");
  await eventually.match(() => page.getByTestId("restore-from").getAttribute("title"), /succeeded/);
  await life.choose("rp-day-5");
  await eventually.equal(() => page.getByTestId("restore-from").count(), 0);
  assert.deepEqual(page.troubles, []);
});

test("a point is copied to another region, and its lane says how far it is", async () => {
  const { page } = await fiveDays(undefined, "vm-ops-01");
  const deed = (tag) => page.getByTestId("deed").selectOption(tag);
  await deed("copyRestorePoint");
  await eventually.equal(() => page.getByTestId("deed-run").getAttribute("aria-disabled"), "true");
  await eventually.match(() => page.locator("#deed-reason").textContent(), /there is none yet/);
  await deed("createRestorePointCollection");
  await page.getByTestId("deed-location").selectOption("westus");
  await page.getByTestId("deed-name").fill("points-west");
  await page.getByTestId("deed-run").click();
  await page.getByText("points-west").first().waitFor();
  await deed("copyRestorePoint");
  await page.getByTestId("deed-restorePoint").selectOption({ label: "rp-day-1 (vm-ops-01-points)" });
  await page.getByTestId("deed-name").fill("rp-copy");
  await page.getByTestId("deed-run").click();
  await page.getByTestId("lane-rp-copy").getByText(/\d+ %/).waitFor();
  // A copy is of the time of its source, and still the work of the command that copied.
  await page.getByTestId("log").locator("li", { hasText: "copyRestorePoint" }).hover();
  await page.locator("[data-testid=lane-rp-copy].lit").waitFor();
  await eventually.equal(() => page.locator("tr.lane.lit").count(), 1);
  await page.getByTestId("inject-copyStalled").click();
  await page.getByTestId("in-force").getByText("Fault copyStalled").waitFor();
});

test("an address given out and a lock stand under what is at work, and end there", async () => {
  const { page } = await fiveDays();
  await page.getByTestId("deed").selectOption("grantAccess");
  await page.getByTestId("deed-run").click();
  await page.getByTestId("in-force").getByText(/^Address of/).waitFor();
  await page.getByTestId("deed").selectOption("placeLock");
  await page.getByTestId("deed-run").click();
  await page.getByTestId("in-force").getByText("Lock CanNotDelete").waitFor();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByTestId("in-force").waitFor({ state: "detached" });
});

test("a VM is protected by a policy, backed up at once, and no more", async () => {
  const { page } = await fiveDays();
  await page.getByTestId("deed").selectOption("protect");
  await page.getByTestId("deed-vault").fill("vault1");
  await page.getByTestId("deed-run").click();
  await page.getByTestId("in-force").getByText(/^Protected: /).waitFor();
  await page.getByRole("button", { name: "Back up now", exact: true }).click();
  await page.getByTestId("in-force").getByText(/Snapshot|Queued|Running|of /).first().waitFor();
  await page.getByTestId("advance-86400").click();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByTestId("in-force").getByText("no backup planned").waitFor();
  assert.deepEqual(page.troubles, []);
});

test("another way is gone from the past, compared, and left again", async () => {
  const { page } = await fiveDays();
  const now = await page.getByTestId("lifecycle-time").textContent();
  const project = page.locator(".scenario-name");
  const name = await project.textContent();
  await page.getByTestId("previous-event").click();
  await page.getByTestId("looking-back").waitFor();
  await page.getByTestId("branch-here").click();
  await page.getByTestId("branch").waitFor();
  await page.getByTestId("branch-compare").click();
  await page.getByTestId("differences").getByText("nextEvent", { exact: false }).first().waitFor();
  await page.getByTestId("back-to-main").click();
  await page.getByTestId("branch").waitFor({ state: "detached" });
  await eventually.equal(() => page.getByTestId("lifecycle-time").textContent(), now);
  // The very project that was left, not another one of its kind.
  await eventually.equal(() => project.textContent(), name);
});

test("while the past is looked at time goes on there, and not in the present", async () => {
  const { page } = await fiveDays();
  const time = () => page.getByTestId("lifecycle-time").textContent();
  const [now, commands] = [await time(), await page.getByTestId("log").locator("li").count()];
  const back = async (times) => {
    for (let went = 0; went < times; went += 1) {
      const before = await time();
      await page.getByTestId("previous-event").click();
      await page.waitForFunction((before) => document.querySelector("[data-testid=lifecycle-time]").textContent !== before, before);
    }
  };
  await back(3);
  const from = await time();
  await page.getByTestId("advance-86400").click();
  await page.waitForFunction((from) => document.querySelector("[data-testid=lifecycle-time]").textContent !== from, from);
  await page.getByTestId("looking-back").waitFor();
  // At most to the present.
  await page.getByTestId("advance-2592000").click();
  await page.getByTestId("looking-back").waitFor({ state: "detached" });
  assert.equal(await time(), now);
  await back(2);
  await page.getByTestId("play").click();
  await page.getByTestId("looking-back").waitFor({ state: "detached", timeout: 60_000 });
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  assert.equal(await time(), now);
  await eventually.equal(() => page.getByTestId("log").locator("li").count(), commands);
  assert.deepEqual(page.troubles, []);
});

test("where the story of five days begins the keyboard stays on the page, and one fault strikes several VMs", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await Lifecycle.open(planner, "vm-app-01");
  await page.getByTestId("run-example").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("lane-rp-day-5").waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  for (const machine of ["vm-app-01", "vm-kv-01"]) {
    await planner.go("lifecycle", machine);
    const attack = page.getByTestId("inject-massEncryption");
    await attack.click();
    await page.locator("[data-testid=inject-massEncryption][aria-disabled=true]").waitFor();
  }
  await page.getByTestId("in-force").getByText("massEncryption-2").waitFor();
  assert.deepEqual(page.troubles, []);
});

test("Space plays, comma and full stop go from event to event", async () => {
  const { page } = await fiveDays();
  await page.locator("#main").focus();
  const time = () => page.getByTestId("lifecycle-time").textContent();
  const now = await time();
  await page.keyboard.press(",");
  await page.getByTestId("looking-back").waitFor();
  assert.notEqual(await time(), now);
  await page.keyboard.press(".");
  await page.getByTestId("looking-back").waitFor({ state: "detached" });
  await page.keyboard.press("Space");
  await page.waitForFunction((now) => document.querySelector("[data-testid=lifecycle-time]").textContent !== now, now);
  await page.keyboard.press("Space");
});

test("the map and what is stored over time are saved as pictures and have their tables", async () => {
  const { page } = await fiveDays();
  const map = await saved(page, () => page.getByTestId("map-svg").click());
  assert.match(map.name, /^blocks-vm-app-01.*\.svg$/);
  assert.match(map.text, /rp-day-5/);
  assert.match((await saved(page, () => page.getByTestId("map-png").click())).name, /\.png$/);
  const chart = page.getByTestId("stored-over-time");
  await chart.locator("svg[role=img]").waitFor();
  await eventually.match(() => chart.locator("svg[role=img]").getAttribute("aria-label"), /^From 0 on .* to [\d.,]+ GiB on|^From [\d.,]+ GiB on/);
  assert.match((await saved(page, () => page.getByTestId("over-time-svg").click())).text, /<path/);
  await page.getByTestId("over-time-table").click();
  await eventually.equal(() => page.getByTestId("over-time-rows").locator("tbody tr").count(), 33);
  assert.deepEqual(page.troubles, []);
});

for (const [name, options] of Object.entries({ wide: { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", colorScheme: "dark" }, narrow: NARROW })) {
  test(`axe finds nothing with a fault, a branch and picked points (${name})`, async () => {
    const { page, planner } = await fiveDays(options);
    await page.getByTestId("pick-rp-day-1").check();
    await page.getByTestId("inject-agentNotReady").click();
    await page.getByTestId("map").focus();
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press("+");
    await page.getByTestId("previous-event").click();
    await page.getByTestId("branch-here").click();
    await page.getByTestId("branch-compare").click();
    assert.deepEqual(await violations(page), []);
    assert.equal(await planner.overflow(), 0);
  });
}

test("what one does stands right below the map on a phone, and beside it where there is room", async () => {
  for (const options of [NARROW, WIDE]) {
    const { planner, page } = await fiveDays(options);
    const box = (title) => page.getByRole("heading", { name: title, exact: true }).boundingBox();
    const [blocks, capture, stored] = [await page.getByText("Blocks of").boundingBox(), await box("Capture"), await box("Stored")];
    if (options === NARROW) assert.ok(blocks.y < capture.y && capture.y < stored.y, "map, capture, what is stored");
    else {
      assert.ok(capture.x > blocks.x + 600 && Math.abs(capture.y - blocks.y) < 60, "beside the map");
      // What is stored follows the map at once, however long the other column is.
      const gap = await page.evaluate(() => {
        const [map, , below] = document.querySelector(".lifecycle-columns").children;
        return below.getBoundingClientRect().top - map.getBoundingClientRect().bottom;
      });
      assert.ok(gap >= 0 && gap < 40, `${gap} px`);
    }
    assert.equal(await planner.overflow(), 0);
    await page.context().close();
  }
});

test("pointing at a command lights the point it made, its mark and its place in the chart, and the other way round", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await Lifecycle.open(planner, "vm-app-01");
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  await planner.settled();
  await page.locator(".chart .line-all").waitFor();
  const lit = async () => ({
    lanes: await page.locator("tr.lane.lit").evaluateAll((all) => all.map((lane) => lane.dataset.testid)),
    commands: await page.locator(".log li.lit .command bdi").allTextContents(),
    marks: await page.locator(".mark.lit").count(),
    chart: (await page.locator(".chart .lit-at").getAttribute("d")) !== "",
  });
  const none = { lanes: [], commands: [], marks: 0, chart: false };
  await page.mouse.move(5, 5);
  assert.deepEqual(await lit(), none);
  const made = (day) => ({ lanes: [`lane-rp-day-${day}`], commands: [`createRestorePoint rp-day-${day}`], marks: 1, chart: true });

  await page.getByTestId("log").locator("li", { hasText: "createRestorePoint rp-day-3" }).hover();
  assert.deepEqual(await lit(), made(3));
  await page.getByTestId("lane-rp-day-2").locator(".number").first().hover();
  assert.deepEqual(await lit(), made(2));
  await page.evaluate(() => scrollTo(0, 0));
  const mark = await page.locator(".mark.point").nth(3).boundingBox();
  await page.mouse.move(mark.x + mark.width / 2 + 3, mark.y + mark.height / 2);
  assert.deepEqual(await lit(), made(4));
  await page.mouse.move(5, 5);
  assert.deepEqual(await lit(), none);
  // A command that made nothing lights itself; with the keyboard it goes the same way.
  await page.getByTestId("log").locator("li", { hasText: "createRestorePointCollection" }).hover();
  assert.deepEqual((await lit()).lanes, []);
  await page.mouse.move(5, 5);
  await page.getByTestId("pick-rp-day-1").focus();
  assert.deepEqual(await lit(), made(1));
  await page.getByTestId("log").locator("li", { hasText: "createRestorePoint rp-day-5" }).getByRole("button").focus();
  assert.deepEqual(await lit(), made(5));
  await page.getByTestId("scrubber").focus();
  assert.deepEqual(await lit(), none);
  assert.deepEqual(page.troubles, []);
});

test("the lane above a deleted one is chosen next, and the keyboard goes on there", async () => {
  const { page, life } = await fiveDays();
  const name = (day) => page.getByTestId(`lane-rp-day-${day}`).locator(".lane-name");
  const remove = async (day) => {
    await name(day).focus();
    await page.keyboard.press("Enter");
    await page.locator(`[data-testid=lane-rp-day-${day}].chosen`).waitFor();
    await page.keyboard.press("Delete");
    await name(day).getByText("deleting").waitFor();
    await page.getByTestId(`lane-rp-day-${day}`).waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.matches(".lane.chosen .lane-name"));
    return page.evaluate(() => document.activeElement.textContent);
  };
  // While time passes the service gets done, and the lane goes with the keyboard on it.
  await page.getByTestId("play").click();
  assert.match(await remove(3), /rp-day-2/);
  assert.match(await remove(1), /rp-day-2/, "above the first there is none: the one below it");
  // Nor does it hurt to leave the page with the keyboard on a lane or on a command.
  const away = async () => {
    await page.evaluate(() => { location.hash = "#/fleet"; });
    await page.getByTestId("fleet-summary").waitFor();
  };
  await name(2).focus();
  await away();
  await page.goBack();
  await page.getByTestId("log").getByRole("button").first().focus();
  await away();
  assert.equal(life.machine, "vm-app-01");
  assert.deepEqual(page.troubles, []);
});

const LONG = "rp-before-the-database-is-moved-to-another-size-of-vm-and-back";

/** A VM of which a point with a long name is being created. */
async function longNext(options) {
  const planner = await Planner.open(browser, options);
  const life = await Lifecycle.open(planner, "vm-app-01");
  await life.createCollection();
  await planner.page.getByTestId("point-name").fill(LONG);
  await planner.page.getByTestId("create-point").click();
  await planner.page.locator(".coming", { hasText: LONG }).waitFor();
  await planner.settled();
  return planner;
}

test("the clock keeps to one row at 1440 px whatever comes next, and its title has all of it", async () => {
  const { page } = await longNext(WIDE);
  const rows = await page.locator(".transport-line").evaluate((line) => {
    const middle = (element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return (top + bottom) / 2;
    };
    return [middle(line.querySelector("[data-testid=play]")), middle(line.querySelector(".now")), line.offsetHeight];
  });
  assert.ok(Math.abs(rows[0] - rows[1]) < 6, rows.join());
  assert.ok(rows[2] < 56, rows.join());
  const coming = page.locator(".coming");
  await eventually.equal(() => coming.getAttribute("title"), await coming.textContent());
  await eventually.match(() => coming.textContent(), /^Next in 1 min: creation of rp-before-.*-back ends, Jan 5, 00:01$/);
});

for (const width of [390, 360, 320]) {
  test(`the speed is read to its end at ${width} px, and what comes next too`, async () => {
    const planner = await longNext({ ...NARROW, viewport: { width, height: 844 } });
    const { page } = planner;
    const speed = page.getByLabel("Speed");
    for (const option of ["30 min a second", "14 d a second"]) {
      await speed.selectOption(option);
      const room = await speed.evaluate((select) => {
        const alike = select.cloneNode();
        alike.append(new Option(select.selectedOptions[0].text));
        alike.style.cssText = "position: absolute; inline-size: max-content";
        select.parentElement.append(alike);
        const needs = alike.offsetWidth;
        alike.remove();
        return { has: select.offsetWidth, needs };
      });
      assert.ok(room.has >= room.needs, `${option}: ${JSON.stringify(room)}`);
    }
    const coming = await page.locator(".coming").evaluate((element) => [element.scrollWidth, element.clientWidth]);
    assert.ok(coming[0] <= coming[1], coming.join());
    assert.equal(await planner.overflow(), 0);
  });
}
