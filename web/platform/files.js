// The planner's other files: beside the page, or inside it where the page is one file.

/** `name -> () => Promise<Uint8Array>` in the page that is one file. */
const inside = globalThis.restorePointLabFiles;

/** Whether the page carries all of its files. */
export function isOneFile() {
  return inside !== undefined;
}

/** The names of the files inside the page that begin with a word. */
export function namesInside(word) {
  return Object.keys(inside ?? {}).filter((name) => name.startsWith(word));
}

/** The bytes of a file. */
export async function fileBytes(name) {
  if (inside !== undefined) return inside[name]();
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A file's text. */
export async function fileText(name) {
  return new TextDecoder().decode(await fileBytes(name));
}
