// The browser's own database. One transaction writes a project whole or not at all, so a page that is killed while it
// writes leaves the project as it was before.
import { openDB } from "idb";

const DATABASE = "restore-point-lab";
/** Raised when the stores change their shape; a planner that is older than the database leaves it alone. */
const SHAPE = 1;
let opening;
let opened = false;

/** Whether this page has had the database: it then keeps what is given to it. */
export const isThere = () => opened;

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
  }).then((found) => {
    opened = true;
    return found;
  }, (error) => {
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

/** Does `work` within a transaction. What it throws is thrown as one word, and nothing of it was done. */
export async function within(stores, mode, work) {
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
