// What the service refuses, as the official clients tell it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RestError } from "@azure/core-rest-pipeline";
import { BLOCK, captured, connected, diskPointOf, dispatched, GENERATIONS, GIB, granted, GROUP, pageBlob, readAll, startedLab, VM, write } from "./support.mjs";

/** Status and code of an error of the client. */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof RestError || error.name === "RestError", `${error.name}: ${error.message}`);
    // An answer without a body, to HEAD or of status 304, has its code in a header only.
    return [error.statusCode, error.code ?? error.details?.errorCode];
  }
  return assert.fail("it was not refused");
}

for (const { name, connect } of GENERATIONS) {
  test(`${name}: what is not there, and a source that is none`, async () => {
    const lab = startedLab();
    const { client } = connect(lab);
    const before = lab.digest();
    assert.deepEqual(await refusal(client.restorePointCollections.get(GROUP, "absent")), [404, "ResourceNotFound"]);
    assert.deepEqual(await refusal(client.disks.get(GROUP, "absent")), [404, "ResourceNotFound"]);
    const source = { id: VM.replace("vm1", "vm9") };
    const [status] = await refusal(client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source }));
    assert.ok(status >= 400 && status < 500, `${status}`);
    assert.equal(lab.digest(), before, "what is refused changes nothing");
  });

  test(`${name}: a point that an address reads is not deleted`, async () => {
    const lab = startedLab();
    const latest = await captured(lab, "p1");
    await granted(latest, "p1", "data");
    const { client } = connect(lab);
    const error = await client.restorePoints.beginDeleteAndWait(GROUP, "c", "p1").then(() => undefined, (thrown) => thrown);
    assert.match(`${error.code} ${error.message}`, /DiskRestorePointUsedByCustomer/);
    assert.equal((await client.restorePoints.get(GROUP, "c", "p1")).provisioningState, "Succeeded");
  });

  test(`${name}: a guest without its agent fails the operation, and time decides when that is known`, async () => {
    const lab = startedLab({ longRunning: "clock" });
    const { client } = connect(lab);
    await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
    dispatched(lab, { type: "setAgent", virtualMachine: VM, status: "notReady" });
    const creation = client.restorePoints.beginCreateAndWait(GROUP, "c", "p1", {}, { updateIntervalInMs: 1 });
    setTimeout(() => lab.advance("PT1H"), 20);
    await assert.rejects(creation, /operation has failed|VMAgentStatusCommunicationError|VMRestorePointInternalError/);
  });
}

for (const { name, connect } of GENERATIONS) {
  test(`${name}: too many points in an hour, and too many requests in a minute, are told when to come again`, async () => {
    const lab = startedLab({ settings: { blockSizeBytes: BLOCK, "limits.crashPointsPerHour": 1 } });
    const { client } = connect(lab);
    await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
    const create = (point) => client.restorePoints.beginCreateAndWait(GROUP, "c", point, { consistencyMode: "CrashConsistent" });
    await create("p1");
    lab.advance("PT20M");
    const late = await create("p2").then(() => assert.fail("it was not refused"), (error) => error);
    assert.deepEqual([late.statusCode, late.code, late.response?.headers.get("retry-after")], [429, "TooManyRequests", "2400"]);
    lab.advance("PT40M");
    await create("p2");

    const busy = connect(startedLab({ settings: { "throttling.requestsPerMinute": 2 } })).client;
    const get = () => busy.disks.get(GROUP, "data");
    await get();
    await get();
    const often = await get().then(() => assert.fail("it was not refused"), (error) => error);
    assert.deepEqual([often.statusCode, often.code, often.response?.headers.get("retry-after")], [429, "TooManyRequests", "60"]);
  });

  test(`${name}: a disk that is read privately names a disk access, which stays as long`, async () => {
    const lab = startedLab();
    const { client } = connect(lab);
    const { id } = await client.diskAccesses.beginCreateOrUpdateAndWait(GROUP, "gate", { location: "eastus", tags: { owner: "me" } });
    assert.deepEqual((await client.diskAccesses.get(GROUP, "gate")).tags, { owner: "me" });
    const listed = [];
    for await (const access of client.diskAccesses.list()) listed.push(access.name);
    assert.deepEqual(listed, ["gate"]);
    const { value: [link] } = await client.diskAccesses.getPrivateLinkResources(GROUP, "gate");
    assert.equal(link.groupId, "disks");
    const disk = (more) => client.disks.beginCreateOrUpdateAndWait(GROUP, "private", { location: "eastus", diskSizeGB: 1, creationData: { createOption: "Empty" }, networkAccessPolicy: "AllowPrivate", ...more });
    assert.deepEqual(await refusal(disk({})), [400, "InvalidParameter"]);
    assert.equal((await disk({ diskAccessId: id })).diskAccessId, id);
    assert.deepEqual(await refusal(client.diskAccesses.beginDeleteAndWait(GROUP, "gate")), [409, "OperationNotAllowed"]);
    await client.disks.beginDeleteAndWait(GROUP, "private");
    await client.diskAccesses.beginDeleteAndWait(GROUP, "gate");
    assert.deepEqual(await refusal(client.diskAccesses.get(GROUP, "gate")), [404, "ResourceNotFound"]);
  });

  test(`${name}: ways to make a disk that are not simulated are named`, async () => {
    const { client } = connect(startedLab());
    for (const createOption of ["Upload", "ImportSecure", "CopyStart"]) {
      const made = client.disks.beginCreateOrUpdateAndWait(GROUP, "d", { location: "eastus", diskSizeGB: 1, creationData: { createOption } });
      await assert.rejects(made, (error) => error.statusCode === 400 && error.code === "NotSimulated" && error.message.includes(createOption));
    }
  });
}

test("a VM that was changed meanwhile is not changed under its old etag", async () => {
  const lab = startedLab();
  const client = connected(lab);
  const { etag } = await client.virtualMachines.get(GROUP, "vm1");
  const change = (tags, options) => client.virtualMachines.update(GROUP, "vm1", { tags }, options);
  await change({ by: "one" }, { ifMatch: etag });
  const before = lab.digest();
  assert.deepEqual(await refusal(change({ by: "two" }, { ifMatch: etag })), [412, "PreconditionFailed"]);
  assert.equal(lab.digest(), before);
  const now = await client.virtualMachines.get(GROUP, "vm1");
  assert.deepEqual(now.tags, { by: "one" });
  await change({ by: "two" }, { ifMatch: now.etag });
});

test("lists come in pages, which the client follows", async () => {
  const lab = startedLab({ settings: { "api.pageSize": 3 } });
  const client = connected(lab);
  for (let at = 0; at < 8; at += 1) await client.disks.createOrUpdate(GROUP, `d${at}`, { location: "eastus", diskSizeGB: 1, creationData: { createOption: "Empty" } });
  const names = [];
  let pages = 0;
  for await (const page of client.disks.listByResourceGroup(GROUP).byPage()) {
    pages += 1;
    names.push(...page.map(({ name }) => name));
  }
  assert.equal(pages, 4);
  assert.deepEqual(names.toSorted(), ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "data", "os"]);
});

test("the caller owns time: a point is Creating until the clock says otherwise", async () => {
  const lab = startedLab({ longRunning: "clock" });
  const client = connected(lab);
  await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
  const poller = client.restorePoints.create(GROUP, "c", "p1", {});
  await poller.submitted();
  await poller.poll();
  assert.equal(poller.operationState.status, "running");
  assert.equal((await client.restorePoints.get(GROUP, "c", "p1")).provisioningState, "Creating");
  lab.advance("PT1H");
  await poller.poll();
  assert.equal(poller.operationState.status, "succeeded");
  assert.equal(poller.result.provisioningState, "Succeeded");
});

test("an address reads nothing once it is altered, taken back or out of time", async () => {
  const lab = startedLab();
  const client = await captured(lab, "p1");
  const address = await granted(client, "p1", "data", 3600);
  assert.equal((await pageBlob(lab, address).getProperties()).contentLength, GIB + 512);
  const denied = [403, "AuthenticationFailed"];
  const altered = address.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  assert.deepEqual(await refusal(pageBlob(lab, altered).getProperties()), denied);
  assert.deepEqual(await refusal(pageBlob(lab, altered).download(0, 10)), denied);
  lab.advance("PT1H");
  assert.deepEqual(await refusal(pageBlob(lab, address).download(0, 10)), denied);
  const again = await granted(client, "p1", "data");
  assert.notEqual(again, address);
  assert.equal(await granted(client, "p1", "data"), again, "a second grant has the same address");
  const id = await diskPointOf(client, "p1", "data");
  await client.diskRestorePoint.revokeAccess(GROUP, "c", "p1", id.split("/").at(-1));
  assert.deepEqual(await refusal(pageBlob(lab, again).download(0, 10)), denied);
  await client.restorePoints.delete(GROUP, "c", "p1");
  assert.deepEqual(await refusal(pageBlob(lab, again).download(0, 10)), [404, "BlobNotFound"]);
});

test("ranges, conditions and writes are refused with the service's codes", async () => {
  const lab = startedLab();
  const client = await captured(lab, "p1");
  const blob = pageBlob(lab, await granted(client, "p1", "data"));
  const { etag } = await blob.getProperties();
  assert.deepEqual(await refusal(blob.download(GIB + 512, 10)), [416, "InvalidRange"]);
  assert.deepEqual(await refusal(blob.download(0, 10, { conditions: { ifMatch: "\"0x1\"" } })), [412, "ConditionNotMet"]);
  assert.deepEqual(await refusal(blob.getPageRanges(0, GIB, { conditions: { ifNoneMatch: "*" } })), [304, "ConditionNotMet"]);
  const same = await blob.download(0, 10, { conditions: { ifMatch: etag } });
  assert.equal((await readAll(same.readableStreamBody)).length, 10);
  assert.deepEqual(await refusal(blob.uploadPages(new Uint8Array(512), 0, 512)), [403, "AuthorizationPermissionMismatch"]);
  assert.deepEqual(await refusal(blob.delete()), [403, "AuthorizationPermissionMismatch"]);
  assert.deepEqual(await refusal(blob.withSnapshot("2026-01-05T00:00:00.0000000Z").getPageRanges(0, GIB)), [404, "BlobNotFound"]);
});

test("differences need two points of one disk, the older one first", async () => {
  const lab = startedLab();
  const client = await captured(lab, "p1");
  write(lab, "data", 3, 3);
  await client.restorePoints.create(GROUP, "c", "p2", {});
  const [older, newer, other] = [await granted(client, "p1", "data"), await granted(client, "p2", "data"), await granted(client, "p1", "os")];
  const diff = (of, to) => pageBlob(lab, of).getPageRangesDiffForManagedDisks(0, GIB, to);
  assert.deepEqual((await diff(newer, older)).pageRange, [{ offset: 3 * BLOCK, count: BLOCK - 1 }]);
  assert.deepEqual(await refusal(diff(older, newer)), [400, "PreviousSnapshotCannotBeNewer"]);
  assert.deepEqual(await refusal(diff(newer, other)), [409, "PreviousSnapshotOperationNotSupported"]);
  assert.deepEqual(await refusal(diff(newer, "https://elsewhere.example/a/b")), [403, "AuthenticationFailed"]);
});

test("lists of ranges come in pages of any size, and downloads of any length as a stream", async () => {
  const lab = startedLab();
  for (let at = 0; at < 50; at += 1) write(lab, "data", at * 7, at * 7);
  const client = await captured(lab, "p1");
  const blob = pageBlob(lab, await granted(client, "p1", "data"));
  const whole = [];
  for await (const range of blob.listPageRanges()) whole.push(range);
  const paged = [];
  let pages = 0;
  for await (const page of blob.listPageRanges().byPage({ maxPageSize: 8 })) {
    pages += 1;
    for (const { start, end } of page.pageRange ?? []) paged.push({ start, end, isClear: false });
  }
  assert.ok(pages > 5, `${pages}`);
  assert.deepEqual(paged, whole);
  // The whole disk: far more than the lab gives in one answer.
  const { readableStreamBody, contentLength } = await blob.download();
  assert.equal(contentLength, GIB + 512);
  let length = 0;
  for await (const piece of readableStreamBody) length += piece.length;
  assert.equal(length, GIB + 512);
});
