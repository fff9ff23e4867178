// Work that is done bit by bit, each bit in a timer of its own, takes as long as a test needs.

/** From here on the page waits so many milliseconds before each bit; with 0 none at all, as it is made. */
export function tarry(page, milliseconds) {
  return page.evaluate((milliseconds) => {
    globalThis.promptly ??= setTimeout;
    globalThis.setTimeout = (make, after = 0, ...rest) => promptly(make, after === 0 ? milliseconds : after, ...rest);
  }, milliseconds);
}
