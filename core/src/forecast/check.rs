//! What a plan must be to be foretold, and what its figures do not show.

use super::group::is;
use super::prepare::Prepared;
use super::{Meter, Plan, PlanError, PlanNote, RateProfile, guest};
use crate::cloud::{Settings, secondary_of};
use crate::matrix::{self, AssessOptions, Request, Service, Subject, Verdict, normalise_region};
use crate::model::{Disk, FactSet, FactValue, Fleet, Machine};
use crate::policy::{BackupPolicy, BackupService, Schedule};
use crate::timeline::Scenario;
use crate::units::SimDuration;

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

/// Why nothing is written about the service at the plan's edition, where that is so.
fn silence(plan: &Plan, settings: &Settings) -> Option<String> {
    let options = AssessOptions {
        edition: settings.edition(),
        service: plan.service,
        ..AssessOptions::default()
    };
    matrix::silence(&options).map(|finding| finding.text)
}

/// Fails where the engine makes no point: at an edition before the first page on restore points.
pub(super) fn check_edition(plan: &Plan, settings: &Settings) -> Result<(), PlanError> {
    let none = silence(plan, settings).filter(|_| plan.service == Service::RestorePoints);
    none.map_or(Ok(()), |text| {
        let message = format!("{text} Give a later edition.");
        Err(PlanError::new("settings.edition", message))
    })
}

/// Fails where one meter has two rates for a region, or one for a region that there is not.
pub(super) fn check_rates(rates: &RateProfile, path: &str) -> Result<(), PlanError> {
    if rates.days_in_month == Some(0) {
        let message = "give one day or more, or leave it out for those of each month";
        return Err(PlanError::new(format!("{path}.daysInMonth"), message));
    }
    let mut known: Vec<(Meter, Option<String>)> = Vec::new();
    for (at, rate) in rates.rates.iter().enumerate() {
        if let Some(region) = &rate.region {
            check_region(region, &format!("{path}.rates[{at}].region"))?;
        }
        let own = (rate.meter, rate.region.as_deref().map(normalise_region));
        if known.contains(&own) {
            let message =
                "this meter has a rate for the same region already; leave one of them out";
            return Err(PlanError::new(format!("{path}.rates[{at}]"), message));
        }
        known.push(own);
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
            self.refuse_way(&region, &path)?;
        }
        Ok(())
    }

    /// Refuses copies that the engine refuses: between regions that the pages do not list, and of disks behind a
    /// private link.
    fn refuse_way(&self, region: &str, path: &str) -> Result<(), PlanError> {
        let options = AssessOptions {
            edition: self.settings.edition(),
            request: Request {
                operation: Some("copyRestorePoint".to_owned()),
                target_region: Some(region.to_owned()),
                ..Request::default()
            },
            ..AssessOptions::default()
        };
        let machines = &self.plan.fleet.machines;
        let with = |disks: Vec<Disk>, machine: &Machine| Machine {
            facts: FactSet::new(),
            disks,
            ..machine.clone()
        };
        // One VM of each kind tells its region, and each disk with a private link for itself.
        let groups = self.groups.iter();
        let first = groups.filter_map(|group| machines.get(*group.machines.first()?));
        let bare = first.map(|machine| with(Vec::new(), machine)).collect();
        let linked = |machine: &&Machine| machine.disks.iter().any(is_linked);
        let linked = machines.iter().filter(linked);
        let linked = linked
            .map(|machine| with(self.kept(machine), machine))
            .collect();
        for (machines, subject) in [(bare, Subject::Region), (linked, Subject::Network)] {
            let disks = Vec::new();
            let judged = matrix::assess(&Fleet { machines, disks }, &options);
            let judged = judged.map_err(|error| PlanError::new(path, error.to_string()))?;
            for machine in judged.machines {
                let against = machine.findings.iter().find(|finding| {
                    finding.subject == subject && finding.verdict == Verdict::NotSupported
                });
                if let Some(finding) = against {
                    let message = format!("`{}`: {}", machine.name, finding.text);
                    return Err(PlanError {
                        row_ids: finding.row_ids.clone(),
                        ..PlanError::new(path, message)
                    });
                }
            }
        }
        Ok(())
    }

    /// The disks of a VM that the plan takes.
    fn kept(&self, machine: &Machine) -> Vec<Disk> {
        let out = |disk: &&Disk| {
            let mut given = self.plan.exclude_disks.iter();
            !given.any(|given| is(disk, &given.id))
        };
        machine.disks.iter().filter(out).cloned().collect()
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
        let silent = silence(self.plan, &self.settings);
        self.notes.extend(silent.map(|text| PlanNote {
            about: "settings.edition".to_owned(),
            text,
            row_ids: Vec::new(),
        }));
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
    let counted = policy
        .keep_last
        .map(|count| reach_of(&policy.schedule, count).seconds() / 86_400);
    [daily, weeks, months, years, counted]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or_default()
}

/// How old the oldest of so many points gets before the next one takes its place, at least. A schedule repeats itself
/// every week.
fn reach_of(schedule: &Schedule, count: u64) -> SimDuration {
    const WEEK: u64 = 7 * 86_400;
    let first = schedule.next_after(Scenario::default_start());
    let mut runs = vec![first];
    let ends = first.plus(SimDuration::from_seconds(2 * WEEK));
    while let Some(last) = runs.last().copied().filter(|last| *last < ends) {
        runs.push(schedule.next_after(last));
    }
    let of_week = (runs.len() / 2).max(1) as u64;
    let rest = usize::try_from(count % of_week).unwrap_or_default();
    let both = runs.iter().zip(runs.iter().skip(rest));
    let least = both.map(|(one, other)| other.since(*one).seconds()).min();
    let weeks = (count / of_week).saturating_mul(WEEK);
    SimDuration::from_seconds(least.unwrap_or_default().saturating_add(weeks))
}

/// Whether a disk may be reached through a private link only; which one is so is for the support matrix to say.
fn is_linked(disk: &Disk) -> bool {
    let private =
        |policy: &FactValue| matches!(policy, FactValue::Text(word) if word != "AllowAll");
    let facts = &disk.facts;
    facts.get("networkAccessPolicy").is_some_and(private) || facts.get("diskAccessId").is_some()
}

/// Fails where the lab has no region of this name.
pub(super) fn check_region(name: &str, path: &str) -> Result<(), PlanError> {
    if matrix::region_exists(name) {
        return Ok(());
    }
    let message = format!(
        "`{name}` is no region that the lab has; give one as Azure writes it, such as eastus2 or westeurope"
    );
    Err(PlanError::new(path, message))
}
