//! Numbers, times and verdicts in words.

mod sentence;

pub(crate) use self::sentence::{as_we_write, capital, harmless, in_short, spaced};
use rplab_core::matrix::{Service, Subject};
use rplab_core::units::{ByteCount, SimDuration, SimInstant};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// `1,234` for 1234, as the reader's language writes it.
pub(crate) fn grouped(number: u64) -> String {
    written::number(number, 0)
}

/// `1,234.50` for 123,450 hundredths, as the reader's language writes it.
pub(crate) fn in_hundredths(number: u64) -> String {
    written::number(number, 2)
}

/// Bytes in the largest unit that does not hide them: `16.25 GiB`, `3.50 MiB`, `4 KiB`, `0`.
pub(crate) fn size(bytes: ByteCount) -> String {
    match bytes.0 {
        0 => "0".to_owned(),
        b if b >= GIB / 100 => hundredths(b, GIB, "GiB"),
        b if b >= MIB => hundredths(b, MIB, "MiB"),
        b if b >= KIB => format!("{} KiB", b / KIB),
        b => format!("{b} B"),
    }
}

fn hundredths(bytes: u64, unit: u64, name: &str) -> String {
    let scaled = (u128::from(bytes) * 100 + u128::from(unit) / 2) / u128::from(unit);
    let scaled = u64::try_from(scaled).unwrap_or(u64::MAX);
    format!("{} {name}", written::number(scaled, 2))
}

/// What stands before decimals in the reader's language.
pub(crate) fn decimal_mark() -> char {
    let one_and_a_half = written::number(15, 1);
    let mark = one_and_a_half.chars().find(|letter| !letter.is_numeric());
    mark.unwrap_or('.')
}

/// What a worker does now.
pub(crate) fn working(what: &str) -> &'static str {
    match what {
        "reading" => "Reading the files",
        "judging" => "Judging the VMs",
        "passing" => "Time passes",
        "writing" => "Disks are being written",
        "proving" => "Reading every block three times",
        "breaking" => "Trying schedules of faults",
        _ => "Working",
    }
}

/// How long a text is.
pub(crate) fn characters(count: f64) -> String {
    // Whole and far below the limit of the type.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a text's length, from the browser"
    )]
    let count = count as u64;
    format!("{} kB", grouped(count.div_ceil(1000)))
}

/// A moment of the reader's own clock, as the reader's language writes it.
pub(crate) fn moment(unix_milliseconds: f64) -> String {
    crate::platform::write_moment(unix_milliseconds)
}

/// The first characters of a digest, in groups; the whole one stands in the title.
pub(crate) fn short_digest(digest: &str) -> String {
    let cut = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    format!("{} {} {}", cut(0, 4), cut(4, 8), cut(8, 12))
}

/// `7 h 30 min`: the two largest units.
pub(crate) fn duration(length: SimDuration) -> String {
    length.in_words(2)
}

/// The text with its first letter as at the beginning of a sentence.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// `1 VM`, `2 VMs`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// What a service is called.
pub(crate) const fn service(service: Service) -> &'static str {
    match service {
        Service::RestorePoints => "Restore points",
        Service::VmBackup => "VM Backup",
        Service::DiskBackup => "Disk Backup",
        Service::Mars => "MARS agent",
        Service::DpmMabs => "DPM and MABS",
    }
}

/// What a row of the matrix is about, in the order in which they are offered.
pub(crate) const SUBJECTS: [(Subject, &str); 15] = [
    (Subject::Vm, "VM"),
    (Subject::Disk, "Disks"),
    (Subject::Encryption, "Encryption"),
    (Subject::Security, "Security type"),
    (Subject::GuestOs, "Guest system"),
    (Subject::Network, "Network"),
    (Subject::Region, "Regions"),
    (Subject::Api, "REST interface"),
    (Subject::Limit, "Limits"),
    (Subject::Management, "Management"),
    (Subject::Access, "Access"),
    (Subject::RestoreMethod, "Restore methods"),
    (Subject::FileRestore, "File restore"),
    (Subject::Policy, "Policies"),
    (Subject::Vault, "Vaults"),
];

/// What a row of the matrix is about.
pub(crate) fn subject(subject: Subject) -> &'static str {
    let found = SUBJECTS.iter().find(|(own, _)| *own == subject);
    found.map_or("", |(_, name)| name)
}

/// A civil date and time of day, UTC.
struct Civil {
    month: usize,
    day: i64,
    seconds: i64,
}

fn civil(at: SimInstant) -> Civil {
    let unix = at.unix_seconds();
    let days = unix.div_euclid(86_400);
    // Days are counted from 1 March of year 0, so that the leap day ends a year.
    let shifted = days + 719_468;
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 {
        from_march + 2
    } else {
        from_march - 10
    };
    Civil {
        month: usize::try_from(month).unwrap_or(0),
        day: day_of_year - (153 * from_march + 2) / 5 + 1,
        seconds: unix.rem_euclid(86_400),
    }
}

/// `Wed 14 Jan 2026, 09:30` as the reader's language writes it, with seconds only where there are some; UTC is said by
/// the place that shows it.
pub(crate) fn instant(at: SimInstant) -> String {
    written::instant(at, "instant")
}

/// `14 Jan 09:30`, for lists.
pub(crate) fn short_instant(at: SimInstant) -> String {
    written::instant(at, "short")
}

/// `Wed 14`, for days on a line.
pub(crate) fn day(at: SimInstant) -> String {
    written::instant(at, "day")
}

/// `Jan 2026`, for months on a line.
pub(crate) fn month(at: SimInstant) -> String {
    written::instant(at, "month")
}

/// `0114-0930`, for names of new points.
pub(crate) fn stamp(at: SimInstant) -> String {
    let date = civil(at);
    let (hours, minutes) = (date.seconds / 3600, date.seconds / 60 % 60);
    format!(
        "{:02}{:02}-{hours:02}{minutes:02}",
        date.month + 1,
        date.day
    )
}

/// Numbers and dates by the reader's language.
#[cfg(target_arch = "wasm32")]
mod written {
    use crate::platform;
    use rplab_core::units::SimInstant;

    /// A number of which so many digits stand behind the point.
    pub(super) fn number(scaled: u64, digits: u32) -> String {
        let whole = (0..digits).fold(scaled as f64, |number, _| number / 10.0);
        platform::write_number(whole, digits)
    }

    /// A moment in one of the shapes that the platform has.
    pub(super) fn instant(at: SimInstant, shape: &str) -> String {
        platform::write_instant(at.unix_seconds() as f64, shape)
    }
}

/// Without a browser, in tests, in plain letters.
#[cfg(not(target_arch = "wasm32"))]
mod written {
    use rplab_core::units::SimInstant;

    /// A number of which so many digits stand behind the point.
    pub(super) fn number(scaled: u64, digits: u32) -> String {
        let unit = 10_u64.pow(digits);
        let whole = (scaled / unit).to_string();
        let mut text = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if digits > 0 {
            let width = usize::try_from(digits).unwrap_or(0);
            text.push_str(&format!(".{:0width$}", scaled % unit));
        }
        text
    }

    /// A moment as it is stored.
    pub(super) fn instant(at: SimInstant, _shape: &str) -> String {
        at.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_points_are_named_by_the_lab_s_clock() {
        let at = |text: &str| text.parse::<SimInstant>().unwrap();
        assert_eq!(stamp(at("2026-11-03T07:08:09Z")), "1103-0708");
        assert_eq!(stamp(at("2024-02-29T23:59:05Z")), "0229-2359");
        assert_eq!(stamp(at("1969-12-31T00:00:00Z")), "1231-0000");
    }

    #[test]
    fn sizes_keep_what_is_small() {
        assert_eq!(size(ByteCount(0)), "0");
        assert_eq!(size(ByteCount(4096)), "4 KiB");
        assert_eq!(size(ByteCount(7 << 19)), "3.50 MiB");
        assert_eq!(size(ByteCount(65 << 28)), "16.25 GiB");
        assert_eq!(size(ByteCount(1_234 << 30)), "1,234.00 GiB");
    }

    #[test]
    fn durations_say_their_two_largest_parts() {
        let said = |seconds| duration(SimDuration::from_seconds(seconds));
        assert_eq!(said(27_000), "7 h 30 min");
        assert_eq!(said(0), "0 s");
        assert_eq!(said(90_061), "1 d 1 h");
    }
}
