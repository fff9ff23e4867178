// A session over the endpoint with nothing but the package: a VM, a collection, a point, its percent, its bytes, a restored disk.
const START = "2026-01-05T00:00:00Z";
const COMPUTE = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute";
const disk = (name) => `${COMPUTE}/disks/${name}`;

/** What a session comes to: the same in every runtime. */
export function session({ Lab, version }) {
  const vm = `${COMPUTE}/virtualMachines/vm1`;
  const machine = {
    id: vm, name: "vm1", location: "eastus", facts: { osType: "Linux" },
    disks: [{ id: disk("os"), name: "os", role: "os", sizeGiB: 1, facts: { sku: "Premium_LRS" } }],
  };
  const lab = new Lab({ seed: 7, startTime: START, settings: { blockSizeBytes: 65536 }, fleet: { machines: [machine] } });
  lab.dispatch({ type: "writeBlocks", disk: disk("os"), first: 2, last: 4 });
  const ask = (method, path, body) => {
    const url = path.startsWith("https:") ? path : `https://management.azure.com${path}${path.includes("?") ? "&" : "?"}api-version=2024-11-01`;
    const answer = lab.request({ method, url, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    return { ...answer, json: answer.body ? JSON.parse(answer.body) : undefined };
  };
  const collection = `${COMPUTE}/restorePointCollections/c`;
  const made = ask("PUT", collection, { location: "eastus", properties: { source: { id: vm } } });
  const begun = ask("PUT", `${collection}/restorePoints/p1`, {});
  const polled = ask("GET", begun.headers["azure-asyncoperation"]);
  const point = ask("GET", `${collection}/restorePoints/p1?$expand=instanceView`).json;
  const captured = point.properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.id;
  const grant = ask("POST", `${captured}/beginGetAccess`, { access: "Read", durationInSeconds: 600 });
  const { accessSAS } = ask("GET", grant.headers.location).json;
  const read = lab.request({ method: "GET", url: accessSAS, headers: { "x-ms-range": "bytes=131072-131199" } });
  const restored = ask("PUT", disk("restored"), { location: "eastus", properties: { creationData: { createOption: "Restore", sourceResourceId: captured } } });
  const refused = ask("GET", `${collection}/restorePoints/absent`);
  return {
    version: version().engine, statuses: [made.status, begun.status, polled.status, grant.status, read.status, restored.status],
    state: [begun.json.properties.provisioningState, polled.json.status, point.properties.provisioningState],
    view: point.properties.instanceView.statuses[0].code, bytes: read.body.length,
    refused: [refused.status, refused.json.error.code], proved: lab.prove(disk("restored")).equal, digest: lab.digest(),
  };
}
