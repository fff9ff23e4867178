// The page's only Trusted Types policy. Leptos puts markup that was made at compile time into the page as text; that
// text stands in the data of the WebAssembly module, and no other text passes: what a person imports or types is
// never in there. Of scripts only the planner's own two workers pass, by their addresses.

const scripts = new Set();

/** Lets a worker of the planner's own start from `address`. */
export function ownScript(address) {
  scripts.add(String(address));
  return address;
}

/** Sets the policy, given the bytes of the WebAssembly module. */
export function trustOnly(module) {
  if (globalThis.trustedTypes === undefined) return;
  const letters = new TextDecoder("latin1");
  const encoder = new TextEncoder();
  let compiled = letters.decode(module);
  const known = new Set([""]);
  globalThis.trustedTypes.createPolicy("default", {
    createHTML(markup) {
      if (!known.has(markup)) {
        if (!compiled.includes(letters.decode(encoder.encode(markup)))) return null;
        known.add(markup);
      }
      return markup;
    },
    createScriptURL: (address) => (scripts.has(address) ? address : null),
  });
}
