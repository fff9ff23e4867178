// VMs, disks and snapshots around restore points, with each generation of the official client.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCK, diskId, GENERATIONS, GIB, GROUP, pageBlob, sha256, startedLab, trim, VM, write } from "./support.mjs";

for (const { name, connect } of GENERATIONS) {
  test(`${name}: a VM is made from the disks of a point`, async () => {
    const lab = startedLab();
    const { client } = connect(lab);
    await client.restorePointCollections.createOrUpdate(GROUP, "c", { location: "eastus", source: { id: VM } });
    const { sourceMetadata } = await client.restorePoints.beginCreateAndWait(GROUP, "c", "p1", {});
    const { osDisk, dataDisks } = sourceMetadata.storageProfile;
    for (const disk of [osDisk, ...dataDisks]) {
      await client.disks.beginCreateOrUpdateAndWait(GROUP, `${disk.name}-new`, {
        location: "eastus", creationData: { createOption: "Restore", sourceResourceId: disk.diskRestorePoint.id },
      });
    }
    const machine = await client.virtualMachines.beginCreateOrUpdateAndWait(GROUP, "vm2", {
      location: "eastus",
      hardwareProfile: { vmSize: "Standard_D2s_v5" },
      storageProfile: {
        osDisk: { createOption: "Attach", osType: "Linux", managedDisk: { id: diskId("os-new") } },
        dataDisks: [{ lun: 0, createOption: "Attach", managedDisk: { id: diskId("data-new") } }],
      },
      networkProfile: { networkInterfaces: [{ id: diskId("x").replace("Microsoft.Compute/disks/x", "Microsoft.Network/networkInterfaces/nic"), primary: true }] },
    });
    assert.equal(machine.provisioningState, "Succeeded");
    assert.equal(machine.storageProfile.osDisk.managedDisk.id.toLowerCase(), diskId("os-new").toLowerCase());
    const view = await client.virtualMachines.instanceView(GROUP, "vm2");
    assert.ok(view.statuses.some(({ code }) => code === "PowerState/running"));
    assert.equal(lab.prove(diskId("data-new")).equal, true);
    assert.equal((await client.disks.get(GROUP, "data-new")).diskState, "Attached");
  });

  test(`${name}: incremental snapshots and disks are read through addresses, and snapshots are compared`, async () => {
    const lab = startedLab();
    const { client } = connect(lab);
    const addresses = [];
    for (const snapshot of ["s1", "s2"]) {
      await client.snapshots.beginCreateOrUpdateAndWait(GROUP, snapshot, { location: "eastus", incremental: true, creationData: { createOption: "Copy", sourceResourceId: diskId("data") } });
      const { accessSAS } = await client.snapshots.beginGrantAccessAndWait(GROUP, snapshot, { access: "Read", durationInSeconds: 600 });
      addresses.push(accessSAS);
      write(lab, "data", 2, 3);
      trim(lab, "data", 8, 8);
    }
    const newer = pageBlob(lab, addresses[1]);
    const changes = await newer.getPageRangesDiffForManagedDisks(0, GIB, addresses[0]);
    assert.deepEqual(changes.pageRange, [{ offset: 2 * BLOCK, count: 2 * BLOCK - 1 }]);
    assert.deepEqual(changes.clearRange, [{ offset: 8 * BLOCK, count: BLOCK - 1 }]);

    const { id } = await client.snapshots.get(GROUP, "s2");
    await client.disks.beginCreateOrUpdateAndWait(GROUP, "from-snapshot", { location: "eastus", creationData: { createOption: "Copy", sourceResourceId: id } });
    const { accessSAS } = await client.disks.beginGrantAccessAndWait(GROUP, "from-snapshot", { access: "Read", durationInSeconds: 600 });
    const disk = pageBlob(lab, accessSAS);
    assert.equal((await disk.getProperties()).contentLength, GIB + 512);
    const digest = async (blob) => sha256((await blob.download(0, GIB)).readableStreamBody);
    assert.equal(await digest(disk), await digest(newer));
    await client.disks.beginRevokeAccessAndWait(GROUP, "from-snapshot");
    await assert.rejects(disk.download(0, 10), { statusCode: 403, code: "AuthenticationFailed" });
  });
}
