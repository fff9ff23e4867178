//! The links of a hot leaf: one for each record of its chain, oldest first.
//!
//! Copies of the store share all but the last few of them, in pieces that never change.

use super::payload::bits;
use super::record::{LEAF_BLOCKS, RecordId};
use std::sync::Arc;

/// Links of a piece.
const PIECE: usize = 16;

/// A record of the chain, with the blocks that it has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) mask: u64,
    pub(super) epoch: u32,
    pub(super) record: RecordId,
}

/// The birth epoch of each block's version, holes included; [`NEVER`] for blocks not written here.
pub(super) type Births = [u32; LEAF_BLOCKS as usize];
/// The birth of a block that was never written.
pub(super) const NEVER: u32 = u32::MAX;

/// Full pieces, and the births that all of them come to.
#[derive(Debug)]
struct Shared {
    pieces: Vec<Arc<[Link]>>,
    births: Births,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    /// What comes before `own`. A copy counts itself in at one place only: each place is a wait for memory.
    shared: Option<Arc<Shared>>,
    /// Empty only where there is no link at all.
    own: Vec<Link>,
}

impl Links {
    pub(super) fn with_capacity(links: usize) -> Self {
        Self {
            shared: None,
            own: Vec::with_capacity(links),
        }
    }

    fn pieces(&self) -> &[Arc<[Link]>] {
        self.shared.as_ref().map_or(&[], |shared| &shared.pieces)
    }

    /// How many links are shared.
    fn before_own(&self) -> usize {
        self.pieces().len() * PIECE
    }

    pub(super) fn len(&self) -> usize {
        self.before_own() + self.own.len()
    }

    /// The births that the links come to.
    pub(super) fn births(&self) -> Births {
        let mut births = self.shared.as_ref().map_or(NONE, |shared| shared.births);
        overwrite(&mut births, &self.own);
        births
    }

    /// Looks at what the births are made from, so that it is at hand.
    pub(super) fn touch(&self) -> u64 {
        let shared = self.shared.as_ref();
        shared.map_or(0, |shared| touch(&shared.births))
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    pub(super) fn push(&mut self, link: Link) {
        self.own.push(link);
    }

    pub(super) fn last(&self) -> Option<&Link> {
        self.own.last()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Link> {
        self.own.last_mut()
    }

    pub(super) fn epoch_at(&self, at: usize) -> Option<u32> {
        let link = match at.checked_sub(self.before_own()) {
            Some(at) => self.own.get(at),
            None => self.pieces().get(at / PIECE)?.get(at % PIECE),
        };
        link.map(|link| link.epoch)
    }

    /// How many links are of `epoch` or before.
    pub(super) fn position_after(&self, epoch: u32) -> usize {
        let before = |link: &Link| link.epoch <= epoch;
        if self.own.first().is_some_and(before) {
            return self.before_own() + self.own.partition_point(before);
        }
        let ended = |piece: &Arc<[Link]>| piece.last().is_some_and(before);
        let pieces = self.pieces().partition_point(ended);
        let within = self.pieces().get(pieces);
        pieces * PIECE + within.map_or(0, |piece| piece.partition_point(before))
    }

    /// The last of the first `end` links first.
    pub(super) fn newest_first(&self, end: usize) -> impl Iterator<Item = &Link> {
        let shared = self.before_own();
        let own = self.own.get(..end.saturating_sub(shared));
        let pieces = end.min(shared).div_ceil(PIECE);
        let pieces = self.pieces().get(..pieces).unwrap_or_default();
        let beyond = (pieces.len() * PIECE).saturating_sub(end);
        let pieces = pieces.iter().rev().flat_map(|piece| piece.iter().rev());
        let own = own.unwrap_or_default().iter().rev();
        own.chain(pieces.skip(beyond))
    }

    /// Takes out the last link.
    pub(super) fn pop(&mut self) {
        if self.own.len() < 2 {
            self.unshare();
        }
        self.own.pop();
    }

    /// Takes out the link at `at`, whose blocks go to the one before it. Gives the one after it.
    pub(super) fn merge(&mut self, at: usize) -> Option<RecordId> {
        self.unshare();
        let gone = self.own.remove(at);
        if self.own.capacity() > 4 * self.own.len() {
            self.own.shrink_to(2 * self.own.len());
        }
        if let Some(below) = at.checked_sub(1).and_then(|at| self.own.get_mut(at)) {
            below.mask |= gone.mask;
        }
        self.own.get(at).map(|link| link.record)
    }

    /// Makes what will hardly change any more fit to be shared.
    pub(super) fn share(&mut self) {
        let full = self.own.len().saturating_sub(1) / PIECE * PIECE;
        let Some(new) = self.own.get(..full).filter(|new| !new.is_empty()) else {
            return;
        };
        let mut births = self.shared.as_ref().map_or(NONE, |shared| shared.births);
        overwrite(&mut births, new);
        let new = new.chunks(PIECE).map(Arc::from);
        let pieces = self.pieces().iter().cloned().chain(new).collect();
        self.shared = Some(Arc::new(Shared { pieces, births }));
        self.own.drain(..full);
    }

    fn unshare(&mut self) {
        if let Some(shared) = self.shared.take() {
            let links = shared.pieces.len() * PIECE + self.own.len() + 1;
            let mut all: Vec<Link> = Vec::with_capacity(links);
            shared
                .pieces
                .iter()
                .for_each(|piece| all.extend_from_slice(piece));
            all.append(&mut self.own);
            self.own = all;
        }
    }
}

/// The births before any link.
pub(super) const NONE: Births = [NEVER; LEAF_BLOCKS as usize];

fn overwrite(births: &mut Births, links: &[Link]) {
    for link in links {
        for bit in bits(link.mask) {
            if let Some(birth) = births.get_mut(bit.trailing_zeros() as usize) {
                *birth = link.epoch;
            }
        }
    }
}

/// Looks at each line of memory.
pub(super) fn touch(births: &Births) -> u64 {
    let lines = births.iter().step_by(16);
    lines.fold(0, |seen, &birth| seen ^ u64::from(birth))
}

#[cfg(test)]
mod tests {
    use super::{Link, Links, PIECE};

    #[test]
    fn shared_or_not_the_links_are_the_same() {
        let link = |number: u32| Link {
            mask: u64::from(number).rotate_left(number),
            epoch: 3 * number,
            record: number,
        };
        let (mut plain, mut shared) = (Links::default(), Links::default());
        for step in 0..500_u32 {
            if step % 7 == 6 {
                let at = step as usize * 31 % plain.len();
                assert_eq!(plain.merge(at), shared.merge(at));
            } else if step % 11 == 10 {
                plain.pop();
                shared.pop();
            } else {
                plain.push(link(step));
                shared.push(link(step));
            }
            if step % 5 == 4 {
                shared.share();
            }
            assert_eq!(plain.len(), shared.len());
            assert_eq!(plain.births(), shared.births());
            let seen = |links: &Links, end| -> Vec<(u64, u32)> {
                let links = links.newest_first(end);
                links.map(|link| (link.mask, link.record)).collect()
            };
            for end in [0, 1, PIECE, PIECE + 1, plain.len() / 2, plain.len()] {
                let end = end.min(plain.len());
                assert_eq!(seen(&plain, end), seen(&shared, end));
                assert_eq!(seen(&plain, end).len(), end);
                let epoch = 3 * end as u32 + 1;
                assert_eq!(plain.position_after(epoch), shared.position_after(epoch));
                assert_eq!(plain.epoch_at(end), shared.epoch_at(end));
            }
        }
        shared.share();
        assert!(shared.pieces().len() > 5 && shared.own.len() <= PIECE);
    }
}
