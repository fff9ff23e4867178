// The commands of the installed package, and the same by the native one. RPLAB_NATIVE is the native command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { anonymiseFleet, assess, exportReport, importInventory, inventoryReader, mergeReports, sampleFleet } from "restore-point-lab";

const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-"));
after(() => rmSync(folder, { recursive: true }));

const fixture = (name) => join(process.env.RPLAB_FIXTURES, "inventory", name);
const bin = join("node_modules", ".bin", "restore-point-lab");

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content));
  return path;
}

/** What the package's command and the native one say to the same words; they must agree on the exit code. */
function both(words, input = "") {
  const options = { encoding: "utf8", input, maxBuffer: 1 << 28 };
  const own = spawnSync(process.execPath, [bin, ...words], options);
  const native = spawnSync(process.env.RPLAB_NATIVE, words, options);
  assert.equal(own.status, native.status, `${words.join(" ")}: ${own.stderr} ${native.stderr}`);
  return { status: own.status, own: own.stdout, native: native.stdout, stderr: own.stderr };
}

const lists = [fixture("az-vm-list-d.json"), fixture("az-disk-list.json")];

test("the table is the native one, with the same digest", () => {
  const { status, own, native } = both(["check", ...lists]);
  assert.equal(status, 1);
  assert.equal(own, native);
  assert.match(own, /^VM +verdict +decided by\n/);
});

test("--json is the native answer", () => {
  for (const words of [[], ["--service", "vmBackup"], ["--edition", "2022-07", "--strict"]]) {
    const { own, native } = both(["check", ...lists, "--json", ...words]);
    assert.deepEqual(JSON.parse(own), JSON.parse(native), words.join(" "));
  }
});

test("exit codes: all protectable, some not, bad input", () => {
  const fleet = sampleFleet();
  const [good] = fleet.machines.filter(({ name }) => name === "vm-app-01");
  assert.equal(both(["check", file("good.json", { machines: [good] })]).status, 0);
  assert.equal(both(["check", file("all.json", fleet)]).status, 1);
  assert.equal(both(["check", file("bad.json", "[{")]).status, 2);
  const none = both(["check", file("none.json", "[]")]);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /no VM to judge/);
  const absent = both(["check", join(folder, "absent.json")]);
  assert.equal(absent.status, 2);
  assert.match(absent.stderr, /there is no file `.*absent\.json`; check the name/);
  assert.doesNotMatch(absent.stderr, /ENOENT/);
  // A file that cannot be read is bad input beside others too; a VM that was left out is none that can be protected.
  const mixed = both(["check", file("good.json", { machines: [good] }), file("bad.json", "[{")]);
  assert.equal(mixed.status, 2);
  assert.match(mixed.own, /^vm-app-01 +caveat|^vm-app-01 +supported/m);
  assert.match(mixed.stderr, /1 of 2 inputs cannot be used/);
  assert.equal(both(["check", file("good.json", { machines: [good] }), fixture("some-left-out.json")]).status, 1);
  assert.match(both(["check", "--help"]).own, /--service NAME/);
  assert.match(both(["check", "--ndjson", join(folder, "absent.json")]).stderr, /there is no file/);
  assert.match(both(["check", folder]).stderr, /is a folder; name the files in it/);
  assert.equal(both(["check", "--service", "noSuchService", file("good.json", fleet)]).status, 2);
  assert.equal(both(["check", "--nonsense"]).status, 2);
  const twice = both(["check", "--json", "--ndjson", file("good.json", { machines: [good] })]);
  assert.equal(twice.status, 2);
  assert.equal(twice.own + twice.native, "", "nothing is judged");
  assert.match(twice.stderr, /--json and --ndjson do not go together/);
  assert.equal(both(["check", "-"], JSON.stringify({ machines: [good] })).status, 0);
});

test("--options: the question comes from a file", () => {
  const [good] = sampleFleet().machines.filter(({ name }) => name === "vm-app-01");
  const fleet = file("one.json", { machines: [good] });
  const options = { service: "vmBackup", vault: { location: good.location }, policy: { type: "Enhanced" } };
  const { own, native } = both(["check", fleet, "--json", "--options", file("options.json", options)]);
  assert.deepEqual(JSON.parse(own), JSON.parse(native));
  assert.deepEqual(JSON.parse(own).report, assess({ machines: [good] }, options));
  const other = both(["check", fleet, "--json", "--options", file("options.json", options), "--service", "mars"]);
  assert.equal(JSON.parse(other.own).report.service, "mars");
  for (const bad of ["{", "[]", { vault: { place: 1 } }]) {
    assert.equal(both(["check", fleet, "--options", file("options.json", bad)]).status, 2);
  }
  assert.match(both(["check", fleet, "--options", join(folder, "absent.json")]).stderr, /there is no file/);
});

test("--ndjson: one VM in, one judgement out, in order, errors in their places", () => {
  const { machines } = sampleFleet();
  const lines = machines.map((machine) => JSON.stringify(machine));
  lines.splice(2, 0, "{ broken");
  const { status, own, native } = both(["check", "--ndjson"], `${lines.join("\n")}\n`);
  assert.equal(status, 2);
  assert.equal(own, native);
  const out = own.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(out[2].error.code, "BrokenJson");
  out.splice(2, 1);
  assert.deepEqual(out.map(({ name }) => name), machines.map(({ name }) => name));
  const whole = assess({ machines });
  const parts = out.map((machine) => ({ edition: whole.edition, machines: [machine], service: whole.service }));
  assert.deepEqual(mergeReports(parts), whole);
});

test("parts of a fleet, each checked alone, merge into the report on the whole", () => {
  const { machines } = sampleFleet();
  const parts = [machines.slice(0, 3), machines.slice(3)].map((part, at) =>
    JSON.parse(both(["check", "--json", file(`part-${at}.json`, { machines: part })]).own).report);
  assert.deepEqual(mergeReports(parts), assess({ machines }));
});

test("run: the report, and 1 where an expectation fails", () => {
  const path = join(process.env.RPLAB_SCENARIOS, "limit-reached.json");
  const { status, own, native } = both(["run", path]);
  assert.equal(status, 0);
  assert.match(own, /^expectation 0 after \d+ commands holds\n/);
  assert.ok(native.endsWith(own), "the native one has the report before it");
  const wrong = JSON.parse(readFileSync(path, "utf8"));
  wrong.expectations = [{ storedBytes: 1 }];
  const failed = both(["run", "--json", file("wrong.json", wrong)]);
  assert.equal(failed.status, 1);
  assert.deepEqual(JSON.parse(failed.own), JSON.parse(failed.native));
  assert.equal(both(["run", file("broken.json", "{")]).status, 2);
});

test("a reader takes pieces, and holds the fleet in the engine", () => {
  const bytes = readFileSync(lists[0]);
  const reader = inventoryReader();
  reader.begin("vms.json");
  for (let at = 0; at < bytes.length; at += 100) reader.push(bytes.subarray(at, at + 100));
  reader.begin("disks.json.gz");
  reader.push(gzipSync(readFileSync(lists[1])));
  const whole = importInventory(lists.map((path, at) => ({ name: ["vms.json", "disks.json.gz"][at], data: readFileSync(path, "utf8") })));
  assert.deepEqual(reader.finish(), whole);
  assert.throws(() => reader.push("x"), { code: "Finished" });
  const other = inventoryReader();
  other.push(JSON.stringify(whole.fleet));
  const held = other.hold();
  assert.equal(held.size, whole.fleet.machines.length);
  assert.deepEqual([...held.machines()], whole.fleet.machines);
  assert.deepEqual([...held.machines(2, 5)], whole.fleet.machines.slice(2, 5));
  assert.deepEqual([...held.machines(2, 1)], []);
  assert.deepEqual([...held.assess()], assess(whole.fleet).machines);
  assert.throws(() => [...held.assess({ service: "none" })], { code: "InvalidField" });
  held.free();
});

test("a report leaves as CSV and Markdown, a fleet without its names", () => {
  const report = assess(sampleFleet());
  assert.match(exportReport(report, "csv"), /^machine,id,verdict,.*\r\n/);
  assert.match(exportReport(report, "markdown"), /\| vm-sql-01 \| excludeDisk \|/);
  assert.throws(() => exportReport(report, "xml"), { code: "UnknownFormat" });
  const text = JSON.stringify(anonymiseFleet(sampleFleet()));
  for (const { name, disks } of sampleFleet().machines) {
    for (const own of [name, ...disks.map((disk) => disk.name)]) assert.ok(!text.includes(`"${own}"`), own);
  }
});
