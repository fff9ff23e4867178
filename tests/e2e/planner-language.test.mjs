// Another language: a file of texts beside the page speaks for all of it. The test makes one in which every text is
// marked, so that what the planner says in English all the same can be seen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser, watched } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { MACHINE, PAGES, visit } from "./objects/looks.mjs";
import { Lifecycle, Planner, WIDE } from "./objects/planner.mjs";
import { allLiterals } from "./objects/texts.mjs";
import { translator } from "../../web/platform/language.js";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

const english = Object.values(JSON.parse(await readFile(new URL("../../web/texts.en.json", import.meta.url), "utf8"))).flat();
const marked = Object.fromEntries(english.map((text) => [text, `\u27e6${text}\u27e7`]));

/** A planner beside which there are texts in German, or what stands in for them here. */
async function speaking(texts, { address = "/?lang=de", ...options } = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...WIDE, ...options });
  const page = watched(await context.newPage());
  page.fetched = [];
  page.on("request", (request) => page.fetched.push(new URL(request.url()).pathname));
  await page.route("**/texts.de.json", (route) => route.fulfill({ contentType: "application/json", body: JSON.stringify(texts) }));
  await page.route((url) => url.pathname === "/", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('data-languages=""', 'data-languages="de"') });
  });
  await page.goto(new URL(address, serverUrl()).href);
  return new Planner(page).ready();
}

/** Texts that stand in the page, or are read out, without a mark. */
function unmarked(page) {
  return page.evaluate(() => {
    const untouched = "pre, code, textarea, script, style, .mono, [translate=no], article.report";
    const found = new Set();
    let said = 0;
    const note = (text) => {
      if (!/\p{L}{2}/u.test(text)) return;
      if (text.includes("\u27e6")) said += 1;
      else found.add(text.trim().replace(/\s+/g, " "));
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const here = walker.currentNode;
      const element = here.nodeType === Node.TEXT_NODE ? here.parentElement : here;
      if (element.closest(untouched) || !element.checkVisibility()) continue;
      if (here.nodeType === Node.TEXT_NODE) note(here.data);
      else for (const name of ["aria-label", "placeholder", "title"]) note(here.getAttribute(name) ?? "");
    }
    return { said, left: [...found] };
  });
}

test("a text is found whole, with its holes filled, and put together from parts", () => {
  const say = translator({ "Undo": "Zurück", "{count} free {}; the widest gap is then {gap}.": "{gap} bleibt, {} werden frei ({count}).", "{} points": "{} Punkte", "The newest point stays.": "Der neueste bleibt." });
  assert.equal(say(" Undo "), " Zurück ");
  assert.equal(say("3 points free 2.00 GiB; the widest gap is then 2 d."), "2 d bleibt, 2.00 GiB werden frei (3 Punkte).");
  assert.equal(say("4 points. The newest point stays."), "4 points. Der neueste bleibt.");
  assert.equal(say("Nobody wrote this"), "Nobody wrote this");
});

test("every sentence of the planner comes from the list of texts, on every page and in its dialogs", async () => {
  const planner = await speaking(marked);
  const { page } = planner;
  await eventually.equal(() => page.locator("html").getAttribute("lang"), "de");
  await Lifecycle.open(planner, MACHINE);
  await page.getByTestId("run-example").click();
  await page.getByTestId("lane-rp-day-5").waitFor();
  const isOurs = await allLiterals();
  const english = {};
  const look = async (where) => {
    const { said, left } = await unmarked(page);
    assert.ok(said > 20, `${where}: ${said} texts`);
    const ours = left.filter(isOurs);
    if (ours.length > 0) english[where] = ours;
  };
  for (const name of PAGES) {
    await visit(planner, name);
    await look(name);
  }
  await visit(planner, "fleet");
  await page.getByTestId("add-vm").click();
  await page.getByTestId("editor").waitFor();
  await look("editor");
  await page.keyboard.press("Escape");
  await page.getByTestId("share").click();
  await page.getByTestId("share-link").waitFor();
  await look("share");
  await page.keyboard.press("Escape");
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await page.getByTestId("keys-dialog").waitFor();
  await look("keys");
  assert.deepEqual(english, {});
  assert.deepEqual(page.troubles, []);
});

test("the browser's language is taken where there are texts in it, and numbers are written by it", async () => {
  const planner = await speaking({ "Fleet": "Flotte", "Import": "Einlesen" }, { address: "/", locale: "de-AT" });
  const { page } = planner;
  await page.getByRole("heading", { name: "Flotte", exact: true }).waitFor();
  await page.getByRole("button", { name: "Einlesen", exact: true }).waitFor();
  await eventually.match(() => page.getByTestId("fleet-summary").textContent(), /4\.124 GiB/);
  // What the file lacks stays English, and what changes later is said in the language too.
  await page.getByRole("button", { name: "Add VM" }).waitFor();
  await planner.go("report");
  await page.getByRole("link", { name: "Flotte" }).first().click();
  await page.getByRole("heading", { name: "Flotte", exact: true }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test("a language that nobody has written texts in is English, and asks for nothing", async () => {
  const planner = await speaking(marked, { address: "/?lang=fr" });
  await planner.page.getByRole("heading", { name: "Fleet", exact: true }).waitFor();
  await eventually.equal(() => planner.page.locator("html").getAttribute("lang"), "en");
  assert.deepEqual(planner.page.fetched.filter((path) => /texts|language/.test(path)), []);
});
