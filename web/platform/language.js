// Another language than English. The planner says everything in English; a file `texts.XX.json` beside the page has
// what stands for each English text of `texts.en.json`, and here it is put in its place, in the page as it grows and
// changes. Visitors who read English fetch none of this.
//
// Names of things, code and what is marked `translate="no"` stay as they are. What a file lacks stays English.

const ATTRIBUTES = ["aria-label", "aria-valuetext", "data-label", "placeholder", "title"];
const UNTOUCHED = "pre, code, textarea, script, style, .mono, [translate=no]";
const HOLE = /\{[^{}]*\}/g;

/** `{} of {name}` as a pattern, and what its holes are called. */
function patternOf(text) {
  const names = [];
  let unnamed = 0;
  const parts = text.replaceAll("{{", "\u0001").replaceAll("}}", "\u0002").split(HOLE);
  for (const [hole] of text.replaceAll("{{", "\u0001").replaceAll("}}", "\u0002").matchAll(HOLE)) {
    const name = hole.slice(1, -1).split(":")[0];
    names.push(name === "" ? String(unnamed++) : name);
  }
  const plain = parts.map((part) => part.replaceAll("\u0001", "{").replaceAll("\u0002", "}"));
  const letters = plain.join("").replace(/[^\p{L}]/gu, "").length;
  const source = plain.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("([^]*?)");
  return { names, letters, found: new RegExp(`^${source}$`) };
}

function filled(translated, values) {
  let unnamed = 0;
  return translated.replaceAll("{{", "\u0001").replaceAll("}}", "\u0002")
    .replace(HOLE, (hole) => {
      const name = hole.slice(1, -1).split(":")[0];
      return values[name === "" ? String(unnamed++) : name] ?? hole;
    })
    .replaceAll("\u0001", "{").replaceAll("\u0002", "}");
}

/** What says a text in the other language; texts that are not in the list come back as they are. */
export function translator(texts) {
  const whole = new Map();
  const patterns = [];
  for (const [english, translated] of Object.entries(texts)) {
    if (english.search(HOLE) === -1) whole.set(english.replaceAll("{{", "{").replaceAll("}}", "}").trim(), translated.trim());
    else patterns.push({ ...patternOf(english.trim()), translated: translated.trim() });
  }
  // The most telling first: `{} of {}` fits much that is said better by others.
  patterns.sort((one, other) => other.letters - one.letters);
  const known = new Map();
  const said = (text) => {
    if (!/\p{L}/u.test(text)) return text;
    if (!known.has(text)) {
      if (known.size > 5000) known.clear();
      known.set(text, text);
      known.set(text, looked(text));
    }
    return known.get(text);
  };
  const looked = (text) => {
    const found = whole.get(text);
    if (found !== undefined) return found;
    for (const { names, found, letters, translated } of text.length > 600 ? [] : patterns) {
      if (letters === 0) break;
      const match = found.exec(text);
      if (match) return filled(translated, Object.fromEntries(names.map((name, at) => [name, said(match[at + 1])])));
    }
    // Two sentences that were put together.
    const parts = text.split(/(?<=[.:;]) (?=\p{Lu})/u);
    return parts.length > 1 ? parts.map(said).join(" ") : text;
  };
  return (text) => {
    const [, before, inner, after] = /^(\s*)([^]*?)(\s*)$/.exec(text);
    return before + said(inner.replace(/\s+/g, " ")) + after;
  };
}

/** Says the page in another language from now on. */
export function speak(texts, root = document.documentElement) {
  const say = translator(texts);
  // What was put there, so that it is not taken for English.
  const written = new WeakMap();
  const text = (node) => {
    if (written.get(node) === node.data || node.parentElement?.closest(UNTOUCHED)) return;
    const said = say(node.data);
    written.set(node, said);
    if (said !== node.data) node.data = said;
  };
  const attribute = (element, name) => {
    const value = element.getAttribute(name);
    const own = written.get(element) ?? {};
    if (value === null || own[name] === value || (name !== "aria-label" && element.closest(UNTOUCHED))) return;
    written.set(element, { ...own, [name]: say(value) });
    if (say(value) !== value) element.setAttribute(name, say(value));
  };
  const all = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return text(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let here = walker.currentNode; here; here = walker.nextNode()) {
      if (here.nodeType === Node.TEXT_NODE) text(here);
      else for (const name of ATTRIBUTES) if (here.hasAttribute(name)) attribute(here, name);
    }
  };
  new MutationObserver((changes) => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === "characterData") text(target);
      else if (type === "attributes") attribute(target, attributeName);
      else addedNodes.forEach(all);
    }
  }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  all(root);
}
