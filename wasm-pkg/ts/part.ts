// The parts of the engine that are loaded when they are asked for: files of WebAssembly modules that share the memory
// and the function table of the first one.

import { files } from "./engine/parts.js";
import { LabError } from "./error.js";

/**
 * A part of the engine: `lab` is a lab and its reads, `arm` its endpoint, `fleet` inventories and what is said of fleets
 * beside the verdicts, `plans` forecasts and what breaks a plan, `handover` runbooks, documents and rehearsals.
 */
export type Part = "lab" | "arm" | "fleet" | "plans" | "handover";

/** Every part. */
export const PARTS: readonly Part[] = ["lab", "arm", "fleet", "plans", "handover"];

/** Where the files of parts come from: the address or the bytes of each, by its name. */
export type PartFiles = (file: string) => URL | Uint8Array | Promise<URL | Uint8Array>;

type Module = Uint8Array<ArrayBuffer> | WebAssembly.Module;

let shared: WebAssembly.ModuleImports | undefined;
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
  if (isLoaded(part)) return;
  throw new LabError("PartNotLoaded", part, `the engine's part \`${part}\` is not loaded: \`await loadPart("${part}")\` first`);
}

/**
 * Fetches parts, each file once, and links them as soon as the engine has `started`; what failed may be tried again.
 */
export async function fetchParts(parts: readonly Part[], from?: PartFiles, started?: Promise<unknown>): Promise<void> {
  const loads = filesOf(parts).map((file) => {
    if (loaded.has(file.name)) return undefined;
    const load = coming.get(file.name) ?? fetchFile(file, from, started).finally(() => coming.delete(file.name));
    coming.set(file.name, load);
    return load;
  });
  // Whoever tries again after one has failed finds none of the others under way.
  for (const load of await Promise.allSettled(loads)) if (load.status === "rejected") throw load.reason;
}

async function fetchFile({ name, url }: (typeof files)[number], from?: PartFiles, started?: Promise<unknown>): Promise<void> {
  const bytes = await bytesOf(name, from === undefined ? url : from(name));
  const modules = await Promise.all(modulesIn(bytes).map((module) => WebAssembly.compile(module)));
  await started;
  link(name, modules);
}

/** Links every part at once, from what a script has read already. */
export function linkParts(read: (url: URL) => Uint8Array): void {
  for (const { name, url } of files) link(name, modulesIn(read(url)));
}

function link(name: string, modules: readonly Module[]): void {
  if (shared === undefined || loaded.has(name)) return;
  for (const module of modules) {
    const compiled = module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module);
    // Instantiating puts the part's functions into the table and its data into the memory.
    new WebAssembly.Instance(compiled, { __wasm_split: shared });
  }
  loaded.add(name);
}

async function bytesOf(name: string, source: ReturnType<PartFiles>): Promise<Uint8Array> {
  const found = await source;
  if (!(found instanceof URL)) return found;
  const response = await fetch(found);
  if (!response.ok) throw new LabError("PartNotFound", name, `${found.href} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A file is modules one after the other, each behind its length in four bytes, the lowest first. */
function modulesIn(file: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const lengths = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const modules: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < file.byteLength;) {
    const end = at + 4 + lengths.getUint32(at, true);
    modules.push(file.slice(at + 4, end));
    at = end;
  }
  return modules;
}
