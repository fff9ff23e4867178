//! What the map shows: of the disk's history the part that is looked at, and of that the lanes that stand in the page.

use super::points::Points;
use super::window::{COLUMNS, Scale};
use crate::session::Session;
use crate::turns::all_in_turns;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{BlockHistory, BlockLane, BlockMap, DiskState, Lab};
use rplab_core::ids::ResourceId;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Points whose blocks are looked at in one go: a few milliseconds for a disk that is written to everywhere.
const AT_ONCE: usize = 16;

/// The points that have a lane.
#[derive(Debug)]
pub(crate) struct Lanes {
    history: Arc<BlockHistory>,
    /// In the order of the lanes.
    ids: Vec<ResourceId>,
    places: BTreeMap<ResourceId, usize>,
}

impl Lanes {
    fn new(history: &Arc<BlockHistory>) -> Self {
        let ids: Vec<ResourceId> = history.points().cloned().collect();
        let places = ids.iter().cloned().zip(0..).collect();
        Self {
            history: Arc::clone(history),
            ids,
            places,
        }
    }

    /// The points, in the order of the lanes.
    pub(crate) fn ids(&self) -> &[ResourceId] {
        &self.ids
    }

    /// The lanes that these points have, and those between them.
    fn around<'a>(&self, points: impl Iterator<Item = &'a ResourceId>) -> Range<usize> {
        let places = points.filter_map(|point| self.places.get(point).copied());
        let found = places.fold(None, |found: Option<(usize, usize)>, place| {
            let (first, last) = found.unwrap_or((place, place));
            Some((first.min(place), last.max(place)))
        });
        found.map_or(0..0, |(first, last)| first..last + 1)
    }
}

/// A map with the lanes that stand in the page.
#[derive(Debug)]
pub(crate) struct Shown {
    /// All lanes that there are.
    pub(crate) lanes: Arc<Lanes>,
    /// What the columns stand for.
    pub(crate) scale: Scale,
    /// The part of the disk: first and last block.
    part: (u64, u64),
    /// The place of the first lane of `map` among all.
    from: usize,
    /// The map, with the lanes of the page alone.
    pub(crate) map: BlockMap,
}

impl Shown {
    /// Whether a point has a lane, in the page or not.
    pub(crate) fn has(&self, point: &ResourceId) -> bool {
        self.lanes.places.contains_key(point)
    }

    /// The lane of a point; none where it is not in the page, or has none.
    pub(crate) fn lane(&self, point: &ResourceId) -> Option<&BlockLane> {
        let place = *self.lanes.places.get(point)?;
        self.map.lanes.get(place.checked_sub(self.from)?)
    }

    /// The same part of the disk with all lanes.
    pub(super) fn whole(&self, session: Session) -> Option<BlockMap> {
        let (first, last) = self.part;
        let history = &self.lanes.history;
        let read = session.read(|lab| lab.block_map_of(history, first, last, COLUMNS));
        read.ok()
    }
}

/// What changes with the lab and with what is looked at.
type Followed<T> = Memo<Option<Arc<T>>>;

/// Follows the lab, the disk, the part of it that is looked at and the lanes in the page.
pub(super) fn follow(
    session: Session,
    disk: Memo<Option<DiskState>>,
    points: Memo<Points>,
    rows: Memo<Range<usize>>,
    window: RwSignal<Option<(u64, u64)>>,
) -> (Followed<Lanes>, Followed<Shown>) {
    let found = find(session, disk);
    // Not found out anew for another part of the disk.
    let lanes = Memo::new_with_compare(
        move |_| {
            found.with(|found| {
                let found = found.as_ref().filter(|found| found.all)?;
                Some(Arc::new(Lanes::new(&found.history)))
            })
        },
        |_, _| true,
    );
    let map = Memo::new_with_compare(
        move |before: Option<&Option<Arc<Shown>>>| {
            let id = disk.with(|disk| disk.as_ref().map(|disk| disk.id.clone()))?;
            let Some(lanes) = lanes.get() else {
                // The map of before stands until the new one is whole.
                let before = before.and_then(Option::as_ref);
                return before.filter(|before| before.map.disk == id).cloned();
            };
            let (first, count) = window.get().unwrap_or((0, u64::MAX));
            let mut part = (first, first.saturating_add(count - 1));
            let range = rows.with(|rows| {
                points.with(|points| {
                    let shown = points.iter().skip(rows.start).take(rows.len());
                    lanes.around(shown.map(|point| &point.id))
                })
            });
            let from = range.start;
            let read = |(first, last)| {
                let of = |lab: &Lab| {
                    lab.block_lanes_of(&lanes.history, range.clone(), first, last, COLUMNS)
                };
                untrack(|| session.read(of))
            };
            // The disk may have become smaller than the part that was looked at, by an undo.
            let map = read(part).or_else(|_| {
                part = (0, u64::MAX);
                read(part)
            });
            let map = map.ok()?;
            let (first, last) = part;
            let shown = last.min(map.blocks.saturating_sub(1)).saturating_sub(first) + 1;
            let width = map.blocks_per_column.max(1);
            let scale = Scale {
                first,
                width,
                columns: shown.div_ceil(width),
                blocks: map.blocks.max(1),
                block_size: map.block_size_bytes,
            };
            Some(Arc::new(Shown {
                lanes,
                scale,
                part,
                from,
                map,
            }))
        },
        |_, _| true,
    );
    (lanes, map)
}

/// What is found out of a disk's blocks.
#[derive(Clone)]
struct Found {
    history: Arc<BlockHistory>,
    /// Whether that is all.
    all: bool,
    /// What was known of the moments before: of the last one that was shown, and of the present.
    known: [Option<Arc<BlockHistory>>; 2],
}

impl Found {
    /// What holds of the moments before holds of others too; most of it does.
    fn anew(before: Option<&Self>, session: Session, disk: &str) -> Option<Self> {
        let [mut last, mut present] = before.map(|found| found.known.clone()).unwrap_or_default();
        let part = before.map(|found| Arc::clone(&found.history));
        let read = session.read(|lab| {
            let known = [&part, &last, &present].into_iter().flatten();
            let known: Vec<&BlockHistory> = known.map(|known| &**known).collect();
            lab.block_history_since(disk, &known, AT_ONCE)
        });
        let (history, all) = read.ok()?;
        let history = Arc::new(history);
        if all {
            last = Some(Arc::clone(&history));
            if session.cursor.with_untracked(Option::is_none) {
                present.clone_from(&last);
            }
        }
        Some(Self {
            history,
            all,
            known: [last, present],
        })
    }
}

/// What changed from point to point holds while the lab does; looking closer only reads it again. After a change most of
/// it still holds; what does not is found out some points at a time.
fn find(session: Session, disk: Memo<Option<DiskState>>) -> Memo<Option<Found>> {
    let more = RwSignal::new(());
    let found = Memo::new_with_compare(
        move |before: Option<&Option<Found>>| {
            more.track();
            let disk = disk.get()?;
            Found::anew(before.and_then(Option::as_ref), session, disk.id.as_str())
        },
        |_, _| true,
    );
    Effect::new(move |_| {
        if found.with(|found| found.as_ref().is_some_and(|found| !found.all)) {
            Timeout::new(0, move || {
                // All that stands of the map follows, in turns. The page may have been left.
                all_in_turns(|| {
                    let _ = more.try_set(());
                });
            })
            .forget();
        }
    });
    found
}
