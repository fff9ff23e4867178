// The planner's worker: the engine of the npm package, asked for work that takes long.
import * as engine from "restore-point-lab";
import { LargeFleet } from "./large-fleet.js";

/** How much of a file is read, and how many VMs are judged, between two words of progress. */
const PIECE_BYTES = 1 << 20;
const BATCH = 100;
/**
 * How many milliseconds schedules of faults are tried between two words of progress, and how many schedules at most at a
 * time: each answer has the whole report, and one schedule may take long after many that took nothing.
 */
const BREAKER_WORD = 50;
const MOST_SCHEDULES = 64;

/** The fleet that is too large for the page, until another is read or it is let go. */
let large;

const say = (kind, value) => self.postMessage({ kind, text: JSON.stringify(value), keeps: large !== undefined });
const progress = (what, done, total) => say("progress", { what, done, total });
const letOthers = () => new Promise((resolve) => setTimeout(resolve));

const WORK = {
  /**
   * Reads and judges an inventory. Parts are `{ machines }` and `{ verdicts }`, some at a time: small tasks for the page.
   * One of more than `keepAbove` VMs stays here, judged for every service; what is left of it to say is short.
   */
  async inventory({ options, keepAbove }, inputs) {
    large = large?.free();
    const total = inputs.reduce((sum, { data }) => sum + data.length, 0);
    const reader = engine.inventoryReader();
    let held;
    try {
      let read = 0;
      for (const { name, data } of inputs) {
        reader.begin(name);
        for (let at = 0; at < data.length; at += PIECE_BYTES) {
          const piece = data.subarray(at, at + PIECE_BYTES);
          reader.push(piece);
          read += piece.length;
          progress("reading", read, total);
        }
      }
      held = reader.hold();
      if (held.size > keepAbove) {
        large = new LargeFleet(held, options, (done, all) => progress("judging", done, all));
        held = undefined;
        return large.told();
      }
      for (const [what, items] of [["machines", held.machines()], ["verdicts", held.assess(options)]]) {
        let batch = [];
        let done = 0;
        for (const item of items) {
          batch.push(what === "verdicts" ? item.verdict : item);
          done += 1;
          if (batch.length === BATCH) {
            say("part", { [what]: batch });
            batch = [];
            if (what === "verdicts") progress("judging", done, held.size);
          }
        }
        if (batch.length > 0) say("part", { [what]: batch });
      }
      return inParts(held.import);
    } finally {
      reader.free();
      held?.free();
    }
  },

  /** What is to be seen of the large fleet: see `LargeFleet.rows`. */
  rows(question) {
    return theLarge().rows(question);
  },

  /** VMs of the large fleet, as a fleet: see `LargeFleet.take`. */
  take(question) {
    return theLarge().take(question);
  },

  /** The judgements on what was found in the large fleet: see `LargeFleet.csv`. */
  csv(question) {
    return theLarge().csv(question);
  },

  /** Lets the large fleet go. */
  forget() {
    large = large?.free();
  },

  /** Plans, each foretold by itself, a part each: small tasks for the page. The result holds them against each other. */
  plans({ plans }) {
    let sound = true;
    plans.forEach((plan, place) => {
      try {
        say("part", { place, foretold: engine.forecast(plan) });
      } catch (error) {
        sound = false;
        say("part", { place, wrong: [error.path, error.message].filter(Boolean).join(": ") });
      }
    });
    return sound ? engine.comparePlans(plans) : null;
  },

  /** Searches for the shortest schedule of faults that breaks a plan. */
  async breaker({ plan, options }) {
    const search = new engine.PlanBreaker(plan, options);
    try {
      let said = performance.now();
      let count = 1;
      for (;;) {
        const report = search.step(count);
        if (report.done) return report;
        if (performance.now() - said < BREAKER_WORD) {
          count = Math.min(2 * count, MOST_SCHEDULES);
          continue;
        }
        count = Math.max(count >> 1, 1);
        progress("breaking", report.tried, report.schedules);
        await letOthers();
        said = performance.now();
      }
    } finally {
      search.free();
    }
  },

  /** A function of the package. */
  function({ name, args = [] }) {
    if (typeof engine[name] !== "function") throw refused("NoSuchFunction", `the engine has no ${name}`);
    return engine[name](...args);
  },

  /** A function of a lab that has gone the way of a scenario. */
  lab({ scenario, name, args = [] }) {
    const lab = engine.Lab.fromScenario(scenario);
    try {
      if (typeof lab[name] !== "function") throw refused("NoSuchFunction", `a lab has no ${name}`);
      return lab[name](...args) ?? null;
    } finally {
      lab.free();
    }
  },
};

/** Of a large import even what is said about it is long: its lists go in parts, and the head without them is left. */
function inParts({ problems, preview, ...rest }) {
  const { guessed, leftOut, missing } = preview;
  const subjects = missing.flatMap((fact, of) => fact.subjects.map((subject) => ({ of, subject })));
  for (const [what, items] of Object.entries({ problems, guessed, leftOut, subjects })) {
    for (let at = 0; at < items.length; at += BATCH) say("part", { [what]: items.slice(at, at + BATCH) });
  }
  return {
    ...rest,
    problems: [],
    preview: { ...preview, guessed: [], leftOut: [], missing: missing.map((fact) => ({ ...fact, subjects: [] })) },
  };
}

function theLarge() {
  if (large === undefined) throw refused("NoFleet", "the large fleet is gone; import its file again");
  return large;
}

function refused(code, message) {
  return Object.assign(new Error(message), { code, path: "" });
}

/** The parts of the engine that the job takes. */
const FLEET = ["fleet"];
const PARTS = { inventory: ["fleet", "formats"], rows: FLEET, take: FLEET, csv: FLEET, forget: FLEET, lab: ["handover"] };
const ALL = ["handover", "plans"];

let started;
let partFiles;

self.onmessage = async ({ data }) => {
  if (data.start !== undefined) {
    const { engine: module, parts, services } = data.start;
    const at = (name) => new URL(name, self.location.href);
    partFiles = (file) => parts?.[`engine-${file}`] ?? at(`engine-${file}`);
    const from = typeof module === "string" ? at(module) : module;
    started = engine.init(from, typeof services === "string" ? at(services) : services, { load: [], from: partFiles });
    started.catch(() => {});
    return;
  }
  try {
    await started;
    const request = JSON.parse(data.request);
    await Promise.all((PARTS[request.work] ?? ALL).map((part) => engine.loadPart(part, partFiles)));
    await letOthers();
    say("done", await WORK[request.work](request, data.inputs) ?? null);
  } catch (error) {
    say("failed", { code: error.code ?? "WorkerFailed", path: error.path ?? "", message: String(error.message ?? error) });
  }
};
