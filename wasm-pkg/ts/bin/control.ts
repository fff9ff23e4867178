// What the server has beside the service: reset, the clock, commands, the state and the log of requests.

import { LabError, type Command, type Lab, type Scenario } from "../node.js";

/** A lab that is served. */
export interface Served {
  lab: Lab;
  /** The last requests, oldest first. */
  log: { at: string; method: string; path: string; status: number }[];
  /** A lab at its start. */
  fresh(): Lab;
  /** A lab after a scenario. */
  replayed(scenario: Scenario): Lab;
  /** Something may have changed: the state is to be written. */
  changed(): void;
  /** Writes the state now. */
  save(): void;
}

interface Answered {
  status: number;
  body: string;
}

type Action = (served: Served, body: unknown) => unknown;

function replace(served: Served, lab: Lab): { digest: string } {
  served.lab.free();
  served.lab = lab;
  return { digest: lab.digest() };
}

const READS: Record<string, Action> = {
  requests: ({ log }) => log,
  state: ({ lab }) => lab.state(),
  scenario: ({ lab }) => lab.exportScenario(),
  digest: ({ lab }) => ({ digest: lab.digest() }),
};

const CHANGES: Record<string, Action> = {
  reset(served) {
    served.log.length = 0;
    return replace(served, served.fresh());
  },
  scenario: (served, body) => replace(served, served.replayed(body as Scenario)),
  commands: ({ lab }, body) => lab.dispatch(body as Command),
  advance: ({ lab }, body) => lab.advance((body as { by: string } | undefined)?.by ?? ""),
};

/** Answers what lies under `/_lab/`; none where a request is for the service. */
export function control(served: Served, method: string, path: string, body: Uint8Array): Answered | undefined {
  if (!path.startsWith("/_lab/")) return undefined;
  const name = path.slice("/_lab/".length);
  const actions = method === "GET" ? READS : method === "POST" ? CHANGES : {};
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    const known = [...Object.keys(READS).map((read) => `GET ${read}`), ...Object.keys(CHANGES).map((change) => `POST ${change}`)];
    return refused(404, "NotFound", `/_lab/ has ${known.join(", ")}`);
  }
  try {
    const answer = action(served, body.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(body)));
    if (method === "POST") served.changed();
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    if (error instanceof LabError) return refused(400, error.code, error.message);
    if (error instanceof SyntaxError) return refused(400, "NotJson", error.message);
    throw error;
  }
}

function refused(status: number, code: string, message: string): Answered {
  return { status, body: JSON.stringify({ error: { code, message } }) };
}
