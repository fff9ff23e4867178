// Text in a link: deflated, in the letters that addresses have, behind the version of this very coding.
const CODING = "1.";
/** What a link may unpack to. */
const LARGEST_CHARACTERS = 64_000_000;

/** A text for the fragment of an address. */
export async function packText(text) {
  const deflated = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  let letters = "";
  for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return CODING + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text again. Rejects with "coding", "damaged" or "large". */
export async function unpackText(packed) {
  if (!packed.startsWith(CODING)) throw /^\d+\./.test(packed) ? "coding" : "damaged";
  try {
    const letters = atob(packed.slice(CODING.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
    let whole = "";
    for (const reader = text.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return whole;
      whole += value;
      if (whole.length > LARGEST_CHARACTERS) throw "large";
    }
  } catch (error) {
    throw error === "large" ? error : "damaged";
  }
}
