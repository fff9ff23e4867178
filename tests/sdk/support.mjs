// A lab with one VM, and the official clients for it: today's, and those of one generation before.
import { ComputeManagementClient } from "@azure/arm-compute";
import { ComputeManagementClient as EarlierClient } from "@azure/arm-compute-22";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import { createHash } from "node:crypto";
import { Lab } from "restore-point-lab";
import { armHttpClient, blobHttpClient, credential } from "restore-point-lab/azure";

export const SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
export const GROUP = "rg";
export const BLOCK = 65536;
export const GIB = 2 ** 30;
export const START = "2026-01-05T00:00:00Z";

const COMPUTE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
export const VM = `${COMPUTE}/virtualMachines/vm1`;
export const diskId = (name) => `${COMPUTE}/disks/${name}`;
export const collectionId = (name) => `${COMPUTE}/restorePointCollections/${name}`;

/** A running Linux VM `vm1` with disks `os` and `data` of 1 GiB, on which some blocks are written. */
export function startedLab(options = {}) {
  const disk = (name, rest) => ({ id: diskId(name), name, sizeGiB: 1, facts: { sku: "Premium_LRS" }, ...rest });
  const machine = {
    id: VM, name: "vm1", location: "eastus", facts: { osType: "Linux" },
    disks: [disk("os", { role: "os" }), disk("data", { role: "data", lun: 0 })],
  };
  const lab = new Lab({
    seed: 7, startTime: START, settings: { blockSizeBytes: BLOCK, copyMiBPerSecondPerDisk: 1 }, fleet: { machines: [machine] }, ...options,
  });
  write(lab, "data", 0, 9);
  return lab;
}

export function write(lab, disk, first, last) {
  dispatched(lab, { type: "writeBlocks", disk: diskId(disk), first, last });
}

export function trim(lab, disk, first, last) {
  dispatched(lab, { type: "trimBlocks", disk: diskId(disk), first, last });
}

export function dispatched(lab, command) {
  const outcome = lab.dispatch(command);
  if (outcome.type !== "ok") throw new Error(JSON.stringify(outcome));
}

/** Both kinds of clients. What they have in common is called alike, but for one group of operations. */
export const GENERATIONS = [
  ["@azure/arm-compute 25", ComputeManagementClient, (client) => client.diskRestorePoint],
  ["@azure/arm-compute 22", EarlierClient, (client) => client.diskRestorePointOperations],
].map(([name, Client, diskPoints]) => ({
  name,
  connect(lab) {
    const client = new Client(credential(), SUBSCRIPTION, { httpClient: armHttpClient(lab), retryOptions: { maxRetries: 0 } });
    return { client, diskPoints: diskPoints(client) };
  },
}));

export function connected(lab) {
  return GENERATIONS[0].connect(lab).client;
}

/** The client for a page blob. */
export function pageBlob(lab, address) {
  return new PageBlobClient(address, new AnonymousCredential(), { httpClient: blobHttpClient(lab), retryOptions: { maxTries: 1 } });
}

/** A collection `c` for `vm1`, and points in it. */
export async function captured(lab, ...names) {
  const client = connected(lab);
  await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
  for (const name of names) await client.restorePoints.create(GROUP, "c", name, {});
  return client;
}

/** The name of the disk restore point of a disk in a point. */
export async function diskPointOf(client, point, disk) {
  const { sourceMetadata } = await client.restorePoints.get(GROUP, "c", point);
  const { osDisk, dataDisks } = sourceMetadata.storageProfile;
  const found = [osDisk, ...dataDisks].find(({ name }) => name === disk);
  return found.diskRestorePoint.id;
}

/** The address that reads a disk of a point. */
export async function granted(client, point, disk, durationInSeconds = 3600) {
  const id = await diskPointOf(client, point, disk);
  const { accessSAS } = await client.diskRestorePoint.grantAccess(GROUP, "c", point, id.split("/").at(-1), { access: "Read", durationInSeconds });
  return accessSAS;
}

export async function readAll(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

export async function sha256(stream) {
  const hash = createHash("sha256");
  for await (const piece of stream) hash.update(piece);
  return hash.digest("hex");
}
