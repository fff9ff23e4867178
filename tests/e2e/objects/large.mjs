// A large fleet as a person uses it: read, looked through as one types, some of it taken into the scenario.
import assert from "node:assert/strict";
import { violations } from "./axe.mjs";

/** Notes every task of the page that takes longer than 50 ms from here on. */
export async function watchTasks(page) {
  await page.evaluate(() => {
    globalThis.longTasks = [];
    globalThis.taskWatch ??= new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longTasks.push(Math.round(duration));
    });
    globalThis.taskWatch.observe({ type: "longtask" });
  });
}

/** The tasks that were noted since they were watched, or since this was asked. */
export const tasks = (page) => page.evaluate(() => globalThis.longTasks.splice(0));

const count = (text) => Number(text.replaceAll(/\D/g, ""));

export class LargeFleet {
  constructor(planner) {
    this.planner = planner;
    this.page = planner.page;
    this.part = this.page.getByTestId("large-fleet");
  }

  /** What was asked last has its answer: the page asks after it has heard what was done. */
  async answered() {
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await this.page.locator('[data-testid="large-fleet"][aria-busy="false"]').waitFor({ timeout: 120_000 });
  }

  async found() {
    await this.answered();
    return count(await this.page.getByTestId("large-found").textContent());
  }

  rows() {
    return this.page.getByTestId("large-row");
  }

  /** Types a word letter by letter; how many VMs were found after each. */
  async type(word) {
    const field = this.page.getByTestId("large-search");
    await field.fill("");
    const found = [];
    for (const letter of word) {
      await field.press(letter);
      found.push(await this.found());
    }
    assert.equal(await field.inputValue(), word, "no letter is lost");
    return found;
  }

  /** Groups by a word of the segments, and narrows to the first group; how many it says it has. */
  async group(by) {
    await this.page.getByTestId(`large-${by}`).click();
    await this.answered();
    const first = this.page.getByTestId("large-groups").getByRole("button").first();
    const said = count(await first.locator("b").textContent());
    await first.click();
    return said;
  }

  async scroll(part) {
    await this.page.getByTestId("large-rows").evaluate((box, part) => { box.scrollTop = part * box.scrollHeight; }, part);
    await this.page.waitForTimeout(100);
    await this.answered();
  }
}

/** Everything that one does with `size` VMs that have been read. */
export async function lookThrough(planner, size) {
  const fleet = new LargeFleet(planner);
  const { page } = planner;
  assert.equal(await fleet.found(), size);
  // Each VM has a verdict of every service, and the rows that decided it.
  const row = fleet.rows().first();
  assert.equal(await row.locator("[data-verdict]").count(), 3);
  assert.ok((await row.locator("td .mono").count()) > 0, "a verdict names its rules");
  await watchTasks(page);
  const narrowed = await fleet.type("vm-123");
  assert.equal(narrowed[0], size);
  assert.ok(narrowed.at(-1) > 0 && narrowed.at(-1) < narrowed[3], narrowed.join());
  for (const name of await fleet.rows().locator("th").allTextContents()) assert.match(name, /vm-123/);
  await page.getByTestId("large-search").fill("");
  assert.equal(await fleet.found(), size);
  // VM Backup asks for the vault and the policy, once for all of them.
  const reasons = async (service) => {
    await page.getByTestId(`large-${service}`).click();
    assert.equal(await fleet.found(), size);
    return page.getByTestId("large-groups").getByRole("button").allTextContents();
  };
  assert.ok((await reasons("diskBackup")).length > 0);
  const open = await reasons("vmBackup");
  assert.ok(open.some((text) => text.includes("vault.location")), open.join());
  await page.getByTestId("large-vault").fill("eastus2");
  await page.getByTestId("large-vault").press("Tab");
  await page.getByTestId("large-policy").selectOption("Enhanced");
  const said = await reasons("vmBackup");
  assert.ok(!said.some((text) => text.includes("vault.location") || text.includes("policy.type")), said.join());
  assert.equal(await fleet.group("region"), await fleet.found());
  assert.ok((await fleet.rows().count()) <= 100, "only what is near the screen stands in the page");
  await page.getByTestId("large-none").click();
  await fleet.found();
  await fleet.scroll(1);
  assert.equal(await fleet.rows().last().getAttribute("aria-rowindex"), String(size + 1));
  const held = await tasks(page);
  assert.equal(await page.getByTestId("large-take").getAttribute("aria-disabled"), "true");
  assert.deepEqual(await violations(page), []);
  assert.equal(await planner.overflow(), 0);
  // One of them goes into the scenario and is looked at there.
  await fleet.type("vm-12");
  const name = await fleet.rows().first().locator("th").textContent();
  await fleet.rows().first().getByRole("button").click();
  await page.locator('main[data-page="support"]').waitFor();
  assert.equal(await page.getByTestId("support-name").textContent(), name);
  await planner.go("fleet");
  assert.equal(await fleet.found(), size, "the fleet is still there");
  const csv = await planner.downloaded(() => page.getByTestId("csv-large").click());
  assert.equal(csv.trimEnd().split("\r\n").length, size + 1);
  // It goes only after a second press.
  await page.getByTestId("large-close").click();
  assert.match(await fleet.part.getByRole("alert").textContent(), /Nothing of them is stored/);
  await page.getByTestId("large-keep").click();
  await fleet.part.getByRole("alert").waitFor({ state: "detached" });
  assert.equal(await fleet.found(), size, "kept");
  await page.getByTestId("large-close").click();
  await page.getByTestId("large-let-go").click();
  await fleet.part.waitFor({ state: "detached" });
  return held;
}
