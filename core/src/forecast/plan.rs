//! A plan: what is protected, by which service, how often, for how long, and where to.

use crate::cloud::{DiskReference, SettingValue, Workload};
use crate::json::{Read, Write};
use crate::matrix::{Service, normalise_region};
use crate::model::{Fleet, Machine};
use crate::order::SmallMap;
use crate::policy::BackupPolicy;
use crate::units::{SimDuration, SimInstant};

use super::{GuestBackup, RateProfile};

/// What somebody means to do: by which service, how often, kept how long, where, and what it should come to.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// A name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The service; restore points on a schedule of one's own where left out.
    #[serde(default)]
    pub service: Service,
    /// The VMs with their disks. `sizeGiB` and the fact `usedGiB` of a disk say how much the first point stores.
    pub fleet: Fleet,
    /// What writes to the disks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workloads: Vec<PlannedWorkload>,
    /// How much of what a disk has written is written anew in a day, in thousandths, where no workload is given
    /// for it; 45 where left out, the middle of what the pages on instant restore call usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_thousandths_per_day: Option<u64>,
    /// How far the low and the high figure lie from the typical one: the change rate is that many thousandths
    /// less or more; 555 where left out, which makes 2 to 7 % of the usual 4.5 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_band_thousandths: Option<u64>,
    /// When it runs and how long points are kept.
    pub policy: BackupPolicy,
    /// The disks to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_disks: Vec<DiskReference>,
    /// The vault, by name; `vault` where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
    /// `GeoRedundant`, `ZoneRedundant` or `LocallyRedundant`, as the vault of Azure VM Backup is; the first where
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_redundancy: Option<String>,
    /// Whether points of the vault can be restored in the paired region too; for Azure VM Backup. The vault is
    /// geo-redundant then, which the rate of what it stores has to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_region_restore: Option<bool>,
    /// Regions that points are copied to; for restore points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<PlannedCopy>,
    /// What is backed up from within the guest; for MARS, DPM and MABS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<GuestBackup>,
    /// Backups that somebody asks for beside the schedule, each day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_per_day: Option<u64>,
    /// How many VMs are restored in a month, each with all its disks; none where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores_per_month: Option<u64>,
    /// Hours that the disks of a restored VM stay; 24 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_disk_hours: Option<u64>,
    /// What the plan must reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objectives: Option<Objectives>,
    /// When it begins; Monday, 5 January 2026 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<SimInstant>,
    /// How many days are foretold, 1 to 3660; 365 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u64>,
    /// How it is foretold; in closed form where left out, sampled for fleets of more than 250 kinds of VMs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<ForecastMethod>,
    /// Settings of the lab that matter here: block size, edition, limits, copy rates.
    #[serde(
        default,
        skip_serializing_if = "SmallMap::is_empty",
        deserialize_with = "crate::timeline::settings"
    )]
    #[cfg_attr(
        feature = "wasm",
        tsify(type = "Record<string, SettingValue>", optional)
    )]
    pub settings: SmallMap<String, SettingValue>,
    /// What things cost; nothing is known where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<RateProfile>,
}

impl Plan {
    /// The names of vaults by region: a vault stands in the region of what it protects, so a fleet in several regions
    /// has one in each.
    pub(crate) fn vaults(&self) -> impl Fn(Option<&str>) -> String + '_ {
        let place =
            |machine: &Machine| normalise_region(machine.location.as_deref().unwrap_or_default());
        let mut all = self.fleet.machines.iter().map(place);
        let first = all.next();
        let several = all.any(|other| Some(&other) != first.as_ref());
        move |region| {
            let name = self.vault.as_deref().unwrap_or("vault");
            match region.filter(|_| several) {
                Some(region) => format!("{name}-{}", normalise_region(region)),
                None => name.to_owned(),
            }
        }
    }
}

/// What writes to some disks.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedWorkload {
    /// The disks, by name or id; every disk that no other entry names where left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<String>,
    /// What writes to each of them.
    pub workload: Workload,
}

/// Copies in another region.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedCopy {
    /// The region.
    pub region: String,
    /// Which points go there, and how long they stay: the first point at or after each run of this schedule.
    /// Every point, as long as the point itself, where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<BackupPolicy>,
}

/// What a plan must reach. What is left out is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Objectives {
    /// How old the last usable point may be at any moment, in the VM's region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpo: Option<SimDuration>,
    /// The same in each of these other regions; as in the VM's own where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_rpo: Option<SimDuration>,
    /// Regions that must have a usable point.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// How far back a point must reach once the plan has run that long, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u64>,
    /// In what time a VM must be restorable whenever it is lost: how long no point may be within reach, and the
    /// time that a restore takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restorable_within: Option<SimDuration>,
    /// Whether whole VMs must come back, and not their disks or files alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole_vm: Option<bool>,
    /// What a month may cost, in millionths of the currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly_budget_millionths: Option<u64>,
}

/// How something is foretold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ForecastMethod {
    /// What is expected of each disk, in closed form.
    #[default]
    ClosedForm,
    /// What is expected of disks of chosen sizes, and every other disk in between: for fleets in which nearly
    /// every VM is another. The peak of one VM is then the sum of those of its disks, and the age of its copies
    /// that of the slowest disk in its region.
    Sampled,
    /// The engine runs the plan, every block of it.
    Exact,
}
