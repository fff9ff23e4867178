//! Commands about managed disks and what is in them.

use crate::json::{Read, Write};
use crate::model::FactSet;

command_fields! {
    /// See [`super::Command::CreateDisk`].
    CreateDisk {
        /// The name, or the ARM id, of the new disk.
        #[serde(alias = "id")]
        name: String,
        /// Its region.
        location: String,
        /// Its zones.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<String>,
        /// Its provisioned size.
        #[serde(rename = "sizeGiB")]
        size_gib: u64,
        /// Facts about it.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        facts: FactSet,
    }
    /// See [`super::Command::UpdateDisk`].
    UpdateDisk {
        /// The disk.
        disk: String,
        /// Facts to set, by name.
        facts: FactSet,
        /// Names of facts to take back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    }
    /// See [`super::Command::ResizeDisk`].
    ResizeDisk {
        /// The disk.
        disk: String,
        /// Its new size, not below the present one.
        #[serde(rename = "sizeGiB")]
        size_gib: u64,
    }
    /// See [`super::Command::AttachDisk`].
    AttachDisk {
        /// The VM.
        virtual_machine: String,
        /// The disk.
        disk: String,
        /// The logical unit number; the first free one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lun: Option<u32>,
    }
    /// See [`super::Command::DetachDisk`].
    DetachDisk {
        /// The disk.
        disk: String,
    }
    /// See [`super::Command::DeleteDisk`].
    DeleteDisk {
        /// The disk.
        #[serde(alias = "id")]
        disk: String,
    }
    /// See [`super::Command::WriteBlocks`].
    WriteBlocks {
        /// The disk.
        disk: String,
        /// First block.
        first: u64,
        /// Last block, included.
        last: u64,
    }
    /// See [`super::Command::TrimBlocks`].
    TrimBlocks {
        /// The disk.
        disk: String,
        /// First block.
        first: u64,
        /// Last block, included.
        last: u64,
    }
    /// See [`super::Command::WriteBytes`].
    WriteBytes {
        /// The disk.
        disk: String,
        /// The block.
        index: u64,
        /// The bytes, from the start of the block; the rest becomes zeros.
        bytes: Vec<u8>,
    }
    /// See [`super::Command::SetNetworkAccess`].
    SetNetworkAccess {
        /// The disk.
        disk: String,
        /// `AllowAll`, `AllowPrivate` or `DenyAll`.
        #[serde(alias = "networkAccessPolicy")]
        policy: String,
        /// The disk access resource of its private link, for `AllowPrivate`.
        #[serde(default, alias = "diskAccessId", skip_serializing_if = "Option::is_none")]
        disk_access: Option<String>,
    }
}
