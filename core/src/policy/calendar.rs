//! What a schedule has kept, day by day.

use super::{BackupPolicy, RetentionRule};
use crate::units::SimInstant;

/// So many points are walked through, at most: a point every hour for four years.
const MOST_POINTS: usize = 40_000;

/// A day of a schedule, as it looks when the last point of a span has been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptDay {
    /// The first point that was taken that day.
    pub first: SimInstant,
    /// How many points were taken that day.
    pub taken: u64,
    /// How many of them are still kept.
    pub kept: u64,
    /// The longest rule that keeps one of them; none where they are all gone.
    pub by: RetentionRule,
}

impl BackupPolicy {
    /// The days on which the schedule takes points after `start` and at or before `end`, with what is kept of each when
    /// the last of them has been taken: clean-ups go by that moment.
    #[must_use]
    pub fn kept_days(&self, start: SimInstant, end: SimInstant) -> Vec<KeptDay> {
        self.days(start, end, false)
    }

    /// The same of a vault, to which the first point of each day goes (S3-37): of the others nothing is kept there.
    #[must_use]
    pub fn vault_days(&self, start: SimInstant, end: SimInstant) -> Vec<KeptDay> {
        self.days(start, end, true)
    }

    fn days(&self, start: SimInstant, end: SimInstant, of_vault: bool) -> Vec<KeptDay> {
        let clock = self.schedule.utc_offset;
        let mut taken = Vec::new();
        let mut at = self.schedule.next_after(start);
        while at <= end && taken.len() < MOST_POINTS {
            taken.push(at);
            let next = self.schedule.next_after(at);
            if next <= at {
                break;
            }
            at = next;
        }
        let Some(&last) = taken.last() else {
            return Vec::new();
        };
        let newest = usize::try_from(self.keep_last.unwrap_or(0)).unwrap_or(usize::MAX);
        let count = taken.len();
        let mut days: Vec<KeptDay> = Vec::new();
        for (place, at) in taken.into_iter().enumerate() {
            let first_of_day = days
                .last()
                .is_none_or(|day| clock.day(day.first) != clock.day(at));
            if first_of_day {
                days.push(KeptDay {
                    first: at,
                    taken: 0,
                    kept: 0,
                    by: RetentionRule::None,
                });
            }
            let Some(day) = days.last_mut() else { continue };
            day.taken += 1;
            if of_vault && !first_of_day {
                continue;
            }
            let kept = self.kept_until(at, first_of_day);
            if kept.until > last {
                day.kept += 1;
                day.by = day.by.max(kept.by);
            } else if count - place <= newest {
                day.kept += 1;
                day.by = day.by.max(RetentionRule::Daily);
            }
        }
        days
    }
}
