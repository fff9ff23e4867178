import { ask, call, write, writeOptional } from "./boundary.js";
import { engine } from "./engine.js";
import type * as glue from "./engine/engine.js";
import type { AssessOptions, DiskAssessment, Finding, Fleet, Import, Machine, MachineAssessment, MissingFact } from "./engine/engine.js";
import { LabError } from "./error.js";

/** A file with its name, which problems use to say where they are. */
export interface NamedInput {
  name: string;
  data: string | Uint8Array;
}

/** How many machines leave the engine at a time. */
const BATCH = 1000;
/** What the judgement on a kind calls the machine. */
const THIS_MACHINE = "machines[]";
/** How much of a text is encoded at a time. */
const PIECE = 1 << 20;

/**
 * Reads VMs and disks from what other tools print. The kind of each input is told by its content.
 * Throws where nothing could be read; what could not be read in part is listed in `problems`.
 */
export function importInventory(input: string | Uint8Array | NamedInput[]): Import {
  const files = typeof input === "string" || input instanceof Uint8Array ? [{ name: "input", data: input }] : input;
  if (!Array.isArray(files)) {
    throw new LabError("InvalidInput", "", "an inventory is text, bytes, or a list of { name, data }");
  }
  const reader = inventoryReader();
  try {
    files.forEach((file, index) => {
      reader.begin(String(file?.name));
      const data: unknown = file?.data;
      if (typeof data !== "string" && !(data instanceof Uint8Array)) {
        throw new LabError("InvalidInput", `[${index}].data`, `[${index}].data: text or bytes`);
      }
      reader.push(data);
    });
    return reader.finish();
  } finally {
    reader.free();
  }
}

/** A reader of inventories that come in piece by piece, such as a file of hundreds of megabytes. */
export function inventoryReader(): InventoryReader {
  return new InventoryReader();
}

/** Reads files piece by piece, as {@link importInventory} reads them whole. */
export class InventoryReader {
  #inventory: glue.Inventory | undefined = new (engine("fleet").Inventory)();
  #encoder = new TextEncoder();

  #open(): glue.Inventory {
    if (this.#inventory === undefined) throw new LabError("Finished", "", "this reader has finished; begin another");
    return this.#inventory;
  }

  /** Begins a file with the name that problems call it by. Without it, all pieces are one file. */
  begin(name: string): void {
    call(() => this.#open().begin(name));
  }

  /** The next piece of the file. A text must not be cut within a surrogate pair. */
  push(chunk: string | Uint8Array): void {
    const inventory = this.#open();
    if (typeof chunk !== "string") return call(() => inventory.push(chunk));
    for (let at = 0; at < chunk.length;) {
      let end = Math.min(at + PIECE, chunk.length);
      // The halves of a pair stay together.
      if (end < chunk.length && (chunk.charCodeAt(end - 1) & 0xfc00) === 0xd800) end += 1;
      const bytes = this.#encoder.encode(chunk.slice(at, end));
      call(() => inventory.push(bytes));
      at = end;
    }
  }

  /** Everything that was read, as one fleet. */
  finish(): Import {
    const held = this.hold();
    try {
      const { import: { fleet, ...rest } } = held;
      return { ...rest, fleet: { ...fleet, machines: [...held.machines()] } };
    } finally {
      held.free();
    }
  }

  /** The fleet, kept in the engine: for fleets that are too large to be held as objects as well. */
  hold(): HeldFleet {
    const inventory = this.#open();
    this.#inventory = undefined;
    try {
      return new HeldFleet(inventory, JSON.parse(call(() => inventory.finish())) as Import);
    } catch (error) {
      inventory.free();
      throw error;
    }
  }

  /** Gives the memory of a reader back that is not finished; otherwise that happens when it is collected. */
  free(): void {
    this.#inventory?.free();
    this.#inventory = undefined;
  }
}

/** An imported fleet in the engine. */
export class HeldFleet {
  #inventory: glue.Inventory;
  #names: string[][][] = [];
  /** What was imported; its list of machines is empty. */
  readonly import: Import;
  /** How many machines there are. */
  readonly size: number;

  /** Made by {@link InventoryReader.hold}. */
  constructor(inventory: glue.Inventory, head: Import) {
    this.#inventory = inventory;
    this.import = head;
    this.size = head.preview.read.machines;
  }

  /** The machines, one after the other: all, or those from one place to before another. */
  *machines(from = 0, to = this.size): Generator<Machine, void, undefined> {
    for (let at = from; at < Math.min(to, this.size); at += BATCH) {
      yield* JSON.parse(call(() => this.#inventory.machines(at, Math.min(BATCH, to - at)))) as Machine[];
    }
  }

  /** What some machines and their disks are called; kept, for every service asks for it. */
  #named(from: number): string[][] {
    return (this.#names[from / BATCH] ??= JSON.parse(call(() => this.#inventory.names(from, BATCH))) as string[][]);
  }

  /**
   * The judgements on the machines, one after the other, in their order. Machines that no row tells apart share what
   * their judgements have in common: it is to be read, not changed.
   */
  *assess(options?: AssessOptions): Generator<MachineAssessment, void, undefined> {
    const given = writeOptional(options) ?? null;
    const kinds = new Map<number, Kind>();
    let [run, known] = [0, 0];
    for (let from = 0; from < this.size || from === 0; from += BATCH) {
      const judged = JSON.parse(call(() => this.#inventory.assess(given, from, BATCH, run, known))) as Judged;
      if (judged.run !== run) kinds.clear();
      run = judged.run;
      known = judged.first;
      for (const kind of judged.kinds) kinds.set(known++, new Kind(kind));
      const names = this.#named(from);
      for (let at = 0; at < judged.machines.length; at += 1) {
        yield (kinds.get(judged.machines[at] as number) as Kind).named(from + at, names[at] as string[]);
      }
      if (judged.forgotten > 0) for (const kind of kinds.keys()) if (kind < judged.forgotten) kinds.delete(kind);
    }
  }

  /** Gives the engine's memory back at once; otherwise that happens when it is collected. */
  free(): void {
    this.#inventory.free();
  }
}

/** Some judgements as the engine gives them: new kinds, numbered from `first`, and each machine's kind. */
interface Judged {
  run: number;
  first: number;
  kinds: MachineAssessment[];
  forgotten: number;
  machines: number[];
}

/** The judgement on a kind, in which disks are called by their place. What names neither disks nor the machine is shared. */
class Kind {
  #missing: number[];
  #assumed: number[];
  #findings: number[];
  /** The machine that is being named. */
  #index = 0;
  #names: string[] = [];

  constructor(readonly judged: MachineAssessment) {
    this.#missing = placesOf(judged.missing, ({ disk, field, where }) => disk !== undefined || ofMachine(field) || ofMachine(where));
    this.#assumed = placesOf(judged.assumed, ({ disk }) => disk !== undefined);
    this.#findings = placesOf(judged.findings, ({ disks }) => (disks?.length ?? 0) > 0);
  }

  /** As that on a machine; its names are its id, its name and those of its disks. */
  named(index: number, names: string[]): MachineAssessment {
    const { judged } = this;
    this.#index = index;
    this.#names = names;
    return {
      ...judged,
      id: names[0] as string,
      name: names[1] as string,
      excludeDisks: judged.excludeDisks.map(this.#disk),
      missing: changedAt(judged.missing, this.#missing, this.#ofMissing),
      assumed: changedAt(judged.assumed, this.#assumed, this.#own),
      findings: changedAt(judged.findings, this.#findings, this.#ofFinding),
      disks: judged.disks.map(this.#ofDisk),
    };
  }

  #disk = (place: string): string => this.#names[Number(place) + 2] ?? place;
  #own = <T extends { disk?: string }>(fact: T): T => (fact.disk === undefined ? fact : { ...fact, disk: this.#disk(fact.disk) });
  #inFleet = (field: string): string => (ofMachine(field) ? `machines[${this.#index}]${field.slice(THIS_MACHINE.length)}` : field);
  #ofMissing = (fact: MissingFact): MissingFact => ({ ...this.#own(fact), field: this.#inFleet(fact.field), where: this.#inFleet(fact.where) });
  #ofFinding = (finding: Finding): Finding => ({ ...finding, disks: finding.disks?.map(this.#disk) ?? [] });
  #ofDisk = (one: DiskAssessment): DiskAssessment => ({ ...one, name: this.#disk(one.name) });
}

const ofMachine = (field: string): boolean => field.startsWith(THIS_MACHINE);

/** At which places of a list something is the case. */
const placesOf = <T>(list: T[], is: (one: T) => boolean): number[] => [...list.keys()].filter((at) => is(list[at] as T));

/** The list with some of it replaced; the list itself where there is nothing to replace. */
function changedAt<T>(list: T[], places: number[], change: (one: T) => T): T[] {
  if (places.length === 0) return list;
  const changed = list.slice();
  for (const at of places) changed[at] = change(list[at] as T);
  return changed;
}

/** The fleet with every name, id and address replaced, the same by the same, and without tags: for bug reports. */
export function anonymiseFleet(fleet: Fleet): Fleet {
  return ask(() => engine("fleet").anonymiseFleet(write(fleet)));
}
