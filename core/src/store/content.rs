//! What a block holds, in canonical form: equal bytes are equal content, however they came to be.

use crate::prng::mix;

/// The content of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// No write ever reached the block; reads as zeros.
    NeverWritten,
    /// Trimmed, or overwritten with zeros; reads as zeros.
    Hole,
    /// These eight little-endian bytes, repeated through the block. Never 0.
    Pattern(u64),
    /// Other bytes; zeros from the end of the slice to the end of the block.
    Bytes(&'a [u8]),
}

impl<'a> Content<'a> {
    /// The content of a whole block of bytes.
    #[must_use]
    pub fn of_block(block: &'a [u8]) -> Self {
        match canonical(block, block.len() as u64) {
            Canonical::Zero => Self::Hole,
            Canonical::Pattern(word) => Self::Pattern(word),
            Canonical::Bytes(bytes) => Self::Bytes(bytes),
        }
    }
}

impl Content<'_> {
    /// Whether the block takes space: neither never written nor a hole.
    #[must_use]
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Pattern(_) | Self::Bytes(_))
    }

    /// Writes the content as bytes over all of `block`.
    pub fn fill(&self, block: &mut [u8]) {
        match self {
            Self::NeverWritten | Self::Hole => block.fill(0),
            Self::Pattern(word) => {
                // What is there is doubled: whole copies, not byte by byte.
                let mut filled = begin_with(block, &word.to_le_bytes());
                while filled < block.len() {
                    let count = filled.min(block.len() - filled);
                    block.copy_within(..count, filled);
                    filled += count;
                }
            }
            Self::Bytes(bytes) => {
                let filled = begin_with(block, bytes);
                if let Some(rest) = block.get_mut(filled..) {
                    rest.fill(0);
                }
            }
        }
    }
}

/// Puts as much of `bytes` as fits at the start of `block`; how much that is.
fn begin_with(block: &mut [u8], bytes: &[u8]) -> usize {
    let count = bytes.len().min(block.len());
    if let (Some(to), Some(from)) = (block.get_mut(..count), bytes.get(..count)) {
        to.copy_from_slice(from);
    }
    count
}

/// The pattern that a seeded write puts into block `index`: never 0, different for each block.
#[must_use]
pub const fn stamp(seed: u64, index: u64) -> u64 {
    match mix(seed ^ mix(index)) {
        0 => 1,
        word => word,
    }
}

/// User bytes of one block, brought to canonical form.
pub(super) enum Canonical<'a> {
    Zero,
    Pattern(u64),
    Bytes(&'a [u8]),
}

/// `bytes` as the content of a block of `block_size` bytes; `bytes` is not longer than that.
pub(super) fn canonical(bytes: &[u8], block_size: u64) -> Canonical<'_> {
    let used = bytes
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |at| at + 1);
    if used == 0 {
        return Canonical::Zero;
    }
    let (words, rest) = bytes.as_chunks::<8>();
    if bytes.len() as u64 == block_size
        && rest.is_empty()
        && let Some(first) = words.first()
        && words.iter().all(|word| word == first)
    {
        return Canonical::Pattern(u64::from_le_bytes(*first));
    }
    Canonical::Bytes(bytes.get(..used).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn content_fills_blocks_of_any_length() {
        let word = u64::from_le_bytes(*b"abcdefgh");
        for length in [0, 3, 8, 20, 64, 4096] {
            let filled = |content: Content<'_>| {
                let mut block = vec![7; length];
                content.fill(&mut block);
                block
            };
            let pattern: Vec<u8> = b"abcdefgh".iter().copied().cycle().take(length).collect();
            assert_eq!(filled(Content::Pattern(word)), pattern);
            assert_eq!(filled(Content::Hole), vec![0; length]);
            let mut bytes = b"hello".to_vec();
            bytes.resize(length, 0);
            assert_eq!(filled(Content::Bytes(b"hello")), bytes);
        }
    }
}
