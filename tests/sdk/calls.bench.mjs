// How long a call takes in the packed engine, and what the official client adds: rows for `cargo xtask bench calls`.
import { createHttpHeaders } from "@azure/core-rest-pipeline";
import { ComputeManagementClient } from "@azure/arm-compute";
import { forecast } from "restore-point-lab";
import { credential } from "restore-point-lab/azure";
import { collectionId, connected, diskId, dispatched, GROUP, startedLab, SUBSCRIPTION, VM } from "./support.mjs";

const quick = process.argv.includes("--quick");
const RUNS = quick ? 2 : 5;
const VERSION = "api-version=2024-11-01";
const HOST = "https://management.azure.com";

function row(workload, store, op, values, unit, target, atLeast = false) {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.floor(sorted.length / 2)];
  const met = target === null ? null : atLeast ? value >= target : value <= target;
  const round = (number) => Number(number.toPrecision(4));
  const [low, high] = [round(sorted[0]), round(sorted.at(-1))];
  console.log(JSON.stringify({ measure: "value", platform: "wasm", workload, store, op, value: round(value), low, high, unit, target, met }));
}

/** Microseconds of one call, in each run; the first run warms up and does not count. */
async function timed(count, call) {
  const values = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const begun = performance.now();
    for (let at = 0; at < count; at += 1) await call(run * count + at);
    if (run > 0) values.push(((performance.now() - begun) * 1000) / count);
  }
  return values;
}

/** Like `timed`, for calls that answer at once: nothing is awaited. */
function timedAtOnce(count, call) {
  const values = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const begun = performance.now();
    for (let at = 0; at < count; at += 1) call(run * count + at);
    if (run > 0) values.push(((performance.now() - begun) * 1000) / count);
  }
  return values;
}

function asked(lab, method, path, body) {
  const answer = lab.request({ method, url: `${HOST}${path}?${VERSION}`, headers: { "content-type": "application/json" }, body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer;
}

const count = quick ? 500 : 5000;
const collection = collectionId("c");

/** A lab with an empty collection. */
function withCollection() {
  const lab = startedLab();
  asked(lab, "PUT", collection, JSON.stringify({ location: "eastus", properties: { source: { id: VM } } }));
  return lab;
}

const lab = withCollection();
const point = `${collection}/restorePoints/p`;
asked(lab, "PUT", point, "{}");
for (const [op, path] of [["getRestorePoint", point], ["getCollection", collection], ["getDisk", diskId("data")], ["getVirtualMachine", VM]]) {
  row("arm", "rplab", op, timedAtOnce(count, () => asked(lab, "GET", path)), "us", 30);
}
// A VM keeps 500 points, so that a run takes several labs: as many calls as in the rows above, and as warm.
const POINTS = 250;
const labs = Array.from({ length: ((RUNS + 1) * count) / POINTS }, withCollection);
row("arm", "rplab", "createRestorePoint", timedAtOnce(count, (at) => asked(labs[Math.floor(at / POINTS)], "PUT", `${collection}/restorePoints/n${at}`, "{}")), "us", 60);

// The client with the lab behind it, and with an answer that is ready: the difference is the lab's.
const client = connected(lab);
row("client", "rplab", "getRestorePoint", await timed(count / 5, () => client.restorePoints.get(GROUP, "c", "p")), "us", null);
const ready = asked(lab, "GET", point).body;
const httpClient = {
  sendRequest: async (request) => ({ request, status: 200, headers: createHttpHeaders({ "content-type": "application/json" }), bodyAsText: ready }),
};
const alone = new ComputeManagementClient(credential(), SUBSCRIPTION, { httpClient, retryOptions: { maxRetries: 0 } });
row("client", "ready answer", "getRestorePoint", await timed(count / 5, () => alone.restorePoints.get(GROUP, "c", "p")), "us", null);

// The lifecycle by commands, as a test or a page gives them: writes, points, deletions, time.
const rounds = quick ? 500 : 5000;
const rates = timedAtOnce(1, (run) => {
  const lab = startedLab();
  dispatched(lab, { type: "createRestorePointCollection", name: "c", source: VM });
  for (let at = 0; at < rounds; at += 1) {
    dispatched(lab, { type: "writeBlocks", disk: "data", first: (at * 7) % 4096, last: ((at * 7) % 4096) + 3 });
    dispatched(lab, { type: "createRestorePoint", collection: "c", name: `p${run}-${at}` });
    dispatched(lab, { type: "advanceClock", by: "PT1H" });
    if (at >= 10) dispatched(lab, { type: "deleteRestorePoint", restorePoint: `${collectionId("c")}/restorePoints/p${run}-${at - 10}` });
  }
});
row("lifecycle", "rplab", "commands", rates.map((micros) => (rounds * 4) / (micros / 1e6)), "commands/s", null, true);

// Forecasts of a large fleet: three services, a year, in the packed engine.
{
  const machines = quick ? 1000 : 10000;
  const id = (kind, name) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/${kind}/${name}`;
  const disk = (name, sizeGiB, usedGiB) => ({ id: id("disks", name), name, sizeGiB, facts: { usedGiB } });
  // Small, so that what travels in a year stays below 2^53 bytes; no two of 10,000 kinds are alike.
  const disks = (at, kind) => [disk(`vm${at}-os`, 64 + Math.floor(kind / 400), 1 + (kind % 20)), disk(`vm${at}-data`, 512, 1 + (Math.floor(kind / 20) % 20))];
  const schedule = { frequency: "Hourly", intervalHours: 12 };
  for (const [op, kinds] of [["hundredKinds", 100], ["eachAnother", machines]]) {
    const fleet = {
      machines: Array.from({ length: machines }, (_, at) => ({
        id: id("virtualMachines", `vm${at}`), name: `vm${at}`, location: "eastus", facts: { osType: "Windows" },
        disks: disks(at, at % kinds),
      })),
    };
    const plans = [
      { service: "restorePoints", fleet, policy: { schedule, dailyRetentionDays: 30, weeklyRetention: { weeks: 12 } } },
      { service: "vmBackup", fleet, policy: { type: "Enhanced", schedule, instantRestoreDays: 7, dailyRetentionDays: 30, monthlyRetention: { on: "last", months: 12 } } },
      { service: "diskBackup", fleet, policy: { schedule, operationalRetentionDays: 30 } },
    ];
    const values = [];
    for (let run = 0; run < RUNS; run += 1) {
      const begun = performance.now();
      for (const plan of plans) forecast(plan);
      values.push((performance.now() - begun) / 1000);
    }
    row(`${machines} VMs, a year, three services`, "rplab", op, values, "s", 2);
  }
}
