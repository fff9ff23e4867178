//! What a plan must be to be foretold, and what its figures do not show.

use super::prepare::Prepared;
use super::{Plan, PlanError, PlanNote, guest, rpo};
use crate::cloud::Settings;
use crate::matrix::{Service, normalise_region};
use crate::policy::{BackupPolicy, BackupService};
use crate::timeline::Scenario;

/// Whether the plan's service takes its policies.
pub(super) fn check_policies(plan: &Plan, settings: &Settings) -> Result<(), PlanError> {
    let check = |policy: &BackupPolicy, service, path: &str| {
        let refused = |error| PlanError::of_policy(path, &error);
        policy.check(service).map_err(refused)
    };
    guest::check(plan)?;
    match plan.service {
        Service::RestorePoints => check(&plan.policy, BackupService::RestorePoints, "policy")?,
        Service::VmBackup => check(&plan.policy, BackupService::VmBackup, "policy")?,
        Service::DiskBackup => {
            check(&plan.policy, BackupService::DiskBackup, "policy")?;
            let (most, _) = settings.disk_limits();
            plan.policy
                .check_backups_of_disk(most)
                .map_err(|error| PlanError::of_policy("policy", &error))?;
        }
        Service::Mars | Service::DpmMabs => {}
    }
    for (at, copy) in plan.copies.iter().enumerate() {
        if plan.service != Service::RestorePoints {
            let message = "only a schedule of restore points copies to other regions";
            return Err(PlanError::new(format!("copies[{at}]"), message));
        }
        if let Some(policy) = &copy.policy {
            check(
                policy,
                BackupService::RestorePoints,
                &format!("copies[{at}].policy"),
            )?;
        }
    }
    Ok(())
}

impl Prepared<'_> {
    pub(super) fn check_copies(&mut self) -> Result<(), PlanError> {
        for (at, copy) in self.plan.copies.iter().enumerate() {
            let path = format!("copies[{at}].region");
            let region = normalise_region(&copy.region);
            if region.is_empty() {
                return Err(PlanError::new(
                    path,
                    "name the region that points are copied to",
                ));
            }
            if !crate::matrix::region_exists(&region) {
                let message = format!(
                    "`{}` is no region that the lab has; give one as Azure writes it, such as eastus2 or westeurope",
                    copy.region
                );
                return Err(PlanError::new(path, message));
            }
            if self
                .plan
                .copies
                .iter()
                .take(at)
                .any(|other| normalise_region(&other.region) == region)
            {
                return Err(PlanError::new(
                    path,
                    "this region has an entry already; a point has one copy in a region",
                ));
            }
            if let Some(group) = self.groups.iter().find(|group| group.region == region) {
                let first = group
                    .machines
                    .first()
                    .and_then(|at| self.plan.fleet.machines.get(*at));
                let name = first
                    .map(|machine| machine.name.as_str())
                    .unwrap_or_default();
                let message =
                    format!("`{name}` is in this region itself; copies go to another one");
                return Err(PlanError::new(path, message));
            }
        }
        Ok(())
    }

    /// The region that a vault in this one is restored in too, where the plan says so.
    pub(super) fn pair(&self, region: &str) -> Option<String> {
        let asked = self.plan.cross_region_restore == Some(true);
        let own = crate::matrix::region(region).filter(|_| asked);
        own.and_then(|own| own.pair.clone())
    }

    /// Fails where points are to be restored in the paired region and there is none.
    pub(super) fn check_pairs(&self) -> Result<(), PlanError> {
        const PATH: &str = "crossRegionRestore";
        if self.plan.cross_region_restore.is_none() {
            return Ok(());
        }
        if self.plan.service != Service::VmBackup {
            let message =
                "only vaults of Azure VM Backup restore in the paired region; leave it out";
            return Err(PlanError::new(PATH, message));
        }
        let asked = self.plan.cross_region_restore == Some(true);
        let mut groups = self.groups.iter().filter(|_| asked);
        match groups.find(|group| self.pair(&group.region).is_none()) {
            Some(group) => {
                let message = format!("{} has no paired region", group.region);
                Err(PlanError::new(PATH, message).by(&["S3-46a"]))
            }
            None => Ok(()),
        }
    }

    /// What the figures do not show.
    pub(super) fn note_limits(&mut self) {
        let reach = reach_days(&self.plan.policy);
        if reach > self.days {
            let text = format!(
                "points are kept for up to {reach} days, and {} are foretold: at the end there are more than is shown",
                self.days
            );
            self.notes.push(PlanNote {
                about: "horizonDays".to_owned(),
                text,
                row_ids: Vec::new(),
            });
        }
        self.notes.extend(guest::notes(self.plan));
        if guest::most_a_day(self.plan.service).is_some() {
            return;
        }
        let mut notes = Vec::new();
        for machine in &self.plan.fleet.machines {
            for disk in machine
                .disks
                .iter()
                .filter(|disk| disk.id.is_some() && disk.size_gib.is_none())
            {
                notes.push(PlanNote {
                    about: disk.name.clone(),
                    text: format!("the size of this disk of `{}` is not known; it counts as what is used of it", machine.name),
                    row_ids: Vec::new(),
                });
            }
        }
        notes.truncate(20);
        self.notes.extend(notes);
    }
}

/// How far back points reach under a policy, in days, once it has run for long enough.
pub(super) fn reach_days(policy: &BackupPolicy) -> u64 {
    let daily = policy
        .daily_retention_days
        .or(policy.operational_retention_days);
    let weeks = policy
        .weekly_retention
        .as_ref()
        .map(|at| at.weeks.saturating_mul(7));
    let months = policy
        .monthly_retention
        .as_ref()
        .map(|at| at.months.saturating_mul(30));
    let years = policy
        .yearly_retention
        .as_ref()
        .map(|at| at.years.saturating_mul(365));
    let start = Scenario::default_start();
    let gap = rpo::promised(&policy.schedule, start).seconds();
    let counted = policy
        .keep_last
        .map(|count| count.saturating_sub(1).saturating_mul(gap) / 86_400);
    [daily, weeks, months, years, counted]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or_default()
}
