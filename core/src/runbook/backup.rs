//! Azure VM Backup and Azure Disk Backup: vault, policy, and what is protected.

use super::facts::put;
use super::request::request;
use super::{RunbookItem, RunbookWait};
use crate::ids::ResourceId;
use crate::json;
use crate::policy::{
    BackupPolicy, BackupService, MonthDay, PolicyType, Schedule, ScheduleFrequency,
};
use crate::restore::vault_item;
use crate::units::{SimInstant, Weekday};
use serde_json::{Value, json};

pub(super) const RECOVERY: &str = "2024-04-01";
pub(super) const PROTECTION: &str = "2024-04-01";
const ROLES: &str = "2022-04-01";

/// What a VM or disk is protected with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Protection<'a> {
    pub(super) source: &'a ResourceId,
    pub(super) location: &'a str,
    pub(super) vault: &'a str,
    pub(super) policy: &'a BackupPolicy,
    /// LUNs that are left out; of Azure VM Backup.
    pub(super) without_luns: &'a [u32],
    /// When the schedule starts.
    pub(super) from: SimInstant,
    /// The vault's redundancy, where it was asked for.
    pub(super) redundancy: Option<&'a str>,
    /// Whether its points can be restored in the paired region, where it was said.
    pub(super) cross_region: Option<bool>,
    /// The resource group of a disk's snapshots; that of the disk where none is said.
    pub(super) snapshots: Option<&'a ResourceId>,
    /// The name of the backup instance of a disk.
    pub(super) instance: &'a str,
    /// How often the policy was another before: a policy is replaced by a new one, not written over.
    pub(super) changed: u64,
}

/// The redundancy as Azure spells it.
fn spelt(redundancy: &str) -> &str {
    let known = ["GeoRedundant", "ZoneRedundant", "LocallyRedundant"];
    let mut known = known.into_iter();
    let own = known.find(|own| own.eq_ignore_ascii_case(redundancy));
    own.unwrap_or(redundancy)
}

/// By how many days the runs of a schedule lie off in UTC: -1, 0 or 1.
fn days_off(schedule: &Schedule) -> i64 {
    schedule
        .utc_offset
        .instant(0, schedule.time.minutes())
        .unix_seconds()
        .div_euclid(86_400)
}

/// What of a policy its request does not say.
pub(super) fn unsaid(policy: &BackupPolicy, service: BackupService) -> Vec<&'static str> {
    let by_month = policy.monthly_retention.is_some() || policy.yearly_retention.is_some();
    let mut words = Vec::new();
    match service {
        BackupService::RestorePoints => {}
        BackupService::VmBackup => {
            if by_month && days_off(&policy.schedule) != 0 {
                words.push("its times are in UTC, in which it runs on another day than by its own clock: the days of monthlySchedule and yearlySchedule are still those of its own clock, for what day that is in UTC differs from month to month; choose them, or another time");
            }
            let weekly = policy.schedule.frequency == ScheduleFrequency::Weekly;
            if weekly && policy.daily_retention_days.is_some() && policy.weekly_retention.is_some()
            {
                words.push("a weekly policy of Azure keeps points by one weekly rule: weeklySchedule is what weeklyRetention says, and what dailyRetentionDays says of the other days is not in it");
            }
        }
        BackupService::DiskBackup => {
            if by_month || policy.weekly_retention.is_some() {
                words.push("only operationalRetentionDays is in the policy: weekly, monthly and yearly rules need a tag and a rule of their own each");
            }
        }
    }
    words
}

impl Protection<'_> {
    fn in_group(&self, kind: &str, name: &str) -> String {
        let group = ResourceId::group(self.source.subscription(), self.source.resource_group());
        format!("{group}/providers/{kind}/{name}")
    }

    fn policy_name(&self) -> String {
        let number = match self.changed {
            0 => String::new(),
            changed => format!("-{}", changed + 1),
        };
        format!("{}-policy{number}", self.source.name())
    }

    /// The instant of the first run of a day; a clock that is away from UTC is said as UTC, for neither moves. The
    /// window of an hourly schedule begins with it, whichever run comes next.
    fn first_run(&self) -> SimInstant {
        let schedule = &self.policy.schedule;
        let next = schedule.next_after(self.from);
        let (clock, minutes) = (schedule.utc_offset, schedule.time.minutes());
        let begin = |day| clock.instant(day, minutes);
        let today = clock.day(next);
        // A run behind midnight belongs to the window of the day before.
        let begun = begin(today);
        if begun <= next {
            begun
        } else {
            begin(today - 1)
        }
    }

    /// When a disk is backed up: every few hours, or at these times of the day.
    fn intervals(&self) -> Vec<String> {
        let schedule = &self.policy.schedule;
        let runs = schedule.runs_a_day();
        let mut run = schedule.next_after(self.from);
        if schedule.frequency == ScheduleFrequency::Hourly && runs * schedule.interval() >= 24 {
            return vec![format!("R/{run}/PT{}H", schedule.interval())];
        }
        let mut intervals = Vec::new();
        for _ in 0..runs {
            intervals.push(format!("R/{run}/P1D"));
            run = schedule.next_after(run);
        }
        intervals
    }

    /// The requests that let Azure VM Backup protect a VM.
    pub(super) fn by_vm_backup(&self) -> Vec<RunbookItem> {
        let vault = self.in_group("Microsoft.RecoveryServices/vaults", self.vault);
        let mut made = json!({ "location": self.location, "sku": { "name": "RS0", "tier": "Standard" }, "properties": { "publicNetworkAccess": "Enabled" } });
        if let Some(redundancy) = self.redundancy {
            let field = "properties.redundancySettings.standardTierStorageRedundancy";
            put(&mut made, field, spelt(redundancy).into());
        }
        if let Some(given) = self.cross_region {
            let field = "properties.redundancySettings.crossRegionRestore";
            let word = if given { "Enabled" } else { "Disabled" };
            put(&mut made, field, word.into());
        }
        let mut items = vec![
            request("PUT", &vault, RECOVERY, made),
            ready(&vault, RECOVERY),
        ];
        items.extend(self.under_vm_policy());
        items
    }

    /// The requests that put a VM under its policy, in a vault that is there.
    pub(super) fn under_vm_policy(&self) -> Vec<RunbookItem> {
        let vault = self.in_group("Microsoft.RecoveryServices/vaults", self.vault);
        let policy = format!("{vault}/backupPolicies/{}", self.policy_name());
        let item = vault_item(&vault, self.source);
        let mut properties = json!({ "protectedItemType": "Microsoft.Compute/virtualMachines", "policyId": policy, "sourceResourceId": self.source.as_str() });
        if !self.without_luns.is_empty() {
            let luns = json::write(self.without_luns);
            put(
                &mut properties,
                "extendedProperties.diskExclusionProperties",
                json!({ "diskLunList": luns, "isInclusionList": false }),
            );
        }
        vec![
            request(
                "PUT",
                &policy,
                RECOVERY,
                json!({ "properties": self.vm_policy() }),
            ),
            request("PUT", &item, RECOVERY, json!({ "properties": properties })),
        ]
    }

    /// The policy in the words of the Recovery Services vault.
    fn vm_policy(&self) -> Value {
        let policy = self.policy;
        let schedule = &policy.schedule;
        let run = self.first_run();
        let enhanced = policy.policy_type == Some(PolicyType::Enhanced);
        let weekly = schedule.frequency == ScheduleFrequency::Weekly;
        let sunday = [Weekday::Sunday];
        let off = days_off(schedule);
        let days = days_moved(
            if schedule.weekdays.is_empty() {
                &sunday
            } else {
                &schedule.weekdays
            },
            off,
        );
        let times = json!([run.to_string()]);
        let mut when = json!({ "schedulePolicyType": if enhanced { "SimpleSchedulePolicyV2" } else { "SimpleSchedulePolicy" } });
        put(
            &mut when,
            "scheduleRunFrequency",
            json::write(&schedule.frequency),
        );
        match (schedule.frequency, enhanced) {
            (ScheduleFrequency::Hourly, _) => put(
                &mut when,
                "hourlySchedule",
                json!({ "interval": schedule.interval(), "scheduleWindowStartTime": run.to_string(), "scheduleWindowDuration": schedule.window_hours.unwrap_or(24) }),
            ),
            (_, true) if weekly => put(
                &mut when,
                "weeklySchedule",
                json!({ "scheduleRunDays": days, "scheduleRunTimes": times }),
            ),
            (_, true) => put(
                &mut when,
                "dailySchedule",
                json!({ "scheduleRunTimes": times }),
            ),
            (_, false) => {
                put(&mut when, "scheduleRunTimes", times.clone());
                if weekly {
                    put(&mut when, "scheduleRunDays", days.clone());
                }
            }
        }
        let mut keep = json!({ "retentionPolicyType": "LongTermRetentionPolicy" });
        let lasts = |count: u64, unit: &str| json!({ "count": count, "durationType": unit });
        let daily = policy
            .daily_retention_days
            .or(policy.operational_retention_days);
        if let Some(count) = daily {
            let one = if weekly {
                json!({ "daysOfTheWeek": days, "retentionTimes": times, "retentionDuration": lasts(count.div_ceil(7), "Weeks") })
            } else {
                json!({ "retentionTimes": times, "retentionDuration": lasts(count, "Days") })
            };
            put(
                &mut keep,
                if weekly {
                    "weeklySchedule"
                } else {
                    "dailySchedule"
                },
                one,
            );
        }
        if let Some(weeks) = &policy.weekly_retention {
            let days = days_moved(
                if weeks.weekdays.is_empty() {
                    &sunday
                } else {
                    &weeks.weekdays
                },
                off,
            );
            put(
                &mut keep,
                "weeklySchedule",
                json!({ "daysOfTheWeek": days, "retentionTimes": times, "retentionDuration": lasts(weeks.weeks, "Weeks") }),
            );
        }
        if let Some(months) = &policy.monthly_retention {
            let mut one = json!({ "retentionTimes": times, "retentionDuration": lasts(months.months, "Months") });
            day_of_month(&mut one, months.on);
            put(&mut keep, "monthlySchedule", one);
        }
        if let Some(years) = &policy.yearly_retention {
            const MONTHS: [&str; 12] = [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ];
            let named = years
                .months
                .iter()
                .filter_map(|month| MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?));
            let named: Vec<&str> = named.copied().collect();
            let mut one = json!({ "monthsOfYear": named, "retentionTimes": times, "retentionDuration": lasts(years.years, "Years") });
            day_of_month(&mut one, years.on);
            put(&mut keep, "yearlySchedule", one);
        }
        json!({
            "backupManagementType": "AzureIaasVM",
            "policyType": if enhanced { "V2" } else { "V1" },
            "instantRpRetentionRangeInDays": policy.instant_days(),
            "timeZone": "UTC",
            "schedulePolicy": when,
            "retentionPolicy": keep,
        })
    }

    /// The requests that let Azure Disk Backup protect a disk.
    pub(super) fn by_disk_backup(&self) -> Vec<RunbookItem> {
        let vault = self.in_group("Microsoft.DataProtection/backupVaults", self.vault);
        // Snapshots of disks do not go to the vault, so its redundancy matters to none of them.
        let redundancy = spelt(self.redundancy.unwrap_or("LocallyRedundant"));
        let made = json!({
            "location": self.location,
            "identity": { "type": "SystemAssigned" },
            "properties": { "storageSettings": [{ "datastoreType": "VaultStore", "type": redundancy }] },
        });
        let mut items = vec![
            request("PUT", &vault, PROTECTION, made),
            ready(&vault, PROTECTION),
        ];
        items.extend(self.under_disk_policy());
        items
    }

    /// The requests that put a disk under its policy, in a vault that is there.
    pub(super) fn under_disk_policy(&self) -> Vec<RunbookItem> {
        let vault = self.in_group("Microsoft.DataProtection/backupVaults", self.vault);
        let policy = format!("{vault}/backupPolicies/{}", self.policy_name());
        let days = self
            .policy
            .operational_retention_days
            .or(self.policy.daily_retention_days);
        let days = days.unwrap_or(7);
        let store =
            json!({ "dataStoreType": "OperationalStore", "objectType": "DataStoreInfoBase" });
        let rules = json!([
            { "name": "Default", "objectType": "AzureRetentionRule", "isDefault": true,
              "lifecycles": [{ "deleteAfter": { "objectType": "AbsoluteDeleteOption", "duration": format!("P{days}D") }, "sourceDataStore": store }] },
            { "name": "Backup", "objectType": "AzureBackupRule",
              "backupParameters": { "objectType": "AzureBackupParams", "backupType": "Incremental" }, "dataStore": store,
              "trigger": { "objectType": "ScheduleBasedTriggerContext", "schedule": { "repeatingTimeIntervals": self.intervals(), "timeZone": "UTC" },
                           "taggingCriteria": [{ "isDefault": true, "taggingPriority": 99, "tagInfo": { "tagName": "Default" } }] } },
        ]);
        let disk = self.source;
        let group = ResourceId::group(disk.subscription(), disk.resource_group());
        let group = self.snapshots.unwrap_or(&group);
        let instance = json!({ "properties": {
            "objectType": "BackupInstance",
            "friendlyName": disk.name(),
            "dataSourceInfo": { "objectType": "Datasource", "datasourceType": "Microsoft.Compute/disks", "resourceID": disk.as_str(),
                                "resourceName": disk.name(), "resourceType": "Microsoft.Compute/disks", "resourceLocation": self.location, "resourceUri": disk.as_str() },
            "policyInfo": { "policyId": policy, "policyParameters": { "dataStoreParametersList": [{
                "objectType": "AzureOperationalStoreParameters", "dataStoreType": "OperationalStore", "resourceGroupId": group.as_str() }] } },
        } });
        vec![
            request(
                "PUT",
                &policy,
                PROTECTION,
                json!({ "properties": { "objectType": "BackupPolicy", "datasourceTypes": ["Microsoft.Compute/disks"], "policyRules": rules } }),
            ),
            request(
                "PUT",
                format!("{vault}/backupInstances/{}", self.instance),
                PROTECTION,
                instance,
            ),
        ]
    }

    /// Who has to be given which role before Azure Disk Backup works.
    pub(super) fn roles(&self) -> String {
        let group = ResourceId::group(self.source.subscription(), self.source.resource_group());
        let group = self.snapshots.unwrap_or(&group);
        format!(
            "give the identity of the vault {} the roles Disk Backup Reader on {} and Disk Snapshot Contributor on {group} before the backup instance is made (Microsoft.Authorization/roleAssignments, {ROLES})",
            self.vault, self.source
        )
    }
}

/// A wait until a vault is there.
fn ready(id: &str, api_version: &str) -> RunbookItem {
    RunbookItem::Wait(RunbookWait {
        id: id.to_owned(),
        api_version: api_version.to_owned(),
        instance_view: false,
    })
}

fn days(weekdays: &[Weekday]) -> Value {
    json::write(weekdays)
}

/// Days of the week, as many days later.
fn days_moved(weekdays: &[Weekday], off: i64) -> Value {
    let week = Weekday::ALL;
    let moved = weekdays.iter().filter_map(|own| {
        let at = (i64::try_from(week.iter().position(|day| day == own)?).ok()? + off).rem_euclid(7);
        week.get(usize::try_from(at).ok()?).copied()
    });
    days(&moved.collect::<Vec<_>>())
}

/// The day of the month as a retention schedule says it.
fn day_of_month(schedule: &mut Value, on: MonthDay) {
    let numbered =
        |day: u8, last: bool| json!({ "daysOfTheMonth": [{ "date": day, "isLast": last }] });
    let (format, field, value) = match on {
        MonthDay::Numbered(day) => ("Daily", "retentionScheduleDaily", numbered(day, false)),
        MonthDay::Last => ("Daily", "retentionScheduleDaily", numbered(0, true)),
        MonthDay::Nth(place, weekday) => (
            "Weekly",
            "retentionScheduleWeekly",
            week_of_month(place, weekday),
        ),
        MonthDay::LastOf(weekday) => (
            "Weekly",
            "retentionScheduleWeekly",
            week_of_month(4, weekday),
        ),
    };
    put(schedule, "retentionScheduleFormatType", format.into());
    put(schedule, field, value);
}

fn week_of_month(place: u8, weekday: Weekday) -> Value {
    const WEEKS: [&str; 5] = ["First", "Second", "Third", "Fourth", "Last"];
    let week = WEEKS.get(usize::from(place)).copied().unwrap_or("Last");
    json!({ "daysOfTheWeek": days(&[weekday]), "weeksOfTheMonth": [week] })
}
