// Run by Deno: the official client for JavaScript, found among the installed packages, over a lab.
import { ComputeManagementClient } from "@azure/arm-compute";
import { Lab } from "restore-point-lab";
import { armHttpClient, credential } from "restore-point-lab/azure";

const SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
const COMPUTE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute`;
const machine = { id: `${COMPUTE}/virtualMachines/vm1`, name: "vm1", location: "eastus", facts: { osType: "Windows" }, disks: [{ id: `${COMPUTE}/disks/os`, name: "os", role: "os", sizeGiB: 1 }] };
const lab = new Lab({ fleet: { machines: [machine] } });
const client = new ComputeManagementClient(credential(), SUBSCRIPTION, { httpClient: armHttpClient(lab), retryOptions: { maxRetries: 0 } });
await client.restorePointCollections.createOrUpdate("rg", "c", { location: "eastus", source: { id: machine.id } });
const { provisioningState, consistencyMode } = await client.restorePoints.create("rg", "c", "p1", {});
const refused = await client.restorePoints.get("rg", "c", "absent").then(() => "", (error) => `${error.statusCode} ${error.code}`);
console.log(JSON.stringify({ provisioningState, consistencyMode, refused }));
