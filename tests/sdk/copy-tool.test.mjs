// The example, word for word, against the installed package: what it rebuilds is a disk restored from the same point.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, createReadStream, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { blobHttpClient } from "restore-point-lab/azure";
import { BLOCK, captured, diskId, diskPointOf, GIB, granted, GROUP, pageBlob, sha256, startedLab, trim, VM, write } from "./support.mjs";

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

test("the file is a fixed VHD to programs that know nothing of the lab", async (context) => {
  const lab = startedLab();
  const client = await captured(lab, "p1");
  const path = join(folder, "fixed.vhd");
  await copyTo(path, await granted(client, "p1", "data"), undefined, { httpClient: blobHttpClient(lab) });
  const footer = Buffer.alloc(512);
  readSync(openSync(path), footer, 0, 512, GIB);
  const sum = footer.reduce((total, byte, at) => (at >= 64 && at < 68 ? total : total + byte), 0);
  assert.equal(footer.readUInt32BE(64), ~sum >>> 0);

  // What a restored disk reads, without a footer: what any reader of the file has to find.
  const sourceResourceId = await diskPointOf(client, "p1", "data");
  await client.disks.createOrUpdate(GROUP, "raw", { location: "eastus", creationData: { createOption: "Restore", sourceResourceId } });
  const { accessSAS } = await client.disks.grantAccess(GROUP, "raw", { access: "Read", durationInSeconds: 600 });
  const raw = join(folder, "disk.raw");
  await copyTo(raw, accessSAS, undefined, { httpClient: blobHttpClient(lab) });
  truncateSync(raw, GIB);
  const expected = await sha256(createReadStream(raw));

  assert.deepEqual(readVhds(path), [{ fixed: true, cookie: "conectix", size: GIB, originalSize: GIB, version: 0x10000, type: 2, sha256: expected }]);
  if (!hasQemu) return context.diagnostic("qemu-img is not on this machine: the file was read by a library of Python only");
  const info = qemu("info", "--output=json", "-f", "vpc", path);
  assert.deepEqual([info.status, JSON.parse(info.stdout).format, JSON.parse(info.stdout)["virtual-size"]], [0, "vpc", GIB], info.stderr);
  const same = qemu("compare", "-f", "vpc", "-F", "raw", path, raw);
  assert.equal(same.status, 0, same.stdout + same.stderr);
  // It checks nothing in a format without tables, and says so with status 63; of a copy that has them it finds no error.
  assert.ok([0, 63].includes(qemu("check", "-f", "vpc", path).status));
  const copy = join(folder, "copy.qcow2");
  assert.equal(qemu("convert", "-f", "vpc", "-O", "qcow2", path, copy).status, 0);
  const checked = qemu("check", "--output=json", copy);
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.equal(qemu("compare", "-f", "qcow2", "-F", "raw", copy, raw).status, 0);
  return context.diagnostic("read by a library of Python and by qemu-img");
});

test("the footer tells the size of small and of large disks", async (context) => {
  const sizes = [1, 3, 127, 1023, 2040];
  const disks = sizes.map((sizeGiB) => ({ id: diskId(`d${sizeGiB}`), name: `d${sizeGiB}`, sizeGiB, role: sizeGiB === 1 ? "os" : "data", ...(sizeGiB > 1 && { lun: sizeGiB }), facts: { sku: "Premium_LRS" } }));
  const lab = startedLab({ fleet: { machines: [{ id: VM, name: "vm1", location: "eastus", facts: { osType: "Linux" }, disks: [...disks, { id: diskId("data"), name: "data", role: "data", lun: 0, sizeGiB: 1 }] }] } });
  const client = await captured(lab, "p1");
  const paths = [];
  for (const size of sizes) {
    const address = await granted(client, "p1", `d${size}`);
    const footer = await pageBlob(lab, address).downloadToBuffer(size * GIB, 512);
    const path = join(folder, `${size}.vhd`);
    const file = openSync(path, "w");
    writeSync(file, footer, 0, 512, size * GIB);
    closeSync(file);
    paths.push(path);
  }
  assert.deepEqual(readVhds(...paths).map(({ size, fixed }) => [size, fixed]), sizes.map((size) => [size * GIB, true]));
  if (!hasQemu) return context.diagnostic("qemu-img is not on this machine");
  const found = paths.map((path) => JSON.parse(qemu("info", "--output=json", "-f", "vpc", path).stdout)["virtual-size"]);
  return assert.deepEqual(found, sizes.map((size) => size * GIB));
});

const qemu = (...words) => spawnSync("qemu-img", words, { encoding: "utf8" });
const hasQemu = qemu("--version").error === undefined;

/** What another reader of the format finds in files. */
function readVhds(...paths) {
  const { status, stdout, stderr } = spawnSync(process.env.RPLAB_PYTHON, [fileURLToPath(new URL("vhd.py", import.meta.url)), ...paths], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}
