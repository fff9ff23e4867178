// Links and files: one coding, either way.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { openPage, startBrowser } from "./browser.mjs";
import { violations } from "./objects/axe.mjs";
import { eventually } from "./objects/eventually.mjs";
import { fleetOf } from "./objects/inventory.mjs";
import { Lifecycle, NARROW, Planner } from "./objects/planner.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const pack = (text, coding = "1") => `${coding}.${deflateRawSync(text).toString("base64url")}`;
const unpack = (link) => inflateRawSync(Buffer.from(link.split("?s=1.")[1], "base64url")).toString();
const open = async (address) => new Planner(await openPage(browser, address)).ready();

async function linkOf(planner) {
  await planner.page.getByTestId("share").click();
  return planner.page.getByTestId("share-link").inputValue();
}

test("a link opens as the very scenario, as a project of its own, and leaves the address", async () => {
  const planner = await Planner.open(browser);
  await planner.rename("Contoso retail");
  await planner.touch();
  const link = await linkOf(planner);
  assert.deepEqual(await violations(planner.page), []);
  const file = await planner.downloaded(() => planner.page.getByTestId("share-file").click());
  assert.deepEqual(JSON.parse(unpack(link)), JSON.parse(file), "file and link hold the same");
  assert.ok(link.includes("#/support/vm-sql-01?s=1."), "the page goes with it");

  const other = await open(new URL(link).hash);
  await eventually.equal(() => other.page.locator(".scenario-name").textContent(), "Contoso retail");
  await eventually.match(() => other.edition(), /Beyond/);
  assert.equal(new URL(other.page.url()).hash, "#/support/vm-sql-01");
  await other.kept();
  await other.reload();
  await eventually.match(() => other.edition(), /Beyond/, "it was kept");
  assert.deepEqual([...planner.page.troubles, ...other.page.troubles], []);
});

test("a link that is opened beside a project of its name has a name of its own in the list, and says so", async () => {
  const planner = await Planner.open(browser);
  await planner.rename("Contoso retail");
  await planner.touch();
  await planner.kept();
  const link = await linkOf(planner);
  const beside = await Planner.openBeside(planner, link);
  await beside.page.locator(".scenario-name").getByText("Contoso retail 2", { exact: true }).waitFor();
  await beside.message("Opened Contoso retail 2 from the link, as a project of its own.").waitFor();
  await beside.kept();
  const projects = await beside.projects();
  await projects.row("Contoso retail 2").waitFor();
  await eventually.deepEqual(async () => (await projects.names()).sort(), ["Contoso retail", "Contoso retail 2"]);
  await projects.close();
  // And once more, in the planner that is open.
  await beside.page.evaluate((address) => { location.hash = new URL(address).hash; }, link);
  await beside.message("Opened Contoso retail 3 from the link").waitFor();
  await beside.page.locator(".scenario-name").getByText("Contoso retail 3", { exact: true }).waitFor();
  assert.deepEqual([...planner.page.troubles, ...beside.page.troubles], []);
});

test("a link that is followed in an open planner takes nothing from the project that was open", async () => {
  const planner = await Planner.open(browser);
  await planner.rename("Mine");
  await planner.touch("2021-01");
  const scenario = JSON.stringify({ schemaVersion: 2, title: "Theirs", commands: [] });
  await planner.page.evaluate((hash) => { location.hash = hash; }, `#/fleet?s=${pack(scenario)}`);
  await planner.page.locator(".scenario-name", { hasText: "Theirs" }).waitFor();
  const projects = await planner.projects();
  await projects.open("Mine");
  await eventually.match(() => planner.edition(), /Jan 2021/);
});

test("what a followed link asks for wrongly is told beside the offer to take its scenario back", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.rename("Mine");
  const scenario = JSON.stringify({ schemaVersion: 2, title: "Theirs", commands: [] });
  await page.evaluate((hash) => { location.hash = hash; }, `#/fleet?tt=1&t=yesterday&e=1999-01&s=${pack(scenario)}`);
  const told = page.getByTestId("toasts");
  await told.getByText("`t` in the address is no moment").waitFor();
  await told.getByText("Opened Theirs from the link").waitFor();
  await told.getByRole("button", { name: "Undo" }).click();
  await page.locator(".scenario-name", { hasText: "Mine" }).waitFor();
});

test("a followed link that names another edition leaves both to be taken back, the edition and the opening", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.rename("Mine");
  const link = `#/fleet?e=2021-01&s=${pack(JSON.stringify({ schemaVersion: 2, title: "Theirs", commands: [] }))}`;
  const named = (name) => page.locator(".scenario-name", { hasText: name }).waitFor();
  const judgedBy = (edition) => page.getByTestId("edition").filter({ hasText: edition }).waitFor();
  const follow = async () => {
    await page.evaluate((hash) => { location.hash = hash; }, link);
    await named("Theirs");
    await judgedBy("Jan 2021");
  };
  const told = (words) => page.getByTestId("toasts").locator(".toast", { hasText: words });
  const takeBack = (words) => told(words).getByRole("button", { name: "Undo" }).click();

  await follow();
  await told("Judged by edition 2021-01").waitFor();
  await takeBack("Opened Theirs");
  await named("Mine");
  await judgedBy("Jul 2023");
  await told(/Judged|Opened/).first().waitFor({ state: "detached" });

  await follow();
  await takeBack("Judged by edition 2021-01");
  await judgedBy("Jul 2023");
  await named("Theirs");
  await takeBack("Opened Theirs");
  await named("Mine");

  await follow();
  await planner.undo();
  await judgedBy("Jul 2023");
  await told("Judged by edition").waitFor({ state: "detached" });
  await eventually.equal(() => told("Opened Theirs").count(), 1, "one step back leaves the other");
  await page.getByTestId("edition").click();
  await page.getByRole("button", { name: /Feb 2022/ }).click();
  await judgedBy("Feb 2022");
  await eventually.equal(() => told("Opened Theirs").count(), 0, "another step takes the offer away");
  assert.deepEqual(page.troubles, []);
});

test("links of an older version open, and say what was brought up", async () => {
  const old = await readFile(`${process.env.RPLAB_FIXTURES}/scenarios/version-1.json`, "utf8");
  const planner = await open(`#/fleet?s=${pack(old)}`);
  await planner.page.getByTestId("toasts").getByText(/written by an older version/).waitFor();
  assert.deepEqual(planner.page.troubles, []);
});

for (const version of [1, 2]) {
  test(`a link that was written when files were of version ${version} opens, letter for letter`, async () => {
    const link = await readFile(`${process.env.RPLAB_FIXTURES}/links/scenario-version-${version}.txt`, "utf8");
    const planner = await open(`#/fleet?s=${link}`);
    const { title, commands } = JSON.parse(inflateRawSync(Buffer.from(link.slice(2), "base64url")));
    const made = commands.filter(({ type }) => type === "createVirtualMachine").map(({ name }) => name);
    assert.ok(made.length > 0);
    await eventually.deepEqual(async () => (await planner.machines()).sort(), made.sort());
    if (title) await eventually.equal(() => planner.page.locator(".scenario-name").textContent(), title);
    assert.deepEqual(planner.page.troubles, []);
  });
}

for (const [name, packed, said] of [
  ["cut off", pack(JSON.stringify({ schemaVersion: 2, commands: [] })).slice(0, -6), /cut off or changed/],
  ["of a newer coding", pack("{}", "2"), /newer version of the planner/],
  ["of a newer file", pack(JSON.stringify({ schemaVersion: 99 })), /newer version of the planner wrote it/],
  ["that would fill the memory", pack("a".repeat(70_000_000)), /more than a scenario can be/],
  ["of something else", pack("<b>no</b>"), /not JSON/],
]) {
  test(`a link ${name} is refused in a sentence, and the planner works`, async () => {
    const planner = await open(`#/fleet?s=${packed}`);
    await planner.page.getByTestId("toasts").getByText(said).waitFor();
    await eventually.ok(async () => (await planner.machines()).length > 0);
  });
}

test("what no link can carry is offered as a file", async () => {
  const planner = await Planner.open(browser, NARROW);
  const page = planner.page;
  await planner.offer([{ name: "vms.json", text: fleetOf(800) }]);
  await page.getByTestId("import-replace").click();
  await page.getByTestId("share").click();
  await page.getByTestId("share-only").waitFor();
  await eventually.match(() => page.getByTestId("share-dialog").textContent(), /not every browser opens more than 64,000/);
  const file = JSON.parse(await planner.downloaded(() => page.getByTestId("share-file").click()));
  assert.equal(file.fleet.machines.length, 800);
  assert.equal(await planner.overflow(), 0);
});

test("whoever looks back shares the moment that is looked at, and others see it", async () => {
  const planner = await Planner.open(browser);
  await Lifecycle.open(planner, "vm-app-01");
  await planner.page.getByTestId("run-example").click();
  await planner.page.getByTestId("lane-rp-day-5").waitFor();
  await planner.page.getByTestId("scrubber").fill(String(36 * 3600));
  await planner.page.getByTestId("looking-back").waitFor();
  await planner.settled();
  const lanes = await planner.page.locator("[data-testid^=lane-rp]").count();
  const link = await linkOf(planner);
  assert.ok(link.includes("#/lifecycle/vm-app-01?t=2026-01-06T12:00:00Z&s=1."), link.slice(0, 120));

  const other = await open(new URL(link).hash);
  await other.page.getByTestId("looking-back").waitFor();
  await other.settled();
  await eventually.equal(() => other.page.locator("[data-testid^=lane-rp]").count(), lanes);
  assert.equal(new URL(other.page.url()).hash, "#/lifecycle/vm-app-01");
  await other.page.getByTestId("back-to-now").click();
  await other.page.getByTestId("lane-rp-day-5").waitFor();
  assert.deepEqual([...planner.page.troubles, ...other.page.troubles], []);
});

test("an address names an edition and a moment; what it names wrongly is told with the part, and changes nothing", async () => {
  const planner = await open("#/support/vm-app-01?t=2026-01-05T00:00:00Z&e=2021-01");
  const { page } = planner;
  await page.getByTestId("edition").filter({ hasText: "Jan 2021" }).waitFor();
  assert.equal(new URL(page.url()).hash, "#/support/vm-app-01");
  const told = page.getByTestId("toasts");
  for (const [asked, what] of [
    ["e=1999-01", /`e` in the address names no edition: `1999-01`\. There are 2021-01, .*beyond\./],
    ["t=yesterday", /`t` in the address is no moment: `yesterday`\. It is written like 2026-01-07T00:00:00Z\./],
    ["t=2030-01-01T00:00:00Z", /`t` in the address, .*2030.*, is not a moment of this scenario, .* Now is shown\./],
    ["tt=1", /a part `tt` that nothing reads\. It may have `t` .*`e` .*`s`/],
  ]) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/support/vm-app-01?${asked}`);
    await told.getByText(what).waitFor();
    await eventually.match(() => planner.edition(), /Jan 2021/);
    assert.equal(new URL(page.url()).hash, "#/support/vm-app-01");
  }
  await page.evaluate(() => { location.hash = "#/support/vm-app-01?e=beyond"; });
  await page.getByText(/Beyond/).first().waitFor();
  await planner.undo();
  await page.getByTestId("edition").filter({ hasText: "Jan 2021" }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test("an address of no page says so, over the fleet", async () => {
  for (const hash of ["#/console", "#nonsense", "#/scenarios/nothing", "#/restore/vm-app-01/first"]) {
    const planner = await open(hash);
    const note = planner.page.getByTestId("unknown-page");
    await note.waitFor();
    await eventually.equal(() => note.textContent(), `There is no page ${hash.replace(/^#\/?/, "")}.`);
    assert.deepEqual(await violations(planner.page), []);
    await planner.go("support", "vm-app-01");
    await planner.go("fleet");
    await planner.settled();
    await eventually.equal(() => note.count(), 0);
    assert.deepEqual(planner.page.troubles, []);
  }
});
