//! When a policy runs.

use crate::json::{Read, Write};
use crate::units::{Date, SimInstant, TimeOfDay, UtcOffset, Weekday};

/// How often a schedule runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub enum ScheduleFrequency {
    /// Every few hours.
    Hourly,
    /// Once a day.
    #[default]
    Daily,
    /// Once a week, or on several days of it.
    Weekly,
    /// Once a month.
    Monthly,
}

/// When a policy runs. The clock on the wall is the same all year: nothing is moved for daylight saving
/// (page 003, Automatically adjust the clock).
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// How often.
    pub frequency: ScheduleFrequency,
    /// Hours between runs of an hourly schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_hours: Option<u64>,
    /// How many hours of a day an hourly schedule runs; all 24 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_hours: Option<u64>,
    /// When it runs, or begins to; midnight where left out.
    #[serde(default, skip_serializing_if = "TimeOfDay::is_blank")]
    pub time: TimeOfDay,
    /// The days of a weekly schedule; Sunday where left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// How far its clock is from UTC.
    #[serde(default, skip_serializing_if = "UtcOffset::is_blank")]
    pub utc_offset: UtcOffset,
}

impl Schedule {
    /// Its first run after an instant.
    #[must_use]
    pub fn next_after(&self, at: SimInstant) -> SimInstant {
        let today = self.utc_offset.day(at);
        // A run of the day before may reach into this one; a weekly schedule has a run within eight days.
        for day in today - 1..=today + 8 {
            if !self.runs_on(day) {
                continue;
            }
            let mut minutes = self.time.minutes();
            for _ in 0..self.runs_a_day() {
                let run = self.utc_offset.instant(day, minutes);
                if run > at {
                    return run;
                }
                minutes += self.step_minutes();
            }
        }
        self.utc_offset.instant(today + 9, 0)
    }

    /// How often it runs on a day on which it runs.
    #[must_use]
    pub fn runs_a_day(&self) -> u64 {
        match self.frequency {
            ScheduleFrequency::Hourly => {
                let window = self.window_hours.unwrap_or(24).clamp(1, 24);
                window.div_ceil(self.interval().max(1))
            }
            _ => 1,
        }
    }

    /// Hours between two runs of an hourly schedule.
    #[must_use]
    pub fn interval(&self) -> u64 {
        self.interval_hours.unwrap_or(24).clamp(1, 24)
    }

    fn step_minutes(&self) -> i64 {
        i64::try_from(self.interval() * 60).unwrap_or(24 * 60)
    }

    fn runs_on(&self, day: i64) -> bool {
        self.frequency != ScheduleFrequency::Weekly
            || match self.weekdays.as_slice() {
                [] => Date::from_days(day).weekday() == Weekday::Sunday,
                days => days.contains(&Date::from_days(day).weekday()),
            }
    }
}
