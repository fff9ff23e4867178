// From a key to what it shows, on a machine four times slower (the browser's own throttling): typing in the VM editor,
// looking back through time, moving the cursor of the block map. Event Timing gives each key's time to the next paint, in
// steps of 8 ms. `cargo xtask bench input` calls it; by hand: RPLAB_URL, RPLAB_CHROMIUM and `node tests/bench/input.mjs`.
import { startBrowser } from "../e2e/browser.mjs";
import { Planner } from "../e2e/objects/planner.mjs";
import { wideScenario } from "../e2e/objects/wide.mjs";

const SLOWER = 4;
const browser = await startBrowser();
const planner = await Planner.open(browser, { viewport: { width: 1440, height: 900 } });
const { page } = planner;
const protocol = await page.context().newCDPSession(page);
await page.evaluate(() => {
  globalThis.keys = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (/^key|^input|^beforeinput/.test(entry.name)) keys.push([entry.interactionId, entry.duration]);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
});

/** Presses keys one by one; how long each took to be seen. What takes less than 16 ms counts as 16. */
async function measured(what, keys) {
  await protocol.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.evaluate(() => { keys.length = 0; });
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
  }
  await page.waitForTimeout(500);
  await protocol.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const seen = await page.evaluate(() => keys);
  const longest = new Map();
  for (const [id, duration] of seen) longest.set(id || `alone ${longest.size}`, Math.max(longest.get(id) ?? 0, duration));
  const times = [...longest.values()];
  while (times.length < keys.length) times.push(16);
  times.sort((one, other) => one - other);
  const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
  console.log(JSON.stringify({ bench: "input", what, slower: SLOWER, keys: keys.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1), within100Ms: times.filter((time) => time <= 100).length }));
}

const times = (count, key) => Array.from({ length: count }, () => key);

await page.getByRole("button", { name: "Edit vm-sql-01" }).click();
await page.getByTestId("editor").waitFor();
await page.getByTestId("editor").getByRole("textbox").nth(1).focus();
await measured("typing in the VM editor", [..."sql-central".split(""), ...times(9, "Backspace")]);
await page.keyboard.press("Escape");
await page.getByTestId("editor").waitFor({ state: "hidden" });

await page.getByTestId("fleet-search").focus();
await measured("searching the fleet", [..."sql westeurope".split(""), ...times(6, "Backspace")].map((key) => (key === " " ? "Space" : key)));

await page.getByTestId("scenario-file").setInputFiles({ name: "wide.scenario.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(wideScenario(60))) });
await page.getByText("Opened wide.scenario.json.").waitFor({ timeout: 120_000 });
await planner.go("lifecycle", "vm-wide");
await page.getByTestId("lane-rp-0").waitFor({ timeout: 60_000 });
await page.waitForTimeout(3000);
await page.getByTestId("map").focus();
await measured("moving the map's cursor", times(20, "ArrowRight"));
await measured("zooming the map", [...times(5, "+"), ...times(5, "-")]);
await page.getByTestId("scrubber").focus();
await measured("looking back through time", times(20, "ArrowLeft"));
if (page.troubles.length > 0) throw new Error(page.troubles.join("\n"));
await browser.close();
