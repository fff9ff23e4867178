//! Sentences of the engine as the page shows them.

use super::{duration, instant, written};

/// A sentence with names that others gave: letters that steer the line or a terminal are shown as what they are,
/// so that a name turns nothing around it.
pub(crate) fn harmless(sentence: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = |letter: char| if steers(letter) { '\u{fffd}' } else { letter };
    sentence.chars().map(shown).collect()
}

/// A sentence of the engine for a place beside the resource: its ids are names alone, and code needs no mark.
pub(crate) fn in_short(sentence: &str) -> String {
    let words = sentence
        .split(' ')
        .map(|word| match word.split_once("/subscriptions/") {
            Some((before, id)) => format!("{before}{}", id.rsplit('/').next().unwrap_or_default()),
            None => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ").replace('`', "")
}

/// A sentence of the engine as the reader's language writes it: moments, sizes, and spans of time that something is held
/// against.
pub(crate) fn as_we_write(sentence: &str) -> String {
    let mut before = "";
    let mut said = Vec::new();
    let mut words = sentence.split(' ').peekable();
    while let Some(word) = words.next() {
        let plain = word.trim_end_matches([',', '.', ';', ':', ')']);
        let rest = word.get(plain.len()..).unwrap_or_default();
        // A VM may be called PT5M.
        let span = matches!(before, "than" | "within");
        let at = || plain.parse().ok().map(instant);
        let span = || plain.parse().ok().filter(|_| span).map(duration);
        let is_size = rest.is_empty() && words.peek().is_some_and(|next| is_unit(next));
        let ours = at()
            .or_else(span)
            .or_else(|| is_size.then(|| number(plain)).flatten());
        said.push(ours.map_or_else(|| word.to_owned(), |ours| format!("{ours}{rest}")));
        before = word;
    }
    said.join(" ")
}

/// Whether a word is what sizes are counted in.
fn is_unit(word: &str) -> bool {
    let plain = word.trim_end_matches([',', '.', ';', ':', ')']);
    matches!(plain, "B" | "KiB" | "MiB" | "GiB" | "TiB" | "GB" | "bytes")
}

/// With more decimals a number is no size of ours, and browsers write only so many.
const MOST_DECIMALS: usize = 6;

/// `1234.50`, also with a bracket before it, as the reader's language writes it.
fn number(text: &str) -> Option<String> {
    let plain = text.trim_start_matches('(');
    let opening = text.get(..text.len() - plain.len())?;
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > MOST_DECIMALS || !digits(whole) || !digits(part) {
        return None;
    }
    let scaled = format!("{whole}{part}").parse().ok()?;
    let ours = written::number(scaled, u32::try_from(part.len()).ok()?);
    Some(format!("{opening}{ours}"))
}

/// `copyMiBPerSecond` as `copy MiB per second`.
pub(crate) fn spaced(word: &str) -> String {
    let mut spaced = String::new();
    for letter in word.replace("MiB", "Mib").chars() {
        if letter.is_uppercase() && !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.extend(letter.to_lowercase());
    }
    let words = spaced.split(' ').map(|word| match word {
        "mib" => "MiB",
        "vm" => "VM",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// With a capital at its head.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_turn_its_sentence_around() {
        let sentence = harmless("Deleted vm-\u{202e}exe\u{2066}\u{0}\n\u{2028}. Größe, 名前");
        assert_eq!(
            sentence,
            "Deleted vm-\u{fffd}exe\u{fffd}\u{fffd}\u{fffd}\u{fffd}. Größe, 名前"
        );
    }

    #[test]
    fn ids_in_a_sentence_are_names() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/restorePointCollections/c/restorePoints/rp-1";
        assert_eq!(
            in_short(&format!("`{id}` is Deleting; wait for `{id}`.")),
            "rp-1 is Deleting; wait for rp-1."
        );
        assert_eq!(in_short("nothing of that"), "nothing of that");
    }

    #[test]
    fn spans_in_a_sentence_are_words_where_something_is_held_against_them() {
        let text = "the last point of PT5M is older than P1DT1H, at 2026-01-06T00:00:00Z.";
        assert_eq!(
            as_we_write(text),
            "the last point of PT5M is older than 1 d 1 h, at 2026-01-06T00:00:00Z."
        );
    }

    #[test]
    fn sizes_in_a_sentence_are_numbers_of_the_reader_s_language() {
        assert_eq!(
            as_we_write("1234.50 GiB stored, 1048576 bytes (2.25 MiB to 1.5 GB)."),
            "1,234.50 GiB stored, 1,048,576 bytes (2.25 MiB to 1.5 GB)."
        );
        // What is no size stays: versions, names, numbers without a unit.
        let other = "engine 1.2.3 GiB of vm-1.5 and 1234 blocks, disk 7. GiB";
        assert_eq!(as_we_write(other), other);
    }

    #[test]
    fn a_number_of_more_decimals_than_a_size_has_stays_as_it_is() {
        assert_eq!(as_we_write("1234.123456 GiB"), "1,234.123456 GiB");
        for decimals in [7, 20, 21, 5000] {
            let other = format!("0.{} GiB", "0".repeat(decimals));
            assert_eq!(as_we_write(&other), other);
        }
    }

    #[test]
    fn names_of_settings_and_faults_are_words() {
        assert_eq!(
            spaced("copyMiBPerSecondPerDisk"),
            "copy MiB per second per disk"
        );
        assert_eq!(spaced("restorePointsPerVm"), "restore points per VM");
        assert_eq!(capital(&spaced("AgentNotReady")), "Agent not ready");
    }
}
