// Values as JSON text on the way in, and the engine's errors as what callers catch.

import { LabError } from "./error.js";

/** What a value is as JSON text. */
export function write(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw new LabError("NotJson", "", `the input is no plain JSON: ${(error as Error).message}`);
  }
  if (text === undefined) throw new LabError("NotJson", "", `the input is no plain JSON: ${typeof value}`);
  return text;
}

/** An argument that may be left out. */
export function writeOptional(value: unknown): string | undefined {
  return value === undefined ? undefined : write(value);
}

/** Calls the engine; a plain object that it throws is an error with `code`, `path` and `message`. */
export function call<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    const { code, path, message } = thrown as { code: string; path: string; message: string };
    throw new LabError(code, path, message);
  }
}

/** Calls the engine and gives its answer a type. */
export function ask<T>(work: () => unknown): T {
  return call(work) as T;
}
