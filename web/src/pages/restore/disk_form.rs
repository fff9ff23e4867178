//! One disk from the chosen point.

use super::rehearsal::Rehearsal;
use super::restoring::{free_name, restore};
use crate::components::{Action, Reason, follow, live, reason_of};
use crate::pages::fleet::disk_skus;
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, DiskRestorePointState};
use rplab_core::cloud::RestoreDisk;
use rplab_core::units::ByteCount;

/// The size of a disk, which is whole GiB.
fn gib(size: ByteCount) -> String {
    format!("{} GiB", words::grouped(size.0 >> 30))
}

/// The form.
#[component]
pub(crate) fn RestoreDiskForm() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let (wanted, name, size, sku) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let disks = move || {
        rehearsal
            .point()
            .map(|point| point.disks)
            .unwrap_or_default()
    };
    let disk = move || {
        let wanted = wanted.get();
        let disks = disks();
        disks
            .iter()
            .find(|disk| disk.name == wanted)
            .or_else(|| disks.first())
            .cloned()
    };
    let proposed = move || {
        disk()
            .map(|disk| free_name(session, &disk.name))
            .unwrap_or_default()
    };
    let command = move || -> Result<Command, String> {
        let disk = disk().ok_or("The point has no disk")?;
        let typed = size.get();
        let size_gib = match typed.trim() {
            "" => None,
            text => Some(
                text.parse::<u64>()
                    .map_err(|_| "Give the size in whole GiB".to_owned())?,
            ),
        };
        let typed = name.get();
        Ok(Command::RestoreDisk(RestoreDisk {
            disk_restore_point: disk.id.to_string(),
            restore_point: None,
            name: if typed.is_empty() { proposed() } else { typed },
            size_gib,
            sku: Some(sku.get()).filter(|sku| !sku.is_empty()),
            zones: Vec::new(),
            disk_encryption_set: None,
            at_once: None,
        }))
    };
    let reason = reason_of(move || match command() {
        Ok(command) => session.refusal(&command),
        Err(reason) => Some(reason),
    });
    let press = move || {
        if let Ok(command) = untrack(command) {
            restore(session, rehearsal, name, command);
        }
    };
    let as_captured = move || {
        disk()
            .map(|disk| format!("{}, as captured", words::grouped(disk.size_bytes.0 >> 30)))
            .unwrap_or_default()
    };
    let option = move |disk: DiskRestorePointState| {
        let value = disk.name.clone();
        let (size, written) = (gib(disk.size_bytes), words::size(disk.referenced_bytes));
        view! { <option value=value>{disk.name} " \u{b7} " {size} " (" {written} " written)"</option> }
    };
    view! {
        <section class="card" aria-labelledby="disk-title">
            <div class="card-head"><h2 id="disk-title">"Restore a disk"</h2></div>
            <div class="card-body stack">
                <label class="field">"Disk"<select class="input" data-testid="restore-disk-choice" on:change:target=move |event| wanted.set(event.target().value())>{live(move || disks().into_iter().map(option).collect_view())}</select></label>
                <label class="field">"New disk name"<input class="input" data-testid="restore-disk-name" placeholder=follow(proposed) bind:value=name /></label>
                <div class="pair">
                    <label class="field">"GiB, if larger"<input class="input number" inputmode="numeric" data-testid="restore-disk-size" placeholder=follow(as_captured) bind:value=size /></label>
                    <label class="field">"SKU"
                        <select class="input" on:change:target=move |event| sku.set(event.target().value())>
                            <option value="">"as captured"</option>
                            {disk_skus().map(|sku| { let value = sku.clone(); view! { <option value=value>{sku}</option> } }).collect_view()}
                        </select>
                    </label>
                </div>
                <Action label="Restore disk" icon="restore" reason described_by="restore-disk-reason" testid="restore-disk" on_press=press />
                <Reason id="restore-disk-reason" reason />
            </div>
        </section>
    }
}
