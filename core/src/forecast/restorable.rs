//! How long it takes until a VM is back: the restore itself, by what rehearsals assume.

use super::answer::{GroupForecast, ObjectiveResult, PlanAssumption};
use super::group::Group;
use super::objectives::result;
use super::prepare::Prepared;
use super::{guest, rpo};
use crate::matrix::Service;
use crate::restore::{RestoreAssumption, TimeBand, usual_time};
use crate::units::{ByteCount, SimDuration};

/// The way back from the newest point.
#[derive(Debug)]
pub(super) struct Way {
    /// From where, for people.
    pub(super) from: &'static str,
    pub(super) time: TimeBand,
    /// What the time was reckoned from.
    used: Vec<RestoreAssumption>,
}

impl Way {
    /// What decides: the typical figure.
    pub(super) const fn typical(&self) -> u64 {
        self.time.typical_seconds
    }
}

/// From the newest point of a VM in its own region until it runs again; what came back is not read through.
pub(super) fn own(prepared: &Prepared<'_>, group: &Group) -> Way {
    let set = prepared.settings.restore().seconds();
    if set > 0 {
        return Way {
            from: "as durations.restoreSeconds says",
            time: TimeBand {
                low_seconds: set,
                typical_seconds: set,
                high_seconds: set,
            },
            used: Vec::new(),
        };
    }
    let policy = &prepared.plan.policy;
    let kept = policy.instant_days().saturating_mul(86_400);
    let gap = rpo::promised(&policy.schedule, prepared.start).seconds();
    match prepared.plan.service {
        Service::VmBackup if kept < gap => vault(group, "vaultRate", "from the vault"),
        Service::VmBackup => way(
            "from the snapshot tier",
            &["snapshotRestore", "createVirtualMachine"],
            group,
        ),
        Service::DiskBackup => way(
            "from the snapshots of its disks, and a VM of them by hand",
            &["createDisk", "createVirtualMachine"],
            group,
        ),
        _ => way(
            "from the restore point",
            &["createDisk", "createVirtualMachine"],
            group,
        ),
    }
}

/// The same from what the vault has in the paired region.
pub(super) fn secondary(group: &Group) -> Way {
    vault(group, "secondaryRate", "from the vault's paired region")
}

fn vault(group: &Group, rate: &'static str, from: &'static str) -> Way {
    way(
        from,
        &["startVaultRestore", rate, "createVirtualMachine"],
        group,
    )
}

fn way(from: &'static str, names: &[&str], group: &Group) -> Way {
    let used = group.disks.iter().map(|disk| disk.used.0);
    let bytes = ByteCount(used.fold(0, u64::saturating_add));
    let (time, used) = usual_time(names, bytes);
    Way { from, time, used }
}

/// Whether every VM is back in time: the slowest decides, and no moment may be without a usable point.
pub(super) fn objective(
    prepared: &Prepared<'_>,
    groups: &[GroupForecast],
    within: SimDuration,
    assumed: &mut Vec<PlanAssumption>,
) -> ObjectiveResult {
    let told =
        |achieved: String, met| result("restorableWithin", "", within.to_string(), achieved, met);
    if guest::most_a_day(prepared.plan.service).is_some() {
        let text = "a time that is not known: it runs within the guest";
        return told(text.to_owned(), None);
    }
    let ways = prepared.groups.iter().map(|group| own(prepared, group));
    let Some(slowest) = ways.max_by_key(Way::typical) else {
        return told("no VM to restore".to_owned(), Some(true));
    };
    for used in &slowest.used {
        assumed.push(PlanAssumption {
            name: used.name.clone(),
            value: format!(
                "{} {} ({} to {})",
                used.typical, used.unit, used.low, used.high
            ),
            meaning: used.meaning.clone(),
        });
    }
    let always = |group: &GroupForecast| {
        let own = group.rpo.first();
        own.is_some_and(|rpo| rpo.first_usable_at.is_some() && rpo.without == SimDuration::ZERO)
    };
    if !groups.iter().all(always) {
        return told("no usable point at some moment".to_owned(), Some(false));
    }
    let [low, typical, high] = [
        slowest.time.low_seconds,
        slowest.time.typical_seconds,
        slowest.time.high_seconds,
    ]
    .map(SimDuration::from_seconds);
    let text = if low == high {
        format!("{typical} {}", slowest.from)
    } else {
        format!("{typical} {}, typically ({low} to {high})", slowest.from)
    };
    told(text, Some(typical <= within))
}
