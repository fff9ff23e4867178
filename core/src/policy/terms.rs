//! A policy: its schedule, its retention, and what each service takes of it.

use super::retention::{MonthlyRetention, WeeklyRetention, YearlyRetention};
use super::{Schedule, ScheduleFrequency};
use crate::json::{Read, Write};

/// Who backs up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum BackupService {
    /// A user's own automation that creates restore points and deletes them again.
    RestorePoints,
    /// Azure VM Backup: snapshots of the VM, then a copy in a Recovery Services vault.
    #[default]
    VmBackup,
    /// Azure Disk Backup: incremental snapshots of one disk.
    DiskBackup,
}

/// The type of a policy of Azure VM Backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum PolicyType {
    /// Daily or weekly.
    Standard,
    /// Hourly too.
    Enhanced,
}

/// When a service backs up and how long it keeps what it took.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupPolicy {
    /// Standard or Enhanced; for Azure VM Backup only, which needs it.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub policy_type: Option<PolicyType>,
    /// When it runs.
    pub schedule: Schedule,
    /// Days that the snapshot tier keeps; 2 under Standard and 7 under Enhanced where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant_restore_days: Option<u64>,
    /// Days that every point is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_retention_days: Option<u64>,
    /// Days that the operational tier keeps: another name for the former, as Disk Backup calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operational_retention_days: Option<u64>,
    /// Points of certain days of the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weekly_retention: Option<WeeklyRetention>,
    /// Points of one day of the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_retention: Option<MonthlyRetention>,
    /// Points of one day of certain months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly_retention: Option<YearlyRetention>,
    /// The newest so many are kept, whatever their age; for restore points on a schedule only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_last: Option<u64>,
}

/// What a service does not take of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct PolicyError {
    /// The field, below the policy.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
    /// The rules that say so.
    pub row_ids: &'static [&'static str],
}

/// Recovery points that a protected instance can have (S3-35).
pub(crate) const MOST_POINTS: u64 = 9_999;
/// Years that a point can be kept (S3-36).
const MOST_YEARS: u64 = 99;
/// Days of instant restore of the Standard policy; no page here gives the figure.
const STANDARD_INSTANT_DAYS: u64 = 5;
/// Days of instant restore of the Enhanced policy at twelve hours (S3-17f).
const ENHANCED_INSTANT_DAYS: u64 = 30;

impl BackupPolicy {
    /// Whether a service takes this policy.
    ///
    /// # Errors
    /// The first field that does not fit, what would, and the rules that say so.
    pub fn check(&self, service: BackupService) -> Result<(), PolicyError> {
        self.check_schedule(service)?;
        self.check_spans()?;
        match service {
            BackupService::VmBackup => {
                self.check_vm_backup()?;
                self.check_points()
            }
            BackupService::DiskBackup => self.check_disk_backup(),
            BackupService::RestorePoints => {
                if self.policy_type.is_some() || self.instant_restore_days.is_some() {
                    let field = if self.policy_type.is_some() {
                        "type"
                    } else {
                        "instantRestoreDays"
                    };
                    let message =
                        "a schedule of restore points has none; it belongs to Azure VM Backup";
                    return refused(field, message.to_owned(), &[]);
                }
                if self.keep_last == Some(0) || (self.keep_last.is_none() && self.keeps_nothing()) {
                    let message =
                        "say what is kept: keepLast, dailyRetentionDays or a longer retention";
                    return refused("keepLast", message.to_owned(), &[]);
                }
                Ok(())
            }
        }
    }

    /// Whether an agent in the guest can have this policy: MARS, DPM or MABS, which go to the vault `most` times a
    /// day by the rules `row_ids`.
    ///
    /// # Errors
    /// The first field that does not fit, what would, and the rules that say so.
    pub fn check_in_guest(
        &self,
        most: u64,
        row_ids: &'static [&'static str],
    ) -> Result<(), PolicyError> {
        self.check_schedule(BackupService::RestorePoints)?;
        self.check_spans()?;
        let runs = self.schedule.runs_a_day();
        if runs > most {
            let message = format!("{most} scheduled backups a day at most, and this is {runs}");
            return refused("schedule.intervalHours", message, row_ids);
        }
        for (field, given) in [
            ("type", self.policy_type.is_some()),
            ("instantRestoreDays", self.instant_restore_days.is_some()),
            ("keepLast", self.keep_last.is_some()),
        ] {
            if given {
                let message = "a backup from within the guest has none; give dailyRetentionDays";
                return refused(field, message.to_owned(), &["S3-40"]);
            }
        }
        if self.keeps_nothing() {
            let message = "say how long points are kept".to_owned();
            return refused("dailyRetentionDays", message, &["S3-40"]);
        }
        if most == u64::MAX {
            // Tape counts no points (S3-42c).
            return Ok(());
        }
        self.check_points()
    }

    /// Whether a policy of Azure Disk Backup keeps no more backups of a disk than it may.
    ///
    /// # Errors
    /// It keeps more than `most`.
    pub fn check_backups_of_disk(&self, most: u64) -> Result<(), PolicyError> {
        let kept = self.expected_points();
        if kept <= most {
            return Ok(());
        }
        let message = format!(
            "this keeps {kept} backups of the disk; a policy keeps {most} at most, to leave room for backups on demand"
        );
        refused("operationalRetentionDays", message, &["S4-08b"])
    }

    /// An instance has so many points at most, however they are kept.
    fn check_points(&self) -> Result<(), PolicyError> {
        let expected = self.expected_points();
        if expected <= MOST_POINTS {
            return Ok(());
        }
        let message =
            format!("this keeps {expected} points; an instance has {MOST_POINTS} at most");
        refused("dailyRetentionDays", message, &["S3-35"])
    }

    /// How many points it has once it has run for as long as it keeps them, at most.
    #[must_use]
    pub fn expected_points(&self) -> u64 {
        let runs = self.schedule.runs_a_day();
        let weekly = self.schedule.frequency == ScheduleFrequency::Weekly;
        let days_of_week = self.schedule.weekdays.len().max(1) as u64;
        let daily = self
            .daily_retention_days
            .or(self.operational_retention_days);
        let daily = daily.unwrap_or_default();
        let daily = if weekly {
            daily.div_ceil(7).saturating_mul(days_of_week)
        } else {
            daily
        };
        let weeks = self.weekly_retention.as_ref().map_or(0, |at| {
            at.weeks.saturating_mul(at.weekdays.len().max(1) as u64)
        });
        let months = self.monthly_retention.as_ref().map_or(0, |at| at.months);
        let years = self
            .yearly_retention
            .as_ref()
            .map_or(0, |at| at.years.saturating_mul(at.months.len() as u64));
        [daily.saturating_mul(runs), weeks, months, years]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// Days that the snapshot tier keeps.
    #[must_use]
    pub fn instant_days(&self) -> u64 {
        self.instant_restore_days.unwrap_or(match self.policy_type {
            Some(PolicyType::Enhanced) => 7,
            _ => 2,
        })
    }

    /// Days that the snapshot tier can keep at most: fewer where more snapshots are taken a day (S3-17d). The
    /// page gives one figure, 30 days for two a day; the others follow from the same number of snapshots,
    /// which is our assumption.
    #[must_use]
    pub fn most_instant_days(&self) -> u64 {
        match self.policy_type {
            Some(PolicyType::Enhanced) => {
                let snapshots = 2 * ENHANCED_INSTANT_DAYS;
                (snapshots / self.schedule.runs_a_day().max(1)).min(ENHANCED_INSTANT_DAYS)
            }
            _ => STANDARD_INSTANT_DAYS,
        }
    }

    fn check_schedule(&self, service: BackupService) -> Result<(), PolicyError> {
        let schedule = &self.schedule;
        let hourly = schedule.frequency == ScheduleFrequency::Hourly;
        if schedule.frequency == ScheduleFrequency::Monthly {
            let message =
                "a schedule is Hourly, Daily or Weekly; monthly and yearly are kept by retention";
            return refused(
                "schedule.frequency",
                message.to_owned(),
                &["S3-13a", "S3-13b"],
            );
        }
        if hourly != schedule.interval_hours.is_some() {
            let message = "an Hourly schedule needs its interval, and no other has one";
            return refused("schedule.intervalHours", message.to_owned(), &[]);
        }
        if !hourly && schedule.window_hours.is_some() {
            let message = "only an Hourly schedule has a window";
            return refused("schedule.windowHours", message.to_owned(), &[]);
        }
        let within = |hours: Option<u64>| hours.is_none_or(|hours| (1..=24).contains(&hours));
        if !within(schedule.window_hours) {
            return refused("schedule.windowHours", "give 1 to 24 hours".to_owned(), &[]);
        }
        if !within(schedule.interval_hours) {
            return refused(
                "schedule.intervalHours",
                "give 1 to 24 hours".to_owned(),
                &[],
            );
        }
        if schedule.frequency != ScheduleFrequency::Weekly && !schedule.weekdays.is_empty() {
            let message = "only a Weekly schedule has days of the week";
            return refused("schedule.weekdays", message.to_owned(), &[]);
        }
        let offered = matches!(schedule.interval_hours, None | Some(4 | 6 | 8 | 12 | 24));
        if service == BackupService::VmBackup && !offered {
            let message = "Azure VM Backup runs every 4, 6, 8, 12 or 24 hours".to_owned();
            return refused("schedule.intervalHours", message, &["S3-17b", "S3-17c"]);
        }
        Ok(())
    }

    fn check_vm_backup(&self) -> Result<(), PolicyError> {
        let Some(policy_type) = self.policy_type else {
            let message = "say Standard or Enhanced: VMs differ in which they need".to_owned();
            return refused("type", message, &["S3-17a"]);
        };
        if policy_type == PolicyType::Standard
            && self.schedule.frequency == ScheduleFrequency::Hourly
        {
            let message = "several backups a day need the Enhanced policy".to_owned();
            return refused("schedule.frequency", message, &["S3-17a"]);
        }
        if self.keep_last.is_some() {
            let message = "Azure VM Backup keeps by age; give dailyRetentionDays".to_owned();
            return refused("keepLast", message, &[]);
        }
        if self.keeps_nothing() {
            let message = "say how long points are kept".to_owned();
            return refused("dailyRetentionDays", message, &["S3-40"]);
        }
        let most = self.most_instant_days();
        let given = self.instant_restore_days.unwrap_or(1);
        if !(1..=most).contains(&given) {
            let message = format!(
                "at {} snapshots a day give 1 to {most} days",
                self.schedule.runs_a_day()
            );
            return refused("instantRestoreDays", message, &["S3-17d", "S3-17f"]);
        }
        Ok(())
    }

    /// Azure Disk Backup runs every few hours or daily and keeps by age (S4-06a). Which hours is assumed: the page
    /// says no more than several times a day.
    fn check_disk_backup(&self) -> Result<(), PolicyError> {
        let rows: &[&str] = &["S4-06a"];
        if !matches!(
            (self.schedule.frequency, self.schedule.interval_hours),
            (ScheduleFrequency::Daily, None) | (ScheduleFrequency::Hourly, Some(4 | 6 | 8 | 12))
        ) {
            let message = "give Daily, or Hourly with 4, 6, 8 or 12 hours: the lab assumes that Azure Disk Backup runs so, for the page says no more than several times a day".to_owned();
            return refused("schedule.frequency", message, rows);
        }
        for (field, given) in [
            ("type", self.policy_type.is_some()),
            ("instantRestoreDays", self.instant_restore_days.is_some()),
            ("keepLast", self.keep_last.is_some()),
        ] {
            if given {
                let message = "Azure Disk Backup has none; give operationalRetentionDays";
                return refused(field, message.to_owned(), rows);
            }
        }
        if self.keeps_nothing() {
            let message = "say how many days snapshots are kept".to_owned();
            return refused("operationalRetentionDays", message, rows);
        }
        Ok(())
    }

    fn keeps_nothing(&self) -> bool {
        self.daily_retention_days.is_none()
            && self.operational_retention_days.is_none()
            && self.weekly_retention.is_none()
            && self.monthly_retention.is_none()
            && self.yearly_retention.is_none()
    }

    /// Every span is at least one and at most 99 years, and months are months.
    fn check_spans(&self) -> Result<(), PolicyError> {
        let weeks = self.weekly_retention.as_ref().map(|at| at.weeks);
        let months = self.monthly_retention.as_ref().map(|at| at.months);
        let years = self.yearly_retention.as_ref().map(|at| at.years);
        for (field, given, in_a_year) in [
            ("dailyRetentionDays", self.daily_retention_days, 365),
            (
                "operationalRetentionDays",
                self.operational_retention_days,
                365,
            ),
            ("weeklyRetention.weeks", weeks, 52),
            ("monthlyRetention.months", months, 12),
            ("yearlyRetention.years", years, 1),
        ] {
            let most = MOST_YEARS * in_a_year;
            if given.is_some_and(|given| !(1..=most).contains(&given)) {
                let message =
                    format!("give 1 to {most}; points are kept {MOST_YEARS} years at most");
                return refused(field, message, &["S3-36"]);
            }
        }
        if self.daily_retention_days.is_some() && self.operational_retention_days.is_some() {
            let message = "this and dailyRetentionDays are the same; give one".to_owned();
            return refused("operationalRetentionDays", message, &[]);
        }
        let months = self
            .yearly_retention
            .as_ref()
            .map(|at| at.months.as_slice());
        if months.is_some_and(|months| {
            months.is_empty() || !months.iter().all(|month| (1..=12).contains(month))
        }) {
            let message = "give months as numbers from 1 to 12".to_owned();
            return refused("yearlyRetention.months", message, &[]);
        }
        Ok(())
    }
}

fn refused(
    field: &'static str,
    message: String,
    row_ids: &'static [&'static str],
) -> Result<(), PolicyError> {
    Err(PolicyError {
        field,
        message,
        row_ids,
    })
}
