// Many labs held at once: each takes memory that it keeps. Whenever WebAssembly's memory grows, V8 collects its own
// garbage, all of it; so it has to grow in few steps.
import assert from "node:assert/strict";
import { PerformanceObserver, constants } from "node:perf_hooks";
import { test } from "node:test";
import { Lab, sampleFleet } from "restore-point-lab";

const LABS = 120;
const POINTS = 250;

/** Whole collections so far. They are told of a little later. */
function collections() {
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().filter((entry) => entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length;
  });
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    observer.disconnect();
    return count;
  };
}

test("labs that are held do not make the collector run with every few points", async () => {
  const [vm] = sampleFleet().machines;
  const ended = collections();
  const held = [];
  for (let lab = 0; lab < LABS; lab += 1) {
    held.push(new Lab({ fleet: { machines: [{ ...vm, disks: vm.disks.slice(0, 1) }] } }));
    held[lab].dispatch({ type: "createRestorePointCollection", name: "rpc", source: vm.name });
    for (let point = 0; point < POINTS; point += 1) {
      const outcome = held[lab].dispatch({ type: "createRestorePoint", collection: "rpc", name: `p${point}` });
      if (outcome.type !== "ok") assert.fail(JSON.stringify(outcome));
      held[lab].dispatch({ type: "advanceClock", by: "PT5M" });
    }
  }
  const count = await ended();
  assert.equal(held.at(-1).state().restorePoints.length, POINTS);
  for (const lab of held) lab.free();
  assert.ok(count < LABS / 2, `${count} whole collections while ${LABS * POINTS} points were made`);
});
