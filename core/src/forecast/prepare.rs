//! A plan made ready: checked, with its defaults, its VMs grouped by what their disks are like.

use super::change::{Change, Course, Steps, steps};
use super::rollout::creation;
use super::rollout::{Rollout, Terms, roll_out};
use super::rpo;
use super::{Plan, PlanAssumption, PlanError, PlanNote, RateProfile};
use crate::cloud::{DiskReference, Settings, Workload, WritePattern, check_workload};
use crate::ids::ResourceId;
use crate::json;
use crate::matrix::{Service, normalise_region};
use crate::model::{Disk, FactValue, Machine, vocabulary};
use crate::policy::{BackupPolicy, BackupService};
use crate::prng::mix;
use crate::timeline::Scenario;
use crate::units::{BlockSize, ByteCount, GIB, SimDuration, SimInstant};

/// Days that are foretold where nothing is said, and at most.
const DAYS: (u64, u64) = (365, 3660);
/// Thousandths of what is used that are written anew in a day: between 2 and 7 % are usual.
const CHANGE: u64 = 45;
/// How far from it the usual lies, in thousandths of it.
const BAND: u64 = 555;

/// A plan that can be reckoned with.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) plan: &'a Plan,
    pub(super) settings: Settings,
    pub(super) start: SimInstant,
    pub(super) end: SimInstant,
    pub(super) days: u64,
    pub(super) groups: Vec<Group>,
    pub(super) assumptions: Vec<PlanAssumption>,
    pub(super) notes: Vec<PlanNote>,
    band: u64,
    /// A number for each name or id of a disk that a workload names, in order, with the entry that names it.
    named: Vec<(u64, u64)>,
    /// The entry for all other disks.
    others: Option<usize>,
}

/// VMs of one region whose disks are alike.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) region: String,
    pub(super) disks: Vec<Profile>,
    /// Their places in the fleet.
    pub(super) machines: Vec<usize>,
}

/// What matters of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) size: ByteCount,
    pub(super) used: ByteCount,
    /// Which of the plan's workloads writes to it.
    workload: Option<usize>,
}

/// Steps of workloads by how often they come and whether they keep to weekdays, reckoned once.
pub(super) type KnownSteps = Vec<((u64, bool), Steps)>;

/// Checks a plan and makes it ready.
pub(super) fn prepare(plan: &Plan) -> Result<Prepared<'_>, PlanError> {
    let mut settings = Settings::default();
    for (name, value) in &plan.settings {
        settings
            .set(name, value.clone())
            .map_err(|error| PlanError::refused("settings", &error))?;
    }
    vocabulary::validate(&plan.fleet).map_err(|error| PlanError {
        code: error.code().to_owned(),
        path: format!("fleet.{}", error.path()),
        message: error.to_string(),
    })?;
    let days = plan.horizon_days.unwrap_or(DAYS.0);
    if !(1..=DAYS.1).contains(&days) {
        return Err(PlanError::new(
            "horizonDays",
            format!("give 1 to {} days", DAYS.1),
        ));
    }
    let within = [
        (
            "changeThousandthsPerDay",
            plan.change_thousandths_per_day,
            100_000,
        ),
        ("changeBandThousandths", plan.change_band_thousandths, 1000),
        ("onDemandPerDay", plan.on_demand_per_day, 9),
        ("restoresPerMonth", plan.restores_per_month, 1_000_000),
        ("restoredDiskHours", plan.restored_disk_hours, 100_000),
    ];
    for (field, given, most) in within {
        if given.is_some_and(|given| given > most) {
            return Err(PlanError::new(field, format!("give 0 to {most}")));
        }
    }
    check_policies(plan, &settings)?;
    let start = plan.start_time.unwrap_or_else(Scenario::default_start);
    let mut prepared = Prepared {
        plan,
        settings,
        start,
        end: start.plus(SimDuration::from_seconds(days * 86_400)),
        days,
        groups: Vec::new(),
        assumptions: Vec::new(),
        notes: Vec::new(),
        band: plan.change_band_thousandths.unwrap_or(BAND),
        named: Vec::new(),
        others: None,
    };
    prepared.name_workloads()?;
    prepared.group()?;
    prepared.check_copies()?;
    rpo::check_regions(&prepared)?;
    prepared.note_limits();
    Ok(prepared)
}

fn check_policies(plan: &Plan, settings: &Settings) -> Result<(), PlanError> {
    let check = |policy: &BackupPolicy, service, path: &str| {
        policy.check(service).map_err(|error| PlanError {
            code: "InvalidParameter".to_owned(),
            path: format!("{path}.{}", error.field),
            message: error.message,
        })
    };
    match plan.service {
        Service::RestorePoints => check(&plan.policy, BackupService::RestorePoints, "policy")?,
        Service::VmBackup => check(&plan.policy, BackupService::VmBackup, "policy")?,
        Service::DiskBackup => {
            check(&plan.policy, BackupService::DiskBackup, "policy")?;
            let (expected, (most, _)) = (plan.policy.expected_points(), settings.disk_limits());
            if expected > most {
                let message = format!(
                    "this keeps {expected} backups of a disk; a policy keeps {most} at most"
                );
                return Err(PlanError::new("policy.operationalRetentionDays", message));
            }
        }
        // What runs in the guest is not simulated: its limits are all that is known (S3-11, S3-12).
        Service::Mars | Service::DpmMabs => {
            let most = if plan.service == Service::Mars { 3 } else { 2 };
            let runs = plan.policy.schedule.runs_a_day();
            if runs > most {
                let message = format!(
                    "this service takes {most} scheduled backups a day at most, and this is {runs}"
                );
                return Err(PlanError::new("policy.schedule.intervalHours", message));
            }
        }
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

/// A number for a name or an id, in any case.
fn number_of(name: &str) -> u64 {
    let bytes = name.bytes().map(|byte| byte.to_ascii_lowercase());
    bytes.fold(1, |number, byte| mix(number ^ u64::from(byte)))
}

impl<'a> Prepared<'a> {
    fn name_workloads(&mut self) -> Result<(), PlanError> {
        for (at, entry) in self.plan.workloads.iter().enumerate() {
            let path = format!("workloads[{at}]");
            check_workload(&entry.workload).map_err(|error| PlanError::refused(&path, &error))?;
            if entry.disks.is_empty() && self.others.replace(at).is_some() {
                let message =
                    "another entry is for all other disks already; name the disks of this one";
                return Err(PlanError::new(format!("{path}.disks"), message));
            }
            let names = entry.disks.iter().map(|name| (number_of(name), at as u64));
            self.named.extend(names);
        }
        self.named.sort_unstable();
        Ok(())
    }

    fn workload_of(&self, disk: &Disk) -> Option<usize> {
        let by = |name: &str| {
            let number = number_of(name);
            let at = self.named.partition_point(|(known, _)| *known < number);
            let (known, entry) = self.named.get(at)?;
            usize::try_from(*entry).ok().filter(|_| *known == number)
        };
        let id = disk.id.as_ref().and_then(|id| by(id.as_str()));
        id.or_else(|| by(&disk.name)).or(self.others)
    }

    /// The disks that the plan leaves out of a VM.
    pub(super) fn excluded(&self, machine: &Machine) -> Vec<DiskReference> {
        let named = |disk: &&DiskReference| machine.disks.iter().any(|of| is(of, &disk.id));
        self.plan
            .exclude_disks
            .iter()
            .filter(named)
            .cloned()
            .collect()
    }

    fn group(&mut self) -> Result<(), PlanError> {
        let block = self.settings.block_size();
        let mut found: Vec<Group> = Vec::new();
        let mut numbers: Vec<(u64, u64)> = Vec::new();
        let mut named = 0_usize;
        let mut assumed = 0_u64;
        for (at, machine) in self.plan.fleet.machines.iter().enumerate() {
            let path = format!("fleet.machines[{at}]");
            let Some(region) = machine
                .location
                .as_deref()
                .filter(|region| !region.is_empty())
            else {
                let message = format!(
                    "the region of `{}` is unknown; give its location",
                    machine.name
                );
                return Err(PlanError::new(format!("{path}.location"), message));
            };
            let mut disks = Vec::new();
            for (place, disk) in machine.disks.iter().enumerate() {
                let left_out = self
                    .plan
                    .exclude_disks
                    .iter()
                    .any(|given| is(disk, &given.id));
                named += usize::from(left_out);
                if left_out || disk.id.is_none() {
                    continue;
                }
                let path = format!("{path}.disks[{place}]");
                let profile = self.profile(disk, block, &path)?;
                assumed += u64::from(profile.workload.is_none());
                disks.push(profile);
            }
            let region = normalise_region(region);
            let number = disks.iter().fold(number_of(&region), |number, disk| {
                let workload = disk.workload.map_or(0, |at| at as u64 + 1);
                mix(mix(mix(number ^ disk.size.0) ^ disk.used.0) ^ workload)
            });
            numbers.push((number, at as u64));
            found.push(Group {
                region,
                disks,
                machines: vec![at],
            });
        }
        if named < self.plan.exclude_disks.len() {
            let of_any = |given: &DiskReference| {
                let mut disks = self.plan.fleet.machines.iter().flat_map(|of| &of.disks);
                disks.any(|disk| is(disk, &given.id))
            };
            if let Some(at) = self
                .plan
                .exclude_disks
                .iter()
                .position(|given| !of_any(given))
            {
                let message = "no VM of the fleet has this disk; give its name or its id";
                return Err(PlanError::new(format!("excludeDisks[{at}].id"), message));
            }
        }
        numbers.sort_unstable();
        // The first VM of each kind takes the others; kinds stay in the order of the fleet.
        let mut first: Option<(u64, usize)> = None;
        for (number, at) in numbers {
            let at = usize::try_from(at).unwrap_or_default();
            let known = first
                .filter(|(known, _)| *known == number)
                .map(|(_, known)| known);
            let alike = known.filter(|known| match (found.get(*known), found.get(at)) {
                (Some(one), Some(other)) => one.region == other.region && one.disks == other.disks,
                _ => false,
            });
            match alike {
                Some(known) => {
                    found
                        .get_mut(at)
                        .into_iter()
                        .for_each(|group| group.machines.clear());
                    found
                        .get_mut(known)
                        .into_iter()
                        .for_each(|group| group.machines.push(at));
                }
                None => first = Some((number, at)),
            }
        }
        found.retain(|group| !group.machines.is_empty());
        self.groups = found;
        self.assume(block, assumed);
        Ok(())
    }

    fn profile(&self, disk: &Disk, block: BlockSize, path: &str) -> Result<Profile, PlanError> {
        let used = match disk.facts.get("usedGiB") {
            Some(FactValue::Integer(gib)) => u64::try_from(*gib).unwrap_or_default(),
            _ => 0,
        };
        let size = disk.size_gib.unwrap_or(used);
        if used > size {
            let message = format!("{used} GiB of it cannot be written: its size is {size} GiB");
            return Err(PlanError::new(format!("{path}.facts.usedGiB"), message));
        }
        if block.blocks_in(ByteCount::from_gib(size)) > crate::store::MAX_BLOCKS {
            let message =
                "the disk has more blocks than the engine can hold; give a larger blockSizeBytes";
            return Err(PlanError::new(format!("{path}.sizeGiB"), message));
        }
        Ok(Profile {
            size: ByteCount::from_gib(size),
            used: ByteCount::from_gib(used),
            workload: self.workload_of(disk),
        })
    }

    fn assume(&mut self, block: BlockSize, assumed: u64) {
        let mut assume = |name: &str, value: String, meaning: &str| {
            self.assumptions.push(PlanAssumption {
                name: name.to_owned(),
                value,
                meaning: meaning.to_owned(),
            });
        };
        if assumed > 0 && self.plan.change_thousandths_per_day.is_none() {
            assume(
                "changeThousandthsPerDay",
                format!("{CHANGE} thousandths of what is used, for {assumed} disks"),
                "no workload is given for them; 2 to 7 % a day are called usual",
            );
        }
        assume(
            "changeBandThousandths",
            format!("{} thousandths less or more", self.band),
            "how far the low and the high figure lie from the typical one",
        );
        assume(
            "blockSizeBytes",
            format!("{} bytes", block.bytes()),
            "what is written anywhere in a block is stored as the whole block",
        );
    }

    fn check_copies(&mut self) -> Result<(), PlanError> {
        for (at, copy) in self.plan.copies.iter().enumerate() {
            let path = format!("copies[{at}].region");
            let region = normalise_region(&copy.region);
            if region.is_empty() {
                return Err(PlanError::new(
                    path,
                    "name the region that points are copied to",
                ));
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

    /// What the figures do not show.
    fn note_limits(&mut self) {
        let mut note = |about: &str, text: String, rows: &[&str]| {
            self.notes.push(PlanNote {
                about: about.to_owned(),
                text,
                row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
            });
        };
        match self.plan.service {
            Service::Mars => note(
                "service",
                "what the MARS agent takes is not foretold: it backs up from within the guest, three times a day at most, 9,999 points"
                    .to_owned(),
                &["S3-11", "S3-35"],
            ),
            Service::DpmMabs => note(
                "service",
                "what DPM and MABS take is not foretold: they back up from within the guest, with limits of their own".to_owned(),
                &["S3-12"],
            ),
            _ => {
                let reach = reach_days(&self.plan.policy);
                if reach > self.days {
                    let text = format!(
                        "points are kept for up to {reach} days, and {} are foretold: at the end there are more than is shown",
                        self.days
                    );
                    note("horizonDays", text, &[]);
                }
            }
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

    /// The vault's name.
    pub(super) fn vault(&self) -> &'a str {
        self.plan.vault.as_deref().unwrap_or("vault")
    }

    /// How many thousandths of the planned change are written: typical, low, high.
    pub(super) fn scales(&self) -> [u64; 3] {
        [1000, 1000_u64.saturating_sub(self.band), 1000 + self.band]
    }

    /// Points that a VM, or a disk of Disk Backup, may have.
    pub(super) fn limit(&self) -> u64 {
        match self.plan.service {
            Service::DiskBackup => self.settings.disk_limits().1,
            _ => self.settings.restore_points_per_vm(),
        }
    }

    /// What the plan costs by: its own rates, or those that its settings keep.
    pub(super) fn rates(&self) -> Result<RateProfile, PlanError> {
        if let Some(rates) = &self.plan.rates {
            return Ok(rates.clone());
        }
        let Some(text) = self.settings.rates() else {
            return Ok(RateProfile::default());
        };
        let wrong = |why: String| PlanError::new("settings.rates", why);
        let value = json::parse(text).map_err(|error| wrong(error.to_string()))?;
        json::read(&value).map_err(|error| wrong(format!("{}: {error}", error.path())))
    }

    /// How long a snapshot takes until it is there; one of Disk Backup is there at once.
    pub(super) fn creation(&self) -> SimDuration {
        creation(self.plan.service, &self.settings)
    }

    /// The plan rolled out.
    pub(super) fn rollout(&self) -> Result<Rollout, PlanError> {
        let copies: Vec<_> = self
            .plan
            .copies
            .iter()
            .map(|copy| copy.policy.clone())
            .collect();
        let terms = Terms {
            service: self.plan.service,
            policy: &self.plan.policy,
            copies: &copies,
            on_demand_per_day: self.plan.on_demand_per_day.unwrap_or_default(),
            start: self.start,
            end: self.end,
            settings: &self.settings,
            limit: self.limit(),
        };
        roll_out(&terms).ok_or_else(|| {
            let message = "the schedule takes too many points in that time; foretell fewer days";
            PlanError::new("horizonDays", message)
        })
    }

    /// The disks of one VM of a group, each where it stands at every capture.
    pub(super) fn disks(
        &self,
        group: &Group,
        scale: u64,
        captures: &[SimInstant],
        known: &mut KnownSteps,
    ) -> Vec<(Change, Course)> {
        let block = self.settings.block_size();
        let one = |profile: &Profile| {
            let planned = profile.workload.and_then(|at| self.plan.workloads.get(at));
            let (workload, size) = match planned {
                Some(entry) => (entry.workload.clone(), profile.size),
                // What is used is written anew, and nothing else.
                None => (self.usual(1000), profile.used),
            };
            let every = workload.every.seconds();
            let weekdays = workload.pattern == WritePattern::Weekdays;
            let at = known.iter().position(|(key, _)| *key == (every, weekdays));
            let at = at.unwrap_or_else(|| {
                let made = steps(workload.every, weekdays, self.start, captures);
                known.push(((every, weekdays), made));
                known.len() - 1
            });
            let change = Change::new(block, size, profile.used, &workload, scale);
            let course = known.get(at).map(|(_, steps)| change.course(steps));
            (change, course.unwrap_or_default())
        };
        group.disks.iter().map(one).collect()
    }

    /// What writes to a disk for which no workload is given.
    fn usual(&self, within_thousandths: u32) -> Workload {
        Workload {
            every: SimDuration::from_seconds(3600),
            pattern: WritePattern::Random,
            writes: 1,
            blocks_per_write: 1,
            within_thousandths,
            mib_per_hour: None,
            used_thousandths_per_day: Some(self.plan.change_thousandths_per_day.unwrap_or(CHANGE)),
        }
    }

    /// What writes to each disk, for the engine.
    pub(super) fn workloads(&self) -> Vec<(&'a ResourceId, Workload)> {
        let disks = self
            .plan
            .fleet
            .machines
            .iter()
            .flat_map(|machine| &machine.disks);
        let one = |disk: &'a Disk| {
            let id = disk.id.as_ref()?;
            if self
                .plan
                .exclude_disks
                .iter()
                .any(|given| is(disk, &given.id))
            {
                return None;
            }
            let profile = self.profile(disk, self.settings.block_size(), "").ok()?;
            let planned = profile.workload.and_then(|at| self.plan.workloads.get(at));
            let within = profile
                .used
                .0
                .saturating_mul(1000)
                .div_ceil(profile.size.0.max(1));
            let within = u32::try_from(within.clamp(1, 1000)).unwrap_or(1000);
            let workload =
                planned.map_or_else(|| self.usual(within), |entry| entry.workload.clone());
            Some((id, workload))
        };
        disks.filter_map(one).collect()
    }

    /// About how many blocks the workloads write until the end.
    pub(super) fn writes(&self) -> u64 {
        let mut known = KnownSteps::new();
        let written = |group: &Group| {
            let disks = self.disks(group, 1000, &[self.end], &mut known);
            let each = disks.iter().filter_map(|(_, course)| course.written.last());
            let used = group.disks.iter().map(|disk| disk.used.0 / GIB);
            let one = each.copied().chain(used).fold(0, u64::saturating_add);
            one.saturating_mul(group.machines.len() as u64)
        };
        self.groups.iter().map(written).fold(0, u64::saturating_add)
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

fn is(disk: &Disk, name: &str) -> bool {
    let id = disk.id.as_ref().map(ResourceId::as_str);
    disk.name.eq_ignore_ascii_case(name) || id.is_some_and(|id| id.eq_ignore_ascii_case(name))
}
