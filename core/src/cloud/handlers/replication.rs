//! Disks on their way to another region: who gets how much of the bandwidth, and what has arrived.
//!
//! Every disk that travels gets the same rate: what one disk can have at most, or its share of what all
//! copies have together. Progress is linear between two moments at which a disk starts, arrives, stands
//! still or goes on, so it is reckoned in whole bytes at these moments only.

use crate::cloud::{
    Cloud, DiskReplication, Event, EventKind, FaultKind, RefusalCode, Replication,
    ReplicationState, RestorePoint, Task, same_region,
};
use crate::ids::ResourceId;
use crate::transitions::{Trigger, next};
use crate::units::{ByteCount, SimDuration, SimInstant};

fn travels(disk: &DiskReplication) -> bool {
    disk.state == ReplicationState::Replicating
}

impl Cloud {
    /// The disks of a point set out, once its creation has ended.
    pub(in crate::cloud) fn begin_replication(&mut self, id: &ResourceId) -> Vec<Event> {
        let Some((text, copy)) = self.restore_points.get(id).and_then(|point| {
            let copy = point.replication.as_ref()?;
            let bytes: ByteCount = copy.disks.iter().map(|disk| disk.total).sum();
            let (from, to) = (&copy.from_region, &point.location);
            Some((
                format!("{} goes from {from} to {to}: {bytes} travel", point.name),
                id.clone(),
            ))
        }) else {
            return Vec::new();
        };
        self.replicated_until = self.now;
        let now = self.now;
        self.restore_points.change(id, |point| {
            let copy = point.replication.iter_mut();
            copy.for_each(|copy| copy.started = Some(now));
        });
        self.replicating.push(copy);
        let mut events = vec![self.event(EventKind::ReplicationStarted, id, text)];
        events.extend(self.continue_replication());
        events
    }

    /// Reckons what has travelled until now.
    pub(in crate::cloud) fn settle_replication(&mut self) {
        if self.replicating.is_empty() {
            return;
        }
        let elapsed = self.now.since(self.replicated_until).seconds();
        self.replicated_until = self.now;
        let moved = self.rate().saturating_mul(elapsed);
        for id in self.moving() {
            self.restore_points.change(&id, |point| {
                let copy = point.replication.iter_mut();
                for disk in copy.flat_map(|copy| &mut copy.disks) {
                    disk.copied = ByteCount(disk.copied.0.saturating_add(moved).min(disk.total.0));
                }
            });
        }
    }

    /// Notes what has arrived, and plans when the next disk will.
    pub(in crate::cloud) fn continue_replication(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for id in self.replicating.clone() {
            let now = self.now;
            let complete = self.restore_points.change(&id, |point| {
                let copy = point.replication.as_mut()?;
                for disk in &mut copy.disks {
                    if travels(disk) && disk.copied >= disk.total {
                        disk.state = ReplicationState::Succeeded;
                    }
                }
                if copy.disks.iter().any(travels) {
                    return None;
                }
                copy.completed = Some(now);
                let age = now.since(point.time_created);
                Some(format!(
                    "{} is complete in {}: it shows the VM as it was {age} ago",
                    point.name, point.location
                ))
            });
            if let Some(text) = complete.flatten() {
                self.replicating.retain(|other| *other != id);
                events.push(self.event(EventKind::ReplicationSucceeded, &id, text));
            }
        }
        self.plan_replication();
        events
    }

    /// A copy has had all the time that the service gives it: it ends, unless its last disk arrives just now.
    pub(in crate::cloud) fn end_copy(&mut self, id: &ResourceId) -> Vec<Event> {
        let mut events = self.continue_replication();
        if self.replicating.contains(id) {
            let why = "it took longer than the service lets a copy run; delete the point and copy a newer one";
            events.extend(self.fail_replication(id, None, why));
        }
        events
    }

    /// When the first of the copies that are under way is given up; one that is being deleted ends with that.
    fn next_end(&self) -> Option<(SimInstant, ResourceId)> {
        let longest = self.settings.copy_ends_after()?;
        let ends = self.replicating.iter().filter_map(|id| {
            let point = self.restore_points.get(id)?;
            let copy = point.replication.as_ref()?;
            next(point.state, Trigger::ReplicationFailed)?;
            Some((copy.started?.plus(longest).max(self.now), id.clone()))
        });
        ends.reduce(|first, next| if next.0 < first.0 { next } else { first })
    }

    /// Plans the next arrival anew, after something changed the rates, and the next end.
    pub(in crate::cloud) fn plan_replication(&mut self) {
        self.agenda
            .cancel(|task| matches!(task, Task::Replicate(_) | Task::EndCopy(_)));
        if let Some((at, id)) = self.next_end() {
            self.agenda.plan(at, Task::EndCopy(id));
        }
        let rate = self.rate();
        let mut first: Option<(u64, ResourceId)> = None;
        for id in self.moving() {
            let point = self.restore_points.get(&id);
            let disks = point.and_then(|point| point.replication.as_ref());
            for disk in disks.into_iter().flat_map(|copy| &copy.disks) {
                let seconds = disk.total.0.saturating_sub(disk.copied.0).div_ceil(rate);
                if travels(disk) && first.as_ref().is_none_or(|(least, _)| seconds < *least) {
                    first = Some((seconds, id.clone()));
                }
            }
        }
        if let Some((seconds, id)) = first {
            let at = self.now.plus(SimDuration::from_seconds(seconds));
            self.agenda.plan(at, Task::Replicate(id));
        }
    }

    /// Ends a copy that will never be complete; what had arrived is given back.
    pub(in crate::cloud) fn fail_replication(
        &mut self,
        id: &ResourceId,
        culprit: Option<&ResourceId>,
        why: &str,
    ) -> Option<Event> {
        let failed = self.restore_points.change(id, |point| {
            // What is being deleted ends with that.
            let state = next(point.state, Trigger::ReplicationFailed)?;
            let copy = point.replication.as_mut()?;
            for disk in &mut copy.disks {
                let failed = culprit.is_none_or(|culprit| disk.disk_restore_point == *culprit);
                if travels(disk) && failed {
                    disk.state = ReplicationState::Failed;
                }
            }
            point.state = state;
            point.failure = Some((RefusalCode::ReplicationFailed, why.to_owned()));
            let text = format!("the copy {} failed: {why}", point.name);
            Some((text, std::mem::take(&mut point.disks)))
        });
        let (text, lost) = failed.flatten()?;
        self.replicating.retain(|other| other != id);
        self.release(&lost);
        self.plan_replication();
        Some(self.event(EventKind::ReplicationFailed, id, text))
    }

    /// Points whose disks move now: those that no fault holds up.
    fn moving(&self) -> Vec<ResourceId> {
        let moves = |id: &&ResourceId| {
            let point = self.restore_points.get(id);
            point.is_some_and(|point| !self.is_held_up(id, point))
        };
        self.replicating.iter().filter(moves).cloned().collect()
    }

    fn is_held_up(&self, id: &ResourceId, point: &RestorePoint) -> bool {
        let from = point.replication.as_ref().map(|copy| &copy.from_region);
        let in_region = |region: &str| {
            same_region(region, &point.location)
                || from.is_some_and(|from| same_region(region, from))
        };
        self.faults.iter().any(|fault| {
            let named = fault.target.eq_ignore_ascii_case(id.as_str())
                || fault.target.eq_ignore_ascii_case(&point.name);
            fault.active
                && match fault.kind {
                    FaultKind::CopyStalled => named || in_region(&fault.target),
                    FaultKind::RegionDown => in_region(&fault.target),
                    _ => false,
                }
        })
    }

    /// Bytes a second that every travelling disk gets.
    fn rate(&self) -> u64 {
        let moving = self.moving();
        let points = moving.iter().filter_map(|id| self.restore_points.get(id));
        let disks = points.flat_map(|point| point.replication.iter().flat_map(|copy| &copy.disks));
        let count = disks.filter(|disk| travels(disk)).count() as u64;
        let (one, all) = self.settings.copy_rates();
        one.min(all / count.max(1)).max(1)
    }
}

impl Replication {
    /// How much has travelled, in whole percent, rounded down.
    #[must_use]
    pub fn percent(disk: &DiskReplication) -> u64 {
        match (u128::from(disk.copied.0) * 100).checked_div(u128::from(disk.total.0)) {
            Some(percent) => u64::try_from(percent).unwrap_or(100),
            None => 100 * u64::from(disk.state == ReplicationState::Succeeded),
        }
    }
}
