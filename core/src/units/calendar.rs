//! Instants and durations as ISO 8601 text, in whole seconds.
//!
//! Our own, though good libraries exist: the smallest of them weighs as much in WebAssembly as the
//! block store, and the lab needs UTC, whole seconds and nothing else. Days are counted in the
//! proleptic Gregorian calendar, from the first of March, so that the leap day is the last of a year.

const DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days in 400 years.
const ERA: i64 = 146_097;

/// Days from 1970-01-01 to a date.
pub(super) fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - EPOCH
}

/// The date that many days after 1970-01-01: year, month, day.
pub(super) fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 {
        (year, month + 3)
    } else {
        (year + 1, month - 9)
    };
    (era * 400 + year, month, day)
}

/// `2026-01-14T09:30:00Z` for seconds after 1970-01-01T00:00:00Z.
pub(super) fn print_instant(seconds: i64) -> String {
    let (year, month, day) = date_from_days(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let mut text = String::with_capacity(20);
    // The years are those from 1 to 9998.
    for (number, after) in [
        (year / 100, ""),
        (year % 100, "-"),
        (month, "-"),
        (day, "T"),
        (hour, ":"),
        (minute, ":"),
        (second, "Z"),
    ] {
        for digit in [number / 10, number % 10] {
            text.push(char::from(b'0' + u8::try_from(digit).unwrap_or_default()));
        }
        text.push_str(after);
    }
    text
}

const WEEKDAYS: &str = "ThuFriSatSunMonTueWed";
const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";

/// The name at a place in names of three letters.
fn short(names: &'static str, at: i64) -> &'static str {
    let at = usize::try_from(at).unwrap_or_default() * 3;
    names.get(at..at + 3).unwrap_or_default()
}

/// `Wed, 14 Jan 2026 09:30:00 GMT`, as HTTP has dates.
pub(super) fn print_http_date(seconds: i64) -> String {
    let days = seconds.div_euclid(DAY);
    let (year, month, day) = date_from_days(days);
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let (weekday, month) = (
        short(WEEKDAYS, days.rem_euclid(7)),
        short(MONTHS, month - 1),
    );
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// The other way round; the name of the day is not looked at.
pub(super) fn read_http_date(text: &str) -> Option<i64> {
    let (_, date) = text.split_once(", ")?;
    let (date, zone) = date.rsplit_once(' ')?;
    let [day, month, year, time] =
        <[&str; 4]>::try_from(date.split(' ').collect::<Vec<_>>()).ok()?;
    let at = MONTHS
        .find(month)
        .filter(|at| at % 3 == 0 && month.len() == 3)?;
    let whole = format!("{year}-{:02}-{day}T{time}Z", at / 3 + 1);
    read_instant(&whole).filter(|_| zone == "GMT")
}

/// Takes text off the front, piece by piece.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        let letter = first.to_ascii_uppercase();
        wanted.contains(&letter).then(|| {
            self.0 = rest;
            letter
        })
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + i64::from(digit - b'0'))
        })
    }

    /// One digit or more, up to ten.
    fn number(&mut self) -> Option<i64> {
        let count = self
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if (1..=10).contains(&count) {
            self.digits(count)
        } else {
            None
        }
    }
}

/// Seconds after 1970-01-01T00:00:00Z of an instant with `Z` or an offset; fractions are cut off.
pub(super) fn read_instant(text: &str) -> Option<i64> {
    let rest = &mut Rest(text.as_bytes());
    let year = rest.digits(4)?;
    rest.take(b"-")?;
    let month = rest.digits(2)?;
    rest.take(b"-")?;
    let day = rest.digits(2)?;
    rest.take(b"T ")?;
    let hour = rest.digits(2)?;
    rest.take(b":")?;
    let minute = rest.digits(2)?;
    let second = if rest.take(b":").is_some() {
        rest.digits(2)?
    } else {
        0
    };
    if rest.take(b".").is_some() {
        rest.number()?;
    }
    let offset = match rest.take(b"Z+-")? {
        b'Z' => 0,
        sign => {
            let hours = rest.digits(2)?;
            rest.take(b":");
            let offset = (hours * 60 + rest.digits(2)?) * 60;
            if sign == b'-' { -offset } else { offset }
        }
    };
    let days = days_from_date(year, month, day);
    let exists =
        date_from_days(days) == (year, month, day) && hour < 24 && minute < 60 && second < 60;
    (exists && rest.0.is_empty()).then(|| days * DAY + hour * 3600 + minute * 60 + second - offset)
}

/// Seconds of a duration such as `P1DT4H`; weeks, days, hours, minutes and seconds, each at most once
/// and in this order. Years and months are refused, for they differ in length.
pub(super) fn read_duration(text: &str) -> Option<u64> {
    let rest = &mut Rest(text.as_bytes());
    rest.take(b"P")?;
    let (mut units, mut seconds) = (&b"WD"[..], 0_i64);
    let (mut in_time, mut any) = (false, false);
    loop {
        if !in_time && rest.take(b"T").is_some() {
            (in_time, units, any) = (true, b"HMS", false);
        }
        if rest.0.is_empty() {
            return u64::try_from(seconds).ok().filter(|_| any);
        }
        let number = rest.number()?;
        let unit = rest.take(units)?;
        let length = match unit {
            b'W' => 7 * DAY,
            b'D' => DAY,
            b'H' => 3600,
            b'M' => 60,
            _ => 1,
        };
        let place = units.iter().position(|letter| *letter == unit)?;
        units = units.get(place + 1..)?;
        seconds = seconds.checked_add(number.checked_mul(length)?)?;
        any = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        date_from_days, days_from_date, print_http_date, print_instant, read_duration,
        read_http_date, read_instant,
    };

    #[test]
    fn every_day_of_eight_centuries_is_its_own_date() {
        let mut expected = (1600, 1, 1);
        for day in days_from_date(1600, 1, 1)..days_from_date(2400, 1, 1) {
            assert_eq!(date_from_days(day), expected);
            assert_eq!(days_from_date(expected.0, expected.1, expected.2), day);
            let (year, month, day) = expected;
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            expected = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (month, day) if day == length => (year, month + 1, 1),
                (month, day) => (year, month, day + 1),
            };
        }
    }

    #[test]
    fn known_instants() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2001-09-09T01:46:40Z", 1_000_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("1969-12-31T23:59:59Z", -1),
        ] {
            assert_eq!(read_instant(text), Some(seconds));
            assert_eq!(print_instant(seconds), text);
        }
        assert_eq!(
            read_instant("2026-01-14T09:30:00.1234567+00:00"),
            read_instant("2026-01-14t09:30z")
        );
        assert_eq!(
            read_instant("2026-01-14T09:30:00-0130"),
            read_instant("2026-01-14T11:00:00Z")
        );
        for wrong in [
            "2023-02-29T00:00:00Z",
            "2026-01-14T24:00:00Z",
            "2026-01-14T09:30:00",
            "2026-1-14T09:30:00Z",
            "2026-01-14T09:30:00Zx",
        ] {
            assert_eq!(read_instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_of_http_are_written_and_read() {
        let seconds = read_instant("2026-01-14T09:30:05Z").unwrap();
        assert_eq!(print_http_date(seconds), "Wed, 14 Jan 2026 09:30:05 GMT");
        for text in [
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Thu, 29 Feb 2024 23:59:59 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
        ] {
            assert_eq!(print_http_date(read_http_date(text).unwrap()), text);
        }
        for wrong in [
            "",
            "yesterday",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 anF 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
        ] {
            assert_eq!(read_http_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn durations_have_their_units_once_and_in_order() {
        assert_eq!(read_duration("P1W2DT3H4M5S"), Some(788_645));
        assert_eq!(read_duration("pt90m"), Some(5400));
        for wrong in [
            "P", "PT", "P1DT", "PT1M1H", "P1H", "PT1D", "P1D1D", "P1D2", "1D", "PT1MT1S", "PT1.5H",
            "P1DT4H ",
        ] {
            assert_eq!(read_duration(wrong), None, "{wrong}");
        }
    }
}
