// The block map with 500 points of a disk of 32 TiB in the real Chromium: how long the frames are while the cursor moves,
// the map zooms and scrolls, points are chosen and one is deleted. Each against frames in which nothing happens, in the
// same run. `cargo xtask bench map` calls it; by hand: RPLAB_URL, RPLAB_CHROMIUM and `node tests/bench/map.mjs`.
import { Planner } from "../e2e/objects/planner.mjs";
import { startBrowser } from "../e2e/browser.mjs";
import { wideScenario } from "../e2e/objects/wide.mjs";

const points = process.argv.includes("--quick") ? 50 : 500;
const browser = await startBrowser();
const planner = await Planner.open(browser, { viewport: { width: 1440, height: 900 } });
const { page } = planner;
await page.getByTestId("scenario-file").setInputFiles({ name: "wide.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(wideScenario(points))) });
await page.getByText("Opened wide.scenario.json.").waitFor({ timeout: 120_000 });
const begun = performance.now();
await planner.go("lifecycle", "vm-wide");
await page.getByTestId(`lane-rp-0`).waitFor({ timeout: 60_000 });
console.log(`the page with ${points} lanes stands after ${Math.round(performance.now() - begun)} ms`);

/** Does something once a frame, `count` times; how long each frame took. */
async function frames(name, step, count = 60) {
  const times = await page.evaluate(async ({ step, count }) => {
    const map = document.querySelector("[data-testid=map]");
    map.focus({ preventScroll: true });
    const act = new Function("map", "turn", step);
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    const times = [];
    let last = await frame();
    for (let turn = 0; turn < count; turn += 1) {
      act(map, turn);
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    return times;
  }, { step, count });
  times.sort((one, other) => one - other);
  const at = (part) => Number(times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1));
  const row = { bench: "map", what: name, points, frames: count, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1), within17Ms: times.filter((time) => time < 17.5).length };
  console.log(JSON.stringify(row));
  return row;
}

const press = (keys) => `map.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...(${keys}) }))`;
await frames("nothing", "");
await frames("cursor", press('{ key: "ArrowRight" }'));
await frames("choose", press('{ key: turn % 40 < 20 ? "ArrowUp" : "ArrowDown" }'));
await frames("zoom", press('{ key: turn % 20 < 10 ? "+" : "-" }'), 40);
await frames("pan", press('{ key: "ArrowRight", shiftKey: true }'));
// A day further back with each frame.
await frames("scrub", "const time = document.querySelector('[data-testid=scrubber]'); time.value = Math.max(0, Number(time.max) - (turn % 30) * 86400); time.dispatchEvent(new Event('input', { bubbles: true }));", 30);
await page.getByTestId("back-to-now").click();
await frames("scroll", "window.scrollBy(0, 40)");
await page.evaluate(() => window.scrollTo(0, 0));
await frames("delete", press('{ key: turn % 10 === 0 ? "Delete" : "ArrowUp" }'), 20);
if (page.troubles.length > 0) throw new Error(page.troubles.join("\n"));
await browser.close();
