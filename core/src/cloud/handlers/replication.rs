//! Disks on their way to another region: who gets how much of the bandwidth, and what has arrived.
//!
//! Every disk that travels gets the same rate: what one disk can have at most, or its share of what all
//! copies have together. Progress is linear between two moments at which a disk starts, arrives, stands
//! still or goes on, so it is reckoned in whole bytes at these moments only.
//!
//! What travels is what the point before it of the same disk there does not hold. So a disk waits until that
//! one has arrived, and takes no bandwidth meanwhile; where that one will never arrive, this one brings what
//! it was to bring as well.

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

    /// Reckons what has travelled until now, and what of it has arrived.
    pub(in crate::cloud) fn settle_replication(&mut self) -> Vec<Event> {
        if self.replicating.is_empty() {
            return Vec::new();
        }
        let elapsed = self.now.since(self.replicated_until).seconds();
        self.replicated_until = self.now;
        if elapsed == 0 {
            return Vec::new();
        }
        let moving = self.moving();
        let moved = self.rate(&moving).saturating_mul(elapsed);
        for (id, at) in moving {
            self.restore_points.change(&id, |point| {
                let copy = point.replication.as_mut();
                if let Some(disk) = copy.and_then(|copy| copy.disks.get_mut(at)) {
                    disk.copied = ByteCount(disk.copied.0.saturating_add(moved).min(disk.total.0));
                }
            });
        }
        self.note_arrivals()
    }

    /// Notes what has arrived, and plans when the next disk will.
    pub(in crate::cloud) fn continue_replication(&mut self) -> Vec<Event> {
        let events = self.note_arrivals();
        self.plan_replication();
        events
    }

    /// Notes what has arrived. With a disk may arrive the next of its family, if that had nothing to bring.
    fn note_arrivals(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut again = true;
        while std::mem::take(&mut again) {
            for id in self.replicating.clone() {
                events.extend(self.note_arrivals_of(&id, &mut again));
            }
        }
        events
    }

    fn note_arrivals_of(&mut self, id: &ResourceId, again: &mut bool) -> Option<Event> {
        // What has nothing to bring is held up as well.
        let point = self.restore_points.get(id);
        if point.is_some_and(|point| self.is_held_up(id, point)) {
            return None;
        }
        let arrived: Vec<bool> = self
            .travelling(id)
            .map(|disk| travels(disk) && disk.copied >= disk.total && !self.waits(disk))
            .collect();
        let now = self.now;
        let complete = self.restore_points.change(id, |point| {
            let copy = point.replication.as_mut()?;
            for (disk, _) in copy.disks.iter_mut().zip(arrived).filter(|at| at.1) {
                disk.state = ReplicationState::Succeeded;
                *again = true;
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
        let text = complete.flatten()?;
        self.replicating.retain(|other| other != id);
        Some(self.event(EventKind::ReplicationSucceeded, id, text))
    }

    /// The disks of a point that came or come from elsewhere.
    fn travelling(&self, id: &ResourceId) -> impl Iterator<Item = &DiskReplication> + use<'_> {
        let point = self.restore_points.get(id).into_iter();
        point.flat_map(|point| point.replication.iter().flat_map(|copy| &copy.disks))
    }

    /// Whether a disk waits for the one before it of its family.
    pub(crate) fn waits(&self, disk: &DiskReplication) -> bool {
        let before = disk.waits_for.as_ref();
        before.is_some_and(|before| {
            let point = before.parent();
            let mut disks = point.iter().flat_map(|point| self.travelling(point));
            travels(disk) && disks.any(|disk| disk.disk_restore_point == *before && travels(disk))
        })
    }

    /// Hands on what disks that will never arrive were to bring, to the next of their families.
    pub(in crate::cloud) fn pass_on(&mut self, gone: &[DiskReplication]) {
        for gone in gone.iter().filter(|disk| travels(disk)) {
            let before = Some(&gone.disk_restore_point);
            for replica in &mut self.replicas {
                if replica.newest.as_ref() == before {
                    replica.newest.clone_from(&gone.waits_for);
                }
            }
            let waits = |disk: &&DiskReplication| disk.waits_for.as_ref() == before;
            let waiting = self.restore_points.iter().find_map(|(id, point)| {
                let copy = point.replication.as_ref()?;
                let disk = copy.disks.iter().find(waits)?;
                let mut held = point.disks.iter();
                let held = held.find(|held| held.id == disk.disk_restore_point)?;
                Some((id.clone(), held.snapshot))
            });
            let Some((id, snapshot)) = waiting else {
                continue;
            };
            let total = self.store.usage(snapshot).unwrap_or_default().pays;
            self.restore_points.change(&id, |point| {
                let copy = point.replication.as_mut();
                let mut disks = copy.into_iter().flat_map(|copy| &mut copy.disks);
                if let Some(disk) = disks.find(|disk| disk.waits_for.as_ref() == before) {
                    disk.total = total;
                    disk.waits_for.clone_from(&gone.waits_for);
                }
            });
        }
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
        let moving = self.moving();
        let rate = self.rate(&moving);
        let mut first: Option<(u64, ResourceId)> = None;
        for (id, at) in moving {
            if let Some(disk) = self.travelling(&id).nth(at) {
                let seconds = disk.total.0.saturating_sub(disk.copied.0).div_ceil(rate);
                if first.as_ref().is_none_or(|(least, _)| seconds < *least) {
                    first = Some((seconds, id));
                }
            }
        }
        if let Some((seconds, id)) = first {
            let at = self.now.plus(SimDuration::from_seconds(seconds));
            self.agenda.plan(at, Task::Replicate(id));
        }
    }

    /// Ends a copy that will never be complete; what had arrived is given back. The next point of its disks
    /// may have nothing left to wait for.
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
            let gone = copy.disks.clone();
            for disk in &mut copy.disks {
                disk.waits_for = None;
                let failed = culprit.is_none_or(|culprit| disk.disk_restore_point == *culprit);
                if travels(disk) && failed {
                    disk.state = ReplicationState::Failed;
                }
            }
            point.state = state;
            point.failure = Some((RefusalCode::ReplicationFailed, why.to_owned()));
            let text = format!("the copy {} failed: {why}", point.name);
            Some((text, std::mem::take(&mut point.disks), gone))
        });
        let (text, lost, gone) = failed.flatten()?;
        self.replicating.retain(|other| other != id);
        self.release(&lost);
        self.pass_on(&gone);
        self.plan_replication();
        Some(self.event(EventKind::ReplicationFailed, id, text))
    }

    /// The disks that move now, each by its point and its place there: those that no fault holds up and that
    /// wait for no other.
    fn moving(&self) -> Vec<(ResourceId, usize)> {
        let mut moving = Vec::new();
        for id in &self.replicating {
            let point = self.restore_points.get(id);
            if point.is_some_and(|point| !self.is_held_up(id, point)) {
                let disks = self.travelling(id).enumerate();
                let moves = disks.filter(|(_, disk)| travels(disk) && !self.waits(disk));
                moving.extend(moves.map(|(at, _)| (id.clone(), at)));
            }
        }
        moving
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

    /// Bytes a second that every moving disk gets.
    fn rate(&self, moving: &[(ResourceId, usize)]) -> u64 {
        let (one, all) = self.settings.copy_rates();
        one.min(all / (moving.len() as u64).max(1)).max(1)
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
