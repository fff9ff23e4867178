// Compiled against the packed package, never run.
import init, { LabError, version } from "restore-point-lab";

const started: Promise<void> = init();
const text: string = version();
const error: Error = new LabError("code", "path", "message");
// @ts-expect-error a version is text
const number: number = version();

export { started, text, error, number };
