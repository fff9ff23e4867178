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
        let points = self.usable_points(virtual_machine);
        let here = points.filter(|point| same_region(self.region_of(point), region));
        here.map(|point| point.time_created).max()
    }

    /// The oldest instant that the VM can be restored to in a region.
    #[must_use]
    pub fn first_usable(&self, virtual_machine: &str, region: &str) -> Option<SimInstant> {
        let points = self.usable_points(virtual_machine);
        let here = points.filter(|point| same_region(self.region_of(point), region));
        here.map(|point| point.time_created).min()
    }

    /// Whether the VM can be restored now in one of these regions: from a usable point there, and it is not down.
    #[must_use]
    pub fn is_restorable(&self, virtual_machine: &str, regions: &[String]) -> bool {
        self.usable_points(virtual_machine).any(|point| {
            let own = self.region_of(point);
            let asked = regions.iter().any(|region| same_region(region, own));
            asked && self.is_down(own, &[]).is_none()
        })
    }

    fn usable_points<'a>(
        &'a self,
        virtual_machine: &'a str,
    ) -> impl Iterator<Item = &'a RestorePoint> {
        let of_it = |point: &&RestorePoint| {
            let vm = &point.virtual_machine;
            point.is_usable()
                && (vm.as_str().eq_ignore_ascii_case(virtual_machine)
                    || vm.name().eq_ignore_ascii_case(virtual_machine))
        };
        self.restore_points.values().filter(of_it)
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
