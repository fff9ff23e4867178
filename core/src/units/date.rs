//! Days of the calendar: what schedules and retention reckon with.

use super::calendar::{date_from_days, days_from_date};
use super::{SimDuration, SimInstant};
use crate::json::{Place, Read, Write, Writer};

const DAY: i64 = 86_400;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: i64,
    /// Day of the month, from 1.
    pub day: i64,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[expect(missing_docs, reason = "a day of the week needs no word more")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The week, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

impl Date {
    /// The day that many days after 1970-01-01.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let (year, month, day) = date_from_days(days);
        Self { year, month, day }
    }

    /// Days from 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        days_from_date(self.year, self.month, self.day)
    }

    /// Its day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let at = (self.days() + 3).rem_euclid(7);
        let mut week = Weekday::ALL.into_iter();
        usize::try_from(at)
            .ok()
            .and_then(|at| week.nth(at))
            .unwrap_or(Weekday::Monday)
    }

    /// How many days its month has.
    #[must_use]
    pub fn days_in_month(self) -> i64 {
        let first = Self { day: 1, ..self };
        first.months_later(1).days() - first.days()
    }

    /// The same day so many months later; the last day of that month where it is shorter.
    #[must_use]
    pub fn months_later(self, months: i64) -> Self {
        let months = self.year * 12 + self.month - 1 + months;
        let first =
            |months: i64| days_from_date(months.div_euclid(12), months.rem_euclid(12) + 1, 1);
        let length = first(months + 1) - first(months);
        Self {
            year: months.div_euclid(12),
            month: months.rem_euclid(12) + 1,
            day: self.day.min(length),
        }
    }
}

/// How far a clock on the wall is from UTC, in whole minutes: the same all year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub struct UtcOffset(#[cfg_attr(feature = "wasm", tsify(type = "string"))] i64);

impl UtcOffset {
    /// The day on that clock.
    #[must_use]
    pub fn day(self, at: SimInstant) -> i64 {
        (at.unix_seconds() + self.0 * 60).div_euclid(DAY)
    }

    /// The instant at which that clock shows so many minutes after the start of a day.
    #[must_use]
    pub fn instant(self, day: i64, minutes: i64) -> SimInstant {
        SimInstant::from_unix_seconds(day * DAY + (minutes - self.0) * 60)
    }

    /// The same time of day so many months later, as a calendar on that wall counts.
    #[must_use]
    pub fn months_later(self, at: SimInstant, months: i64) -> SimInstant {
        let day = self.day(at);
        let days = Date::from_days(day).months_later(months).days() - day;
        let days = u64::try_from(days).unwrap_or_default();
        at.plus(SimDuration::from_seconds(days.saturating_mul(86_400)))
    }
}

impl Read for UtcOffset {
    fn read(place: &Place<'_>) -> Self {
        let text = place.text().unwrap_or_default();
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let minutes = match text {
            "Z" => Some(0),
            _ => text.get(1..).and_then(minutes),
        };
        let known = text == "Z" || text.starts_with(['+', '-']);
        match minutes.filter(|minutes| known && *minutes <= 14 * 60) {
            Some(minutes) => Self(sign * minutes),
            None => {
                place.expected("an offset from UTC such as +02:00 or Z, up to 14 hours");
                Self(0)
            }
        }
    }
}

impl Write for UtcOffset {
    fn write(&self, to: &mut Writer<'_>) {
        let sign = if self.0 < 0 { '-' } else { '+' };
        to.text(&format!("{sign}{}", TimeOfDay(self.0.abs())));
    }
    fn is_blank(&self) -> bool {
        self.0 == 0
    }
}

/// A time of day: minutes after its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub struct TimeOfDay(#[cfg_attr(feature = "wasm", tsify(type = "string"))] i64);

impl TimeOfDay {
    /// Minutes after the start of the day.
    #[must_use]
    pub fn minutes(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Read for TimeOfDay {
    fn read(place: &Place<'_>) -> Self {
        let minutes = place.text().and_then(minutes);
        minutes.filter(|minutes| *minutes < 24 * 60).map_or_else(
            || {
                place.expected("a time of day such as 22:30");
                Self(0)
            },
            Self,
        )
    }
}

impl Write for TimeOfDay {
    fn write(&self, to: &mut Writer<'_>) {
        to.text(&self.to_string());
    }
    fn is_blank(&self) -> bool {
        self.0 == 0
    }
}

/// Minutes of `HH:MM`.
fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let minutes = two_digits(minutes).filter(|minutes| *minutes < 60)?;
    Some(two_digits(hours)? * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::{Date, TimeOfDay, UtcOffset, Weekday};
    use crate::json;
    use serde_json::json;

    fn date(year: i64, month: i64, day: i64) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn days_of_the_week() {
        assert_eq!(date(2026, 11, 20).weekday(), Weekday::Friday);
        assert_eq!(date(1969, 12, 31).weekday(), Weekday::Wednesday);
        assert_eq!(date(2000, 2, 29).weekday(), Weekday::Tuesday);
    }

    #[test]
    fn a_month_later_is_the_last_day_of_a_shorter_month() {
        assert_eq!(date(2024, 1, 31).months_later(1), date(2024, 2, 29));
        assert_eq!(date(2023, 1, 31).months_later(1), date(2023, 2, 28));
        assert_eq!(date(2024, 2, 29).months_later(12), date(2025, 2, 28));
        assert_eq!(date(2024, 11, 5).months_later(14), date(2026, 1, 5));
        assert_eq!(date(2024, 2, 1).days_in_month(), 29);
    }

    #[test]
    fn clocks_on_the_wall() {
        let at = "2026-03-01T23:30:00Z".parse().unwrap();
        let east: UtcOffset = json::read(&json!("+02:00")).unwrap();
        assert_eq!(Date::from_days(east.day(at)), date(2026, 3, 2));
        let west: UtcOffset = json::read(&json!("-05:30")).unwrap();
        assert_eq!(Date::from_days(west.day(at)), date(2026, 3, 1));
        let day = date(2026, 3, 2).days();
        assert_eq!(east.instant(day, 90), at);
        for wrong in ["2", "+2:00", "+15:00", "02:00", "+02:60", ""] {
            assert!(json::read::<UtcOffset>(&json!(wrong)).is_err(), "{wrong}");
        }
        for wrong in ["24:00", "9:00", "09:60", "0900", "-1:00"] {
            assert!(json::read::<TimeOfDay>(&json!(wrong)).is_err(), "{wrong}");
        }
    }
}
