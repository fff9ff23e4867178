//! Whether two names are those of one guest system. They are said more or less fully, and as an image or as people
//! write them: `0001-com-ubuntu-server-jammy 22_04-lts-gen2` is Ubuntu 22.04.

use super::normalise_region;

/// Names that images and people shorten.
const SHORT: [(&str, &str); 2] = [
    ("red hat enterprise linux", "rhel"),
    ("suse linux enterprise server", "sles"),
];

/// Whether one says what the other says, or less of it.
pub(super) fn same_system(one: &str, other: &str) -> bool {
    let (plain, other_plain) = (normalise_region(one), normalise_region(other));
    if plain.contains(&other_plain) || other_plain.contains(&plain) {
        return true;
    }
    let (own, others) = (words(one), words(other));
    is_said(&own, &others) || is_said(&others, &own)
}

/// Whether each word of one name is in the other.
fn is_said(own: &[String], others: &[String]) -> bool {
    let known = |word: &String| others.iter().any(|other| same_word(word, other));
    !own.is_empty() && own.iter().all(known)
}

/// The same word, or the same release: `8` is said of `8.6`, and images write `86` for it.
fn same_word(one: &str, other: &str) -> bool {
    let begins = |long: &str, short: &str| {
        let rest = long.strip_prefix(short);
        is_release(short) && rest.is_some_and(|rest| rest.starts_with('.'))
    };
    let as_one = |word: &str| word.replace('.', "");
    one == other
        || begins(one, other)
        || begins(other, one)
        || is_release(one) && is_release(other) && as_one(one) == as_one(other)
}

fn is_release(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The words of a name in lower case; the numbers of a release are one word.
fn words(name: &str) -> Vec<String> {
    let mut name = name.to_ascii_lowercase();
    for (long, short) in SHORT {
        name = name.replace(long, short);
    }
    let mut words = vec![String::new()];
    let mut rest = name.chars().peekable();
    while let Some(own) = rest.next() {
        let Some(word) = words.last_mut() else { break };
        let in_release = matches!(own, '.' | '_')
            && is_release(word)
            && rest.peek().is_some_and(char::is_ascii_digit);
        if own.is_ascii_alphanumeric() {
            word.push(own);
        } else if in_release && !word.is_empty() {
            word.push('.');
        } else if !word.is_empty() {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::same_system;

    #[test]
    fn a_system_is_the_same_however_fully_it_is_named() {
        for (one, other, same) in [
            (
                "0001-com-ubuntu-server-jammy 22_04-lts-gen2",
                "Ubuntu 22.04",
                true,
            ),
            (
                "0001-com-ubuntu-server-jammy 22_04-lts-gen2",
                "Ubuntu 22.04.3 LTS",
                true,
            ),
            (
                "0001-com-ubuntu-server-jammy 22_04-lts-gen2",
                "Ubuntu",
                true,
            ),
            (
                "0001-com-ubuntu-server-jammy 22_04-lts-gen2",
                "Ubuntu 20.04",
                false,
            ),
            (
                "0001-com-ubuntu-server-jammy 22_04-lts-gen2",
                "Debian 11",
                false,
            ),
            ("RHEL 8_6", "Red Hat Enterprise Linux 8.6", true),
            ("RHEL 86-gen2", "Red Hat Enterprise Linux 8.6", true),
            ("RHEL 8_6", "RHEL 8", true),
            ("RHEL 8_6", "Red Hat Enterprise Linux 9.0", false),
            (
                "Windows Server 2022 Datacenter",
                "Windows Server 2022",
                true,
            ),
            (
                "WindowsServer 2022-datacenter-g2",
                "Windows Server 2022",
                true,
            ),
            (
                "Windows Server 2022 Datacenter",
                "Windows Server 2019 Datacenter",
                false,
            ),
        ] {
            assert_eq!(same_system(one, other), same, "{one} / {other}");
        }
    }
}
