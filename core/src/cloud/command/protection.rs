//! Commands about backups on a schedule.

use super::DiskReference;
use crate::json::{Read, Write};
use crate::policy::{BackupPolicy, BackupService};

command_fields! {
    /// See [`super::Command::Protect`].
    Protect {
        /// The VM; for `diskBackup` the disk.
        #[serde(alias = "source", alias = "disk")]
        virtual_machine: String,
        /// Who backs it up: `vmBackup`, `diskBackup`, or `restorePoints` for automation of one's own.
        #[serde(default)]
        service: BackupService,
        /// The Recovery Services vault of `vmBackup`, the Backup vault of `diskBackup`, by name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vault: Option<String>,
        /// When, and how long points are kept.
        policy: BackupPolicy,
        /// The disks to leave out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude_disks: Vec<DiskReference>,
        /// Collections in other regions that every point is copied to; for `restorePoints`. They have the
        /// schedule's own collection, NAME, as their source.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        copy_to: Vec<String>,
        /// The region of the vault; that of what it protects where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vault_location: Option<String>,
        /// `GeoRedundant`, `ZoneRedundant` or `LocallyRedundant`; the first where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vault_redundancy: Option<String>,
        /// Whether a geo-redundant vault lets its points be restored in the paired region; for `vmBackup`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cross_region_restore: Option<bool>,
        /// The resource group of snapshots, by name or id, for `diskBackup`; that of the disk where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        snapshot_resource_group: Option<String>,
        /// The roles of the vault's identity, for `diskBackup`; all that it needs where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity_roles: Option<Vec<String>>,
        /// The name of the protected item; the VM's where left out. The collection of `restorePoints` has it too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    }
    /// See [`super::Command::ChangePolicy`].
    ChangePolicy {
        /// The protected item, or its VM.
        #[serde(alias = "virtualMachine", alias = "id")]
        item: String,
        /// The new policy.
        policy: BackupPolicy,
    }
    /// See [`super::Command::BackupNow`].
    BackupNow {
        /// The protected item, or its VM.
        #[serde(alias = "virtualMachine", alias = "id")]
        item: String,
        /// Days that the point is kept; 30 where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retain_days: Option<u64>,
    }
    /// See [`super::Command::CancelJob`].
    CancelJob {
        /// The protected item, or its VM.
        #[serde(alias = "virtualMachine", alias = "id")]
        item: String,
    }
    /// See [`super::Command::RunCleanup`].
    RunCleanup {
        /// The protected item, or its VM; every one where left out.
        #[serde(default, alias = "virtualMachine", alias = "id", skip_serializing_if = "Option::is_none")]
        item: Option<String>,
    }
    /// See [`super::Command::SetIdentityRoles`].
    SetIdentityRoles {
        /// The protected item of Azure Disk Backup, or its disk.
        #[serde(alias = "disk", alias = "id")]
        item: String,
        /// The roles of the vault's identity from now on; they work after a few minutes.
        roles: Vec<String>,
    }
    /// See [`super::Command::StopProtection`].
    StopProtection {
        /// The protected item, or its VM.
        #[serde(alias = "virtualMachine", alias = "id")]
        item: String,
        /// Whether the points stay; they do where it is left out.
        #[serde(default = "points_stay")]
        keep_points: bool,
    }
}

fn points_stay() -> bool {
    true
}
