//! The identity of a disk's content: 128 bits over everything that was done to it, in order.
//!
//! Equal histories give equal identities; equal content reached in different ways does not. That
//! is what a cheap state digest needs, and needs no block to be read.

use crate::digest::Hasher;
use crate::prng::mix;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

/// What was done; part of the identity.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Create = 1,
    Write = 2,
    Trim = 3,
    Bytes = 4,
    Resize = 5,
    Clone = 6,
}

impl Identity {
    /// The identity after `change` with `fields`.
    #[must_use]
    pub(super) fn after(self, change: Change, fields: &[u64]) -> Self {
        // Mixed apart from what was before, so that many changes in a row do not wait for each other.
        let start = Self(change as u64, fields.len() as u64);
        let change = fields
            .iter()
            .fold(start, |identity, &field| identity.with(field));
        Self(
            mix(self.0 ^ change.0),
            mix(self.1 ^ change.1 ^ self.0.rotate_left(17)),
        )
    }

    /// The identity after `bytes` were written.
    #[must_use]
    pub(super) fn with_bytes(self, bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        let start = self.with(bytes.len() as u64);
        let whole = words
            .iter()
            .fold(start, |id, word| id.with(u64::from_le_bytes(*word)));
        rest.iter()
            .fold(whole, |id, &byte| id.with(u64::from(byte)))
    }

    /// The identity after a clone of what `base` names.
    #[must_use]
    pub(super) fn of_clone(base: Self) -> Self {
        Self::default().after(Change::Clone, &[base.0, base.1])
    }

    const fn with(self, word: u64) -> Self {
        let high = mix(self.1 ^ word.rotate_left(32) ^ self.0.rotate_left(17));
        Self(mix(self.0 ^ word), high)
    }

    pub(super) fn digest_into(self, hasher: &mut Hasher) {
        hasher.update_u64(self.0);
        hasher.update_u64(self.1);
    }
}
