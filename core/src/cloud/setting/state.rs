//! A setting as callers see it, and its value as people say it.

use super::kinds::{BYTES, Basis, SECONDS, SWITCH, TIME_OF_DAY};
use crate::cloud::SettingValue;
use crate::json::Write;
use crate::units::{BlockSize, ByteCount, SimDuration};

/// A setting as callers see it.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct SettingState {
    /// Its name.
    pub name: &'static str,
    /// Its value now.
    pub value: SettingValue,
    /// Whether it was changed from its default.
    pub changed: bool,
    /// The unit, for people.
    pub unit: &'static str,
    /// Where the default comes from.
    pub basis: Basis,
    /// What it does and what the default rests on.
    pub meaning: &'static str,
}

impl SettingState {
    /// Its value as people say it: `1 MiB`, `12 h`, `02:00 UTC`, `200 resources`, `off`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let SettingValue::Integer(number) = self.value else {
            return self.value.to_string();
        };
        match self.unit {
            BYTES => match BlockSize::try_from(number) {
                Ok(size) => size.to_string(),
                Err(_) => ByteCount(number).to_string(),
            },
            SECONDS => SimDuration::from_seconds(number).in_words(usize::MAX),
            TIME_OF_DAY => format!("{:02}:{:02} UTC", number / 60, number % 60),
            SWITCH if number == 0 => "off".to_owned(),
            SWITCH => "on".to_owned(),
            "" => number.to_string(),
            unit if number == 1 => format!("1 {}", singular(unit)),
            unit => format!("{number} {unit}"),
        }
    }
}

/// The name of one of what a unit names: `copy` of `copies`.
fn singular(unit: &str) -> String {
    match unit.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => unit.strip_suffix('s').unwrap_or(unit).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::cloud::{SettingValue, Settings};

    #[test]
    fn sizes_spans_and_times_are_said_in_words() {
        let mut settings = Settings::default();
        for (name, number) in [
            ("blockSizeBytes", 65_536),
            ("cleanupTime", 135),
            ("copyStartSeconds", 0),
            ("limits.restorePointsPerVm", 1),
            ("limits.copiesPerCollectionPerHour", 1),
            ("limits.diskSnapshots", 1),
            ("api.pageSize", 1),
            ("copyMiBPerSecondPerDisk", 1),
            ("strictScopes", 1),
            ("durations.roleAssignmentSeconds", 5_405),
        ] {
            settings.set(name, SettingValue::Integer(number)).unwrap();
        }
        let described = settings.describe();
        let said = |name: &str| {
            let own = described.iter().find(|setting| setting.name == name);
            own.unwrap().in_words()
        };
        assert_eq!(said("blockSizeBytes"), "64 KiB");
        assert_eq!(said("cleanupTime"), "02:15 UTC");
        assert_eq!(said("copyStartSeconds"), "0 s");
        assert_eq!(said("durations.roleAssignmentSeconds"), "1 h 30 min 5 s");
        assert_eq!(said("durations.vaultSecondarySeconds"), "12 h");
        assert_eq!(said("copyMiBPerSecond"), "240 MiB per second");
        assert_eq!(said("memoryLimitMiB"), "1024 MiB");
        assert_eq!(said("limits.restorePointsPerVm"), "1 point");
        assert_eq!(said("limits.copiesPerCollectionPerHour"), "1 copy");
        assert_eq!(said("limits.diskSnapshots"), "1 snapshot");
        assert_eq!(said("api.pageSize"), "1 resource");
        assert_eq!(said("copyMiBPerSecondPerDisk"), "1 MiB per second");
        assert_eq!(said("limits.diskPolicyBackups"), "180 backups");
        assert_eq!(said("throttling.requestsPerMinute"), "0 requests");
        assert_eq!(said("strictScopes"), "on");
        assert_eq!(said("edition"), "2023-07");
        let defaults = Settings::default().describe();
        let strict = defaults.iter().find(|one| one.name == "strictScopes");
        assert_eq!(strict.unwrap().in_words(), "off");
    }
}
