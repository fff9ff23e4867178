// Node: the bodies of blobs are Node's own streams.

import { Readable } from "node:stream";
import { streamBy } from "./client.js";

streamBy((parts) => ({ readableStreamBody: Readable.from(parts, { objectMode: false }) }));

export * from "./index.js";
