//! Blocks of bytes that users wrote, in places that are used again, in chunks that never move.

use std::sync::Arc;

/// Places a chunk: 64 KiB.
const CHUNK: usize = 1 << 12;
/// Bytes of a place, and of what an allocation of counted bytes takes beside them, for the memory limit.
const PLACE_BYTES: u64 = 16;
const BLOCK_BYTES: u64 = 16;
/// The most that a block takes beside its bytes.
pub(super) const BLOCK_WORST_BYTES: u64 = PLACE_BYTES + BLOCK_BYTES;
/// No place.
const NONE: u64 = u64::MAX;

#[derive(Clone, Debug)]
enum Place {
    /// Shared with copies of the store, for it never changes.
    Block(Arc<[u8]>),
    /// The next free place.
    Free(u64),
}

/// The arena of byte blocks. A copy shares the chunks until one of the two changes them.
#[derive(Clone, Debug)]
pub(super) struct ByteBlocks {
    chunks: Vec<Arc<Vec<Place>>>,
    free: u64,
    in_use: u64,
    total: u64,
}

impl Default for ByteBlocks {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: NONE,
            in_use: 0,
            total: 0,
        }
    }
}

impl ByteBlocks {
    /// Blocks in use.
    pub(super) const fn in_use(&self) -> u64 {
        self.in_use
    }

    /// What all this takes, for the memory limit.
    pub(super) fn taken(&self) -> u64 {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        let places = full + self.chunks.last().map_or(0, |chunk| chunk.len());
        self.total + self.in_use * BLOCK_BYTES + places as u64 * PLACE_BYTES
    }

    /// Bytes of all blocks in use.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    fn place_mut(&mut self, handle: u64) -> Option<&mut Place> {
        let chunk = self.chunks.get_mut(handle as usize / CHUNK)?;
        Arc::make_mut(chunk).get_mut(handle as usize % CHUNK)
    }

    /// Keeps `bytes`; gives the handle that names them.
    pub(super) fn insert(&mut self, bytes: &[u8]) -> u64 {
        self.in_use += 1;
        self.total += bytes.len() as u64;
        let block = Place::Block(Arc::from(bytes));
        let handle = self.free;
        if let Some(place) = self.place_mut(handle) {
            if let Place::Free(next) = std::mem::replace(place, block) {
                self.free = next;
            }
            return handle;
        }
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => Arc::make_mut(chunk).push(block),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(block);
                self.chunks.push(Arc::new(chunk));
            }
        }
        let in_last = self.chunks.last().map_or(0, |chunk| chunk.len());
        ((self.chunks.len() - 1) * CHUNK + in_last - 1) as u64
    }

    /// The bytes that `handle` names.
    pub(super) fn get(&self, handle: u64) -> &[u8] {
        let chunk = self.chunks.get(handle as usize / CHUNK);
        match chunk.and_then(|chunk| chunk.get(handle as usize % CHUNK)) {
            Some(Place::Block(block)) => block,
            _ => &[],
        }
    }

    /// Gives the bytes back; `handle` may name others from now on.
    pub(super) fn remove(&mut self, handle: u64) {
        let free = self.free;
        if let Some(place) = self.place_mut(handle)
            && let Place::Block(block) = std::mem::replace(place, Place::Free(free))
        {
            self.free = handle;
            self.in_use -= 1;
            self.total -= block.len() as u64;
        }
    }
}

#[cfg(test)]
impl ByteBlocks {
    /// Flips a bit of every block.
    pub(super) fn damage(&mut self) {
        for place in self.chunks.iter_mut().flat_map(Arc::make_mut) {
            if let Place::Block(block) = place {
                let mut damaged = block.to_vec();
                damaged[0] ^= 1;
                *block = Arc::from(damaged);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteBlocks, CHUNK, Place};

    #[test]
    fn places_are_used_again_across_chunks_and_copies_are_apart() {
        let mut blocks = ByteBlocks::default();
        let handles: Vec<u64> = (0..3 * CHUNK as u64)
            .map(|at| blocks.insert(&at.to_le_bytes()))
            .collect();
        assert_eq!(handles, (0..3 * CHUNK as u64).collect::<Vec<_>>());
        let copy = blocks.clone();
        for &handle in &handles {
            assert_eq!(blocks.get(handle), handle.to_le_bytes());
            blocks.remove(handle);
            assert_eq!(blocks.get(handle), b"");
        }
        assert_eq!((blocks.in_use(), blocks.total()), (0, 0));
        let again: Vec<u64> = handles.iter().map(|_| blocks.insert(b"new")).collect();
        assert!(again.iter().rev().eq(&handles), "no place is new");
        assert_eq!(blocks.total(), 3 * handles.len() as u64);
        for handle in handles {
            assert_eq!(copy.get(handle), handle.to_le_bytes());
        }
        assert_eq!(size_of::<Place>() * CHUNK, 1 << 16);
    }
}
