//! The content behind records: seeds, patterns and byte blocks.

use super::byte_blocks::ByteBlocks;
use super::content::{Content, stamp};
use super::layers::layer_words;
use super::record::{Kind, LEAF_BLOCKS, Part};
use super::slab::Slabs;

/// The words in front of a mixed slab, or of one with layers.
pub(super) const MASKS: u64 = 2;

/// The blocks of a mask as single bits, lowest first.
pub(super) fn bits(mask: u64) -> impl Iterator<Item = u64> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let bit = left & left.wrapping_neg();
        left ^= bit;
        (bit != 0).then_some(bit)
    })
}

/// How many blocks of `mask` come before `bit`.
fn rank(mask: u64, bit: u64) -> u64 {
    u64::from((mask & bit.wrapping_sub(1)).count_ones())
}

/// Words of a part that keeps one word for each block, or none.
pub(super) const fn block_words(kind: Kind, mask: u64) -> u64 {
    match kind {
        Kind::Seed | Kind::Hole | Kind::Layers => 0,
        Kind::Words => mask.count_ones() as u64,
        Kind::Mixed => mask.count_ones() as u64 + MASKS,
    }
}

fn seeded(leaf: u32, seed: u64, bit: u64) -> Raw {
    let index = u64::from(leaf) * LEAF_BLOCKS + u64::from(bit.trailing_zeros());
    Raw::Pattern(stamp(seed, index))
}

/// One block's content as the slab keeps it.
#[derive(Clone, Copy)]
enum Raw {
    Hole,
    Pattern(u64),
    Bytes(u64),
}

/// Everything that records point to.
#[derive(Clone, Debug, Default)]
pub(super) struct Payloads {
    slabs: Slabs,
    bytes: ByteBlocks,
}

impl Payloads {
    pub(super) const fn slabs(&self) -> &Slabs {
        &self.slabs
    }

    /// What the byte blocks take, for the memory limit.
    pub(super) fn bytes_taken(&self) -> u64 {
        self.bytes.taken()
    }

    /// Bytes that users wrote and that are kept as such.
    pub(super) const fn byte_total(&self) -> u64 {
        self.bytes.total()
    }

    pub(super) fn insert_words(&mut self, words: &[u64]) -> u64 {
        self.slabs.insert(words)
    }

    /// One block that holds `word` as its pattern.
    pub(super) fn pattern(&mut self, bit: u64, word: u64) -> Part {
        Part {
            mask: bit,
            kind: Kind::Words,
            payload: self.slabs.insert(&[word]),
        }
    }

    /// One block that holds `bytes`.
    pub(super) fn bytes(&mut self, bit: u64, bytes: &[u8]) -> Part {
        let handle = self.bytes.insert(bytes);
        Part {
            mask: bit,
            kind: Kind::Mixed,
            payload: self.slabs.insert(&[0, bit, handle]),
        }
    }

    /// The blocks of `part` that are holes.
    pub(super) fn holes(&self, part: Part) -> u64 {
        match part.kind {
            Kind::Seed | Kind::Words => 0,
            Kind::Hole => part.mask,
            Kind::Mixed => self.slabs.get(part.payload),
            Kind::Layers => self.slabs.get(part.payload + 1),
        }
    }

    /// The blocks of `part` that take space.
    pub(super) fn written(&self, part: Part) -> u64 {
        part.mask & !self.holes(part)
    }

    /// The content of the block at `bit` of `leaf`, which `part` has.
    pub(super) fn content(&self, leaf: u32, part: Part, bit: u64) -> Content<'_> {
        match self.raw(leaf, part, bit) {
            Raw::Hole => Content::Hole,
            Raw::Pattern(word) => Content::Pattern(word),
            Raw::Bytes(handle) => Content::Bytes(self.bytes.get(handle)),
        }
    }

    fn raw(&self, leaf: u32, part: Part, bit: u64) -> Raw {
        match part.kind {
            Kind::Seed => seeded(leaf, part.payload, bit),
            Kind::Hole => Raw::Hole,
            Kind::Layers => match self.layer_of(part, bit) {
                Some(seed) => seeded(leaf, seed, bit),
                None => Raw::Hole,
            },
            Kind::Words => Raw::Pattern(self.slabs.get(part.payload + rank(part.mask, bit))),
            Kind::Mixed if self.slabs.get(part.payload) & bit != 0 => Raw::Hole,
            Kind::Mixed => {
                let word = self.slabs.get(part.payload + MASKS + rank(part.mask, bit));
                if self.slabs.get(part.payload + 1) & bit != 0 {
                    Raw::Bytes(word)
                } else {
                    Raw::Pattern(word)
                }
            }
        }
    }

    fn layer_of(&self, part: Part, bit: u64) -> Option<u64> {
        let layers =
            (0..self.slabs.get(part.payload)).map(|layer| part.payload + MASKS + 2 * layer);
        let mut layers = layers.filter(|&at| self.slabs.get(at) & bit != 0);
        layers.next().map(|at| self.slabs.get(at + 1))
    }

    /// `newer` over `older`, as one part. Both are used up.
    pub(super) fn combine(&mut self, leaf: u32, newer: Part, older: Part) -> Part {
        if older.mask & !newer.mask == 0 {
            self.release(older);
            return newer;
        }
        let mask = newer.mask | older.mask;
        if newer.kind == older.kind
            && newer.payload == older.payload
            && matches!(newer.kind, Kind::Seed | Kind::Hole)
        {
            return Part { mask, ..newer };
        }
        if older.kind == Kind::Words && newer.kind == Kind::Seed && mask == older.mask {
            return self.overwrite_words(leaf, newer, older);
        }
        let merged = match self.combine_layers(newer, older) {
            Some(merged) => merged,
            None => self.gather(leaf, newer, older),
        };
        self.release_bytes(older, newer.mask);
        self.release_slab(newer);
        self.release_slab(older);
        merged
    }

    fn overwrite_words(&mut self, leaf: u32, newer: Part, older: Part) -> Part {
        for bit in bits(newer.mask) {
            if let Raw::Pattern(word) = self.raw(leaf, newer, bit) {
                self.slabs.set(older.payload + rank(older.mask, bit), word);
            }
        }
        older
    }

    fn gather(&mut self, leaf: u32, newer: Part, older: Part) -> Part {
        let mask = newer.mask | older.mask;
        // Behind the place of the two masks, which go in front where they are needed.
        let mut words = [0; (LEAF_BLOCKS + MASKS) as usize];
        let (mut holes, mut byte_blocks) = (0, 0);
        for (word, bit) in words.iter_mut().skip(MASKS as usize).zip(bits(mask)) {
            let part = if newer.mask & bit != 0 { newer } else { older };
            *word = match self.raw(leaf, part, bit) {
                Raw::Hole => {
                    holes |= bit;
                    0
                }
                Raw::Pattern(word) => word,
                Raw::Bytes(handle) => {
                    byte_blocks |= bit;
                    handle
                }
            };
        }
        if holes == mask {
            return Part::hole(mask);
        }
        let end = MASKS as usize + mask.count_ones() as usize;
        let (kind, from) = if holes | byte_blocks == 0 {
            (Kind::Words, MASKS as usize)
        } else {
            let [first, second, ..] = &mut words;
            (*first, *second) = (holes, byte_blocks);
            (Kind::Mixed, 0)
        };
        let words = words.get(from..end).unwrap_or_default();
        let payload = self.slabs.insert(words);
        Part {
            mask,
            kind,
            payload,
        }
    }

    /// Gives back all that `part` points to.
    pub(super) fn release(&mut self, part: Part) {
        self.release_bytes(part, part.mask);
        self.release_slab(part);
    }

    fn release_bytes(&mut self, part: Part, mask: u64) {
        if part.kind != Kind::Mixed {
            return;
        }
        let byte_blocks = self.slabs.get(part.payload + 1);
        for bit in bits(byte_blocks & mask) {
            let handle = self.slabs.get(part.payload + MASKS + rank(part.mask, bit));
            self.bytes.remove(handle);
        }
    }

    fn release_slab(&mut self, part: Part) {
        let words = self.slab_words(part);
        if words != 0 {
            self.slabs.remove(part.payload, words);
        }
    }

    /// Words that `part` keeps in the slab.
    pub(super) fn slab_words(&self, part: Part) -> u64 {
        match part.kind {
            Kind::Layers => layer_words(self.slabs.get(part.payload)),
            kind => block_words(kind, part.mask),
        }
    }

    /// The most words that `newer` over `older` takes.
    pub(super) fn combined_words(&self, newer: Part, older: Part) -> u64 {
        let by_block = block_words(Kind::Mixed, newer.mask | older.mask);
        match (self.layer_count(newer), self.layer_count(older)) {
            (Some(new), Some(old)) => by_block.min(layer_words(new + old)),
            _ => by_block,
        }
    }

    /// Byte blocks of `part`, and their bytes.
    pub(super) fn byte_blocks(&self, part: Part) -> (u64, u64) {
        if part.kind != Kind::Mixed {
            return (0, 0);
        }
        let blocks = bits(self.slabs.get(part.payload + 1));
        blocks.fold((0, 0), |(count, total), bit| {
            let handle = self.slabs.get(part.payload + MASKS + rank(part.mask, bit));
            (count + 1, total + self.bytes.get(handle).len() as u64)
        })
    }

    /// Byte blocks in use.
    pub(super) fn byte_block_count(&self) -> u64 {
        self.bytes.in_use()
    }
}

#[cfg(test)]
impl Payloads {
    pub(super) fn damage_bytes(&mut self) {
        self.bytes.damage();
    }
}
