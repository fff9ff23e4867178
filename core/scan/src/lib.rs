//! The inner loops of reading an inventory: a resource's JSON as a list of cells, and what tells two resources apart
//! but for what is each one's own. A crate of its own, because it is compiled for speed where the engine is compiled
//! for size.

mod shape;
mod tape;

pub use shape::{How, Shape, Words, alike};
pub use tape::{Doc, Extent, Kind, Tape, tag};
