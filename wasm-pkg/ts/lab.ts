import { ask, call, write, writeOptional } from "./boundary.js";
import { engine } from "./engine.js";
import { LabError } from "./error.js";
import { need } from "./part.js";
import { send, type LabAnswer, type LabRequest } from "./request.js";
import type * as glue from "./engine/engine.js";
import type {
  AbilitiesQuery, BlockMap, BlockState, ChangedRangesQuery, ChangedRangeState, CleanPointsQuery, Command, Dialect, Difference,
  DiskCleanPoints, DocumentRequest, Drill, DrillRequest, Explanation, Fleet, LabOptions, LabState, LogEntry, LongRunning, MachineRpo, ObservedDisk, OpenedAccess,
  Outcome, Proof, Rehearsal, RehearsalRequest, Rejection, Report, RestoreAbilities, Scenario, SettingState, StoredBytesQuery,
} from "./engine/engine.js";

/** Marks a lab of the engine that is there already. */
class Replayed {
  constructor(readonly lab: glue.Lab) {}
}

/**
 * One simulated service: a virtual clock, VMs, disks, collections and their restore points.
 * The same options and commands give the same state and the same digest, everywhere.
 */
export class Lab {
  #held: glue.Lab | undefined;

  get #lab(): glue.Lab {
    if (this.#held === undefined) throw new LabError("Freed", "", "the lab was freed; make a new one");
    return this.#held;
  }

  /** A lab at its start. */
  constructor(options?: Partial<LabOptions>);
  constructor(options?: Partial<LabOptions> | Replayed) {
    const { Lab: EngineLab } = engine("lab");
    this.#held = options instanceof Replayed ? options.lab : call(() => new EngineLab(writeOptional(options)));
  }

  /**
   * A lab after all commands of a scenario, refused ones among them. How long-running work ends from there on is
   * not in the scenario.
   */
  static fromScenario(scenario: Scenario, options: { readonly longRunning?: LongRunning } = {}): Lab {
    const { Lab: EngineLab } = engine("lab");
    const replayed = call(() => EngineLab.fromScenario(write(scenario)));
    const lab = new Lab(new Replayed(replayed) as Partial<LabOptions>);
    if (options.longRunning !== undefined) lab.#ask("setLongRunning", options.longRunning);
    return lab;
  }

  #ask<T>(name: string, argument?: unknown): T {
    return ask(() => this.#lab.call(name, writeOptional(argument)));
  }

  #see<T>(name: string, argument?: unknown): T {
    need("insight");
    return this.#ask(name, argument);
  }

  #handOver<T>(name: string, argument?: unknown): T {
    need("handover");
    return this.#ask(name, argument);
  }

  /**
   * Carries a command out. A refusal is an answer; what is no command throws, and so does one whose part is not
   * loaded (`PartNotLoaded` with the part as its path).
   */
  dispatch(command: Command): Outcome { return this.#ask("dispatch", command); }

  /** Why a command would be refused now, or `null`. Changes nothing. */
  check(command: Command): Rejection | null { return this.#ask("check", command); }

  /** Lets time pass: an ISO 8601 duration such as `PT4H`. */
  advance(duration: string): Outcome { return this.#ask("advance", duration); }

  /** Lets time pass until an instant such as `2026-01-05T12:00:00Z`. */
  advanceTo(time: string): Outcome { return this.#ask("advanceTo", time); }

  /** Lets time pass until the next thing that happens by itself. */
  runToNextEvent(): Outcome { return this.#ask("runToNextEvent"); }

  /** Everything there is, now. */
  state(): LabState { return this.#ask("state"); }

  /** What the lab comes to: state, support, log, assumptions, digest. */
  report(): Report { return this.#ask("report"); }

  /** Every command so far, with what came of it. */
  log(): LogEntry[] { return this.#ask("log"); }

  /**
   * The report as a document to hand over: Markdown, HTML to print (one file without scripts), CSV or JSON, with a
   * plan, its forecast and a rehearsal where they are given.
   */
  reportDocument(request: DocumentRequest): string { return this.#handOver("reportDocument", request); }

  /** What was done in this lab, as a text that does it in Azure; see `runbook`. */
  runbook(dialect: Dialect): string { return this.#handOver("runbook", dialect); }

  /** Every setting with its value and where that comes from. */
  settings(): SettingState[] { return this.#ask("settings"); }

  /** The VMs and disks as they are now, to assess. */
  fleet(): Fleet { return this.#ask("fleet"); }

  /** Takes the last command that was carried out back; false where there is none. */
  undo(): boolean { return this.#ask("undo"); }

  /** Carries out again what was undone last; false where there is nothing. */
  redo(): boolean { return this.#ask("redo"); }

  /** SHA-256 over service state, store and clock, as lower-case hex. */
  digest(): string { return this.#ask("digest"); }

  /** The lab as a file that {@link Lab.fromScenario} and {@link runScenario} read. */
  exportScenario(): Scenario { return this.#ask("exportScenario"); }

  /** Distinct bytes over all retained points, or over those of a disk, a region, a VM. */
  storedBytes(query?: Partial<StoredBytesQuery>): number { return this.#ask("storedBytes", query); }

  /** What deleting these restore points together frees, in bytes. */
  freedBy(restorePoints: string[]): number { return this.#ask("freedBy", restorePoints); }

  /** The ranges of a disk that changed between two restore points, or since one. */
  changedRanges(query: ChangedRangesQuery): ChangedRangeState[] { return this.#see("changedRanges", query); }

  /** SHA-256 of what a disk or a disk restore point holds; equal content, equal digest. */
  contentDigest(id: string): string { return this.#ask("contentDigest", id); }

  /** What an address that was granted reads now; throws where it reads nothing any more, or never did. */
  openAccess(address: string): OpenedAccess { return this.#ask("openAccess", address); }

  /**
   * Why something is as it is, in sentences: a resource by id or name, `log/7` for a command, `storedBytes`,
   * or a setting by its name.
   */
  explain(subject: string): Explanation { return this.#see("explain", subject); }

  /** How old the last usable point of each VM was at each moment so far, region by region. */
  rpo(): MachineRpo[] { return this.#see("rpo"); }

  /** What each disk's points have added, for `calibrate`. */
  observedDisks(): ObservedDisk[] { return this.#see("observedDisks"); }

  /** What the lab looked like at a past instant. */
  stateAt(time: string): LabState { return this.#see("stateAt", time); }

  /** A lab that went the same way until a past instant, and goes its own way from there. */
  branchAt(time: string): Lab { return Lab.fromScenario(this.#see("branchAt", time)); }

  /** What differs between the states of two labs. */
  compare(other: Lab): Difference[] { return this.#see("compare", other.exportScenario()); }

  /** The versions of one block: who wrote it, who refers to it, who pays. */
  block(query: { disk: string; index: number }): BlockState { return this.#see("block", query); }

  /** The blocks of a disk in every retained point, in columns. */
  blockMap(query: { disk: string; columns: number }): BlockMap { return this.#see("blockMap", query); }

  /** Proves a restored disk or VM: source, point and restored disk, each read block by block. */
  prove(restored: string): Proof { return this.#ask("prove", restored); }

  /** Every way to restore a VM from each of its points: yes, no or not known; and when each was gained and lost. */
  restoreAbilities(query: AbilitiesQuery): RestoreAbilities { return this.#handOver("restoreAbilities", query); }

  /** A region is down now, everything in it is restored elsewhere: in which order, what is lost, how long. */
  drill(request: DrillRequest): Drill { return this.#handOver("drill", request); }

  /** The points of each disk of a VM, which of them is clean, and what shows it. */
  cleanPoints(query: CleanPointsQuery): DiskCleanPoints[] { return this.#handOver("cleanPoints", query); }

  /**
   * Rehearses a restore: its steps, what stands against it, what comes back and how that differs. Nothing in the lab
   * changes.
   */
  rehearse(request: Partial<RehearsalRequest>): Rehearsal { return this.#handOver("rehearse", request); }

  /**
   * Answers a request as the service does: ARM, or, by its host, the page blob behind a granted address.
   * What it changes stands in the log as commands.
   */
  request(request: LabRequest): LabAnswer {
    need("arm");
    return send(this.#lab, request);
  }

  /**
   * Gives the lab's memory back at once; otherwise that happens when it is collected. Whatever is asked of the lab
   * afterwards throws `Freed`.
   */
  free(): void {
    this.#held?.free();
    this.#held = undefined;
  }
}
