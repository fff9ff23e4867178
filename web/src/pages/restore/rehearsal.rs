//! What the parts of the page share: the point to restore from, and the restored resource to prove.

use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{DiskState, RestorePointState, VirtualMachineState};
use rplab_core::ids::ResourceId;
use rplab_core::model::ProvisioningState;
use rplab_core::order;

/// Whether a point can be restored from by now.
fn is_usable(point: &RestorePointState) -> bool {
    let copy = point.replication.as_ref();
    point.provisioning_state == ProvisioningState::Succeeded
        && copy.is_none_or(|copy| copy.completed.is_some())
}

/// The page's handles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rehearsal {
    /// Points of the VM, oldest first.
    pub(crate) points: Memo<Vec<RestorePointState>>,
    /// VMs that were made from them.
    pub(crate) machines: Memo<Vec<VirtualMachineState>>,
    /// Disks that were made from them, those of restored VMs too.
    pub(crate) disks: Memo<Vec<DiskState>>,
    /// The point that was chosen.
    pub(crate) chosen: RwSignal<Option<ResourceId>>,
    /// The restored VM or disk that was chosen.
    pub(crate) subject: RwSignal<Option<ResourceId>>,
    /// Whether something was restored just now whose proof has not been shown yet.
    pub(super) awaited: RwSignal<bool>,
}

impl Rehearsal {
    /// Follows the VM that the reader follows.
    pub(crate) fn new(session: Session) -> Self {
        let points = Memo::new(move |_| {
            let is_followed = session.is_followed();
            session.state.with(|state| {
                let mine = |point: &&RestorePointState| is_followed(&point.virtual_machine);
                let points = state.restore_points.iter().filter(mine).cloned();
                order::by(points.collect(), |point| {
                    u64::try_from(point.time_created.unix_seconds()).unwrap_or_default()
                })
            })
        });
        let from_here = move |id: &Option<ResourceId>, disks: bool| {
            let Some(id) = id else { return false };
            points.with(|points| {
                points.iter().any(|point| {
                    if disks {
                        point.disks.iter().any(|disk| disk.id == *id)
                    } else {
                        point.id == *id
                    }
                })
            })
        };
        Self {
            points,
            machines: Memo::new(move |_| {
                session.state.with(|state| {
                    state
                        .virtual_machines
                        .iter()
                        .filter(|machine| from_here(&machine.restored_from, false))
                        .cloned()
                        .collect()
                })
            }),
            disks: Memo::new(move |_| {
                session.state.with(|state| {
                    state
                        .disks
                        .iter()
                        .filter(|disk| from_here(&disk.restored_from, true))
                        .cloned()
                        .collect()
                })
            }),
            chosen: RwSignal::new(None),
            subject: RwSignal::new(None),
            awaited: RwSignal::new(false),
        }
    }

    /// The rehearsal of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Something was restored: its proof is what the reader wants to see.
    pub(super) fn made(self, id: Option<ResourceId>) {
        self.awaited.set(true);
        self.subject.set(id);
    }

    /// The chosen point, or the newest one that can be restored from, or the newest.
    pub(crate) fn point(self) -> Option<RestorePointState> {
        let wanted = self.chosen.get();
        self.points.with(|points| {
            points
                .iter()
                .find(|point| Some(&point.id) == wanted.as_ref())
                .or_else(|| points.iter().rfind(|point| is_usable(point)))
                .or_else(|| points.last())
                .cloned()
        })
    }

    /// Why the newest point is not the one that the page begins with.
    pub(super) fn passed_over(self) -> Option<String> {
        let wanted = self.chosen.get();
        self.points.with(|points| {
            let is_chosen = |point: &RestorePointState| Some(&point.id) == wanted.as_ref();
            let newest = points.last().filter(|point| !is_usable(point))?;
            if points.iter().any(is_chosen) || !points.iter().any(is_usable) {
                return None;
            }
            let why = match newest.provisioning_state {
                ProvisioningState::Failed => "it failed",
                ProvisioningState::Creating => "it is still being created",
                ProvisioningState::Deleting => "it is being deleted",
                _ => "it is still being copied",
            };
            Some(format!("{} is newer, but {why}.", newest.name))
        })
    }

    /// The chosen restored resource, or the one that was made last.
    pub(crate) fn restored(self) -> Option<ResourceId> {
        let wanted = self.subject.get();
        let machine = self.machines.with(|machines| {
            machines
                .iter()
                .map(|machine| machine.id.clone())
                .find(|id| Some(id) == wanted.as_ref())
        });
        let disk = self.disks.with(|disks| {
            disks
                .iter()
                .map(|disk| disk.id.clone())
                .find(|id| Some(id) == wanted.as_ref())
        });
        machine
            .or(disk)
            .or_else(|| {
                self.machines
                    .with(|machines| machines.last().map(|machine| machine.id.clone()))
            })
            .or_else(|| {
                self.disks
                    .with(|disks| disks.last().map(|disk| disk.id.clone()))
            })
    }
}
