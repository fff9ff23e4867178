// The planner's English in one list: web/texts.en.json has every sentence that the pages say, by file, in the order of
// the source. UPDATE=1 writes it anew. A translator reads and answers this one file.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { literals, sources } from "./objects/texts.mjs";

const LIST = new URL("../../web/texts.en.json", import.meta.url);

/** Attributes and functions whose text nobody reads. */
const SILENT = /(?:class|testid|data-[\w-]+|id|href|src|rel|type|role|icon|name|file|for|method|popovertarget|popovertargetaction|aria-(?:live|controls|labelledby|describedby|autocomplete|haspopup|keyshortcuts|current)|autocomplete|accept|viewBox|preserveAspectRatio|d|fill|tone|rx|step|min|max|rows|scope|colspan|inputmode|spellcheck|tabindex|style:[\w-]+|class:[\w-]+)\s*=\s*(?:format!\()?$/;
const CALLS = /(?:\b(?:query_selector|query_selector_all|get_attribute|create_element|set_attribute|remove_attribute|strip_prefix|trim_start_matches|matches|pointer|insert|get|parse|tell_worker|get_context|closest|expect|has_attribute|debug_struct|send)\(|json!\(|reason =)\s*(?:&?[\w.]+,\s*)?$/;

/** Singular and plural, as they are counted. */
const COUNTED = /\bcount\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*,\s*(?:"[\w ]+",\s*)?$/;

/** A literal as people read it: what is counted with the count before it, names of columns without their mark. */
function asRead({ above, value }) {
  if (COUNTED.test(above) && /^[A-Za-z]/.test(value)) return `{} ${value}`;
  return value.replace(/^#(?=[A-Z])/, "");
}

/** Whether people read it: words, not names of fields, classes or addresses. */
function isRead({ before, above, value }) {
  if (COUNTED.test(above)) return true;
  if (SILENT.test(before) || /^\s*#\[|\bprop_name/.test(before)) return false;
  if (/^_|^\W*$|\\n/.test(value) || (!/\s/.test(value.trim()) && /[{+.]/.test(value))) return false;
  const words = value.replace(/^#(?=[A-Z])/, "").replace(/\{[^}]*\}/g, "").trim();
  if (!/[A-Za-z]{2}/.test(words) || /^[\w.-]*(?:::|\/)[\w./:-]*$/.test(words) || /^[<#]/.test(words) || /^https?:|^--/.test(words) || /[{};]\s*$/.test(words)) return false;
  if (/^[a-z][\w-]*$/.test(words) || /^[a-z]+(?:[A-Z][a-z]+)+$/.test(words) || /^[A-Z][a-z]+(?:[A-Z][a-z]+)+$/.test(words)) {
    // One word is a text only where it stands by itself in the markup.
    return /(?:>|\}|^)\s*$/.test(before) && /^\s+|>\s*$/.test(before) && /^[A-Z]/.test(words);
  }
  return !CALLS.test(before) || / .* /.test(words);
}

test("every sentence of the planner stands in the list for translators", async () => {
  const list = {};
  for (const [name, source] of await sources()) {
    const said = [...new Set(literals(source).filter(isRead).map(asRead))];
    if (said.length > 0) list[name] = said;
  }
  const text = `${JSON.stringify(list, null, 1)}\n`;
  if (process.env.UPDATE) await writeFile(LIST, text);
  assert.equal(await readFile(LIST, "utf8"), text, "UPDATE=1 node --test tests/e2e/texts.test.mjs");
  const all = Object.values(list).flat();
  for (const known of ["Skip to the page", "Nothing to undo", "What can be restored, and how", "Every figure rests on the assumptions below."]) {
    assert.ok(all.some((one) => one.includes(known)), known);
  }
});
