//! The digest of the beginning of a disk, so that a larger restored disk can be compared with its source.

use crate::digest::Digest;
use crate::store::{ContentHasher, Source, Store, StoreError};
use crate::units::BlockSize;

/// Reads the first `blocks` blocks of `source` through the ordinary read path and digests them as a
/// disk of that size. Gives the digest, and how many written blocks it is over.
///
/// # Errors
/// An unknown source, or one with fewer blocks.
pub fn digest_of(
    store: &Store,
    source: Source,
    block_size: BlockSize,
    blocks: u64,
) -> Result<(Digest, u64), StoreError> {
    let mut hasher = ContentHasher::new(block_size, blocks);
    store.hash_content(source, blocks, &mut hasher)?;
    Ok(hasher.finish())
}
