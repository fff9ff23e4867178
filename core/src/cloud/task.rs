//! What comes due as time passes.

use super::{Cloud, Event, EventKind};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::model::ConsistencyMode;
use crate::transitions::{Trigger, next};
use crate::units::{BlockRange, SimInstant};

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
}

impl Task {
    /// The resource that it happens to.
    #[must_use]
    pub fn subject(&self) -> &ResourceId {
        match self {
            Self::EndCreation(id)
            | Self::EndDeletion(id)
            | Self::EndCollectionDeletion(id)
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
        }
    }
}

impl Cloud {
    /// Lets time pass to `target`, doing what comes due on the way.
    pub(super) fn run_until(&mut self, target: SimInstant) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some((at, task)) = self.agenda.take_due(target) {
            self.now = at;
            match &task {
                Task::EndCreation(id) => events.extend(self.end_creation(id)),
                Task::EndDeletion(id) => events.extend(self.end_deletion(id)),
                Task::EndCollectionDeletion(id) => events.extend(self.end_collection_deletion(id)),
                Task::Write(id, generation) => events.extend(self.run_workload(id, *generation)),
            }
        }
        self.now = target;
        events
    }

    fn end_creation(&mut self, id: &ResourceId) -> Option<Event> {
        let trouble = self.guest_trouble(id);
        let point = self.restore_points.get_mut(id)?;
        let trigger = if trouble.is_some() {
            Trigger::CreationFailed
        } else {
            Trigger::CreationSucceeded
        };
        point.state = next(point.state, trigger)?;
        point.busy_until = None;
        if let Some(trouble) = trouble {
            let captured = std::mem::take(&mut point.disks);
            self.release(&captured);
            return Some(self.event(EventKind::RestorePointFailed, id, trouble));
        }
        let mode = match point.consistency_mode {
            ConsistencyMode::ApplicationConsistent => "application-consistent",
            ConsistencyMode::FileSystemConsistent => "file-system-consistent",
            ConsistencyMode::CrashConsistent => "crash-consistent",
        };
        let text = format!(
            "{} is there: {mode}, {} disks at one instant",
            point.name,
            point.disks.len()
        );
        Some(self.event(EventKind::RestorePointSucceeded, id, text))
    }

    /// Why the guest could not take part in this point, if it had to.
    fn guest_trouble(&self, id: &ResourceId) -> Option<String> {
        let point = self.restore_points.get(id)?;
        let guest = &point.configuration;
        super::handlers::guest::trouble(&guest.name, &guest.facts, point.consistency_mode)
    }

    fn end_deletion(&mut self, id: &ResourceId) -> Option<Event> {
        let point = self.restore_points.remove(id)?;
        let freed = self.release(&point.disks);
        Some(self.event(
            EventKind::Deleted,
            id,
            format!("{} is gone; {freed} freed", point.name),
        ))
    }

    fn end_collection_deletion(&mut self, id: &ResourceId) -> Vec<Event> {
        let points: Vec<ResourceId> = self
            .restore_points
            .iter()
            .filter(|(_, point)| point.collection == *id)
            .map(|(point, _)| point.clone())
            .collect();
        let mut events: Vec<Event> = points
            .iter()
            .filter_map(|point| self.end_deletion(point))
            .collect();
        if let Some(collection) = self.collections.remove(id) {
            events.push(self.event(
                EventKind::Deleted,
                id,
                format!("{} is gone", collection.name),
            ));
        }
        events
    }

    /// Whether what writes to a disk is running: its VM, or nobody knows who.
    fn is_written_by_its_machine(&self, disk: &ResourceId) -> bool {
        let holder = self
            .attached_to(disk)
            .and_then(|vm| self.virtual_machines.get(vm));
        holder.is_none_or(|vm| super::handlers::guest::is_running(&vm.facts))
    }

    fn run_workload(&mut self, id: &ResourceId, generation: u64) -> Option<Event> {
        let disk = self.disks.get_mut(id)?;
        let blocks = disk.block_size.blocks_in(disk.size);
        let activity = disk
            .workload
            .as_mut()
            .filter(|activity| activity.generation == generation)?;
        let workload = activity.workload.clone();
        let reach = within(blocks, workload.within_thousandths);
        let ranges: Vec<BlockRange> = (0..workload.writes)
            .filter_map(|_| {
                let length = workload.blocks_per_write.min(reach);
                let first = activity
                    .places
                    .below(reach.saturating_sub(length).saturating_add(1));
                BlockRange::new(first, first.checked_add(length.checked_sub(1)?)?)
            })
            .collect();
        let next = self.now.plus(workload.every);
        if next > self.now {
            // At the end of the calendar there is no later step.
            self.agenda.plan(next, Task::Write(id.clone(), generation));
        }
        if !self.is_written_by_its_machine(id) {
            return None;
        }
        let volume = self.disks.get(id)?.volume;
        match self.write_seeded(volume, &ranges) {
            Ok(()) => None,
            Err(error) => {
                self.disks.get_mut(id)?.workload = None;
                let text = format!("the workload of {} was ended: {error}", id.name());
                Some(self.event(EventKind::Noted, id, text))
            }
        }
    }
}

/// The blocks that a workload reaches: at least one where there is one.
pub(super) fn within(blocks: u64, thousandths: u32) -> u64 {
    let reach = u128::from(blocks) * u128::from(thousandths.min(1000)) / 1000;
    u64::try_from(reach).unwrap_or(blocks).max(1).min(blocks)
}
