//! The floor: a plain array of words, written in place, without any history.

use crate::platform::ARRAY_BLOCKS;
use rplab_core::units::BlockRange;
use std::hint::black_box;

#[derive(Debug)]
pub(crate) struct Array(Vec<u64>);

impl Array {
    /// All its memory touched, so that the first measure pays for no new page.
    pub(crate) fn new() -> Self {
        Self(vec![1; ARRAY_BLOCKS])
    }

    pub(crate) fn write(&mut self, writes: &[BlockRange], seed: u64) {
        for range in writes {
            for block in range.first..=range.last {
                self.0[block as usize & (ARRAY_BLOCKS - 1)] = seed;
            }
        }
        black_box(&self.0[1]);
    }
}
