//! Template, name, region and zones.

use super::Editor;
use super::draft::{copied, empty};
use crate::components::{follow, live};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::sample_fleet;
use rplab_core::model::Machine;

const REGIONS: [&str; 12] = [
    "eastus",
    "eastus2",
    "centralus",
    "westus2",
    "westus3",
    "northeurope",
    "westeurope",
    "uksouth",
    "germanywestcentral",
    "southeastasia",
    "australiaeast",
    "japaneast",
];

/// What a VM is called and where it stands.
#[component]
pub(crate) fn MachineForm() -> impl IntoView {
    let editor = Editor::get();
    let fixed = move || editor.is_fixed();
    let zones = move || editor.machine(|machine| machine.zones.join(", "));
    let no_zones = move || match editor.machine(Machine::has_unknown_zones) {
        true => "not known: a zone, or none",
        false => "none",
    };
    let set_zones = move |text: String| {
        let zones = text
            .split(',')
            .map(|zone| zone.trim().to_owned())
            // Where they are not known, saying so is how there come to be none.
            .filter(|zone| !zone.is_empty() && !zone.eq_ignore_ascii_case("none"));
        let zones = zones.collect();
        editor.change(|machine| machine.pin(zones));
    };
    view! {
        {(!editor.is_edit()).then(|| view! { <Templates /> })}
        <div class="form-grid">
            <div class="stack tight">
                <label class="field">
                    "Name"
                    <input
                        class="input"
                        data-testid="editor-name"
                        aria-invalid=follow(move || editor.name_problem().is_some().to_string())
                        aria-describedby="editor-name-wrong"
                        readonly=fixed
                        prop:value=follow(move || editor.machine(|machine| machine.name.clone()))
                        on:input:target=move |event| editor.rename(event.target().value().trim())
                    />
                </label>
                <span id="editor-name-wrong" class="wrong" role="alert" data-testid="editor-name-wrong">{live(move || editor.name_problem())}</span>
            </div>
            <label class="field">
                "Region"
                <input
                    class="input"
                    list="regions"
                    readonly=fixed
                    prop:value=follow(move || editor.machine(|machine| machine.location.clone().unwrap_or_default()))
                    on:input:target=move |event| {
                        let region = event.target().value().trim().to_owned();
                        editor.change(|machine| machine.location = Some(region).filter(|region| !region.is_empty()));
                    }
                />
            </label>
            <datalist id="regions">{REGIONS.map(|region| view! { <option value=region></option> }).collect_view()}</datalist>
            <label class="field">
                "Zones"
                <input class="input" data-testid="editor-zones" placeholder=follow(no_zones) readonly=fixed prop:value=follow(zones) on:change:target=move |event| set_zones(event.target().value()) />
            </label>
        </div>
        {live(move || fixed().then(|| view! { <p class="hint">"The lab has acted on this VM, so its name, region and zones stay, and the names of its disks. Copy it to have another one."</p> }))}
    }
}

#[component]
fn Templates() -> impl IntoView {
    let session = Session::get();
    let editor = Editor::get();
    let samples = StoredValue::new(sample_fleet());
    let choose = move |name: String| {
        let fleet = session.fleet.get_untracked();
        let sample = samples.with_value(|samples| {
            samples
                .machines
                .iter()
                .find(|machine| machine.name == name)
                .cloned()
        });
        let machine = match sample {
            Some(sample) => {
                let mut machine = copied(&sample, &fleet);
                let kept_name = machine.name.clone();
                if let Some(first) = fleet.machines.first() {
                    // The template's VM joins the group of the fleet that it is made for.
                    machine.id = first
                        .id
                        .sibling(rplab_core::ids::ResourceType::VirtualMachine, &kept_name);
                    for disk in &mut machine.disks {
                        let name = disk.name.clone();
                        disk.id = disk
                            .id
                            .as_ref()
                            .map(|_| first.id.sibling(rplab_core::ids::ResourceType::Disk, &name));
                    }
                }
                machine
            }
            None => empty(&fleet).machine,
        };
        editor.change(|current| *current = machine);
    };
    let option =
        |name: String| view! { <option value=name.clone()>{format!("Like {name}")}</option> };
    view! {
        <label class="field">
            "Start from"
            <select class="input" data-testid="editor-template" on:change:target=move |event| choose(event.target().value())>
                <option value="">"Nothing but an OS disk"</option>
                {samples.with_value(|samples| samples.machines.iter().map(|machine| option(machine.name.clone())).collect_view())}
            </select>
        </label>
    }
}
