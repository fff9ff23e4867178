//! Changes of the fleet. Before the lab has done anything they open it over the changed fleet;
//! afterwards they are commands like any other.

use super::{Session, Tone};
use leptos::prelude::*;
use rplab_core::api::{Command, Lab, LabOptions};
use rplab_core::cloud::{
    AttachDisk, CreateDisk, DeleteDisk, DeleteVirtualMachine, DetachDisk, ResizeDisk, UpdateDisk,
    UpdateVirtualMachine,
};
use rplab_core::model::{Disk, DiskRole, FactSet, Fleet, Machine};

type Edited = Result<(), String>;

impl Session {
    /// Whether the lab has done something that a changed fleet would contradict.
    pub(crate) fn has_begun(self) -> bool {
        self.log.with(|log| {
            log.iter()
                .any(|entry| !matches!(entry.command, Command::SetSetting(_)))
        })
    }

    /// A new lab over `fleet`; undo brings the present one back.
    pub(crate) fn start(self, fleet: Fleet) -> Edited {
        let lab = Lab::new(LabOptions {
            fleet,
            ..LabOptions::default()
        });
        self.replace(
            lab.map_err(|error| said(&error))?,
            Some("Imported fleet".to_owned()),
        );
        Ok(())
    }

    /// Takes the machines and disks of `fleet` in beside the present ones.
    pub(crate) fn add(self, fleet: Fleet) -> Edited {
        if !untrack(|| self.has_begun()) {
            let merged = self.fleet.with_untracked(|old| merged(old, fleet));
            return self.rebuild(merged).map_err(|error| said(&error));
        }
        let machines = fleet
            .machines
            .into_iter()
            .map(Command::CreateVirtualMachine);
        let disks = fleet
            .disks
            .into_iter()
            .map(|disk| Command::CreateDisk(created(&disk, None)));
        self.run(machines.chain(disks).collect())
    }

    /// Puts `machine` in the place of `old`, or beside the others where there is no old one.
    pub(crate) fn save_machine(self, old: Option<Machine>, machine: Machine) -> Edited {
        if untrack(|| self.has_begun()) {
            return self.run(match old {
                Some(old) => changes(&old, &machine),
                None => vec![Command::CreateVirtualMachine(machine)],
            });
        }
        let mut fleet = self.fleet.get_untracked();
        let place = old.and_then(|old| fleet.machines.iter().position(|other| other.id == old.id));
        match place.and_then(|place| fleet.machines.get_mut(place)) {
            Some(slot) => *slot = machine,
            None => fleet.machines.push(machine),
        }
        self.rebuild(fleet).map_err(|error| said(&error))
    }

    pub(super) fn delete_machine_now(self, machine: &Machine) {
        match self.without(machine) {
            Ok(()) => self.tell(Tone::Undo, format!("Deleted {}.", machine.name)),
            Err(reason) => self.tell(Tone::No, reason),
        }
    }

    fn without(self, machine: &Machine) -> Edited {
        if untrack(|| self.has_begun()) {
            let virtual_machine = machine.id.to_string();
            return self.run(vec![Command::DeleteVirtualMachine(DeleteVirtualMachine {
                virtual_machine,
            })]);
        }
        let mut fleet = self.fleet.get_untracked();
        fleet.machines.retain(|other| other.id != machine.id);
        self.rebuild(fleet).map_err(|error| said(&error))
    }

    fn run(self, commands: Vec<Command>) -> Edited {
        self.dispatch_all(commands)
            .map_err(|refused| format!("{}: {}", refused.code, refused.message))
    }
}

fn said(error: &rplab_core::api::InputError) -> String {
    format!("{}: {}", error.path, error.message)
}

/// The commands that make `new` out of `old`.
fn changes(old: &Machine, new: &Machine) -> Vec<Command> {
    let mut commands = Vec::new();
    let (facts, remove) = difference(&old.facts, &new.facts);
    if !facts.is_empty() || !remove.is_empty() {
        let virtual_machine = old.id.to_string();
        commands.push(Command::UpdateVirtualMachine(UpdateVirtualMachine {
            virtual_machine,
            facts,
            remove,
        }));
    }
    let same = |a: &Disk, b: &Disk| a.name.eq_ignore_ascii_case(&b.name);
    for gone in old
        .disks
        .iter()
        .filter(|disk| !new.disks.iter().any(|other| same(disk, other)))
    {
        let disk = reference(gone);
        commands.push(Command::DetachDisk(DetachDisk { disk: disk.clone() }));
        commands.push(Command::DeleteDisk(DeleteDisk { disk }));
    }
    for disk in &new.disks {
        match old.disks.iter().find(|other| same(disk, other)) {
            Some(before) => disk_changes(before, disk, &mut commands),
            None => {
                commands.push(Command::CreateDisk(created(disk, new.location.as_deref())));
                commands.push(Command::AttachDisk(AttachDisk {
                    virtual_machine: old.id.to_string(),
                    disk: reference(disk),
                    lun: disk.lun.filter(|_| disk.role != Some(DiskRole::Os)),
                }));
            }
        }
    }
    commands
}

fn disk_changes(old: &Disk, new: &Disk, commands: &mut Vec<Command>) {
    let (facts, remove) = difference(&old.facts, &new.facts);
    if !facts.is_empty() || !remove.is_empty() {
        commands.push(Command::UpdateDisk(UpdateDisk {
            disk: reference(old),
            facts,
            remove,
        }));
    }
    if let Some(size_gib) = new.size_gib.filter(|size| Some(*size) != old.size_gib) {
        commands.push(Command::ResizeDisk(ResizeDisk {
            disk: reference(old),
            size_gib,
        }));
    }
}

fn difference(old: &FactSet, new: &FactSet) -> (FactSet, Vec<String>) {
    let set = new
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(*value));
    let set = set
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let remove = old
        .keys()
        .filter(|name| !new.contains_key(*name))
        .cloned()
        .collect();
    (set, remove)
}

fn reference(disk: &Disk) -> String {
    disk.id
        .as_ref()
        .map_or_else(|| disk.name.clone(), ToString::to_string)
}

fn created(disk: &Disk, location: Option<&str>) -> CreateDisk {
    CreateDisk {
        name: reference(disk),
        location: disk
            .location
            .clone()
            .or_else(|| location.map(ToOwned::to_owned))
            .unwrap_or_default(),
        zones: disk.zones.clone(),
        size_gib: disk.size_gib.unwrap_or(0),
        facts: disk.facts.clone(),
    }
}

/// Both fleets; a machine or disk that is there already is taken from `new`.
fn merged(old: &Fleet, new: Fleet) -> Fleet {
    let mut fleet = old.clone();
    fleet
        .machines
        .retain(|machine| !new.machines.iter().any(|other| other.id == machine.id));
    fleet.disks.retain(|disk| {
        !new.disks
            .iter()
            .any(|other| other.id.is_some() && other.id == disk.id)
    });
    fleet.machines.extend(new.machines);
    fleet.disks.extend(new.disks);
    fleet
}

#[cfg(test)]
mod tests {
    use super::{changes, merged};
    use rplab_core::api::sample_fleet;
    use rplab_core::model::FactValue;

    fn types(old: &rplab_core::model::Machine, new: &rplab_core::model::Machine) -> Vec<String> {
        changes(old, new)
            .iter()
            .map(|command| command.type_name().to_owned())
            .collect()
    }

    #[test]
    fn an_edit_becomes_the_commands_that_a_user_would_give() {
        let old = sample_fleet()
            .machines
            .into_iter()
            .find(|machine| machine.disks.len() > 1)
            .unwrap();
        assert!(changes(&old, &old).is_empty());

        let mut fact = old.clone();
        fact.facts
            .insert("domainController".to_owned(), FactValue::Bool(true));
        assert_eq!(types(&old, &fact), ["updateVirtualMachine"]);

        let mut larger = old.clone();
        larger.disks[1].size_gib = Some(4096);
        assert_eq!(types(&old, &larger), ["resizeDisk"]);

        let mut fewer = old.clone();
        fewer.disks.pop();
        assert_eq!(types(&old, &fewer), ["detachDisk", "deleteDisk"]);
        assert_eq!(types(&fewer, &old), ["createDisk", "attachDisk"]);
    }

    #[test]
    fn a_machine_that_comes_again_takes_the_place_of_its_older_self() {
        let old = sample_fleet();
        let mut again = old.clone();
        again.machines.truncate(1);
        again.machines[0].zones = vec!["3".to_owned()];
        let both = merged(&old, again.clone());
        assert_eq!(both.machines.len(), old.machines.len());
        assert!(both.machines.contains(&again.machines[0]));
    }
}
