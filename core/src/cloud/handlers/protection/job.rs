//! A backup from its start to its end: the snapshot, then the way to the vault.

use super::invalid;
use crate::cloud::setting;
use crate::cloud::{
    BackupJob, BackupNow, CancelJob, Cloud, Command, CommandError, CopyRestorePoint,
    CreateRestorePoint, Event, EventKind, Executed, JobPhase, ProtectedItem, RecoveryPoint,
    RefusalCode, Replication, RestorePoint,
};
use crate::ids::ResourceId;
use crate::model::ProvisioningState;
use crate::order::SmallMap;
use crate::policy::BackupService;
use crate::units::SimDuration;

/// On-demand backups of a day that may succeed, and those that may be begun (S3-10a, S3-10b).
const ON_DEMAND: (usize, usize) = (3, 9);
/// Days that an on-demand backup is kept where nobody says otherwise; our assumption.
const ON_DEMAND_DAYS: u64 = 30;
/// Days of 99 years (S3-36).
const MOST_DAYS: u64 = 99 * 365;

impl Cloud {
    pub(in crate::cloud) fn backup_now(&mut self, fields: &BackupNow) -> Executed {
        let at = self.find_item(&fields.item)?;
        let days = fields.retain_days.unwrap_or(ON_DEMAND_DAYS);
        if !(1..=MOST_DAYS).contains(&days) {
            let message = format!("give 1 to {MOST_DAYS} days; points are kept 99 years at most");
            return Err(invalid("retainDays", message));
        }
        let now = self.now;
        if let Some(item) = self.protected.get(at) {
            if item.stopped {
                return Err(super::stopped(item));
            }
            self.refuse_quota(item)?;
        }
        let events = self.begin_backup(at, Some(days), false)?;
        if let Some(item) = self.protected.get_mut(at) {
            let clock = item.policy.schedule.utc_offset;
            item.on_demand
                .retain(|(begun, _)| clock.day(*begun) == clock.day(now));
            item.on_demand.push((now, false));
        }
        Ok(events)
    }

    /// Azure VM Backup takes three on-demand backups a day, and nine attempts at them.
    fn refuse_quota(&self, item: &ProtectedItem) -> Result<(), CommandError> {
        if item.service != BackupService::VmBackup {
            return Ok(());
        }
        let clock = item.policy.schedule.utc_offset;
        let today = |at| clock.day(at) == clock.day(self.now);
        let attempts = item.on_demand.iter().filter(|(at, _)| today(*at));
        let begun = attempts.clone().count();
        let succeeded = attempts.filter(|(_, succeeded)| *succeeded).count();
        let (most_succeeded, most_begun) = ON_DEMAND;
        if succeeded < most_succeeded && begun < most_begun {
            return Ok(());
        }
        let (row_ids, limit): (&'static [&'static str], String) = if succeeded >= most_succeeded {
            (
                &["S3-10a"],
                format!("{succeeded} on-demand backups today, and {most_succeeded} are taken"),
            )
        } else {
            (
                &["S3-10b"],
                format!(
                    "{begun} attempts at on-demand backups today, and {most_begun} are allowed"
                ),
            )
        };
        Err(CommandError::Refused {
            code: RefusalCode::TooManyRequests,
            target: item.id.to_string(),
            message: format!("`{}` had {limit}; try again tomorrow", item.id.name()),
            row_ids,
        })
    }

    /// What the schedule asks for; a failure is told and the next run is planned all the same.
    pub(in crate::cloud) fn run_backup(&mut self, id: &ResourceId, schedule: u64) -> Vec<Event> {
        let in_force = |item: &ProtectedItem| item.id == *id && item.schedule == schedule;
        let Some(at) = self.protected.iter().position(in_force) else {
            return Vec::new();
        };
        self.plan_backup(id);
        match self.begin_backup(at, None, false) {
            Ok(events) => events,
            Err(error) => {
                vec![self.backup_failed(at, error.code(), error.to_string())]
            }
        }
    }

    /// Whether no backup by schedule was taken on this day.
    pub(super) fn first_of_day(&self, item: &ProtectedItem) -> bool {
        let clock = item.policy.schedule.utc_offset;
        let today = clock.day(self.now);
        !item
            .points
            .iter()
            .any(|point| point.keep_until.is_none() && clock.day(point.time) == today)
    }

    /// Takes the snapshot of a backup. One that is taken `before_restore` is kept as those by schedule are, and
    /// goes to the vault.
    pub(super) fn begin_backup(
        &mut self,
        at: usize,
        on_demand_days: Option<u64>,
        before_restore: bool,
    ) -> Executed {
        let Some(item) = self.protected.get(at) else {
            return Ok(Vec::new());
        };
        if let Some(job) = &item.job {
            return Err(CommandError::NotAllowed {
                target: item.id.to_string(),
                message: format!("{} is still being made", job.point),
            });
        }
        let most = match item.service {
            BackupService::DiskBackup => return self.back_up_disk(at, on_demand_days),
            BackupService::VmBackup => self.settings.number(setting::RECOVERY_POINTS),
            BackupService::RestorePoints => u64::MAX,
        };
        if item.service == BackupService::VmBackup
            && let Some((id, vm)) = self.virtual_machines.get_key_value(&item.source)
        {
            self.refuse_size(id, vm, &item.exclude_disks)?;
        }
        if item.points.len() as u64 >= most {
            return Err(CommandError::Refused {
                code: RefusalCode::UserErrorMaxRecoveryPointsReached,
                target: item.id.to_string(),
                message: format!(
                    "`{}` has {most} recovery points; keep them shorter",
                    item.id.name()
                ),
                row_ids: &["S3-35"],
            });
        }
        // A name that a point of somebody else's has there is left to it.
        let mut number = item.taken;
        let (name, snapshot) = loop {
            number += 1;
            let name = format!("{}-{number}", item.id.name());
            let snapshot = item.collection.child("restorePoints", &name);
            if !self.restore_points.contains_key(&snapshot) {
                break (name, snapshot);
            }
        };
        let first_of_day = before_restore || self.first_of_day(item);
        let id = item.id.clone();
        let fields = CreateRestorePoint {
            collection: item.collection.to_string(),
            name: name.clone(),
            disk_encryption_sets: SmallMap::new(),
            exclude_disks: item
                .exclude_disks
                .iter()
                .map(|id| crate::cloud::DiskReference { id: id.to_string() })
                .collect(),
            consistency_mode: None,
            api_version: None,
            at_once: None,
        };
        // A fault stops the service, or the user's automation, as it stops a request by hand.
        self.refuse_request(|| Command::CreateRestorePoint(fields.clone()))?;
        let mut events = self.take_point(&fields)?;
        let mode = self
            .restore_points
            .get(&snapshot)
            .map(|point| point.consistency_mode);
        let point = RecoveryPoint {
            name: name.clone(),
            time: self.now,
            keep_until: on_demand_days.map(|days| {
                self.now
                    .plus(SimDuration::from_seconds(days.saturating_mul(86_400)))
            }),
            first_of_day: first_of_day && on_demand_days.is_none(),
            consistency_mode: mode.unwrap_or(crate::model::ConsistencyMode::CrashConsistent),
            snapshot: Some(snapshot),
            vault: None,
        };
        let started = self.now;
        if let Some(item) = self.protected.get_mut(at) {
            item.taken = number;
            item.points.push(point);
            item.job = Some(BackupJob {
                started,
                phase: JobPhase::Snapshot,
                point: name.clone(),
                on_demand: on_demand_days.is_some(),
            });
        }
        let text = format!("backup {name} of {} begins with its snapshot", id.name());
        events.insert(0, self.event(EventKind::BackupStarted, &id, text));
        events.extend(self.follow_jobs());
        Ok(events)
    }

    /// Refuses what a fault stands against. Backups of one instant begin within each other, so that the request is
    /// not kept on the stack.
    #[inline(never)]
    fn refuse_request(&self, request: impl FnOnce() -> Command) -> Result<(), CommandError> {
        if self.faults.is_empty() {
            return Ok(());
        }
        self.refuse_by_fault(&request())
    }

    pub(in crate::cloud) fn cancel_job(&mut self, fields: &CancelJob) -> Executed {
        let at = self.find_item(&fields.item)?;
        let Some(item) = self.protected.get(at) else {
            return Ok(Vec::new());
        };
        let Some(job) = &item.job else {
            return Err(CommandError::NotAllowed {
                target: item.id.to_string(),
                message: format!("nothing is being done for `{}`", item.id.name()),
            });
        };
        if job.phase == JobPhase::Transfer {
            return Err(CommandError::Refused {
                code: RefusalCode::OperationNotAllowed,
                target: item.id.to_string(),
                message: format!(
                    "{} is on its way to the vault; a backup can be cancelled only while its snapshot is taken",
                    job.point
                ),
                row_ids: &["S3-08b"],
            });
        }
        let (id, name) = (item.id.clone(), job.point.clone());
        let snapshot = item.collection.child("restorePoints", &name);
        self.agenda.cancel(
            |task| matches!(task, crate::cloud::Task::EndCreation(point) if *point == snapshot),
        );
        let source = self
            .restore_points
            .get(&snapshot)
            .map(|point| point.virtual_machine.clone());
        if let Some(vm) = source.and_then(|id| self.virtual_machines.get_mut(&id)) {
            vm.creating = None;
        }
        self.delete_now(&snapshot);
        if let Some(item) = self.protected.get_mut(at) {
            item.points.retain(|point| point.name != name);
            item.job = None;
        }
        let text = format!("backup {name} of {} was cancelled", id.name());
        Ok(vec![self.event(EventKind::BackupFailed, &id, text)])
    }

    /// Takes every backup a step further that waits for nothing any more.
    pub(in crate::cloud) fn follow_jobs(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for at in 0..self.protected.len() {
            events.extend(self.follow_job(at));
        }
        events
    }

    fn follow_job(&mut self, at: usize) -> Vec<Event> {
        let Some(item) = self.protected.get_mut(at) else {
            return Vec::new();
        };
        let Some(phase) = item.job.as_ref().map(|job| job.phase) else {
            return Vec::new();
        };
        let Some(made) = item.in_progress() else {
            return Vec::new();
        };
        let waits_for = match phase {
            JobPhase::Snapshot => made.snapshot.clone(),
            JobPhase::Transfer => made.vault.clone(),
        };
        let state = waits_for.and_then(|id| self.restore_points.get(&id));
        let failure = match state {
            Some(point) if point.state == ProvisioningState::Creating => return Vec::new(),
            Some(point) if point.is_replicating() && phase == JobPhase::Transfer => {
                return Vec::new();
            }
            Some(point) if point.state == ProvisioningState::Succeeded => None,
            Some(point) => point.failure.clone(),
            None => Some((
                RefusalCode::RestorePointNotFound,
                "what it made is gone".to_owned(),
            )),
        };
        if let Some((code, message)) = failure {
            return vec![self.give_up(at, phase, code, message)];
        }
        if phase == JobPhase::Snapshot && self.goes_to_vault(at) {
            return match self.send_to_vault(at) {
                Ok(events) => events,
                Err(error) => {
                    let (code, message) = (error.code(), error.to_string());
                    vec![self.give_up(at, JobPhase::Transfer, code, message)]
                }
            };
        }
        self.end_backup(at)
    }

    /// By schedule the first point of a day goes to the vault, once a day (S3-37); whatever is asked for goes too.
    fn goes_to_vault(&self, at: usize) -> bool {
        let item = self.protected.get(at);
        item.is_some_and(|item| {
            let made = item.points.last();
            item.service == BackupService::VmBackup
                && made.is_some_and(|point| point.first_of_day || point.keep_until.is_some())
        })
    }

    fn give_up(&mut self, at: usize, phase: JobPhase, code: RefusalCode, message: String) -> Event {
        if let Some(item) = self.protected.get_mut(at) {
            let name = item.job.take().map(|job| job.point).unwrap_or_default();
            match phase {
                JobPhase::Snapshot => item.points.retain(|point| point.name != name),
                JobPhase::Transfer => {
                    let made = item.points.iter_mut().find(|point| point.name == name);
                    made.into_iter().for_each(|point| point.vault = None);
                }
            }
        }
        self.backup_failed(at, code, message)
    }

    fn backup_failed(&mut self, at: usize, code: RefusalCode, message: String) -> Event {
        let text = format!("the backup failed: {}: {message}", code.as_str());
        let item = self.protected.get_mut(at);
        let id = item.map(|item| {
            item.last_failure = Some((code, message));
            item.id.clone()
        });
        let id = id.unwrap_or_else(|| super::super::lab_id("schedules", "gone"));
        self.event(EventKind::BackupFailed, &id, text)
    }

    fn end_backup(&mut self, at: usize) -> Vec<Event> {
        let Some(item) = self.protected.get_mut(at) else {
            return Vec::new();
        };
        let Some(job) = item.job.take() else {
            return Vec::new();
        };
        item.last_failure = None;
        if job.on_demand {
            let begun = item.on_demand.iter_mut().find(|(at, _)| *at == job.started);
            begun
                .into_iter()
                .for_each(|(_, succeeded)| *succeeded = true);
        }
        let (id, service) = (item.id.clone(), item.service);
        let (copy_to, collection) = (item.copy_to.clone(), item.collection.clone());
        let text = format!("backup {} of {} is there", job.point, id.name());
        let mut events = vec![self.event(EventKind::BackupSucceeded, &id, text)];
        if service == BackupService::RestorePoints {
            for target in copy_to {
                let fields = CopyRestorePoint {
                    restore_point: collection.child("restorePoints", &job.point).to_string(),
                    collection: target.to_string(),
                    name: None,
                    disk_encryption_sets: SmallMap::new(),
                    api_version: None,
                    at_once: None,
                };
                let asked = self.refuse_request(|| Command::CopyRestorePoint(fields.clone()));
                match asked.and_then(|()| self.copy_restore_point(&fields)) {
                    Ok(copied) => events.extend(copied),
                    Err(error) => {
                        events.push(self.backup_failed(at, error.code(), error.to_string()));
                    }
                }
            }
            events.extend(self.clean_up(at));
        }
        events
    }

    /// Sends what changed since the last point in the vault there.
    fn send_to_vault(&mut self, at: usize) -> Executed {
        let item = self.protected.get_mut(at);
        let Some((snapshot, target, vault)) = item.and_then(|item| {
            let target = item.vault_collection.clone()?;
            let vault = item.vault.clone()?;
            Some((item.in_progress()?.snapshot.clone()?, target, vault))
        }) else {
            return Ok(Vec::new());
        };
        let Some(source) = self.restore_points.get(&snapshot).cloned() else {
            return Ok(Vec::new());
        };
        let id = target.child("restorePoints", &source.name);
        let kept = format!("vault {vault}");
        let (mut disks, travelling) = self.replicate(&id, &source.disks, &kept, source.sequence)?;
        for (disk, captured) in disks.iter_mut().zip(&source.disks) {
            disk.facts = captured.facts.clone();
        }
        self.captures += 1;
        let point = RestorePoint {
            sequence: self.captures,
            collection: target,
            vault: Some(vault),
            disks,
            replication: Some(Replication {
                source: Some(snapshot),
                source_sequence: source.sequence,
                from_region: source.location.clone(),
                disks: travelling,
                completed: None,
                started: None,
            }),
            ..source
        };
        self.restore_points.insert(id.clone(), point);
        let item = self.protected.get_mut(at);
        if let Some(item) = item {
            if let Some(made) = item.in_progress() {
                made.vault = Some(id.clone());
            }
            if let Some(job) = &mut item.job {
                job.phase = JobPhase::Transfer;
            }
        }
        let mut events = self.begin_replication(&id);
        events.extend(self.follow_job(at));
        Ok(events)
    }
}
