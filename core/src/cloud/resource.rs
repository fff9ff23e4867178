//! The resources of the simulated service.

use super::Workload;
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::{ConsistencyMode, Disk, DiskRole, FactSet, ProvisioningState};
use crate::order::SmallMap;
use crate::prng::Stream;
use crate::store::{SnapshotId, VolumeId};
use crate::units::{BlockSize, ByteCount, SimInstant};

/// A virtual machine.
#[derive(Clone, Debug, Write)]
pub struct VirtualMachine {
    /// Identifies this machine over its lifetime (`vmId`); one made anew under the same name has another.
    pub unique_id: String,
    /// Its name, as written at creation.
    pub name: String,
    /// Its region as written; empty where the fleet did not say.
    pub location: String,
    /// Its zones.
    pub zones: Vec<String>,
    /// Its tags.
    pub tags: SmallMap<String, String>,
    /// Facts about it.
    pub facts: FactSet,
    /// Its disks, the OS disk first.
    pub attachments: Vec<Attachment>,
    /// The restore point that it was made from.
    pub restored_from: Option<ResourceId>,
    /// Restore points that were ever created of it.
    pub points_created: u64,
}

/// A disk in its machine.
#[derive(Clone, Debug, Write)]
pub struct Attachment {
    /// OS or data.
    pub role: DiskRole,
    /// The logical unit number of a data disk.
    pub lun: Option<u32>,
    /// What is attached.
    pub disk: AttachedDisk,
}

/// A managed disk, or one that is no resource of its own.
#[derive(Clone, Debug, Write)]
pub enum AttachedDisk {
    /// A managed disk, by id.
    Managed(ResourceId),
    /// An unmanaged or ephemeral disk: only its facts are known.
    Unmanaged(Disk),
}

impl Attachment {
    /// The id of the managed disk, if it is one.
    #[must_use]
    pub fn managed(&self) -> Option<&ResourceId> {
        match &self.disk {
            AttachedDisk::Managed(id) => Some(id),
            AttachedDisk::Unmanaged(_) => None,
        }
    }
}

/// A managed disk.
#[derive(Clone, Debug, Write)]
pub struct ManagedDisk {
    /// Identifies this disk over its lifetime (`uniqueId`).
    pub unique_id: String,
    /// The snapshot family of its disk restore points: one for each disk and region.
    pub family_id: String,
    /// Its name, as written at creation.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its zones.
    pub zones: Vec<String>,
    /// Its provisioned size; zero where the fleet did not say.
    pub size: ByteCount,
    /// The size of its blocks.
    pub block_size: BlockSize,
    /// Facts about it.
    pub facts: FactSet,
    /// Its content.
    pub volume: VolumeId,
    /// What writes to it by itself.
    pub workload: Option<Activity>,
    /// The disk restore point that it was made from.
    pub restored_from: Option<ResourceId>,
    /// When it was made.
    pub time_created: SimInstant,
}

/// A workload at work: what it does and where its chance stands.
#[derive(Clone, Debug, Write)]
pub struct Activity {
    /// What it does.
    pub workload: Workload,
    /// Which of the disk's workloads this is, so that the steps of an ended one are told apart.
    pub generation: u64,
    /// Where it writes next.
    pub places: Stream,
}

/// A restore point collection.
#[derive(Clone, Debug, Write)]
pub struct RestorePointCollection {
    /// Its name, as written at creation.
    pub name: String,
    /// Its region.
    pub location: String,
    /// The VM that it belongs to.
    pub source: ResourceId,
    /// Its tags.
    pub tags: SmallMap<String, String>,
    /// Its life stage.
    pub state: ProvisioningState,
}

/// A restore point.
#[derive(Clone, Debug, Write)]
pub struct RestorePoint {
    /// Its name, as written at creation.
    pub name: String,
    /// Its place in the order of captures, over the whole lab.
    pub sequence: u64,
    /// Its collection.
    pub collection: ResourceId,
    /// The VM's id at that instant.
    pub virtual_machine: ResourceId,
    /// The VM's `vmId`.
    pub virtual_machine_unique_id: String,
    /// Its region.
    pub location: String,
    /// Its life stage.
    pub state: ProvisioningState,
    /// What the guest gives.
    pub consistency_mode: ConsistencyMode,
    /// The instant captured.
    pub time_created: SimInstant,
    /// When what runs on it ends.
    pub busy_until: Option<SimInstant>,
    /// The disks left out, as given.
    pub exclude_disks: Vec<ResourceId>,
    /// The VM's configuration at that instant.
    pub configuration: CapturedConfiguration,
    /// One for each captured disk.
    pub disks: Vec<DiskRestorePoint>,
}

/// A VM's configuration as a restore point holds it.
#[derive(Clone, Debug, Write)]
pub struct CapturedConfiguration {
    /// Its name.
    pub name: String,
    /// Its region.
    pub location: String,
    /// Its zones.
    pub zones: Vec<String>,
    /// Its tags.
    pub tags: SmallMap<String, String>,
    /// Its facts.
    pub facts: FactSet,
}

/// A disk restore point.
#[derive(Clone, Debug, Write)]
pub struct DiskRestorePoint {
    /// Its id.
    pub id: ResourceId,
    /// The captured disk's id.
    pub disk: ResourceId,
    /// The captured disk's name.
    pub name: String,
    /// OS or data.
    pub role: DiskRole,
    /// The logical unit number of a data disk.
    pub lun: Option<u32>,
    /// The captured disk's `uniqueId`.
    pub disk_unique_id: String,
    /// The snapshot family.
    pub family_id: String,
    /// Whether it was the first of its family.
    pub full: bool,
    /// The captured disk's size at that instant.
    pub size: ByteCount,
    /// The size of its blocks.
    pub block_size: BlockSize,
    /// The captured disk's facts at that instant.
    pub facts: FactSet,
    /// The captured disk's content.
    pub volume: VolumeId,
    /// The content at that instant.
    pub snapshot: SnapshotId,
    /// How many writes the source's record had at that instant.
    pub writes: u64,
}

impl RestorePoint {
    /// Whether the point counts as retained: while it is made, when it is there, until it is gone.
    #[must_use]
    pub fn is_retained(&self) -> bool {
        self.state != ProvisioningState::Failed
    }
}
