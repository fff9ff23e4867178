//! Seeded random streams: splitmix64, one stream per purpose.
//!
//! Streams are named, so that a new use of chance never moves the numbers of an old one.

use crate::json::Write;

/// A stream of pseudo-random numbers. Equal seeds and names give equal streams on every machine.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
pub struct Stream {
    state: u64,
}

/// One splitmix64 output for `value`: a bijection whose results look unrelated for related inputs.
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream called `name` of a lab seeded with `seed`.
    #[must_use]
    pub fn named(seed: u64, name: &str) -> Self {
        let state = name
            .bytes()
            .fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)));
        Self { state }
    }

    /// The next 64 bits.
    #[allow(
        clippy::should_implement_trait,
        reason = "an endless stream has no use for Option"
    )]
    pub fn next(&mut self) -> u64 {
        let out = mix(self.state);
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        out
    }

    /// A number from 0 up to, but without, `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// A random GUID in the service's spelling (version 4, lower case).
    pub fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let high = (high & !0xF000) | 0x4000;
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        let mut left = (u128::from(high) << 64) | u128::from(low);
        let digits = b"00000000-0000-0000-0000-000000000000".map(|place| {
            if place == b'-' {
                return place;
            }
            left = left.rotate_left(4);
            let digit = left as u8 & 0xF;
            digit + if digit < 10 { b'0' } else { b'a' - 10 }
        });
        String::from_utf8_lossy(&digits).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn a_name_and_a_seed_fix_the_stream() {
        let mut stream = Stream::named(7, "disk");
        let first: Vec<u64> = (0..3).map(|_| stream.next()).collect();
        let mut again = Stream::named(7, "disk");
        assert_eq!(first, (0..3).map(|_| again.next()).collect::<Vec<_>>());
        assert_ne!(Stream::named(7, "vm").next(), first[0]);
        assert_ne!(Stream::named(8, "disk").next(), first[0]);
    }

    #[test]
    fn bounded_numbers_stay_below_their_bound() {
        let mut stream = Stream::named(1, "bounds");
        for bound in [1, 2, 3, 1000, u64::MAX] {
            assert!((0..200).all(|_| stream.below(bound) < bound));
        }
        assert_eq!(stream.below(0), 0);
    }

    #[test]
    fn guids_are_version_four() {
        let guid = Stream::named(1, "guid").guid();
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&guid.as_bytes()[19]));
        let dashes = guid.match_indices('-').map(|(at, _)| at);
        assert_eq!(dashes.collect::<Vec<_>>(), [8, 13, 18, 23]);
        let mut same = Stream::named(1, "guid");
        let high = format!("{:016x}", (same.next() & !0xF000) | 0x4000);
        assert!(guid.replace('-', "").starts_with(&high));
    }
}
