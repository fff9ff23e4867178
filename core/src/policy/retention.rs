//! How long a recovery point is kept.

use crate::json::{Place, Read, Write, Writer};
use crate::units::{Date, SimDuration, SimInstant, UtcOffset, Weekday};

/// Points of certain days of the week are kept for weeks.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeeklyRetention {
    /// Which days; Sunday where left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// For how many weeks.
    pub weeks: u64,
}

/// Points of one day of the month are kept for months.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MonthlyRetention {
    /// Which day.
    pub on: MonthDay,
    /// For how many months.
    pub months: u64,
}

/// Points of one day of certain months are kept for years.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct YearlyRetention {
    /// Which months, 1 to 12.
    pub months: Vec<u64>,
    /// Which day of the month.
    pub on: MonthDay,
    /// For how many years.
    pub years: u64,
}

/// A day of every month: `1` to `28`, `last`, or `first Sunday` to `fourth Sunday` and `last Sunday`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
pub enum MonthDay {
    /// By its number.
    Numbered(u8),
    /// The last day.
    Last,
    /// The first (0) to fourth (3) of such a day of the week.
    Nth(u8, Weekday),
    /// The last of such a day of the week.
    LastOf(Weekday),
}

const PLACES: [&str; 5] = ["first", "second", "third", "fourth", "last"];
const EXPECTED: &str = "a day of the month: 1 to 28, last, or such as first Sunday or last Friday";

impl MonthDay {
    /// Whether it is this day.
    #[must_use]
    pub fn is(self, date: Date) -> bool {
        match self {
            Self::Numbered(day) => date.day == i64::from(day),
            Self::Last => date.day == date.days_in_month(),
            Self::Nth(place, weekday) => {
                date.weekday() == weekday && (date.day - 1) / 7 == i64::from(place)
            }
            Self::LastOf(weekday) => {
                date.weekday() == weekday && date.day + 7 > date.days_in_month()
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse::<u8>() {
            return (1..=28).contains(&day).then_some(Self::Numbered(day));
        }
        if text.eq_ignore_ascii_case("last") {
            return Some(Self::Last);
        }
        let (place, day) = text.split_once(' ')?;
        let place = PLACES
            .iter()
            .position(|known| known.eq_ignore_ascii_case(place))?;
        let named = |weekday: &Weekday| format!("{weekday:?}").eq_ignore_ascii_case(day);
        let weekday = Weekday::ALL.into_iter().find(named)?;
        Some(match u8::try_from(place) {
            Ok(place) if place < 4 => Self::Nth(place, weekday),
            _ => Self::LastOf(weekday),
        })
    }
}

impl Read for MonthDay {
    fn read(place: &Place<'_>) -> Self {
        let text = match place.value() {
            Some(serde_json::Value::Number(number)) => number.to_string(),
            Some(serde_json::Value::String(text)) => text.clone(),
            _ => String::new(),
        };
        Self::parse(&text).unwrap_or_else(|| {
            place.expected(EXPECTED);
            Self::Last
        })
    }
}

impl Write for MonthDay {
    fn write(&self, to: &mut Writer<'_>) {
        to.text(&match self {
            Self::Numbered(day) => day.to_string(),
            Self::Last => "last".to_owned(),
            Self::Nth(place, weekday) => {
                let place = PLACES.get(usize::from(*place)).copied().unwrap_or_default();
                format!("{place} {weekday:?}")
            }
            Self::LastOf(weekday) => format!("last {weekday:?}"),
        });
    }
}

/// Which rule keeps a point longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RetentionRule {
    /// None: it goes at the next clean-up.
    None,
    /// The daily one.
    Daily,
    /// The weekly one.
    Weekly,
    /// The monthly one.
    Monthly,
    /// The yearly one.
    Yearly,
}

/// How long a point is kept, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The first instant at which it is kept no longer.
    pub until: SimInstant,
    /// By which rule.
    pub by: RetentionRule,
}

pub(super) fn days(count: u64) -> SimDuration {
    SimDuration::from_seconds(count.saturating_mul(86_400))
}

fn months(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(99 * 12)
}

impl super::BackupPolicy {
    /// How long a point taken at `taken` is kept. Only the first point of a day (`first_of_day`) can be a
    /// weekly, monthly or yearly one: it is the one that goes to the vault.
    #[must_use]
    pub fn kept_until(&self, taken: SimInstant, first_of_day: bool) -> Kept {
        let clock = self.schedule.utc_offset;
        let mut kept = Kept {
            until: taken,
            by: RetentionRule::None,
        };
        let mut by = |until: SimInstant, rule: RetentionRule| {
            if until > kept.until {
                kept = Kept { until, by: rule };
            }
        };
        let daily = self
            .daily_retention_days
            .or(self.operational_retention_days);
        if let Some(count) = daily {
            by(taken.plus(days(count)), RetentionRule::Daily);
        }
        if first_of_day {
            self.longer_rules(taken, clock, &mut by);
        }
        kept
    }

    fn longer_rules(
        &self,
        taken: SimInstant,
        clock: UtcOffset,
        by: &mut impl FnMut(SimInstant, RetentionRule),
    ) {
        let date = Date::from_days(clock.day(taken));
        if let Some(weekly) = &self.weekly_retention {
            let on = match weekly.weekdays.as_slice() {
                [] => date.weekday() == Weekday::Sunday,
                on => on.contains(&date.weekday()),
            };
            if on {
                by(
                    taken.plus(days(weekly.weeks.saturating_mul(7))),
                    RetentionRule::Weekly,
                );
            }
        }
        if let Some(monthly) = self.monthly_retention.as_ref().filter(|at| at.on.is(date)) {
            by(
                clock.months_later(taken, months(monthly.months)),
                RetentionRule::Monthly,
            );
        }
        let of_year = |at: &&YearlyRetention| {
            let month = u64::try_from(date.month).unwrap_or_default();
            at.months.contains(&month) && at.on.is(date)
        };
        if let Some(yearly) = self.yearly_retention.as_ref().filter(of_year) {
            by(
                clock.months_later(taken, months(yearly.years.saturating_mul(12))),
                RetentionRule::Yearly,
            );
        }
    }
}
