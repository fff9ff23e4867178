//! Commands about collections and restore points.

use crate::json::{Read, Write};
use crate::model::ConsistencyMode;
use crate::order::SmallMap;

command_fields! {
    /// See [`super::Command::CreateRestorePointCollection`].
    CreateRestorePointCollection {
        /// The name, or the ARM id, of the new collection. A bare name lands in the VM's resource group.
        #[serde(alias = "id")]
        name: String,
        /// The VM whose points it will hold, or, for copies in another region, the source collection.
        #[serde(alias = "virtualMachine")]
        source: String,
        /// Its region; the VM's where left out. A collection with a source collection needs it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
        /// Its tags.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>", optional))]
        tags: SmallMap<String, String>,
    }
    /// See [`super::Command::UpdateRestorePointCollection`].
    UpdateRestorePointCollection {
        /// The collection.
        collection: String,
        /// All its tags from now on.
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>"))]
        tags: SmallMap<String, String>,
    }
    /// See [`super::Command::DeleteRestorePointCollection`].
    DeleteRestorePointCollection {
        /// The collection.
        #[serde(alias = "id")]
        collection: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::CreateRestorePoint`].
    CreateRestorePoint {
        /// The collection.
        collection: String,
        /// The new point's name.
        name: String,
        /// `CrashConsistent`, or what the guest gives where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consistency_mode: Option<ConsistencyMode>,
        /// Disks to leave out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude_disks: Vec<DiskReference>,
        /// Disks whose snapshots go under another key, and the disk encryption set of each.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>", optional))]
        disk_encryption_sets: SmallMap<String, String>,
        /// The API version of the request; the newest known where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api_version: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::DeleteRestorePoint`].
    DeleteRestorePoint {
        /// The restore point.
        #[serde(alias = "id")]
        restore_point: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::CopyRestorePoint`].
    CopyRestorePoint {
        /// The restore point to copy.
        #[serde(alias = "sourceRestorePoint", alias = "source")]
        restore_point: String,
        /// The collection in the other region.
        #[serde(alias = "targetCollection")]
        collection: String,
        /// The copy's name; the source point's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Disks whose copies go under a key there, by the disk or its disk restore point, and the disk
        /// encryption set of each; the others go under the platform's.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>", optional))]
        disk_encryption_sets: SmallMap<String, String>,
        /// The API version of the request; the newest known where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api_version: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`super::Command::CreateSnapshot`].
    CreateSnapshot {
        /// The name, or the ARM id, of the new snapshot. A bare name lands in its source's resource group.
        #[serde(alias = "id")]
        name: String,
        /// The disk or snapshot that it is taken of; one of nothing where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// The size of one of nothing.
        #[serde(default, rename = "sizeGiB", skip_serializing_if = "Option::is_none")]
        size_gib: Option<u64>,
        /// Its region; its source's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
        /// Whether it holds only what changed since the last one of the family.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incremental: Option<bool>,
    }
    /// See [`super::Command::DeleteSnapshot`].
    DeleteSnapshot {
        /// The snapshot.
        #[serde(alias = "id")]
        snapshot: String,
    }
    /// A disk named in `excludeDisks`.
    DiskReference {
        /// The disk's ARM id or name.
        id: String,
    }
}
