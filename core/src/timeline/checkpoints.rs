//! Copies of the state along a history, so that going back replays little.
//!
//! They are as far apart as work goes, not commands: what lies between two of them takes about the same time
//! whether it is a thousand commands or one that lets a week pass. When they take too much memory, some go:
//! those that leave the smallest gaps.

use crate::cloud::{Cloud, Event};
use crate::units::SimInstant;
use std::sync::Arc;

/// How much work lies between two checkpoints while there is memory for all, in writes of a leaf: some milliseconds.
const SPACING: u64 = 16_000;
/// About how many bytes they may take for themselves.
const MOST_BYTES: u64 = 512 << 20;
/// What a checkpoint takes beside the content of disks.
const CLOUD_BYTES: u64 = 1 << 16;

/// Where in a command a checkpoint stands, if the command was letting time pass.
#[derive(Clone, Debug)]
pub(super) struct Midway {
    /// The clock when the command began.
    pub(super) from: SimInstant,
    /// When it ends, where the command does nothing else but let time pass.
    pub(super) until: Option<SimInstant>,
    /// What happened so far; copies of the history share it.
    pub(super) events: Arc<Vec<Event>>,
}

/// The state after so many commands, or in the midst of the next one.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    pub(super) length: usize,
    pub(super) midway: Option<Midway>,
    pub(super) cloud: Arc<Cloud>,
    bytes: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    kept: Vec<Checkpoint>,
    spacing: u64,
    most_bytes: u64,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self::new(SPACING, MOST_BYTES)
    }
}

impl Checkpoints {
    /// None yet; so far apart, and taking so much.
    pub(super) const fn new(spacing: u64, most_bytes: u64) -> Self {
        Self {
            kept: Vec::new(),
            spacing,
            most_bytes,
        }
    }

    /// How much more work may be done before the next checkpoint.
    pub(super) fn left(&self, cloud: &Cloud) -> u64 {
        let last = self.kept.last().map_or(0, |last| last.cloud.work());
        self.spacing
            .saturating_sub(cloud.work().saturating_sub(last))
    }

    /// Keeps a copy of the state.
    pub(super) fn add(&mut self, length: usize, midway: Option<Midway>, cloud: &mut Cloud) {
        let (copy, bytes) = cloud.checkpoint();
        self.kept.push(Checkpoint {
            length,
            midway,
            cloud: Arc::new(copy),
            bytes: bytes + CLOUD_BYTES,
        });
        while self.kept.len() > 2 && self.bytes() > self.most_bytes {
            self.drop_one();
        }
    }

    fn bytes(&self) -> u64 {
        self.kept.iter().map(|kept| kept.bytes).sum()
    }

    /// Drops the one that leaves the smallest gap; never the last.
    fn drop_one(&mut self) {
        let work = |at: usize| self.kept.get(at).map_or(0, |kept| kept.cloud.work());
        let gap = |at: usize| work(at + 1).saturating_sub(at.checked_sub(1).map_or(0, work));
        if let Some(at) = (0..self.kept.len() - 1).min_by_key(|&at| gap(at)) {
            self.kept.remove(at);
        }
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> &[Checkpoint] {
        &self.kept
    }

    /// The last one.
    pub(super) fn last(&self) -> Option<&Checkpoint> {
        self.kept.last()
    }

    /// Forgets what came after the first `length` commands.
    pub(super) fn forget_after(&mut self, length: usize) {
        self.kept.retain(|kept| {
            kept.length < length || (kept.length == length && kept.midway.is_none())
        });
    }

    /// Those of a history that has the first `length` commands and then lets time pass until `time`.
    pub(super) fn until(&self, length: usize, time: SimInstant) -> Self {
        let before = |kept: &&Checkpoint| {
            kept.length < length || (kept.length == length && kept.cloud.now() <= time)
        };
        let mut kept: Vec<Checkpoint> = self.kept.iter().filter(before).cloned().collect();
        for midway in kept.iter_mut().filter(|kept| kept.length == length) {
            if let Some(midway) = &mut midway.midway {
                midway.until = Some(time);
            }
        }
        Self { kept, ..*self }
    }
}
