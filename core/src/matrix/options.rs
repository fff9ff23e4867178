//! What an assessment is asked.

use super::judgements::names_disk;
use super::{Edition, Service};
use crate::json::{self, Place, Read, Write};
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use crate::policy::{PolicyType, ScheduleFrequency};
use serde_json::Value;

/// The question: which service, judged when, and what is asked of it.
///
/// Words that the pages in the matrix know are checked; names of things are accepted as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AssessOptions {
    /// The service.
    pub service: Service,
    /// The edition of the pages.
    pub edition: Edition,
    /// What is asked of the service.
    pub request: Request,
    /// Ask for facts that would be assumed.
    pub strict: bool,
    /// The backup policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// The vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<Vault>,
    /// The resource group of snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot_resource_group: Option<SnapshotResourceGroup>,
    /// The restore that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<RestoreRequest>,
    /// How many restore points a VM may have, where that is not what the edition says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_points_per_vm: Option<u64>,
}

/// What is asked of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Request {
    /// `createRestorePoint` (also where it is not given), `copyRestorePoint`, `moveVirtualMachine`, `protect`, …;
    /// docs/facts.md has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The consistency that is asked for; what the guest gives where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consistency: Option<Consistency>,
    /// The version of the REST interface, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// The disks to leave out, by id in any case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude_disks: Vec<DiskReference>,
    /// The region of the point, in any spelling; the VM's where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
    /// The resource group that the VM or the result goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_group: Option<String>,
    /// The way that it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Disks that a backup takes or leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selective_disk: Option<SelectiveDisk>,
    /// The tool that configures it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured_from: Option<ConfiguredFrom>,
    /// What is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// Where it is backed up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Minutes between backups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u64>,
    /// Scheduled backups a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedules_per_day: Option<u64>,
    /// Points of a disk that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_recovery_points: Option<u64>,
    /// One instant over several disks is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_disk_consistency: Option<bool>,
    /// One instant over several VMs is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_vm_consistency: Option<bool>,
    /// The collection gives instant access. Only the newest pages know it, so they decide then, whatever the edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_access: Option<bool>,
}

/// A disk by its ARM id.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiskReference {
    /// The id, in any case.
    pub id: String,
}

/// Disks that a backup takes or leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SelectiveDisk {
    /// Only these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<DiskSelector>>,
    /// All but these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<DiskSelector>>,
}

/// A disk by name, id or logical unit number.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum DiskSelector {
    /// Logical unit number.
    Lun(u32),
    /// Name or id.
    Name(String),
}

impl Read for DiskSelector {
    fn read(place: &Place<'_>) -> Self {
        match place.value() {
            Some(Value::Number(_)) => Self::Lun(u32::read(place)),
            Some(Value::String(text)) => Self::Name(text.clone()),
            _ => {
                place.expected("a logical unit number, a name or an id");
                Self::Lun(0)
            }
        }
    }
}

/// How consistent a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Consistency {
    /// The applications took part.
    Application,
    /// The file systems were frozen.
    FileSystem,
    /// As after a power cut.
    Crash,
}

/// The tool that configures a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum ConfiguredFrom {
    /// The portal.
    Portal,
    /// The VM's own page in the portal.
    VmBlade,
    /// Backup center.
    BackupCenter,
    /// The az command line.
    AzureCli,
    /// `PowerShell`.
    PowerShell,
}

/// A backup policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Policy {
    /// Standard or Enhanced.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub policy_type: Option<PolicyType>,
    /// When it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<AskedSchedule>,
    /// Days that the snapshot tier keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_restore_days: Option<u64>,
    /// Days that daily points are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_retention_days: Option<u64>,
    /// Days that the operational tier keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operational_retention_days: Option<u64>,
}

/// When a policy runs, as far as a question says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AskedSchedule {
    /// How often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<ScheduleFrequency>,
    /// Hours between runs of an hourly schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_hours: Option<u64>,
}

/// A vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Vault {
    /// Which kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<VaultKind>,
    /// Its region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// Its tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Its redundancy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redundancy: Option<String>,
    /// Whether points can be restored in the paired region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_region_restore: Option<bool>,
    /// The roles that its identity has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_roles: Option<Vec<String>>,
}

/// The kind of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum VaultKind {
    /// For Azure VM Backup.
    RecoveryServicesVault,
    /// For Azure Disk Backup.
    BackupVault,
}

/// The resource group that a backup puts its snapshots in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SnapshotResourceGroup {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
}

/// The restore that is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RestoreRequest {
    /// The method, such as `createNewVm` or `restoreDisks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What it is restored as.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub restore_as: Option<FactValue>,
    /// `snapshot` or `vault`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_tier: Option<String>,
    /// Whether the point lies in the secondary region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point_in_secondary: Option<bool>,
    /// Whether the source VM still exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vm_exists: Option<bool>,
    /// The disk that it is restored from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_disk: Option<FactValue>,
    /// Target region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_region: Option<String>,
    /// Target zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_zone: Option<FactValue>,
    /// Target subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_subscription: Option<FactValue>,
    /// Target tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_tenant: Option<FactValue>,
    /// Target resource group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_group: Option<FactValue>,
    /// Target virtual network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_virtual_network: Option<FactValue>,
    /// Target availability set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_availability_set: Option<FactValue>,
    /// Target VM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_vm: Option<FactValue>,
    /// The operating system of the VM that mounts files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_os: Option<FactValue>,
    /// Target storage accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_storage_accounts: Option<FactValue>,
    /// The staging location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staging_location: Option<FactValue>,
    /// The disk encryption set of restored disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_encryption_set_id: Option<FactValue>,
}

impl AssessOptions {
    /// The edition that decides on what is asked.
    pub(super) fn deciding_edition(&self) -> Edition {
        match self.request.instant_access {
            Some(true) => Edition::Beyond,
            _ => self.edition,
        }
    }

    /// Whether a disk is left out: by id, or by the selective disk backup of a service that has it, which
    /// never leaves out the OS disk.
    pub(super) fn leaves_out(&self, disk: &Disk) -> bool {
        let data = disk.role != Some(DiskRole::Os) && self.service != Service::RestorePoints;
        let names = |selectors: &Vec<DiskSelector>| selectors.iter().any(|one| one.names(disk));
        let selected = self
            .request
            .selective_disk
            .as_ref()
            .is_some_and(|selective| {
                let left = selective.exclude.as_ref().is_some_and(names);
                left || selective.include.as_ref().is_some_and(|kept| !names(kept))
            });
        let mut by_id = self.request.exclude_disks.iter();
        data && selected || by_id.any(|own| names_disk(&own.id, disk))
    }
}

impl AssessOptions {
    /// Whether the selective disk backup names a disk that is not the machine's, or would leave out its OS disk.
    pub(super) fn selects_foreign(&self, machine: &Machine) -> bool {
        let Some(selective) = &self.request.selective_disk else {
            return false;
        };
        let left = selective.exclude.iter().flatten().map(|own| (own, true));
        let kept = selective.include.iter().flatten().map(|own| (own, false));
        left.chain(kept).any(|(selector, data_only)| {
            let mut disks = machine.disks.iter();
            !disks
                .any(|disk| selector.names(disk) && !(data_only && disk.role == Some(DiskRole::Os)))
        })
    }
}

impl DiskSelector {
    fn names(&self, disk: &Disk) -> bool {
        match self {
            Self::Lun(lun) => disk.lun == Some(*lun),
            Self::Name(name) => name.eq_ignore_ascii_case(&disk.name) || names_disk(name, disk),
        }
    }
}

impl AssessOptions {
    /// How many backups of a disk the policy keeps: those of a day, over the days that it keeps them.
    pub(super) fn policy_backups(&self) -> u64 {
        let policy = self.policy.as_ref();
        let days = policy.and_then(|policy| policy.operational_retention_days);
        let schedule = policy.and_then(|policy| policy.schedule.as_ref());
        let hourly = schedule.filter(|own| own.frequency == Some(ScheduleFrequency::Hourly));
        let hours = hourly.and_then(|own| own.interval_hours);
        let daily = hours.and_then(|hours| 24_u64.checked_div(hours));
        let daily = self.request.schedules_per_day.or(daily).unwrap_or(1);
        days.unwrap_or(0).saturating_mul(daily)
    }

    /// What is asked, by path: `policy.type`. What holds others is there as `true`.
    pub(super) fn by_path(&self) -> FactSet {
        let mut found = FactSet::new();
        by_path("", &json::write(self), &mut found);
        let group = self.snapshot_resource_group.as_ref();
        let group = group.filter(|group| group.subscription_id.is_none());
        let path = group
            .and_then(|group| group.id.as_deref())
            .unwrap_or_default();
        if let Some(subscription) = path.split('/').nth(2) {
            let subscription = FactValue::Text(subscription.to_owned());
            found.insert(
                "snapshotResourceGroup.subscriptionId".to_owned(),
                subscription,
            );
        }
        let target = "restore.targetSubscription";
        if let Some(own) = self.network_subscription()
            && !found.contains_key(target)
        {
            found.insert(target.to_owned(), FactValue::Text(own.to_owned()));
        }
        found
    }

    /// The subscription of the virtual network that is restored to, where that is named by its id.
    pub(super) fn network_subscription(&self) -> Option<&str> {
        match &self.restore.as_ref()?.target_virtual_network {
            Some(FactValue::Text(id)) => subscription_of(id),
            _ => None,
        }
    }
}

/// The subscription in an ARM id.
fn subscription_of(id: &str) -> Option<&str> {
    let mut steps = id.strip_prefix('/')?.split('/');
    let first = steps.next()?;
    let own = steps.next().filter(|own| !own.is_empty())?;
    first.eq_ignore_ascii_case("subscriptions").then_some(own)
}

fn by_path(path: &str, value: &Value, found: &mut FactSet) {
    let fact = match value {
        Value::Bool(value) => FactValue::Bool(*value),
        Value::Number(value) => FactValue::Integer(value.as_i64().unwrap_or(i64::MAX)),
        Value::String(text) => FactValue::Text(text.clone()),
        Value::Array(items) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            let texts: Option<Vec<String>> = texts.collect();
            texts.map_or(FactValue::Bool(true), FactValue::TextList)
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    [path, ".", name].concat()
                };
                by_path(&path, value, found);
            }
            FactValue::Bool(true)
        }
        Value::Null => return,
    };
    found.insert(path.to_owned(), fact);
}
