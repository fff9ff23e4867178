//! Tests of a value: what a word of the predicate language asks of a fact.

use super::Predicate;
use super::regions;
use crate::model::FactValue;

/// Whether a value passes the test of a predicate. `target` is the region that the request goes to, `most` the
/// number of points that a machine may have. What is no test of a value is not passed.
pub(super) fn passes(
    predicate: &Predicate,
    value: &FactValue,
    target: Option<&str>,
    most: u64,
) -> bool {
    match predicate {
        Predicate::Is(_, other) => equal(value, other),
        Predicate::OneOf(_, listed) => one_of(value, listed),
        Predicate::Like(_, pattern) => like(value, pattern),
        Predicate::Above(_, least) => number(value).is_some_and(|n| n > *least),
        Predicate::Below(_, most) => number(value).is_some_and(|n| n < *most),
        Predicate::VersionBelow(_, version) => version_below(value, version),
        Predicate::Present(_) => present(value),
        Predicate::CrossRegion => words(value, |own| Some(own) != target),
        Predicate::RegionsListed => words(value, is_listed),
        Predicate::HasRestorePoints => count(value) > 0,
        Predicate::AtPointLimit => count(value) >= most,
        _ => false,
    }
}

/// Whether a region is in the list of those that points can be copied between.
pub(super) fn is_listed(region: &str) -> bool {
    regions::cross_region_regions().contains(&region)
}

fn equal(fact: &FactValue, value: &FactValue) -> bool {
    match value {
        FactValue::Text(value) => words(fact, |word| word.eq_ignore_ascii_case(value)),
        _ => fact == value,
    }
}

fn one_of(fact: &FactValue, listed: &[String]) -> bool {
    words(fact, |word| {
        listed.iter().any(|own| own.eq_ignore_ascii_case(word))
    })
}

fn like(fact: &FactValue, pattern: &str) -> bool {
    words(fact, |word| glob(word.as_bytes(), pattern.as_bytes()))
}

/// Whether a text, or one of a list, passes a test. Locks count by where they stand.
fn words(fact: &FactValue, test: impl Fn(&str) -> bool) -> bool {
    match fact {
        FactValue::Text(text) => test(text),
        FactValue::TextList(list) => list.iter().any(|text| test(text)),
        FactValue::Locks(list) => list.iter().any(|lock| test(lock.scope.as_str())),
        FactValue::Bool(_) | FactValue::Integer(_) | FactValue::IntegerList(_) => false,
    }
}

/// Whether `text` fits `pattern` without regard to case; `*` in the pattern stands for any characters.
fn glob(text: &[u8], pattern: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*');
    let start = parts.next().unwrap_or_default();
    let alike = |at: usize, part: &[u8]| {
        text.get(at..at + part.len())
            .is_some_and(|own| own.eq_ignore_ascii_case(part))
    };
    if !alike(0, start) {
        return false;
    }
    let mut at = start.len();
    let Some(mut part) = parts.next() else {
        return at == text.len();
    };
    // The earliest place of each part leaves the most room for those behind it; the last one ends the text.
    for next in parts {
        match (at..=text.len()).find(|from| alike(*from, part)) {
            Some(from) => at = from + part.len(),
            None => return false,
        }
        part = next;
    }
    let last = text.len().checked_sub(part.len());
    last.is_some_and(|from| from >= at && alike(from, part))
}

fn number(fact: &FactValue) -> Option<i64> {
    match fact {
        FactValue::Integer(number) => Some(*number),
        _ => None,
    }
}

/// Whether a version is before another, by the numbers in both. One without numbers is not.
fn version_below(fact: &FactValue, version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let parts = text.split(|c: char| !c.is_ascii_digit());
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    words(fact, |own| {
        let (own, other) = (numbers(own), numbers(version));
        !own.is_empty() && own < other
    })
}

fn present(fact: &FactValue) -> bool {
    match fact {
        FactValue::Bool(value) => *value,
        FactValue::Integer(count) => *count > 0,
        FactValue::Text(text) => !text.is_empty(),
        FactValue::Locks(list) => !list.is_empty(),
        FactValue::IntegerList(list) => !list.is_empty(),
        FactValue::TextList(list) => !list.is_empty(),
    }
}

/// How many points a fact counts.
pub(super) fn count(fact: &FactValue) -> u64 {
    let number = |number: &i64| u64::try_from(*number).unwrap_or(0);
    match fact {
        FactValue::Integer(points) => number(points),
        FactValue::IntegerList(list) => list.iter().map(number).fold(0, u64::saturating_add),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (text, pattern, fits) in [
            ("Standard_L8s_v2", "Standard_L*s_v2", true),
            ("standard_l8S_V2", "Standard_L*s_v2", true),
            ("Standard_L8s_v3", "Standard_L*s_v2", false),
            ("abc", "abc", true),
            ("abcd", "abc", false),
            ("abc", "*", true),
            ("", "*", true),
            ("", "", true),
            ("a", "", false),
            ("abcbc", "a*bc", true),
            ("abcb", "a*bc", false),
            ("aXbYbZc", "a*b*c", true),
            ("ab", "a*b*b", false),
            ("abb", "a*b*b", true),
            ("aba", "ab*ba", false),
            ("größe", "gr*E", true),
        ] {
            assert_eq!(
                glob(text.as_bytes(), pattern.as_bytes()),
                fits,
                "{text} {pattern}"
            );
        }
    }
}
