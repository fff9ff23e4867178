// The parts of the engine that are loaded when they are asked for: WebAssembly modules that share the memory and the
// function table of the first one.

import { partArrived } from "./engine/engine.js";
import { files } from "./engine/parts.js";
import { LabError } from "./error.js";

/**
 * A part of the engine:
 * - `fleet`: inventories and their verdicts; `formats`: inventories that are no list of resources in JSON (templates,
 *   Terraform, tables, gzip); `advice`: what is said of fleets beside the verdicts, the matrix, reports, a sample
 * - `lab`: a lab and its state; `insight`: reasons, other times and blocks of a lab, and scenarios run to their end;
 *   `resources`: commands on copies, snapshots, encryption sets, locks, groups and networks; `services`: commands of
 *   services that back up, of faults, workloads, guests and moves
 * - `arm`: the endpoint of a lab, on VMs, disks, collections and points; `beside`: on snapshots, copies, encryption sets, keys, locks, groups
 *   and network policies
 * - `plans`: forecasts and what breaks a plan; `handover`: runbooks, documents, rehearsals
 *
 * A part that is built on others, as `arm` is on `lab`, brings them along.
 */
export type Part = "lab" | "arm" | "beside" | "fleet" | "plans" | "handover" | "formats" | "advice" | "insight" | "resources" | "services";

/** Every part. */
export const PARTS: readonly Part[] = [
  "lab", "arm", "beside", "fleet", "plans", "handover", "formats", "advice", "insight", "resources", "services",
];

/** Where the files of parts come from: the address or the bytes of each, by its name. */
export type PartFiles = (file: string) => URL | Uint8Array | Promise<URL | Uint8Array>;

let shared: WebAssembly.ModuleImports | undefined;
// Where files came from last: what is asked for later comes from there too.
let usual: PartFiles | undefined;
const loaded = new Set<string>();
const coming = new Map<string, Promise<void>>();

/** Parts are linked with these: what the first module exports. */
export function linkWith(exports: object): void {
  shared = exports as WebAssembly.ModuleImports;
}

/** The files that a part is in. */
function filesOf(parts: readonly Part[]): typeof files {
  return files.filter((file) => parts.some((part) => file.parts.includes(part)));
}

/** Whether all of a part is there. */
export function isLoaded(part: Part): boolean {
  return filesOf([part]).every(({ name }) => loaded.has(name));
}

/** Throws where a part is not there. */
export function need(part: Part): void {
  if (!isLoaded(part)) throw notLoaded(part);
}

/** The error where a part is not there. */
export function notLoaded(part: string): LabError {
  return new LabError("PartNotLoaded", part, `the engine's part \`${part}\` is not loaded: \`await loadPart("${part}")\` first`);
}

/**
 * Fetches parts, each file once, and links them as soon as the engine has `started`; what failed may be tried again.
 */
export async function fetchParts(parts: readonly Part[], from = usual, started?: Promise<unknown>): Promise<void> {
  usual = from;
  const loads = filesOf(parts).map((file) => {
    if (loaded.has(file.name)) return undefined;
    const load = coming.get(file.name) ?? fetchFile(file, from, started).finally(() => coming.delete(file.name));
    coming.set(file.name, load);
    return load;
  });
  // Whoever tries again after one has failed finds none of the others under way.
  for (const load of await Promise.allSettled(loads)) if (load.status === "rejected") throw load.reason;
}

/** Does something, and fetches whatever part it turns out to need. */
export async function withParts<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const part = error instanceof LabError && error.code === "PartNotLoaded" ? PARTS.find((name) => name === error.path) : undefined;
      if (part === undefined || isLoaded(part)) throw error;
      await fetchParts([part]);
    }
  }
}

async function fetchFile({ name, url }: (typeof files)[number], from?: PartFiles, started?: Promise<unknown>): Promise<void> {
  const bytes = await bytesOf(name, from === undefined ? url : from(name));
  const module = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  await started;
  link(name, module);
}

/** Links every part at once, from what a script has read already. */
export function linkParts(read: (url: URL) => Uint8Array): void {
  for (const { name, url } of files) if (!loaded.has(name)) link(name, new WebAssembly.Module(read(url) as Uint8Array<ArrayBuffer>));
}

function link(name: string, module: WebAssembly.Module): void {
  if (shared === undefined || loaded.has(name)) return;
  // Instantiating puts the part's functions into the table and its data into the memory.
  new WebAssembly.Instance(module, { main: shared });
  loaded.add(name);
  // Some the engine itself asks for; to be told twice does it no harm.
  for (const part of PARTS) if (isLoaded(part)) partArrived(part);
}

async function bytesOf(name: string, source: ReturnType<PartFiles>): Promise<Uint8Array> {
  const found = await source;
  if (!(found instanceof URL)) return found;
  const response = await fetch(found);
  if (!response.ok) throw new LabError("PartNotFound", name, `${found.href} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

