import init, { Lab, version } from "restore-point-lab";

await init();
postMessage({ version: version().engine, digest: new Lab().digest() });
