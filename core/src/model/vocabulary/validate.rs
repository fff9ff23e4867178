//! Whether the facts of a fleet are facts of the vocabulary.

use super::{FactEntry, FactSubject, FactType, entry, vocabulary};
use crate::model::{FactSet, FactValue, Fleet};

/// A fact that the vocabulary does not have, or not with this value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No such fact.
    #[error("{path}: there is no fact `{name}`{}", did_you_mean(.nearest))]
    UnknownFact {
        /// Where, such as `machines[2].facts.maxShare`.
        path: String,
        /// The name that was given.
        name: String,
        /// The nearest name of the vocabulary, where one is near.
        nearest: Option<String>,
    },
    /// The wrong kind of value.
    #[error("{path}: expected {expected}, got {got}")]
    WrongValue {
        /// Where.
        path: String,
        /// What it takes.
        expected: String,
        /// What was given.
        got: String,
    },
}

impl FactError {
    /// A stable word for the kind of error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownFact { .. } => "UnknownFact",
            Self::WrongValue { .. } => "WrongValue",
        }
    }

    /// The field that is wrong.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::UnknownFact { path, .. } | Self::WrongValue { path, .. } => path,
        }
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(
        || "; the vocabulary lists them all".to_owned(),
        |name| format!("; did you mean `{name}`?"),
    )
}

/// Refuses the first fact of a fleet that the vocabulary does not have with that value.
///
/// # Errors
/// The fact's path, and what was expected.
pub fn validate(fleet: &Fleet) -> Result<(), FactError> {
    // Sets that were looked at, by subject: what many share is looked at once.
    let mut seen: [Vec<usize>; 2] = Default::default();
    let [machines, disks] = &mut seen;
    for (i, machine) in fleet.machines.iter().enumerate() {
        let facts = &machine.facts;
        if is_new(facts, machines) {
            check(facts, FactSubject::Machine, &|| format!("machines[{i}]"))?;
        }
        for (j, disk) in machine.disks.iter().enumerate() {
            let path = || format!("machines[{i}].disks[{j}]");
            if is_new(&disk.facts, disks) {
                check(&disk.facts, FactSubject::Disk, &path)?;
            }
        }
    }
    for (i, disk) in fleet.disks.iter().enumerate() {
        check(&disk.facts, FactSubject::Disk, &|| format!("disks[{i}]"))?;
    }
    Ok(())
}

/// Whether a set has to be looked at. `seen` is in order.
fn is_new(facts: &FactSet, seen: &mut Vec<usize>) -> bool {
    if !facts.is_shared() {
        return true;
    }
    let place = seen.binary_search(&facts.place());
    if let Err(at) = place {
        seen.insert(at, facts.place());
    }
    place.is_err()
}

/// Refuses the first of these facts that the vocabulary does not have with that value.
///
/// # Errors
/// Its path, below `path`, and what was expected.
pub fn validate_facts(path: &str, subject: FactSubject, facts: &FactSet) -> Result<(), FactError> {
    check(facts, subject, &|| path.to_owned())
}

/// The path is put together only where there is an error: a fleet may have millions of facts.
fn check(
    facts: &FactSet,
    subject: FactSubject,
    path: &dyn Fn() -> String,
) -> Result<(), FactError> {
    for (name, value) in facts {
        let path = || {
            let path = path();
            let dot = if path.is_empty() { "" } else { "." };
            format!("{path}{dot}facts.{name}")
        };
        let Some(entry) = entry(subject, name) else {
            return Err(FactError::UnknownFact {
                path: path(),
                name: name.clone(),
                nearest: nearest(subject, name),
            });
        };
        if !entry.value_type.accepts(value) {
            return Err(FactError::WrongValue {
                path: path(),
                expected: entry.value_type.describe(),
                got: describe_value(value),
            });
        }
    }
    Ok(())
}

impl FactEntry {
    /// The value in the vocabulary's spelling, or `None` where the fact does not take it.
    #[must_use]
    pub fn canonical(&self, value: &FactValue) -> Option<FactValue> {
        if let (FactType::OneOf(words), FactValue::Text(text)) = (&self.value_type, value) {
            let word = words.iter().find(|word| word.eq_ignore_ascii_case(text))?;
            return Some(FactValue::Text(word.clone()));
        }
        self.value_type.accepts(value).then(|| value.clone())
    }
}

/// The largest number of a fact: JSON is exact up to here.
const MOST: i64 = (1 << 53) - 1;

impl FactType {
    /// Whether a fact of this type takes `value`.
    #[must_use]
    pub fn accepts(&self, value: &FactValue) -> bool {
        // An empty list is read as an empty list of locks, whatever list it was meant as.
        let empty = matches!(value, FactValue::Locks(locks) if locks.is_empty());
        match (self, value) {
            (Self::Bool | Self::Presence, FactValue::Bool(_))
            | (Self::Presence | Self::Text, FactValue::Text(_))
            | (Self::Locks, FactValue::Locks(_))
            | (Self::TextList, FactValue::TextList(_)) => true,
            (Self::Presence, FactValue::Integer(count)) => (0..=MOST).contains(count),
            (Self::Integer { min }, FactValue::Integer(number)) => (*min..=MOST).contains(number),
            (Self::OneOf(words), FactValue::Text(text)) => {
                words.iter().any(|word| word.eq_ignore_ascii_case(text))
            }
            (Self::IntegerList, FactValue::IntegerList(list)) => {
                list.iter().all(|n| (0..=MOST).contains(n))
            }
            (Self::IntegerList | Self::TextList, _) => empty,
            _ => false,
        }
    }

    /// What it takes, in words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Presence => "true, false, a count or a name".to_owned(),
            Self::Integer { min } => format!("a whole number, {min} or more"),
            Self::Text => "a text".to_owned(),
            Self::OneOf(words) => format!("one of {}", words.join(", ")),
            Self::Locks => "a list of locks { level, scope }".to_owned(),
            Self::IntegerList => "a list of whole numbers".to_owned(),
            Self::TextList => "a list of texts".to_owned(),
        }
    }
}

fn describe_value(value: &FactValue) -> String {
    match value {
        FactValue::Bool(value) => value.to_string(),
        FactValue::Integer(value) => value.to_string(),
        FactValue::Text(value) => format!("`{value}`"),
        FactValue::Locks(list) if list.is_empty() => "an empty list".to_owned(),
        FactValue::Locks(_) => "a list of locks".to_owned(),
        FactValue::IntegerList(_) => "a list of whole numbers".to_owned(),
        FactValue::TextList(_) => "a list of texts".to_owned(),
    }
}

/// The name that is fewest edits away, where that is near enough to be a slip of the hand.
fn nearest(subject: FactSubject, name: &str) -> Option<String> {
    let entries = vocabulary().iter();
    let own = entries.filter(|entry| entry.subject == subject);
    near_word(own.map(|entry| entry.name.as_str()), name).map(ToOwned::to_owned)
}

/// The word that was probably meant: the one that is fewest edits away, in any case, where that is near enough to be a
/// slip of the hand.
#[must_use]
pub fn near_word<'a>(words: impl Iterator<Item = &'a str>, text: &str) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    words
        .map(|word| (edits(&lower, &word.to_ascii_lowercase()), word))
        .min()
        .filter(|(edits, _)| *edits <= 1 + text.len() / 4)
        .map(|(_, word)| word)
}

/// The word that is fewest edits away, in any case; the first of several.
#[must_use]
pub fn nearest_word<'a>(words: impl Iterator<Item = &'a str>, text: &str) -> Option<&'a str> {
    let text = text.to_ascii_lowercase();
    words.min_by_key(|word| edits(&text, &word.to_ascii_lowercase()))
}

/// Levenshtein distance by characters.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&to) {
            let above = *cell;
            let changed = diagonal + usize::from(a != *b);
            left = changed.min(above + 1).min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
