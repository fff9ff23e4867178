//! Commands that read restore points: restores, and addresses.

use crate::json::{Read, Write};

/// A way to restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RestoreMethod {
    /// A new VM from the point.
    #[default]
    CreateNewVm,
    /// New disks, to build a VM of or to attach.
    RestoreDisks,
    /// The disks of the VM are replaced by those of the point.
    ReplaceExisting,
    /// In the paired region, from the vault's copy there.
    CrossRegion,
    /// In another subscription of the tenant.
    CrossSubscription,
    /// In another zone of the region.
    CrossZonal,
    /// Files only, from the mounted point.
    FileRecovery,
    /// A new disk from a backup of Azure Disk Backup.
    NewDisk,
    /// In the place of the source disk, which Azure Disk Backup does not do.
    ReplaceSource,
}

/// Where a point is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RestoreTier {
    /// A restore point or a snapshot of the user's own subscription.
    Snapshot,
    /// The vault.
    Vault,
    /// The vault's copy in the paired region.
    Secondary,
}

command_fields! {
    /// See [`super::Command::RestoreBackup`].
    RestoreBackup {
        /// The recovery point, by name.
        recovery_point: String,
        /// The protected item that has it, or what that protects; needed where several have one of that name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
        /// The way; `createNewVm` where left out, for Azure Disk Backup give `newDisk`.
        #[serde(default)]
        method: RestoreMethod,
        /// What a restore across regions, subscriptions or zones makes: `createNewVm`, also where left out, or
        /// `restoreDisks`.
        #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
        makes: Option<RestoreMethod>,
        /// The tier that it is read from; the one that the method needs where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tier: Option<RestoreTier>,
        /// The new VM's name, and what the names of new disks begin with; NAME-restored where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Where it is restored to: resource group; that of the source where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_resource_group: Option<String>,
        /// Where it is restored to: subscription; that of the source where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_subscription: Option<String>,
        /// Where it is restored to: region; what the method means where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_region: Option<String>,
        /// Where it is restored to: zone; that of the source where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_zone: Option<String>,
        /// The storage account for what is on its way; `replaceExisting` needs one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staging_location: Option<String>,
        /// Only these disks, by name; all where left out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        disks: Vec<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::RestoreDisk`].
    RestoreDisk {
        /// The disk restore point, or the name of a disk with `restorePoint` given; or the ARM id of a
        /// snapshot, or of a disk as it is now.
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
        /// The name, or the ARM id, of the new disk.
        name: String,
        /// A larger size; the captured one where left out.
        #[serde(default, rename = "sizeGiB", skip_serializing_if = "Option::is_none")]
        size_gib: Option<u64>,
        /// Another SKU; the captured one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sku: Option<String>,
        /// Its zones.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<String>,
        /// The disk encryption set that it is under; the captured encryption where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disk_encryption_set: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::RestoreVirtualMachine`].
    RestoreVirtualMachine {
        /// The restore point.
        restore_point: String,
        /// The name, or the ARM id, of the new VM. Its disks are called NAME-DISK.
        name: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::GrantAccess`].
    GrantAccess {
        /// The disk restore point, or the name of a disk with `restorePoint` given.
        #[serde(alias = "id")]
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
        /// How long, from now.
        #[serde(alias = "durationInSeconds")]
        duration_seconds: u64,
    }
    /// See [`super::Command::RevokeAccess`].
    RevokeAccess {
        /// The disk restore point, or the name of a disk with `restorePoint` given.
        #[serde(alias = "id")]
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
    }
}
