//! The restore points, and how many of them are retained for each VM.

use super::RestorePoint;
use crate::ids::ResourceId;
use crate::json::{Write, Writer};
use crate::order::{SmallMap, Table};
use std::ops::Deref;

/// Restore points by id. Counted as they change, so that nobody needs to look at all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    table: Table<RestorePoint>,
    /// By the `vmId` of the VM.
    retained: SmallMap<String, u64>,
}

impl Deref for Points {
    type Target = Table<RestorePoint>;
    fn deref(&self) -> &Table<RestorePoint> {
        &self.table
    }
}

impl Write for Points {
    fn write(&self, to: &mut Writer<'_>) {
        self.table.write(to);
    }
}

/// What is in a vault counts for no VM.
fn counts(point: &RestorePoint) -> bool {
    point.vault.is_none() && point.is_retained()
}

impl Points {
    /// Points retained in the service, not in a vault, for the VM with this `vmId`.
    pub(super) fn retained(&self, unique_id: &str) -> u64 {
        self.retained.get(unique_id).copied().unwrap_or(0)
    }

    /// Adds a point, or puts it in the place of the one with this id.
    pub(super) fn insert(&mut self, id: ResourceId, point: RestorePoint) {
        self.count(&point.virtual_machine_unique_id, false, counts(&point));
        if let Some(old) = self.table.insert(id, point) {
            self.count(&old.virtual_machine_unique_id, counts(&old), false);
        }
    }

    /// Takes a point out.
    pub(super) fn remove(&mut self, id: &ResourceId) -> Option<RestorePoint> {
        let point = self.table.remove(id)?;
        self.count(&point.virtual_machine_unique_id, counts(&point), false);
        Some(point)
    }

    /// Changes a point.
    pub(super) fn change<T>(
        &mut self,
        id: &ResourceId,
        change: impl FnOnce(&mut RestorePoint) -> T,
    ) -> Option<T> {
        let point = self.table.get_mut(id)?;
        let before = counts(point);
        let changed = change(point);
        let after = counts(point);
        if before != after {
            let vm = point.virtual_machine_unique_id.clone();
            self.count(&vm, before, after);
        }
        Some(changed)
    }

    fn count(&mut self, vm: &str, before: bool, after: bool) {
        let known = self.retained(vm);
        let count = known + u64::from(after) - u64::from(before);
        if count == 0 {
            self.retained.remove(vm);
        } else if count != known {
            self.retained.insert(vm.to_owned(), count);
        }
    }
}
