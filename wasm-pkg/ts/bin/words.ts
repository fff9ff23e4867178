// The words that a command was called with: switches, `--name value` pairs, files.

import { LabError } from "../node.js";

/** What is left of the words that a command was called with. */
export class Words {
  #words: string[];

  constructor(given: readonly string[]) {
    this.#words = [...given];
  }

  /** Whether a switch is there; it is taken out. */
  has(name: string): boolean {
    const at = this.#words.indexOf(name);
    if (at >= 0) this.#words.splice(at, 1);
    return at >= 0;
  }

  /** What follows a name; both are taken out. */
  value(name: string): string | undefined {
    const at = this.#words.indexOf(name);
    if (at < 0) return undefined;
    const [, value] = this.#words.splice(at, 2);
    if (value === undefined) throw new LabError("InvalidOption", name, `${name} needs a value`);
    return value;
  }

  /** What is left: files. An option that no one knows is refused. */
  files(): string[] {
    const unknown = this.#words.find((word) => word.length > 1 && word.startsWith("-"));
    if (unknown !== undefined) throw new LabError("InvalidOption", unknown, `unknown option ${unknown}`);
    return this.#words;
  }
}
