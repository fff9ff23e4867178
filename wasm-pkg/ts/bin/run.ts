// `restore-point-lab run`: plays a scenario and holds it against its expectations. The report is in `--json`.

import { readFileSync } from "node:fs";
import { LabError, runScenario, type Scenario } from "../node.js";
import { Words } from "./words.js";

export const usage = "  run SCENARIO|- [--json]";

/** 0: every expectation holds, 1: not, 2: the scenario is malformed. */
export async function main(given: string[]): Promise<number> {
  try {
    const words = new Words(given);
    const json = words.has("--json");
    const [file, more] = words.files();
    if (file === undefined || more !== undefined) throw new LabError("NoInput", "", "name one scenario, or - for the standard input");
    const result = runScenario(JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8")) as Scenario);
    if (json) {
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    } else {
      const lines = result.expectations.flatMap(({ index, afterCommands, met, differences }) => [
        `expectation ${index} after ${afterCommands} commands ${met ? "holds" : "DOES NOT HOLD"}`,
        ...differences.map((difference) => `  ${difference}`),
      ]);
      process.stdout.write(`${[...lines, `digest ${result.digest}`].join("\n")}\n`);
    }
    return result.met ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { code, path } = error as LabError;
    process.stderr.write(`restore-point-lab: ${error.message}${code ? ` (${code}${path ? ` at ${path}` : ""})` : ""}\n`);
    return 2;
  }
}
