// Projects: a head, which the list shows, and the text of a scenario.
import { within } from "./database.js";
import { forgetDeleted, forgetLeft, mark, nextNumber, recoverLeft, remember, written } from "./left.js";

/** For how long a deleted project can be brought back. */
const KEPT_DELETED_MILLISECONDS = 3_600_000;

/** The heads of all projects as JSON, the one that was saved last first. Deleted ones go after a while. */
export async function listProjects() {
  await recoverLeft();
  const gone = [];
  const list = await within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const heads = await transaction.objectStore("heads").getAll();
    const kept = [];
    for (const head of heads) {
      if (head.deletedAt !== undefined && Date.now() - head.deletedAt > KEPT_DELETED_MILLISECONDS) {
        await transaction.objectStore("heads").delete(head.id);
        await transaction.objectStore("scenarios").delete(head.id);
        gone.push(head);
      } else {
        kept.push(head);
      }
    }
    return JSON.stringify(kept.sort((a, b) => b.savedAt - a.savedAt));
  });
  gone.forEach(forgetDeleted);
  return list;
}

/** The text of a project. */
export function readProject(id) {
  return within(["scenarios"], "readonly", (transaction) => transaction.objectStore("scenarios").get(id));
}

/**
 * Writes the text that has this number over a project's `revision`; the new revision. Refused as "changed" where another tab has written since:
 * what it wrote stays. Of a project that was deleted since the text was taken, the text is kept and the project stays deleted.
 */
export async function writeProject(id, name, revision, text, number) {
  const raised = await within(["heads", "scenarios"], "readwrite", async (transaction) => {
    const heads = transaction.objectStore("heads");
    const head = await heads.get(id);
    if (head !== undefined && head.revision !== revision) throw "changed";
    const next = { id, name, revision: revision + 1, savedAt: Date.now(), characters: text.length, ...mark(number) };
    await transaction.objectStore("scenarios").put(text, id);
    await heads.put(written({ deletedAt: head?.deletedAt, ...next }, number));
    remember();
    return next.revision;
  });
  forgetLeft(id, number);
  return raised;
}

/** Marks a project as deleted, or no longer. */
export function deleteProject(id, gone) {
  // What was taken to be kept before this may be written after it.
  const deletedAt = nextNumber();
  return within(["heads"], "readwrite", async (transaction) => {
    const head = await transaction.store.get(id);
    if (head === undefined) return;
    delete head.deletedAt;
    await transaction.store.put(gone ? { ...head, deletedAt } : head);
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
