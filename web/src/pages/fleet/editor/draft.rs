//! The VM at hand in the editor.

use rplab_core::ids::{ResourceId, ResourceType};
use rplab_core::model::{Disk, DiskRole, FactSet, FactValue, Fleet, Machine};
use rplab_core::order::SmallMap;

/// A VM on its way into the fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The VM that it changes; `None` for a new one.
    pub(crate) old: Option<Machine>,
    /// The VM as it was put into the form.
    first: Machine,
    /// The VM as it would be.
    pub(crate) machine: Machine,
    /// What disks are named after while the VM has no name: the one that it had.
    stem: String,
}

impl Draft {
    /// A draft that begins with `machine`.
    pub(crate) fn new(old: Option<Machine>, machine: Machine) -> Self {
        Self {
            old,
            first: machine.clone(),
            stem: machine.name.clone(),
            machine,
        }
    }

    /// Whether anything was changed.
    pub(crate) fn is_changed(&self) -> bool {
        self.machine != self.first
    }

    /// Gives the VM another name; its id follows, and so do the disks that were named after it, once there is a name.
    pub(crate) fn rename(&mut self, name: &str) {
        let machine = &mut self.machine;
        if !machine.name.is_empty() {
            self.stem.clone_from(&machine.name);
        }
        machine.id = machine.id.sibling(ResourceType::VirtualMachine, name);
        name.clone_into(&mut machine.name);
        if name.is_empty() {
            return;
        }
        for disk in &mut machine.disks {
            if let Some(rest) = disk.name.strip_prefix(self.stem.as_str()) {
                let new_name = format!("{name}{rest}");
                disk.id = disk
                    .id
                    .as_ref()
                    .map(|id| id.sibling(ResourceType::Disk, &new_name));
                disk.name = new_name;
            }
        }
    }

    /// Why the name is none.
    pub(crate) fn name_problem(&self) -> Option<String> {
        let machine = &self.machine;
        if machine.name.trim().is_empty() {
            return Some("Give the VM a name.".to_owned());
        }
        // What an inventory brought stays as it came.
        let is_new = self.old.as_ref().map(|old| &old.name) != Some(&machine.name);
        (is_new && machine.name.contains('/'))
            .then(|| format!("{} is no name: leave out the slash.", machine.name))
    }

    /// What keeps it from being saved, before the lab is asked.
    pub(crate) fn problem(&self, fleet: &Fleet) -> Option<String> {
        let machine = &self.machine;
        if let Some(problem) = self.name_problem() {
            return Some(problem);
        }
        let others = || {
            let old = self.old.as_ref().map(|old| &old.id);
            fleet
                .machines
                .iter()
                .filter(move |other| Some(&other.id) != old)
        };
        if others().any(|other| other.id == machine.id) {
            return Some(format!(
                "There is a VM {} in this resource group already.",
                machine.name
            ));
        }
        let taken = |disk: &&Disk| {
            disk.id.is_some()
                && others()
                    .flat_map(|other| &other.disks)
                    .any(|other| other.id == disk.id)
        };
        let twice = machine.disks.iter().enumerate().find(|(index, disk)| {
            machine
                .disks
                .iter()
                .skip(index + 1)
                .any(|other| other.name.eq_ignore_ascii_case(&disk.name))
        });
        if let Some((_, disk)) = twice {
            return Some(format!("Two disks are called {}.", disk.name));
        }
        machine
            .disks
            .iter()
            .find(taken)
            .map(|disk| format!("Another VM has a disk {} already.", disk.name))
    }
}

/// A new VM with nothing but an OS disk, beside the fleet's first one.
pub(crate) fn empty(fleet: &Fleet) -> Draft {
    let name = free_name("vm-new", fleet);
    let id = beside(fleet, &name);
    let mut os = new_disk(&id, &format!("{name}-os"), DiskRole::Os, None);
    os.size_gib = Some(128);
    let machine = Machine {
        disks: vec![os],
        id,
        name,
        location: fleet
            .machines
            .first()
            .and_then(|machine| machine.location.clone()),
        zones: Vec::new(),
        tags: SmallMap::new(),
        facts: FactSet::new(),
    };
    Draft::new(None, machine)
}

/// A copy of a VM under a name that is free, with disks of its own.
pub(crate) fn copied(machine: &Machine, fleet: &Fleet) -> Machine {
    let name = free_name(&machine.name, fleet);
    let mut copy = machine.clone();
    copy.id = machine.id.sibling(ResourceType::VirtualMachine, &name);
    for disk in &mut copy.disks {
        let kept = disk
            .name
            .strip_prefix(machine.name.as_str())
            .map(ToOwned::to_owned);
        let new_name = kept.map_or_else(
            || format!("{name}-{}", disk.name),
            |rest| format!("{name}{rest}"),
        );
        disk.id = disk
            .id
            .as_ref()
            .map(|id| id.sibling(ResourceType::Disk, &new_name));
        disk.name = new_name;
    }
    copy.name = name;
    copy
}

/// A new data disk of a VM.
pub(crate) fn data_disk(machine: &Machine) -> Disk {
    let lun = (0..64)
        .find(|lun| !machine.disks.iter().any(|disk| disk.lun == Some(*lun)))
        .unwrap_or(0);
    let mut disk = new_disk(
        &machine.id,
        &format!("{}-data{lun:02}", machine.name),
        DiskRole::Data,
        Some(lun),
    );
    disk.size_gib = Some(256);
    disk
}

fn new_disk(machine: &ResourceId, name: &str, role: DiskRole, lun: Option<u32>) -> Disk {
    let sku = FactValue::Text("Premium_LRS".to_owned());
    Disk {
        name: name.to_owned(),
        id: Some(machine.sibling(ResourceType::Disk, name)),
        role: Some(role),
        lun,
        size_gib: None,
        location: None,
        zones: Vec::new(),
        facts: FactSet::from([("sku".to_owned(), sku)]),
    }
}

fn beside(fleet: &Fleet, name: &str) -> ResourceId {
    let kind = ResourceType::VirtualMachine;
    fleet.machines.first().map_or_else(
        || ResourceId::named(kind, name),
        |machine| machine.id.sibling(kind, name),
    )
}

fn free_name(base: &str, fleet: &Fleet) -> String {
    let taken = |name: &str| {
        fleet
            .machines
            .iter()
            .any(|machine| machine.name.eq_ignore_ascii_case(name))
    };
    (2..)
        .map(|number| format!("{base}-{number}"))
        .find(|name| !taken(name))
        .filter(|_| taken(base))
        .unwrap_or_else(|| base.to_owned())
}
