//! Which points a VM can be restored from in a region.

use super::{Cloud, RestorePoint, same_region};
use crate::model::ProvisioningState;
use crate::units::SimInstant;

impl RestorePoint {
    /// Whether it can be restored: it has succeeded, and all its disks are where it is.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let arrived = self.replication.as_ref();
        self.state == ProvisioningState::Succeeded
            && arrived.is_none_or(|copy| copy.completed.is_some())
    }
}

impl Cloud {
    /// The newest instant that the VM can be restored to in a region: from a point, a copy or a vault there.
    #[must_use]
    pub fn last_usable(&self, virtual_machine: &str, region: &str) -> Option<SimInstant> {
        let of_it = |point: &&RestorePoint| {
            let vm = &point.virtual_machine;
            point.is_usable()
                && (vm.as_str().eq_ignore_ascii_case(virtual_machine)
                    || vm.name().eq_ignore_ascii_case(virtual_machine))
                && same_region(self.region_of(point), region)
        };
        let points = self.restore_points.values().filter(of_it);
        points.map(|point| point.time_created).max()
    }

    /// The region that a point is in; a vault is in the region of its VM.
    #[must_use]
    pub fn region_of<'a>(&self, point: &'a RestorePoint) -> &'a str {
        match (&point.vault, &point.replication) {
            (Some(_), Some(copy)) => &copy.from_region,
            _ => &point.location,
        }
    }
}
