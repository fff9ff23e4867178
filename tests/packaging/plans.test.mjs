// Plans in the package: what breaks one really breaks it when its scenario runs, and a mixed fleet is sampled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { forecast, PlanBreaker, runScenario } from "restore-point-lab";

const id = (kind, name) => `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/${kind}/${name}`;

function machine(name, sizeGiB, usedGiB) {
  const disk = { id: id("disks", `${name}-data`), name: `${name}-data`, sizeGiB, facts: { usedGiB } };
  return { id: id("virtualMachines", name), name, location: "eastus", facts: { osType: "Windows" }, disks: [disk] };
}

function plan(fields) {
  return {
    fleet: { machines: [machine("web", 64, 4), machine("sql", 128, 9)] },
    policy: { schedule: { frequency: "Hourly", intervalHours: 6 }, keepLast: 12 },
    workloads: [{ workload: { every: "P1D", pattern: "idle" } }],
    ...fields,
  };
}

/** Searches to the end, in steps as a worker does. */
function search(asked, options) {
  const breaker = new PlanBreaker(asked, options);
  try {
    for (;;) {
      const report = breaker.step(100);
      if (report.done) return report;
    }
  } finally {
    breaker.free();
  }
}

/** The scenario's expectation fails, and holds without the faults. */
function reallyBreaks(report) {
  assert.ok(report.scenario, JSON.stringify(report));
  const run = runScenario(report.scenario);
  assert.equal(run.met, false, JSON.stringify(report.missed));
  const commands = report.scenario.commands.filter((command) => command.type !== "injectFault");
  assert.equal(commands.length, report.scenario.commands.length - report.faults.length);
  assert.equal(runScenario({ ...report.scenario, commands }).met, true);
}

for (const [name, fields, options] of [
  ["age of points", { objectives: { rpo: "PT13H" } }, { schedules: 200 }],
  ["age of copies", { objectives: { remoteRpo: "PT30H", regions: ["westus"] }, copies: [{ region: "westus" }] }, { schedules: 200, longest: "P3D" }],
  ["retention", { objectives: { retentionDays: 4 }, policy: { schedule: { frequency: "Daily" }, dailyRetentionDays: 5 } }, { schedules: 100, longest: "P7D", days: 16, kinds: ["agentNotReady"] }],
  ["loss of a region", { objectives: { restorableWithin: "PT4H" } }, { schedules: 100, kinds: ["regionDown"] }],
]) {
  test(`what breaks a plan breaks it on replay: ${name}`, () => {
    const report = search(plan(fields), options);
    assert.deepEqual(report.machines, ["web", "sql"]);
    assert.ok(report.faults.length > 0);
    reallyBreaks(report);
    assert.deepEqual(search(plan(fields), options), report, "the same seed finds the same");
  });
}

test("thousands of schedules are tried where none breaks the plan", () => {
  const report = search(plan({ objectives: { rpo: "P5D" } }), { schedules: 3000, longest: "PT12H", days: 8, machines: 1 });
  assert.equal(report.tried, 3000);
  assert.equal(report.scenario, null);
});

test("a fleet in which every VM is another is sampled, and comes to what the closed form does", () => {
  const machines = Array.from({ length: 400 }, (_, at) => machine(`vm${at}`, 64 + at * 3, 10 + at));
  const asked = { ...plan({ fleet: { machines } }), workloads: [] };
  const sampled = forecast(asked);
  const closed = forecast({ ...asked, method: "closedForm" });
  assert.deepEqual([sampled.method, closed.method], ["sampled", "closedForm"]);
  for (const name of ["storedBytes", "peakBytes"]) {
    const [one, other] = [sampled.tiers[0][name], closed.tiers[0][name]];
    assert.ok(Math.abs(one - other) < other / 50, `${name}: ${one} against ${other}`);
  }
});

test("a fleet whose bytes JavaScript counts to is foretold, and one beyond is refused with the figure's place", () => {
  const fleet = (machines, gib) => ({ machines: Array.from({ length: machines }, (_, at) => machine(`vm${at}`, gib, gib)) });
  const asked = (machines, gib) => ({ ...plan({ fleet: fleet(machines, gib), horizonDays: 30 }), workloads: [], changeThousandthsPerDay: 20 });
  const whole = forecast(asked(1000, 4096));
  assert.ok(whole.tiers[0].storedBytes > 4 * 2 ** 50 && Number.isSafeInteger(whole.tiers[0].storedBytes));
  assert.throws(() => forecast(asked(1000, 16384)), (error) => {
    assert.equal(error.code, "NumberTooLarge");
    assert.match(error.path, /^(tiers\[0\]|cost)\./);
    assert.match(error.message, /2\^53.*ask about less at once/);
    return true;
  });
});
