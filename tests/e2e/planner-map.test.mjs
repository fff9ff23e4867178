// The block map with many points: what it does without, and that what it shows is nothing but what the engine says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { serverUrl, startBrowser } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { Planner } from "./objects/planner.mjs";
import { wideScenario } from "./objects/wide.mjs";

const POINTS = 200;
/** Lanes that stand in the page at once. */
const ROWS = 40;
const scenario = wideScenario(POINTS);

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

async function opened(options) {
  const planner = await Planner.open(browser, options);
  const { page } = planner;
  // Each lane that is drawn is put at once.
  await page.evaluate(() => {
    globalThis.drawn = 0;
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function count(...given) { globalThis.drawn += 1; return put.apply(this, given); };
  });
  await page.getByTestId("scenario-file").setInputFiles({ name: "wide.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(scenario)) });
  await page.getByText("Opened wide.scenario.json.").waitFor({ timeout: 120_000 });
  await planner.go("lifecycle", "vm-wide");
  await page.getByTestId("lane-rp-0").locator("canvas").waitFor({ timeout: 60_000 });
  await rested(page);
  return page;
}

/** Waits until nothing in the page has changed for a while. */
async function rested(page) {
  await page.evaluate(() => new Promise((resolve) => {
    let waiting = setTimeout(resolve, 400);
    new MutationObserver(() => { clearTimeout(waiting); waiting = setTimeout(resolve, 400); }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  }));
}

/** How many lanes are drawn while `act` is done and what follows from it. */
async function drawnBy(page, act) {
  await page.evaluate(() => { globalThis.drawn = 0; });
  await act();
  await rested(page);
  return page.evaluate(() => globalThis.drawn);
}

/** Of each column of a lane's canvas: whether it is empty, low or tall. */
const columnsOf = (page, point) => page.getByTestId(`lane-${point}`).locator("canvas").evaluate((canvas) => {
  const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = (column, row) => data[(row * width + column) * 4 + 3] > 0;
  return Array.from({ length: width }, (_, column) => (seen(column, 0) ? "tall" : seen(column, height - 1) ? "low" : "empty"));
});

/** The same as the engine of the npm package says it. */
const columnsSaid = (page) => page.evaluate(async ({ url, given }) => {
  const { default: init, Lab } = await import(`${url}/npm/index.js`);
  await init();
  const map = Lab.fromScenario(given).blockMap({ disk: "wide-data", columns: 256 });
  return Object.fromEntries(map.lanes.map((lane) => [lane.name, lane.columns.map((column) => (column ? (column.pays ? "tall" : "low") : "empty"))]));
}, { url: serverUrl(), given: scenario });

const press = (page, key) => page.evaluate((pressed) => {
  document.querySelector("[data-testid=map]").dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, key: pressed }));
}, key);

/** Marks the lanes that stand in the page, to tell later which of them are still the same. */
const mark = (page) => page.evaluate(() => { for (const lane of document.querySelectorAll("tr.lane")) lane.seen = true; });
const unmarked = (page) => page.evaluate(() => [...document.querySelectorAll("tr.lane")].filter((lane) => !lane.seen).map((lane) => lane.dataset.testid));

test("zooming draws the lanes that stand in the page, and the whole disk again is what the engine says of it", async () => {
  const page = await opened();
  const closer = await drawnBy(page, () => press(page, "+"));
  assert.ok(closer > 0 && closer <= ROWS, `${closer} lanes drawn by one step`);
  // Faster than anything is drawn.
  await page.evaluate(() => {
    const map = document.querySelector("[data-testid=map]");
    for (const key of ["+", "+", "+", "-", "+", "0"]) map.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, key }));
  });
  await rested(page);
  const said = await columnsSaid(page);
  for (const point of ["rp-0", "rp-1", "rp-7", "rp-30"]) assert.deepEqual(await columnsOf(page, point), said[point], point);
  // The last lanes are made from what lies before them.
  await page.getByTestId("map").evaluate((map) => { map.scrollTop = map.scrollHeight; });
  await page.getByTestId(`lane-rp-${POINTS - 1}`).locator("canvas").waitFor();
  await rested(page);
  for (const away of [1, 2, 20]) assert.deepEqual(await columnsOf(page, `rp-${POINTS - away}`), said[`rp-${POINTS - away}`]);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("lanes stay the same elements when a point is chosen, when one is deleted and when one looks back", async () => {
  const page = await opened();
  await page.getByTestId("lane-rp-5").getByRole("button").click();
  await rested(page);
  await mark(page);
  const chosen = await drawnBy(page, () => press(page, "ArrowDown"));
  await eventually.equal(() => page.locator(".lane.chosen").getAttribute("data-testid"), "lane-rp-6");
  assert.deepEqual(await unmarked(page), []);
  assert.equal(chosen, 0, "no lane looks otherwise");
  await press(page, "Delete");
  await page.getByTestId("lane-rp-6").getByText("deleting").waitFor();
  await rested(page);
  assert.deepEqual(await unmarked(page), []);
  await page.getByTestId("advance-3600").click();
  await page.getByTestId("lane-rp-6").waitFor({ state: "detached" });
  await rested(page);
  // One more comes up from below.
  assert.equal((await unmarked(page)).length, 1);
  await mark(page);
  await page.getByTestId("previous-event").click();
  await page.getByTestId("looking-back").waitFor();
  await rested(page);
  assert.deepEqual(await unmarked(page), ["lane-rp-6"], "the deleted one is back");
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("after a fast way through time the page shows the last moment, as if one had gone there at once", async () => {
  const page = await opened();
  const look = (days) => page.evaluate(async (wanted) => {
    const time = document.querySelector("[data-testid=scrubber]");
    for (const day of wanted) {
      time.value = String(day * 86_400);
      time.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, days);
  const shown = async () => {
    await rested(page);
    return page.evaluate(() => {
      const drawn = [...document.querySelectorAll("canvas.lane-canvas")].map((canvas) => canvas.toDataURL());
      return { words: document.querySelector("main").innerText, value: document.querySelector("[data-testid=scrubber]").value, drawn };
    });
  };
  // What follows comes in turns: on a busy machine there may be a while between two of them.
  const settled = async () => {
    for (let last = await shown(); ;) {
      await page.waitForTimeout(1000);
      const next = await shown();
      if (next.words === last.words) return next;
      last = next;
    }
  };
  await look([150]);
  const direct = await settled();
  await look([199]);
  await shown();
  await look([...Array.from({ length: 40 }, (_, step) => 190 - step * 2), 20, 90, 150]);
  const fast = await settled();
  assert.equal(fast.words, direct.words);
  assert.equal(fast.value, direct.value);
  assert.deepEqual(fast.drawn, direct.drawn);
  assert.match(fast.words, /You look at/);
  await page.getByTestId("back-to-now").click();
  await page.getByTestId("looking-back").waitFor({ state: "detached" });
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("under a thumb of time that never rests the page follows some times a second, and not with each step", async () => {
  const page = await opened();
  const { moments, drawn } = await page.evaluate(async () => {
    const time = document.querySelector("[data-testid=scrubber]");
    const [end, seen, begun] = [Number(time.max), new Set(), performance.now()];
    globalThis.drawn = 0;
    for (let step = 0; performance.now() - begun < 4000; step += 1) {
      time.value = String(end - 86_400 * (1 + (step % 100)));
      time.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 16));
      seen.add(document.querySelector("[data-testid=lifecycle-time]").innerText);
    }
    return { moments: seen.size, drawn: globalThis.drawn };
  });
  assert.ok(moments >= 3 && moments <= 17, `${moments} moments shown in four seconds`);
  assert.ok(drawn <= 17 * ROWS, `${drawn} lanes drawn`);
  await rested(page);
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("the crosshair stands in every lane at the column of the cursor, those that are scrolled to among them", async () => {
  const page = await opened();
  for (let times = 0; times < 5; times += 1) await press(page, "ArrowRight");
  await rested(page);
  const places = () => page.evaluate(() => [...new Set([...document.querySelectorAll(".crosshair")].map((crosshair) => crosshair.style.transform))]);
  assert.deepEqual(await places(), ["translateX(1.95%)"]);
  await page.getByTestId("map").evaluate((map) => { map.scrollTop = 2500; });
  await page.getByTestId("lane-rp-100").waitFor();
  await rested(page);
  assert.deepEqual(await places(), ["translateX(1.95%)"]);
  await page.context().close();
});

test("with many points lanes follow the theme, the strip every change, and the map its place", async () => {
  const page = await opened();
  const picture = () => page.getByTestId("lane-rp-3").locator("canvas").evaluate((canvas) => canvas.toDataURL());
  const light = await picture();
  await page.getByTestId("theme").click();
  await page.getByRole("button", { name: "Dark", exact: true }).click();
  await page.locator("html[data-theme=dark]").waitFor();
  await rested(page);
  assert.notEqual(await picture(), light, "the lanes have the colours of the theme");

  const strip = page.getByTestId("inspector");
  const before = await strip.innerText();
  assert.match(before, /by \d+ of 200/i);
  await page.getByTestId("lane-rp-5").getByRole("button").click();
  await press(page, "Delete");
  await page.getByTestId("advance-3600").click();
  await page.getByTestId("lane-rp-5").waitFor({ state: "detached" });
  await rested(page);
  const said = (await strip.innerText()).match(/by (\d+) of (\d+)/i);
  assert.ok(said && Number(said[1]) <= Number(said[2]), `${said} after a point went`);

  await page.getByTestId("map").evaluate((map) => { map.scrollTop = 3000; });
  await page.getByTestId("lane-rp-120").waitFor();
  await page.getByTestId("as-table").click();
  await page.getByTestId("as-table").locator("xpath=preceding-sibling::button").click();
  await page.getByTestId("lane-rp-0").waitFor();
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});

test("on a phone a long map shows the lanes that it is scrolled to", async () => {
  const page = await opened({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const map = page.getByTestId("map");
  const height = await page.getByTestId("lane-rp-3").evaluate((lane) => lane.getBoundingClientRect().height);
  for (const far of [300, 1000, 4000, 1000]) {
    await map.evaluate((map, far) => { map.scrollTop = far; }, far);
    await rested(page);
    const top = await map.evaluate((map) => {
      const edge = map.getBoundingClientRect().top + 40;
      const first = [...map.querySelectorAll("tr.lane")].find((lane) => lane.getBoundingClientRect().bottom > edge);
      return Number(first.dataset.testid.replace("lane-rp-", ""));
    });
    assert.ok(Math.abs(top - far / height) < 3, `rp-${top} at ${far} px, lanes of ${height} px`);
  }
  assert.deepEqual(page.troubles, []);
  await page.context().close();
});
