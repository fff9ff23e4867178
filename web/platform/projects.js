// Projects in the browser's own database. One transaction writes a project whole or not at all, so a page that is
// killed while it writes leaves the project as it was before.
import { openDB } from "idb";

const DATABASE = "restore-point-lab";
/** Raised when the stores change their shape; a planner that is older than the database leaves it alone. */
const SHAPE = 1;
/** For how long a deleted project can be brought back. */
const KEPT_DELETED_MILLISECONDS = 3_600_000;

let opening;

function database() {
  if (globalThis.indexedDB === undefined) return Promise.reject("refused");
  opening ??= openDB(DATABASE, SHAPE, {
    upgrade(found) {
      // Heads apart from scenarios: the list is read without them.
      found.createObjectStore("heads", { keyPath: "id" });
      found.createObjectStore("scenarios");
    },
    // A newer planner in another tab may have to change the stores.
    blocking: (_current, _blocked, event) => event.target.close(),
    terminated: () => { opening = undefined; },
  }).catch((error) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

/** Why the browser did not do it, as one word; the planner has the sentence. */
function reason(error) {
  if (typeof error === "string") return error;
  return { QuotaExceededError: "full", VersionError: "newer", SecurityError: "refused", InvalidStateError: "refused" }[error?.name]
    ?? String(error?.message ?? error);
}

async function within(stores, mode, work) {
  try {
    const transaction = (await database()).transaction(stores, mode, { durability: "strict" });
    let result;
    try {
      result = await work(transaction);
    } catch (error) {
      try { transaction.abort(); } catch { /* It has ended already. */ }
      await transaction.done.catch(() => {});
      throw transaction.error ?? error;
    }
    await transaction.done;
    return result;
  } catch (error) {
    throw reason(error);
  }
}

/** The heads of all projects as JSON, the one that was saved last first. Deleted ones go after a while. */
export function listProjects() {
  return within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const heads = await transaction.objectStore("heads").getAll();
    const kept = [];
    for (const head of heads) {
      if (head.deletedAt !== undefined && Date.now() - head.deletedAt > KEPT_DELETED_MILLISECONDS) {
        await transaction.objectStore("heads").delete(head.id);
        await transaction.objectStore("scenarios").delete(head.id);
      } else {
        kept.push(head);
      }
    }
    return JSON.stringify(kept.sort((a, b) => b.savedAt - a.savedAt));
  });
}

/** The text of a project. */
export function readProject(id) {
  return within(["scenarios"], "readonly", (transaction) => transaction.objectStore("scenarios").get(id));
}

/**
 * Writes a project over its `revision`; the new revision. Refused as "changed" where another tab has written since:
 * what it wrote stays.
 */
export function writeProject(id, name, revision, text) {
  return within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const heads = transaction.objectStore("heads");
    const head = await heads.get(id);
    if (head !== undefined && head.revision !== revision) throw "changed";
    const next = { id, name, revision: revision + 1, savedAt: Date.now(), characters: text.length };
    await transaction.objectStore("scenarios").put(text, id);
    await heads.put(next);
    remember();
    return next.revision;
  });
}

/** Tells the next visit, before its first paint, that it will not begin with the sample. */
function remember() {
  try {
    localStorage.setItem("restore-point-lab.kept", "1");
  } catch {
    // It then shows the sample for a moment.
  }
}

/** Marks a project as deleted, or no longer. */
export function deleteProject(id, gone) {
  return within(["heads"], "readwrite", async (transaction) => {
    const head = await transaction.store.get(id);
    if (head === undefined) return;
    delete head.deletedAt;
    await transaction.store.put(gone ? { ...head, deletedAt: Date.now() } : head);
  });
}

/** Copies a project under another id and name. */
export function copyProject(id, copy, name) {
  return within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const text = await transaction.objectStore("scenarios").get(id);
    if (text === undefined) throw "gone";
    await transaction.objectStore("scenarios").put(text, copy);
    await transaction.objectStore("heads").put({ id: copy, name, revision: 1, savedAt: Date.now(), characters: text.length });
  });
}

export function newProjectId() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
