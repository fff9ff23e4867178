// A fleet that is too large for the page: it stays in the worker, in the engine, judged for every service. The page asks
// for the few rows that are on the screen. This module decides nothing: verdicts and reasons are the engine's.

/** The services that a fleet is judged for, in the order of what is told of a row. */
const SERVICES = ["restorePoints", "vmBackup", "diskBackup"];
/** From good to bad, as verdicts are combined. */
const VERDICTS = ["supported", "caveat", "excludeDisk", "undocumented", "unknown", "notSupported"];
/** How many items of a list in the preview are told; the rest is counted. */
const SHOWN = 50;
/** How many VMs a lab takes at once. */
const TAKEN = 200;
/** Between two words of progress. */
const STEP = 1000;

const csvCell = (value) => {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** What decides a judgement: the first finding of its verdict, or what is missing. */
function reasonOf({ verdict, findings, missing }) {
  const first = findings.find((finding) => finding.verdict === verdict);
  const facts = new Set(missing.map(({ fact }) => fact));
  const label = verdict === "unknown" && facts.size > 0 ? `Missing: ${[...facts].join(", ")}` : first?.label ?? "";
  return { verdict, label, rules: first?.rowIds ?? [], remedy: first?.remedy ?? "" };
}

/** What is asked, whichever service it is asked of. */
const written = (options) => JSON.stringify(options, (name, value) => (name === "service" || value === null || value === false ? undefined : value));

export class LargeFleet {
  #held;
  #rows = [];
  /** Each reason once; rows have its place in here. */
  #reasons = [];
  #options;
  #found = { key: undefined, groups: [], order: [] };
  #progress;

  /** Judges the fleet, which belongs to this object from here on. */
  constructor(held, options, progress) {
    this.#held = held;
    this.#progress = progress;
    for (const { name, location, disks, tags } of held.machines()) {
      const words = [name, location ?? "", ...disks.flatMap((disk) => [disk.name, disk.facts?.sku ?? ""]), ...Object.entries(tags ?? {}).flat()];
      this.#rows.push({ name, region: location ?? "", disks: disks.length, words: words.join("\n").toLowerCase(), why: [] });
    }
    this.#judge(options);
  }

  #judge(options) {
    this.#options = written(options);
    this.#reasons = [];
    this.#found.key = undefined;
    const known = new Map();
    SERVICES.forEach((service, of) => {
      let at = 0;
      for (const judged of this.#held.assess({ ...options, service })) {
        const reason = reasonOf(judged);
        const key = `${reason.verdict} ${reason.label} ${reason.rules}`;
        if (!known.has(key)) known.set(key, this.#reasons.push(reason) - 1);
        this.#rows[at].why[of] = known.get(key);
        at += 1;
        if (at % STEP === 0) this.#progress(of * this.#rows.length + at, SERVICES.length * this.#rows.length);
      }
    });
  }

  free() {
    this.#held.free();
  }

  /** What the preview of the import shows, its long lists cut short and counted. */
  told() {
    const { problems, preview, fleet, ...rest } = this.#held.import;
    const { guessed, leftOut, missing } = preview;
    const verdicts = SERVICES.map((_, of) => VERDICTS.map((verdict) => [verdict, this.#rows.filter(({ why }) => this.#reasons[why[of]].verdict === verdict).length]).filter(([, count]) => count > 0));
    const cut = (list, more) => (list.length <= SHOWN ? list : [...list.slice(0, SHOWN), more(list.length - SHOWN)]);
    return {
      ...rest,
      fleet: { machines: [] },
      problems: cut(problems, (count) => ({ severity: "warning", code: "More", path: "", message: `and ${count} more` })),
      preview: {
        ...preview,
        guessed: this.#guessedAlike(guessed),
        leftOut: cut(leftOut, (count) => ({ path: "", what: `and ${count} more`, why: "" })),
        missing: missing.map((fact) => ({ ...fact, subjects: [] })),
      },
      large: { verdicts },
    };
  }

  /** The same guess for many VMs, once. */
  #guessedAlike(guessed) {
    const alike = new Map();
    for (const guess of guessed) {
      const key = JSON.stringify([guess.fact, guess.value, guess.why]);
      const of = alike.get(key) ?? { guess, first: [], count: 0 };
      of.count += 1;
      const place = Number(/^machines\[(\d+)\]/.exec(guess.path)?.[1] ?? NaN);
      if (of.first.length < SHOWN) of.first.push(this.#rows[place]?.name ?? guess.path);
      alike.set(key, of);
    }
    return [...alike.values()].slice(0, SHOWN).map(({ guess, first, count }) => ({ ...guess, path: first.join(", ") + (count > first.length ? ` and ${count - first.length} more` : "") }));
  }

  #title(row, by, of) {
    if (by === "region") return row.region;
    if (by === "none") return "";
    const { verdict, label } = this.#reasons[row.why[of]];
    return `${verdict}\n${label}`;
  }

  /** What fits the words and stands in the group, in groups; kept until other words are asked for. */
  #find({ words = "", service = SERVICES[0], by = "reason", group = null }) {
    const key = JSON.stringify([words, service, by, group]);
    if (this.#found.key === key) return this.#found;
    const of = Math.max(0, SERVICES.indexOf(service));
    const sought = words.trim().toLowerCase();
    const groups = new Map();
    this.#rows.forEach((row, at) => {
      if (sought !== "" && !row.words.includes(sought)) return;
      const title = this.#title(row, by, of);
      const own = groups.get(title);
      if (own === undefined) groups.set(title, { title, reason: by === "reason" ? this.#reasons[row.why[of]] : undefined, rows: [at] });
      else own.rows.push(at);
    });
    const weight = ({ reason }) => (reason === undefined ? 0 : VERDICTS.indexOf(reason.verdict));
    const sorted = [...groups.values()].sort((one, other) => weight(other) - weight(one) || (one.title < other.title ? -1 : 1));
    const chosen = group === null ? sorted : sorted.filter(({ title }) => title === group);
    this.#found = { key, groups: sorted, order: chosen.flatMap(({ rows }) => rows) };
    return this.#found;
  }

  /**
   * What was found for `words`, judged by `service`, put together `by` reason, region or not at all, narrowed to a
   * `group`: how many, the groups, and `count` rows from `from` on. By other `options` than before all is judged anew.
   */
  rows({ from = 0, count = 0, options, ...question }) {
    if (options !== undefined && written(options) !== this.#options) this.#judge(options);
    const { groups, order } = this.#find(question);
    const shown = order.slice(from, from + count).map((at) => {
      const { name, region, disks, why } = this.#rows[at];
      return { at, name, region, disks, why: why.map((reason) => this.#reasons[reason]) };
    });
    const named = question.by === "none" ? [] : groups;
    const heads = named.slice(0, SHOWN).map(({ title, reason, rows }) => ({ title, label: reason?.label ?? title, verdict: reason?.verdict ?? null, rules: reason?.rules ?? [], remedy: reason?.remedy ?? "", count: rows.length }));
    return { found: order.length, from, groups: heads, moreGroups: named.length - heads.length, rows: shown };
  }

  /** The VMs that were found, or the one `at` a place, as a fleet. */
  take({ at = null, ...question }) {
    const places = at === null ? this.#find(question).order.slice(0, TAKEN) : [at];
    return { machines: places.flatMap((place) => [...this.#held.machines(place, place + 1)]) };
  }

  /** The judgements on what was found, as CSV. */
  csv(question) {
    const { order } = this.#find(question);
    const lines = [["name", "region", "disks", ...SERVICES.flatMap((service) => [service, `${service}Reason`, `${service}Rules`])].join(",")];
    for (const at of order) {
      const { name, region, disks, why } = this.#rows[at];
      const judged = why.flatMap((reason) => [this.#reasons[reason].verdict, this.#reasons[reason].label, this.#reasons[reason].rules.join(" ")]);
      lines.push([name, region, disks, ...judged].map(csvCell).join(","));
    }
    return { text: `${lines.join("\r\n")}\r\n` };
  }
}
