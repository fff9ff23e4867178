// What a page could not wait to see in the database when it was left: noted at once, in the storage that can be written at
// once, and put into the database by the next page that looks.
import { isThere, within } from "./database.js";
import { whileFree } from "./tabs.js";

const PREFIX = "restore-point-lab.left/";

export function newProjectId() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** For how long a tab that is closed may still have its project. */
const GOING_MILLISECONDS = 500;

/** This page among all that write. */
const page = newProjectId();
let number = 0;
/** What this page has noted: the number, by the project. */
const noted = new Map();
/** The names of projects that were made of what other pages have overtaken. */
let overtaken = [];
/** Aborted when tabs that were going as this page first came upon a note are gone: what is held after that is open in some tab. */
let gone;

/**
 * The number of a text that is taken to be kept, or of a deletion: the later the higher, whenever it is written. It is a time,
 * so that those of two pages can be held against each other, and one more where this page has had that.
 */
export const nextNumber = () => (number = Math.max(number + 1, Date.now()));

/** The head to be written for a text that was taken at a time. What was deleted after that stays deleted; whoever goes on with it has it back. */
export const written = ({ deletedAt, ...head }, taken) => (deletedAt >= taken ? { ...head, deletedAt } : head);

/** Marks what is written: by which page, and in which order. */
export const mark = (number) => ({ page, number });

/** Tells the next visit, before its first paint, that it will not begin with the sample. */
export function remember() {
  try {
    localStorage.setItem("restore-point-lab.kept", "1");
  } catch {
    // It then shows the sample for a moment.
  }
}

const keyOf = (id, of) => `${PREFIX}${id}/${of}`;

/** Notes the text of a project that goes over `revision`, or what this page writes over that. */
export function noteLeft(id, name, revision, text, number) {
  // Where nothing can be kept nothing is noted.
  if (!isThere()) return;
  try {
    localStorage.setItem(keyOf(id, page), JSON.stringify({ id, name, revision, text, savedAt: number, ...mark(number) }));
    noted.set(id, number);
    remember();
  } catch {
    // No room: the database may still be fast enough.
  }
}

/** What was noted of a project, up to a number, is not needed any more: that text is in the database, or goes on elsewhere. */
export function forgetLeft(id, number = Infinity) {
  if (noted.get(id) <= number && noted.delete(id)) localStorage.removeItem(keyOf(id, page));
}

/** Puts into the database what pages have noted that are gone. */
export async function recoverLeft() {
  for (const left of allLeft().filter((left) => left.page !== page)) {
    const key = keyOf(left.id, left.page);
    try {
      gone ??= AbortSignal.timeout(GOING_MILLISECONDS);
      await whileFree(left.id, gone, async () => {
        // Another page may have been first.
        if (localStorage.getItem(key) === null) return;
        const copy = await put(left);
        localStorage.removeItem(key);
        if (copy !== undefined) overtaken.push(copy);
      });
    } catch {
      // Some page has the project, or there is no room: it stays until the next look.
    }
  }
}

/** The names of projects that what was noted came to where another page had been faster; each once. */
export function takeOvertaken() {
  const names = overtaken.join(", ");
  overtaken = [];
  return names;
}

/** Removes what was noted of a project until it was deleted: it is gone for good. */
export function forgetDeleted({ id, deletedAt }) {
  for (const left of allLeft()) {
    if (left.id === id && left.savedAt <= deletedAt) localStorage.removeItem(keyOf(id, left.page));
  }
}

/** What pages have noted, the oldest first. */
function allLeft() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return keys.flatMap(read).sort((one, other) => one.savedAt - other.savedAt);
  } catch {
    return [];
  }
}

function read(key) {
  try {
    const left = JSON.parse(localStorage.getItem(key));
    return keyOf(left.id, left.page) === key && typeof left.text === "string" ? [left] : [];
  } catch {
    // None of ours: it stays.
    return [];
  }
}

/** Puts it over what it was noted over. Where another page has written since, that stays, and this goes beside it: its name. */
function put({ id, name, revision, text, savedAt, page: of, number: at }) {
  return within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const [heads, scenarios] = ["heads", "scenarios"].map((store) => transaction.objectStore(store));
    const head = await heads.get(id);
    const write = async (head) => {
      await scenarios.put(text, head.id);
      await heads.put({ ...written(head, savedAt), savedAt, characters: text.length, page: of, number: at });
    };
    if (head?.page === of && head.number >= at) return undefined;
    if (head === undefined || head.page === of || head.revision === revision) {
      await write({ ...head, id, name, revision: (head?.revision ?? revision) + 1 });
      return undefined;
    }
    if (await scenarios.get(id) === text) return undefined;
    const names = (await heads.getAll()).map((head) => head.name);
    let copy = `${name} (copy)`;
    for (let next = 2; names.includes(copy); next += 1) copy = `${name} (copy) ${next}`;
    await write({ id: newProjectId(), name: copy, revision: 1 });
    return copy;
  });
}
