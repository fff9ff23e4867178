// How long a large fleet takes to be read and judged in Node, against `JSON.parse` of the same text, and how much
// memory. `cargo xtask bench fleet` calls it; by hand:
//
//   node tests/bench/fleet.mjs PACKAGE FOLDER [VMS]      with the built package; files are made in FOLDER
//   node tests/bench/fleet.mjs make FOLDER VMS           makes the files only, and names them
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { diskList, machineList } from "./large-fleet.mjs";

const [packageFolder, folder, count = "100000", what] = process.argv.slice(2);
const SERVICES = ["restorePoints", "vmBackup", "diskBackup"];
/** Import and three judgements may take so many times the time of `JSON.parse`. */
const TIMES = 3;
const MEMORY_MIB = 1536;

function write(name, pieces) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const file = openSync(`${path}.part`, "w");
  let text = "";
  const flush = () => {
    writeSync(file, text);
    text = "";
  };
  for (const piece of pieces) {
    text += piece;
    if (text.length > 1 << 22) flush();
  }
  flush();
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}

// The VMs alone come to some 320 MB; with RPLAB_DISKS=1 the disks come too, some 200 MB.
const files = [write(`vms-${count}.json`, machineList(Number(count)))];
if (process.env.RPLAB_DISKS) files.push(write(`disks-${count}.json`, diskList(Number(count))));
const seconds = (from) => Number(((performance.now() - from) / 1000).toFixed(3));
// Of the process, from its start to now.
const peakMiB = () => Math.round(process.resourceUsage().maxRSS / 1024);

async function read() {
  const lab = await import(pathToFileURL(resolve(packageFolder, "node.js")).href);
  const start = performance.now();
  const reader = lab.inventoryReader();
  const buffer = new Uint8Array(1 << 20);
  for (const path of files) {
    reader.begin(path);
    const file = openSync(path, "r");
    for (let got = 0; (got = readSync(file, buffer)) > 0;) reader.push(buffer.subarray(0, got));
    closeSync(file);
  }
  const result = { read: seconds(start) };
  const held = reader.hold();
  Object.assign(result, { machines: held.size, imported: seconds(start) });
  for (const service of SERVICES) {
    const before = performance.now();
    let [protectable, findings] = [0, 0];
    for (const machine of held.assess({ service })) {
      findings += machine.findings.length;
      if (["supported", "caveat", "excludeDisk"].includes(machine.verdict)) protectable += 1;
    }
    result[service] = seconds(before);
    result[`${service}Protectable`] = protectable;
    result[`${service}Findings`] = findings;
  }
  return { ...result, all: seconds(start), peakMiB: peakMiB() };
}

function parse() {
  const texts = files.map((path) => readFileSync(path, "utf8"));
  const start = performance.now();
  const length = texts.map((text) => JSON.parse(text).length);
  return { parsed: seconds(start), length, peakMiB: peakMiB() };
}

/** One of the two, in a process of its own. */
function measured(which) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--max-old-space-size=8000", process.argv[1], packageFolder, folder, count, which], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

if (packageFolder === "make") {
  console.log(files.join("\n"));
} else if (what === undefined) {
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  const runs = Number(count) > 50_000 ? 1 : 3;
  for (let run = 0; run < runs; run += 1) {
    // Before and after, for a machine is not always as fast.
    const before = measured("parse");
    const own = measured("read");
    const parsed = (before.parsed + measured("parse").parsed) / 2;
    const times = Number((own.all / parsed).toFixed(2));
    console.log(JSON.stringify({ bench: "fleet", where: "node", version: process.version, bytes, parsed, ...own, times, met: times <= TIMES && own.peakMiB <= MEMORY_MIB }));
    console.log(`node    ${own.machines} VMs, ${Math.round(bytes / 1e6)} MB: read and judged for three services in ${own.all} s, ${times} times JSON.parse, ${own.peakMiB} MiB  target ${TIMES}: ${times <= TIMES ? "met" : "NOT MET"}`);
  }
} else {
  console.log(JSON.stringify(what === "parse" ? parse() : await read()));
}
