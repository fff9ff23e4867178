// Two files as `az vm list -o json` and `az disk list -o json` write them: a plain VM, one with an ultra disk, and one on an ephemeral OS disk.
const group = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-app/providers/Microsoft.Compute";

function vm(name, { os = "Windows", ephemeral = false, data = [] } = {}) {
  return {
    id: `${group}/virtualMachines/${name}`,
    name,
    type: "Microsoft.Compute/virtualMachines",
    location: "eastus2",
    resourceGroup: "RG-APP",
    zones: ["1"],
    provisioningState: "Succeeded",
    vmId: `00000000-0000-0000-0000-0000000000${name.length}`,
    hardwareProfile: { vmSize: "Standard_E8ds_v5" },
    osProfile: { computerName: name, adminUsername: "azureuser" },
    networkProfile: { networkInterfaces: [{ id: `${group.replace("Compute", "Network")}/networkInterfaces/${name}-nic` }] },
    storageProfile: {
      imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2022-datacenter-g2", version: "latest" },
      osDisk: {
        name: `${name}-os`, osType: os, createOption: "FromImage", caching: "ReadOnly", diskSizeGb: 128,
        ...(ephemeral ? { diffDiskSettings: { option: "Local" } } : {}),
        managedDisk: { id: `${group}/disks/${name}-os`, storageAccountType: ephemeral ? "Standard_LRS" : "Premium_LRS" },
      },
      dataDisks: data.map(({ suffix, sku, size }, lun) => ({
        name: `${name}-${suffix}`, lun, createOption: "Attach", caching: "None", diskSizeGb: size,
        managedDisk: { id: `${group}/disks/${name}-${suffix}`, storageAccountType: sku },
      })),
    },
  };
}

function disk(name, sku, size, owner) {
  return {
    id: `${group}/disks/${name}`,
    name,
    type: "Microsoft.Compute/disks",
    location: "eastus2",
    resourceGroup: "RG-APP",
    zones: ["1"],
    sku: { name: sku, tier: sku.split("_")[0] },
    diskSizeGb: size,
    diskState: "Attached",
    managedBy: `${group}/virtualMachines/${owner}`,
    creationData: { createOption: "Empty" },
    encryption: { type: "EncryptionAtRestWithPlatformKey" },
    networkAccessPolicy: "AllowAll",
    publicNetworkAccess: "Enabled",
    provisioningState: "Succeeded",
  };
}

export const VM_LIST = JSON.stringify([
  vm("vm-plain", { data: [{ suffix: "data", sku: "Premium_LRS", size: 64 }] }),
  vm("vm-ultra", { data: [{ suffix: "data", sku: "Premium_LRS", size: 256 }, { suffix: "log", sku: "UltraSSD_LRS", size: 512 }] }),
  vm("vm-ephemeral", { os: "Linux", ephemeral: true }),
], null, 2);

export const DISK_LIST = JSON.stringify([
  { ...disk("vm-plain-os", "Premium_LRS", 128, "vm-plain"), osType: "Windows", hyperVGeneration: "V2" },
  disk("vm-plain-data", "Premium_LRS", 64, "vm-plain"),
  { ...disk("vm-ultra-os", "Premium_LRS", 128, "vm-ultra"), osType: "Windows", hyperVGeneration: "V2" },
  disk("vm-ultra-data", "Premium_LRS", 256, "vm-ultra"),
  disk("vm-ultra-log", "UltraSSD_LRS", 512, "vm-ultra"),
], null, 2);

/** A list of so many plain VMs, no two of them alike, as text. */
export function fleetOf(count) {
  let state = 1;
  const word = () => {
    state = (state * 48271) % 2147483647;
    return state.toString(36);
  };
  return JSON.stringify(Array.from({ length: count }, (_, index) => ({
    ...vm(`vm-${index}-${word()}${word()}`, { data: [{ suffix: word(), sku: "Premium_LRS", size: 64 + (index % 100) }] }),
    tags: { owner: `${word()}-${word()}-${word()}-${word()}`, note: `${word()} ${word()} ${word()}` },
  })));
}
