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
    /// Its value as people say it: `1 MiB`, `12 h`, `02:00 UTC`, `200 resources`.
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
            SWITCH | "" => number.to_string(),
            unit => format!("{number} {unit}"),
        }
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
            ("durations.roleAssignmentSeconds", 5_405),
        ] {
            settings.set(name, SettingValue::Integer(number)).unwrap();
        }
        let settings = settings.describe();
        let said = |name: &str| {
            let own = settings.iter().find(|setting| setting.name == name);
            own.unwrap().in_words()
        };
        assert_eq!(said("blockSizeBytes"), "64 KiB");
        assert_eq!(said("cleanupTime"), "02:15 UTC");
        assert_eq!(said("copyStartSeconds"), "0 s");
        assert_eq!(said("durations.roleAssignmentSeconds"), "1 h 30 min 5 s");
        assert_eq!(said("durations.vaultSecondarySeconds"), "12 h");
        assert_eq!(said("copyMiBPerSecond"), "240 MiB per second");
        assert_eq!(said("memoryLimitMiB"), "1024 MiB");
        assert_eq!(said("strictScopes"), "0");
        assert_eq!(said("edition"), "2023-07");
    }
}
