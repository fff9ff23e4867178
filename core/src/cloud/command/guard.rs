//! Commands about groups, keys and locks.

use crate::json::{Read, Write};

command_fields! {
    /// See [`super::Command::CreateResourceGroup`].
    CreateResourceGroup {
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// Its subscription; the lab's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<String>,
    }
    /// See [`super::Command::DeleteResourceGroup`].
    DeleteResourceGroup {
        /// The group's name.
        name: String,
        /// Its subscription; the lab's own where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<String>,
    }
    /// See [`super::Command::CreateDiskEncryptionSet`].
    CreateDiskEncryptionSet {
        /// The name, or the ARM id, of the new set.
        #[serde(alias = "id")]
        name: String,
        /// Its region.
        location: String,
        /// The address of its key; one of the lab's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// `EncryptionAtRestWithCustomerKey`, or `EncryptionAtRestWithPlatformAndCustomerKeys`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encryption_type: Option<String>,
    }
    /// See [`super::Command::SetKeyState`].
    SetKeyState {
        /// The disk encryption set.
        #[serde(alias = "id")]
        disk_encryption_set: String,
        /// `enabled`, `disabled` or `deleted`.
        state: String,
        /// The address of another key that the set has from now on; the one it has where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    }
    /// See [`super::Command::DeleteDiskEncryptionSet`].
    DeleteDiskEncryptionSet {
        /// The disk encryption set.
        #[serde(alias = "id")]
        disk_encryption_set: String,
    }
    /// See [`super::Command::PlaceLock`].
    PlaceLock {
        /// The lock's name; one that follows from its scope where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The resource, by id or name, or the resource group, by id or name.
        scope: String,
        /// `CanNotDelete` or `ReadOnly`.
        level: String,
    }
    /// See [`super::Command::RemoveLock`].
    RemoveLock {
        /// The lock's name, or what it is on.
        #[serde(alias = "scope", alias = "id")]
        name: String,
    }
}
