// Editing the fleet, answering what is missing, judging by another edition, looking back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { VM_LIST, fleetOf } from "./objects/inventory.mjs";
import { Lifecycle, NARROW, Planner, WIDE } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("a VM is made from a template, and its verdict follows every keystroke", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await page.getByTestId("add-vm").click();
  await page.getByTestId("editor-template").selectOption({ label: "Like vm-app-01" });
  const verdict = page.getByTestId("editor-verdict").locator("[data-verdict]");
  await eventually.equal(() => verdict.getAttribute("data-verdict"), "supported");
  await page.getByTestId("editor-name").fill("vm-mine");
  await page.getByTestId("disk-sku-1").fill("UltraSSD_LRS");
  await page.getByTestId("editor-verdict").locator('[data-verdict="excludeDisk"]').waitFor();
  await page.getByTestId("editor-save").click();
  await page.getByTestId("vm-vm-mine").waitFor();
  await eventually.equal(() => planner.verdict("vm-mine"), "excludeDisk");
  await planner.undo();
  await page.getByTestId("vm-vm-mine").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
});

test("a name that is taken is refused beside the form, and nothing is lost", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await page.getByTestId("add-vm").click();
  // Without a template the VM stands beside the first one of the fleet, in the same group.
  const first = (await planner.page.getByRole("button", { name: /^Edit / }).first().getAttribute("aria-label")).slice(5);
  await page.getByTestId("editor-name").fill(first);
  await page.getByTestId("editor-save").click();
  await eventually.match(() => page.getByTestId("editor-error").textContent(), new RegExp(first));
  await eventually.equal(() => page.getByTestId("editor-name").inputValue(), first);
});

test("deleting a VM and taking it back leaves the fleet as it was", async () => {
  const planner = await Planner.open(browser);
  const before = await planner.machines();
  await planner.page.getByRole("button", { name: "Delete vm-sql-01" }).click();
  await planner.page.getByTestId("vm-vm-sql-01").waitFor({ state: "detached" });
  await planner.page.getByTestId("toasts").getByRole("button", { name: "Undo" }).click();
  await planner.page.getByTestId("vm-vm-sql-01").waitFor();
  await eventually.deepEqual(() => planner.machines(), before);
});

test("after the lab has acted, an edit of a VM is a command of its own", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-sql-01");
  await life.createCollection();
  await planner.go("fleet");
  await page.getByRole("button", { name: "Edit vm-sql-01" }).click();
  await eventually.notEqual(() => page.getByTestId("editor-name").getAttribute("readonly"), null);
  // By another name a disk would be another disk, and its points would belong to none.
  await eventually.notEqual(() => page.getByTestId("disk-name-1").getAttribute("readonly"), null);
  await page.getByTestId("add-disk").click();
  await eventually.equal(() => page.getByTestId("disk-name-4").getAttribute("readonly"), null, "one that is new may be called anything");
  await page.getByTestId("disk-form-4").getByRole("button", { name: /^Remove / }).click();
  await page.getByTestId("fact-search").last().fill("encryptionAtHost");
  const fact = page.getByTestId("editor").getByTestId("fact-encryptionAtHost").filter({ visible: true });
  await fact.selectOption("yes");
  await page.getByTestId("editor-save").click();
  await planner.go("lifecycle", "vm-sql-01");
  await page.getByTestId("log").getByText(/updateVirtualMachine vm-sql-01 encryptionAtHost/).waitFor();
});

test("a missing fact is asked for, each answer shows its verdict, and answering settles it", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.offer([{ name: "vms.json", text: VM_LIST }]);
  await page.getByTestId("import-replace").click();
  await page.getByTestId("vm-vm-plain").waitFor();
  await eventually.equal(() => planner.verdict("vm-plain"), "unknown");
  await planner.go("support", "vm-plain");
  const questions = page.getByTestId("missing");
  await questions.first().waitFor();
  const count = await questions.count();
  assert.ok(count > 0);
  const answers = questions.first().locator("button.answer");
  const offered = await answers.locator("[data-verdict]").count();
  assert.ok(offered > 0, "each answer shows what the verdict would be");
  const verdicts = await answers.locator("[data-verdict]").evaluateAll((marks) => marks.map((mark) => mark.dataset.verdict));
  assert.ok(!verdicts.includes("unknown"), "an answer settles its question");
  await answers.first().click();
  await page.waitForFunction((before) => document.querySelectorAll("[data-testid=missing]").length < before, count);
});

test("another edition judges by other rows, and undo goes back to the one before", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.go("support", "vm-sql-01");
  const headline = page.getByTestId("headline").locator("[data-verdict]");
  await eventually.equal(() => headline.getAttribute("data-verdict"), "excludeDisk");
  await page.getByTestId("edition-beyond").click();
  await page.getByTestId("headline").locator('[data-verdict="supported"]').waitFor();
  await eventually.equal(() => page.getByTestId("edition-beyond").getAttribute("aria-pressed"), "true");
  await planner.undo();
  await page.getByTestId("headline").locator('[data-verdict="excludeDisk"]').waitFor();
});

test("looking back shows the lab as it was and changes nothing", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const life = await Lifecycle.open(planner, "vm-sql-01");
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  await life.choose("rp-day-2");
  const digest = await life.digest();
  const slider = page.getByTestId("scrubber");
  await slider.fill(String(36 * 3600));
  await page.getByTestId("looking-back").waitFor();
  await page.getByTestId("lane-rp-day-3").waitFor({ state: "detached" });
  await life.choose("rp-day-2");
  await eventually.equal(() => life.digest(), digest);
  await eventually.equal(() => page.getByTestId("create-point").getAttribute("aria-disabled"), "true");
  await page.getByTestId("back-to-now").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  assert.deepEqual(page.troubles, []);
});

test("who is here for the first time is told what stands there and where to begin, until something is done", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  // What may be given besides is named, not only one command.
  await eventually.match(() => page.getByTestId("welcome").textContent(), /sample.*az vm list.*az disk list.*Resource Graph.*template.*Terraform/);
  await page.getByTestId("welcome-import").click();
  await page.getByTestId("import-panel").waitFor();
  await page.getByRole("link", { name: /Take the tour/ }).click();
  await page.getByTestId("tour-start").waitFor();
  await planner.go("fleet");
  await planner.offer([{ name: "vms.json", text: VM_LIST }]);
  await page.getByTestId("import-replace").click();
  await page.getByTestId("vm-vm-plain").waitFor();
  await eventually.equal(() => page.getByTestId("welcome").count(), 0);
  await planner.kept();
  await planner.reload();
  await page.getByTestId("vm-vm-plain").waitFor();
  await eventually.equal(() => page.getByTestId("welcome").count(), 0, "an imported fleet is no sample on the next visit either");
  assert.deepEqual(page.troubles, []);
});

test("beside the import's panel each VM keeps to a line or two", async () => {
  const planner = await Planner.open(browser);
  await planner.page.getByTestId("import").click();
  await planner.page.getByTestId("import-panel").waitFor();
  const heights = await planner.page.locator(".fleet-table tr[data-testid]").evaluateAll((rows) => rows.map((row) => row.offsetHeight));
  assert.ok(heights.length > 0 && heights.every((height) => height < 56), heights.join());
  assert.equal(await planner.overflow(), 0);
});

test("without VMs the table says what may be dropped", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  while (await page.getByRole("button", { name: /^Delete / }).count() > 0) {
    const machine = (await planner.machines())[0];
    await page.getByRole("button", { name: `Delete ${machine}`, exact: true }).click();
    await page.getByTestId(`vm-${machine}`).waitFor({ state: "detached" });
  }
  await page.locator("main").getByText("No VMs yet").waitFor();
  await eventually.match(() => page.locator("main").textContent(), /No VMs yet.*az vm list.*az disk list.*Resource Graph.*template.*Terraform/);
});

for (const [name, options] of Object.entries({ "a wide screen": WIDE, "a phone": NARROW })) {
  test(`what accepts an import stays in reach below long lists, on ${name}`, async () => {
    const planner = await Planner.open(browser, options);
    const { page } = planner;
    await planner.offer([{ name: "vms.json", text: fleetOf(60) }]);
    const add = page.getByTestId("import-add");
    await add.waitFor();
    await planner.settled();
    // Wherever one is in the lists, each of the three is on the screen, and nothing lies over it.
    const reached = () => page.evaluate(() => ["import-add", "import-replace", "import-discard"].map((id) => {
      const button = document.querySelector(`[data-testid=${id}]`);
      const { left, right, top, bottom } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    }));
    const everywhere = async () => {
      const panel = page.getByTestId("import-panel");
      for (const to of [0, 400, 1e6]) {
        await panel.evaluate((panel, to) => {
          scrollTo(0, Math.min(to, scrollY + panel.getBoundingClientRect().bottom - innerHeight + 60));
        }, to);
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
        assert.deepEqual(await reached(), [true, true, true], `at ${to}`);
      }
    };
    await everywhere();
    // What has the keyboard is not below the buttons.
    await page.locator(".preview-part > summary").last().focus();
    await page.waitForFunction(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return document.activeElement.contains(document.elementFromPoint(60 + document.activeElement.getBoundingClientRect().left, (top + bottom) / 2));
    });
    assert.equal(await planner.overflow(), 0);
    assert.deepEqual(await violations(page), []);
    await add.click();
    await page.getByTestId("import-panel").waitFor({ state: "detached" });
    assert.deepEqual(page.troubles, []);
  });
}

test("an address may write a VM's name in other letters, as Azure does", async () => {
  const planner = await Planner.open(browser);
  await planner.go("support", "VM-Kv-01");
  await planner.page.getByRole("heading", { name: "vm-kv-01" }).waitFor();
  assert.deepEqual(planner.page.troubles, []);
});

test("zones that only a deployment can tell are asked for, and their answer counts", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  const template = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", contentVersion: "1.0.0.0",
    parameters: { zone: { type: "string" } },
    resources: [{ type: "Microsoft.Compute/virtualMachines", apiVersion: "2024-07-01", name: "vm-somewhere", location: "westeurope", zones: ["[parameters('zone')]"],
      properties: { hardwareProfile: { vmSize: "Standard_D2s_v3" }, storageProfile: {
        imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2019-Datacenter", version: "latest" },
        osDisk: { osType: "Windows", createOption: "FromImage", managedDisk: { storageAccountType: "Premium_LRS" } } } } }],
  };
  await planner.offer([{ name: "template.json", text: JSON.stringify(template) }]);
  await page.getByTestId("import-panel").getByText("[parameters('zone')]").waitFor();
  await page.getByTestId("import-add").click();
  await page.getByTestId("vm-vm-somewhere").waitFor();
  // All else that decides is said.
  await page.getByTestId("totals-VmBackup").getByRole("button", { name: "Azure VM Backup" }).click();
  await page.getByTestId("fleet-vault").selectOption({ label: "Each VM's own region" });
  await page.getByTestId("fleet-policy").selectOption("Enhanced");
  const zonal = page.getByRole("button", { name: /^Another zone, VM Backup: / });
  await planner.go("restore", "vm-somewhere");
  await zonal.filter({ hasText: "Not known" }).waitFor();
  // Whoever knows says it in the editor, also that it is none.
  const say = async (zones) => {
    await planner.go("fleet");
    await page.getByRole("button", { name: "Edit vm-somewhere" }).click();
    const field = page.getByTestId("editor-zones");
    const before = await field.getAttribute("placeholder");
    await field.fill(zones);
    await field.blur();
    await page.getByTestId("editor-save").click();
    await page.getByTestId("editor").waitFor({ state: "hidden" });
    await planner.go("restore", "vm-somewhere");
    return before;
  };
  assert.match(await say("2"), /^not known/);
  await zonal.filter({ hasText: "Yes" }).waitFor();
  await planner.undo();
  await zonal.filter({ hasText: "Not known" }).waitFor();
  await say("none");
  await zonal.filter({ hasText: "Undocumented" }).waitFor();
  assert.equal(await say("none"), "none");
  assert.deepEqual(page.troubles, []);
});
