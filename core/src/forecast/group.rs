//! The VMs of a plan, grouped by what their disks are like, and what writes to each disk.

use super::prepare::{CHANGE, Prepared};
use super::{PlanAssumption, PlanError};
use crate::cloud::{DiskReference, check_workload};
use crate::ids::ResourceId;
use crate::matrix::normalise_region;
use crate::model::{Disk, FactValue, Machine};
use crate::prng::mix;
use crate::units::{BlockSize, ByteCount};

/// VMs of one region whose disks are alike.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) region: String,
    pub(super) disks: Vec<Profile>,
    /// Their places in the fleet.
    pub(super) machines: Vec<usize>,
}

/// What matters of a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) size: ByteCount,
    pub(super) used: ByteCount,
    /// Which of the plan's workloads writes to it.
    pub(super) workload: Option<usize>,
}

/// A number for a name or an id, in any case.
fn number_of(name: &str) -> u64 {
    let bytes = name.bytes().map(|byte| byte.to_ascii_lowercase());
    bytes.fold(1, |number, byte| mix(number ^ u64::from(byte)))
}

impl Prepared<'_> {
    pub(super) fn name_workloads(&mut self) -> Result<(), PlanError> {
        for (at, entry) in self.plan.workloads.iter().enumerate() {
            let path = format!("workloads[{at}]");
            check_workload(&entry.workload).map_err(|error| PlanError::refused(&path, &error))?;
            if entry.disks.is_empty() && self.others.replace(at).is_some() {
                let message =
                    "another entry is for all other disks already; name the disks of this one";
                return Err(PlanError::new(format!("{path}.disks"), message));
            }
            let names = entry.disks.iter().map(|name| (number_of(name), at as u64));
            self.named.extend(names);
        }
        self.named.sort_unstable();
        Ok(())
    }

    fn workload_of(&self, disk: &Disk) -> Option<usize> {
        let by = |name: &str| {
            let number = number_of(name);
            let at = self.named.partition_point(|(known, _)| *known < number);
            let (known, entry) = self.named.get(at)?;
            usize::try_from(*entry).ok().filter(|_| *known == number)
        };
        let id = disk.id.as_ref().and_then(|id| by(id.as_str()));
        id.or_else(|| by(&disk.name)).or(self.others)
    }

    /// The disks that the plan leaves out of a VM.
    pub(super) fn excluded(&self, machine: &Machine) -> Vec<DiskReference> {
        let named = |disk: &&DiskReference| machine.disks.iter().any(|of| is(of, &disk.id));
        self.plan
            .exclude_disks
            .iter()
            .filter(named)
            .cloned()
            .collect()
    }

    pub(super) fn group(&mut self) -> Result<(), PlanError> {
        let block = self.settings.block_size();
        let mut found: Vec<Group> = Vec::new();
        let mut numbers: Vec<(u64, u64)> = Vec::new();
        let mut named = 0_usize;
        let mut assumed = 0_u64;
        for (at, machine) in self.plan.fleet.machines.iter().enumerate() {
            let path = format!("fleet.machines[{at}]");
            let Some(region) = machine
                .location
                .as_deref()
                .filter(|region| !region.is_empty())
            else {
                let message = format!(
                    "the region of `{}` is unknown; give its location",
                    machine.name
                );
                return Err(PlanError::new(format!("{path}.location"), message));
            };
            let mut disks = Vec::new();
            for (place, disk) in machine.disks.iter().enumerate() {
                let left_out = self
                    .plan
                    .exclude_disks
                    .iter()
                    .any(|given| is(disk, &given.id));
                named += usize::from(left_out);
                if left_out || disk.id.is_none() {
                    continue;
                }
                let path = format!("{path}.disks[{place}]");
                let profile = self.profile(disk, block, &path)?;
                assumed += u64::from(profile.workload.is_none());
                disks.push(profile);
            }
            let region = normalise_region(region);
            let number = disks.iter().fold(number_of(&region), |number, disk| {
                let workload = disk.workload.map_or(0, |at| at as u64 + 1);
                mix(mix(mix(number ^ disk.size.0) ^ disk.used.0) ^ workload)
            });
            numbers.push((number, at as u64));
            found.push(Group {
                region,
                disks,
                machines: vec![at],
            });
        }
        if named < self.plan.exclude_disks.len() {
            let of_any = |given: &DiskReference| {
                let mut disks = self.plan.fleet.machines.iter().flat_map(|of| &of.disks);
                disks.any(|disk| is(disk, &given.id))
            };
            if let Some(at) = self
                .plan
                .exclude_disks
                .iter()
                .position(|given| !of_any(given))
            {
                let message = "no VM of the fleet has this disk; give its name or its id";
                return Err(PlanError::new(format!("excludeDisks[{at}].id"), message));
            }
        }
        numbers.sort_unstable();
        // The first VM of each kind takes the others; kinds stay in the order of the fleet.
        let mut first: Option<(u64, usize)> = None;
        for (number, at) in numbers {
            let at = usize::try_from(at).unwrap_or_default();
            let known = first
                .filter(|(known, _)| *known == number)
                .map(|(_, known)| known);
            let alike = known.filter(|known| match (found.get(*known), found.get(at)) {
                (Some(one), Some(other)) => one.region == other.region && one.disks == other.disks,
                _ => false,
            });
            match alike {
                Some(known) => {
                    found
                        .get_mut(at)
                        .into_iter()
                        .for_each(|group| group.machines.clear());
                    found
                        .get_mut(known)
                        .into_iter()
                        .for_each(|group| group.machines.push(at));
                }
                None => first = Some((number, at)),
            }
        }
        found.retain(|group| !group.machines.is_empty());
        self.groups = found;
        self.assume(block, assumed);
        Ok(())
    }

    pub(super) fn profile(
        &self,
        disk: &Disk,
        block: BlockSize,
        path: &str,
    ) -> Result<Profile, PlanError> {
        let used = match disk.facts.get("usedGiB") {
            Some(FactValue::Integer(gib)) => u64::try_from(*gib).unwrap_or_default(),
            _ => 0,
        };
        let size = disk.size_gib.unwrap_or(used);
        if used > size {
            let message = format!("{used} GiB of it cannot be written: its size is {size} GiB");
            return Err(PlanError::new(format!("{path}.facts.usedGiB"), message));
        }
        if block.blocks_in(ByteCount::from_gib(size)) > crate::store::MAX_BLOCKS {
            let message =
                "the disk has more blocks than the engine can hold; give a larger blockSizeBytes";
            return Err(PlanError::new(format!("{path}.sizeGiB"), message));
        }
        Ok(Profile {
            size: ByteCount::from_gib(size),
            used: ByteCount::from_gib(used),
            workload: self.workload_of(disk),
        })
    }

    fn assume(&mut self, block: BlockSize, assumed: u64) {
        let mut assume = |name: &str, value: String, meaning: &str| {
            self.assumptions.push(PlanAssumption {
                name: name.to_owned(),
                value,
                meaning: meaning.to_owned(),
            });
        };
        if assumed > 0 && self.plan.change_thousandths_per_day.is_none() {
            assume(
                "changeThousandthsPerDay",
                format!("{CHANGE} thousandths of what is used, for {assumed} disks"),
                "no workload is given for them; 2 to 7 % a day are called usual",
            );
        }
        assume(
            "changeBandThousandths",
            format!("{} thousandths less or more", self.band),
            "how far the low and the high figure lie from the typical one",
        );
        assume(
            "blockSizeBytes",
            block.to_string(),
            "what is written anywhere in a block is stored as the whole block",
        );
    }
}

/// Whether a disk goes by this name or id.
pub(super) fn is(disk: &Disk, name: &str) -> bool {
    let id = disk.id.as_ref().map(ResourceId::as_str);
    disk.name.eq_ignore_ascii_case(name) || id.is_some_and(|id| id.eq_ignore_ascii_case(name))
}
