// Nothing but a script: for bundlers that move no files.
import init, { Lab, version } from "restore-point-lab";

await init();
globalThis.work = async () => ({ version: version().engine, digest: new Lab().digest() });
