//! Which VMs a plan is run with, and what can befall them.

use crate::cloud::FaultKind;
use crate::forecast::PlanError;
use crate::forecast::group::Group;
use crate::forecast::prepare::Prepared;
use crate::matrix::normalise_region;
use crate::order;

/// The places of the VMs that are run: of those that are alike one, one of each region first, then those with the
/// most data.
pub(super) fn chosen(prepared: &Prepared<'_>, most: u64) -> Vec<usize> {
    let data = |group: &Group| {
        let used = group.disks.iter().map(|disk| disk.used.0);
        used.fold(0, u64::saturating_add)
    };
    let groups: Vec<&Group> = prepared.groups.iter().collect();
    let groups = order::by(groups, |group| u64::MAX - data(group));
    let mut regions: Vec<&str> = Vec::new();
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for group in groups {
        let Some(machine) = group.machines.first() else {
            continue;
        };
        if regions.contains(&group.region.as_str()) {
            later.push(*machine);
        } else {
            regions.push(&group.region);
            first.push(*machine);
        }
    }
    first.extend(later);
    first.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    first
}

/// Each kind of fault with each that it can befall.
pub(super) fn targets(
    prepared: &Prepared<'_>,
    kinds: &[FaultKind],
) -> Result<Vec<(FaultKind, String)>, PlanError> {
    let usual = [
        FaultKind::AgentNotReady,
        FaultKind::VssFailing,
        FaultKind::Throttled,
        FaultKind::RegionDown,
        FaultKind::CopyStalled,
    ];
    let kinds = if kinds.is_empty() {
        usual.as_slice()
    } else {
        kinds
    };
    let mut own: Vec<String> = Vec::new();
    for group in &prepared.groups {
        if !own.contains(&group.region) {
            own.push(group.region.clone());
        }
    }
    let copies = prepared.plan.copies.iter();
    let others: Vec<String> = copies.map(|copy| normalise_region(&copy.region)).collect();
    let mut paired: Vec<String> = own
        .iter()
        .filter_map(|region| prepared.pair(region))
        .collect();
    paired.retain(|region| !own.contains(region));
    let away: &[String] = if others.is_empty() { &paired } else { &others };
    let machines = prepared.plan.fleet.machines.iter();
    let machines: Vec<String> = machines.map(|machine| machine.id.to_string()).collect();
    let mut found = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let (some, more): (&[String], &[String]) = match kind {
            FaultKind::AgentNotReady
            | FaultKind::VssFailing
            | FaultKind::ScriptsFailing
            | FaultKind::LockPlaced
            | FaultKind::AccidentalDelete => (&machines, &[]),
            FaultKind::Throttled => (&own, &[]),
            FaultKind::RegionDown => (&own, away),
            FaultKind::CopyStalled => (&others, &[]),
            _ => {
                let message = "the breaker has agentNotReady, vssFailing, scriptsFailing, lockPlaced, accidentalDelete, throttled, regionDown and copyStalled";
                return Err(PlanError::new(format!("options.kinds[{at}]"), message));
            }
        };
        let both = some.iter().chain(more);
        found.extend(both.map(|target| (*kind, target.clone())));
    }
    if found.is_empty() {
        return Err(PlanError::new(
            "options.kinds",
            "none of these can befall this plan",
        ));
    }
    Ok(found)
}
