//! Secrets that inputs carry along: dropped while reading, hidden wherever a text is kept.

use super::Import;
use crate::model::{Disk, FactSet, FactValue, Fleet};
use crate::order::SmallMap;

/// What stands in place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// Parts of field names whose content is a secret, in any case and with or without what separates words.
const NAMES: &str = "password,passwd,passphrase,passcode,pwd,secret,token,authorization,accesskey,accountkey,sharedkey,storagekey,connectionstring,customdata,userdata,protectedsettings,sasuri,accesssas,privatekey,credential,apikey";

/// How tokens begin that are secret wherever they stand.
const TOKENS: &str = "ghp_,gho_,ghu_,ghs_,ghr_,github_pat_,glpat-,xoxb-,xoxp-,npm_,eyJ";

/// No token is shorter.
const SHORTEST: usize = 20;

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
        let begins = |part: &&[u8]| {
            let mut own = rest.iter().filter(|byte| !is_between(**byte));
            let mut part = part.iter();
            part.all(|byte| own.next().is_some_and(|own| own.eq_ignore_ascii_case(byte)))
        };
        alike.into_iter().flatten().any(begins)
    })
}

/// What separates the words of a name.
const fn is_between(byte: u8) -> bool {
    matches!(byte, b'_' | b'-' | b'.' | b' ')
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
    // Most texts are short and have none of the characters that a secret needs.
    if text.len() < SHORTEST && !text.bytes().any(|byte| matches!(byte, b'=' | b':' | b' ')) {
        return None;
    }
    if text.contains("-----BEGIN ") {
        return Some(HIDDEN.to_owned());
    }
    let mut clean = String::new();
    let mut at = 0;
    while let Some((start, end)) = next_secret(text, at) {
        clean.push_str(text.get(at..start).unwrap_or_default());
        clean.push_str(HIDDEN);
        at = end;
    }
    if at == 0 {
        return None;
    }
    clean.push_str(text.get(at..).unwrap_or_default());
    (clean != text).then_some(clean)
}

/// Where the next secret begins and ends, from a place on.
fn next_secret(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| {
        let (start, end) = match bytes.get(at)? {
            b'=' => named(bytes, from, at)?,
            b':' => in_address(bytes, at).or_else(|| named(bytes, from, at))?,
            b'b' | b'B' if starts(bytes, from, at, b"bearer ") => value_at(bytes, at + 7, false),
            b'g' | b'x' | b'n' | b'e' if is_token(text, from, at) => (at, end_of(bytes, at, 0)),
            _ => return None,
        };
        (start < end).then_some((start, end))
    })
}

/// Whether a word in lower case begins here.
fn starts(bytes: &[u8], from: usize, at: usize, word: &[u8]) -> bool {
    let own = bytes.get(at..at + word.len());
    let is_first = at <= from
        || bytes
            .get(at - 1)
            .is_none_or(|own| !own.is_ascii_alphanumeric());
    is_first && own.is_some_and(|own| own.eq_ignore_ascii_case(word))
}

fn is_token(text: &str, from: usize, at: usize) -> bool {
    let bytes = text.as_bytes();
    if !starts(bytes, from, at, b"") || bytes.len() - at < SHORTEST {
        return false;
    }
    let rest = text.get(at..).unwrap_or_default();
    TOKENS.split(',').any(|token| rest.starts_with(token)) && end_of(bytes, at, 0) - at >= SHORTEST
}

/// The user's part of an address, as `https://user:password@host` has it.
fn in_address(bytes: &[u8], colon: usize) -> Option<(usize, usize)> {
    let start = colon + 3;
    let rest = bytes
        .get(start..)
        .filter(|_| bytes.get(colon..start) == Some(b"://"))?;
    let is_end =
        |byte: &u8| matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'') || byte.is_ascii_whitespace();
    let end = rest.iter().position(is_end).unwrap_or(rest.len());
    let at = rest.get(..end)?.iter().rposition(|byte| *byte == b'@')?;
    Some((start, start + at))
}

/// What stands behind the name of a secret and the sign at `sign`.
fn named(bytes: &[u8], from: usize, sign: usize) -> Option<(usize, usize)> {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'\\' | b' ');
    let before = bytes.get(from..sign)?;
    let last = before.iter().rposition(|byte| !is_quote(byte))? + 1;
    let before = before.get(..last)?;
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let first = before.iter().rposition(|byte| !in_word(byte));
    let word = before.get(first.map_or(0, |first| first + 1)..)?;
    let word = std::str::from_utf8(word).ok()?;
    let own = |other: &str| word.eq_ignore_ascii_case(other);
    let ends = |end: &str| {
        let at = word.len().checked_sub(end.len());
        let own = at.and_then(|at| word.get(at..));
        own.is_some_and(|own| own.eq_ignore_ascii_case(end))
    };
    let is_equals = bytes.get(sign) == Some(&b'=');
    // The key of a function is given in the address.
    let of_address =
        is_equals && first.is_some_and(|at| matches!(before.get(at), Some(b'?' | b'&')));
    let is_name = is_equals && ends("sig") || of_address && own("code") || is_secret(word);
    is_name.then(|| value_at(bytes, sign + 1, ends("authorization")))
}

/// The value that begins at a place, behind blanks and a quote. `is_line`: it has blanks in it.
fn value_at(bytes: &[u8], from: usize, is_line: bool) -> (usize, usize) {
    let rest = bytes.get(from..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\\'));
    let start = from + blanks.count();
    match bytes.get(start) {
        Some(quote @ (b'"' | b'\'')) => (start + 1, end_of(bytes, start + 1, *quote)),
        _ if is_line => (start, end_of(bytes, start, b'"')),
        _ => (start, end_of(bytes, start, 0)),
    }
}

/// Where a value ends: at its quote, or with its word.
fn end_of(bytes: &[u8], from: usize, quote: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let end = rest.iter().position(|byte| match quote {
        0 => byte.is_ascii_whitespace() || matches!(byte, b'&' | b';' | b'"' | b'\'' | b'`' | b','),
        _ => *byte == quote || *byte == b'\n',
    });
    end.map_or(bytes.len(), |end| from + end)
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
            let (first, rest) = part.split_at(3);
            assert!(is_secret(&format!("{first}-{rest}")), "{part}");
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
            (
                "{\"password\":\"S E\",\"b\":1}",
                Some("{\"password\":\"(hidden)\",\"b\":1}"),
            ),
            ("pwd: S1 rest", Some("pwd: (hidden) rest")),
            ("https://u:S@h/x", Some("https://(hidden)@h/x")),
            ("https://h/x@y", None),
            ("Authorization: Bearer S8", Some("Authorization: (hidden)")),
            ("curl -H bearer S8 x", Some("curl -H bearer (hidden) x")),
            (
                "https://f/api?code=S3&x=1",
                Some("https://f/api?code=(hidden)&x=1"),
            ),
            ("code=12", None),
            (
                "AWS_SECRET_ACCESS_KEY=S",
                Some("AWS_SECRET_ACCESS_KEY=(hidden)"),
            ),
            ("see ghp_0123456789abcdefghij", Some("see (hidden)")),
            ("design: 12:30, sig: none", None),
            ("a = b, é=1", None),
            ("é: ü = password", None),
            (
                "MicrosoftWindowsServer:WindowsServer:2022-datacenter-g2:latest",
                None,
            ),
            ("password=", None),
            ("plain", None),
        ] {
            assert_eq!(without_secrets(text).as_deref(), clean, "{text}");
            if let Some(clean) = clean {
                assert_eq!(without_secrets(clean), None, "{clean}");
            }
        }
    }
}
