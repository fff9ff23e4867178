//! Refusing what is asked in words that no row knows: they would decide nothing, and pass for a yes.

use super::{AssessError, AssessOptions};
use crate::json;
use crate::model::FactValue;
use crate::model::vocabulary::{Absence, FactSubject, FactType, entry, nearest_word};

/// The words of what is asked, beside those in the vocabulary. `core/data/facts.json` says what they mean.
const WORDS: [(&str, &[&str]); 5] = [
    (
        "request.operation",
        &[
            "createRestorePoint",
            "copyRestorePoint",
            "moveVirtualMachine",
            "protect",
            "configureBackup",
            "changePolicy",
            "changeSnapshotResourceGroup",
            "stopAndRetain",
            "stopProtection",
            "restore",
            "migrateToTrustedLaunch",
        ],
    ),
    (
        "request.scope",
        &[
            "virtualMachine",
            "files",
            "folders",
            "volumes",
            "systemState",
            "bareMetal",
            "application",
        ],
    ),
    ("request.destination", &["vault", "disk", "tape"]),
    (
        "restore.method",
        &[
            "createNewVm",
            "restoreDisks",
            "replaceExisting",
            "replaceSource",
            "newDisk",
            "fileRecovery",
            "crossRegion",
            "crossSubscription",
            "crossZonal",
            "files",
            "folders",
            "volumes",
            "systemState",
            "bareMetal",
            "application",
        ],
    ),
    (
        "restore.as",
        &[
            "createNewVm",
            "restoreDisks",
            "replaceExisting",
            "replaceSource",
            "newDisk",
            "fileRecovery",
            "spot",
        ],
    ),
];

/// Refuses the first option that means nothing.
pub(super) fn check(options: &AssessOptions) -> Result<(), AssessError> {
    if let Some(version) = &options.request.api_version {
        check_version(version)?;
    }
    check_network(options)?;
    for (path, value) in &options.by_path() {
        let known = entry(FactSubject::Asked, path);
        let own = WORDS.iter().find(|(name, _)| name == path);
        let words: Vec<&str> = match (own, known.map(|known| &known.value_type)) {
            (Some((_, words)), _) => words.to_vec(),
            (None, Some(FactType::OneOf(words))) => words.iter().map(String::as_str).collect(),
            _ => continue,
        };
        // What means the same as saying nothing is no word, and may be said.
        let silence = match known.map(|known| &known.absence) {
            Some(Absence::ServiceDefault(value)) => Some(value),
            _ => None,
        };
        let text = match value {
            FactValue::Text(text) => text.clone(),
            other => json::write(other).to_string(),
        };
        let is_known = words.iter().any(|word| word.eq_ignore_ascii_case(&text));
        if is_known || silence == Some(value) {
            continue;
        }
        let nearest = nearest_word(words.iter().copied(), &text).unwrap_or_default();
        let reason = format!(
            "`{text}` is none of {}; the nearest is `{nearest}`",
            words.join(", ")
        );
        return Err(refused(path, reason));
    }
    Ok(())
}

fn check_version(version: &str) -> Result<(), AssessError> {
    let (date, preview) = match version.strip_suffix("-preview") {
        Some(date) => (date, "-preview"),
        None => (version, ""),
    };
    let reason = match nearest_date(date) {
        None => {
            format!("`{version}` is not an API version; write YYYY-MM-DD or YYYY-MM-DD-preview")
        }
        Some(nearest) if nearest != date => {
            format!("`{version}` has no such day; the nearest is `{nearest}{preview}`")
        }
        Some(_) => return Ok(()),
    };
    Err(refused("request.apiVersion", reason))
}

/// The day itself, or the nearest one of its year; `None` for what is not written as a day.
fn nearest_date(date: &str) -> Option<String> {
    let digits = |text: &str, many: usize| -> Option<u32> {
        let fits = text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten()
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?.clamp(1, 12);
    let day = digits(parts.next()?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let day = day.clamp(1, last);
    let whole = || format!("{year:04}-{month:02}-{day:02}");
    parts.next().is_none().then(whole)
}

/// A network is restored to in its own subscription.
fn check_network(options: &AssessOptions) -> Result<(), AssessError> {
    let Some((network, asked)) = options.network_subscription().zip(
        options
            .restore
            .as_ref()
            .and_then(|own| own.target_subscription.as_ref()),
    ) else {
        return Ok(());
    };
    match asked {
        FactValue::Text(asked) if !asked.eq_ignore_ascii_case(network) && !asked.is_empty() => {
            let reason = format!(
                "the network lies in the subscription `{network}`, and `restore.targetSubscription` is `{asked}`; \
                 leave that out, or name a network of it"
            );
            Err(refused("restore.targetVirtualNetwork", reason))
        }
        _ => Ok(()),
    }
}

fn refused(path: &str, reason: String) -> AssessError {
    AssessError::Option {
        path: path.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::matrix::Predicate;
    use crate::matrix::written::rows;
    use crate::model::FactValue;
    use crate::model::vocabulary::{FactSubject, entry};

    fn words(when: &Predicate, found: &mut Vec<(String, String)>) {
        match when {
            Predicate::All(of) | Predicate::Any(of) => of.iter().for_each(|of| words(of, found)),
            Predicate::Not(of) | Predicate::AnyDisk(of) => words(of, found),
            Predicate::Is(name, FactValue::Text(word)) => found.push((name.clone(), word.clone())),
            Predicate::OneOf(name, words) => {
                found.extend(words.iter().map(|word| (name.clone(), word.clone())));
            }
            _ => {}
        }
    }

    #[test]
    fn every_word_that_a_row_asks_for_can_be_said_and_is_written_down() {
        let mut found = Vec::new();
        rows()
            .filter_map(|row| row.when.as_ref())
            .for_each(|when| words(when, &mut found));
        for (name, words) in WORDS {
            let asked = found.iter().filter(|(own, _)| own == name);
            let mut unknown = asked.filter(|(_, word)| !words.contains(&word.as_str()));
            assert_eq!(unknown.next(), None, "{name}");
            let meaning = &entry(FactSubject::Asked, name).unwrap().meaning;
            for word in words {
                assert!(meaning.contains(word), "{name}: {word}");
            }
        }
    }
}
