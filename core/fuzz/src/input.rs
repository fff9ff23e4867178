//! Inputs: bytes that stand for operations, and how one is made from others.

use crate::pair::Op;
use rplab_core::prng::Stream;

/// Bytes of an operation.
const STEP: usize = 8;
/// The most operations of an input.
const MOST: usize = 96;

/// Two bytes for the disk, then [`STEP`] for each operation. Any bytes are an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input(Vec<u8>);

impl Input {
    pub(crate) fn random(stream: &mut Stream) -> Self {
        let steps = 4 + stream.below(40) as usize;
        let bytes = (0..2 + steps * STEP).map(|_| stream.below(256) as u8);
        Self(bytes.collect())
    }

    /// The blocks of the disk, and whether it is written in full at first.
    pub(crate) fn disk(&self) -> (u64, bool) {
        let [size, full] = [0, 1].map(|at| self.0.get(at).copied().unwrap_or_default());
        let blocks = match size % 4 {
            0 => 1 + u64::from(size / 4),
            1 => 62 + u64::from(size / 16),
            2 => 100 + u64::from(size),
            // Enough leaves for pages of a table instead of a map.
            _ => 1_100 + u64::from(size) * 4,
        };
        (blocks, full % 2 == 1)
    }

    /// The bytes of each operation.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &[u8]> {
        self.0.get(2..).unwrap_or_default().chunks_exact(STEP)
    }

    /// The operations, each with a number that chooses among snapshots.
    pub(crate) fn operations(&self) -> Vec<(Op, u16)> {
        self.steps().map(operation).collect()
    }

    /// This input changed in a few places, or joined with `other`.
    pub(crate) fn changed(&self, other: &Self, stream: &mut Stream) -> Self {
        let mut bytes = self.0.clone();
        for _ in 0..1 + stream.below(4) {
            change(&mut bytes, &other.0, stream);
        }
        bytes.truncate(2 + MOST * STEP);
        Self(bytes)
    }

    /// This input without `count` operations from the one at `at` on; none where there are none.
    pub(crate) fn without(&self, at: usize, count: usize) -> Option<Self> {
        let start = 2 + at * STEP;
        let end = (start + count * STEP).min(self.0.len());
        let mut bytes = self.0.clone();
        (start < end).then(|| {
            bytes.drain(start..end);
            Self(bytes)
        })
    }

    /// As text, to be kept in a file.
    pub(crate) fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let digits = text.trim().as_bytes().chunks(2);
        let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.collect::<Option<_>>().map(Self)
    }
}

fn change(bytes: &mut Vec<u8>, other: &[u8], stream: &mut Stream) {
    let steps = bytes.len().saturating_sub(2) / STEP;
    let mut step = || 2 + stream.below(steps as u64 + 1) as usize * STEP;
    let (at, to) = (step(), step());
    let (from, until) = (at.min(to), at.max(to));
    match stream.below(8) {
        0 => {
            let new = (0..STEP).map(|_| stream.below(256) as u8);
            bytes.splice(at..at, new.collect::<Vec<_>>());
        }
        1 => drop(bytes.drain(from..until.min(from + 4 * STEP))),
        2 => {
            // Again, right behind.
            let again = bytes[from..until.min(from + 8 * STEP)].to_vec();
            bytes.splice(until..until, again);
        }
        3 => {
            // The other's operations from some place on.
            let steps = other.len().saturating_sub(2) / STEP;
            let start = 2 + stream.below(steps as u64 + 1) as usize * STEP;
            let tail = other.get(start..).unwrap_or_default();
            bytes.truncate(at);
            bytes.extend(tail);
        }
        4 => {
            let head = other.get(..2).unwrap_or_default();
            bytes.splice(..2, head.to_vec());
        }
        _ => {
            let at = stream.below(bytes.len() as u64) as usize;
            bytes[at] = match stream.below(3) {
                0 => bytes[at] ^ (1 << stream.below(8)),
                1 => bytes[at].wrapping_add(1),
                _ => stream.below(256) as u8,
            };
        }
    }
}

fn operation(step: &[u8]) -> (Op, u16) {
    let [kind, disk, a, b, c, d, seed, last] = *step else {
        return (Op::Settle, 0);
    };
    let at = u16::from_le_bytes([a, b]);
    let length = match d % 8 {
        0..4 => 1 + u16::from(c % 3),
        4..6 => 1 + u16::from(c % 80),
        6 => 60 + u16::from(c),
        _ => 500 + u16::from(c) * 5,
    };
    let seed = seed % 3;
    let op = match kind % 40 {
        0..10 => Op::Write {
            disk,
            at,
            length,
            seed,
        },
        10..13 => {
            let write = |n: u16| {
                (
                    at.wrapping_mul(n + 1).wrapping_add(n),
                    length,
                    (seed + n as u8) % 3,
                )
            };
            let writes = (0..u16::from(last % 8)).map(write).collect();
            Op::Batch { disk, writes }
        }
        13..16 => Op::Trim { disk, at, length },
        16..19 => Op::Bytes { disk, at, kind: c },
        19 => Op::Resize { disk, by: c % 130 },
        20..27 => Op::Snapshot { disk },
        27..31 => Op::Delete { snapshot: c },
        31 => Op::DeleteSet { members: at },
        32..34 => Op::Clone { snapshot: c },
        34 => Op::Drop { disk },
        35 => Op::Create {
            blocks: 1 + at % 300,
        },
        36..38 => Op::Diff { from: c, to: d },
        38 => Op::Refused { snapshot: c, disk },
        _ => Op::Settle,
    };
    (op, u16::from_le_bytes([last, kind]))
}
