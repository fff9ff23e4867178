// What the planner keeps in the browser, looked at and damaged from outside.

/** The texts of all kept scenarios; with `replacement` each of them becomes that. */
export function keptTexts(page, replacement) {
  return page.evaluate(async (replacement) => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("restore-point-lab"));
    const store = database.transaction("scenarios", "readwrite").objectStore("scenarios");
    const [keys, texts] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
    if (replacement !== undefined) await Promise.all(keys.map((key) => asked(store.put(replacement, key))));
    database.close();
    return texts;
  }, replacement);
}

/** The keys of what pages have noted as they were left. */
export function leftNotes(page) {
  return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("restore-point-lab.left/")));
}

/** Has all kept projects look as if another tab had written them since. */
export const raiseRevisions = (page) => changeHeads(page, 1, { page: "another" });

/** Has all kept projects look as if they had been deleted then. */
export const markDeleted = (page, deletedAt) => changeHeads(page, 0, { deletedAt });

function changeHeads(page, raised, fields) {
  return page.evaluate(async ([raised, fields]) => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("restore-point-lab"));
    const store = database.transaction("heads", "readwrite").objectStore("heads");
    for (const head of await asked(store.getAll())) await asked(store.put({ ...head, revision: head.revision + raised, ...fields }));
    database.close();
  }, [raised, fields]);
}

/** What is kept of each project beside its scenario. */
export function keptHeads(page) {
  return page.evaluate(async () => {
    const asked = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("restore-point-lab"));
    const heads = await asked(database.transaction("heads").objectStore("heads").getAll());
    database.close();
    return heads;
  });
}

/** Has whoever reads or writes projects wait, in all tabs, until what is answered is called. */
export async function holdStorage(page) {
  await page.evaluate(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open("restore-point-lab");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const heads = database.transaction(["heads", "scenarios"], "readwrite").objectStore("heads");
    // A transaction lives as long as something is asked of it.
    const stay = () => {
      if (window.storageIsFree) database.close();
      else heads.get("").onsuccess = stay;
    };
    window.storageIsFree = false;
    stay();
  });
  return () => page.evaluate(() => { window.storageIsFree = true; });
}
