// For everyone and everywhere: offline, by keyboard, in another language, on a later visit.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { smallTargets } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { VM_LIST } from "./objects/inventory.mjs";
import { PAGES, visit } from "./objects/looks.mjs";
import { Lifecycle, Planner, Restore, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

/** The first VM of the sample that can be captured as it is, with one point and a VM restored from it. */
async function worked(planner) {
  const machine = await planner.page.locator('tr[data-testid]:has([data-service=RestorePoints] [data-verdict=supported]) th a').first().textContent();
  const life = await Lifecycle.open(planner, machine);
  await life.createCollection();
  await life.write(0, 31);
  await life.capture("rp-a");
  const restore = await Restore.open(planner, machine);
  await restore.machineFrom("rp-a", "vm-back");
  return machine;
}

test("everything works with the network cut once the page is there", async () => {
  const planner = await Planner.open(browser);
  await planner.page.context().setOffline(true);
  await worked(planner);
  await eventually.match(() => planner.page.getByTestId("proof-result").textContent(), /all equal/);
  assert.deepEqual(planner.page.troubles, []);
});

test("an inventory is read, a VM captured, a point deleted and a VM restored and proved with the keyboard alone", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const machine = await page.locator('tr[data-testid]:has([data-service=RestorePoints] [data-verdict=supported]) th a').first().textContent();
  const reach = async (found) => {
    for (let presses = 0; presses < 150; presses += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(found.test, found.with)) return;
    }
    assert.fail(`Tab never reaches ${found.with}`);
  };
  const testid = (id) => ({ test: (id) => document.activeElement?.dataset.testid === id, with: id });
  const words = (text) => ({ test: (text) => document.activeElement?.textContent.trim() === text, with: text });
  await reach(words("Skip to the page"));
  await page.keyboard.press("Enter");
  await reach(testid("import"));
  await page.keyboard.press("Enter");
  await reach(testid("paste"));
  await page.keyboard.insertText(VM_LIST);
  await reach(testid("read-paste"));
  await page.keyboard.press("Enter");
  await page.getByTestId("preview").waitFor();
  await reach(testid("import-add"));
  await page.keyboard.press("Enter");
  await page.getByTestId("vm-vm-plain").waitFor();
  await reach(words(machine));
  await page.keyboard.press("Enter");
  await page.getByTestId("support-name").waitFor();
  await reach(words("Run it"));
  await page.keyboard.press("Enter");
  await page.getByTestId("lifecycle-name").waitFor();
  await reach(testid("create-collection"));
  await page.keyboard.press("Enter");
  await page.getByTestId("create-point").waitFor();
  await reach(testid("point-name"));
  await page.keyboard.type("rp-keys");
  await reach(testid("create-point"));
  await page.keyboard.press("Enter");
  await page.getByTestId("lane-rp-keys").waitFor();
  await page.keyboard.press("Control+z");
  await page.getByTestId("lane-rp-keys").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+z");
  await page.getByTestId("lane-rp-keys").waitFor();
  // A second point, the first one deleted on the map, a VM restored from the one that is left, and the proof.
  await page.locator("#main").focus();
  await page.keyboard.press(".");
  await reach(testid("advance-86400"));
  await page.keyboard.press("Enter");
  await reach(testid("point-name"));
  await page.keyboard.type("rp-more");
  await reach(testid("create-point"));
  await page.keyboard.press("Enter");
  await page.getByTestId("lane-rp-more").waitFor();
  await page.locator("#main").focus();
  await page.keyboard.press(".");
  await reach(testid("map"));
  await page.keyboard.press("ArrowUp");
  await page.locator('[data-testid="lane-rp-keys"].chosen').waitFor();
  await page.keyboard.press("Delete");
  await page.locator("#main").focus();
  await page.keyboard.press(".");
  await page.getByTestId("lane-rp-keys").waitFor({ state: "detached" });
  await page.getByTestId("passed").getByText(/rp-keys went: .*rp-more/).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.locator('main[data-page="restore"] h1').waitFor();
  await reach(testid("restore-vm-name"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("vm-keys");
  await reach(testid("restore-vm"));
  await page.keyboard.press("Enter");
  await page.getByTestId("restored-vm-keys").waitFor();
  await reach(testid("restored-vm-keys"));
  await page.keyboard.press("Enter");
  await page.getByTestId("proof-result").getByText(/all equal/).waitFor();
  assert.deepEqual(page.troubles, []);
});

test("whatever can be pressed is large enough for a finger, or has room around it, on a phone", async () => {
  const planner = await Planner.open(browser, { viewport: { width: 412, height: 823 } });
  const { page } = planner;
  await worked(planner);
  // As tall as the page, so that the tabs at the lower edge of the screen cover nothing.
  await page.setViewportSize({ width: 412, height: 12_000 });
  for (const name of PAGES) {
    await visit(planner, name);
    await page.evaluate(() => { for (const closed of document.querySelectorAll("main details")) closed.open = true; });
    assert.deepEqual(await smallTargets(page), [], name);
  }
  assert.deepEqual(page.troubles, []);
});

test("each page has one heading of the first rank, ranks in order, a name for every control, and regions that speak", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await worked(planner);
  for (const name of PAGES) {
    await visit(planner, name);
    const heard = await page.evaluate(() => {
      const seen = (element) => element.checkVisibility();
      const ranks = [...document.querySelectorAll("h1, h2, h3, h4")].filter(seen).map((heading) => Number(heading.tagName[1]));
      const nameOf = (control) => [
        control.getAttribute("aria-label"), control.textContent.trim(), control.title, control.placeholder,
        ...[...control.labels ?? []].map((label) => label.textContent.trim()),
        ...(control.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent),
      ].find((text) => text);
      const controls = [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=slider]")].filter(seen);
      return {
        first: ranks.filter((rank) => rank === 1).length,
        jumps: ranks.filter((rank, at) => rank > (ranks[at - 1] ?? 0) + 1),
        nameless: controls.filter((control) => !nameOf(control)).map((control) => control.outerHTML.slice(0, 120)),
        controls: controls.length,
        landmarks: ["main", "nav", "header"].filter((landmark) => document.querySelector(landmark) === null),
        speaks: document.querySelectorAll("[aria-live=polite]").length,
        title: document.title,
      };
    });
    assert.equal(heard.first, 1, name);
    assert.deepEqual(heard.jumps, [], name);
    assert.deepEqual(heard.nameless, [], name);
    assert.deepEqual(heard.landmarks, [], name);
    assert.ok(heard.controls > 10 && heard.speaks >= 1, name);
    assert.match(heard.title, /^[A-Z][\w ]+ \u00b7 Restore Point Lab$/);
  }
});

test("a scenario is still there on the next visit", async () => {
  const planner = await Planner.open(browser);
  await worked(planner);
  await planner.page.getByText("saved in this browser").waitFor();
  await planner.page.reload();
  await planner.page.getByText("resumed from your last visit").waitFor();
  await eventually.match(() => planner.page.getByTestId("proof-result").textContent(), /all equal/);
});

test("an exported scenario opens as the same scenario", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await worked(planner);
  const downloading = page.waitForEvent("download");
  await page.getByTestId("scenario").click();
  await page.getByTestId("export").click();
  const path = await (await downloading).path();
  const other = await Planner.open(browser);
  await other.page.getByTestId("scenario-file").setInputFiles({ name: "story.scenario.json", mimeType: "application/json", buffer: await (await import("node:fs/promises")).readFile(path) });
  await other.page.getByText("Opened story.scenario.json.").waitFor();
  await other.page.getByTestId("vm-vm-back").waitFor();
});

test("before the engine runs, the sample stands there as it will be judged", async () => {
  const context = await browser.newContext({ serviceWorkers: "block", javaScriptEnabled: false, ...WIDE });
  const page = await context.newPage();
  await page.goto(process.env.RPLAB_URL);
  const stands = await page.locator("#boot tbody tr").all();
  const before = await Promise.all(stands.map(async (row) => (await row.locator("th, td").allTextContents()).map((text) => text.trim())));
  await context.close();
  const planner = await Planner.open(browser);
  await eventually.equal(() => planner.page.locator("#boot").count(), 0);
  const live = await planner.page.getByTestId("fleet-table").locator("tbody tr[data-testid]").evaluateAll((rows) => rows.map((row) => [...row.children].slice(0, 5).map((cell) => cell.textContent.trim().replace(/\s+/g, " "))));
  assert.deepEqual(before, live);
});

test("numbers and dates are written as the reader's language has them", async () => {
  const planner = await Planner.open(browser, { ...WIDE, locale: "de-DE" });
  await eventually.match(() => planner.page.getByTestId("fleet-summary").textContent(), /4\.124 GiB/);
  await eventually.match(() => planner.page.getByTestId("time").textContent(), /\d\d:\d\d UTC/);
  await eventually.match(() => planner.page.getByTestId("time").textContent(), /Mo|Di|Mi|Do|Fr|Sa|So/);
  // Amounts, sizes and moments on the pages too: nowhere a point between a number and its decimals.
  const page = planner.page;
  await worked(planner);
  const said = {};
  for (const name of ["lifecycle", "restore", "plan", "report"]) {
    await visit(planner, name);
    if (name === "plan") {
      await page.getByTestId("rate-storedSource").fill("7.5");
      await page.getByTestId("cost").getByText("entered by you").first().waitFor({ state: "attached" });
    }
    const numbers = page.locator(name === "report" ? "[data-testid=report]" : "main .number:not(input), main [data-testid=cost-total], main dd");
    said[name] = (await numbers.allTextContents()).join(" | ");
  }
  assert.match(said.plan, /USD \d{1,3}(\.\d{3})+,\d\d/);
  assert.match(said.lifecycle, /\d,\d\d GiB/);
  assert.match(said.report, /\d{1,2}\. Jan\.? 2026/);
  assert.match(said.report, /\d,\d\d GiB/);
  for (const [name, text] of Object.entries(said)) assert.doesNotMatch(text, /\d\.\d\d (?:GiB|MiB)|\d\.\d{2}(?!\d)(?= to|, | \||$)|\d,\d{3}(?!\d)/, name);
});

test("a rate is read as the reader's language writes it, and what may be two numbers is none", async () => {
  const planner = await Planner.open(browser, { ...WIDE, locale: "de-DE" });
  const page = planner.page;
  await planner.go("plan", "vm-app-01");
  const rate = page.getByTestId("rate-storedSource");
  const cost = page.getByTestId("cost-total");
  const costs = async (text) => {
    const before = await cost.textContent();
    await rate.fill(text);
    await page.waitForFunction((before) => ![null, before].includes(document.querySelector("[data-testid=cost-total]")?.textContent ?? null), before);
    return cost.textContent();
  };
  await cost.waitFor();
  const comma = await costs("7,5");
  await costs("1");
  assert.equal(await costs("7.5"), comma, "a point begins decimals everywhere");
  for (const unclear of ["1.234", "1.234,5"]) {
    await rate.fill(unclear);
    const refused = page.getByTestId("plan-error").filter({ hasText: `\`${unclear}\`` });
    await refused.waitFor();
    await eventually.equal(() => refused.locator("b").textContent(), "Rates");
  }
  assert.deepEqual(page.troubles, []);
});
