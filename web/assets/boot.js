// Starts the planner. A file of its own, because the page's policy forbids inline scripts.
import init, { startPlanner } from "./rplab-web.js";

const notice = document.getElementById("boot");

init({ module_or_path: "./rplab-web_bg.wasm" })
  .then(() => {
    startPlanner();
    notice?.remove();
  })
  .catch((error) => {
    console.error(error);
    if (notice) {
      notice.dataset.failed = "";
      notice.querySelector("[data-text]").textContent =
        "The engine did not start. It needs a browser with WebAssembly (Chrome 95, Firefox 100, Safari 16.4 or later). Reload to try again.";
    }
  });
