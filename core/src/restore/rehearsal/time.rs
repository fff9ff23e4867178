//! How long a step takes: bands, from assumptions that no page gives.

use super::{RestoreAssumption, TimeBand};
use crate::cloud::CommandError;
use crate::matrix::Service;
use crate::units::{ByteCount, MIB};

const SECONDS: &str = "seconds";
const RATE: &str = "MiB per second";

/// What times are reckoned from: name, fastest, usual, slowest, unit, meaning. No page gives any of them.
pub const RESTORE_ASSUMPTIONS: &[(&str, [u64; 3], &str, &str)] = &[
    (
        "createDisk",
        [5, 20, 90],
        SECONDS,
        "a managed disk from a disk restore point or a snapshot; its content follows in the background",
    ),
    (
        "createNetworkInterface",
        [2, 5, 20],
        SECONDS,
        "a network interface",
    ),
    (
        "createVirtualMachine",
        [45, 90, 300],
        SECONDS,
        "a VM from disks that are there, until its agent answers",
    ),
    (
        "deallocate",
        [20, 60, 180],
        SECONDS,
        "stopping a VM and giving its host back",
    ),
    (
        "start",
        [30, 60, 240],
        SECONDS,
        "starting a VM, until its agent answers",
    ),
    (
        "safetyBackup",
        [60, 180, 600],
        SECONDS,
        "the snapshot that is taken before disks are replaced",
    ),
    (
        "replaceDisks",
        [60, 180, 600],
        SECONDS,
        "replacing the disks of a stopped VM",
    ),
    (
        "startVaultRestore",
        [60, 300, 1200],
        SECONDS,
        "from the request until a restore from the vault moves its first byte",
    ),
    (
        "snapshotRestore",
        [60, 300, 900],
        SECONDS,
        "a restore of Azure VM Backup from its snapshot tier",
    ),
    (
        "vaultRate",
        [120, 60, 25],
        RATE,
        "what one VM's restore gets from the vault",
    ),
    (
        "secondaryRate",
        [100, 50, 20],
        RATE,
        "what one VM's restore gets from the vault's copy in the paired region",
    ),
    (
        "deployTemplate",
        [60, 150, 480],
        SECONDS,
        "deploying the template that a restore of disks writes",
    ),
    (
        "mount",
        [60, 240, 600],
        SECONDS,
        "mounting a recovery point by its script",
    ),
    (
        "unmount",
        [10, 30, 60],
        SECONDS,
        "letting a mounted recovery point go",
    ),
    (
        "verifyRate",
        [400, 150, 50],
        RATE,
        "reading restored disks to hold them against their source",
    ),
];

/// Where a VM is brought back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackFrom {
    /// A restore point, a snapshot of a disk, or the snapshot tier.
    Newest,
    /// The vault.
    Vault,
    /// What the vault has in its paired region.
    Pair,
}

/// How long it takes to have a VM back that has so much in use, by the assumptions: of points and snapshots content
/// follows in the background, what is in a vault is moved first, and nothing is verified.
pub(crate) fn until_back(service: Service, from: BackFrom, used: ByteCount) -> TimeBand {
    let names: &[&str] = match (service, from) {
        (_, BackFrom::Vault) => &["startVaultRestore", "vaultRate", "createVirtualMachine"],
        (_, BackFrom::Pair) => &["startVaultRestore", "secondaryRate", "createVirtualMachine"],
        (Service::VmBackup, _) => &["snapshotRestore", "createVirtualMachine"],
        _ => &[
            "createDisk",
            "createNetworkInterface",
            "createVirtualMachine",
        ],
    };
    Times::new(&[]).of(names, used)
}

/// Refuses assumptions that nothing is reckoned from, or whose fastest case is slower than the slowest.
pub(crate) fn check_assumptions(given: &[RestoreAssumption]) -> Result<(), CommandError> {
    let refused = |at: usize, field: &str, message: String| {
        Err(CommandError::InvalidParameter {
            target: format!("assumptions[{at}].{field}"),
            message,
        })
    };
    for (at, own) in given.iter().enumerate() {
        let name = &own.name;
        let all = RESTORE_ASSUMPTIONS;
        let Some((_, _, unit, _)) = all.iter().find(|known| known.0 == name) else {
            let known: Vec<&str> = all.iter().map(|known| known.0).collect();
            let message = format!(
                "nothing is reckoned from `{name}`; give one of {}",
                known.join(", ")
            );
            return refused(at, "name", message);
        };
        if !own.unit.is_empty() && own.unit != *unit {
            return refused(
                at,
                "unit",
                format!("`{name}` is in {unit}; leave the unit out"),
            );
        }
        let mut cases = [own.low, own.typical, own.high];
        if *unit == RATE {
            if cases.contains(&0) {
                return refused(at, "low", "a rate is 1 MiB per second or more".to_owned());
            }
            cases.reverse();
        }
        if !cases.is_sorted() {
            let order = if *unit == RATE {
                "none is larger"
            } else {
                "none is smaller"
            };
            let message = format!(
                "low is the fastest case and high the slowest: in {unit}, {order} than the one before it"
            );
            return refused(at, "low", message);
        }
        if given.iter().take(at).any(|other| other.name == *name) {
            return refused(
                at,
                "name",
                format!("`{name}` is given twice; leave one of them out"),
            );
        }
    }
    Ok(())
}

/// The assumptions in force: the caller's where there is one of the name.
#[derive(Debug)]
pub(super) struct Times {
    changed: Vec<RestoreAssumption>,
    used: Vec<RestoreAssumption>,
}

impl Times {
    pub(super) fn new(changed: &[RestoreAssumption]) -> Self {
        Self {
            changed: changed.to_vec(),
            used: Vec::new(),
        }
    }

    fn take(&mut self, name: &str) -> RestoreAssumption {
        if let Some(used) = self.used.iter().find(|used| used.name == name) {
            return used.clone();
        }
        let own = RESTORE_ASSUMPTIONS.iter().find(|known| known.0 == name);
        let mut taken = RestoreAssumption {
            name: name.to_owned(),
            ..RestoreAssumption::default()
        };
        if let Some((_, [low, typical, high], unit, meaning)) = own {
            (taken.low, taken.typical, taken.high) = (*low, *typical, *high);
            taken.unit = (*unit).to_owned();
            taken.meaning = (*meaning).to_owned();
        }
        if let Some(changed) = self.changed.iter().find(|changed| changed.name == name) {
            (taken.low, taken.typical, taken.high) = (changed.low, changed.typical, changed.high);
            if !changed.meaning.is_empty() {
                taken.meaning.clone_from(&changed.meaning);
            }
        }
        self.used.push(taken.clone());
        taken
    }

    /// The time of a step by its assumptions: seconds as they are, rates over the bytes.
    pub(super) fn of(&mut self, names: &[&str], bytes: ByteCount) -> TimeBand {
        let mut band = TimeBand::default();
        for name in names {
            let taken = self.take(name);
            let seconds = |value: u64| {
                if taken.unit == RATE {
                    bytes.0.div_ceil(value.saturating_mul(MIB).max(1))
                } else {
                    value
                }
            };
            band = band.then(TimeBand {
                low_seconds: seconds(taken.low),
                typical_seconds: seconds(taken.typical),
                high_seconds: seconds(taken.high),
            });
        }
        band
    }

    /// What was used.
    pub(super) fn used(self) -> Vec<RestoreAssumption> {
        self.used
    }
}

impl TimeBand {
    /// One after the other.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            low_seconds: self.low_seconds.saturating_add(next.low_seconds),
            typical_seconds: self.typical_seconds.saturating_add(next.typical_seconds),
            high_seconds: self.high_seconds.saturating_add(next.high_seconds),
        }
    }

    /// Side by side.
    #[must_use]
    pub fn beside(self, other: Self) -> Self {
        Self {
            low_seconds: self.low_seconds.max(other.low_seconds),
            typical_seconds: self.typical_seconds.max(other.typical_seconds),
            high_seconds: self.high_seconds.max(other.high_seconds),
        }
    }
}
