//! The resources of the simulated service.

use super::{FaultKind, RefusalCode, Workload};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::{ConsistencyMode, Disk, DiskRole, FactSet, ProvisioningState};
use crate::order::SmallMap;
use crate::prng::Stream;
use crate::store::{SnapshotId, VolumeId};
use crate::units::{BlockSize, ByteCount, SimDuration, SimInstant};

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
    /// The creations of the last hour: when, and whether crash consistency was asked for.
    pub lately: Vec<(SimInstant, bool)>,
    /// The point that is being created of it.
    pub creating: Option<ResourceId>,
    /// When its restore ends, if it was restored.
    pub ready_at: Option<SimInstant>,
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
    /// When its restore ends, if it was restored.
    pub ready_at: Option<SimInstant>,
    /// What harms its content, and since when.
    pub damage: Option<Damage>,
}

/// Harm to a disk's content, done by a fault.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Damage {
    /// Which fault.
    pub fault: FaultKind,
    /// Since when.
    pub since: SimInstant,
}

/// A workload at work: what it does and where its chance stands.
#[derive(Clone, Debug, Write)]
pub struct Activity {
    /// What it does.
    pub workload: Workload,
    /// Which of the disk's workloads this is, so that the steps of an ended one are told apart.
    pub generation: u64,
    /// Where it writes next by chance.
    pub places: Stream,
    /// Where it writes next in order.
    pub cursor: u64,
    /// What a rate left over of the last step: a part of a block, in thousandths of a byte second.
    pub rest: u64,
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
    /// That VM's `vmId`: one made anew under its name is another.
    pub source_unique_id: String,
    /// The collection whose points it holds copies of, where it lies in another region.
    pub source_collection: Option<ResourceId>,
    /// The copies of the last hour.
    pub lately: Vec<(SimInstant, bool)>,
    /// The protected item whose service fills and empties it; a user's own where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<ResourceId>,
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
    /// The vault that holds it, where it is the vault tier of a backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
    /// The disks left out, as given.
    pub exclude_disks: Vec<ResourceId>,
    /// The VM's configuration at that instant.
    pub configuration: CapturedConfiguration,
    /// One for each captured disk.
    pub disks: Vec<DiskRestorePoint>,
    /// How its disks come to its region, where that is not the VM's.
    pub replication: Option<Replication>,
    /// Why its creation failed, or will fail when it ends: code and message.
    pub failure: Option<(RefusalCode, String)>,
}

/// How the disks of a point come to another region.
#[derive(Clone, Debug, Write)]
pub struct Replication {
    /// The point that it is a copy of; none where it was created straight in that region.
    pub source: Option<ResourceId>,
    /// The source point's place in the order of captures.
    pub source_sequence: u64,
    /// The region it comes from.
    pub from_region: String,
    /// One for each disk.
    pub disks: Vec<DiskReplication>,
    /// When its disks set out.
    pub started: Option<SimInstant>,
    /// When the last disk arrived.
    pub completed: Option<SimInstant>,
}

/// How one disk comes to another region.
#[derive(Clone, Debug, Write)]
pub struct DiskReplication {
    /// The disk restore point in the other region.
    pub disk_restore_point: ResourceId,
    /// The disk's name.
    pub name: String,
    /// What has to travel: what changed since the last point of the family there.
    pub total: ByteCount,
    /// What has travelled.
    pub copied: ByteCount,
    /// Its stage.
    pub state: ReplicationState,
    /// The disk restore point before it of its family there, which had not arrived when this one was made:
    /// this one sets out when that has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<ResourceId>,
}

/// The stage of a disk on its way to another region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ReplicationState {
    /// On its way.
    Replicating,
    /// All there.
    Succeeded,
    /// It will not arrive.
    Failed,
}

/// What the snapshots of one disk are based on in another region.
#[derive(Clone, Debug, Write)]
pub struct Replica {
    /// The disk's content in its own region.
    pub volume: VolumeId,
    /// The other region.
    pub region: String,
    /// Its content there.
    pub copy: VolumeId,
    /// The snapshot family there.
    pub family_id: String,
    /// How many of the disk's writes have gone there.
    pub writes: u64,
    /// The place of the newest point there in the order of captures.
    pub sequence: u64,
    /// The newest disk restore point there that arrived or still may.
    pub newest: Option<ResourceId>,
}

/// A disk encryption set with its key.
#[derive(Clone, Debug, Write)]
pub struct DiskEncryptionSet {
    /// Its id.
    pub id: ResourceId,
    /// Its region.
    pub location: String,
    /// The address of its key.
    pub key: String,
    /// What it encrypts with.
    pub encryption_type: String,
    /// `enabled`, `disabled` or `deleted`.
    pub key_state: String,
}

/// A resource group.
#[derive(Clone, Debug, Write)]
pub struct ResourceGroup {
    /// Its subscription.
    pub subscription: String,
    /// Its name, as first written.
    pub name: String,
    /// Its region: of the first resource in it, where it was not said.
    pub location: String,
}

impl ResourceGroup {
    /// Its ARM id.
    #[must_use]
    pub fn id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}",
            self.subscription, self.name
        )
    }
}

/// A lock.
#[derive(Clone, Debug, Write)]
pub struct Lock {
    /// Its name.
    pub name: String,
    /// The id of the resource or group; everything below it is locked.
    pub scope: String,
    /// Whether it forbids every change, not only deletion.
    pub read_only: bool,
}

impl Lock {
    /// Its id: a name is a lock's own in its scope only.
    #[must_use]
    pub fn id(&self) -> String {
        Self::id_on(&self.scope, &self.name)
    }

    /// The id of the lock of this name on a resource or group.
    #[must_use]
    pub fn id_on(scope: &str, name: &str) -> String {
        format!("{scope}/providers/Microsoft.Authorization/locks/{name}")
    }
}

/// Something that goes wrong, or will.
#[derive(Clone, Debug, Write)]
pub struct Fault {
    /// Its name.
    pub id: ResourceId,
    /// What goes wrong.
    pub kind: FaultKind,
    /// Whom it befalls, as given.
    pub target: String,
    /// How long it lasts.
    pub lasts: Option<SimDuration>,
    /// The chance in thousandths, and how often it is asked.
    pub chance: Option<(u32, SimDuration)>,
    /// Where its chance stands.
    pub draws: Stream,
    /// Whether it is at work.
    pub active: bool,
}

/// Access to a disk restore point through an address.
#[derive(Clone, Debug, Write)]
pub struct AccessGrant {
    /// Identifies the grant.
    pub id: String,
    /// The first instant at which the address reads nothing any more.
    pub until: SimInstant,
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
    /// The address that reads it, while there is one.
    pub access: Option<AccessGrant>,
    /// What had harmed the disk's content by then.
    pub damage: Option<Damage>,
}

impl RestorePoint {
    /// Whether the point counts as retained: while it is made, when it is there, until it is gone.
    #[must_use]
    pub fn is_retained(&self) -> bool {
        match self.state {
            ProvisioningState::Failed => false,
            ProvisioningState::Deleting => self.failure.is_none(),
            ProvisioningState::Creating | ProvisioningState::Succeeded => true,
        }
    }

    /// Whether its disks are still on their way to its region.
    #[must_use]
    pub fn is_replicating(&self) -> bool {
        let copy = self.replication.as_ref();
        copy.is_some_and(|copy| copy.completed.is_none()) && self.is_retained()
    }
}
