// Starts the planner. A file of its own, because the page's policy forbids inline scripts. The policy on markup is
// set before the module runs, from the very bytes that will run.
import init, { startPlanner } from "./rplab-web.js";
import { fileBytes, fileText, isOneFile, styleLater, trustOnly, writeInstant } from "./platform.js";

const MODULE = "rplab-web_bg.wasm";

async function compiled() {
  if (isOneFile()) {
    const bytes = await fileBytes(MODULE);
    trustOnly(bytes);
    return WebAssembly.compile(bytes);
  }
  const response = await fetch(MODULE);
  const copy = response.clone();
  const [module, bytes] = await Promise.all([WebAssembly.compileStreaming(response), copy.arrayBuffer()]);
  trustOnly(new Uint8Array(bytes));
  return module;
}

/** The language to speak: the one of the address or the browser's, of those that there are texts in. */
function language() {
  const there = (document.documentElement.dataset.languages ?? "").split(" ");
  const wanted = new URLSearchParams(location.search).get("lang");
  for (const name of wanted ? [wanted] : navigator.languages) {
    const found = [name, name.split("-")[0]].find((name) => name === "en" || there.includes(name));
    if (found) return found;
  }
  return "en";
}

/** Texts in another language. Where they do not come, the planner speaks English. */
async function translated() {
  const name = language();
  if (name === "en") return;
  const [texts, { speak }] = await Promise.all([fileText(`texts.${name}.json`), import("./language.js")]);
  document.documentElement.lang = document.documentElement.dataset.speaks = name;
  speak(JSON.parse(texts));
}

/** When what stands in the page has been drawn: it is there to be read while the module comes, and goes before it. */
const drawn = new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  // A page in the background is not drawn.
  setTimeout(resolve, 300);
});

// The page that is one file has them all.
if (!isOneFile()) styleLater("pages.css");
const module = drawn.then(compiled);
const speaks = translated().catch((error) => console.error(error));
// The first format of a date takes long to make: now, while the module is on its way.
Promise.all([drawn, speaks]).then(() => ["instant", "short"].forEach((shape) => setTimeout(writeInstant, 0, 0, shape)));
module
  .then((module) => Promise.all([init({ module_or_path: module }), speaks]))
  // The start of the module and of the planner in tasks of their own.
  .then(() => new Promise((resolve) => setTimeout(resolve)))
  .then(() => startPlanner())
  .catch((error) => {
    console.error(error);
    const notice = document.getElementById("boot");
    if (notice === null) return;
    notice.dataset.failed = "";
    notice.querySelector("[data-text]").textContent =
      "The engine did not start. It needs a browser with WebAssembly (Chrome 103, Firefox 113, Safari 16.4 or later). Reload to try again.";
  });
