//! What was restored so far.

use super::rehearsal::Rehearsal;
use crate::components::{act, follow, live};
use crate::words;
use leptos::prelude::*;
use rplab_core::ids::ResourceId;

/// The list; choosing one proves it.
#[component]
pub(crate) fn RestoredList() -> impl IntoView {
    let rehearsal = Rehearsal::get();
    let rows = move || {
        let machines = rehearsal.machines.get().into_iter().map(|machine| {
            let from = machine
                .restored_from
                .as_ref()
                .map(|id| id.name().to_owned())
                .unwrap_or_default();
            let disks = words::count(
                u64::try_from(machine.disks.len()).unwrap_or(0),
                "disk",
                "disks",
            );
            (
                machine.id,
                machine.name,
                format!("VM \u{b7} {disks} \u{b7} from {from}"),
            )
        });
        let disks = rehearsal
            .disks
            .get()
            .into_iter()
            .filter(|disk| disk.attached_to.is_none())
            .map(|disk| {
                let point = disk
                    .restored_from
                    .as_ref()
                    .and_then(ResourceId::parent)
                    .map(|id| id.name().to_owned())
                    .unwrap_or_default();
                (
                    disk.id,
                    disk.name,
                    format!(
                        "disk \u{b7} {} written \u{b7} from {point}",
                        words::size(disk.written_bytes)
                    ),
                )
            });
        machines.chain(disks).collect::<Vec<_>>()
    };
    let row = move |(id, name, about): (ResourceId, String, String)| {
        let same = id.clone();
        let chosen = move || rehearsal.restored().as_ref() == Some(&same);
        view! {
            <li>
                <button type="button" class="restored-row" aria-pressed=follow(move || chosen().to_string()) data-testid=format!("restored-{name}") on:click=act(move || rehearsal.subject.set(Some(id.clone())))>
                    <b>{name.clone()}</b>
                    <span class="hint">{about}</span>
                </button>
            </li>
        }
    };
    let empty = move || rows().is_empty();
    view! {
        <section class="card" aria-labelledby="restored-title">
            <div class="card-head"><h2 id="restored-title">"Restored"</h2><span class="hint">{live(move || rows().len())}</span></div>
            {live(move || empty().then(|| view! { <p class="card-body second">"Nothing yet. What you restore is proved here, byte for byte."</p> }))}
            <ul>{live(move || rows().into_iter().map(row).collect_view())}</ul>
        </section>
    }
}
