// A fleet of any size in the shape in which `az vm list -d` and `az disk list` print it, with tags, keys, an
// extension and some data disks. The same number gives the same text.

const SUB = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50";
const SIZES = ["Standard_D2s_v5", "Standard_D4s_v5", "Standard_E8ds_v5", "Standard_B2ms", "Standard_F8s_v2"];
const REGIONS = ["westeurope", "northeurope", "eastus2", "swedencentral"];
const SKUS = ["Premium_LRS", "StandardSSD_LRS", "Standard_LRS", "Premium_ZRS"];

const pick = (list, n) => list[n % list.length];
const guid = (n, kind) => `${n.toString(16).padStart(8, "0")}-${kind}-4000-8000-${(n * 7919).toString(16).padStart(12, "0")}`;
const place = (n) => ({ group: `RG-APP-${String(n % 500).padStart(3, "0")}`, region: pick(REGIONS, n) });

function disks(n) {
  const { group } = place(n);
  const count = (n % 5) % 3 + (n % 7 === 0 ? 3 : 0);
  const names = [`vm-${n}_OsDisk_1`, ...Array.from({ length: count }, (_, lun) => `vm-${n}_data_${lun}`)];
  return names.map((name, at) => ({
    name,
    id: `${SUB}/resourceGroups/${group}/providers/Microsoft.Compute/disks/${name}`,
    sku: n % 97 === 0 && at === 1 ? "UltraSSD_LRS" : pick(SKUS, n + at),
    size: at === 0 ? 128 : 256 << (n % 3),
  }));
}

export function virtualMachine(n) {
  const { group, region } = place(n);
  const windows = n % 3 === 0;
  const [os, ...data] = disks(n);
  const attached = (disk) => ({
    caching: "ReadOnly", createOption: "Attach", deleteOption: "Detach", diskSizeGb: disk.size,
    managedDisk: { diskEncryptionSet: null, id: disk.id, resourceGroup: group, securityProfile: null, storageAccountType: disk.sku },
    name: disk.name, vhd: null, writeAcceleratorEnabled: null,
  });
  return {
    additionalCapabilities: n % 97 === 0 ? { hibernationEnabled: null, ultraSsdEnabled: true } : null,
    applicationProfile: null, availabilitySet: null, billingProfile: null, capacityReservation: null,
    diagnosticsProfile: { bootDiagnostics: { enabled: true, storageUri: null } }, evictionPolicy: null, extendedLocation: null, extensionsTimeBudget: "PT1H30M",
    fqdns: "", hardwareProfile: { vmSize: pick(SIZES, n), vmSizeProperties: null }, host: null, hostGroup: null,
    id: `${SUB}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/vm-${n}`, identity: null, instanceView: null,
    licenseType: windows ? "Windows_Server" : null, location: region, macAddresses: "00-0D-3A-00-00-00", name: `vm-${n}`,
    networkProfile: { networkApiVersion: null, networkInterfaceConfigurations: null, networkInterfaces: [
      { deleteOption: null, id: `${SUB}/resourceGroups/${group}/providers/Microsoft.Network/networkInterfaces/vm-${n}-nic`, primary: null, resourceGroup: group }] },
    osProfile: { adminPassword: null, adminUsername: "azureuser", allowExtensionOperations: true, computerName: `vm-${n}`, customData: null,
      linuxConfiguration: windows ? null : { disablePasswordAuthentication: true, enableVmAgentPlatformUpdates: true, patchSettings: { assessmentMode: "ImageDefault", automaticByPlatformSettings: null, patchMode: "ImageDefault" }, provisionVmAgent: true,
        ssh: { publicKeys: [{ keyData: `ssh-rsa ${"A".repeat(372)} azureuser`, path: "/home/azureuser/.ssh/authorized_keys" }] } },
      requireGuestProvisionSignal: true, secrets: [],
      windowsConfiguration: windows ? { additionalUnattendContent: null, enableAutomaticUpdates: true, patchSettings: { assessmentMode: "ImageDefault", automaticByPlatformSettings: null, enableHotpatching: false, patchMode: "AutomaticByOS" }, provisionVmAgent: true, timeZone: null, winRm: null } : null },
    plan: null, platformFaultDomain: null, powerState: n % 11 === 0 ? "VM deallocated" : "VM running", priority: n % 13 === 0 ? "Spot" : null, privateIps: `10.0.${n >> 8 & 255}.${n & 255}`,
    provisioningState: "Succeeded", proximityPlacementGroup: null, publicIps: n % 4 === 0 ? `20.${n >> 16 & 255}.${n >> 8 & 255}.${n & 255}` : "", resourceGroup: group,
    resources: [{ autoUpgradeMinorVersion: true, enableAutomaticUpgrade: true, forceUpdateTag: null, id: `${SUB}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/vm-${n}/extensions/AzureMonitorAgent`, instanceView: null,
      location: region, name: "AzureMonitorAgent", protectedSettings: null, protectedSettingsFromKeyVault: null, provisioningState: "Succeeded", publisher: "Microsoft.Azure.Monitor", resourceGroup: group, settings: null, suppressFailures: null,
      tags: null, type: "Microsoft.Compute/virtualMachines/extensions", typeHandlerVersion: "1.0", typePropertiesType: windows ? "AzureMonitorWindowsAgent" : "AzureMonitorLinuxAgent" }],
    scheduledEventsProfile: null,
    securityProfile: n % 2 === 0 ? { encryptionAtHost: n % 8 === 0 ? true : null, securityType: "TrustedLaunch", uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } } : null,
    storageProfile: {
      dataDisks: data.map((disk, lun) => ({ ...attached(disk), detachOption: null, diskIopsReadWrite: null, diskMBpsReadWrite: null, image: null, lun, toBeDetached: false })),
      diskControllerType: "SCSI",
      imageReference: windows
        ? { communityGalleryImageId: null, exactVersion: "20348.2700.240905", id: null, offer: "WindowsServer", publisher: "MicrosoftWindowsServer", sharedGalleryImageId: null, sku: "2022-datacenter-g2", version: "latest" }
        : { communityGalleryImageId: null, exactVersion: "22.04.202409120", id: null, offer: "0001-com-ubuntu-server-jammy", publisher: "Canonical", sharedGalleryImageId: null, sku: "22_04-lts-gen2", version: "latest" },
      osDisk: { ...attached(os), createOption: "FromImage", diffDiskSettings: null, encryptionSettings: null, image: null, osType: windows ? "Windows" : "Linux" },
    },
    tags: { application: `app-${n % 200}`, costCenter: String(1000 + n % 90), environment: pick(["prod", "test", "dev"], n), owner: `team-${n % 40}@example.com` },
    timeCreated: "2024-09-17T08:14:12.551286+00:00", type: "Microsoft.Compute/virtualMachines", userData: null, virtualMachineScaleSet: null, vmId: guid(n, "aaaa"), zones: n % 3 === 1 ? ["1"] : null,
  };
}

export function managedDisks(n) {
  const { group, region } = place(n);
  return disks(n).map((disk, at) => ({
    burstingEnabled: null, completionPercent: null, creationData: { createOption: at === 0 ? "FromImage" : "Empty", galleryImageReference: null, imageReference: null, logicalSectorSize: null, sourceResourceId: null, sourceUniqueId: null, sourceUri: null, storageAccountId: null, uploadSizeBytes: null },
    dataAccessAuthMode: null, diskAccessId: null, diskIopsReadOnly: null, diskIopsReadWrite: 500, diskMBpsReadOnly: null, diskMBpsReadWrite: 100, diskSizeBytes: disk.size * 2 ** 30, diskSizeGb: disk.size, diskState: "Attached",
    encryption: { diskEncryptionSetId: null, type: "EncryptionAtRestWithPlatformKey" }, encryptionSettingsCollection: null, extendedLocation: null, hyperVGeneration: at === 0 ? "V2" : null, id: disk.id, location: region,
    managedBy: `${SUB}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/vm-${n}`, managedByExtended: null, maxShares: null, name: disk.name, networkAccessPolicy: "AllowAll", optimizedForFrequentAttach: null,
    osType: at === 0 ? (n % 3 === 0 ? "Windows" : "Linux") : null, propertyUpdatesInProgress: null, provisioningState: "Succeeded", publicNetworkAccess: "Enabled", purchasePlan: null, resourceGroup: group, securityProfile: null, shareInfo: null,
    sku: { name: disk.sku, tier: disk.sku.split("_")[0] }, supportedCapabilities: null, supportsHibernation: null, tags: null, tier: "P15", timeCreated: "2024-09-17T08:14:13.1+00:00", type: "Microsoft.Compute/disks", uniqueId: guid(n * 8 + at, "bbbb"), zones: null,
  }));
}

/** The text of the list of VMs, piece by piece; with `nulls` as `az` prints it, else as ARM and Resource Graph do. */
export function* machineList(count, nulls) {
  yield* list(count, nulls, (n) => [virtualMachine(n)]);
}

/** The text of the list of disks, piece by piece. */
export function* diskList(count, nulls) {
  yield* list(count, nulls, managedDisks);
}

function* list(count, nulls, make) {
  const present = (_, value) => (value === null ? undefined : value);
  for (let n = 0; n < count; n += 1) {
    const text = make(n).map((resource) => JSON.stringify(resource, nulls ? undefined : present)).join(",\n");
    yield (n === 0 ? "[\n" : ",\n") + text;
  }
  yield "\n]\n";
}
