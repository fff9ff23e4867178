//! What comes due as time passes.

use super::{Cloud, Event, EventKind, RefusalCode, RestorePoint, parted};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::ConsistencyMode;
use crate::transitions::{Trigger, next};
use crate::units::SimInstant;

/// Something planned for an instant.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
pub enum Task {
    /// A restore point's creation ends.
    EndCreation(ResourceId),
    /// A restore point's deletion ends.
    EndDeletion(ResourceId),
    /// A collection's deletion ends.
    EndCollectionDeletion(ResourceId),
    /// A disk's workload writes; the number tells which workload.
    Write(ResourceId, u64),
    /// The next disk of a point arrives in its region.
    Replicate(ResourceId),
    /// A copy that is still under way is given up.
    EndCopy(ResourceId),
    /// The address of a disk restore point runs out.
    EndAccess(ResourceId),
    /// A restored disk or VM is ready.
    EndRestore(ResourceId),
    /// A fault takes its next step.
    Fault(ResourceId, FaultStep),
    /// A protected item is backed up; the number tells by which of its schedules.
    Backup(ResourceId, u64),
    /// What the policy of a protected item keeps no longer is deleted.
    CleanUp(ResourceId),
}

/// A step of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write)]
pub enum FaultStep {
    /// It begins.
    Begin,
    /// It ends.
    End,
    /// Chance is asked whether it happens.
    Draw,
    /// It spoils the next block.
    Corrupt,
}

impl Task {
    /// The resource that it happens to.
    #[must_use]
    pub fn subject(&self) -> &ResourceId {
        match self {
            Self::EndCreation(id)
            | Self::EndDeletion(id)
            | Self::EndCollectionDeletion(id)
            | Self::Replicate(id)
            | Self::EndCopy(id)
            | Self::EndAccess(id)
            | Self::EndRestore(id)
            | Self::Fault(id, _)
            | Self::Backup(id, _)
            | Self::CleanUp(id)
            | Self::Write(id, _) => id,
        }
    }

    /// What will happen, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let name = self.subject().name();
        match self {
            Self::EndCreation(_) => format!("creation of {name} ends"),
            Self::EndDeletion(_) | Self::EndCollectionDeletion(_) => format!("{name} is gone"),
            Self::Write(..) => format!("{name} is written to"),
            Self::Replicate(_) => format!("the next disk of {name} arrives"),
            Self::EndCopy(_) => format!("the copy {name} is given up if it is not there"),
            Self::EndAccess(_) => format!("access to {name} runs out"),
            Self::EndRestore(_) => format!("{name} is ready"),
            Self::Fault(_, FaultStep::Corrupt) => "time passes".to_owned(),
            Self::Backup(..) => format!("{name} is backed up"),
            Self::CleanUp(_) => format!("clean-up of {name}"),
            Self::Fault(..) => format!("the fault {name} takes its step"),
        }
    }
}

/// That a point is there, in words.
fn told(point: &RestorePoint) -> String {
    let mode = match point.consistency_mode {
        ConsistencyMode::ApplicationConsistent => "application-consistent",
        ConsistencyMode::FileSystemConsistent => "file-system-consistent",
        ConsistencyMode::CrashConsistent => "crash-consistent",
    };
    let (name, disks) = (&point.name, disks_in_words(point.disks.len()));
    format!("{name} is there: {mode}, {disks} at one instant")
}

/// So many disks.
pub(super) fn disks_in_words(count: usize) -> String {
    let word = if count == 1 { "disk" } else { "disks" };
    format!("{count} {word}")
}

impl Cloud {
    /// Lets time pass to `target`, doing what comes due on the way. Within a task it does nothing: a thousand backups of
    /// one instant come one after the other, not each within the one before.
    pub(crate) fn run_until(&mut self, target: SimInstant) -> Vec<Event> {
        let mut events = Vec::new();
        if self.is_passing {
            return events;
        }
        self.write_all();
        while self.run_next(target, &mut events) {
            self.write_all();
        }
        self.now = target;
        events.extend(self.settle_replication());
        events
    }

    /// Does what comes due next, if that is up to `target`; much that it writes is left for [`Self::write_some`]. Whether
    /// there was something.
    pub(super) fn run_next(&mut self, target: SimInstant, events: &mut Vec<Event>) -> bool {
        let Some((at, task)) = self.agenda.take_due(target) else {
            return false;
        };
        self.is_passing = true;
        self.now = at;
        self.work += super::TASK_WORK;
        // What arrives at an instant is there before anything else happens at it.
        events.extend(self.settle_replication());
        self.run_task(&task, events);
        self.is_passing = false;
        true
    }

    fn run_task(&mut self, task: &Task, events: &mut Vec<Event>) {
        match task {
            Task::EndCreation(id) => events.extend(self.end_creation(id)),
            Task::EndDeletion(id) => {
                events.extend(self.end_deletion(id));
                events.extend(self.end_copies_of(id));
            }
            Task::EndCollectionDeletion(id) => events.extend(self.end_collection_deletion(id)),
            Task::Replicate(_) => events.extend(self.continue_replication()),
            Task::EndCopy(id) => events.extend(self.end_copy(id)),
            Task::EndAccess(id) => events.extend(self.end_access(id)),
            Task::EndRestore(id) => events.extend(self.end_restore(id)),
            Task::Write(..) | Task::Fault(..) | Task::Backup(..) | Task::CleanUp(_) => {
                events.extend(parted::task(self, task));
            }
        }
        if !self.protected.is_empty() {
            // A job may take a snapshot.
            self.write_all();
            events.extend(parted::follow_jobs(self));
        }
    }

    /// Ends what was begun a moment ago on the resources of these events, without waiting for its time.
    pub(super) fn end_now(&mut self, events: &mut Vec<Event>) {
        let begun: Vec<ResourceId> = events.iter().map(|event| event.subject.clone()).collect();
        let mut ended = Vec::new();
        self.agenda.cancel(|task| {
            let ends = match task {
                Task::EndCreation(id)
                | Task::EndDeletion(id)
                | Task::EndCollectionDeletion(id)
                | Task::EndRestore(id) => begun.contains(id),
                _ => false,
            };
            if ends {
                ended.push(task.clone());
            }
            ends
        });
        for task in &ended {
            self.run_task(task, events);
        }
        events.extend(self.run_until(self.now));
    }

    fn end_creation(&mut self, id: &ResourceId) -> Vec<Event> {
        let trouble = self.trouble(id);
        let trigger = if trouble.is_some() {
            Trigger::CreationFailed
        } else {
            Trigger::CreationSucceeded
        };
        let failed = trouble.is_some();
        let ended = self.restore_points.change(id, |point| {
            if let Some(state) = next(point.state, trigger) {
                point.state = state;
            }
            point.busy_until = None;
            let mut gone = Vec::new();
            let (text, lost) = match trouble {
                None => (told(point), Vec::new()),
                Some((code, message)) => {
                    let text = format!("{}: {message}", code.as_str());
                    point.failure = Some((code, message));
                    let copies = point.replication.iter_mut();
                    for disk in copies.flat_map(|copy| &mut copy.disks) {
                        gone.push(disk.clone());
                        disk.state = super::ReplicationState::Failed;
                        disk.waits_for = None;
                    }
                    (text, std::mem::take(&mut point.disks))
                }
            };
            let travels = point.replication.is_some();
            (point.virtual_machine.clone(), travels, text, (lost, gone))
        });
        let Some((vm, travels, text, (lost, gone))) = ended else {
            return Vec::new();
        };
        let owner = self.virtual_machines.get_mut(&vm);
        if let Some(vm) = owner.filter(|vm| vm.creating.as_ref() == Some(id)) {
            vm.creating = None;
        }
        if failed {
            self.release(&lost);
            if !gone.is_empty() {
                self.pass_on(&gone);
                self.plan_replication();
            }
            return vec![self.event(EventKind::RestorePointFailed, id, text)];
        }
        let mut events = vec![self.event(EventKind::RestorePointSucceeded, id, text)];
        if travels {
            events.extend(self.begin_replication(id));
        }
        events
    }

    /// Why a creation fails at its end: the VM was changed, a key cannot be used, the guest took no part.
    fn trouble(&self, id: &ResourceId) -> Option<(RefusalCode, String)> {
        let point = self.restore_points.get(id)?;
        if let Some(failure) = &point.failure {
            return Some(failure.clone());
        }
        let copied = point
            .replication
            .as_ref()
            .is_some_and(|copy| copy.source.is_some());
        if copied {
            let source = point
                .replication
                .as_ref()
                .and_then(|copy| copy.source.as_ref());
            let gone = source.is_some_and(|source| !self.restore_points.contains_key(source));
            let message = "the source point is gone; copy another one".to_owned();
            return gone.then_some((RefusalCode::RestorePointNotFound, message));
        }
        // What goes straight to another region has a platform key there, and is read under that of its disk.
        let live = |disk: &super::DiskRestorePoint| {
            let live = self.disks.get(&disk.disk);
            live.filter(|_| point.replication.is_some())
        };
        let key = |disk: &super::DiskRestorePoint| {
            let facts = live(disk).map_or(&disk.facts, |live| &live.facts);
            self.key_trouble(&disk.name, facts)
        };
        if let Some(trouble) = point.disks.iter().find_map(key) {
            return Some((RefusalCode::DiskRestorePointClientError, trouble));
        }
        let guest = &point.configuration;
        super::handlers::guest::trouble(&guest.name, &guest.facts, point.consistency_mode)
    }

    pub(super) fn end_deletion(&mut self, id: &ResourceId) -> Option<Event> {
        let point = self.restore_points.remove(id)?;
        self.forget_kept(id);
        self.kept.remove(id);
        let freed = self.release(&point.disks);
        if self.replicating.contains(id) {
            self.replicating.retain(|other| other != id);
            let copies = point.replication.iter();
            copies.for_each(|copy| self.pass_on(&copy.disks));
            self.plan_replication();
        }
        let text = format!("{} is gone; {freed} freed", point.name);
        Some(self.event(EventKind::Deleted, id, text))
    }

    /// Ends the copies that rested on a point which is gone.
    pub(super) fn end_copies_of(&mut self, source: &ResourceId) -> Vec<Event> {
        let rests = |id: &&ResourceId| {
            let point = self.restore_points.get(id);
            let copy = point.and_then(|point| point.replication.as_ref());
            copy.is_some_and(|copy| copy.source.as_ref() == Some(source))
        };
        let copies: Vec<ResourceId> = self.replicating.iter().filter(rests).cloned().collect();
        let why = "the source point was deleted before every disk had arrived";
        let ended = copies
            .iter()
            .filter_map(|id| self.fail_replication(id, None, why));
        ended.collect()
    }

    fn end_collection_deletion(&mut self, id: &ResourceId) -> Vec<Event> {
        let points: Vec<ResourceId> = self
            .restore_points
            .iter()
            .filter(|(_, point)| point.collection == *id)
            .map(|(point, _)| point.clone())
            .collect();
        let mut events: Vec<Event> = Vec::new();
        for point in &points {
            events.extend(self.end_deletion(point));
            events.extend(self.end_copies_of(point));
        }
        self.kept.remove(id);
        self.passed.forget(id);
        if let Some(collection) = self.collections.remove(id) {
            events.push(self.event(
                EventKind::Deleted,
                id,
                format!("{} is gone", collection.name),
            ));
        }
        events
    }

    fn end_restore(&mut self, id: &ResourceId) -> Option<Event> {
        let disk = self.disks.get_mut(id).map(|disk| &mut disk.ready_at);
        let ready = match disk {
            Some(ready) => ready,
            None => self
                .virtual_machines
                .get_mut(id)
                .map(|vm| &mut vm.ready_at)?,
        };
        *ready = None;
        let text = format!("{} is ready", id.name());
        Some(self.event(EventKind::Updated, id, text))
    }
}
