import init, { version } from "/npm/index.js";

try {
  version();
} catch (error) {
  document.querySelector("#before").textContent = `${error instanceof Error} ${error.code}`;
}
await Promise.all([init(), init()]);
document.querySelector("#after").textContent = version().engine;
