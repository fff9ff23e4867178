// The planner's English as it stands in its source.
import { readFile, readdir } from "node:fs/promises";

const SOURCE = new URL("../../../web/src/", import.meta.url);

/** String literals of a source file with what stands before each, tests left out. */
export function literals(source) {
  const text = source.split("#[cfg(test)]")[0].replace(/^\s*\/\/.*$/gm, "").replace(/r#".*?"#/gs, "");
  const found = [];
  for (const match of text.matchAll(/(?<!b)"((?:[^"\\]|\\.)*)"/gs)) {
    const before = text.slice(text.lastIndexOf("\n", match.index) + 1, match.index);
    const value = match[1].replace(/\\\n\s*/g, "").replace(/\\u\{(\w+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16))).replace(/\\"/g, '"');
    found.push({ before, above: text.slice(Math.max(0, match.index - 200), match.index), value });
  }
  return found;
}

/** Every source file of the planner: its name and its text. */
export async function sources(folder = SOURCE, prefix = "") {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) => (one.name < other.name ? -1 : 1));
  const all = [];
  for (const entry of entries) {
    const path = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) all.push(...await sources(path, `${prefix}${entry.name}/`));
    else if (entry.name.endsWith(".rs")) all.push([`${prefix}${entry.name}`, await readFile(path, "utf8")]);
  }
  return all;
}

/** Whether a text is one that the planner's source has word for word, whatever the list for translators says. */
export async function allLiterals() {
  const whole = new Set();
  const patterns = [];
  for (const [, source] of await sources()) {
    for (const { value } of literals(source)) {
      const text = value.trim().replace(/^#/, "");
      const words = text.replace(/\{[^{}]*\}/g, "");
      if (!/\p{L}{2}/u.test(words) || (!text.includes(" ") && !/^\p{Lu}/u.test(text))) continue;
      if (!text.includes("{")) whole.add(text);
      // What begins with a hole fits sentences of the engine too.
      else if (!text.startsWith("{") && words.replace(/[^\p{L}]/gu, "").length >= 6) patterns.push(new RegExp(`^${text.split(/\{[^{}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*?")}$`));
    }
  }
  return (text) => whole.has(text) || patterns.some((pattern) => pattern.test(text));
}
