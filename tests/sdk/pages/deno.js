// Run by Deno, with the address or the name of the package: its session here and in a worker, and whether it had to wait for `init`.
const [name] = Deno.args;
const lab = await import(name);
const session = (await import("./session.js")).session;
const early = (() => { try { return lab.version().engine; } catch (error) { return error.code; } })();
await lab.default();
const here = session(lab);
const worker = new Worker(new URL("./deno-worker.js", import.meta.url), { type: "module" });
const inWorker = await new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage(name);
});
worker.terminate();
console.log(JSON.stringify({ early, here, inWorker }));
