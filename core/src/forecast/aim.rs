//! What a plan that is run must not miss, at any moment.

use super::prepare::Prepared;
use super::{PlanError, rpo};
use crate::cloud::Cloud;
use crate::matrix::{Service, normalise_region};
use crate::model::{Disk, Machine};
use crate::restore::BackFrom;
use crate::timeline::{Expectation, ExpectedRpo};
use crate::units::{SimDuration, SimInstant};

const DAY: u64 = 86_400;

/// What is asked of a VM.
#[derive(Clone, Copy, Debug)]
enum What {
    /// How old the last usable point may be; in another region than the VM's where true.
    Age(SimDuration, bool),
    /// How far back points reach at least once the plan has run that long.
    Reach(SimDuration),
    /// How long nothing may be restorable, the time of a restore taken off; and what is asked.
    Restorable(SimDuration, SimDuration),
}

/// An objective for one VM.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    machine: String,
    name: String,
    /// The region, or those of which one must do.
    regions: Vec<String>,
    what: What,
}

/// What was seen of an aim so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Watched {
    newest: Option<SimInstant>,
    first: Option<SimInstant>,
    /// Since when nothing can be restored.
    without: Option<SimInstant>,
}

/// What must not be missed by any VM of the plan.
pub(super) fn aims(prepared: &Prepared<'_>) -> Result<Vec<Aim>, PlanError> {
    let nothing = || {
        let message = "say what points must do: objectives.rpo, remoteRpo and regions, retentionDays or restorableWithin";
        PlanError::new("objectives.rpo", message)
    };
    let asked = prepared.plan.objectives.as_ref().ok_or_else(nothing)?;
    let copies = prepared.plan.copies.iter();
    let copies: Vec<String> = copies.map(|copy| normalise_region(&copy.region)).collect();
    let mut found = Vec::new();
    for group in &prepared.groups {
        let paired = prepared.pair(&group.region);
        let machines = group.machines.iter();
        let machines = machines.filter_map(|at| prepared.plan.fleet.machines.get(*at));
        for (id, name) in machines.flat_map(|machine| subjects(prepared, machine)) {
            let aim = |regions: Vec<String>, what: What| Aim {
                machine: id.clone(),
                name: name.clone(),
                regions,
                what,
            };
            let own = vec![group.region.clone()];
            found.extend(
                asked
                    .rpo
                    .map(|within| aim(own.clone(), What::Age(within, false))),
            );
            for (at, region) in asked.regions.iter().enumerate() {
                let region = normalise_region(region);
                let copied = copies.contains(&region) || paired.as_ref() == Some(&region);
                if !copied && region != group.region {
                    let message = "the plan brings no points to this region: name it in copies, or with vmBackup set crossRegionRestore where it is the paired one";
                    return Err(PlanError::new(format!("objectives.regions[{at}]"), message));
                }
                let there = asked.remote_rpo.or(asked.rpo).filter(|_| copied);
                found.extend(there.map(|within| aim(vec![region], What::Age(within, true))));
            }
            if let Some(days) = asked.retention_days {
                // The oldest point is up to a run of the schedule younger, and it shows only what the run is long enough for.
                let gap = rpo::promised(&prepared.plan.policy.schedule, prepared.start);
                let least = days.saturating_mul(DAY).saturating_sub(gap.seconds());
                let least = least.min(prepared.days.saturating_sub(4) * DAY);
                let reach = What::Reach(SimDuration::from_seconds(least));
                found.push(aim(own.clone(), reach));
            }
            if let Some(asked) = asked.restorable_within {
                let takes = prepared.until_back(group, BackFrom::Newest).1.seconds();
                let left = asked.seconds().checked_sub(takes).ok_or_else(|| {
                    let message = format!("a restore alone takes {takes} seconds; give more, or change durations.restoreSeconds");
                    PlanError::new("objectives.restorableWithin", message)
                })?;
                // What is too far off to be back in time is no way out.
                let far = || prepared.until_back(group, BackFrom::Pair).1;
                let paired = paired.iter().filter(|_| far() <= asked);
                let regions = own.iter().chain(&copies).chain(paired).cloned().collect();
                let left = SimDuration::from_seconds(left);
                found.push(aim(regions, What::Restorable(left, asked)));
            }
        }
    }
    if found.is_empty() {
        Err(nothing())
    } else {
        Ok(found)
    }
}

/// Whose points are watched, by id and name: the VM's, or under Azure Disk Backup those of each of its disks.
fn subjects(prepared: &Prepared<'_>, machine: &Machine) -> Vec<(String, String)> {
    if prepared.plan.service != Service::DiskBackup {
        return vec![(machine.id.to_string(), machine.name.clone())];
    }
    let backed_up = prepared.workloads();
    let backed_up = |disk: &&Disk| {
        let id = disk.id.as_ref();
        id.is_some_and(|id| backed_up.iter().any(|(known, _)| *known == id))
    };
    let disks = machine.disks.iter().filter(backed_up);
    disks
        .filter_map(|disk| Some((disk.id.as_ref()?.to_string(), disk.name.clone())))
        .collect()
}

impl Aim {
    fn region(&self) -> &str {
        self.regions.first().map_or("", String::as_str)
    }

    /// Whether it is missed now, and since when: looked at after each change.
    pub(super) fn missed(&self, cloud: &Cloud, seen: &mut Watched) -> Option<SimInstant> {
        let now = cloud.now();
        let later =
            |at: SimInstant, by: SimDuration| at.plus(by).plus(SimDuration::from_seconds(1));
        match self.what {
            What::Age(within, _) => {
                // Too old as soon as it is a second older than it may be, even if a newer one comes now.
                let too_old = seen.newest.map(|last| later(last, within));
                let newest = cloud.last_usable(&self.machine, self.region());
                let gone = seen.newest.is_some() && newest.is_none();
                // What comes to a paired region comes between two looks.
                let came = cloud
                    .newest_in_secondary(&self.machine, self.region())
                    .filter(|_| newest != seen.newest);
                // What comes at that very second comes in time.
                let late = |when: &SimInstant| {
                    came.is_none_or(|came| *when < came)
                        && (*when < now || (*when == now && newest == seen.newest))
                };
                let when = too_old.filter(late).or(gone.then_some(now));
                seen.newest = newest.or(seen.newest);
                when
            }
            What::Reach(least) => {
                let oldest = cloud.first_usable(&self.machine, self.region());
                seen.first = seen.first.or(oldest);
                let due = seen.first.is_some_and(|first| now.since(first) >= least);
                let held = oldest.is_some_and(|oldest| now.since(oldest) >= least);
                (due && !held).then_some(now)
            }
            What::Restorable(left, _) => {
                if cloud.is_restorable(&self.machine, &self.regions) {
                    seen.first.get_or_insert(now);
                    let when = seen.without.take().map(|since| later(since, left));
                    return when.filter(|when| *when < now);
                }
                let since = seen.first.map(|_| *seen.without.get_or_insert(now));
                let when = since.map(|since| later(since, left));
                when.filter(|when| *when <= now)
            }
        }
    }

    /// The objective's name in the plan.
    pub(super) const fn objective(&self) -> &'static str {
        match self.what {
            What::Age(_, false) => "rpo",
            What::Age(_, true) => "remoteRpo",
            What::Reach(..) => "retentionDays",
            What::Restorable(..) => "restorableWithin",
        }
    }

    /// What is missed, for people.
    pub(super) fn text(&self, at: SimInstant) -> String {
        let (name, region) = (&self.name, self.region());
        match self.what {
            What::Age(within, _) => {
                format!(
                    "at {at} the last usable point of {name} in {region} is older than {within}"
                )
            }
            What::Reach(least) => {
                format!("at {at} the points of {name} in {region} reach back less far than {least}")
            }
            What::Restorable(_, asked) => format!(
                "at {at} {name} cannot be restored within {asked} of the loss: no point in {} has been within reach for that long",
                self.regions.join(" or ")
            ),
        }
    }

    /// What a scenario claims that ends where it is missed, and that does not hold then.
    pub(super) fn expectation(&self) -> Expectation {
        let points = ExpectedRpo {
            virtual_machine: self.machine.clone(),
            region: self.region().to_owned(),
            within: None,
            reaches: None,
            or_regions: Vec::new(),
            restorable: None,
        };
        let points = match self.what {
            What::Age(within, _) => ExpectedRpo {
                within: Some(within),
                ..points
            },
            What::Reach(least) => ExpectedRpo {
                reaches: Some(least),
                ..points
            },
            What::Restorable(..) => ExpectedRpo {
                or_regions: self.regions.iter().skip(1).cloned().collect(),
                restorable: Some(true),
                ..points
            },
        };
        Expectation {
            rpo: vec![points],
            ..Expectation::default()
        }
    }
}
