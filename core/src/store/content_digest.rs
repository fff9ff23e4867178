//! The digest of a disk's content.
//!
//! SHA-256 over the size of the disk and then, block by block in order, the index and the content of
//! every block that does not read as zeros. Equal content has an equal digest, whatever its history:
//! never written, trimmed and written with zeros are alike, and so are a stamp and the same bytes.

use super::{Content, Source, Store, StoreError};
use crate::digest::{Digest, Hasher};
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

impl Store {
    /// A digest of everything a reader of `source` gets: its size and, in order, every block that
    /// is not zero. Made by reading each block; equal content gives an equal digest, whatever its
    /// history.
    ///
    /// # Errors
    /// The source is unknown or closed.
    pub fn content_digest(&self, source: Source) -> Result<Digest, StoreError> {
        let view = self.view(source)?;
        let mut hasher = ContentHasher::new(self.family(view.volume)?.block_size, view.blocks);
        self.hash_content(source, view.blocks, &mut hasher)?;
        Ok(hasher.finish().0)
    }

    /// Adds the first `blocks` blocks of `source` to `hasher`, through the ordinary read path.
    ///
    /// # Errors
    /// The source is unknown or closed, or has fewer blocks.
    pub fn hash_content(
        &self,
        source: Source,
        blocks: u64,
        hasher: &mut ContentHasher,
    ) -> Result<(), StoreError> {
        match blocks.checked_sub(1) {
            None => Ok(()),
            Some(last) => {
                let all = BlockRange { first: 0, last };
                self.for_each_written(source, all, |index, content| hasher.add(index, content))
            }
        }
    }
}
