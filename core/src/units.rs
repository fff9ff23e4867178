//! Units as types: blocks, bytes, instants and durations.
//!
//! Everything here is a fixed-width integer, so that what is stored and digested is the same on
//! every machine.

mod blocks;
mod bytes;
mod calendar;
mod date;
mod time;

pub use blocks::{BlockIndex, BlockRange, BlockSize, BlockSizeError};
pub use bytes::{ByteCount, GIB, MIB};
pub use date::{Date, TimeOfDay, UtcOffset, Weekday};
pub use time::{ParseTimeError, SimDuration, SimInstant};
