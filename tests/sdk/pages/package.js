// What a user's bundle has: the engine, a lab, the endpoint, and the same in a worker.
import init, { Lab, version } from "restore-point-lab";
import { armHttpClient } from "restore-point-lab/azure";

const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const fromWorker = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
});
await init();
const inWorker = await fromWorker;
globalThis.work = async () => {
  const lab = new Lab();
  const { status } = lab.request({ method: "GET", url: "https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/disks?api-version=2024-03-02" });
  return { version: version().engine, status, client: typeof armHttpClient(lab).sendRequest, inWorker };
};
