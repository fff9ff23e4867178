//! What a plan must be to be foretold, and what its figures do not show.

use super::prepare::Prepared;
use super::{Plan, PlanError, PlanNote, guest, rpo};
use crate::cloud::{Settings, secondary_of};
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
            check_region(&copy.region, &path)?;
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
        let plan = self.plan;
        let asked = plan.cross_region_restore;
        let asked = asked.filter(|_| plan.service == Service::VmBackup);
        let pair = secondary_of(plan.vault_redundancy.as_deref(), asked, region);
        pair.ok().flatten()
    }

    /// Fails where the vault cannot be as the plan has it, or the service has none of the kind.
    pub(super) fn check_vault(&self) -> Result<(), PlanError> {
        let plan = self.plan;
        let redundancy = plan.vault_redundancy.as_deref();
        if plan.service != Service::VmBackup {
            let given = [
                ("vaultRedundancy", redundancy.is_some()),
                ("crossRegionRestore", plan.cross_region_restore.is_some()),
            ];
            let given = given.into_iter().find(|(_, given)| *given);
            return given.map_or(Ok(()), |(field, _)| {
                let message = "only a vault of Azure VM Backup (vmBackup) has this; leave it out";
                Err(PlanError::new(field, message))
            });
        }
        for group in &self.groups {
            secondary_of(redundancy, plan.cross_region_restore, &group.region)
                .map_err(|error| PlanError::refused("", &error))?;
        }
        Ok(())
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

/// Fails where the lab has no region of this name.
pub(super) fn check_region(name: &str, path: &str) -> Result<(), PlanError> {
    if crate::matrix::region_exists(name) {
        return Ok(());
    }
    let message = format!(
        "`{name}` is no region that the lab has; give one as Azure writes it, such as eastus2 or westeurope"
    );
    Err(PlanError::new(path, message))
}
