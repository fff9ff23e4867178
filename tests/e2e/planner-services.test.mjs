// The services side by side on the Support page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
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

const verdictOf = (page, service) => page.getByTestId(`service-${service}`).locator("[data-verdict]").getAttribute("data-verdict");

test("three services are judged side by side, each opens its rows, with the network cut", async () => {
  const { page } = await support(WIDE);
  assert.equal(await page.getByTestId("service-RestorePoints").getAttribute("aria-pressed"), "true");
  assert.match(await page.getByTestId("findings").textContent(), /rows that apply/);
  await page.getByTestId("service-VmBackup").click();
  assert.equal(await page.getByTestId("service-VmBackup").getAttribute("aria-pressed"), "true");
  assert.equal(await verdictOf(page, "VmBackup"), "unknown", "where the vault is decides, and is asked for");
  const policy = page.getByTestId("asks-policy.type");
  if (await policy.count()) await policy.getByRole("button", { name: /Enhanced/ }).click();
  const vault = page.getByTestId("asks-vault.location");
  await vault.getByRole("button").first().click();
  assert.match(await page.getByTestId("asked").textContent(), /vault in \w+/);
  assert.equal(await vault.count(), 0);
  assert.notEqual(await verdictOf(page, "VmBackup"), "unknown");
  const details = page.getByTestId("findings").locator("details > summary");
  if (await details.count()) await details.click();
  await page.getByTestId("findings").locator(".cite").first().click();
  assert.match(await page.getByTestId("cited-row").first().textContent(), /S3-\d/);
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
      assert.equal(await button.getAttribute("aria-pressed"), "true", "by keyboard");
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
