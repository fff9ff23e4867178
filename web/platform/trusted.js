// The page's only Trusted Types policy. Leptos puts markup that was made at compile time into the page as text; that
// text stands in the data of the WebAssembly module, and no other text passes: what a person imports or types is
// never in there. Of scripts only the planner's own two workers pass, by their addresses.

const scripts = new Set();
const letters = new TextDecoder("latin1");
const encoder = new TextEncoder();
const known = new Set([""]);
/** The data of the module and its pieces, where there is a policy. */
let compiled;

/** Lets a worker of the planner's own start from `address`. */
export function ownScript(address) {
  scripts.add(String(address));
  return address;
}

/** Sets the policy, given the bytes of the WebAssembly module. */
export function trustOnly(module) {
  if (globalThis.trustedTypes === undefined) return;
  compiled = [{ bytes: dataOf(module) }];
  globalThis.trustedTypes.createPolicy("default", {
    createHTML: (markup) => (isCompiled(markup) ? markup : null),
    createScriptURL: (address) => (scripts.has(address) ? address : null),
  });
  // Looked through in a task of its own, before the first markup is asked for.
  setTimeout(prepare, 0, compiled[0]);
}

/**
 * Trusts the data of a piece of the module too, where there is a policy. What it gives looks through it, which else is
 * done with the first markup that is asked for.
 */
export function trustAlso(piece) {
  if (compiled === undefined) return () => {};
  const data = { bytes: dataOf(piece) };
  compiled.push(data);
  return () => prepare(data);
}

/** The data section of a module, where its texts stand: a quarter of it, so that looking through it is quick. */
function dataOf(module) {
  for (let at = 8; at < module.length;) {
    const section = module[at];
    let size = 0;
    let shift = 0;
    do {
      at += 1;
      size += (module[at] & 127) * 2 ** shift;
      shift += 7;
    } while (module[at] > 127);
    at += 1;
    if (section === 11) return module.subarray(at, at + size);
    at += size;
  }
  return new Uint8Array();
}

/** So many letters tell where markup may stand. */
const BEGIN = 16;
/** Where tags stand in a text, by their first letters: looking through all of it for each markup holds the page up. */
function places(text) {
  const found = new Map();
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    // No tag of ours begins otherwise, and much else does.
    if (!isTag(text, at)) continue;
    const begin = text.substr(at, BEGIN);
    const others = found.get(begin);
    if (others === undefined) found.set(begin, [at]);
    else others.push(at);
  }
  return found;
}

function isTag(text, at) {
  const letter = text.charCodeAt(at + 1);
  return letter > 96 && letter < 123;
}

function prepare(data) {
  data.text ??= letters.decode(data.bytes);
  data.places ??= places(data.text);
}

function isCompiled(markup) {
  if (known.has(markup)) return true;
  const sought = letters.decode(encoder.encode(markup));
  const found = compiled.some((data) => {
    // As text only when it is asked for: most visits ask for little.
    prepare(data);
    if (sought.length < BEGIN || sought[0] !== "<" || !isTag(sought, 0)) return data.text.includes(sought);
    return data.places.get(sought.slice(0, BEGIN))?.some((at) => data.text.startsWith(sought, at)) ?? false;
  });
  if (found) known.add(markup);
  return found;
}
