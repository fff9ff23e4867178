//! Secrets that inputs carry along: dropped while reading, hidden wherever a text is kept.

use super::Import;
use crate::model::{Disk, FactSet, FactValue, Fleet};
use crate::order::SmallMap;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// Parts of field names whose content is a secret.
const NAMES: &str = "password,passwd,secret,accesskey,accountkey,sharedkey,storagekey,connectionstring,customdata,custom_data,userdata,user_data,protectedsettings,protected_settings,sastoken,sasuri,accesssas,accesstoken,privatekey,private_key,credential,apikey,api_key";

/// What stands before a secret within a text.
const BEFORE: &str =
    "sig=,accountkey=,sharedaccesskey=,accesskey=,password=,passwd=,pwd=,secret=,token=,apikey=";

/// Whether a field of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    use std::sync::OnceLock;
    // By first letter, for every tag of every VM is asked about.
    static PARTS: OnceLock<[Vec<&[u8]>; 26]> = OnceLock::new();
    let parts = PARTS.get_or_init(|| {
        let mut parts: [Vec<&[u8]>; 26] = Default::default();
        for part in NAMES.split(',') {
            if let Some(alike) = parts.get_mut(letter(part.as_bytes()).unwrap_or_default()) {
                alike.push(part.as_bytes());
            }
        }
        parts
    });
    let name = name.as_bytes();
    (0..name.len()).any(|at| {
        let rest = name.get(at..).unwrap_or_default();
        let alike = letter(rest).and_then(|letter| parts.get(letter));
        alike.into_iter().flatten().any(|part| {
            let own = rest.get(..part.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(part))
        })
    })
}

/// The first letter as a number.
fn letter(text: &[u8]) -> Option<usize> {
    let letter = text.first()?.to_ascii_lowercase();
    letter
        .is_ascii_lowercase()
        .then(|| usize::from(letter - b'a'))
}

/// The text without the secrets in it; `None` where there is none.
fn without_secrets(text: &str) -> Option<String> {
    // Most texts have neither of the two characters that a secret needs.
    if !text.bytes().any(|byte| matches!(byte, b'=' | b' ')) {
        return None;
    }
    if text.contains("-----BEGIN ") {
        return Some(HIDDEN.to_owned());
    }
    if !text.contains('=') {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let mut clean = String::new();
    let mut at = 0;
    while let Some(start) = next_secret(&lower, at) {
        clean.push_str(text.get(at..start).unwrap_or_default());
        clean.push_str(HIDDEN);
        let rest = text.get(start..).unwrap_or_default();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | '"' | '\'' | '`' | ','));
        at = end.map_or(text.len(), |end| start + end);
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    (clean != text).then_some(clean)
}

/// Where the next secret begins, from a place on.
fn next_secret(lower: &str, from: usize) -> Option<usize> {
    let rest = lower.get(from..)?;
    let starts = BEFORE
        .split(',')
        .filter_map(|before| Some(from + rest.find(before)? + before.len()));
    starts.min()
}

fn hide_text(text: &mut String) {
    if let Some(clean) = without_secrets(text) {
        *text = clean;
    }
}

pub(super) fn hide_facts(facts: &mut FactSet) {
    let has_secret = |text: &String| without_secrets(text).is_some();
    let found = facts.values().any(|value| match value {
        FactValue::Text(text) => has_secret(text),
        FactValue::TextList(texts) => texts.iter().any(has_secret),
        _ => false,
    });
    // Facts that are shared stay so.
    if !found {
        return;
    }
    for (_, value) in facts.iter_mut() {
        match value {
            FactValue::Text(text) => hide_text(text),
            FactValue::TextList(texts) => texts.iter_mut().for_each(hide_text),
            _ => {}
        }
    }
}

/// What machines share was looked at when it was read.
fn hide_own_facts(facts: &mut FactSet) {
    if !facts.is_shared() {
        hide_facts(facts);
    }
}

fn hide_disks(disks: &mut [Disk]) {
    for disk in disks {
        hide_own_facts(&mut disk.facts);
    }
}

/// Hides the secrets in every text of a fleet.
fn hide_fleet(fleet: &mut Fleet) {
    for machine in &mut fleet.machines {
        hide_own_facts(&mut machine.facts);
        hide_disks(&mut machine.disks);
        hide_tags(&mut machine.tags);
    }
    hide_disks(&mut fleet.disks);
}

fn hide_tags(tags: &mut SmallMap<String, String>) {
    for (name, value) in tags.iter_mut() {
        if is_secret(name) {
            HIDDEN.clone_into(value);
        } else {
            hide_text(value);
        }
    }
}

/// Hides the secrets in every text of an import.
pub(super) fn hide(import: &mut Import) {
    hide_fleet(&mut import.fleet);
    for problem in &mut import.problems {
        hide_text(&mut problem.message);
        hide_text(&mut problem.path);
    }
    for left in &mut import.preview.left_out {
        hide_text(&mut left.what);
        hide_text(&mut left.path);
    }
    for guess in &mut import.preview.guessed {
        if let FactValue::Text(text) = &mut guess.value {
            hide_text(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, is_secret, without_secrets};

    #[test]
    fn a_name_that_holds_a_telling_part_is_that_of_a_secret() {
        for part in NAMES.split(',') {
            assert!(is_secret(part) && is_secret(&format!("My{}2", part.to_uppercase())));
        }
        for name in ["", "owner", "keyboard", "pass", "ключ-password", "x_data"] {
            assert_eq!(is_secret(name), name.contains("password"), "{name}");
        }
    }

    #[test]
    fn what_stands_behind_a_telling_word_is_hidden() {
        for (text, clean) in [
            (
                "https://a.blob/v/os.vhd?sv=1&sig=abc%3D&se=2",
                Some("https://a.blob/v/os.vhd?sv=1&sig=(hidden)&se=2"),
            ),
            (
                "AccountName=x;AccountKey=abc==;Password=p",
                Some("AccountName=x;AccountKey=(hidden);Password=(hidden)"),
            ),
            ("-----BEGIN RSA PRIVATE KEY-----", Some("(hidden)")),
            ("a = b, é=1", None),
            ("plain", None),
        ] {
            assert_eq!(without_secrets(text).as_deref(), clean, "{text}");
        }
    }
}
