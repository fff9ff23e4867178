//! Who wrote a block, and who keeps each of its versions.

use super::family::Family;
use super::read::View;
use super::record::{LEAF_BLOCKS, NIL};
use super::{SnapshotId, Store, StoreError, VolumeId, check_range};
use crate::units::{BlockIndex, BlockRange};
use serde::Serialize;

/// Whether a version takes space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum VersionKind {
    /// Content; one block of space.
    Written,
    /// A hole; no space.
    Hole,
}

/// One version of a block and who keeps it. It is gone once every snapshot named is deleted, the
/// live disk has overwritten it and no clone needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockVersion {
    /// Whether it takes space.
    pub kind: VersionKind,
    /// It was written after this snapshot, the newest retained one that has an older version or
    /// none; and, if `snapshots` is not empty, before the first of those.
    pub after: Option<SnapshotId>,
    /// The retained snapshots that hold it, oldest first.
    pub snapshots: Vec<SnapshotId>,
    /// Whether the live disk reads it.
    pub live: bool,
    /// Whether a clone of a deleted snapshot needs it.
    pub held_for_clones: bool,
    /// Whether it was written before the disk was cloned, on the disk it was cloned from.
    pub from_base: bool,
}

/// A version, by the positions of the points that hold it: from `birth` up to `death`, without it.
struct Span {
    kind: VersionKind,
    birth: usize,
    death: usize,
    live: bool,
    from_base: bool,
}

impl Store {
    /// Every version of a block that is kept, oldest first.
    ///
    /// # Errors
    /// The disk is unknown, or the block is not on it.
    pub fn block_versions(
        &self,
        volume: VolumeId,
        index: BlockIndex,
    ) -> Result<Vec<BlockVersion>, StoreError> {
        let family = self.family(volume)?;
        check_range(
            BlockRange {
                first: index,
                last: index,
            },
            family.blocks,
        )?;
        let (leaf, bit) = ((index / LEAF_BLOCKS) as u32, 1 << (index % LEAF_BLOCKS));
        let mut versions = Vec::new();
        // The end of time is one position behind the live disk, if there is one.
        let now = family.points.len();
        let mut death = now;
        let mut live = family.head.is_some();
        let mut id = family.newest(leaf);
        while id != NIL {
            let record = &self.pool.records[id];
            if record.mask() & bit != 0 {
                let birth = family.position_of(record.epoch());
                if birth == death && !live {
                    // Overwritten in the same interval; the two records wait to be merged.
                    id = record.older;
                    continue;
                }
                let written = self.pool.payloads.written(record.part()) & bit != 0;
                let kind = if written {
                    VersionKind::Written
                } else {
                    VersionKind::Hole
                };
                versions.push(family.version(&Span {
                    kind,
                    birth,
                    death,
                    live,
                    from_base: false,
                }));
                (death, live) = (birth, false);
            }
            id = record.older;
        }
        let in_base = family.base.is_some_and(|base| {
            (death > 0 || live) && self.written_mask(View::of_base(base), leaf, bit) != 0
        });
        if in_base {
            let kind = VersionKind::Written;
            versions.push(family.version(&Span {
                kind,
                birth: 0,
                death,
                live,
                from_base: true,
            }));
        }
        versions.reverse();
        Ok(versions)
    }
}

impl Family {
    fn version(&self, span: &Span) -> BlockVersion {
        let held = self.points.get(span.birth..span.death).unwrap_or_default();
        let earlier = self.points.get(..span.birth).unwrap_or_default();
        BlockVersion {
            kind: span.kind,
            after: earlier
                .iter()
                .rfind(|point| point.retained)
                .map(|point| point.snapshot),
            snapshots: held
                .iter()
                .filter(|p| p.retained)
                .map(|p| p.snapshot)
                .collect(),
            live: span.live,
            held_for_clones: held.iter().any(|point| !point.retained),
            from_base: span.from_base,
        }
    }
}
