//! Settings of a lab: data with defaults, each marked documented or assumed.

mod kinds;
mod state;

use super::{CommandError, SettingValue};
use crate::json::Write;
use crate::matrix::{self, Edition};
use crate::order::SmallMap;
use crate::units::{BlockSize, ByteCount, MIB, SimDuration};
use kinds::{
    BLOCK_SIZE, COLLECTIONS, COPY_ALL, COPY_ENDS, COPY_PER_DISK, COPY_START, CREATE_POINT,
    DELETE_COLLECTION, DELETE_POINT, DISK_POLICY, EDITION, PAGE_SIZE, POINTS_PER_VM, REQUESTS,
    RESTORE, SECONDARY, STRICT,
};
pub use kinds::{Basis, SETTINGS, SettingKind};
pub(super) use kinds::{
    CLEANUP_TIME, DISK_SNAPSHOTS, MEMORY, RECOVERY_POINTS, REGION_SNAPSHOTS, ROLES_TAKE,
};
pub use state::SettingState;

/// The short name of the setting that limits requests.
const THROTTLING: &str = "throttling";

/// The rates that a lab keeps: `rates` is a text, the JSON of a profile of rates, which the reader of plans checks.
const RATES: &str = "rates";
/// How long that text may be.
const LONGEST_RATES: usize = 100_000;

/// The settings that were changed; all others have their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write)]
#[serde(transparent)]
pub struct Settings {
    changed: SmallMap<String, SettingValue>,
}

impl Settings {
    /// Changes one setting.
    ///
    /// # Errors
    /// An unknown name, or a value outside the setting's range.
    pub fn set(&mut self, name: &str, value: SettingValue) -> Result<(), CommandError> {
        let invalid = |message| {
            Err(CommandError::InvalidParameter {
                target: name.to_owned(),
                message,
            })
        };
        if name == EDITION {
            return match &value {
                SettingValue::Text(text) if edition_named(text).is_some() => {
                    self.changed.insert(name.to_owned(), value);
                    Ok(())
                }
                _ => invalid(format!(
                    "edition is one of {}",
                    Edition::ALL.map(Edition::as_str).join(", ")
                )),
            };
        }
        if name == RATES {
            return match &value {
                SettingValue::Text(text) if text.len() <= LONGEST_RATES => {
                    self.changed.insert(name.to_owned(), value);
                    Ok(())
                }
                _ => invalid(format!(
                    "rates is the JSON of a profile of rates as a text of at most {LONGEST_RATES} bytes"
                )),
            };
        }
        let Some(kind) = SETTINGS.iter().find(|kind| kind.name == name) else {
            if name == THROTTLING {
                return self.set(REQUESTS, value);
            }
            let names: Vec<&str> = SETTINGS
                .iter()
                .map(|kind| kind.name)
                .chain([EDITION, RATES])
                .collect();
            return invalid(format!(
                "there is no setting `{name}`; there is {}",
                names.join(", ")
            ));
        };
        let (low, high) = kind.range;
        match value {
            SettingValue::Integer(number) if name == BLOCK_SIZE => {
                match BlockSize::try_from(number) {
                    Ok(_) => self.changed.insert(name.to_owned(), value),
                    Err(error) => return invalid(error.to_string()),
                }
            }
            SettingValue::Integer(number) if (low..=high).contains(&number) => {
                self.changed.insert(name.to_owned(), value)
            }
            _ => {
                return invalid(format!(
                    "{name} is a whole number of {} from {low} to {high}",
                    kind.unit
                ));
            }
        };
        Ok(())
    }

    /// The edition in force.
    #[must_use]
    pub fn edition(&self) -> Edition {
        match self.changed.get(EDITION) {
            Some(SettingValue::Text(text)) => edition_named(text).unwrap_or_default(),
            _ => Edition::default(),
        }
    }

    /// The rates that the lab keeps, as JSON.
    #[must_use]
    pub fn rates(&self) -> Option<&str> {
        match self.changed.get(RATES) {
            Some(SettingValue::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The size of blocks of new disks.
    #[must_use]
    pub fn block_size(&self) -> BlockSize {
        BlockSize::try_from(self.number(BLOCK_SIZE)).unwrap_or(BlockSize::MAX)
    }

    /// Restore points that one VM may have.
    #[must_use]
    pub fn restore_points_per_vm(&self) -> u64 {
        match self.changed.get(POINTS_PER_VM) {
            Some(SettingValue::Integer(limit)) => *limit,
            _ => matrix::limits(self.edition()).restore_points_per_vm,
        }
    }

    /// How long a restore point is Creating.
    #[must_use]
    pub fn create_restore_point(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(CREATE_POINT))
    }

    /// How long a restore point is Deleting.
    #[must_use]
    pub fn delete_restore_point(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(DELETE_POINT))
    }

    /// How long a collection is Deleting.
    #[must_use]
    pub fn delete_collection(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(DELETE_COLLECTION))
    }

    /// How long a restore takes.
    #[must_use]
    pub fn restore(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(RESTORE))
    }

    /// From the arrival of a point in a vault until it is in the paired region.
    #[must_use]
    pub fn vault_secondary(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(SECONDARY))
    }

    /// From giving the identity of a vault a role until it works.
    #[must_use]
    pub fn roles_take(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(ROLES_TAKE))
    }

    /// How long a copy takes to start.
    #[must_use]
    pub fn copy_start(&self) -> SimDuration {
        SimDuration::from_seconds(self.number(COPY_START))
    }

    /// Bytes a second on the way to other regions: of one disk at most, and of all together.
    #[must_use]
    pub fn copy_rates(&self) -> (u64, u64) {
        let bytes = |name| self.number(name).saturating_mul(MIB);
        (bytes(COPY_PER_DISK), bytes(COPY_ALL))
    }

    /// Backups of a disk that a policy of Disk Backup may keep, and incremental snapshots that a disk may have.
    #[must_use]
    pub fn disk_limits(&self) -> (u64, u64) {
        (self.number(DISK_POLICY), self.number(DISK_SNAPSHOTS))
    }

    /// Recovery points that Azure VM Backup keeps of one VM.
    #[must_use]
    pub fn recovery_points_per_vm(&self) -> u64 {
        self.number(RECOVERY_POINTS)
    }

    /// Snapshots that a subscription may have in a region, where there is such a limit.
    #[must_use]
    pub fn snapshots_per_region(&self) -> Option<u64> {
        Some(self.number(REGION_SNAPSHOTS)).filter(|most| *most > 0)
    }

    /// Minutes after midnight UTC at which clean-ups run.
    #[must_use]
    pub fn cleanup_minutes(&self) -> u64 {
        self.number(CLEANUP_TIME)
    }

    /// How many requests the API answers in a minute; 0 is no limit.
    #[must_use]
    pub fn requests_per_minute(&self) -> u64 {
        self.number(REQUESTS)
    }

    /// How long after its start a copy is given up; `None` for never.
    #[must_use]
    pub fn copy_ends_after(&self) -> Option<SimDuration> {
        let seconds = self.number(COPY_ENDS);
        (seconds > 0).then(|| SimDuration::from_seconds(seconds))
    }

    /// Collections that a subscription may have in a region.
    #[must_use]
    pub fn collections_per_region(&self) -> u64 {
        match self.number(COLLECTIONS) {
            0 => u64::MAX,
            limit => limit,
        }
    }

    /// Whether a resource group must be there before it is used.
    #[must_use]
    pub fn strict_scopes(&self) -> bool {
        self.number(STRICT) == 1
    }

    /// How many resources a list of the API has in one page.
    #[must_use]
    pub fn page_size(&self) -> u64 {
        self.number(PAGE_SIZE)
    }

    /// The memory that the block store may take.
    #[must_use]
    pub fn memory_limit(&self) -> ByteCount {
        ByteCount(self.number(MEMORY).saturating_mul(MIB))
    }

    /// Every setting by name with its value, as callers see it.
    #[must_use]
    pub fn describe(&self) -> Vec<SettingState> {
        let edition = SettingState {
            name: EDITION,
            value: SettingValue::Text(self.edition().as_str().to_owned()),
            changed: self.changed.contains_key(EDITION),
            unit: "",
            basis: Basis::Documented,
            meaning: "the pages that are followed: every page dated at or before it",
        };
        let numbers = SETTINGS.iter().map(|kind| SettingState {
            name: kind.name,
            value: SettingValue::Integer(match kind.name {
                POINTS_PER_VM => self.restore_points_per_vm(),
                name => self.number(name),
            }),
            changed: self.changed.contains_key(kind.name),
            unit: kind.unit,
            basis: kind.basis,
            meaning: kind.meaning,
        });
        std::iter::once(edition).chain(numbers).collect()
    }

    pub(crate) fn number(&self, name: &str) -> u64 {
        match self.changed.get(name) {
            Some(SettingValue::Integer(value)) => *value,
            _ => match name {
                DISK_SNAPSHOTS if self.edition() == Edition::Beyond => 500,
                DISK_POLICY if self.edition() == Edition::Beyond => 450,
                _ => SETTINGS
                    .iter()
                    .find(|kind| kind.name == name)
                    .and_then(|kind| kind.default)
                    .unwrap_or_default(),
            },
        }
    }
}

fn edition_named(name: &str) -> Option<Edition> {
    Edition::ALL
        .into_iter()
        .find(|edition| edition.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::{SETTINGS, Settings};
    use crate::cloud::{CommandError, SettingValue};

    #[test]
    fn every_default_is_a_value_that_the_setting_takes() {
        for kind in SETTINGS {
            if let Some(default) = kind.default {
                Settings::default()
                    .set(kind.name, SettingValue::Integer(default))
                    .unwrap();
            }
        }
    }

    #[test]
    fn the_edition_decides_the_limit_until_it_is_set() {
        let mut settings = Settings::default();
        assert_eq!(settings.restore_points_per_vm(), 500);
        settings
            .set("edition", SettingValue::Text("2022-02".to_owned()))
            .unwrap();
        assert_eq!(settings.restore_points_per_vm(), 200);
        settings
            .set("limits.restorePointsPerVm", SettingValue::Integer(3))
            .unwrap();
        assert_eq!(settings.restore_points_per_vm(), 3);
    }

    #[test]
    fn a_wrong_setting_is_refused_by_name() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("blockSizeBytes", SettingValue::Integer(5000)),
            ("edition", SettingValue::Text("2024".to_owned())),
            ("limits.restorePointsPerVm", SettingValue::Integer(0)),
            ("limits.points", SettingValue::Integer(5)),
            ("throttling.requests", SettingValue::Integer(5)),
        ] {
            let error = settings.set(name, value).unwrap_err();
            assert!(
                matches!(&error, CommandError::InvalidParameter { target, .. } if target == name),
                "{error}"
            );
        }
        assert_eq!(settings, Settings::default());
        settings
            .set("throttling", SettingValue::Integer(3))
            .unwrap();
        assert_eq!(settings.requests_per_minute(), 3);
    }
}
