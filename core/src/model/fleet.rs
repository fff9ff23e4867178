//! Fleets: machines with their disks, and disks on their own.

use super::{FactSet, FactValue};
use crate::ids::ResourceId;
use crate::json::{Read, Write};
use crate::order::SmallMap;

/// Machines and the disks that no machine of the fleet holds. Plain JSON; the order is the importer's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fleet {
    /// Virtual machines.
    #[serde(default)]
    pub machines: Vec<Machine>,
    /// Managed disks that are attached to none of the machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<Disk>,
}

/// A virtual machine: its identity, its facts, its disks.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Machine {
    /// Its ARM id.
    pub id: ResourceId,
    /// Its name, as written at creation.
    pub name: String,
    /// Its region as written; `None` where the input did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The availability zones it is pinned to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>", optional))]
    pub tags: SmallMap<String, String>,
    /// Facts about the VM, its guest and its network.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub facts: FactSet,
    /// The OS disk first, data disks in the order of their LUNs.
    #[serde(default)]
    pub disks: Vec<Disk>,
}

/// The fact that names what only a deployment can tell of a machine or a disk.
pub(crate) const OPEN_FACTS: &str = "openFacts";
/// What its zones are called there.
pub(crate) const ZONES: &str = "zones";

/// The facts of which only a deployment can tell what they are.
pub(crate) fn open_facts(facts: &FactSet) -> Option<&[String]> {
    match facts.get(OPEN_FACTS) {
        Some(FactValue::TextList(open)) => Some(open),
        _ => None,
    }
}

fn is_open(facts: &FactSet, name: &str) -> bool {
    open_facts(facts).is_some_and(|open| open.iter().any(|own| own == name))
}

impl Machine {
    /// Whether only a deployment can tell its zones.
    #[must_use]
    pub fn has_unknown_zones(&self) -> bool {
        self.zones.is_empty() && is_open(&self.facts, ZONES)
    }

    /// Says which zones it is pinned to, be it none: from then on they are known.
    pub fn pin(&mut self, zones: Vec<String>) {
        self.zones = zones;
        let Some(open) = open_facts(&self.facts) else {
            return;
        };
        let left = open.iter().filter(|name| *name != ZONES);
        let open: Vec<String> = left.cloned().collect();
        if open.is_empty() {
            self.facts.remove(OPEN_FACTS);
        } else {
            self.facts
                .insert(OPEN_FACTS.to_owned(), FactValue::TextList(open));
        }
    }
}

/// A disk: its identity, its facts, and how it is attached.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disk {
    /// Its name.
    pub name: String,
    /// Its ARM id; `None` for an unmanaged or ephemeral disk, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ResourceId>,
    /// Whether it is the OS disk or a data disk of its machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<DiskRole>,
    /// The logical unit number of a data disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lun: Option<u32>,
    /// The provisioned size; `None` where the input did not say.
    #[serde(default, rename = "sizeGiB", skip_serializing_if = "Option::is_none")]
    pub size_gib: Option<u64>,
    /// Its region, for a disk of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Its zones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<String>,
    /// Facts about the disk.
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub facts: FactSet,
}

/// The place of a disk in its machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum DiskRole {
    /// Holds the operating system.
    Os,
    /// A data disk.
    Data,
}
