//! A whole VM from the chosen point.

use super::rehearsal::Rehearsal;
use super::restoring::{free_name, restore};
use crate::components::{Action, Look, Reason, follow, reason_of};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::Command;
use rplab_core::cloud::RestoreVirtualMachine;

/// The form.
#[component]
pub(crate) fn RestoreMachineForm() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let name = RwSignal::new(String::new());
    let proposed = move || free_name(session, &session.machine_name().unwrap_or_default());
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
    let press = move || {
        if let Some(command) = untrack(command) {
            restore(session, rehearsal, name, command);
        }
    };
    view! {
        <section class="card" aria-labelledby="vm-title">
            <div class="card-head"><h2 id="vm-title">"Restore the VM"</h2><span class="hint">"all disks of the point, then the VM with its configuration"</span></div>
            <div class="card-body stack">
                <label class="field">"New VM name"<input class="input" data-testid="restore-vm-name" placeholder=follow(proposed) bind:value=name /></label>
                <Action label="Restore VM" icon="restore" look=Look::Primary reason described_by="restore-vm-reason" testid="restore-vm" on_press=press />
                <Reason id="restore-vm-reason" reason />
            </div>
        </section>
    }
}
