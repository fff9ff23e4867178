//! The state of a lab, made from the cloud.

use super::{
    AccessState, AttachedDiskState, CollectionState, DiskReplicationView, DiskRestorePointState,
    DiskState, EncryptionSetState, FailureState, FaultState, Lab, LabState, LockState,
    ReplicationView, ResourceGroupState, RestorePointState, SnapshotState, VirtualMachineState,
};
use crate::cloud::{
    AttachedDisk, Cloud, DiskReplication, DiskRestorePoint, ManagedDisk, Replication,
    ReplicationState, RestorePoint, VirtualMachine,
};
use crate::ids::ResourceId;
use crate::model::{FactValue, ProvisioningState};
use crate::order;
use crate::store::{SnapshotId, Source};
use crate::units::ByteCount;

impl Lab {
    /// Everything there is now.
    #[must_use]
    pub fn state(&self) -> LabState {
        let cloud = self.timeline.cloud();
        LabState {
            time: cloud.now(),
            next_event: self.next_event(),
            virtual_machines: cloud
                .virtual_machines()
                .iter()
                .map(|(id, vm)| machine(cloud, id, vm))
                .collect(),
            disks: cloud
                .disks()
                .iter()
                .map(|(id, found)| disk(cloud, id, found))
                .collect(),
            restore_point_collections: collections(cloud),
            restore_points: ordered(cloud)
                .into_iter()
                .map(|(id, found)| point(cloud, id, found))
                .collect(),
            resource_groups: cloud
                .resource_groups()
                .iter()
                .map(|group| ResourceGroupState {
                    id: group.id(),
                    name: group.name.clone(),
                    location: group.location.clone(),
                })
                .collect(),
            disk_encryption_sets: cloud
                .encryption_sets()
                .iter()
                .map(|set| EncryptionSetState {
                    id: set.id.clone(),
                    name: set.id.name().to_owned(),
                    location: set.location.clone(),
                    key: set.key.clone(),
                    encryption_type: set.encryption_type.clone(),
                    key_state: set.key_state.clone(),
                })
                .collect(),
            locks: cloud
                .locks()
                .iter()
                .map(|lock| LockState {
                    name: lock.name.clone(),
                    scope: lock.scope.clone(),
                    level: if lock.read_only {
                        "ReadOnly"
                    } else {
                        "CanNotDelete"
                    }
                    .to_owned(),
                })
                .collect(),
            faults: cloud
                .faults()
                .iter()
                .map(|fault| FaultState {
                    name: fault.id.name().to_owned(),
                    fault: fault.kind,
                    target: fault.target.clone(),
                    active: fault.active,
                })
                .collect(),
            snapshots: snapshots(cloud),
            protected_items: if cloud.protected().is_empty() {
                Vec::new()
            } else {
                super::parts::protected_items(cloud)
            },
            stored_bytes: cloud.stored_bytes(),
            held_bytes: cloud.held_bytes(),
            can_undo: self.timeline.can_undo(),
            can_redo: self.timeline.can_redo(),
        }
    }
}

/// Restore points by collection and then by when they were captured.
pub(super) fn ordered(cloud: &Cloud) -> Vec<(&ResourceId, &RestorePoint)> {
    // Ids of one collection stand together already, for they begin alike.
    let mut collections = 0;
    let mut last = None;
    let mut ranked = Vec::new();
    for (id, point) in cloud.restore_points().iter() {
        if last != Some(&point.collection) {
            collections += 1;
            last = Some(&point.collection);
        }
        ranked.push((collections << 32 | point.sequence, (id, point)));
    }
    let ranked = order::by(ranked, |(rank, _)| *rank);
    ranked.into_iter().map(|(_, point)| point).collect()
}

fn machine(cloud: &Cloud, id: &ResourceId, vm: &VirtualMachine) -> VirtualMachineState {
    let word = |fact: &str| match vm.facts.get(fact) {
        Some(FactValue::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let disks = vm.attachments.iter().map(|attachment| AttachedDiskState {
        name: match &attachment.disk {
            AttachedDisk::Managed(id) => cloud
                .disks()
                .get(id)
                .map_or_else(|| id.name().to_owned(), |disk| disk.name.clone()),
            AttachedDisk::Unmanaged(disk) => disk.name.clone(),
        },
        id: attachment.managed().cloned(),
        role: attachment.role,
        lun: attachment.lun,
    });
    VirtualMachineState {
        id: id.clone(),
        name: vm.name.clone(),
        location: vm.location.clone(),
        zones: vm.zones.clone(),
        power_state: word("powerState").unwrap_or_else(|| "running".to_owned()),
        os_type: word("osType"),
        facts: vm.facts.clone(),
        disks: disks.collect(),
        restore_point_count: cloud.retained_points(id),
        restored_from: vm.restored_from.clone(),
        ready_at: vm.ready_at,
    }
}

fn disk(cloud: &Cloud, id: &ResourceId, disk: &ManagedDisk) -> DiskState {
    let blocks = disk.block_size.blocks_in(disk.size);
    let written = cloud
        .store()
        .written(Source::Head(disk.volume))
        .unwrap_or_default();
    DiskState {
        id: id.clone(),
        name: disk.name.clone(),
        location: disk.location.clone(),
        size_bytes: disk.size,
        blocks,
        block_size_bytes: disk.block_size.bytes(),
        written_bytes: written,
        attached_to: cloud.attached_to(id).cloned(),
        unique_id: disk.unique_id.clone(),
        restored_from: disk.restored_from.clone(),
        stored_bytes: cloud.store().stored(disk.volume).unwrap_or_default(),
        facts: disk.facts.clone(),
        ready_at: disk.ready_at,
        damage: disk.damage.clone(),
        workload: disk
            .workload
            .as_ref()
            .map(|activity| activity.workload.clone()),
        time_created: disk.time_created,
    }
}

fn collections(cloud: &Cloud) -> Vec<CollectionState> {
    let points = ordered(cloud);
    let together = points.chunk_by(|(_, one), (_, next)| one.collection == next.collection);
    let of = |collection: &ResourceId| {
        let mut together = together.clone();
        let own = together.find(|own| {
            own.first()
                .is_some_and(|(_, point)| point.collection == *collection)
        });
        let own = own.unwrap_or_default().iter();
        own.map(|(id, _)| (*id).clone()).collect()
    };
    let state =
        |(id, collection): (&ResourceId, &crate::cloud::RestorePointCollection)| CollectionState {
            id: id.clone(),
            name: collection.name.clone(),
            location: collection.location.clone(),
            source: collection.source.clone(),
            source_collection: collection.source_collection.clone(),
            tags: collection.tags.clone(),
            provisioning_state: collection.state,
            restore_points: of(id),
        };
    cloud.collections().iter().map(state).collect()
}

fn point(cloud: &Cloud, id: &ResourceId, point: &RestorePoint) -> RestorePointState {
    let snapshots: Vec<SnapshotId> = point.disks.iter().map(|disk| disk.snapshot).collect();
    RestorePointState {
        id: id.clone(),
        name: point.name.clone(),
        collection: point.collection.clone(),
        virtual_machine: point.virtual_machine.clone(),
        location: point.location.clone(),
        provisioning_state: point.state,
        // A point that failed shows nothing.
        consistency_mode: Some(point.consistency_mode)
            .filter(|_| point.state != ProvisioningState::Creating && point.is_retained()),
        time_created: point.time_created,
        busy_until: point.busy_until,
        exclude_disks: point.exclude_disks.clone(),
        disks: point
            .disks
            .iter()
            .map(|disk| captured(cloud, disk))
            .collect(),
        replication: point
            .replication
            .as_ref()
            .map(|copy| replication(cloud, point, copy)),
        vault: point.vault.clone(),
        failure: point
            .failure
            .clone()
            .filter(|_| point.state == ProvisioningState::Failed)
            .map(|(code, message)| FailureState {
                code: code.as_str().to_owned(),
                message,
            }),
        freed_bytes: cloud.store().freed_by(&snapshots).unwrap_or_default(),
    }
}

fn snapshots(cloud: &Cloud) -> Vec<SnapshotState> {
    let mut shown = Vec::new();
    for (id, snapshot) in cloud.snapshots().iter() {
        let Some(disk) = snapshot.disks.first() else {
            continue;
        };
        let incremental = snapshot.configuration.facts.get("incremental");
        shown.push(SnapshotState {
            id: id.clone(),
            name: snapshot.name.clone(),
            location: snapshot.location.clone(),
            source: snapshot.collection.clone(),
            incremental: incremental == Some(&FactValue::Bool(true)),
            time_created: snapshot.time_created,
            captured: captured(cloud, disk),
        });
    }
    shown
}

fn captured(cloud: &Cloud, disk: &DiskRestorePoint) -> DiskRestorePointState {
    let usage = cloud.store().usage(disk.snapshot).unwrap_or_default();
    DiskRestorePointState {
        id: disk.id.clone(),
        name: disk.name.clone(),
        disk: disk.disk.clone(),
        role: disk.role,
        full: disk.full,
        family_id: disk.family_id.clone(),
        size_bytes: disk.size,
        added_bytes: usage.added,
        referenced_bytes: usage.referenced,
        unique_bytes: usage.unique,
        shared_bytes: usage.shared,
        pays_bytes: usage.pays,
        access: disk.access.as_ref().map(|grant| AccessState {
            address: cloud.address(&disk.id, &grant.id),
            until: grant.until,
        }),
        damage: disk.damage.clone(),
    }
}

fn replication(cloud: &Cloud, point: &RestorePoint, copy: &Replication) -> ReplicationView {
    let bytes = |of: fn(&DiskReplication) -> u64| copy.disks.iter().map(of).sum::<u64>();
    let whole = DiskReplication {
        disk_restore_point: point.collection.clone(),
        name: String::new(),
        total: ByteCount(bytes(|disk| disk.total.0)),
        copied: ByteCount(bytes(|disk| disk.copied.0)),
        state: match (point.state, copy.completed) {
            (ProvisioningState::Failed, _) => ReplicationState::Failed,
            (_, None) => ReplicationState::Replicating,
            (_, Some(_)) => ReplicationState::Succeeded,
        },
        waits_for: None,
    };
    let disk = |disk: &DiskReplication| DiskReplicationView {
        id: disk.disk_restore_point.clone(),
        name: disk.name.clone(),
        status: disk.state,
        completion_percent: Replication::percent(disk),
        total_bytes: disk.total,
        copied_bytes: disk.copied,
        waits_for: disk.waits_for.clone().filter(|_| cloud.waits(disk)),
    };
    ReplicationView {
        source_restore_point: copy.source.clone(),
        source_region: copy.from_region.clone(),
        status: whole.state,
        completion_percent: Replication::percent(&whole),
        completed: copy.completed,
        recovery_point_age_seconds: cloud.now().since(point.time_created).seconds(),
        disks: copy.disks.iter().map(disk).collect(),
    }
}
