// The service worker's side in the page: it is registered when everything else is there, and a new version takes
// over only when the reader says so.
import { isOneFile } from "./files.js";
import { ownScript } from "./trusted.js";

const SCRIPT = "sw.js";
let waiting;

/** Keeps the planner for later visits without a network; `ready` is called when a newer version waits. */
export async function keepOffline(ready) {
  if (isOneFile() || navigator.serviceWorker === undefined) return;
  const found = (worker) => {
    waiting = worker;
    ready();
  };
  try {
    const registration = await navigator.serviceWorker.register(ownScript(new URL(SCRIPT, document.baseURI).href), { updateViaCache: "none" });
    if (registration.waiting && navigator.serviceWorker.controller) found(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => {
        // Without a controller this is the first version, which nothing has to wait for.
        if (worker.state === "installed" && navigator.serviceWorker.controller) found(worker);
      });
    });
  } catch {
    // Where service workers are refused the planner works as long as its page stays open.
  }
}

/** Lets the waiting version take over, and loads the page again with it. */
export function useNewVersion() {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  waiting?.postMessage("take over");
}
