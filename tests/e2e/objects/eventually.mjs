// Assertions about a page that a person would wait for: what is shown is read again until it is so, or the time is over.
import assert from "node:assert/strict";

const PATIENCE = 15_000;
const PAUSE = 50;

/** `assert`, with a function in the place of what it looks at: `await eventually.match(() => heading.textContent(), /Plan/)`. */
export const eventually = Object.fromEntries(
  ["deepEqual", "doesNotMatch", "equal", "match", "notEqual", "ok"].map((name) => [name, async (read, ...rest) => {
    for (const end = Date.now() + PATIENCE; ;) {
      const seen = await read();
      try {
        return assert[name](seen, ...rest);
      } catch (unlike) {
        if (Date.now() > end) throw unlike;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }]),
);
