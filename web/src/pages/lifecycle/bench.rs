//! What the parts of the page share: the VM, the disk, the point and the block that are looked at.

use super::owners::Owners;
use super::slide::Slide;
use crate::session::Session;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use rplab_core::api::{
    BlockHistory, BlockMap, CollectionState, DiskState, RestorePointState, VirtualMachineState,
};
use rplab_core::ids::ResourceId;
use std::sync::Arc;

/// Columns that a lane has at most.
const COLUMNS: u32 = 256;
/// Blocks that a lane shows at least, so that one is wide enough to be seen.
const FEWEST_BLOCKS: u64 = 32;
/// Lanes that stand in the page at once; with more points the map scrolls by itself.
const ROWS: usize = 60;
/// Points whose blocks are looked at in one go: a few milliseconds for a disk that is written to everywhere.
const AT_ONCE: usize = 16;

/// What is found out of a disk's blocks, and whether that is all.
type Found = (Arc<BlockHistory>, bool);

/// The height of a lane in the page, in pixels.
pub(super) const ROW_PIXELS: usize = 25;

/// The page's handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bench {
    /// The VM.
    pub(crate) machine: Memo<Option<VirtualMachineState>>,
    /// Its managed disks.
    pub(crate) disks: Memo<Vec<DiskState>>,
    /// The disk whose blocks are shown.
    pub(crate) disk: Memo<Option<DiskState>>,
    /// Its collections.
    pub(crate) collections: Memo<Vec<CollectionState>>,
    /// Its points, by collection and then by time.
    pub(crate) points: Memo<Vec<RestorePointState>>,
    /// The blocks of the disk in each point.
    pub(crate) map: Memo<Option<BlockMap>>,
    /// The points that have a lane, in the order of the lanes.
    pub(crate) lanes: Memo<Vec<ResourceId>>,
    /// The chosen point, or the newest one.
    pub(crate) chosen_id: Memo<Option<ResourceId>>,
    /// The first lane that stands in the page.
    first_row: RwSignal<usize>,
    /// Who is which colour and letter.
    pub(crate) owners: Owners,
    /// The chosen point.
    pub(crate) point: RwSignal<Option<ResourceId>>,
    /// The block under the cursor.
    pub(crate) block: RwSignal<u64>,
    /// The point and the block under the mouse, while it is over a lane.
    pub(crate) hover: RwSignal<Option<(ResourceId, u64)>>,
    /// What passed on when a point went.
    pub(crate) slide: Memo<Slide>,
    /// The points picked together.
    pub(crate) picked: RwSignal<Vec<ResourceId>>,
    /// The first block shown, and how many; `None` for the whole disk.
    window: RwSignal<Option<(u64, u64)>>,
    wanted_disk: RwSignal<Option<ResourceId>>,
}

impl Bench {
    /// The bench of the VM that the reader follows.
    pub(crate) fn new(session: Session) -> Self {
        let wanted_disk = RwSignal::new(None::<ResourceId>);
        let window = RwSignal::new(None::<(u64, u64)>);
        let machine = Memo::new(move |_| {
            let name = session.machine.get()?;
            session.state.with(|state| {
                state
                    .virtual_machines
                    .iter()
                    .find(|machine| machine.name == name)
                    .cloned()
            })
        });
        let id = move || machine.with(|machine| machine.as_ref().map(|machine| machine.id.clone()));
        let disks = Memo::new(move |_| {
            let attached = machine.with(|machine| {
                machine
                    .as_ref()
                    .map(|machine| machine.disks.clone())
                    .unwrap_or_default()
            });
            session.state.with(|state| {
                let of = |id: Option<ResourceId>| {
                    state
                        .disks
                        .iter()
                        .find(|disk| Some(&disk.id) == id.as_ref())
                        .cloned()
                };
                attached
                    .into_iter()
                    .filter_map(|disk| of(disk.id))
                    .collect::<Vec<_>>()
            })
        });
        let disk = Memo::new(move |_| {
            disks.with(|disks| {
                let wanted = wanted_disk.get();
                let found = disks.iter().find(|disk| Some(&disk.id) == wanted.as_ref());
                found.or_else(|| disks.first()).cloned()
            })
        });
        let points = Memo::new(move |_| {
            let id = id();
            session.state.with(|state| {
                state
                    .restore_points
                    .iter()
                    .filter(|point| Some(&point.virtual_machine) == id.as_ref())
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        let collections = Memo::new(move |_| {
            let id = id();
            session.state.with(|state| {
                state
                    .restore_point_collections
                    .iter()
                    .filter(|collection| Some(&collection.source) == id.as_ref())
                    .cloned()
                    .collect::<Vec<_>>()
            })
        });
        // What changed from point to point holds while the lab does; looking closer only reads it again. After a change
        // most of it still holds; what does not is found out some points at a time.
        let more = RwSignal::new(());
        let history = Memo::new_with_compare(
            move |before: Option<&Option<Found>>| {
                more.track();
                let disk = disk.get()?;
                let known = before.and_then(Option::as_ref);
                let known = known.map(|(found, _)| &**found);
                let id = disk.id.as_str();
                let found = session.read(|lab| lab.block_history_since(id, known, AT_ONCE));
                found.ok().map(|(found, all)| (Arc::new(found), all))
            },
            |_, _| true,
        );
        Effect::new(move |_| {
            if history.with(|found| matches!(found, Some((_, false)))) {
                Timeout::new(0, move || {
                    // The page may have been left.
                    let _ = more.try_set(());
                })
                .forget();
            }
        });
        let map = Memo::new(move |before: Option<&Option<BlockMap>>| {
            let (history, all) = history.get()?;
            let (first, count) = window.get().unwrap_or((0, u64::MAX));
            if !all {
                // The map of before stands until the new one is whole.
                let same = disk.with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
                let before = before.and_then(Option::as_ref);
                return before
                    .filter(|map| Some(&map.disk) == same.as_ref())
                    .cloned();
            }
            let last = first.saturating_add(count - 1);
            untrack(|| session.read(|lab| lab.block_map_of(&history, first, last, COLUMNS))).ok()
        });
        let lanes = Memo::new(move |_| {
            map.with(|map| {
                let lanes = map.iter().flat_map(|map| &map.lanes);
                lanes
                    .map(|lane| lane.restore_point.clone())
                    .collect::<Vec<_>>()
            })
        });
        let point = RwSignal::new(None::<ResourceId>);
        let chosen_id = Memo::new(move |_| {
            points.with(|points| {
                let wanted = point.get();
                let found = points.iter().find(|own| Some(&own.id) == wanted.as_ref());
                let newest = || points.iter().max_by_key(|point| point.time_created);
                found.or_else(newest).map(|point| point.id.clone())
            })
        });
        let slide = Memo::new(move |before: Option<&Slide>| {
            let disk = disk.with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
            let time = session.state.with(|state| state.time.unix_seconds());
            let moment = (time, session.log.with(Vec::len));
            points.with(|points| {
                map.with(|map| {
                    let few = map.as_ref().filter(|_| points.len() <= ROWS);
                    Slide::next(before, moment, disk, points, few)
                })
            })
        });
        let picked = RwSignal::new(Vec::new());
        // A point that is gone is picked no more.
        Effect::new(move |_| {
            points.with(|points| {
                let gone = |id: &ResourceId| !points.iter().any(|point| point.id == *id);
                if picked.with_untracked(|picked| picked.iter().any(gone)) {
                    picked.update(|picked| picked.retain(|id| !gone(id)));
                }
            });
        });
        Self {
            machine,
            disks,
            disk,
            collections,
            points,
            map,
            lanes,
            chosen_id,
            first_row: RwSignal::new(0),
            owners: Owners::new(points),
            point,
            block: RwSignal::new(0),
            hover: RwSignal::new(None),
            slide,
            picked,
            window,
            wanted_disk,
        }
    }

    /// The bench of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Looks at another VM: at all of its first disk.
    pub(crate) fn anew(self) {
        self.window.set(None);
        self.hover.set(None);
        self.block.set(0);
        self.first_row.set(0);
    }

    /// Looks at another disk.
    pub(crate) fn show_disk(self, id: ResourceId) {
        self.wanted_disk.set(Some(id));
        self.window.set(None);
        self.hover.set(None);
        self.block.set(0);
    }

    /// The chosen point, or the newest one.
    pub(crate) fn chosen(self) -> Option<RestorePointState> {
        let wanted = self.chosen_id.get()?;
        self.points
            .with(|points| points.iter().find(|point| point.id == wanted).cloned())
    }

    /// Whether there are more lanes than stand in the page at once.
    pub(crate) fn is_long(self) -> bool {
        self.points.with(Vec::len) > ROWS
    }

    /// The lanes that stand in the page, of those of all collections.
    pub(crate) fn rows(self) -> std::ops::Range<usize> {
        if self.is_long() {
            let first = self.first_row.get();
            first..first + ROWS
        } else {
            0..usize::MAX
        }
    }

    /// Notes how far the map is scrolled. Lanes change some at a time, not with each pixel.
    pub(crate) fn scrolled(self, pixels: i32) {
        let above = usize::try_from(pixels).unwrap_or(0) / ROW_PIXELS;
        let first = above.saturating_sub(ROWS / 3) / 10 * 10;
        if self.first_row.get_untracked() != first {
            self.first_row.set(first);
        }
    }

    /// The id of the VM, as commands name it.
    pub(crate) fn machine_id(self) -> Option<String> {
        self.machine
            .with(|machine| machine.as_ref().map(|machine| machine.id.to_string()))
    }

    /// The first block shown, how many there are in a column, how many columns, and how many blocks the disk has.
    pub(crate) fn scale(self) -> (u64, u64, u64, u64) {
        self.map.with(|map| {
            map.as_ref().map_or((0, 1, 1, 1), |map| {
                let columns = map
                    .lanes
                    .first()
                    .map_or(1, |lane| lane.columns.len().max(1));
                let columns = u64::try_from(columns).unwrap_or(1);
                (
                    map.first_block,
                    map.blocks_per_column.max(1),
                    columns,
                    map.blocks.max(1),
                )
            })
        })
    }

    /// So many columns as a part of all of them, for a style.
    pub(crate) fn share(self, of: u64) -> String {
        let (_, _, columns, _) = self.scale();
        let parts = of * 10_000 / columns;
        format!("{}.{:02}%", parts / 100, parts % 100)
    }

    /// The column that is looked at.
    pub(crate) fn column(self) -> u64 {
        let (first, width, columns, _) = self.scale();
        (self.looked_at().saturating_sub(first) / width).min(columns - 1)
    }

    /// The block that is looked at: the one under the mouse, or else the one under the cursor.
    pub(crate) fn looked_at(self) -> u64 {
        let under = self
            .hover
            .with(|hover| hover.as_ref().map(|(_, block)| *block));
        under.unwrap_or_else(|| self.block.get())
    }

    /// The point that is looked at: the one under the mouse, or else the chosen one.
    pub(crate) fn looked_in(self) -> Option<ResourceId> {
        let under = self
            .hover
            .with(|hover| hover.as_ref().map(|(point, _)| point.clone()));
        under.or_else(|| self.chosen_id.get())
    }

    /// Moves the cursor by columns; at the edge what is shown moves with it.
    pub(crate) fn step(self, columns: i64) {
        let (_, width, _, blocks) = untrack(|| self.scale());
        let way = columns.unsigned_abs().saturating_mul(width);
        let here = self.block.get_untracked();
        let there = if columns < 0 {
            here.saturating_sub(way)
        } else {
            here.saturating_add(way)
        };
        self.go(there.min(blocks - 1));
    }

    /// Puts the cursor on a block, and shows the part of the disk that it is in.
    pub(crate) fn go(self, block: u64) {
        let (_, _, _, blocks) = untrack(|| self.scale());
        let block = block.min(blocks - 1);
        self.block.set(block);
        if let Some((first, count)) = self.window.get_untracked() {
            if block < first {
                self.window.set(Some((block, count)));
            } else if block >= first.saturating_add(count) {
                self.window
                    .set(Some(((block + 1).saturating_sub(count), count)));
            }
        }
    }

    /// Looks twice as close, or from twice as far, at the block under the cursor.
    pub(crate) fn zoom(self, closer: bool) {
        let (_, _, _, blocks) = untrack(|| self.scale());
        let (first, count) = self.window.get_untracked().unwrap_or((0, blocks));
        let new = if closer {
            (count / 2).max(FEWEST_BLOCKS)
        } else {
            count.saturating_mul(2)
        };
        if new >= blocks {
            self.window.set(None);
            return;
        }
        let block = self.block.get_untracked();
        // The block stays where it is on the screen.
        let before =
            u128::from(block.saturating_sub(first)) * u128::from(new) / u128::from(count.max(1));
        let start = block.saturating_sub(u64::try_from(before).unwrap_or(0));
        self.window.set(Some((start.min(blocks - new), new)));
    }

    /// Shows the whole disk.
    pub(crate) fn whole(self) {
        self.window.set(None);
    }

    /// Whether the whole disk is shown.
    pub(crate) fn is_whole(self) -> bool {
        self.window.with(Option::is_none)
    }

    /// Picks a point, or lets it go again.
    pub(crate) fn pick(self, id: &ResourceId) {
        self.picked
            .update(|picked| match picked.iter().position(|other| other == id) {
                Some(place) => drop(picked.remove(place)),
                None => picked.push(id.clone()),
            });
    }
}
