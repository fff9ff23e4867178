//! The digest of a disk's content.
//!
//! SHA-256 over the size of the disk and then, block by block in order, the index and the content of
//! every block that does not read as zeros. Equal content has an equal digest, whatever its history:
//! never written, trimmed and written with zeros are alike, and so are a stamp and the same bytes.

use crate::digest::{Digest, Hasher};
use crate::store::{Content, Source, Store, StoreError};
use crate::units::{BlockIndex, BlockRange, BlockSize};

/// What a pattern and other bytes begin with, so that neither can pose as the other.
const PATTERN: u64 = 1;
const BYTES: u64 = 2;

/// Collects the blocks of one disk, in order.
#[derive(Debug)]
pub struct ContentHasher {
    hasher: Hasher,
    written: u64,
}

impl ContentHasher {
    /// For a disk of `blocks` blocks.
    #[must_use]
    pub fn new(block_size: BlockSize, blocks: u64) -> Self {
        let mut hasher = Hasher::new();
        hasher.update_u64(block_size.bytes());
        hasher.update_u64(blocks);
        Self { hasher, written: 0 }
    }

    /// Adds a block; those that read as zeros count as nothing.
    pub fn add(&mut self, index: BlockIndex, content: Content<'_>) {
        match content {
            Content::NeverWritten | Content::Hole => return,
            Content::Pattern(word) => {
                self.hasher.update_u64(index);
                self.hasher.update_u64(PATTERN);
                self.hasher.update_u64(word);
            }
            Content::Bytes(bytes) => {
                self.hasher.update_u64(index);
                self.hasher.update_u64(BYTES);
                self.hasher.update_u64(bytes.len() as u64);
                self.hasher.update(bytes);
            }
        }
        self.written += 1;
    }

    /// The digest, and how many blocks it is over.
    #[must_use]
    pub fn finish(self) -> (Digest, u64) {
        (self.hasher.finish(), self.written)
    }
}

/// Reads every block of `source` through the ordinary read path and digests it.
///
/// # Errors
/// An unknown source.
pub fn digest_of(
    store: &Store,
    source: Source,
    block_size: BlockSize,
    blocks: u64,
) -> Result<(Digest, u64), StoreError> {
    let mut hasher = ContentHasher::new(block_size, blocks);
    if let Some(all) = blocks
        .checked_sub(1)
        .and_then(|last| BlockRange::new(0, last))
    {
        store.for_each_written(source, all, |index, content| hasher.add(index, content))?;
    }
    Ok(hasher.finish())
}
