// Which tab has which project. A lock of the browser, so that it goes with the tab, however the tab ends.
const prefix = "restore-point-lab/project/";
const OWN = "restore-point-lab.project";

let held;

/**
 * Takes a project for this tab and gives the one before free. False where another tab has it, unless `take`, which
 * tells that tab through its `lost`.
 */
export function holdProject(id, take, lost) {
  remember(id);
  // Without locks the revisions of the database still keep tabs from overwriting each other.
  if (held?.id === id || navigator.locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const options = take ? { steal: true } : { ifAvailable: true };
    const asked = navigator.locks.request(prefix + id, options, (lock) => {
      // Whether it is had or not: it is shown in the place of the one before.
      held?.free();
      held = undefined;
      if (lock === null) {
        resolve(false);
        return undefined;
      }
      return new Promise((free) => {
        held = { id, free };
        resolve(true);
      });
    });
    asked.catch((error) => {
      if (held?.id === id) {
        held = undefined;
        lost();
      }
      // A page from a file may have no locks.
      if (error.name !== "AbortError") resolve(true);
    });
  });
}

/**
 * Does something to a project while no tab has it, or this one. Fails where another has it: at once, or when the moment is
 * over that tabs which are going have until `gone`.
 */
export async function whileFree(id, gone, act) {
  if (held?.id === id || navigator.locks === undefined) return act();
  let begun = false;
  try {
    return await navigator.locks.request(prefix + id, gone.aborted ? { ifAvailable: true } : { signal: gone }, (lock) => {
      begun = true;
      if (lock === null) throw "held";
      return act();
    });
  } catch (error) {
    // A page from a file may have no locks.
    if (begun || error.name === "TimeoutError") throw error;
    return act();
  }
}

/** Whether another tab has a project. */
export async function projectIsHeld(id) {
  if (held?.id === id) return false;
  try {
    const { held: locks } = await navigator.locks.query();
    return locks.some(({ name }) => name === prefix + id);
  } catch {
    return false;
  }
}

/** The project that this tab had before it was loaded again. */
export function ownProject() {
  try {
    return sessionStorage.getItem(OWN) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(id) {
  try {
    sessionStorage.setItem(OWN, id);
  } catch {
    // Without it the next load opens the project that was saved last.
  }
}
