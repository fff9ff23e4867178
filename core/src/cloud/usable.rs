//! Which points a VM, or a disk that is backed up by itself, can be restored from in a region.

use super::{Cloud, ProtectedItem, RestorePoint, VirtualMachine, same_region};
use crate::ids::ResourceId;
use crate::model::ProvisioningState;
use crate::policy::BackupService;
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
    /// The newest instant that a VM can be restored to in a region: from a point, a copy or a vault there, what the
    /// vault has in its paired region among them, or from what Azure Disk Backup has of each of its disks. A disk
    /// that it backs up may be asked for itself.
    #[must_use]
    pub fn last_usable(&self, of: &str, region: &str) -> Option<SimInstant> {
        let points = self.usable_points(of);
        let here = points.filter(|point| same_region(self.region_of(point), region));
        let disks = self.backed_up_disks(of).map(|item| {
            let taken = self.usable_snapshots(item);
            let here = taken.filter(|taken| same_region(&taken.location, region));
            here.map(|taken| taken.time_created).max()
        });
        // Of several disks each must have one: what has none is less than what has.
        let disks = disks.min().flatten();
        let here = here.map(|point| point.time_created);
        let paired = self.in_secondary(of, region).map(|(_, taken)| taken);
        here.chain(paired).max().max(disks)
    }

    /// The oldest instant that a VM, or a disk, can be restored to in a region.
    #[must_use]
    pub fn first_usable(&self, of: &str, region: &str) -> Option<SimInstant> {
        let points = self.usable_points(of);
        let here = points.filter(|point| same_region(self.region_of(point), region));
        let disks = self.backed_up_disks(of).map(|item| {
            let taken = self.usable_snapshots(item);
            let here = taken.filter(|taken| same_region(&taken.location, region));
            here.map(|taken| taken.time_created).min()
        });
        let every = |one: Option<SimInstant>, other| one.zip(other).map(|(a, b)| a.max(b));
        let disks = disks.reduce(every).flatten();
        let paired = self.in_secondary(of, region).map(|(_, taken)| taken);
        let here = here.map(|point| point.time_created);
        let points = here.chain(paired).min();
        points.into_iter().chain(disks).min()
    }

    /// Whether a VM, or a disk, can be restored now in one of these regions: from a usable point there, and it is
    /// not down.
    #[must_use]
    pub fn is_restorable(&self, of: &str, regions: &[String]) -> bool {
        let up = |own: &str| {
            let asked = regions.iter().any(|region| same_region(region, own));
            asked && self.is_down(own, &[]).is_none()
        };
        if self
            .usable_points(of)
            .any(|point| up(self.region_of(point)))
        {
            return true;
        }
        let has_pair =
            |region: &String| up(region) && self.in_secondary(of, region).next().is_some();
        if regions.iter().any(has_pair) {
            return true;
        }
        let held = |item| self.usable_snapshots(item).any(|taken| up(&taken.location));
        let mut disks = self.backed_up_disks(of).peekable();
        disks.peek().is_some() && disks.all(held)
    }

    /// What Azure Disk Backup backs up of a VM, or of a disk, given by id or name.
    fn backed_up_disks<'a>(&'a self, of: &'a str) -> impl Iterator<Item = &'a ProtectedItem> {
        let by_disk = |item: &&ProtectedItem| item.service == BackupService::DiskBackup;
        let mut items = self.protected.iter().filter(by_disk);
        let vm = items
            .next()
            .and_then(|_| self.find_virtual_machine(of, "").ok());
        let of_it = move |item: &&ProtectedItem| {
            let disk = &item.source;
            let attached = |(_, vm): (_, &VirtualMachine)| {
                vm.attachments.iter().any(|at| at.managed() == Some(disk))
            };
            disk.as_str().eq_ignore_ascii_case(of)
                || disk.name().eq_ignore_ascii_case(of)
                || vm.is_some_and(attached)
        };
        self.protected.iter().filter(by_disk).filter(of_it)
    }

    /// The snapshots of a disk that Azure Disk Backup has taken and that are there.
    pub(crate) fn usable_snapshots<'a>(
        &'a self,
        item: &'a ProtectedItem,
    ) -> impl Iterator<Item = &'a RestorePoint> {
        let ids = item
            .points
            .iter()
            .filter_map(|point| point.snapshot.as_ref());
        let taken = ids.filter_map(|id| self.snapshots.get(id));
        taken.filter(|taken| taken.is_usable())
    }

    /// What the vaults of a VM have in their paired region: since when, and when it was taken.
    fn in_secondary<'a>(
        &'a self,
        virtual_machine: &'a str,
        region: &'a str,
    ) -> impl Iterator<Item = (SimInstant, SimInstant)> + 'a {
        let paired = move |item: &&ProtectedItem| {
            let secondary = item.secondary.as_deref();
            goes_by(&item.source, virtual_machine)
                && secondary.is_some_and(|pair| same_region(pair, region))
        };
        let items = self.protected.iter().filter(paired);
        let points = items.flat_map(|item| item.points.iter().map(move |point| (item, point)));
        points.filter_map(|(item, point)| {
            let there = self.in_secondary_from(item, point)?;
            (there <= self.now).then_some((there, point.time))
        })
    }

    /// Since when the newest point is in the paired region that the VM can be restored from there.
    pub(crate) fn newest_in_secondary(
        &self,
        virtual_machine: &str,
        region: &str,
    ) -> Option<SimInstant> {
        let points = self.in_secondary(virtual_machine, region);
        let newest = points.max_by_key(|(_, taken)| *taken);
        newest.map(|(since, _)| since)
    }

    fn usable_points<'a>(
        &'a self,
        virtual_machine: &'a str,
    ) -> impl Iterator<Item = &'a RestorePoint> {
        let of_it = |point: &&RestorePoint| {
            point.is_usable() && goes_by(&point.virtual_machine, virtual_machine)
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

/// Whether a VM goes by this name or id.
fn goes_by(id: &ResourceId, reference: &str) -> bool {
    id.as_str().eq_ignore_ascii_case(reference) || id.name().eq_ignore_ascii_case(reference)
}
