//! The fields of bodies, as data.
//!
//! One line for each field, `PATH TYPE STATUS`. A type is `s` a text, `b` true or false, `n` a number, `m` an
//! object, `l` a list, or words parted by `|`. A status is `sim` (simulated), `kept` (taken and given back,
//! without effect), `echo` (simulated, and given back as it was), `out` (the service's to say: passed over) or
//! `no` (refused). What stands in no line is kept.

/// The bodies that are read, by what the names of their operations begin with.
pub(in crate::arm) const BODIES: &[(&str, &str)] = &[
    ("RestorePointCollections_", COLLECTION),
    ("RestorePoints_Create", POINT),
    ("DiskRestorePoint_GrantAccess", GRANT),
    ("Disks_GrantAccess", GRANT),
    ("Snapshots_GrantAccess", GRANT),
    ("Disks_", DISK),
    ("Snapshots_", SNAPSHOT),
    ("VirtualMachines_", MACHINE),
    ("DiskEncryptionSets_", SET),
    ("DiskAccesses_", ACCESS),
    ("Keys_", KEY),
    ("Vaults_", VAULT),
    ("ResourceGroups_", NAMED),
    ("ManagementLocks_", LOCK),
];

const COLLECTION: &str = "\
location s sim
tags m sim
properties m sim
properties.source m sim
properties.source.id s sim
properties.source.location s out
properties.instantAccess b echo
properties.restorePointCollectionId s out
properties.restorePoints l out
properties.provisioningState s out";

const POINT: &str = "\
properties m sim
properties.excludeDisks l sim
properties.excludeDisks[] m sim
properties.excludeDisks[].id s sim
properties.consistencyMode s sim
properties.sourceRestorePoint m sim
properties.sourceRestorePoint.id s sim
properties.instantAccessDurationMinutes n echo
properties.sourceMetadata m sim
properties.sourceMetadata.storageProfile m sim
properties.sourceMetadata.storageProfile.osDisk m sim
properties.sourceMetadata.storageProfile.osDisk.managedDisk m sim
properties.sourceMetadata.storageProfile.osDisk.managedDisk.id s sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.sourceDiskRestorePoint m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.sourceDiskRestorePoint.id s sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.diskEncryptionSet m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.diskEncryptionSet.id s sim
properties.sourceMetadata.storageProfile.dataDisks l sim
properties.sourceMetadata.storageProfile.dataDisks[] m sim
properties.sourceMetadata.storageProfile.dataDisks[].lun n out
properties.sourceMetadata.storageProfile.dataDisks[].managedDisk m sim
properties.sourceMetadata.storageProfile.dataDisks[].managedDisk.id s sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.sourceDiskRestorePoint m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.sourceDiskRestorePoint.id s sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.diskEncryptionSet m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.diskEncryptionSet.id s sim
properties.timeCreated s out
properties.provisioningState s out
properties.instanceView m out";

pub(super) const GRANT: &str = "\
access None|Read|Write sim
durationInSeconds n sim
fileFormat VHD|VHDX sim
getSecureVMGuestStateSAS b kept";

const DISK: &str = "\
location s sim
zones l sim
zones[] s sim
tags m kept
sku m sim
sku.name Standard_LRS|Premium_LRS|StandardSSD_LRS|UltraSSD_LRS|Premium_ZRS|StandardSSD_ZRS|PremiumV2_LRS sim
sku.tier s out
extendedLocation m kept
managedBy s out
managedByExtended l out
properties m sim
properties.osType Windows|Linux sim
properties.hyperVGeneration V1|V2 sim
properties.purchasePlan m kept
properties.supportedCapabilities m kept
properties.supportsHibernation b kept
properties.acceleratedNetwork b kept
properties.creationData m sim
properties.creationData.createOption Empty|Attach|FromImage|Import|Copy|Restore|Upload|CopyStart|ImportSecure|UploadPreparedSecure|CopyFromSanSnapshot echo
properties.creationData.sourceResourceId s sim
properties.creationData.sourceUniqueId s out
properties.creationData.imageReference m kept
properties.creationData.galleryImageReference m kept
properties.creationData.sourceUri s kept
properties.creationData.storageAccountId s kept
properties.creationData.uploadSizeBytes n kept
properties.creationData.logicalSectorSize n sim
properties.creationData.performancePlus b kept
properties.diskSizeGB n sim
properties.diskSizeBytes n out
properties.diskIOPSReadWrite n kept
properties.diskMBpsReadWrite n kept
properties.diskIOPSReadOnly n kept
properties.diskMBpsReadOnly n kept
properties.burstingEnabled b kept
properties.optimizedForFrequentAttach b kept
properties.encryption m sim
properties.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.encryption.diskEncryptionSetId s sim
properties.encryptionSettingsCollection m kept
properties.maxShares n sim
properties.networkAccessPolicy AllowAll|AllowPrivate|DenyAll sim
properties.diskAccessId s sim
properties.publicNetworkAccess Enabled|Disabled sim
properties.dataAccessAuthMode AzureActiveDirectory|None kept
properties.securityProfile m sim
properties.securityProfile.securityType TrustedLaunch|ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey|ConfidentialVM_DiskEncryptedWithPlatformKey|ConfidentialVM_DiskEncryptedWithCustomerKey|ConfidentialVM_NonPersistedTPM sim
properties.securityProfile.secureVMDiskEncryptionSetId s kept
properties.tier s sim
properties.timeCreated s out
properties.provisioningState s out
properties.diskState s out
properties.uniqueId s out";

const SNAPSHOT: &str = "\
location s sim
tags m kept
sku m sim
sku.name Standard_LRS|Premium_LRS|Standard_ZRS kept
sku.tier s out
extendedLocation m kept
managedBy s out
properties m sim
properties.osType Windows|Linux kept
properties.hyperVGeneration V1|V2 kept
properties.purchasePlan m kept
properties.supportedCapabilities m kept
properties.supportsHibernation b kept
properties.creationData m sim
properties.creationData.createOption Copy|CopyStart|Empty|Import|Restore|FromImage|Upload|Attach|ImportSecure|UploadPreparedSecure|CopyFromSanSnapshot echo
properties.creationData.sourceResourceId s sim
properties.creationData.sourceUniqueId s out
properties.creationData.instantAccessDurationMinutes n kept
properties.diskSizeGB n sim
properties.diskSizeBytes n out
properties.encryption m sim
properties.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys kept
properties.encryption.diskEncryptionSetId s kept
properties.incremental b sim
properties.incrementalSnapshotFamilyId s out
properties.networkAccessPolicy AllowAll|AllowPrivate|DenyAll echo
properties.diskAccessId s echo
properties.publicNetworkAccess Enabled|Disabled kept
properties.dataAccessAuthMode AzureActiveDirectory|None kept
properties.securityProfile m kept
properties.immutabilityPolicy m kept
properties.copyCompletionError m out
properties.completionPercent n out
properties.snapshotAccessState s out
properties.timeCreated s out
properties.provisioningState s out
properties.diskState s out
properties.uniqueId s out";

const MACHINE: &str = "\
location s sim
zones l sim
zones[] s sim
tags m sim
plan m sim
identity m kept
extendedLocation m kept
etag s out
managedBy s out
resources l out
properties m sim
properties.vmId s out
properties.provisioningState s out
properties.timeCreated s out
properties.instanceView m out
properties.hardwareProfile m sim
properties.hardwareProfile.vmSize s sim
properties.hardwareProfile.vmSizeProperties m kept
properties.storageProfile m sim
properties.storageProfile.imageReference m kept
properties.storageProfile.diskControllerType SCSI|NVMe sim
properties.storageProfile.alignRegionalDisksToVMZone b kept
properties.storageProfile.osDisk m sim
properties.storageProfile.osDisk.osType Windows|Linux sim
properties.storageProfile.osDisk.name s sim
properties.storageProfile.osDisk.createOption FromImage|Empty|Attach|Copy|Restore echo
properties.storageProfile.osDisk.caching None|ReadOnly|ReadWrite sim
properties.storageProfile.osDisk.diskSizeGB n sim
properties.storageProfile.osDisk.deleteOption Delete|Detach echo
properties.storageProfile.osDisk.writeAcceleratorEnabled b sim
properties.storageProfile.osDisk.encryptionSettings m kept
properties.storageProfile.osDisk.image m kept
properties.storageProfile.osDisk.vhd m kept
properties.storageProfile.osDisk.diffDiskSettings m kept
properties.storageProfile.osDisk.managedDisk m sim
properties.storageProfile.osDisk.managedDisk.id s sim
properties.storageProfile.osDisk.managedDisk.storageAccountType s sim
properties.storageProfile.osDisk.managedDisk.diskEncryptionSet m kept
properties.storageProfile.osDisk.managedDisk.diskEncryptionSet.id s kept
properties.storageProfile.osDisk.managedDisk.securityProfile m kept
properties.storageProfile.dataDisks l sim
properties.storageProfile.dataDisks[] m sim
properties.storageProfile.dataDisks[].lun n sim
properties.storageProfile.dataDisks[].name s sim
properties.storageProfile.dataDisks[].createOption FromImage|Empty|Attach|Copy|Restore echo
properties.storageProfile.dataDisks[].caching None|ReadOnly|ReadWrite sim
properties.storageProfile.dataDisks[].diskSizeGB n sim
properties.storageProfile.dataDisks[].deleteOption Delete|Detach echo
properties.storageProfile.dataDisks[].toBeDetached b echo
properties.storageProfile.dataDisks[].writeAcceleratorEnabled b sim
properties.storageProfile.dataDisks[].vhd m kept
properties.storageProfile.dataDisks[].image m kept
properties.storageProfile.dataDisks[].sourceResource m echo
properties.storageProfile.dataDisks[].sourceResource.id s echo
properties.storageProfile.dataDisks[].managedDisk m sim
properties.storageProfile.dataDisks[].managedDisk.id s sim
properties.storageProfile.dataDisks[].managedDisk.storageAccountType s sim
properties.storageProfile.dataDisks[].managedDisk.diskEncryptionSet m kept
properties.storageProfile.dataDisks[].managedDisk.diskEncryptionSet.id s kept
properties.osProfile m kept
properties.osProfile.computerName s kept
properties.osProfile.adminUsername s kept
properties.osProfile.adminPassword s out
properties.osProfile.customData s out
properties.networkProfile m kept
properties.networkProfile.networkInterfaces l kept
properties.securityProfile m sim
properties.securityProfile.securityType Standard|TrustedLaunch|ConfidentialVM sim
properties.securityProfile.uefiSettings m sim
properties.securityProfile.uefiSettings.secureBootEnabled b sim
properties.securityProfile.uefiSettings.vTpmEnabled b sim
properties.securityProfile.encryptionAtHost b kept
properties.diagnosticsProfile m kept
properties.additionalCapabilities m kept
properties.availabilitySet m kept
properties.availabilitySet.id s kept
properties.proximityPlacementGroup m kept
properties.proximityPlacementGroup.id s kept
properties.virtualMachineScaleSet m kept
properties.virtualMachineScaleSet.id s kept
properties.host m kept
properties.host.id s kept
properties.hostGroup m kept
properties.hostGroup.id s kept
properties.priority Regular|Low|Spot echo
properties.evictionPolicy Deallocate|Delete echo
properties.billingProfile m kept
properties.licenseType s kept
properties.extensionsTimeBudget s kept
properties.platformFaultDomain n kept
properties.scheduledEventsProfile m kept
properties.userData s kept
properties.capacityReservation m kept
properties.applicationProfile m kept";

const SET: &str = "\
location s sim
tags m kept
identity m kept
identity.type s kept
properties m sim
properties.encryptionType EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys|ConfidentialVmEncryptedWithCustomerKey sim
properties.activeKey m sim
properties.activeKey.keyUrl s sim
properties.activeKey.sourceVault m kept
properties.activeKey.sourceVault.id s kept
properties.rotationToLatestKeyVersionEnabled b kept
properties.federatedClientId s kept
properties.previousKeys l out
properties.provisioningState s out";

const ACCESS: &str = "\
location s sim
tags m kept
extendedLocation m kept
properties m sim
properties.privateEndpointConnections l out
properties.timeCreated s out
properties.provisioningState s out";

const KEY: &str = "\
tags m kept
properties m sim
properties.kty s kept
properties.keySize n kept
properties.keyOps l kept
properties.curveName s kept
properties.attributes m sim
properties.attributes.enabled b sim
properties.attributes.exp n kept
properties.attributes.nbf n kept
properties.keyUri s out
properties.keyUriWithVersion s out";

const NAMED: &str = "\
location s sim
tags m kept
managedBy s kept
properties m kept
properties.provisioningState s out
properties.vaultUri s out";

const VAULT: &str = "\
location s kept
tags m kept
properties m kept
properties.provisioningState s out
properties.vaultUri s out";

const LOCK: &str = "\
properties m sim
properties.level CanNotDelete|ReadOnly|NotSpecified sim
properties.notes s kept
properties.owners l kept";
