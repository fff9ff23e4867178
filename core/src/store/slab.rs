//! Slabs of words, by size class, in chunks that never move.

use std::sync::Arc;

/// Words a chunk: 64 KiB.
const CHUNK: u64 = 1 << 13;
/// The size classes in words. The largest holds a whole leaf behind its two masks.
pub(super) const CLASS_WORDS: [u64; 7] = [1, 2, 4, 8, 16, 32, 66];
const NONE: u64 = u64::MAX;

/// The smallest class that holds `words`.
pub(super) fn class_of(words: u64) -> usize {
    CLASS_WORDS
        .partition_point(|&size| size < words)
        .min(CLASS_WORDS.len() - 1)
}

fn class_words(class: usize) -> u64 {
    CLASS_WORDS.get(class).copied().unwrap_or(0)
}

/// The word arena. A copy shares the chunks until one of the two changes them.
#[derive(Clone, Debug)]
pub(super) struct Slabs {
    chunks: Vec<Arc<Vec<u64>>>,
    free: [u64; CLASS_WORDS.len()],
    free_counts: [u64; CLASS_WORDS.len()],
    in_use: u64,
}

impl Default for Slabs {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: [NONE; CLASS_WORDS.len()],
            free_counts: [0; CLASS_WORDS.len()],
            in_use: 0,
        }
    }
}

impl Slabs {
    /// Stores `words` together; returns their address.
    pub(super) fn insert(&mut self, words: &[u64]) -> u64 {
        let class = class_of(words.len() as u64);
        let size = class_words(class);
        self.in_use += size;
        let address = self.take_free(class).unwrap_or_else(|| self.grow(size));
        if let Some(chunk) = self.chunks.get_mut((address / CHUNK) as usize) {
            let places = Arc::make_mut(chunk)
                .iter_mut()
                .skip((address % CHUNK) as usize);
            for (place, &word) in places.zip(words) {
                *place = word;
            }
        }
        address
    }

    /// Gives back the slab of `words` words at `address`.
    pub(super) fn remove(&mut self, address: u64, words: u64) {
        let class = class_of(words);
        if let Some(head) = self.free.get_mut(class) {
            let next = std::mem::replace(head, address);
            self.set(address, next);
        }
        if let Some(count) = self.free_counts.get_mut(class) {
            *count += 1;
        }
        self.in_use -= class_words(class);
    }

    fn take_free(&mut self, class: usize) -> Option<u64> {
        let address = *self.free.get(class)?;
        if address == NONE {
            return None;
        }
        let next = self.get(address);
        *self.free.get_mut(class)? = next;
        *self.free_counts.get_mut(class)? -= 1;
        Some(address)
    }

    fn grow(&mut self, size: u64) -> u64 {
        let fits = self
            .chunks
            .last()
            .is_some_and(|chunk| chunk.len() as u64 + size <= CHUNK);
        if !fits {
            self.chunks.push(Arc::default());
        }
        let chunk_at = self.chunks.len() as u64 - 1;
        let mut start = 0;
        if let Some(chunk) = self.chunks.last_mut().map(Arc::make_mut) {
            start = chunk.len() as u64;
            chunk.resize((start + size) as usize, 0);
        }
        chunk_at * CHUNK + start
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "addresses are made by this arena only; a wrong one is a bug that must not pass unseen"
    )]
    pub(super) fn get(&self, address: u64) -> u64 {
        self.chunks[(address / CHUNK) as usize][(address % CHUNK) as usize]
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "addresses are made by this arena only; a wrong one is a bug that must not pass unseen"
    )]
    pub(super) fn set(&mut self, address: u64, word: u64) {
        Arc::make_mut(&mut self.chunks[(address / CHUNK) as usize])[(address % CHUNK) as usize] =
            word;
    }

    /// Words of slabs that are in use, in whole classes.
    pub(super) const fn in_use(&self) -> u64 {
        self.in_use
    }

    /// Bytes of the chunks that no copy shares.
    pub(super) fn copied_bytes(&self) -> u64 {
        let own = self.chunks.iter();
        let own = own.filter(|chunk| Arc::strong_count(chunk) == 1);
        own.count() as u64 * CHUNK * 8
    }

    /// Words ever made; they are reused and never handed back.
    pub(super) fn places(&self) -> u64 {
        match self.chunks.split_last() {
            Some((last, full)) => full.len() as u64 * CHUNK + last.len() as u64,
            None => 0,
        }
    }

    /// Words of the slabs that the lists of free ones name, and words that lie between the slabs and the
    /// ends of chunks at most.
    pub(super) fn recount(&self) -> (u64, u64) {
        let places = self.places();
        let free = self.free.iter().zip(CLASS_WORDS).map(|(&first, size)| {
            let first = Some(first).filter(|&address| address != NONE);
            let next = |&address: &u64| Some(self.get(address)).filter(|&next| next != NONE);
            let list = std::iter::successors(first, next).take(places as usize);
            list.count() as u64 * size
        });
        (free.sum(), self.chunks.len() as u64 * 65)
    }

    /// Free slabs of `class`.
    pub(super) fn free_count(&self, class: usize) -> u64 {
        self.free_counts.get(class).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, CLASS_WORDS, Slabs};

    #[test]
    fn a_slab_given_back_is_given_out_again_for_its_class_only() {
        let mut slabs = Slabs::default();
        let first = slabs.insert(&[1, 2, 3]);
        slabs.remove(first, 3);
        let other = slabs.insert(&[9; 5]);
        assert_ne!(first, other);
        assert_eq!(slabs.insert(&[4, 5, 6, 7]), first);
        assert_eq!(slabs.get(first + 3), 7);
        assert_eq!(slabs.in_use(), 12);
    }

    #[test]
    fn a_slab_never_lies_across_two_chunks() {
        let mut slabs = Slabs::default();
        for _ in 0..3 * CHUNK / 66 {
            let address = slabs.insert(&[5; 66]);
            assert_eq!(address / CHUNK, (address + 65) / CHUNK);
        }
        assert_eq!(CLASS_WORDS.last(), Some(&66));
    }
}
