// The example, word for word, against the installed package: what it rebuilds is a disk restored from the same point.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, createReadStream, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { blobHttpClient } from "restore-point-lab/azure";
import { BLOCK, captured, diskId, diskPointOf, GIB, granted, GROUP, pageBlob, sha256, startedLab, trim, write } from "./support.mjs";

// Beside the clients, so that its imports are found.
const beside = new URL("node_modules/.examples/", import.meta.url);
mkdirSync(beside, { recursive: true });
copyFileSync(new URL("../../examples/copy-tool/copy-tool.mjs", import.meta.url), new URL("copy-tool.mjs", beside));
const { copyTo } = await import(new URL("copy-tool.mjs", beside));

const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-copy-"));
after(() => rmSync(folder, { recursive: true }));

test("a file rebuilt from one full read and differences is the restored disk", async () => {
  const lab = startedLab();
  const path = join(folder, "data.vhd");
  const options = { httpClient: blobHttpClient(lab) };
  const client = await captured(lab, "p0");
  let previous;
  for (let round = 0; round < 4; round += 1) {
    const point = `p${round}`;
    if (round > 0) {
      write(lab, "data", round * 5, round * 6 + 2);
      write(lab, "data", 16383, 16383);
      trim(lab, "data", round, round + 1);
      lab.dispatch({ type: "writeBytes", disk: diskId("data"), index: 100 + round, bytes: [...Buffer.from(`round ${round}`)] });
      await client.restorePoints.create(GROUP, "c", point, {});
    }
    const address = await granted(client, point, "data");
    const { read } = await copyTo(path, address, previous, options);
    assert.ok(read > 0 && read < 40 * BLOCK, `only what changed is read: ${read}`);
    assert.equal(statSync(path).size, GIB + 512);
    previous = address;
  }
  const whole = await pageBlob(lab, previous).download();
  assert.equal(await sha256(createReadStream(path)), await sha256(whole.readableStreamBody));

  const sourceResourceId = await diskPointOf(client, "p3", "data");
  await client.disks.createOrUpdate(GROUP, "restored", { location: "eastus", creationData: { createOption: "Restore", sourceResourceId } });
  const { accessSAS } = await client.disks.grantAccess(GROUP, "restored", { access: "Read", durationInSeconds: 600 });
  const disk = await pageBlob(lab, accessSAS).download(0, GIB);
  assert.equal(await sha256(createReadStream(path, { end: GIB - 1 })), await sha256(disk.readableStreamBody));
  assert.equal(lab.prove(diskId("restored")).equal, true);
});

test("the file is a fixed VHD", async (context) => {
  const lab = startedLab();
  const client = await captured(lab, "p1");
  const path = join(folder, "fixed.vhd");
  await copyTo(path, await granted(client, "p1", "data"), undefined, { httpClient: blobHttpClient(lab) });
  const footer = Buffer.alloc(512);
  readSync(openSync(path), footer, 0, 512, GIB);
  assert.equal(footer.toString("latin1", 0, 8), "conectix");
  assert.equal(footer.readUInt32BE(12), 0x10000);
  assert.equal(footer.readBigUInt64BE(16), 2n ** 64n - 1n);
  assert.deepEqual([footer.readBigUInt64BE(40), footer.readBigUInt64BE(48)], [BigInt(GIB), BigInt(GIB)]);
  assert.equal(footer.readUInt32BE(60), 2);
  const sum = footer.reduce((total, byte, at) => (at >= 64 && at < 68 ? total : total + byte), 0);
  assert.equal(footer.readUInt32BE(64), ~sum >>> 0);
  // The same by another reader of the format, where this machine has one.
  const { error, status, stdout, stderr } = spawnSync("qemu-img", ["info", "--output=json", "-f", "vpc", path], { encoding: "utf8" });
  context.diagnostic(error ? "qemu-img is not on this machine: the footer's fields and checksum were checked here" : "qemu-img read the file too");
  if (error) return;
  assert.equal(status, 0, stderr);
  const image = JSON.parse(stdout);
  assert.deepEqual([image.format, image["virtual-size"]], ["vpc", GIB]);
});
