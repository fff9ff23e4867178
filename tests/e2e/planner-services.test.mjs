// The services side by side, on the Fleet and the Support page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { NARROW, Planner, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

async function support(options) {
  const planner = await Planner.open(browser, options);
  const machine = (await planner.machines()).find((id) => id.endsWith("vm-kv-01"));
  await planner.page.context().setOffline(true);
  await planner.go("support", machine);
  return planner;
}

test("the fleet is judged by three services side by side; the chosen one groups the table, and asks once for all VMs", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  const total = async (service) => Number(await page.getByTestId(`totals-${service}`).getByTestId("protectable").textContent());
  const columns = async (service) => {
    const names = await planner.machines();
    const verdicts = await Promise.all(names.map((name) => planner.verdict(name, service)));
    assert.equal(verdicts.length, 8);
    return verdicts;
  };
  const good = (verdicts) => verdicts.filter((verdict) => ["supported", "caveat", "excludeDisk"].includes(verdict)).length;
  for (const service of ["RestorePoints", "VmBackup", "DiskBackup"]) await eventually.equal(() => total(service), good(await columns(service)), service);
  // Until it is said where the vault is, VM Backup cannot be judged for those that nothing else rules out.
  assert.ok((await columns("VmBackup")).includes("unknown"));
  const vmBackup = page.getByTestId("totals-VmBackup");
  await vmBackup.getByRole("button", { name: "Azure VM Backup" }).click();
  await eventually.equal(() => vmBackup.getByRole("button", { name: "Azure VM Backup" }).getAttribute("aria-pressed"), "true");
  await page.getByTestId("fleet-table").getByText("A fact is missing").waitFor();
  await page.getByTestId("fleet-vault").selectOption({ label: "Each VM's own region" });
  await page.getByTestId("fleet-policy").selectOption("Enhanced");
  await page.getByTestId("fleet-questions").getByText("Enhanced policy, a vault in each VM's own region").waitFor();
  await page.getByTestId("fleet-table").getByText("A fact is missing").waitFor({ state: "detached" });
  const answered = await columns("VmBackup");
  assert.ok(!answered.includes("unknown") && good(answered) > 0, answered.join());
  await eventually.equal(() => total("VmBackup"), good(answered));
  assert.deepEqual(await violations(page), []);
  // A part of the total narrows the table to its VMs, and a verdict leads to that service's rows.
  await vmBackup.getByTestId("total-notSupported").click();
  const no = answered.filter((verdict) => verdict === "notSupported").length;
  await eventually.equal(async () => (await planner.machines()).length, no);
  const first = (await planner.machines())[0];
  await page.getByTestId(`vm-${first}`).locator("[data-service=VmBackup] a").click();
  await page.getByTestId("support-name").getByText(first).waitFor();
  await eventually.equal(() => page.getByTestId("service-VmBackup").getAttribute("aria-pressed"), "true");
  assert.equal(await verdictOf(page, "VmBackup"), "notSupported", "the same question, the same answer");
  await planner.go("fleet");
  await page.getByTestId("fleet-ask-nothing").click();
  assert.ok((await columns("VmBackup")).includes("unknown"));
  assert.deepEqual(page.troubles, []);
});

test("nothing on the fleet moves when the rows of the other services come", async () => {
  for (const options of [WIDE, NARROW]) {
    const context = await browser.newContext({ serviceWorkers: "block", ...options });
    const page = await context.newPage();
    let come;
    const held = new Promise((resolve) => { come = resolve; });
    await page.route("**/services-*.json", async (route) => { await held; await route.continue(); });
    await page.goto(process.env.RPLAB_URL);
    await page.getByTestId("vm-vm-ops-01").waitFor();
    await page.getByTestId("totals").getByText("rows not loaded").first().waitFor();
    const places = () => page.locator("#main :is(h1, h3, .fleet-table th, .fleet-table td:not([data-service]), .card-head)").evaluateAll((all) => all.map((one) => {
      const { x, y, width } = one.getBoundingClientRect();
      return [one.textContent.trim().slice(0, 20), Math.round(x), Math.round(y), Math.round(width)].join(" ");
    }));
    const before = await places();
    come();
    await page.locator("html[data-loaded]").waitFor();
    await page.getByTestId("vm-vm-ops-01").locator("[data-service=DiskBackup] [data-verdict]").waitFor();
    assert.deepEqual(await places(), before);
    await context.close();
  }
});

const verdictOf = (page, service) => page.getByTestId(`service-${service}`).locator("[data-verdict]").getAttribute("data-verdict");

test("three services are judged side by side, each opens its rows, with the network cut", async () => {
  const { page } = await support(WIDE);
  await eventually.equal(() => page.getByTestId("service-RestorePoints").getAttribute("aria-pressed"), "true");
  await eventually.match(() => page.getByTestId("findings").textContent(), /rows that apply/);
  await page.getByTestId("service-VmBackup").click();
  await eventually.equal(() => page.getByTestId("service-VmBackup").getAttribute("aria-pressed"), "true");
  assert.equal(await verdictOf(page, "VmBackup"), "unknown", "where the vault is decides, and is asked for");
  const policy = page.getByTestId("asks-policy.type");
  if (await policy.count()) await policy.getByRole("button", { name: /Enhanced/ }).click();
  const vault = page.getByTestId("asks-vault.location");
  await vault.getByRole("button").first().click();
  await eventually.match(() => page.getByTestId("asked").textContent(), /vault in \w+/);
  await eventually.equal(() => vault.count(), 0);
  assert.notEqual(await verdictOf(page, "VmBackup"), "unknown");
  const details = page.getByTestId("findings").locator("details > summary");
  if (await details.count()) await details.click();
  await page.getByTestId("findings").locator(".cite").first().click();
  await eventually.match(() => page.getByTestId("cited-row").first().textContent(), /S3-\d/);
  await page.getByRole("button", { name: "Ask again" }).click();
  assert.equal(await verdictOf(page, "VmBackup"), "unknown");
  assert.deepEqual(page.troubles, []);
});

for (const [name, options] of Object.entries({ light: WIDE, dark: { ...WIDE, colorScheme: "dark" }, narrow: NARROW })) {
  test(`axe finds nothing and nothing scrolls sideways while a service is asked about (${name})`, async () => {
    const planner = await support(options);
    for (const service of ["VmBackup", "DiskBackup"]) {
      const button = planner.page.getByTestId(`service-${service}`);
      await button.focus();
      await planner.page.keyboard.press("Enter");
      await eventually.equal(() => button.getAttribute("aria-pressed"), "true", "by keyboard");
      assert.deepEqual(await violations(planner.page), [], service);
      assert.equal(await planner.overflow(), 0, service);
    }
  });
}

test("rows that cannot be fetched are said so, and fetched when asked again", async () => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  let cut = true;
  await page.route("**/services-*.json", (route) => (cut ? route.abort() : route.continue()));
  await page.goto(process.env.RPLAB_URL);
  await page.getByTestId("fleet-table").waitFor();
  await page.locator("html[data-loaded]").waitFor();
  const planner = new Planner(page);
  await planner.go("support", (await planner.machines())[0]);
  await page.getByTestId("service-VmBackup").click();
  await page.getByRole("alert").getByText(/could not be fetched/).waitFor();
  cut = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByTestId("service-VmBackup").locator("[data-verdict]").waitFor();
  await context.close();
});
