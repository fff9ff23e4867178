// A VM with a disk of 32 TiB and a point a day, written to all over the disk.
const GROUP = "/subscriptions/6f1d2c30-0000-4000-8000-000000000001/resourceGroups/wide/providers/Microsoft.Compute";

export function wideScenario(points) {
  const disk = { id: `${GROUP}/disks/wide-data`, name: "wide-data", role: "data", lun: 0, sizeGiB: 32_767, facts: { sku: "Premium_LRS", usedGiB: 20_000 } };
  const os = { id: `${GROUP}/disks/wide-os`, name: "wide-os", role: "os", sizeGiB: 64, facts: { sku: "Premium_LRS", usedGiB: 10 } };
  const captures = Array.from({ length: points }, (_, day) => ({ at: `P${day}DT2H`, type: "createRestorePoint", collection: "rpc-wide", name: `rp-${day}` }));
  return {
    schemaVersion: 2, engineVersion: "0.1.0", matrixRevision: "2026-11", title: "wide", seed: 7, startTime: "2026-01-05T00:00:00Z", settings: {},
    fleet: { machines: [{ id: `${GROUP}/virtualMachines/vm-wide`, name: "vm-wide", location: "eastus2", facts: { osType: "Linux", vmSize: "Standard_D4s_v5" }, disks: [disk, os] }] },
    commands: [
      { at: "PT0S", type: "setWorkload", disk: "wide-data", workload: { every: "PT6H", writes: 60, blocksPerWrite: 200, withinThousandths: 700 } },
      { at: "PT0S", type: "createRestorePointCollection", name: "rpc-wide", source: "vm-wide" },
      ...captures,
      { at: `P${points - 1}DT12H`, type: "advanceClock", by: "PT1H" },
    ],
  };
}
