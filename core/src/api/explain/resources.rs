//! What is said of each kind of resource.

use super::Told;
use crate::api::{
    CollectionState, DiskState, FailureState, FaultState, Lab, ProtectedItemState,
    RestorePointState, SnapshotState, VirtualMachineState,
};
use crate::cloud::FaultKind;
use crate::model::ConsistencyMode;

impl Told<'_> {
    /// Whether a resource is the one that is asked about.
    fn is(&mut self, id: &str, name: &str) -> bool {
        let own = [id, name]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(self.subject));
        if own {
            self.ids.push(id.to_owned());
        }
        own
    }

    /// Every resource that has this id or name, or this point as the point of one of its disks.
    pub(super) fn resources(&mut self, lab: &Lab) {
        let state = lab.state();
        for point in &state.restore_points {
            let own = self.is(point.id.as_str(), &point.name);
            let mut disks = point.disks.iter();
            if own || disks.any(|disk| self.is(disk.id.as_str(), disk.id.name())) {
                self.point(point);
                self.standstill(lab, point);
            }
        }
        for vm in &state.virtual_machines {
            if self.is(vm.id.as_str(), &vm.name) {
                self.virtual_machine(vm);
            }
        }
        for disk in &state.disks {
            if self.is(disk.id.as_str(), &disk.name) {
                self.disk(disk);
            }
        }
        for collection in &state.restore_point_collections {
            if self.is(collection.id.as_str(), &collection.name) {
                self.collection(collection);
            }
        }
        for set in &state.disk_encryption_sets {
            if self.is(set.id.as_str(), &set.name) {
                let (name, key) = (&set.name, &set.key);
                self.say(format!(
                    "{name} encrypts with {key}, which is {}",
                    set.key_state
                ));
            }
        }
        for group in &state.resource_groups {
            if self.is(&group.id, &group.name) {
                self.say(format!(
                    "{} is a resource group in {}: made by command, or with the first resource in it",
                    group.name, group.location
                ));
            }
        }
        for snapshot in &state.snapshots {
            if self.is(snapshot.id.as_str(), &snapshot.name) {
                self.snapshot(snapshot);
            }
        }
        for item in &state.protected_items {
            if self.is(item.id.as_str(), &item.name) {
                self.item(item);
            }
        }
        for lock in &state.locks {
            if self.is("", &lock.name) {
                let stops = match lock.level.as_str() {
                    "ReadOnly" => "every change",
                    _ => "deletion",
                };
                self.say(format!(
                    "the lock {} is {} on {} and everything below it: it stops {stops}",
                    lock.name, lock.level, lock.scope
                ));
            }
        }
        for fault in &state.faults {
            if self.is("", &fault.name) {
                self.fault(fault);
            }
        }
    }

    fn virtual_machine(&mut self, vm: &VirtualMachineState) {
        self.say(format!(
            "{} is {} in {}, with {} disks and {} points retained over all its collections",
            vm.name,
            vm.power_state,
            vm.location,
            vm.disks.len(),
            vm.restore_point_count
        ));
        if let Some(point) = &vm.restored_from {
            self.say(format!("It was rebuilt from {}", point.name()));
        }
        if let Some(ready) = vm.ready_at {
            self.say(format!("Its restore runs until {ready}"));
        }
    }

    fn disk(&mut self, disk: &DiskState) {
        self.say(format!(
            "{} has {}, {} of it written; its points take {} together",
            disk.name, disk.size_bytes, disk.written_bytes, disk.stored_bytes
        ));
        if let Some(from) = &disk.restored_from {
            self.say(format!("It was restored from {}", from.name()));
        }
        if let Some(damage) = &disk.damage {
            let why = what_goes_wrong(damage.fault);
            self.say(format!(
                "Its content is harmed since {}: {why}",
                damage.since
            ));
        }
    }

    fn collection(&mut self, collection: &CollectionState) {
        let source = collection.source_collection.as_ref();
        self.say(format!(
            "{} is {:?} in {}, for points of {}, and has {}",
            collection.name,
            collection.provisioning_state,
            collection.location,
            source.unwrap_or(&collection.source).name(),
            collection.restore_points.len()
        ));
    }

    fn snapshot(&mut self, snapshot: &SnapshotState) {
        let kind = match snapshot.incremental {
            true => "an incremental",
            false => "a full",
        };
        self.say(format!(
            "{} is {kind} snapshot of {} at {}, in {}: it added {} and refers to {}",
            snapshot.name,
            snapshot.source.name(),
            snapshot.time_created,
            snapshot.location,
            snapshot.captured.added_bytes,
            snapshot.captured.referenced_bytes
        ));
    }

    fn fault(&mut self, fault: &FaultState) {
        let now = match fault.active {
            true => "is at work",
            false => "is not at work now",
        };
        let what = what_goes_wrong(fault.fault);
        self.say(format!(
            "the fault {} ({}) {now}: {what}",
            fault.name, fault.target
        ));
    }

    fn failure(&mut self, what: &str, failure: &FailureState) {
        self.say(format!("{what} with {}: {}", failure.code, failure.message));
        self.meaning(&failure.code);
    }

    fn item(&mut self, item: &ProtectedItemState) {
        let by = match &item.vault {
            Some(vault) => format!("Azure VM Backup in {vault}"),
            None => "a schedule of restore points".to_owned(),
        };
        let goes_on = match item.next_backup {
            Some(at) => format!("its next backup is at {at}"),
            None => "it is backed up no more".to_owned(),
        };
        self.say(format!(
            "{} is backed up by {by}; {goes_on}",
            item.virtual_machine.name()
        ));
        if let Some(failure) = &item.last_failure {
            self.failure("Its last backup failed", failure);
        }
        for point in &item.recovery_points {
            let tiers = match (&point.snapshot_tier, &point.vault_tier) {
                (Some(_), Some(_)) => "as a snapshot and in the vault",
                (None, _) => "in the vault",
                (_, None) => "as a snapshot",
            };
            let rule = match point.on_demand {
                true => "as was said when it was asked for".to_owned(),
                false => {
                    format!("by the {:?} rule of the policy", point.kept_by).to_ascii_lowercase()
                }
            };
            self.say(format!(
                "{} of {} is kept {tiers} until the first clean-up after {}, {rule}",
                point.name, point.time, point.kept_until
            ));
        }
    }

    /// Why a copy that is on its way does not move.
    fn standstill(&mut self, lab: &Lab, point: &RestorePointState) {
        let mut copy = point.replication.iter();
        let travels = copy.any(|copy| copy.completed.is_none()) && point.failure.is_none();
        let cloud = lab.timeline.cloud();
        let known = cloud.restore_points().get(&point.id).filter(|_| travels);
        let fault = known.and_then(|known| cloud.held_up_by(&point.id, known));
        if let Some(fault) = fault {
            self.say(format!(
                "It stands still while the fault {} lasts: {}, {}",
                fault.id.name(),
                fault.target,
                what_goes_wrong(fault.kind)
            ));
        }
    }

    fn point(&mut self, point: &RestorePointState) {
        self.say(format!(
            "{} is {:?} in {}: it shows {} at {}",
            point.name,
            point.provisioning_state,
            point.location,
            point.virtual_machine.name(),
            point.time_created
        ));
        // What was asked for says nothing of a point that shows nothing.
        if let Some(mode) = point.consistency_mode.filter(|_| point.failure.is_none()) {
            let why = match mode {
                ConsistencyMode::ApplicationConsistent => "applications took part",
                ConsistencyMode::FileSystemConsistent => {
                    "the file systems took part, no application did"
                }
                ConsistencyMode::CrashConsistent => {
                    "nothing in the guest took part, as after a power cut"
                }
            };
            self.say(format!("It is {mode:?}: {why}"));
        }
        if let Some(failure) = &point.failure {
            self.failure("It failed", failure);
        }
        if let Some(until) = point.busy_until {
            self.say(format!("What runs on it ends at {until}"));
        }
        if let Some(copy) = &point.replication {
            let from = match &copy.source_restore_point {
                Some(source) => format!(", a copy of {}", source.name()),
                None => String::new(),
            };
            self.say(format!(
                "Its disks come from {}{from}: {:?}, {} % there",
                copy.source_region, copy.status, copy.completion_percent
            ));
            self.row_ids.push("S2-39".to_owned());
            for disk in &copy.disks {
                self.say(format!(
                    "{}: {} of {} have arrived, {} %",
                    disk.name, disk.copied_bytes, disk.total_bytes, disk.completion_percent
                ));
                let before = disk.waits_for.as_ref();
                if let Some(before) = before.and_then(|before| before.parent()) {
                    self.say(format!(
                        "{}: it waits for {}, the point before it there, whose blocks it builds on; where that one never arrives, it brings them itself",
                        disk.name,
                        before.name()
                    ));
                }
            }
        }
        for disk in &point.disks {
            let added = match disk.full {
                true => "all that was written, for it is the first of its disk in this region",
                false => "what the retained point before it did not hold",
            };
            self.say(format!(
                "{}: it added {} ({added}) and refers to {}, of which {} are its own and would be freed with it; it pays {}",
                disk.name, disk.added_bytes, disk.referenced_bytes, disk.unique_bytes, disk.pays_bytes
            ));
            if let Some(access) = &disk.access {
                self.say(format!(
                    "{}: an address reads it until {}, and keeps the point from being deleted",
                    disk.name, access.until
                ));
            }
            if let Some(damage) = &disk.damage {
                self.say(format!(
                    "{}: its content was harmed since {}: {}",
                    disk.name,
                    damage.since,
                    what_goes_wrong(damage.fault)
                ));
            }
        }
        self.row_ids.extend(["S2-12a", "S2-12b"].map(str::to_owned));
    }
}

/// A fault in plain words.
fn what_goes_wrong(fault: FaultKind) -> &'static str {
    match fault {
        FaultKind::AgentNotReady => "the VM agent does not answer",
        FaultKind::VssFailing => "the VSS writers fail",
        FaultKind::ScriptsFailing => "the pre and post scripts fail",
        FaultKind::KeyDisabled => "the key is disabled",
        FaultKind::KeyDeleted => "the key is deleted",
        FaultKind::RegionDown => "the region is down",
        FaultKind::ZoneDown => "the zone is down",
        FaultKind::CopyStalled => "copies stand still",
        FaultKind::CopyFailed => "the copy of a disk failed",
        FaultKind::Throttled => "the service takes no more requests",
        FaultKind::LockPlaced => "a lock was placed",
        FaultKind::DiskDetached => "the disk was detached",
        FaultKind::MassEncryption => "an attacker encrypted everything on it",
        FaultKind::AccidentalDelete => "it was deleted by mistake",
        FaultKind::SilentCorruption => "it goes bad without a sign",
    }
}
