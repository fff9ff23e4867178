// The official clients in a page: from the collection to bytes, differences and the restored disk.
import { ComputeManagementClient } from "@azure/arm-compute";
import { AnonymousCredential, PageBlobClient } from "@azure/storage-blob";
import init, { Lab } from "restore-point-lab";
import { armHttpClient, blobHttpClient, credential } from "restore-point-lab/azure";

const SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
const COMPUTE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute`;
const VM = `${COMPUTE}/virtualMachines/vm1`;
const DISK = `${COMPUTE}/disks/os`;

await init();
globalThis.work = async () => {
  const machine = { id: VM, name: "vm1", location: "eastus", facts: { osType: "Linux" }, disks: [{ id: DISK, name: "os", role: "os", sizeGiB: 1, facts: { sku: "Premium_LRS" } }] };
  const lab = new Lab({ settings: { blockSizeBytes: 65536 }, fleet: { machines: [machine] } });
  const client = new ComputeManagementClient(credential(), SUBSCRIPTION, { httpClient: armHttpClient(lab), retryOptions: { maxRetries: 0 } });
  await client.restorePointCollections.createOrUpdate("rg", "c", { location: "eastus", source: { id: VM } });
  const addresses = [];
  const points = [];
  for (const name of ["p1", "p2"]) {
    lab.dispatch({ type: "writeBlocks", disk: DISK, first: addresses.length * 3, last: 4 });
    const point = await client.restorePoints.create("rg", "c", name, {});
    const { id } = point.sourceMetadata.storageProfile.osDisk.diskRestorePoint;
    const access = await client.diskRestorePoint.grantAccess("rg", "c", name, id.split("/").at(-1), { access: "Read", durationInSeconds: 600 });
    addresses.push(access.accessSAS);
    points.push(id);
  }
  const options = { httpClient: blobHttpClient(lab), retryOptions: { maxTries: 1 } };
  const blob = new PageBlobClient(addresses[1], new AnonymousCredential(), options);
  const { contentLength } = await blob.getProperties();
  const { pageRange } = await blob.getPageRangesDiffForManagedDisks(0, 2 ** 30, addresses[0]);
  const answer = await blob.download(3 * 65536, 65536);
  const body = new Uint8Array(await (await answer.blobBody).arrayBuffer());
  await client.disks.createOrUpdate("rg", "restored", { location: "eastus", creationData: { createOption: "Restore", sourceResourceId: points[1] } });
  const around = { osDisk: { createOption: "Attach", osType: "Linux", managedDisk: { id: `${COMPUTE}/disks/restored` } } };
  const { provisioningState } = await client.virtualMachines.createOrUpdate("rg", "vm2", { location: "eastus", hardwareProfile: { vmSize: "Standard_D2s_v5" }, storageProfile: around });
  await client.restorePointCollections.createOrUpdate("rg", "far", { location: "westus", source: { id: `${COMPUTE}/restorePointCollections/c` } });
  await client.restorePoints.create("rg", "far", "p1", { sourceRestorePoint: { id: `${COMPUTE}/restorePointCollections/c/restorePoints/p1` } });
  const percent = async () => {
    const { instanceView } = await client.restorePoints.get("rg", "far", "p1", { expand: "instanceView" });
    return instanceView.diskRestorePoints[0].replicationStatus.completionPercent;
  };
  const percents = [await percent()];
  lab.advance("P1D");
  percents.push(await percent());
  const refused = await client.restorePoints.get("rg", "c", "absent").then(() => "", (error) => `${error.statusCode} ${error.code}`);
  return {
    contentLength, pageRange, refused, provisioningState, percents,
    bytes: body.length, isWritten: body.some((byte) => byte !== 0),
    proved: lab.prove(`${COMPUTE}/disks/restored`).equal,
  };
};
