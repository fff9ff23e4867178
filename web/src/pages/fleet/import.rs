//! Where inventories come in: dropped, pasted or chosen.

use super::preview::PreviewPanel;
use crate::components::{Action, Icon, Look, Note, Working, follow, live, rescue_focus};
use crate::later::{NotFetched, Show};
use crate::session::Session;
use crate::session::jobs::{JobFile, Progress};
use crate::shell::{Intake, LargeFleet, Pending};
use crate::words;
use leptos::html;
use leptos::prelude::*;
use rplab_core::api::NamedInput;
use wasm_split_helpers::wasm_split;

/// The panel beside the table.
#[wasm_split(import, fallible)]
pub(super) fn import_panel() -> Result<Show, NotFetched> {
    Ok(|| view! { <ImportPanel /> }.into_any())
}

/// What opens the panel, and takes the focus when it has gone.
pub(super) const OPENER: &str = "[data-testid=import]";

#[component]
fn ImportPanel() -> impl IntoView {
    let intake = Intake::get();
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            // Where a heading takes no focus it stays on what opened the panel.
            let _ = title.focus();
        }
    });
    Effect::new(move |_| {
        intake.pending.track();
        rescue_focus("#import-title");
    });
    let close = move || {
        intake.stop();
        intake.open.set(false);
        rescue_focus(OPENER);
    };
    view! {
        <aside aria-labelledby="import-title">
            <section class="card" data-testid="import-panel">
                <div class="card-head">
                    <h2 id="import-title" class="grow" tabindex="-1" node_ref=title>{live(move || if intake.pending.with(Option::is_some) { "Import preview" } else { "Import" })}</h2>
                    <Action label="Close import" icon="close" look=Look::Quiet small=true only_icon=true on_press=close />
                </div>
                <div class="card-body stack wide">
                    {live(move || match intake.pending.get() {
                        Some(Pending::Reading { names, progress, .. }) => view! { <Reading names progress /> }.into_any(),
                        Some(Pending::Instead { names, of, files }) => view! { <Instead names of files /> }.into_any(),
                        Some(Pending::Preview { names, import, verdicts, large }) => view! { <PreviewPanel names import verdicts large /> }.into_any(),
                        Some(Pending::Failed { names, error }) => {
                            view! {
                                <Note tone="no" alert=true>
                                    <b data-testid="import-error">{format!("Nothing was read from {names}.")}</b>
                                    <span>{error.message}</span>
                                    <span class="hint">"Everything that was loaded before is still here."</span>
                                </Note>
                                <Ways />
                            }
                                .into_any()
                        }
                        None => view! { <Ways /> }.into_any(),
                    })}
                </div>
            </section>
        </aside>
    }
}

/// A large inventory on its way through the worker.
#[component]
fn Reading(names: String, progress: RwSignal<Progress>) -> impl IntoView {
    let intake = Intake::get();
    view! {
        <div class="stack" data-testid="reading">
            <p class="line tight"><Icon name="file" /><b class="mono">{names}</b></p>
            <Working progress on_stop=move || intake.stop() />
            <p class="hint">"The page stays usable. Nothing is added before you accept it."</p>
        </div>
    }
}

/// Whether the large fleet that is looked through may go.
#[component]
fn Instead(
    names: String,
    of: LargeFleet,
    files: StoredValue<Vec<JobFile>, LocalStorage>,
) -> impl IntoView {
    let (session, intake) = (Session::get(), Intake::get());
    let machines = words::count(of.machines, "VM", "VMs");
    let head = format!("Reading {names} lets {machines} of {} go.", of.names);
    let read = move || {
        if let Some(files) = files.try_get_value() {
            // What tells of the reading outlives this note.
            wasm_bindgen_futures::spawn_local(async move { intake.take_large(session, &files) });
        }
    };
    let keep = move || {
        intake.stop();
        intake.open.set(false);
        rescue_focus(OPENER);
    };
    view! {
        <Note tone="caveat" alert=true>
            <b data-testid="instead">{head}</b>
            <span>"Nothing of them is stored: to see them again, their files are read again. What was added to the scenario stays."</span>
            <span class="line">
                <Action label="Let them go and read" icon="file" small=true testid="instead-read" on_press=read />
                <Action label="Keep them" look=Look::Quiet small=true testid="instead-keep" on_press=keep />
            </span>
        </Note>
    }
}

#[component]
fn Ways() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let chooser = NodeRef::<html::Input>::new();
    let pasted = RwSignal::new(String::new());
    let choose = move || {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(files) = chooser.get_untracked().and_then(|input| input.files()) {
            intake.take_files(session, files);
        }
    };
    let nothing = move || {
        pasted
            .with(|text| text.trim().is_empty())
            .then(|| "Paste the output first".to_owned())
    };
    let read = move || {
        intake.take(
            session,
            vec![NamedInput::new("pasted text", pasted.get_untracked())],
        )
    };
    view! {
        <p class="second">"Drop files anywhere, several at once. They are read in this browser; nothing is sent."</p>
        <Action label="Choose files" icon="file" look=Look::Primary on_press=choose />
        <input class="unseen" type="file" multiple=true accept=".json,.ndjson,.jsonl,.csv,.tsv,.txt,.gz,.tfstate,application/json" tabindex="-1" aria-label="Inventory files" data-testid="inventory-files" node_ref=chooser on:change=chosen />
        <label class="field">
            "Or paste"
            <textarea class="input mono" rows="6" placeholder="[ { \"name\": \"vm-01\", ... } ]" data-testid="paste" prop:value=follow(move || pasted.get()) on:input:target=move |event| pasted.set(event.target().value())></textarea>
        </label>
        <Action label="Read" reason=Signal::derive(nothing) testid="read-paste" on_press=read />
        <details>
            <summary>"What can be read"</summary>
            <ul class="stack said-list">
                <li><Icon name="file" /><code>"az vm list -d -o json"</code></li>
                <li><Icon name="file" /><code>"az disk list -o json"</code>" (makes disk facts certain)"</li>
                <li><Icon name="file" />"ARM bodies and lists of VMs and disks, templates, "<code>"terraform show -json"</code></li>
                <li><Icon name="file" />"Resource Graph as JSON or the portal's CSV, a CSV of one's own, lines of JSON, gzip of any"</li>
                <li><Icon name="file" />"A scenario file of this planner, which is opened at once"</li>
            </ul>
        </details>
    }
}
