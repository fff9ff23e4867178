import { ask, write, writeOptional } from "./boundary.js";
import { engine } from "./engine.js";
import type {
  AssessOptions, AssessReport, Calibration, Dialect, Edition, EditionChange, Fleet, Forecast, MachineRestores, MatrixRow, ObservedDisk,
  Plan, PlanComparison, RateProfile, Rehearsal, Remedy, RunbookStep, RunResult, Scenario, Version,
} from "./engine/engine.js";

export { init, init as default, loadPart, loadServices, type EngineSource, type PartsSource, type ServicesSource } from "./engine.js";
export type { Part, PartFiles } from "./part.js";
export { LabError } from "./error.js";
export { anonymiseFleet, HeldFleet, importInventory, InventoryReader, inventoryReader, type NamedInput } from "./inventory.js";
export { Lab } from "./lab.js";
export { PlanBreaker } from "./breaker.js";
export type { LabAnswer, LabRequest } from "./request.js";
// Every type of the engine; the names above and below are this package's own.
export type * from "./engine/engine.js";

/** Judges every machine of a fleet, with the rows that decide. */
export function assess(fleet: Fleet, options?: AssessOptions): AssessReport {
  return ask(() => engine().assess(write(fleet), writeOptional(options)));
}

/** A report as CSV (a row for each finding), JSON, or Markdown (a row for each VM). */
export function exportReport(report: AssessReport, format: "csv" | "json" | "markdown"): string {
  return ask(() => engine("advice").exportReport(write(report), format));
}

/**
 * What a scenario, a rehearsal or a plan does, as a text that does it in Azure: requests (`.http`), a script, a template. Names are quoted
 * for their language; what no request does is said in comments.
 */
export function runbook(input: Scenario | Rehearsal | Plan, dialect: Dialect): string {
  return ask(() => engine("handover").runbook(write(input), dialect));
}

/** The same step by step, whatever the dialect. */
export function runbookSteps(input: Scenario | Rehearsal | Plan): RunbookStep[] {
  return ask(() => engine("handover").runbookSteps(write(input)));
}

/** Reports on parts of a fleet as the report on the whole: the machines one after the other. */
export function mergeReports(reports: AssessReport[]): AssessReport {
  return ask(() => engine("advice").mergeReports(write(reports)));
}

/** What becomes of a plan: what is kept when and where, and what it takes. */
export function forecast(plan: Plan): Forecast {
  return ask(() => engine("plans").forecast(write(plan)));
}

/** Plans side by side, why each is ruled out that is, and the cheapest of the others. */
export function comparePlans(plans: Plan[]): PlanComparison {
  return ask(() => engine("plans").comparePlans(write(plans)));
}

/** Change rates read off the sizes of incremental snapshots. */
export function calibrate(disks: ObservedDisk[]): Calibration[] {
  return ask(() => engine("plans").calibrate(write(disks)));
}

/** The rates that ship: an empty profile, and an illustrative one. */
export function rateProfiles(): RateProfile[] {
  return ask(() => engine("plans").rateProfiles());
}

/** Every way to restore every VM: yes, no or not known, with the rows that decide. */
export function restoreMethods(fleet: Fleet, options: AssessOptions): MachineRestores[] {
  return ask(() => engine("advice").restoreMethods(write(fleet), write(options)));
}

/** The VMs of a fleet that another edition judges otherwise, with what is gone and what came. */
export function compareEditions(
  fleet: Fleet, options: AssessOptions, from: Edition, to: Edition,
): EditionChange[] {
  return ask(() => engine("advice").compareEditions(write(fleet), write(options), from, to));
}

/** For each VM of a fleet, the single changes that better its verdict. */
export function remedies(fleet: Fleet, options: AssessOptions): Remedy[][] {
  return ask(() => engine("advice").remedies(write(fleet), write(options)));
}

/** Every row of the support matrix. */
export function supportMatrix(): MatrixRow[] {
  return ask(() => engine("advice").supportMatrix());
}

/** A fleet to start from. */
export function sampleFleet(): Fleet {
  return ask(() => engine("advice").sampleFleet());
}

/** Runs a scenario from its start to its end and holds it against its expectations. */
export function runScenario(scenario: Scenario): RunResult {
  return ask(() => engine("insight").runScenario(write(scenario)));
}

/** The versions of the engine and of the support matrix. */
export function version(): Version {
  return ask(() => engine().version());
}
