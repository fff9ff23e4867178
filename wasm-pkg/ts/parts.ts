// Large blobs, a part at a time: the engine carries 64 MiB in one answer and gives any part of a longer one.

import type { Lab } from "./lab.js";
import { pairsOf, type LabAnswer, type LabRequest } from "./request.js";

/** The lab's own header: of the body, only the part of this number. Status and headers are those of the whole. */
const PART = "x-restore-point-lab-part";

/** An answer whose body comes piece by piece. */
export interface StreamedAnswer extends Omit<LabAnswer, "body"> {
  /** The pieces in their order; each is read when it is asked for. Throws where the lab stops reading in between. */
  readonly parts: Iterable<Uint8Array>;
}

/** Sends a request; a blob is answered in parts, whatever its length, and all else at once. */
export function requestInParts(lab: Lab, request: LabRequest): LabAnswer | StreamedAnswer {
  const sent = [...pairsOf(request.headers)].filter(([name]) => name.toLowerCase() !== PART);
  if (request.method.toUpperCase() !== "GET") return lab.request({ ...request, headers: sent });
  const part = (number: number): LabAnswer => lab.request({ ...request, headers: [...sent, [PART, String(number)]] });
  const first = part(0);
  if (typeof first.body === "string") return first;
  return { status: first.status, headers: first.headers, parts: rest(first, part) };
}

function* rest(first: LabAnswer, part: (number: number) => LabAnswer): Generator<Uint8Array> {
  const length = Number(first.headers["content-length"]);
  let given = 0;
  for (let number = 0; given < length; number += 1) {
    const { status, headers, body } = number === 0 ? first : part(number);
    if (typeof body === "string" || body.length === 0 || status !== first.status) {
      throw new Error(`the blob cannot be read any further: ${status} ${headers["x-ms-error-code"] ?? ""}`);
    }
    given += body.length;
    yield body;
  }
}
