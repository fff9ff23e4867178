//! What both forms do: a name for what is restored, and the restore itself.

use super::rehearsal::Rehearsal;
use crate::session::{Session, Tone};
use leptos::prelude::*;
use rplab_core::api::{Command, Outcome};
use rplab_core::cloud::{RestoreDisk, RestoreVirtualMachine};

/// A name that no resource has yet.
pub(super) fn free_name(session: Session, base: &str) -> String {
    let taken = |name: &str| {
        session.state.with(|state| {
            state
                .virtual_machines
                .iter()
                .any(|machine| machine.name == name)
                || state.disks.iter().any(|disk| disk.name == name)
        })
    };
    (1..)
        .map(|number| format!("{base}-r{number}"))
        .find(|name| !taken(name))
        .unwrap_or_else(|| base.to_owned())
}

/// Restores what a command says, and shows its proof; the form's name is free for the next one.
pub(super) fn restore(
    session: Session,
    rehearsal: Rehearsal,
    name: RwSignal<String>,
    command: Command,
) {
    let (made, is_disk) = match &command {
        Command::RestoreVirtualMachine(RestoreVirtualMachine { name, .. }) => (name.clone(), false),
        Command::RestoreDisk(RestoreDisk { name, .. }) => (name.clone(), true),
        _ => return,
    };
    if let Outcome::Ok { .. } = session.dispatch(command) {
        name.set(String::new());
        let id = session.state.with_untracked(|state| {
            if is_disk {
                let mut disks = state.disks.iter();
                disks
                    .find(|disk| disk.name == made)
                    .map(|disk| disk.id.clone())
            } else {
                let mut machines = state.virtual_machines.iter();
                machines
                    .find(|machine| machine.name == made)
                    .map(|machine| machine.id.clone())
            }
        });
        rehearsal.made(id);
        session.tell(Tone::Undo, format!("Restored {made}."));
    }
}
