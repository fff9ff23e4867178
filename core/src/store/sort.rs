//! Sorting by leaf, stable: what is listed first stays first among equals.

/// A leaf and a number, in one word.
pub(super) type Keyed = u64;

/// Fewer than this are sorted by comparison.
const FEW: usize = 512;
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;

pub(super) const fn keyed(leaf: u32, number: u32) -> Keyed {
    (leaf as u64) << 32 | number as u64
}

pub(super) const fn leaf_of(keyed: Keyed) -> u32 {
    (keyed >> 32) as u32
}

pub(super) const fn number_of(keyed: Keyed) -> u32 {
    keyed as u32
}

/// Sorts by leaf; by digits from the lowest where there are many.
pub(super) fn by_leaf(list: &mut Vec<Keyed>) {
    if list.len() < FEW {
        list.sort_by_key(|&keyed| leaf_of(keyed));
        return;
    }
    let all = list.iter().fold(0, |all, &keyed| all | leaf_of(keyed));
    let mut other = vec![0; list.len()];
    let mut shift = 0;
    while shift < u32::BITS && all >> shift != 0 {
        by_digit(list, &mut other, shift);
        std::mem::swap(list, &mut other);
        shift += DIGIT_BITS;
    }
}

#[allow(
    clippy::indexing_slicing,
    reason = "digits are masked to the length of the table, and the places of all digits together are the length of the list"
)]
fn by_digit(from: &[Keyed], to: &mut [Keyed], shift: u32) {
    let digit = |keyed: Keyed| (leaf_of(keyed) >> shift) as usize & (DIGITS - 1);
    let mut places = [0u32; DIGITS];
    for &keyed in from {
        places[digit(keyed)] += 1;
    }
    let mut start = 0;
    for place in &mut places {
        start += std::mem::replace(place, start);
    }
    for &keyed in from {
        let place = &mut places[digit(keyed)];
        to[*place as usize] = keyed;
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{by_leaf, keyed, leaf_of};
    use crate::prng::Stream;

    #[test]
    fn few_and_many_are_sorted_alike_and_equals_keep_their_order() {
        for (count, leaves) in [
            (0, 1),
            (100, 7),
            (5_000, 300),
            (5_000, 1 << 22),
            (3_000, 1 << 30),
        ] {
            let mut stream = Stream::named(count, "sort");
            let mut list: Vec<u64> = (0..count as u32)
                .map(|number| keyed(stream.below(leaves) as u32, number))
                .collect();
            let mut expected = list.clone();
            expected.sort_by_key(|&one| leaf_of(one));
            by_leaf(&mut list);
            assert_eq!(list, expected);
        }
    }
}
