// The planner's module: loaded when the first element comes into view, shared by all on the page.

type Planner = typeof import("./rplab-web.js");

let starting: Promise<Planner> | undefined;

export function startPlanner(): Promise<Planner> {
  starting ??= start().catch((error: unknown) => {
    // The next element may have more luck.
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(): Promise<Planner> {
  const planner = await import("./rplab-web.js");
  await planner.default();
  await planner.prepareElement();
  return planner;
}
