// A backup tool in small: a disk's restore points as a VHD file, whole the first time and by what differs from then
// on. It uses @azure/storage-blob as it would against Azure; give it `httpClient: blobHttpClient(lab)` for a lab.
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import { open } from "node:fs/promises";

const CHUNK = 4 * 2 ** 20;

/**
 * Brings `path` to what `address` reads.
 * @param {string} path the file, made where there is none
 * @param {string} address the signed address of a disk restore point
 * @param {string} [previous] the signed address of the one that the file holds now
 * @param {object} [options] options of the client, such as `httpClient`
 * @returns {Promise<{ read: number, cleared: number }>} bytes that were read and cleared
 */
export async function copyTo(path, address, previous, options) {
  const blob = new PageBlobClient(address, new AnonymousCredential(), options);
  const { contentLength } = await blob.getProperties();
  const file = await open(path, previous === undefined ? "w+" : "r+");
  const total = { read: 0, cleared: 0 };
  try {
    await file.truncate(contentLength);
    for await (const { start, end, isClear } of ranges(blob, contentLength, previous)) {
      for (let at = start; at <= end; at += CHUNK) {
        const length = Math.min(CHUNK, end + 1 - at);
        await file.write(isClear ? Buffer.alloc(length) : await blob.downloadToBuffer(at, length), 0, length, at);
      }
      total[isClear ? "cleared" : "read"] += end + 1 - start;
    }
    return total;
  } finally {
    await file.close();
  }
}

/** What the point holds, or what differs from the previous one; both ends included. */
async function* ranges(blob, length, previous) {
  if (previous === undefined) return yield* blob.listPageRanges(0, length);
  const { pageRange = [], clearRange = [] } = await blob.getPageRangesDiffForManagedDisks(0, length, previous);
  const inclusive = (isClear) => ({ offset, count }) => ({ start: offset, end: offset + count, isClear });
  yield* [...clearRange.map(inclusive(true)), ...pageRange.map(inclusive(false))];
}
