//! Virtual instants and durations: whole seconds, written as ISO 8601.

use super::calendar::{
    print_http_date, print_instant, read_duration, read_http_date, read_instant,
};
use crate::json::{Place, Read, Write, Writer};
use std::fmt;
use std::str::FromStr;

/// A text that is no instant or no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct ParseTimeError {
    /// What was given.
    pub text: String,
    /// What it should look like, with an example.
    pub expected: &'static str,
}

/// A moment of virtual time: seconds since 1970-01-01T00:00:00Z, in years 0 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", serde(into = "String"))]
pub struct SimInstant(#[cfg_attr(feature = "wasm", tsify(type = "string"))] i64);

/// A span of virtual time in whole seconds, never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", serde(into = "String"))]
pub struct SimDuration(#[cfg_attr(feature = "wasm", tsify(type = "string"))] u64);

const INSTANT_EXPECTED: &str =
    "an instant such as 2026-01-14T09:30:00Z, between the years 1 and 9998";
const DURATION_EXPECTED: &str = "a duration of whole seconds, up to 100 years, such as PT4H or P1D (no months or years: they differ in length)";

impl SimInstant {
    const MIN_SECONDS: i64 = -62_135_596_800;
    const MAX_SECONDS: i64 = 253_370_764_799;

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The instant that many seconds after 1970-01-01T00:00:00Z, held within the years 1 to 9998.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(Self::MIN_SECONDS, Self::MAX_SECONDS))
    }

    /// The instant as a header of HTTP has it, such as `Wed, 14 Jan 2026 09:30:00 GMT`.
    #[must_use]
    pub fn http_date(self) -> String {
        print_http_date(self.0)
    }

    /// The instant that a header of HTTP has; none where that is no such date.
    #[must_use]
    pub fn from_http_date(text: &str) -> Option<Self> {
        read_http_date(text).map(Self::from_unix_seconds)
    }

    /// This instant and `duration` later, held within the calendar.
    #[must_use]
    pub fn plus(self, duration: SimDuration) -> Self {
        Self::from_unix_seconds(self.0.saturating_add_unsigned(duration.0))
    }

    /// Time from `earlier` to here; zero where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> SimDuration {
        SimDuration(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// A hundred years of 365 days, the longest that is accepted as input.
    pub const MAX: Self = Self(100 * 365 * 86_400);

    /// A duration of whole seconds.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Whole seconds.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// As people say it, by so many units at most, the largest first: `7 h 30 min`, `0 s`.
    #[must_use]
    pub fn in_words(self, most: usize) -> String {
        let parts = [
            (self.0 / 86_400, "d"),
            (self.0 / 3600 % 24, "h"),
            (self.0 / 60 % 60, "min"),
            (self.0 % 60, "s"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0);
        let said = said.map(|(count, unit)| format!("{count} {unit}"));
        let said: Vec<String> = said.take(most).collect();
        if said.is_empty() {
            "0 s".to_owned()
        } else {
            said.join(" ")
        }
    }
}

impl FromStr for SimInstant {
    type Err = ParseTimeError;
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        let seconds = read_instant(text);
        seconds
            .filter(|seconds| (Self::MIN_SECONDS..=Self::MAX_SECONDS).contains(seconds))
            .map(Self)
            .ok_or_else(|| ParseTimeError {
                text: text.to_owned(),
                expected: INSTANT_EXPECTED,
            })
    }
}

impl fmt::Display for SimInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_instant(self.0))
    }
}

impl FromStr for SimDuration {
    type Err = ParseTimeError;
    fn from_str(text: &str) -> Result<Self, ParseTimeError> {
        read_duration(text)
            .map(Self)
            .filter(|duration| *duration <= Self::MAX)
            .ok_or_else(|| ParseTimeError {
                text: text.to_owned(),
                expected: DURATION_EXPECTED,
            })
    }
}

impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, hours, minutes, seconds) = (
            self.0 / 86_400,
            self.0 / 3600 % 24,
            self.0 / 60 % 60,
            self.0 % 60,
        );
        f.write_str("P")?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if self.0.is_multiple_of(86_400) {
            return if days == 0 {
                f.write_str("T0S")
            } else {
                Ok(())
            };
        }
        f.write_str("T")?;
        for (value, letter) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
            if value > 0 {
                write!(f, "{value}{letter}")?;
            }
        }
        Ok(())
    }
}

macro_rules! as_text {
    ($type:ty) => {
        impl Read for $type {
            fn read(place: &Place<'_>) -> Self {
                place.parsed().unwrap_or(Self(0))
            }
        }
        impl Write for $type {
            fn write(&self, to: &mut Writer<'_>) {
                to.text(&self.to_string());
            }
        }
    };
}
as_text!(SimInstant);
as_text!(SimDuration);

#[cfg(test)]
mod tests {
    use super::{SimDuration, SimInstant};

    #[test]
    fn instants_are_read_and_written_as_iso_8601() {
        let instant: SimInstant = "2026-01-14T09:30:00Z".parse().unwrap();
        assert_eq!(instant.to_string(), "2026-01-14T09:30:00Z");
        let with_offset: SimInstant = "2026-01-14T10:30:00+01:00".parse().unwrap();
        assert_eq!(instant, with_offset);
        for wrong in [
            "",
            "tomorrow",
            "2026-01-14",
            "2026-13-01T00:00:00Z",
            "-009000-01-01T00:00:00Z",
        ] {
            assert!(wrong.parse::<SimInstant>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_keep_their_length_through_text() {
        for (text, seconds) in [
            ("PT4H", 14_400),
            ("P1D", 86_400),
            ("P1W", 604_800),
            ("P1DT12H30M5S", 131_405),
            ("PT0S", 0),
            ("PT90M", 5400),
        ] {
            let duration: SimDuration = text.parse().unwrap();
            assert_eq!(duration.seconds(), seconds, "{text}");
            assert_eq!(
                duration.to_string().parse::<SimDuration>().unwrap(),
                duration,
                "{text}"
            );
        }
        for wrong in ["", "4h", "-PT4H", "P1M", "P1Y", "PT0.5S", "P99999W"] {
            assert!(wrong.parse::<SimDuration>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn time_stays_inside_the_calendar() {
        let end: SimInstant = "9998-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(end.plus(SimDuration::MAX), end);
        assert_eq!(end.since(end.plus(SimDuration::MAX)), SimDuration::ZERO);
    }
}
