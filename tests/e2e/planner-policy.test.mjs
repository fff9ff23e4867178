// What a security reviewer asks: the policy, no other origin, and imported text that stays text.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { csvFaults, csvRows, savedBytes, svgFaults } from "./objects/files.mjs";
import { Lifecycle, Planner } from "./objects/planner.mjs";
import { HOSTILE, hostileFleet } from "./objects/hostile.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

test("no markup but the planner's own reaches the page, and no script but its own workers", async () => {
  const planner = await Planner.open(browser);
  const tried = await planner.page.evaluate(async () => {
    // Not in the debugger's own task, which is above the policy.
    await new Promise((next) => setTimeout(next));
    const attempt = (work) => {
      try {
        work();
        return "allowed";
      } catch (error) {
        return error.name;
      }
    };
    const place = document.createElement("div");
    return {
      markup: attempt(() => { place.innerHTML = "<img src=x onerror=globalThis.stolen=1>"; }),
      worker: attempt(() => new Worker("engine.js")),
      blob: attempt(() => new Worker(URL.createObjectURL(new Blob(["self.close()"])))),
      script: attempt(() => { document.createElement("script").text = "globalThis.stolen = 1"; }),
      evaluated: attempt(() => (0, eval)("globalThis.stolen = 1")),
      policy: attempt(() => trustedTypes.createPolicy("another", {})),
      parts: place.childNodes.length,
      inline: document.querySelectorAll("style, script:not([src]), [style*=url]").length,
    };
  });
  assert.deepEqual(tried, {
    markup: "TypeError", worker: "TypeError", blob: "TypeError", script: "TypeError", evaluated: "EvalError", policy: "TypeError",
    parts: 0, inline: 0,
  });
  await eventually.equal(() => planner.page.evaluate(() => globalThis.stolen), undefined);
});

test("names made to harm stay text on every page, in messages and in the address", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  page.on("dialog", (dialog) => page.troubles.push(`dialog: ${dialog.message()}`));
  // What markup there is: whatever an import adds to it has been let through.
  const markup = () => page.evaluate(() => document.querySelectorAll("img, iframe, object, embed, form, base, meta[http-equiv=refresh], script, style, a[href^=javascript]").length);
  const before = await markup();
  await planner.offer([{ name: `${HOSTILE.markup}.json`.replaceAll("/", ""), text: hostileFleet() }]);
  await page.getByTestId("preview").waitFor();
  assert.equal(await markup(), before, "preview");
  await page.getByTestId("import-replace").click();
  await page.getByTestId("preview").waitFor({ state: "detached" }).catch(async () => assert.fail(await page.getByTestId("toasts").textContent()));
  const names = await planner.machines();
  await planner.rename(HOSTILE.markup);
  await page.getByTestId("fleet-search").fill(HOSTILE.script);
  await page.getByTestId("fleet-search").fill("");
  const ABOUT_ONE = ["support", "lifecycle", "restore", "plan"];
  for (const name of names) {
    for (const where of ABOUT_ONE) {
      await planner.go(where, name);
      await planner.settled();
      assert.equal(await markup(), before, `${where} of ${JSON.stringify(name)}`);
    }
  }
  for (const where of ["fleet", "report", "api", "matrix", "scenarios"]) {
    await planner.go(where);
    await planner.settled();
    assert.equal(await markup(), before, where);
  }
  await planner.go("fleet");
  await page.getByRole("button", { name: /^Edit / }).first().click();
  await page.getByTestId("editor").waitFor();
  assert.equal(await markup(), before, "editor");
  await page.keyboard.press("Escape");
  await planner.kept();
  await planner.reload();
  await eventually.equal(() => page.evaluate(() => globalThis.stolen), undefined);
  assert.equal(await markup(), before);
  assert.deepEqual(page.troubles, []);
});

test("files that are handed over carry nothing of it out: tables, pictures, the report in each form", async () => {
  const planner = await Planner.open(browser);
  const { page } = planner;
  await planner.offer([{ name: "vms.json", text: hostileFleet() }]);
  await page.getByTestId("import-replace").click();
  await page.getByTestId("preview").waitFor({ state: "detached" });
  await planner.rename(HOSTILE.formula);
  const [turning] = (await planner.machines()).filter((name) => name.includes("\u202e"));
  const text = async (click) => (await savedBytes(page, click)).bytes.toString();
  const fleet = await text(() => page.getByTestId("csv-fleet").click());
  assert.deepEqual(csvFaults(fleet), []);
  assert.ok(csvRows(fleet).flat().some((cell) => cell.includes("=cmd|")), "what was imported is in it, as text");

  // What is missing of it is made up for, so that it can be captured.
  const blank = await (await browser.newContext()).newPage();
  await planner.go("support", turning);
  for (let asked = 0; asked < 30 && await page.getByTestId("missing").count(); asked += 1) await page.getByTestId("missing").first().locator("button.answer").first().click();
  const life = await Lifecycle.open(planner, turning);
  await life.createCollection();
  await life.capture("rp-a");
  assert.deepEqual(await svgFaults(blank, await text(() => page.getByTestId("map-svg").click())), []);
  await planner.go("restore", turning);
  await page.getByTestId("abilities-map").waitFor();
  const restorability = await text(() => page.getByTestId("abilities").getByRole("button", { name: "SVG" }).click());
  assert.deepEqual(await svgFaults(blank, restorability), []);
  await planner.go("report");
  await page.getByTestId("with-plan").check().catch(() => {});
  const markdown = await text(() => page.getByTestId("report-md").click());
  assert.doesNotMatch(markdown, /(^|[^\\`])<(img|script|\/title)/m);
  assert.doesNotMatch(markdown, /(^|[^\\])\]\((javascript|https:\/\/example)/);
  assert.deepEqual(csvRows(await text(() => page.getByTestId("report-csv").click())).flat().filter((cell) => /^[=@\t\r]/.test(cell)), []);
  JSON.parse(await text(() => page.getByTestId("report-json").click()));
  const html = await text(() => page.getByTestId("report-html").click());
  blank.on("request", (request) => page.troubles.push(`request: ${request.url()}`));
  await blank.setContent(html);
  await eventually.equal(() => blank.evaluate(() => globalThis.stolen), undefined);
  await eventually.equal(() => blank.evaluate(() => document.querySelectorAll("script, img, iframe, object, form, [href^=javascript], [onerror], [onfocus]").length), 0);
  await eventually.equal(() => page.evaluate(() => globalThis.stolen), undefined);
  assert.deepEqual(page.troubles, []);
});

test("a name with letters that turn the line around turns nothing but itself", async () => {
  const planner = await Planner.open(browser);
  const page = planner.page;
  await planner.offer([{ name: "vms.json", text: hostileFleet() }]);
  await page.getByTestId("import-replace").click();
  const [turning] = (await planner.machines()).filter((name) => name.includes("\u202e"));
  await planner.go("fleet");
  const row = page.locator("tr[data-testid]", { hasText: turning });
  await row.getByRole("button", { name: /^Delete/ }).click();
  // The sentence around the name reads from left to right: its full stop stands to the right of its first word.
  const [first, last] = await page.getByTestId("toasts").locator("p", { hasText: "Deleted" }).evaluate((said) => {
    const node = document.createTreeWalker(said, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (node.nextNode()) texts.push(node.currentNode);
    const at = (text, index) => {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + 1);
      return range.getBoundingClientRect().left;
    };
    const end = texts.at(-1);
    return [at(texts[0], 0), at(end, end.data.length - 1)];
  });
  assert.ok(last > first, `${last} is right of ${first}`);
});
