//! What the parts of the page share: the VM, the disk, the point and the block that are looked at.

use super::owners::Owners;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{
    BlockMap, CollectionState, DiskState, RestorePointState, VirtualMachineState,
};
use rplab_core::ids::ResourceId;

/// Columns that a lane has at most.
const COLUMNS: u32 = 256;

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
    /// Who is which colour and letter.
    pub(crate) owners: Owners,
    /// The chosen point.
    pub(crate) point: RwSignal<Option<ResourceId>>,
    /// The chosen column.
    pub(crate) column: RwSignal<u32>,
    wanted_disk: RwSignal<Option<ResourceId>>,
}

impl Bench {
    /// The bench of the VM that the reader follows.
    pub(crate) fn new(session: Session) -> Self {
        let wanted_disk = RwSignal::new(None::<ResourceId>);
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
        let map = Memo::new(move |_| {
            let disk = disk.get()?;
            session
                .read(|lab| lab.block_map(disk.id.as_str(), COLUMNS))
                .ok()
        });
        Self {
            machine,
            disks,
            disk,
            collections,
            points,
            map,
            owners: Owners::new(points),
            point: RwSignal::new(None),
            column: RwSignal::new(0),
            wanted_disk,
        }
    }

    /// The bench of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Looks at another disk.
    pub(crate) fn show_disk(self, id: ResourceId) {
        self.wanted_disk.set(Some(id));
        self.column.set(0);
    }

    /// The chosen point, or the newest one.
    pub(crate) fn chosen(self) -> Option<RestorePointState> {
        let wanted = self.point.get();
        self.points.with(|points| {
            let found = points
                .iter()
                .find(|point| Some(&point.id) == wanted.as_ref());
            found
                .or_else(|| points.iter().max_by_key(|point| point.time_created))
                .cloned()
        })
    }

    /// The id of the VM, as commands name it.
    pub(crate) fn machine_id(self) -> Option<String> {
        self.machine
            .with(|machine| machine.as_ref().map(|machine| machine.id.to_string()))
    }
}
