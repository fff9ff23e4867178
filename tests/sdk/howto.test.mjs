// From the collection to the restored VM, with each generation of the official client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK, collectionId, diskId, GENERATIONS, GIB, GROUP, pageBlob, readAll, START, startedLab, trim, VM, write } from "./support.mjs";

for (const { name, connect } of GENERATIONS) {
  test(`${name}: a VM is captured, read, and its disks restored`, async () => {
    const lab = startedLab();
    const { client, diskPoints } = connect(lab);

    const collection = await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM }, tags: { owner: "me" } });
    assert.equal(collection.provisioningState, "Succeeded");
    assert.equal(collection.id.toLowerCase(), collectionId("c").toLowerCase());
    assert.deepEqual(collection.tags, { owner: "me" });
    const listed = [];
    for await (const one of client.restorePointCollections.listAll()) listed.push(one.name);
    assert.deepEqual(listed, ["c"]);

    const first = await client.restorePoints.beginCreateAndWait(GROUP, "c", "p1", {});
    assert.equal(first.provisioningState, "Succeeded");
    assert.equal(first.consistencyMode, "FileSystemConsistent");
    assert.ok(first.timeCreated instanceof Date);
    assert.equal(first.timeCreated.toISOString().replace(".000", ""), START);
    write(lab, "data", 4, 5);
    trim(lab, "data", 9, 9);
    const second = await client.restorePoints.beginCreateAndWait(GROUP, "c", "p2", { consistencyMode: "CrashConsistent", excludeDisks: [{ id: diskId("os") }] });
    assert.equal(second.consistencyMode, "CrashConsistent");
    assert.deepEqual(second.excludeDisks.map(({ id }) => id), [diskId("os")]);
    const whole = await client.restorePointCollections.get(GROUP, "c", { expand: "restorePoints" });
    assert.deepEqual(whole.restorePoints.map((point) => point.name), ["p1", "p2"]);

    const addresses = [];
    for (const point of [first, second]) {
      const [data] = point.sourceMetadata.storageProfile.dataDisks;
      const diskPoint = data.diskRestorePoint.id.split("/").at(-1);
      assert.match(diskPoint, /^data_/);
      const got = await diskPoints.get(GROUP, "c", point.name, diskPoint);
      assert.equal(got.sourceResourceId.toLowerCase(), diskId("data").toLowerCase());
      const { accessSAS } = await diskPoints.beginGrantAccessAndWait(GROUP, "c", point.name, diskPoint, { access: "Read", durationInSeconds: 3600 });
      addresses.push(accessSAS);
    }
    const [older, newer] = addresses.map((address) => pageBlob(lab, address));
    const properties = await older.getProperties();
    assert.equal(properties.contentLength, GIB + 512);
    assert.equal(properties.blobType, "PageBlob");
    const written = [];
    for await (const range of older.listPageRanges()) written.push(range);
    assert.deepEqual(written, [{ start: 0, end: 10 * BLOCK - 1, isClear: false }, { start: GIB, end: GIB + 511, isClear: false }]);
    const changes = await newer.getPageRangesDiffForManagedDisks(0, GIB, addresses[0]);
    assert.deepEqual(changes.pageRange, [{ offset: 4 * BLOCK, count: 2 * BLOCK - 1 }]);
    assert.deepEqual(changes.clearRange, [{ offset: 9 * BLOCK, count: BLOCK - 1 }]);
    const answer = await newer.download(3 * BLOCK + 5, 2 * BLOCK);
    const bytes = await readAll(answer.readableStreamBody);
    assert.equal(bytes.length, 2 * BLOCK);
    assert.deepEqual(bytes, await newer.downloadToBuffer(3 * BLOCK + 5, 2 * BLOCK));
    assert.ok(bytes.some((byte) => byte !== 0));
    for (const point of [first, second]) {
      const [data] = point.sourceMetadata.storageProfile.dataDisks;
      await diskPoints.beginRevokeAccessAndWait(GROUP, "c", point.name, data.diskRestorePoint.id.split("/").at(-1));
    }

    const [{ diskRestorePoint }] = first.sourceMetadata.storageProfile.dataDisks;
    const restored = await client.disks.beginCreateOrUpdateAndWait(GROUP, "restored", {
      location: "eastus", sku: { name: "StandardSSD_LRS" }, diskSizeGB: 2,
      creationData: { createOption: "Restore", sourceResourceId: diskRestorePoint.id },
    });
    assert.equal(restored.provisioningState, "Succeeded");
    assert.deepEqual([restored.diskSizeGB, restored.sku.name, restored.diskState], [2, "StandardSSD_LRS", "Unattached"]);
    assert.equal(lab.prove(diskId("restored")).equal, true);

    await client.restorePoints.beginDeleteAndWait(GROUP, "c", "p1");
    await assert.rejects(client.restorePoints.get(GROUP, "c", "p1"), { statusCode: 404, code: "ResourceNotFound" });
    await client.restorePointCollections.beginDeleteAndWait(GROUP, "c");
    await assert.rejects(client.restorePointCollections.get(GROUP, "c"), { statusCode: 404 });
  });

  test(`${name}: a copy in another region is complete when its percent says so`, async () => {
    const lab = startedLab();
    const { client } = connect(lab);
    await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
    await client.restorePoints.beginCreateAndWait(GROUP, "c", "p1", {});
    await client.restorePointCollections.createOrUpdate(GROUP, "far", { location: "westus", source: { id: collectionId("c") } });
    const copy = await client.restorePoints.beginCreateAndWait(GROUP, "far", "p1", { sourceRestorePoint: { id: `${collectionId("c")}/restorePoints/p1` } });
    assert.equal(copy.provisioningState, "Succeeded");
    const percents = async () => {
      const { instanceView } = await client.restorePoints.get(GROUP, "far", "p1", { expand: "instanceView" });
      return instanceView.diskRestorePoints.map(({ replicationStatus }) => replicationStatus.completionPercent);
    };
    const seen = [];
    for (let left = 200; left > 0 && seen.at(-1) !== 100; left -= 1) {
      const percent = Math.min(...await percents());
      if (percent !== seen.at(-1)) seen.push(percent);
      lab.advance("PT1M");
    }
    assert.ok(seen[0] < 100, `it travels: ${seen}`);
    assert.equal(seen.at(-1), 100);
    assert.deepEqual(seen, seen.toSorted((a, b) => a - b));
  });
}
