import { ask, call, write, writeOptional } from "./boundary.js";
import { engine } from "./engine.js";
import { LabError } from "./error.js";
import type * as glue from "./engine/engine.js";
import type { BreakerOptions, BreakerReport, Plan } from "./engine/engine.js";

/**
 * Looks for the shortest schedule of faults under which a plan misses its objectives. Ask for a step as often as it
 * suits, in a worker say, until the report is `done`; to end the search earlier, free it.
 */
export class PlanBreaker {
  #search: glue.Breaker | undefined;

  /** Makes ready to search; nothing is tried before the first step. */
  constructor(plan: Plan, options?: BreakerOptions) {
    this.#search = call(() => new (engine("plans").Breaker)(write(plan), writeOptional(options)));
  }

  /** Tries so many more schedules; what was found so far, with the scenario that replays it. */
  step(schedules = 20): BreakerReport {
    const search = this.#search;
    if (search === undefined) throw new LabError("Finished", "", "this search was ended; begin another");
    return ask(() => search.step(schedules));
  }

  /** Ends the search and gives its memory back. */
  free(): void {
    this.#search?.free();
    this.#search = undefined;
  }
}
