//! What the parts of the page share: the VM, the disk, the point and the block that are looked at.

use super::cause::Cause;
use super::owners::Owners;
use super::points::Points;
use super::shown::{self, Lanes, Shown};
use super::slide::Slide;
use super::window::Scale;
use crate::session::Session;
use crate::turns::take_turns;
use leptos::prelude::*;
use rplab_core::api::{CollectionState, DiskState, RestorePointState, VirtualMachineState};
use rplab_core::ids::ResourceId;
use std::sync::Arc;

/// Lanes that stand in the page at once; with more points the map scrolls by itself, and shows 25 of them.
pub(super) const ROWS: usize = 40;
/// Lanes above those that are seen, and by how many at a time they change.
const AHEAD: usize = 7;
const STEP: usize = 5;
/// With more points the page follows a change in turns.
const FEW: usize = 24;
/// The height of a lane in the page, in pixels.
const ROW_PIXELS: usize = 25;

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
    pub(crate) points: Memo<Points>,
    /// The points that have a lane; none while they are found out.
    pub(crate) lanes: Memo<Option<Arc<Lanes>>>,
    /// The blocks of the disk in the points that stand in the page.
    pub(crate) map: Memo<Option<Arc<Shown>>>,
    /// What the map's columns stand for.
    pub(crate) scale: Memo<Scale>,
    /// The chosen point, or the newest one.
    pub(crate) chosen_id: Memo<Option<ResourceId>>,
    /// The lanes that stand in the page, of those of all collections.
    pub(crate) rows: Memo<std::ops::Range<usize>>,
    /// The first of them.
    first_row: RwSignal<usize>,
    /// The height of a lane in the page, in pixels: on a phone its name has a line of its own.
    pub(super) row_pixels: RwSignal<usize>,
    /// Which command is lit with what it made.
    pub(crate) cause: Cause,
    /// Who is which colour and letter.
    pub(crate) owners: Owners,
    /// A chosen point that is being deleted, and the one of the lane above, which is chosen when it is gone.
    pub(super) after_it: RwSignal<Option<(ResourceId, ResourceId)>>,
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
    pub(super) window: RwSignal<Option<(u64, u64)>>,
    wanted_disk: RwSignal<Option<ResourceId>>,
}

impl Bench {
    /// The bench of the VM that the reader follows.
    pub(crate) fn new(session: Session) -> Self {
        let wanted_disk = RwSignal::new(None::<ResourceId>);
        let window = RwSignal::new(None::<(u64, u64)>);
        let machine = Memo::new(move |_| {
            let id = session.machine_id()?;
            session.state.with(|state| {
                state
                    .virtual_machines
                    .iter()
                    .find(|machine| machine.id == id)
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
            let of = id();
            Points::new(&session.state.get(), |point| {
                Some(&point.virtual_machine) == of.as_ref()
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
        let first_row = RwSignal::new(0);
        let rows = Memo::new(move |_| match points.with(Points::len) > ROWS {
            true => first_row.get()..first_row.get() + ROWS,
            false => 0..usize::MAX,
        });
        let (lanes, map) = shown::follow(session, disk, points, rows, window);
        let scale = Memo::new(move |_| {
            map.with(|map| map.as_ref().map(|map| map.scale))
                .unwrap_or_default()
        });
        let point = RwSignal::new(None::<ResourceId>);
        let after_it = RwSignal::new(None::<(ResourceId, ResourceId)>);
        let chosen_id = Memo::new(move |_| {
            points.with(|points| {
                let wanted = point.get();
                let found = wanted.as_ref().and_then(|wanted| points.find(wanted));
                let beside = || {
                    after_it.with(|gone| {
                        let (gone, next) = gone.as_ref()?;
                        let next = (wanted.as_ref() == Some(gone)).then_some(next)?;
                        points.find(next)
                    })
                };
                let found = found.or_else(beside);
                let newest = || points.iter().max_by_key(|point| point.time_created);
                found.or_else(newest).map(|point| point.id.clone())
            })
        });
        let slide = Memo::new(move |before: Option<&Slide>| {
            let disk = disk.with(|disk| disk.as_ref().map(|disk| disk.id.clone()));
            let time = session.state.with(|state| state.time.unix_seconds());
            let moment = (time, session.log.with(Vec::len));
            points.with(|points| {
                // All of few lanes stand in the page.
                let few = points.len() <= ROWS;
                let few = few.then(|| map.get()).flatten();
                Slide::next(before, moment, disk, points, few.as_deref())
            })
        });
        // With many points much follows each change.
        take_turns(move || points.with(Points::len) > FEW);
        let picked = RwSignal::new(Vec::new());
        // A point that is gone is picked no more.
        Effect::new(move |_| {
            points.with(|points| {
                let gone = |id: &ResourceId| points.find(id).is_none();
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
            lanes,
            map,
            scale,
            chosen_id,
            rows,
            first_row,
            row_pixels: RwSignal::new(ROW_PIXELS),
            cause: Cause::new(session, points),
            owners: Owners::new(points),
            after_it,
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
        self.points.with(|points| points.find(&wanted).cloned())
    }

    /// The point of the lane above another one's, or below the first.
    pub(crate) fn beside(self, id: &ResourceId) -> Option<ResourceId> {
        self.points.with_untracked(|points| {
            let above = points.iter().take_while(|point| point.id != *id).last();
            let below = || points.iter().find(|point| point.id != *id);
            above.or_else(below).map(|point| point.id.clone())
        })
    }

    /// Whether there are more lanes than stand in the page at once.
    pub(crate) fn is_long(self) -> bool {
        self.points.with(Points::len) > ROWS
    }

    /// Notes how high a lane is, where that can be told.
    pub(crate) fn measured(self, pixels: i32) {
        let pixels = usize::try_from(pixels).unwrap_or(0);
        if pixels > 0 && pixels != self.row_pixels.get_untracked() {
            self.row_pixels.set(pixels);
        }
    }

    /// Notes how far the map is scrolled. Lanes change some at a time, not with each pixel.
    pub(crate) fn scrolled(self, pixels: i32) {
        let above = usize::try_from(pixels).unwrap_or(0) / self.row_pixels.get_untracked();
        let first = above.saturating_sub(AHEAD) / STEP * STEP;
        if self.first_row.get_untracked() != first {
            self.first_row.set(first);
        }
    }

    /// The id of the VM, as commands name it.
    pub(crate) fn machine_id(self) -> Option<String> {
        self.machine
            .with(|machine| machine.as_ref().map(|machine| machine.id.to_string()))
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

    /// Picks a point, or lets it go again.
    pub(crate) fn pick(self, id: &ResourceId) {
        self.picked
            .update(|picked| match picked.iter().position(|other| other == id) {
                Some(place) => drop(picked.remove(place)),
                None => picked.push(id.clone()),
            });
    }
}
