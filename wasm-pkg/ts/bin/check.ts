// `restore-point-lab check`: what can be protected, by whom, and which row decides. As the native command has it.

import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { assess, inventoryReader, LabError, type AssessOptions, type HeldFleet, type MachineAssessment, type Verdict } from "../node.js";
import { Words } from "./words.js";

export const usage = "  check FILE...|- [--json | --ndjson] [--service NAME] [--edition NAME] [--strict] [--options FILE]";

const PROTECTABLE: readonly Verdict[] = ["supported", "caveat", "excludeDisk"];

/** 0: every VM can be protected, 1: not, or some was left out, 2: an input cannot be used. */
export async function main(given: string[]): Promise<number> {
  try {
    const words = new Words(given);
    const [json, lines, strict] = [words.has("--json"), words.has("--ndjson"), words.has("--strict")];
    const [service, edition] = [words.value("--service"), words.value("--edition")];
    const asked = words.value("--options");
    const options = { ...(asked && optionsOf(asked)), ...(strict && { strict }), ...(service && { service }), ...(edition && { edition }) } as AssessOptions;
    const files = words.files();
    if (json && lines) {
      const why = "--json and --ndjson do not go together: --json answers with one document, --ndjson with a line for each VM; leave one of them out";
      throw new LabError("InvalidOption", "--ndjson", why);
    }
    if (lines) return await checkLines(files.length > 0 ? files : ["-"], options);
    if (files.length === 0) throw new LabError("NoInput", "", "name a file to check, or - for the standard input");
    return checkFiles(files, options, json);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, path } = error as LabError;
    process.stderr.write(`restore-point-lab: ${error.message} (${code}${path ? ` at ${path}` : ""})\n`);
    return 2;
  }
}

function checkFiles(files: string[], options: AssessOptions, json: boolean): number {
  const reader = inventoryReader();
  const buffer = new Uint8Array(1 << 20);
  for (const file of files) {
    reader.begin(file);
    const source = file === "-" ? 0 : open(file);
    try {
      for (let read = 0; (read = readPiece(file, source, buffer)) > 0;) reader.push(buffer.subarray(0, read));
    } finally {
      if (source !== 0) closeSync(source);
    }
  }
  const fleet = reader.hold();
  try {
    const all = (json ? printJson : printTable)(fleet, options);
    const { read, leftOut } = fleet.import.preview;
    const unread = files.length - read.inputs;
    // What was read is told all the same, but it is not the answer on all that was given.
    if (unread > 0) {
      process.stderr.write(`restore-point-lab: ${unread} of ${files.length} inputs cannot be used; what is wrong is said above\n`);
      return 2;
    }
    const losses = leftOut.some(({ why }) => why !== "NotUsed");
    if (fleet.size === 0 && !losses) {
      process.stderr.write("restore-point-lab: there is no VM to judge in what was given; list VMs with `az vm list -o json`\n");
      return 2;
    }
    return all && !losses ? 0 : 1;
  } finally {
    fleet.free();
  }
}

/** What is asked beyond the service and the edition: the vault, the policy, the restore. */
function optionsOf(file: string): object {
  let options: unknown;
  try {
    options = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unreadable(file, error);
    throw new LabError("BrokenJson", file, `${file} is no JSON: ${error.message}`);
  }
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new LabError("InvalidOption", file, `${file}: expected an object with the options of an assessment`);
  }
  return options;
}

const TROUBLE: Record<string, [code: string, what: (file: string) => string]> = {
  ENOENT: ["FileNotFound", (file) => `there is no file \`${file}\`; check the name and the folder`],
  EACCES: ["FileNotReadable", (file) => `\`${file}\` may not be read; check its permissions`],
  EPERM: ["FileNotReadable", (file) => `\`${file}\` may not be read; check its permissions`],
  EISDIR: ["FileNotReadable", (file) => `\`${file}\` is a folder; name the files in it`],
};

/** Why a file cannot be read, and what to do. */
function unreadable(file: string, error: unknown): Error {
  if (!(error instanceof Error)) return new LabError("FileNotReadable", file, `\`${file}\` cannot be read`);
  const known = TROUBLE[(error as NodeJS.ErrnoException).code ?? ""];
  return known ? new LabError(known[0], file, known[1](file)) : new LabError("FileNotReadable", file, `\`${file}\` cannot be read: ${error.message}`);
}

function open(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    throw unreadable(file, error);
  }
}

function readPiece(file: string, source: number, buffer: Uint8Array): number {
  try {
    return readSync(source, buffer);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function say(text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      // The pipe is full; or its reader has gone away, as `head` does.
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(0);
      if (code !== "EAGAIN") throw error;
    }
  }
}

/** The report's text and its digest, without holding the whole. */
class Report {
  #hash = createHash("sha256");
  #first = true;
  all = true;
  count = 0;

  constructor(readonly options: AssessOptions, readonly out: (text: string) => void) {}

  /** Service and edition, with the defaults for what was not given. */
  get #judged(): { service: string; edition: string } {
    return assess({ machines: [] }, this.options);
  }

  #add(text: string): void {
    this.#hash.update(text);
    this.out(text);
  }

  #begin(): void {
    if (this.#first) this.#add(`{"edition":${JSON.stringify(this.#judged.edition)},"machines":[`);
    this.#first = false;
  }

  take(machine: MachineAssessment): void {
    this.#begin();
    this.#add((this.count === 0 ? "" : ",") + JSON.stringify(machine));
    this.count += 1;
    this.all &&= PROTECTABLE.includes(machine.verdict);
  }

  end(): string {
    this.#begin();
    this.#add(`],"service":${JSON.stringify(this.#judged.service)}}`);
    return this.#hash.digest("hex");
  }
}

function printJson(fleet: HeldFleet, options: AssessOptions): boolean {
  const { fleet: { machines: _, ...others }, ...rest } = fleet.import;
  say(`{"import":${JSON.stringify(rest).slice(0, -1)},"fleet":{"machines":[`);
  let comma = "";
  for (const machine of fleet.machines()) {
    say(comma + JSON.stringify(machine));
    comma = ",";
  }
  const tail = JSON.stringify(others).slice(1, -1);
  say(`]${tail === "" ? "" : `,${tail}`}}},"report":`);
  const report = new Report(options, say);
  for (const machine of fleet.assess(options)) report.take(machine);
  say(`,"digest":"${report.end()}"}\n`);
  return report.all;
}

function printTable(fleet: HeldFleet, options: AssessOptions): boolean {
  let widest = 2;
  for (const { name } of fleet.machines()) widest = Math.max(widest, [...name].length);
  const row = (name: string, verdict: string, reason: string): void => say(`${name.padEnd(widest)}  ${verdict.padEnd(13)} ${reason}\n`);
  row("VM", "verdict", "decided by");
  const report = new Report(options, () => {});
  for (const machine of fleet.assess(options)) {
    report.take(machine);
    row(machine.name, machine.verdict, reason(machine));
  }
  for (const { path, message, code } of fleet.import.problems) say(`${path}: ${message} (${code})\n`);
  say(`${report.count} VMs, digest ${report.end()}\n`);
  return report.all;
}

/** The first finding that decides, the disks to leave out, the facts to supply. */
function reason({ verdict, findings, excludeDisks, missing }: MachineAssessment): string {
  const parts: string[] = [];
  const decisive = findings.find((finding) => finding.verdict === verdict);
  if (decisive) parts.push(`${decisive.text} [${decisive.rowIds.join(" ")}]`);
  if (excludeDisks.length > 0) parts.push(`leave out ${excludeDisks.join(", ")}`);
  if (verdict === "unknown") {
    const shown = missing.map(({ where }) => where).filter((where, at, all) => where !== all[at - 1]);
    parts.push(`supply what ${shown.join(", ")} shows`);
  }
  return parts.join("; ");
}

/** A VM on each line in, its judgement on each line out, in the same order; no more than a line is held. */
async function checkLines(files: string[], options: AssessOptions): Promise<number> {
  let [all, malformed] = [true, 0];
  for (const file of files) {
    const input = file === "-" ? process.stdin : createReadStream(file, { fd: open(file) });
    let [number, out] = [0, ""];
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      number += 1;
      if (line.trim() === "") continue;
      try {
        const machine = judge(line, `${file}:${number}`, options);
        all &&= PROTECTABLE.includes(machine.verdict);
        out += `${JSON.stringify(machine)}\n`;
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        malformed += 1;
        const { code, message, path } = error;
        out += `${JSON.stringify({ error: { code, message, path } })}\n`;
      }
      if (out.length > 1 << 16) {
        say(out);
        out = "";
      }
    }
    say(out);
  }
  if (malformed > 0) process.stderr.write(`restore-point-lab: ${malformed} lines are not one VM each; their places in the output have the errors\n`);
  return malformed > 0 ? 2 : all ? 0 : 1;
}

function judge(line: string, name: string, options: AssessOptions): MachineAssessment {
  const reader = inventoryReader();
  reader.begin(name);
  reader.push(line);
  const fleet = reader.hold();
  try {
    const [machine, more] = fleet.assess(options);
    if (machine === undefined || more !== undefined) throw new LabError("NotOneVm", name, `expected one VM, found ${fleet.size}`);
    return machine;
  } finally {
    fleet.free();
  }
}
