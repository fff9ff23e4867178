//! Clean-up: what no policy keeps any longer is deleted, unless something holds it.

use crate::cloud::{
    Cloud, Command, CommandError, DeleteRestorePoint, DeleteSnapshot, Event, EventKind, Executed,
    ProtectedItem, RecoveryPoint, RunCleanup, Task,
};
use crate::ids::ResourceId;
use crate::policy::BackupService;
use crate::units::{SimDuration, SimInstant};

const DAY: u64 = 86_400;

/// What a clean-up does with a recovery point.
enum Fate {
    Kept,
    /// Its snapshot has served its days; the vault has it.
    VaultOnly,
    Gone,
}

impl Cloud {
    /// Cleans up now: one protected item, or every one.
    pub(in crate::cloud) fn run_cleanup(&mut self, fields: &RunCleanup) -> Executed {
        let which = match &fields.item {
            Some(item) => {
                let at = self.find_item(item)?;
                at..at + 1
            }
            None => 0..self.protected.len(),
        };
        let mut events = Vec::new();
        for at in which {
            events.extend(self.clean_up(at));
        }
        Ok(events)
    }

    /// The daily clean-up of an item, and the next one.
    pub(in crate::cloud) fn run_daily_cleanup(&mut self, id: &ResourceId) -> Vec<Event> {
        let Some(at) = self.protected.iter().position(|item| item.id == *id) else {
            return Vec::new();
        };
        self.plan_cleanup(id);
        self.clean_up(at)
    }

    /// Plans the next daily clean-up of an item.
    pub(super) fn plan_cleanup(&mut self, id: &ResourceId) {
        let minutes = self.settings.number(crate::cloud::setting::CLEANUP_TIME);
        let of_day = self.now.unix_seconds().rem_euclid(DAY as i64);
        let wanted = i64::try_from(minutes * 60).unwrap_or_default();
        let ahead = (wanted - of_day - 1).rem_euclid(DAY as i64) + 1;
        let ahead = SimDuration::from_seconds(u64::try_from(ahead).unwrap_or(DAY));
        self.agenda
            .plan(self.now.plus(ahead), Task::CleanUp(id.clone()));
    }

    /// Deletes what the policy of an item keeps no longer.
    pub(super) fn clean_up(&mut self, at: usize) -> Vec<Event> {
        let Some(item) = self.protected.get(at).filter(|item| !item.stopped) else {
            return Vec::new();
        };
        let id = item.id.clone();
        let fates: Vec<Fate> = (0..item.points.len())
            .map(|place| fate(item, place, self.now))
            .collect();
        let points = item.points.clone();
        let mut kept: Vec<RecoveryPoint> = Vec::new();
        let mut events = Vec::new();
        for (mut point, fate) in points.into_iter().zip(fates) {
            let (snapshot, vault) = match fate {
                Fate::Kept => (false, false),
                Fate::VaultOnly => (true, false),
                Fate::Gone => (true, true),
            };
            let mut left = false;
            if vault {
                for copy in self.copies_of(at, &point.name) {
                    match self.refuse_deletion(&copy) {
                        Ok(()) => self.delete_now(&copy),
                        Err(error) => {
                            left = true;
                            let text = format!("the clean-up leaves a copy, {copy}: {error}");
                            events.push(self.event(EventKind::Noted, &id, text));
                        }
                    }
                }
            }
            for (tier, wanted) in [(&mut point.snapshot, snapshot), (&mut point.vault, vault)] {
                let Some(held) = tier.clone().filter(|_| wanted) else {
                    continue;
                };
                match self.refuse_deletion(&held) {
                    Ok(()) => {
                        self.delete_now(&held);
                        *tier = None;
                    }
                    Err(error) => {
                        let text = format!("the clean-up leaves {}: {error}", point.name);
                        events.push(self.event(EventKind::Noted, &id, text));
                    }
                }
            }
            if point.snapshot.is_some() || point.vault.is_some() || left {
                kept.push(point);
            } else {
                let text = format!("the clean-up deleted {}: no rule keeps it", point.name);
                events.push(self.event(EventKind::Deleted, &id, text));
            }
        }
        if let Some(item) = self.protected.get_mut(at) {
            item.points = kept;
        }
        events
    }

    /// The copies of a recovery point that its item asked for: they are kept as long as the point itself.
    fn copies_of(&self, at: usize, point: &str) -> Vec<ResourceId> {
        let Some(item) = self.protected.get(at) else {
            return Vec::new();
        };
        let own = item.collection.child("restorePoints", point);
        let targets = item.copy_to.iter();
        let copies = targets.map(|target| target.child("restorePoints", point));
        let of_it = |id: &ResourceId| {
            let copy = self.restore_points.get(id);
            let copy = copy.and_then(|copy| copy.replication.as_ref());
            copy.is_some_and(|copy| copy.source.as_ref() == Some(&own))
        };
        copies.filter(of_it).collect()
    }

    /// What keeps a clean-up from deleting a point: a lock, a fault, or an address that is out.
    fn refuse_deletion(&self, id: &ResourceId) -> Result<(), CommandError> {
        if let Some(lock) = self.lock_on(id, true) {
            return Err(super::super::lock::locked(id, lock));
        }
        if !self.faults.is_empty() {
            let name = id.to_string();
            let request = if self.snapshots.contains_key(id) {
                Command::DeleteSnapshot(DeleteSnapshot { snapshot: name })
            } else {
                Command::DeleteRestorePoint(DeleteRestorePoint {
                    restore_point: name,
                    at_once: None,
                })
            };
            self.refuse_by_fault(&request)?;
        }
        let held = self.restore_points.get(id);
        let held = held.or_else(|| self.snapshots.get(id));
        Self::refuse_accessed(held.into_iter())
    }

    /// Deletes a point that is the service's own, at once.
    pub(super) fn delete_now(&mut self, id: &ResourceId) {
        if self.snapshots.contains_key(id) {
            self.drop_snapshot(id);
            return;
        }
        self.agenda
            .cancel(|task| matches!(task, Task::EndDeletion(point) if point == id));
        self.end_deletion(id);
        self.end_copies_of(id);
    }

    /// What stands against deleting everything that was taken of an item.
    pub(super) fn refuse_held(&self, item: &ProtectedItem) -> Result<(), CommandError> {
        let held = item
            .points
            .iter()
            .flat_map(|point| point.snapshot.iter().chain(&point.vault));
        for id in held {
            self.refuse_deletion(id)?;
        }
        let place = self.protected.iter().position(|known| known.id == item.id);
        for point in place.iter().flat_map(|_| &item.points) {
            for copy in self.copies_of(place.unwrap_or_default(), &point.name) {
                self.refuse_deletion(&copy)?;
            }
        }
        Ok(())
    }

    /// Deletes an item with everything that was taken.
    pub(super) fn drop_item(&mut self, at: usize) -> Vec<Event> {
        let points = self.protected.get(at).map(|item| item.points.clone());
        for point in points.unwrap_or_default() {
            for copy in self.copies_of(at, &point.name) {
                self.delete_now(&copy);
            }
        }
        let item = self.protected.remove(at);
        self.agenda
            .cancel(|task| matches!(task, Task::CleanUp(of) if *of == item.id));
        let held = item
            .points
            .iter()
            .flat_map(|point| point.snapshot.iter().chain(&point.vault));
        for id in held {
            self.delete_now(id);
        }
        if item.service == BackupService::VmBackup {
            for id in std::iter::once(&item.collection).chain(&item.vault_collection) {
                self.collections.remove(id);
            }
        }
        let text = format!(
            "{} is backed up no more, and its {} recovery points are deleted",
            item.id.name(),
            item.points.len()
        );
        vec![self.event(EventKind::Deleted, &item.id, text)]
    }
}

fn fate(item: &ProtectedItem, place: usize, now: SimInstant) -> Fate {
    let Some(point) = item.points.get(place) else {
        return Fate::Kept;
    };
    let is_made = |point: &RecoveryPoint| {
        let job = item.job.as_ref();
        job.is_none_or(|job| job.point != point.name)
    };
    if !is_made(point) {
        return Fate::Kept;
    }
    // What is still being made takes nobody's place.
    let newer = item.points.iter().skip(place + 1);
    let newer = newer.filter(|newer| is_made(newer)).count();
    let instant_over = point.time.plus(SimDuration::from_seconds(
        item.policy.instant_days().saturating_mul(DAY),
    )) <= now;
    let over = match point.keep_until {
        Some(until) => until <= now,
        None => item.policy.kept_until(point.time, point.first_of_day).until <= now,
    };
    match item.service {
        BackupService::RestorePoints => {
            let counted = item.policy.keep_last.unwrap_or_default();
            let newest = u64::try_from(newer).is_ok_and(|newer| newer < counted);
            if newest || !over {
                Fate::Kept
            } else {
                Fate::Gone
            }
        }
        // What never goes to the vault lives as long as the snapshot tier keeps it.
        BackupService::VmBackup if point.vault.is_none() && !point.first_of_day => {
            if over || instant_over {
                Fate::Gone
            } else {
                Fate::Kept
            }
        }
        BackupService::VmBackup | BackupService::DiskBackup if over => Fate::Gone,
        BackupService::VmBackup
            if instant_over && point.vault.is_some() && point.snapshot.is_some() =>
        {
            Fate::VaultOnly
        }
        BackupService::VmBackup | BackupService::DiskBackup => Fate::Kept,
    }
}
