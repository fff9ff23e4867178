//! What the name of a VM size tells.

/// The virtual processors of a size: the number in its name, as Azure names sizes. Of a constrained size
/// (`Standard_E4-2s_v5`) it is the second number. The oldest series count their sizes instead; those are known by
/// name. `None` for a name that is no size of Azure's.
pub(super) fn vcpus(size: &str) -> Option<i64> {
    let mut parts = size.split('_');
    let tier = parts.next()?;
    if !tier.eq_ignore_ascii_case("Standard") && !tier.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let name = parts.next()?.to_ascii_uppercase();
    let version = parts
        .find(|part| part.starts_with(['v', 'V']))
        .unwrap_or("");
    let at = name.find(|own: char| own.is_ascii_digit())?;
    let (family, rest) = name.split_at_checked(at)?;
    let (number, rest) = number(rest)?;
    if family.is_empty() {
        return None;
    }
    if let Some(constrained) = rest.strip_prefix('-') {
        return Some(self::number(constrained)?.0);
    }
    let counted = match (family, version) {
        ("A", "") => match number {
            0 | 1 => 1,
            2 | 5 => 2,
            3 | 6 => 4,
            4 | 7 | 8 | 10 => 8,
            9 | 11 => 16,
            _ => return None,
        },
        ("D" | "DS", "" | "v2" | "V2") => match number {
            1 => 1,
            2 | 11 => 2,
            3 | 12 => 4,
            4 | 13 => 8,
            5 | 14 => 16,
            15 => 20,
            _ => return None,
        },
        ("G" | "GS", "") => match number {
            1..=5 => 1 << number,
            _ => return None,
        },
        _ => number,
    };
    (counted > 0).then_some(counted)
}

/// The number that a text begins with, and what follows it.
fn number(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|own: char| !own.is_ascii_digit());
    let (digits, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
    Some((digits.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::vcpus;

    #[test]
    fn the_name_of_a_size_tells_its_processors() {
        for (size, processors) in [
            ("Standard_B1ls", Some(1)),
            ("Standard_B1s", Some(1)),
            ("standard_b2ms", Some(2)),
            ("Standard_A1_v2", Some(1)),
            ("Standard_A2m_v2", Some(2)),
            ("Basic_A3", Some(4)),
            ("Standard_A5", Some(2)),
            ("Standard_DS1_v2", Some(1)),
            ("Standard_DS11_v2_Promo", Some(2)),
            ("Standard_D4_v2", Some(8)),
            ("Standard_D4_v3", Some(4)),
            ("Standard_DS14-4_v2", Some(4)),
            ("Standard_D4s_v5", Some(4)),
            ("Standard_E4-2s_v5", Some(2)),
            ("Standard_F1s", Some(1)),
            ("Standard_GS3", Some(8)),
            ("Standard_M416ms_v2", Some(416)),
            ("Standard_NC24ads_A100_v4", Some(24)),
            ("Standard_D2_v2_Promo", Some(2)),
            ("Standard_D0s_v5", None),
            ("Standard_D6_v2", None),
            ("Standard_99999999999999999999", None),
            ("Standard_D99999999999999999999s", None),
            ("Standard_", None),
            ("ExtraSmall", None),
            ("Standard_Größe", None),
            ("", None),
        ] {
            assert_eq!(vcpus(size), processors, "{size}");
        }
    }
}
