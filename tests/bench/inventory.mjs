// How long a large inventory takes in Node, against `JSON.parse` of the same text, and how much memory.
//
//   node tests/bench/inventory.mjs PACKAGE FOLDER [VMS]      with the built package; files are made in FOLDER
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { diskList, machineList } from "./large-fleet.mjs";

const [packageFolder, folder, count = "100000", what] = process.argv.slice(2);
const SERVICES = ["restorePoints", "vmBackup", "diskBackup"];

function write(name, pieces) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const file = openSync(path, "w");
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
  return path;
}

// The VMs alone come to some 320 MB; with RPLAB_DISKS=1 the disks come too, some 200 MB.
const files = [write(`vms-${count}.json`, machineList(Number(count)))];
if (process.env.RPLAB_DISKS) files.push(write(`disks-${count}.json`, diskList(Number(count))));
const seconds = (from) => Number(((performance.now() - from) / 1000).toFixed(2));
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
  const pushed = seconds(start);
  if (what === "objects") {
    const { fleet } = reader.finish();
    return { machines: fleet.machines.length, pushed, imported: seconds(start), peakMiB: peakMiB() };
  }
  const held = reader.hold();
  const result = { machines: held.size, pushed, imported: seconds(start) };
  for (const service of SERVICES) {
    const verdicts = {};
    for (const { verdict } of held.assess({ service })) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    result[service] = { at: seconds(start), verdicts };
  }
  return { ...result, peakMiB: peakMiB() };
}

function parse() {
  const texts = files.map((path) => readFileSync(path, "utf8"));
  const start = performance.now();
  const length = texts.map((text) => JSON.parse(text).length);
  return { parsed: seconds(start), length, peakMiB: peakMiB() };
}

if (what === undefined) {
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  console.log(JSON.stringify({ node: process.version, vms: Number(count), megabytes: Math.round(bytes / 1e6) }));
  // Each in a process of its own.
  for (const each of ["parse", "hold", "objects", "parse"]) {
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--max-old-space-size=8000", ...process.argv.slice(1), ...(process.argv[4] ? [] : [count]), each], { encoding: "utf8" });
    console.log(status === 0 ? `${each} ${stdout.trim()}` : stderr);
  }
} else {
  console.log(JSON.stringify(what === "parse" ? parse() : await read()));
}
