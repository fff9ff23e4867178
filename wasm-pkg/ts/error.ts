/** What every function throws on malformed input. A refusal by the simulated service is an answer, not an error. */
export class LabError extends Error {
  /** What kind of error, as one word. */
  readonly code: string;
  /** Where in the input, for example `commands[3].at`; empty where that says nothing. */
  readonly path: string;

  /** An error of this kind, at this place of the input. */
  constructor(code: string, path: string, message: string) {
    super(message);
    this.name = "LabError";
    this.code = code;
    this.path = path;
  }
}
