//! A whole VM from the chosen point.

use super::rehearsal::Rehearsal;
use crate::components::{Action, Look, Reason, follow, reason_of};
use crate::session::{Session, Tone};
use leptos::prelude::*;
use rplab_core::api::{Command, Outcome};
use rplab_core::cloud::RestoreVirtualMachine;

/// A name that no resource has yet.
pub(crate) fn free_name(session: Session, base: &str) -> String {
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

/// The form.
#[component]
pub(crate) fn RestoreMachineForm() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let name = RwSignal::new(String::new());
    let proposed = move || free_name(session, &session.machine.get().unwrap_or_default());
    let command = move || {
        let typed = name.get();
        rehearsal.point().map(|point| {
            Command::RestoreVirtualMachine(RestoreVirtualMachine {
                restore_point: point.id.to_string(),
                name: if typed.is_empty() { proposed() } else { typed },
                at_once: None,
            })
        })
    };
    let reason = reason_of(move || command().and_then(|command| session.refusal(&command)));
    let restore = move || {
        let Some(command) = untrack(command) else {
            return;
        };
        let Command::RestoreVirtualMachine(RestoreVirtualMachine { name: made, .. }) = &command
        else {
            return;
        };
        let made = made.clone();
        if let Outcome::Ok { .. } = session.dispatch(command) {
            name.set(String::new());
            let id = session.state.with_untracked(|state| {
                state
                    .virtual_machines
                    .iter()
                    .find(|machine| machine.name == made)
                    .map(|machine| machine.id.clone())
            });
            rehearsal.made(id);
            session.tell(Tone::Undo, format!("Restored {made}."));
        }
    };
    view! {
        <section class="card" aria-labelledby="vm-title">
            <div class="card-head"><h2 id="vm-title">"Restore the VM"</h2><span class="hint">"all disks of the point, then the VM with its configuration"</span></div>
            <div class="card-body stack">
                <label class="field">"New VM name"<input class="input" data-testid="restore-vm-name" placeholder=follow(proposed) bind:value=name /></label>
                <Action label="Restore VM" icon="restore" look=Look::Primary reason described_by="restore-vm-reason" testid="restore-vm" on_press=restore />
                <Reason id="restore-vm-reason" reason />
            </div>
        </section>
    }
}
