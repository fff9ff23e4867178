// A fleet over Spark on a local cluster: examples/spark with the packed package, by lines and by parts.
// RPLAB_SPARK is the Python that has PySpark, RPLAB_EXAMPLE the example's folder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { assess, importInventory, mergeReports } from "restore-point-lab";
import { virtualMachine } from "./large-fleet.mjs";

const COUNT = 600;
const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-spark-"));
after(() => rmSync(folder, { recursive: true }));

const machines = Array.from({ length: COUNT }, (_, number) => virtualMachine(number));
const lines = join(folder, "vms.ndjson");
writeFileSync(lines, machines.map((machine) => JSON.stringify(machine)).join("\n") + "\n");
const bin = resolve("node_modules/.bin/restore-point-lab");
const example = join(process.env.RPLAB_EXAMPLE, "check_fleet.py");

for (const service of ["restorePoints", "vmBackup", "diskBackup"]) {
  test(`${service}: four workers say what one run says, in its order`, () => {
    const options = { encoding: "utf8", maxBuffer: 1 << 28 };
    const words = [example, lines, "--partitions", "4", "--master", "local[2]", "--command", bin, "--service", service];
    const spark = spawnSync(process.env.RPLAB_SPARK, words, options);
    assert.equal(spark.status, 0, spark.stderr);
    const alone = spawnSync(process.execPath, [bin, "check", "--ndjson", "--service", service, lines], options);
    assert.equal(spark.stdout, alone.stdout);
    const judged = spark.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(judged.length, COUNT);

    // As reports on parts of the fleet they merge into the report on the whole.
    const whole = assess(importInventory(readFileSync(lines)).fleet, { service });
    const { machines: _, ...head } = whole;
    const parts = [];
    for (let at = 0; at < judged.length; at += 150) parts.push({ ...head, machines: judged.slice(at, at + 150) });
    assert.equal(parts.length, 4);
    assert.deepEqual(mergeReports(parts).machines.map(({ id, verdict }) => [id, verdict]), whole.machines.map(({ id, verdict }) => [id, verdict]));
    assert.deepEqual(mergeReports(parts), mergeReports([whole]));
  });
}
