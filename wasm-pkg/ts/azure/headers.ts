/** The headers of an answer: in the form of today's clients, and in that of those before them. */
export class AnswerHeaders implements Iterable<[string, string]> {
  readonly #values: Map<string, string>;

  constructor(headers: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(headers));
  }

  get(name: string): string | undefined { return this.#values.get(name.toLowerCase()); }
  has(name: string): boolean { return this.#values.has(name.toLowerCase()); }
  set(name: string, value: string | number | boolean): void { this.#values.set(name.toLowerCase(), String(value)); }
  delete(name: string): void { this.#values.delete(name.toLowerCase()); }
  toJSON(): Record<string, string> { return Object.fromEntries(this.#values); }
  [Symbol.iterator](): Iterator<[string, string]> { return this.#values.entries(); }

  contains(name: string): boolean { return this.has(name); }
  remove(name: string): boolean { return this.#values.delete(name.toLowerCase()); }
  rawHeaders(): Record<string, string> { return this.toJSON(); }
  toJson(): Record<string, string> { return this.toJSON(); }
  headersArray(): { name: string; value: string }[] { return [...this.#values].map(([name, value]) => ({ name, value })); }
  headerNames(): string[] { return [...this.#values.keys()]; }
  headerValues(): string[] { return [...this.#values.values()]; }
  clone(): AnswerHeaders { return new AnswerHeaders(this.toJSON()); }
}
