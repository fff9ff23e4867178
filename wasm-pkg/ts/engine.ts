// The one place that knows whether the WebAssembly module is running.

import start, { initSync, type InitInput } from "./engine/engine.js";
import * as glue from "./engine/engine.js";
import { call } from "./boundary.js";
import { LabError } from "./error.js";
import { fetchParts, linkParts, linkWith, need, PARTS, type Part, type PartFiles } from "./part.js";

/** Where the module comes from: a URL, a request, its response, its bytes, or a compiled module. */
export type EngineSource = InitInput | Promise<InitInput>;

/** Where the rows of services other than restore points come from: the address of `services.json`, or its text. */
export type ServicesSource = URL | { text: string };

/** Which parts of the engine are loaded at the start, and where their files come from. */
export interface PartsSource {
  /** The parts; all of them where left out. */
  load?: readonly Part[];
  /** Gives the address or the bytes of a file; without it they are fetched from beside this module. */
  from?: PartFiles;
}

const BESIDE = new URL("./engine/services.json", import.meta.url);

let running = false;
let starting: Promise<void> | undefined;

/**
 * Starts the engine, once; later calls wait for the first. Without sources, the `.wasm`, its parts and the `services.json`
 * beside this module are fetched, all at once. A failed start may be tried again.
 *
 * Should `services.json` not be there, the engine runs without it: restore points can be asked about, any other
 * service throws `ServicesNotLoaded` until {@link loadServices} has brought it. Should the files of a part not be there,
 * or not be asked for, what lives in it throws `PartNotLoaded` until {@link loadPart} has brought it.
 */
export function init(source?: EngineSource, services?: ServicesSource, parts: PartsSource = {}): Promise<void> {
  if (running) return Promise.resolve();
  starting ??= begin(source, services, parts).finally(() => { starting = undefined; });
  return starting;
}

async function begin(source: EngineSource | undefined, services: ServicesSource | undefined, parts: PartsSource): Promise<void> {
  const started = (source === undefined ? start() : start({ module_or_path: source })).then(linkWith);
  const load = parts.load ?? PARTS;
  // What was asked for has to be there; what is loaded only because nothing was said may be missing.
  const loading = parts.load === undefined && parts.from === undefined
    ? load.map((part) => fetchParts([part], undefined, started).catch(() => undefined))
    : [fetchParts(load, parts.from, started)];
  const text = services === undefined ? textOf(BESIDE).catch(() => undefined) : textOf(services);
  await Promise.all([started, text, ...loading]);
  run(await text);
}

/** Starts the engine from what a script has read already, at once. */
export function initFromBytes(bytes: Uint8Array<ArrayBuffer>, services: string, part: (url: URL) => Uint8Array): void {
  linkWith(initSync({ module: bytes }));
  linkParts(part);
  run(services);
}

/**
 * Brings a part of the engine that {@link init} was told to leave out, or did not find; a second time does nothing.
 * What lives in a part that is not there throws `PartNotLoaded`.
 */
export async function loadPart(part: Part, from?: PartFiles): Promise<void> {
  engine();
  await fetchParts([part], from);
}

/** Brings the rows of services other than restore points, where {@link init} could not; a second time does nothing. */
export async function loadServices(source: ServicesSource = BESIDE): Promise<void> {
  const text = await textOf(source);
  call(() => engine().loadServices(text));
}

function run(services: string | undefined): void {
  if (services !== undefined) call(() => glue.loadServices(services));
  running = true;
}

async function textOf(source: ServicesSource): Promise<string> {
  if (!(source instanceof URL)) return source.text;
  const response = await fetch(source);
  if (!response.ok) throw new LabError("ServicesNotFound", "", `${source.href} answered ${response.status}`);
  return response.text();
}

/** The engine's functions; throws before {@link init} has finished, and where the part that is needed is not there. */
export function engine(part?: Part): typeof glue {
  if (!running) {
    throw new LabError("NotInitialized", "", "the engine is not running: `await init()` first");
  }
  if (part !== undefined) need(part);
  return glue;
}
