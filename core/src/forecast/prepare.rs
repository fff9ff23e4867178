//! A plan made ready: checked, with its defaults, its VMs grouped by what their disks are like.

use super::change::{Change, Course, Steps, steps};
use super::check;
use super::group::{Group, Profile, is};
use super::rollout::creation;
use super::rollout::{Rollout, Terms, roll_out};
use super::rpo;
use super::{Plan, PlanAssumption, PlanError, PlanNote, RateProfile, Tier};
use crate::cloud::{Settings, Workload, WritePattern};
use crate::ids::ResourceId;
use crate::json;
use crate::matrix::Service;
use crate::model::{Disk, vocabulary};
use crate::policy::MOST_POINTS;
use crate::restore::{BackFrom, until_back};
use crate::timeline::Scenario;
use crate::units::{ByteCount, GIB, SimDuration, SimInstant};

/// Days that are foretold where nothing is said, and at most.
const DAYS: (u64, u64) = (365, 3660);
/// Thousandths of what is used that are written anew in a day: between 2 and 7 % are usual.
pub(super) const CHANGE: u64 = 45;
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
    pub(super) band: u64,
    /// A number for each name or id of a disk that a workload names, in order, with the entry that names it.
    pub(super) named: Vec<(u64, u64)>,
    /// The entry for all other disks.
    pub(super) others: Option<usize>,
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
        row_ids: Vec::new(),
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
    check::check_edition(plan, &settings)?;
    check::check_policies(plan, &settings)?;
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
    prepared.check_vault()?;
    rpo::check_regions(&prepared)?;
    prepared.note_limits();
    Ok(prepared)
}

impl<'a> Prepared<'a> {
    /// How many thousandths of the planned change are written: typical, low, high.
    pub(super) fn scales(&self) -> [u64; 3] {
        [1000, 1000_u64.saturating_sub(self.band), 1000 + self.band]
    }

    /// Whether the newest point of Azure VM Backup is in the vault alone for a while: its snapshot goes before the
    /// schedule runs again.
    pub(super) fn leaves_snapshots(&self) -> bool {
        let policy = &self.plan.policy;
        let kept = policy.instant_days().saturating_mul(86_400);
        self.plan.service == Service::VmBackup
            && kept < rpo::promised(&policy.schedule, self.start).seconds()
    }

    /// Whether it matters when points arrive in this tier: in other regions, and in a vault that hands them on.
    pub(super) fn travels(&self, tier: Tier) -> bool {
        match tier {
            Tier::Copies => true,
            Tier::Vault => self.plan.cross_region_restore == Some(true),
            Tier::Snapshots => false,
        }
    }

    /// How long a VM of the group takes to be back from its newest point, usually and with bad luck: what the settings
    /// say, where they say something, and what rehearsals assume otherwise. From the vault that is longer the more the
    /// disks have in use.
    pub(super) fn until_back(&self, group: &Group, from: BackFrom) -> (SimDuration, SimDuration) {
        let said = self.settings.restore();
        if said > SimDuration::ZERO {
            return (said, said);
        }
        let used = group.disks.iter().map(|disk| disk.used.0);
        let used = ByteCount(used.fold(0, u64::saturating_add));
        let from = match from {
            BackFrom::Newest if self.leaves_snapshots() => BackFrom::Vault,
            other => other,
        };
        let band = until_back(self.plan.service, from, used);
        let seconds = SimDuration::from_seconds;
        (seconds(band.typical_seconds), seconds(band.high_seconds))
    }

    /// Points that a VM, or a disk of Disk Backup, may have.
    pub(super) fn limit(&self) -> u64 {
        match self.plan.service {
            Service::DiskBackup => self.settings.disk_limits().1,
            Service::Mars | Service::DpmMabs => MOST_POINTS,
            _ => self.settings.restore_points_per_vm(),
        }
    }

    /// What the plan costs by: its own rates, or those that its settings keep.
    pub(super) fn rates(&self) -> Result<RateProfile, PlanError> {
        if let Some(rates) = &self.plan.rates {
            check::check_rates(rates, "rates")?;
            return Ok(rates.clone());
        }
        let Some(text) = self.settings.rates() else {
            return Ok(RateProfile::default());
        };
        let wrong = |why: String| PlanError::new("settings.rates", why);
        let value = json::parse(text).map_err(|error| wrong(error.to_string()))?;
        let rates = json::read(&value);
        let rates = rates.map_err(|error| wrong(format!("{}: {error}", error.path())))?;
        check::check_rates(&rates, "settings.rates")?;
        Ok(rates)
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
            most_points: match self.plan.service {
                Service::VmBackup => self.settings.recovery_points_per_vm(),
                _ => u64::MAX,
            },
        };
        roll_out(&terms).ok_or_else(|| {
            let message = "the schedule takes too many points in that time; foretell fewer days";
            PlanError::new("horizonDays", message)
        })
    }

    /// Disks, each where it stands at every capture.
    pub(super) fn disks(
        &self,
        profiles: &[Profile],
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
        profiles.iter().map(one).collect()
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
            let disks = self.disks(&group.disks, 1000, &[self.end], &mut known);
            let each = disks.iter().filter_map(|(_, course)| course.written.last());
            let used = group.disks.iter().map(|disk| disk.used.0 / GIB);
            let one = each.copied().chain(used).fold(0, u64::saturating_add);
            one.saturating_mul(group.machines.len() as u64)
        };
        self.groups.iter().map(written).fold(0, u64::saturating_add)
    }
}
