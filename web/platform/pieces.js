// The pieces of the WebAssembly module. The first page has what it needs; the others are fetched when they are first
// needed, or when the page has been quiet for a while.
import { fileBytes, isOneFile } from "./files.js";
import { trustAlso } from "./trusted.js";
// Written by the build: the pieces that each part of the planner needs, and where each lies, word for word, so that
// bundlers of a page with an element take them along.
import { ADDRESSES, NEEDED } from "pieces";

const found = new Map();
const placed = new Map();
/** The styles of what comes later; none where the page has all of them. */
let sheet;

/** Says where the styles lie that pieces need, beside those that the page begins with. */
export function styleLater(address) {
  sheet = address;
}

/**
 * Has the pieces under way of the page of the address, and of the engine for a scenario that is kept or in the address.
 * The module asks for it as soon as it runs: on a slow line they would hold the module itself back.
 */
export function fetchEarly() {
  const opens = document.documentElement.dataset.kept !== undefined || /[?&]s=/.test(location.hash);
  const parts = [location.hash.split(/[/?]/)[1], ...(opens ? ["engine"] : [])];
  // Who needs a piece asks again, and hears why it did not come.
  if (parts.some((part) => NEEDED[part])) styled().catch(() => {});
  for (const name of new Set(parts.flatMap((part) => NEEDED[part] ?? []))) fetchPiece(name).catch(() => {});
}

/** Fetches all that has not come yet, so that everything works without a network from then on. */
export async function fetchPieces() {
  const left = [...new Set(Object.values(NEEDED).flat())];
  // A few at a time: all at once would hold the page up.
  const some = async () => {
    while (left.length > 0) {
      // Asking for one takes some milliseconds: in a task of its own.
      await new Promise((resolve) => setTimeout(resolve));
      const name = left.pop();
      if (name !== undefined) await fetchPiece(name);
    }
  };
  await Promise.all([styled(), some(), some(), some()]);
}

/** Fetches and compiles a piece; what has come once, or is under way, is not asked for again. */
const fetchPiece = (name) => once(found, name, () => compiled(name));

/** Puts the pieces of a part to what is there already: `main` is what they take from the module. */
export async function loadPart(part, main) {
  const place = async (name) => {
    const [module, lookThrough] = await fetchPiece(name);
    // In a task of its own.
    if (lookThrough) await new Promise((resolve) => setTimeout(() => resolve(lookThrough())));
    return WebAssembly.instantiate(module, { main });
  };
  await Promise.all([styled(), ...NEEDED[part].map((name) => once(placed, name, () => place(name)))]);
}

/** Puts the styles of what comes later into the page. */
async function styled() {
  if (sheet === undefined) return;
  await once(placed, sheet, () => new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet;
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error(sheet));
    };
    document.head.append(link);
  }));
}

/** What has been made under a name, made where it has not; what failed is forgotten, for the next one may have more luck. */
function once(made, name, make) {
  if (!made.has(name)) {
    const making = make();
    made.set(name, making);
    making.catch(() => made.delete(name));
  }
  return made.get(name);
}

/** The module of a piece, and what looks through its texts where there is a policy. */
async function compiled(name) {
  if (isOneFile()) {
    const bytes = await fileBytes(name);
    return [await WebAssembly.compile(bytes), trustAlso(bytes)];
  }
  const response = await fetch(ADDRESSES[name]());
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  if (globalThis.trustedTypes === undefined) return [await WebAssembly.compileStreaming(response)];
  const copy = response.clone();
  const [module, bytes] = await Promise.all([WebAssembly.compileStreaming(response), copy.arrayBuffer()]);
  return [module, trustAlso(new Uint8Array(bytes))];
}
