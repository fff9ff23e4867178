//! The VM that the reader follows from page to page. It is referred to, in addresses too, by its name, or by its id where
//! the fleet has several VMs of that name.

use super::Session;
use leptos::prelude::*;
use rplab_core::ids::ResourceId;
use rplab_core::model::{Fleet, Machine};

/// Names that several VMs of a fleet have, in small letters, sorted.
pub(super) fn shared_names(fleet: &Fleet) -> Vec<String> {
    let names = fleet.machines.iter();
    let mut names: Vec<_> = names
        .map(|machine| machine.name.to_ascii_lowercase())
        .collect();
    names.sort();
    let mut before = String::new();
    names.retain(|name| *name == std::mem::replace(&mut before, name.clone()));
    names
}

/// Whether a reference, or a name as an address may have it, means the VM of this id and name.
pub(crate) fn is_meant(reference: &str, id: &ResourceId, name: &str) -> bool {
    let own = if reference.starts_with('/') {
        id.as_str()
    } else {
        name
    };
    own.eq_ignore_ascii_case(reference)
}

impl Session {
    /// What the VM of this id and name is referred to by.
    pub(crate) fn reference(self, id: &str, name: &str) -> String {
        // They are found when the fleet is read.
        self.fleet.with(|_| ());
        let is_shared = self
            .shared_names
            .with_value(|shared| shared.binary_search(&name.to_ascii_lowercase()).is_ok());
        if is_shared { id } else { name }.to_owned()
    }

    /// As [`Self::reference`].
    pub(crate) fn reference_of(self, machine: &Machine) -> String {
        self.reference(machine.id.as_str(), &machine.name)
    }

    /// What a list calls a VM: its name, with its region and group where several have that name.
    pub(crate) fn label_of(self, machine: &Machine) -> String {
        let name = &machine.name;
        if self.reference_of(machine) == *name {
            return name.clone();
        }
        let place = machine.location.as_deref();
        let group = machine.id.resource_group();
        let parts = [Some(name.as_str()), place, Some(group)];
        parts
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" \u{b7} ")
    }

    /// What the followed VM is, in the fleet that is shown.
    pub(crate) fn followed<T>(self, read: impl FnOnce(&Machine) -> T) -> Option<T> {
        let reference = self.machine.get()?;
        self.fleet.with(|fleet| {
            let mut machines = fleet.machines.iter();
            let own = machines.find(|machine| is_meant(&reference, &machine.id, &machine.name));
            own.map(read)
        })
    }

    /// The name of the followed VM.
    pub(crate) fn machine_name(self) -> Option<String> {
        self.followed(|machine| machine.name.clone())
    }

    /// The id of the VM that the reader follows, which may be called otherwise than its id says. `None` where it is gone.
    pub(crate) fn machine_id(self) -> Option<ResourceId> {
        let reference = self.machine.get()?;
        self.state.with(|state| {
            let mut machines = state.virtual_machines.iter();
            let own = machines.find(|machine| is_meant(&reference, &machine.id, &machine.name));
            own.map(|machine| machine.id.clone())
        })
    }

    /// Tells the VM that the reader follows. Of one that is gone only the id is left, which ends with its name.
    pub(crate) fn is_followed(self) -> impl Fn(&ResourceId) -> bool {
        let (id, reference) = (self.machine_id(), self.machine.get());
        move |other| match (&id, &reference) {
            (Some(id), _) => other == id,
            (None, Some(reference)) => is_meant(reference, other, other.name()),
            (None, None) => false,
        }
    }
}
