//! Parts of few seeds: the blocks of each seed as a mask, instead of a word for every block.
//!
//! This is what a run with a few later single writes comes to, or two runs merged by a deletion.

use super::payload::{MASKS, Payloads, block_words};
use super::record::{Kind, Part};
use super::slab::CLASS_WORDS;

/// Words of a part with `count` seeds.
pub(super) const fn layer_words(count: u64) -> u64 {
    MASKS + 2 * count
}

/// The words that a slab of `words` really takes; more than any slab has where there is none.
fn rounded(words: u64) -> u64 {
    let class = CLASS_WORDS.iter().find(|&&size| size >= words);
    class.copied().unwrap_or(u64::MAX)
}

impl Payloads {
    /// How many seeds `part` has, if it is made of seeds and holes only.
    pub(super) fn layer_count(&self, part: Part) -> Option<u64> {
        match part.kind {
            Kind::Seed => Some(1),
            Kind::Hole => Some(0),
            Kind::Layers => Some(self.slabs().get(part.payload)),
            Kind::Words | Kind::Mixed => None,
        }
    }

    /// The seeds of `part` with their blocks.
    fn layers(&self, part: Part) -> impl Iterator<Item = (u64, u64)> {
        let seed = (part.kind == Kind::Seed).then_some((part.mask, part.payload));
        let count = if part.kind == Kind::Layers {
            self.slabs().get(part.payload)
        } else {
            0
        };
        let listed = (0..count).map(move |layer| part.payload + MASKS + 2 * layer);
        seed.into_iter()
            .chain(listed.map(|at| (self.slabs().get(at), self.slabs().get(at + 1))))
    }

    /// [`Self::combine_layers`] of two different seeds, the usual case, without lists.
    fn combine_two(&mut self, newer: Part, older: Part) -> Option<Option<Part>> {
        if newer.kind != Kind::Seed || older.kind != Kind::Seed || newer.payload == older.payload {
            return None;
        }
        let mask = newer.mask | older.mask;
        let kept = older.mask & !newer.mask;
        if kept == 0 {
            return None;
        }
        if rounded(layer_words(2)) > rounded(block_words(Kind::Words, mask)) {
            return Some(None);
        }
        let slab = [2, 0, newer.mask, newer.payload, kept, older.payload];
        Some(Some(Part {
            mask,
            kind: Kind::Layers,
            payload: self.insert_words(&slab),
        }))
    }

    /// `newer` over `older` as layers; none where a word for each block is smaller, or where there
    /// is more than seeds and holes.
    pub(super) fn combine_layers(&mut self, newer: Part, older: Part) -> Option<Part> {
        self.layer_count(newer)?;
        self.layer_count(older)?;
        let kept = !newer.mask;
        let mask = newer.mask | older.mask;
        let holes = self.holes(newer) | (self.holes(older) & kept);
        if let Some(two) = self.combine_two(newer, older) {
            return two;
        }
        let mut layers: Vec<(u64, u64)> = self.layers(newer).collect();
        for (blocks, seed) in self.layers(older) {
            let blocks = blocks & kept;
            match layers.iter_mut().find(|(_, known)| *known == seed) {
                Some((known, _)) => *known |= blocks,
                None if blocks != 0 => layers.push((blocks, seed)),
                None => {}
            }
        }
        match layers.as_slice() {
            [] => return Some(Part::hole(mask)),
            &[(_, seed)] if holes == 0 => return Some(Part::seed(mask, seed)),
            _ => {}
        }
        let words = layer_words(layers.len() as u64);
        let kind = if holes == 0 { Kind::Words } else { Kind::Mixed };
        if rounded(words) > rounded(block_words(kind, mask)) {
            return None;
        }
        let mut slab = vec![layers.len() as u64, holes];
        slab.extend(layers.iter().flat_map(|&(blocks, seed)| [blocks, seed]));
        Some(Part {
            mask,
            kind: Kind::Layers,
            payload: self.insert_words(&slab),
        })
    }
}
