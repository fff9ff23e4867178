import { ask, call, write, writeOptional } from "./boundary.js";
import { engine } from "./engine.js";
import type * as glue from "./engine/engine.js";
import type { AssessOptions, AssumedFact, Finding, Fleet, Import, Machine, MachineAssessment, MissingFact } from "./engine/engine.js";
import { LabError } from "./error.js";

/** A file with its name, which problems use to say where they are. */
export interface NamedInput {
  /** What problems call it by. */
  name: string;
  /** What it holds. */
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

/** What names a disk or the machine in what is missing: at which place, which disk, and the fields behind the machine. */
interface Named {
  at: number;
  disk: string | undefined;
  field: string | undefined;
  where: string | undefined;
}

/** The judgement on a kind, in which disks are called by their place. What names neither disks nor the machine is shared. */
class Kind {
  #missing: Named[];
  #assumed: number[];
  /** Findings that name disks, each with the place of its disks among all that are named. */
  #findings: [at: number, disks: number][] = [];
  #disks: string[][] = [];

  constructor(readonly judged: MachineAssessment) {
    const named = judged.missing.map(({ disk, field, where }, at) => ({ at, disk, field: behindMachine(field), where: behindMachine(where) }));
    this.#missing = named.filter(({ disk, field, where }) => disk !== undefined || field !== undefined || where !== undefined);
    this.#assumed = [...judged.assumed.keys()].filter((at) => judged.assumed[at]?.disk !== undefined);
    const known = new Map<string, number>();
    judged.findings.forEach(({ disks = [] }, at) => {
      if (disks.length === 0) return;
      const key = disks.join();
      let own = known.get(key);
      if (own === undefined) known.set(key, (own = this.#disks.push(disks) - 1));
      this.#findings.push([at, own]);
    });
  }

  /** As that on a machine; its names are its id, its name and those of its disks. */
  named(index: number, names: string[]): MachineAssessment {
    const { judged } = this;
    const disk = (place: string): string => names[Number(place) + 2] ?? place;
    let { missing, assumed, findings } = judged;
    if (this.#missing.length > 0) {
      missing = missing.slice();
      for (const { at, disk: place, field, where } of this.#missing) {
        const own = (missing[at] = { ...(missing[at] as MissingFact) });
        if (place !== undefined) own.disk = disk(place);
        if (field !== undefined) own.field = `machines[${index}]${field}`;
        if (where !== undefined) own.where = `machines[${index}]${where}`;
      }
    }
    if (this.#assumed.length > 0) {
      assumed = assumed.slice();
      for (const at of this.#assumed) {
        const own = assumed[at] as AssumedFact;
        assumed[at] = { ...own, disk: disk(own.disk as string) };
      }
    }
    if (this.#findings.length > 0) {
      findings = findings.slice();
      // Findings about the same disks share their names.
      const disks = this.#disks.map((own) => own.map(disk));
      for (const [at, own] of this.#findings) findings[at] = { ...(findings[at] as Finding), disks: disks[own] as string[] };
    }
    return {
      ...judged,
      id: names[0] as string,
      name: names[1] as string,
      excludeDisks: judged.excludeDisks.map(disk),
      missing,
      assumed,
      findings,
      disks: judged.disks.map((own) => ({ ...own, name: disk(own.name) })),
    };
  }
}

/** What a field of the machine is within it. */
const behindMachine = (field: string): string | undefined => (field.startsWith(THIS_MACHINE) ? field.slice(THIS_MACHINE.length) : undefined);

/** The fleet with every name, id and address replaced, the same by the same, and without tags: for bug reports. */
export function anonymiseFleet(fleet: Fleet): Fleet {
  return ask(() => engine("advice").anonymiseFleet(write(fleet)));
}
