//! What the lab looks like at one moment.

use crate::cloud::{Damage, FaultKind, ReplicationState, Workload};
use crate::ids::ResourceId;
use crate::json::answers;
use crate::model::{ConsistencyMode, DiskRole, FactSet, ProvisioningState};
use crate::order::SmallMap;
use crate::restore::DiskProof;
use crate::units::{ByteCount, SimInstant};

answers! {
    /// Everything there is, at one moment.
    LabState {
        /// The virtual clock.
        time: SimInstant,
        /// What happens next by itself, if anything will.
        next_event: Option<NextEvent>,
        /// Virtual machines by id.
        virtual_machines: Vec<VirtualMachineState>,
        /// Managed disks by id.
        disks: Vec<DiskState>,
        /// Collections by id.
        restore_point_collections: Vec<CollectionState>,
        /// Restore points: by collection, then by when they were captured.
        restore_points: Vec<RestorePointState>,
        /// Resource groups, in the order made or first used.
        resource_groups: Vec<ResourceGroupState>,
        /// Disk encryption sets.
        disk_encryption_sets: Vec<EncryptionSetState>,
        /// Locks, in the order placed.
        locks: Vec<LockState>,
        /// Faults that are at work or will be.
        faults: Vec<FaultState>,
        /// Snapshots by id.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        snapshots: Vec<SnapshotState>,
        /// What services back up by a policy, in the order protected.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        protected_items: Vec<super::ProtectedItemState>,
        /// Distinct block versions over all retained points, in bytes.
        stored_bytes: ByteCount,
        /// Bytes that restored disks read of points that are deleted: kept for the disks, counted to no
        /// point and in none of the other sums.
        held_bytes: ByteCount,
        /// Whether there is something to undo.
        can_undo: bool,
        /// Whether there is something to redo.
        can_redo: bool,
    }
    /// A resource group.
    ResourceGroupState {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
    }
    /// A disk encryption set.
    EncryptionSetState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// The address of its key.
        key: String,
        /// What it encrypts with.
        encryption_type: String,
        /// `enabled`, `disabled` or `deleted`.
        key_state: String,
    }
    /// A lock.
    LockState {
        /// Its name.
        name: String,
        /// The resource or group that it is on.
        scope: String,
        /// `CanNotDelete` or `ReadOnly`.
        level: String,
    }
    /// A fault.
    FaultState {
        /// Its name.
        name: String,
        /// What goes wrong.
        fault: FaultKind,
        /// Whom it befalls.
        target: String,
        /// Whether it is at work.
        active: bool,
    }
    /// How the disks of a point come to another region.
    ReplicationView {
        /// The point that it is a copy of; none where it was created straight in that region.
        source_restore_point: Option<ResourceId>,
        /// Where the disks come from.
        source_region: String,
        /// The stage of the whole: `replicating`, `succeeded` or `failed`.
        status: ReplicationState,
        /// What has arrived of the whole, in percent, rounded down.
        completion_percent: u64,
        /// When the last disk arrived.
        completed: Option<SimInstant>,
        /// How old what the copy shows is now: the recovery point that the other region has.
        recovery_point_age_seconds: u64,
        /// One for each disk.
        disks: Vec<DiskReplicationView>,
    }
    /// How one disk comes to another region.
    DiskReplicationView {
        /// The disk restore point there.
        id: ResourceId,
        /// The disk's name.
        name: String,
        /// Its stage.
        status: ReplicationState,
        /// What has arrived, in percent, rounded down.
        completion_percent: u64,
        /// What has to travel.
        total_bytes: ByteCount,
        /// What has travelled.
        copied_bytes: ByteCount,
        /// The disk restore point before it of its family there, while this one waits for that to arrive.
        waits_for: Option<ResourceId>,
    }
    /// Why something failed.
    FailureState {
        /// The code that Azure gives.
        code: String,
        /// One sentence.
        message: String,
    }
    /// An address that reads a disk restore point.
    AccessState {
        /// The address.
        address: String,
        /// The first instant at which it reads nothing any more.
        until: SimInstant,
    }
    /// What an address reads.
    OpenedAccess {
        /// The disk restore point.
        disk_restore_point: ResourceId,
        /// Its size.
        size_bytes: ByteCount,
        /// The first instant at which the address reads nothing any more.
        until: SimInstant,
    }
    /// Something planned.
    NextEvent {
        /// When.
        at: SimInstant,
        /// What, in words.
        what: String,
        /// The resource that it happens to.
        subject: String,
    }
    /// A virtual machine.
    VirtualMachineState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// Its zones.
        zones: Vec<String>,
        /// `running` or `deallocated`.
        power_state: String,
        /// `Windows` or `Linux`.
        os_type: Option<String>,
        /// Its facts.
        facts: FactSet,
        /// Its disks.
        disks: Vec<AttachedDiskState>,
        /// Points retained for it, over all collections.
        restore_point_count: u64,
        /// The restore point that it was made from.
        restored_from: Option<ResourceId>,
        /// When its restore ends, while it runs.
        ready_at: Option<SimInstant>,
    }
    /// A disk in its machine.
    AttachedDiskState {
        /// Its name.
        name: String,
        /// Its id, if it is a managed disk.
        id: Option<ResourceId>,
        /// OS or data.
        role: DiskRole,
        /// Its logical unit number.
        lun: Option<u32>,
    }
    /// A managed disk.
    DiskState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// Its provisioned size.
        size_bytes: ByteCount,
        /// How many blocks it has.
        blocks: u64,
        /// The size of a block.
        block_size_bytes: u64,
        /// Blocks written and not trimmed.
        written_bytes: ByteCount,
        /// The VM that holds it.
        attached_to: Option<ResourceId>,
        /// Identifies this disk over its lifetime; a disk made anew under the same name has another.
        unique_id: String,
        /// The disk restore point that it was made from.
        restored_from: Option<ResourceId>,
        /// What its restore points take, together.
        stored_bytes: ByteCount,
        /// Its facts.
        facts: FactSet,
        /// When its restore ends, while it runs.
        ready_at: Option<SimInstant>,
        /// What harms its content, and since when.
        damage: Option<Damage>,
        /// What writes to it.
        workload: Option<Workload>,
        /// When it was made.
        time_created: SimInstant,
    }
    /// A restore point collection.
    CollectionState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// The VM it belongs to.
        source: ResourceId,
        /// The collection whose points it holds copies of, in another region.
        source_collection: Option<ResourceId>,
        /// Its tags.
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>"))]
        tags: SmallMap<String, String>,
        /// Creating, Succeeded, Failed or Deleting.
        provisioning_state: ProvisioningState,
        /// Ids of its points in the order they were captured.
        restore_points: Vec<ResourceId>,
    }
    /// A restore point.
    RestorePointState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its collection.
        collection: ResourceId,
        /// The VM it captured.
        virtual_machine: ResourceId,
        /// Its region.
        location: String,
        /// Creating, Succeeded, Failed or Deleting.
        provisioning_state: ProvisioningState,
        /// What the guest gave; known once the point has succeeded.
        consistency_mode: Option<ConsistencyMode>,
        /// The instant that it captured.
        time_created: SimInstant,
        /// When its running operation will end.
        busy_until: Option<SimInstant>,
        /// Disks that were left out.
        exclude_disks: Vec<ResourceId>,
        /// One for each captured disk.
        disks: Vec<DiskRestorePointState>,
        /// How its disks come to its region, where that is not the VM's.
        replication: Option<ReplicationView>,
        /// Why it failed.
        failure: Option<FailureState>,
        /// The vault that holds it, where it is the vault tier of a backup.
        #[serde(skip_serializing_if = "Option::is_none")]
        vault: Option<String>,
        /// What deleting this point alone frees, over its disks.
        freed_bytes: ByteCount,
    }
    /// A snapshot: one disk at one instant, as a resource of its own.
    SnapshotState {
        /// Its id.
        id: ResourceId,
        /// Its name.
        name: String,
        /// Its region.
        location: String,
        /// The disk or snapshot that it was taken of.
        source: ResourceId,
        /// Whether it holds what changed since the one before it.
        incremental: bool,
        /// When it was taken.
        time_created: SimInstant,
        /// What it captured, with its accounting over the snapshots of its family.
        captured: DiskRestorePointState,
    }
    /// A disk restore point with its accounting: over retained points of the family.
    DiskRestorePointState {
        /// Its id.
        id: ResourceId,
        /// The name of the disk that it captured.
        name: String,
        /// The disk that it captured.
        disk: ResourceId,
        /// OS or data.
        role: DiskRole,
        /// Whether it was the first of its family.
        full: bool,
        /// Its snapshot family: one for each disk and region.
        family_id: String,
        /// The captured disk's size at that instant.
        size_bytes: ByteCount,
        /// What its creation stored.
        added_bytes: ByteCount,
        /// Blocks that it holds.
        referenced_bytes: ByteCount,
        /// Block versions that no other retained point holds: what deleting it alone frees.
        unique_bytes: ByteCount,
        /// Block versions that other retained points hold too.
        shared_bytes: ByteCount,
        /// Block versions that no older retained point holds: summed over a family, what is stored.
        pays_bytes: ByteCount,
        /// The address that reads it, while there is one.
        access: Option<AccessState>,
        /// What had harmed the disk's content by then.
        damage: Option<Damage>,
    }
    /// One block: who wrote it, who refers to it, what must go for it to be freed.
    BlockState {
        /// The block.
        index: u64,
        /// Its versions, oldest first.
        versions: Vec<BlockVersionState>,
    }
    /// One version of a block.
    BlockVersionState {
        /// `written` or `cleared`.
        kind: String,
        /// The newest retained point before it was written; `None` where there is none.
        written_after: Option<ResourceId>,
        /// When that point was taken.
        after: Option<SimInstant>,
        /// The first point that captured it; `None` where only the live disk has it.
        captured_by: Option<ResourceId>,
        /// When that point was taken: the write came before, or at that instant.
        before: Option<SimInstant>,
        /// Which of the writes to the disk it was, counted from 1; `None` where it came with what the disk
        /// was restored from.
        write: Option<u64>,
        /// What that write was: `write`, `bytes` or `trim`.
        write_kind: Option<String>,
        /// Every retained point that refers to it: all must go for it to be freed.
        referenced_by: Vec<ResourceId>,
        /// The retained point that pays for it: the oldest one.
        paid_by: Option<ResourceId>,
        /// Whether the live disk still reads it.
        live: bool,
    }
    /// The blocks of one disk in every retained point, in columns of equal width.
    BlockMap {
        /// The disk.
        disk: ResourceId,
        /// How many blocks it has.
        blocks: u64,
        /// The block that the first column begins with.
        first_block: u64,
        /// The size of a block.
        block_size_bytes: u64,
        /// How many blocks a column covers; the last one may cover fewer.
        blocks_per_column: u64,
        /// One lane for each retained point, oldest first.
        lanes: Vec<BlockLane>,
    }
    /// One point's lane in a block map.
    BlockLane {
        /// The restore point.
        restore_point: ResourceId,
        /// Its name.
        name: String,
        /// Its disk restore point.
        disk_restore_point: ResourceId,
        /// One entry for each column; `None` where no block was ever written.
        columns: Vec<Option<BlockColumn>>,
    }
    /// What a lane shows in one column.
    BlockColumn {
        /// Index of the lane whose point wrote the newest block of the column.
        writer: u32,
        /// Whether this lane's point pays for any block of the column.
        pays: bool,
    }
    /// Why something is as it is.
    Explanation {
        /// What was asked about.
        subject: String,
        /// One sentence each: the state, the numbers, what led to them in order, the rules.
        lines: Vec<String>,
        /// Rows of the support matrix that had a part in it.
        row_ids: Vec<String>,
    }
    /// What differs between two labs.
    Difference {
        /// The path in the state.
        path: String,
        /// Here; `null` where it is not there.
        here: String,
        /// There.
        there: String,
    }
    /// Changed blocks.
    ChangedRangeState {
        /// First block.
        first: u64,
        /// Last block, included.
        last: u64,
        /// `written` or `cleared`.
        kind: String,
    }
    /// A restored disk held against what the source was at that moment.
    Proof {
        /// The restored disk, or VM.
        subject: ResourceId,
        /// The point that it came from.
        restore_point: ResourceId,
        /// Whether every disk is equal.
        equal: bool,
        /// One for each disk.
        disks: Vec<DiskProof>,
    }
}
