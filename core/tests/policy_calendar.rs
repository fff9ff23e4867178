//! Schedules and retention against a calendar that counts day by day and minute by minute.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use proptest::prelude::*;
use rplab_core::policy::{BackupPolicy, BackupService};
use rplab_core::units::{SimDuration, SimInstant};
use serde_json::{Value, json};

const WEEK: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A page of a calendar on the wall.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Page {
    year: u64,
    month: u64,
    day: u64,
    weekday: usize,
}

fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if year.is_multiple_of(400) || (year.is_multiple_of(4) && !year.is_multiple_of(100)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Every day from 2015-01-01, a Thursday.
fn calendar(days: usize) -> Vec<Page> {
    let mut page = Page {
        year: 2015,
        month: 1,
        day: 1,
        weekday: 3,
    };
    let mut pages = Vec::with_capacity(days);
    for _ in 0..days {
        pages.push(page);
        page.weekday = (page.weekday + 1) % 7;
        page.day += 1;
        if page.day > length(page.year, page.month) {
            (page.day, page.month) = (1, page.month + 1);
        }
        if page.month > 12 {
            (page.month, page.year) = (1, page.year + 1);
        }
    }
    pages
}

fn start() -> SimInstant {
    "2015-01-01T00:00:00Z".parse().unwrap()
}

/// The instant at which the wall's clock shows so many minutes after the first page began.
fn at(minutes: i64, offset: i64) -> SimInstant {
    SimInstant::from_unix_seconds(start().unix_seconds() + (minutes - offset) * 60)
}

fn offset_text(offset: i64) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
}

fn policy(value: Value) -> BackupPolicy {
    rplab_core::json::read(&value).unwrap()
}

/// Which day of the month a rule means.
fn month_day() -> impl Strategy<Value = String> {
    prop_oneof![
        (1..=28_u8).prop_map(|day| day.to_string()),
        Just("last".to_owned()),
        (0..5_usize, 0..7_usize).prop_map(|(place, day)| {
            format!(
                "{} {}",
                ["first", "second", "third", "fourth", "last"][place],
                WEEK[day]
            )
        }),
    ]
}

/// Whether a page is the day that a rule means, by counting the days of its month.
fn is_day(pages: &[Page], at: usize, rule: &str) -> bool {
    let page = pages[at];
    if let Ok(day) = rule.parse::<u64>() {
        return page.day == day;
    }
    if rule == "last" {
        return page.day == length(page.year, page.month);
    }
    let (place, weekday) = rule.split_once(' ').unwrap();
    if WEEK[page.weekday] != weekday {
        return false;
    }
    let same: Vec<u64> = (1..=length(page.year, page.month))
        .filter(|day| (*day as i64 - page.day as i64).rem_euclid(7) == 0)
        .collect();
    let nth = match place {
        "first" => 0,
        "second" => 1,
        "third" => 2,
        "fourth" => 3,
        _ => same.len() - 1,
    };
    same[nth] == page.day
}

/// The page so many months behind a page; the last of its month where that is shorter.
fn months_behind(pages: &[Page], at: usize, months: u64) -> usize {
    let page = pages[at];
    let (mut year, mut month) = (page.year, page.month);
    for _ in 0..months {
        month += 1;
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
    let day = page.day.min(length(year, month));
    let found = pages
        .iter()
        .position(|page| (page.year, page.month, page.day) == (year, month, day));
    found.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Every day of ten years, leap days and ends of months among them.
    #[test]
    fn a_point_is_kept_as_long_as_the_calendar_on_the_wall_says(
        daily in 1..400_u64,
        weeks in 1..120_u64,
        week in prop::sample::subsequence(WEEK.to_vec(), 0..=7),
        (month_on, months) in (month_day(), 1..60_u64),
        (year_on, years, in_months) in (month_day(), 1..7_u64, prop::collection::vec(1..=12_u64, 1..4)),
        offset in -14 * 60..=14 * 60_i64,
        minute in 0..24 * 60_i64,
    ) {
        let pages = calendar(18 * 366);
        let policy = policy(json!({
            "type": "Standard",
            "schedule": { "frequency": "Daily", "utcOffset": offset_text(offset) },
            "dailyRetentionDays": daily,
            "weeklyRetention": { "weekdays": week, "weeks": weeks },
            "monthlyRetention": { "on": month_on, "months": months },
            "yearlyRetention": { "on": year_on, "years": years, "months": in_months },
        }));
        for day in 0..3653 {
            let taken = at(day as i64 * 1440 + minute, offset);
            let mut until = day + daily as usize;
            let weekly = if week.is_empty() { pages[day].weekday == 6 } else { week.contains(&WEEK[pages[day].weekday]) };
            if weekly {
                until = until.max(day + 7 * weeks as usize);
            }
            if is_day(&pages, day, &month_on) {
                until = until.max(months_behind(&pages, day, months));
            }
            if in_months.contains(&pages[day].month) && is_day(&pages, day, &year_on) {
                until = until.max(months_behind(&pages, day, 12 * years));
            }
            let kept = policy.kept_until(taken, true);
            prop_assert_eq!(kept.until, at(until as i64 * 1440 + minute, offset), "{:?} {:?}", pages[day], kept);
            let later_that_day = policy.kept_until(taken, false);
            prop_assert_eq!(later_that_day.until, taken.plus(SimDuration::from_seconds(daily * 86_400)));
        }
    }

    /// Each run of a schedule is found, and nothing between two runs.
    #[test]
    fn a_schedule_runs_when_the_clock_on_the_wall_shows_its_time(
        frequency in prop::sample::select(vec!["Hourly", "Daily", "Weekly"]),
        interval in prop::sample::select(vec![1_u64, 4, 5, 6, 8, 12, 24]),
        window in 1..=24_u64,
        time in 0..24 * 60_i64,
        week in prop::sample::subsequence(WEEK.to_vec(), 1..=7),
        offset in -14 * 60..=14 * 60_i64,
        from in 0..3000 * 1440_i64,
    ) {
        let mut schedule = json!({
            "frequency": frequency, "utcOffset": offset_text(offset),
            "time": format!("{:02}:{:02}", time / 60, time % 60),
        });
        match frequency {
            "Hourly" => {
                schedule["intervalHours"] = interval.into();
                schedule["windowHours"] = window.into();
            }
            "Weekly" => schedule["weekdays"] = json!(week),
            _ => {}
        }
        let policy = policy(json!({ "schedule": schedule }));
        let pages = calendar(3100);
        let runs_at = |minute: i64| {
            // A window may reach past midnight: it is counted from its day's begin.
            [0, 1440].into_iter().any(|back| {
                let begins = minute.div_euclid(1440) * 1440 - back + time;
                let since = minute - begins;
                let day = usize::try_from((minute - back).div_euclid(1440)).unwrap_or_default();
                match frequency {
                    "Hourly" => (0..window as i64 * 60).contains(&since) && since % (interval as i64 * 60) == 0,
                    "Weekly" => since == 0 && week.contains(&WEEK[pages[day].weekday]),
                    _ => since == 0,
                }
            })
        };
        let from = from + 1440;
        let mut found = policy.schedule.next_after(at(from, offset));
        for minute in from + 1..from + 9 * 1440 {
            if at(minute, offset) == found {
                prop_assert!(runs_at(minute), "{minute}");
                found = policy.schedule.next_after(found);
            } else {
                prop_assert!(!runs_at(minute), "{minute}");
            }
        }
    }
}

fn refusal(service: BackupService, value: Value) -> (String, Vec<String>) {
    let error = policy(value).check(service).unwrap_err();
    let rows = error.row_ids.iter().map(|row| (*row).to_owned()).collect();
    (error.field.to_owned(), rows)
}

#[test]
fn vm_backup_takes_the_policies_of_its_page_and_names_the_field_of_any_other() {
    let enhanced = |hours: u64, instant: u64| {
        json!({
            "type": "Enhanced", "dailyRetentionDays": 30, "instantRestoreDays": instant,
            "schedule": { "frequency": "Hourly", "intervalHours": hours },
        })
    };
    let vm_backup = BackupService::VmBackup;
    for (hours, most) in [(4, 10), (6, 15), (8, 20), (12, 30), (24, 30)] {
        assert_eq!(policy(enhanced(hours, most)).check(vm_backup), Ok(()));
        let (field, rows) = refusal(vm_backup, enhanced(hours, most + 1));
        assert_eq!(
            (field.as_str(), rows.as_slice()),
            (
                "instantRestoreDays",
                ["S3-17d".to_owned(), "S3-17f".to_owned()].as_slice()
            )
        );
    }
    for hours in [1, 2, 3, 5, 10] {
        assert_eq!(
            refusal(vm_backup, enhanced(hours, 1)).0,
            "schedule.intervalHours"
        );
    }
    let daily = json!({ "frequency": "Daily" });
    for (field, row, wrong) in [
        (
            "schedule.frequency",
            "S3-17a",
            json!({ "type": "Standard", "dailyRetentionDays": 7, "schedule": { "frequency": "Hourly", "intervalHours": 4 } }),
        ),
        (
            "schedule.frequency",
            "S3-13a",
            json!({ "type": "Standard", "dailyRetentionDays": 7, "schedule": { "frequency": "Monthly" } }),
        ),
        (
            "type",
            "S3-17a",
            json!({ "dailyRetentionDays": 7, "schedule": daily }),
        ),
        (
            "dailyRetentionDays",
            "S3-40",
            json!({ "type": "Standard", "schedule": daily }),
        ),
        (
            "yearlyRetention.years",
            "S3-36",
            json!({ "type": "Standard", "schedule": daily, "yearlyRetention": { "on": "last", "years": 100, "months": [1] } }),
        ),
        (
            "dailyRetentionDays",
            "S3-35",
            json!({ "type": "Standard", "schedule": daily, "dailyRetentionDays": 10_000 }),
        ),
    ] {
        let (named, rows) = refusal(vm_backup, wrong.clone());
        assert_eq!(named, field, "{wrong}");
        assert!(rows.contains(&row.to_owned()), "{wrong}: {rows:?}");
    }
    let most = json!({ "type": "Standard", "schedule": daily, "dailyRetentionDays": 9_999 });
    assert_eq!(policy(most).check(vm_backup), Ok(()));
}

#[test]
fn a_policy_keeps_its_words_through_json() {
    let written = json!({
        "type": "Enhanced", "instantRestoreDays": 7, "dailyRetentionDays": 30,
        "schedule": { "frequency": "Hourly", "intervalHours": 6, "windowHours": 12, "time": "08:30", "utcOffset": "-05:30" },
        "weeklyRetention": { "weekdays": ["Monday", "Friday"], "weeks": 12 },
        "monthlyRetention": { "on": "first Sunday", "months": 60 },
        "yearlyRetention": { "months": [1], "on": "last", "years": 10 },
    });
    let read = policy(written.clone());
    assert_eq!(rplab_core::json::write(&read), written);
    for wrong in ["29", "0", "fifth Sunday", "first Someday", ""] {
        let mut other = written.clone();
        other["monthlyRetention"]["on"] = wrong.into();
        let error = rplab_core::json::read::<BackupPolicy>(&other).unwrap_err();
        assert_eq!(error.path(), "monthlyRetention.on");
    }
}
