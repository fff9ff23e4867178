// Files that the planner hands over, read as others read them.

/** What a click saves: the file's name and bytes. */
export async function savedBytes(page, click) {
  // Chromium takes ten downloads a second and drops others without a word.
  await page.waitForTimeout(110);
  const downloading = page.waitForEvent("download");
  await click();
  const download = await downloading;
  const { readFile } = await import("node:fs/promises");
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The rows of a CSV file by RFC 4180; throws where it is none. */
export function csvRows(text) {
  const rows = [[]];
  let at = 0;
  while (true) {
    const row = rows.at(-1);
    if (text[at] === '"') {
      const cell = /"((?:[^"]|"")*)"/y;
      cell.lastIndex = at;
      const found = cell.exec(text);
      if (!found) throw new Error(`a quoted cell does not end: ${text.slice(at, at + 40)}`);
      row.push(found[1].replaceAll('""', '"'));
      at = cell.lastIndex;
    } else {
      const end = text.slice(at).search(/,|\r\n|$/);
      const cell = text.slice(at, at + end);
      if (/["\r\n]/.test(cell)) throw new Error(`a cell that has to be quoted: ${cell}`);
      row.push(cell);
      at += end;
    }
    if (at === text.length) return rows;
    if (text.startsWith("\r\n", at)) {
      at += 2;
      if (at === text.length) return rows;
      rows.push([]);
    } else if (text[at] === ",") at += 1;
    else throw new Error(`something stands behind a quoted cell: ${text.slice(at, at + 40)}`);
  }
}

/** What is wrong with a CSV file; nothing where others can read it. */
export function csvFaults(text) {
  const rows = csvRows(text);
  const [head, ...body] = rows;
  const faults = [];
  if (head.length < 2 || head.some((name) => name === "") || new Set(head).size !== head.length) faults.push(`its first row is ${head.join("|")}`);
  if (body.length === 0) faults.push("it has no rows");
  if (body.some((row) => row.length !== head.length)) faults.push("its rows differ in length");
  const carriedOut = rows.flat().find((cell) => /^[=+\-@\t\r]/.test(cell) && !/^-?\d+$/.test(cell));
  if (carriedOut !== undefined) faults.push(`a spreadsheet carries out ${carriedOut}`);
  return faults;
}

/** What is wrong with an SVG file, read by a page that is not the planner's. */
export function svgFaults(blank, text) {
  return blank.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, "image/svg+xml");
    const root = file.documentElement;
    const faults = [];
    if (file.querySelector("parsererror") || root.localName !== "svg") return ["it is not SVG"];
    if (!(Number(root.getAttribute("width")) > 0 && Number(root.getAttribute("height")) > 0)) faults.push("it has no size");
    if (file.querySelector("script, foreignObject, image, use, a, style")) faults.push("it has more than shapes and letters");
    if ([...file.querySelectorAll("*")].some((one) => one.getAttributeNames().some((name) => name.startsWith("on") || name.includes("href")))) faults.push("it acts or points somewhere");
    if (file.querySelectorAll("path, rect").length < 2) faults.push("it shows nothing");
    if (!file.querySelector("text")?.textContent.trim()) faults.push("it does not say what it is");
    return faults;
  }, text);
}

/** What is wrong with a PNG file. */
export async function pngFaults(blank, bytes) {
  if (bytes.subarray(0, 8).toString("latin1") !== "\x89PNG\r\n\x1a\n") return ["it is not PNG"];
  return blank.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size > 3 ? [] : ["it shows nothing"];
  }, bytes.toString("base64"));
}
