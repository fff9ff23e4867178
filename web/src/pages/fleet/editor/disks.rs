//! The disks of the VM at hand.

use super::draft::data_disk;
use super::facts::FactGroups;
use super::{Editor, MOST_GIB};
use crate::components::{Action, Look, follow, live};
use leptos::prelude::*;
use rplab_core::ids::ResourceType;
use rplab_core::model::vocabulary::FactSubject;
use rplab_core::model::{Disk, DiskRole, FactValue};

const SKUS: [&str; 8] = [
    "Standard_LRS",
    "StandardSSD_LRS",
    "StandardSSD_ZRS",
    "Premium_LRS",
    "Premium_ZRS",
    "PremiumV2_LRS",
    "UltraSSD_LRS",
    "Standard_ZRS",
];

/// The SKUs of managed disks.
pub(crate) fn disk_skus() -> impl Iterator<Item = String> {
    SKUS.into_iter().map(ToOwned::to_owned)
}

/// One form for each disk.
#[component]
pub(crate) fn DiskForms() -> impl IntoView {
    let editor = Editor::get();
    let count = Memo::new(move |_| editor.machine(|machine| machine.disks.len()));
    let add = move || {
        editor.change(|machine| {
            let disk = data_disk(machine);
            machine.disks.push(disk);
        });
    };
    view! {
        <section class="stack" aria-labelledby="disks-title">
            <div class="line"><h3 id="disks-title">"Disks"</h3><span class="hint">{count}</span>
                <span class="end"><Action label="Add data disk" icon="plus" small=true testid="add-disk" on_press=add /></span>
            </div>
            <ul class="stack">{live(move || (0..count.get()).map(|index| view! { <DiskForm index /> }).collect_view())}</ul>
            <datalist id="skus">{SKUS.map(|sku| view! { <option value=sku></option> }).collect_view()}</datalist>
        </section>
    }
}

#[component]
fn DiskForm(index: usize) -> impl IntoView {
    let editor = Editor::get();
    let read = move |read: fn(&Disk) -> String| {
        editor.machine(|machine| machine.disks.get(index).map(read).unwrap_or_default())
    };
    let change = move |change: &dyn Fn(&mut Disk)| {
        editor.change(|machine| {
            if let Some(disk) = machine.disks.get_mut(index) {
                change(disk);
            }
        });
    };
    let role = move || {
        editor.machine(|machine| {
            machine.disks.get(index).and_then(|disk| disk.role) == Some(DiskRole::Os)
        })
    };
    let title = move || {
        let lun = read(|disk| disk.lun.map(|lun| format!("LUN {lun}")).unwrap_or_default());
        if role() {
            "OS disk".to_owned()
        } else {
            format!("Data disk, {lun}")
        }
    };
    let rename = move |name: String| {
        change(&|disk| {
            disk.id = disk
                .id
                .as_ref()
                .map(|id| id.sibling(ResourceType::Disk, &name));
            disk.name.clone_from(&name);
        });
    };
    let remove = move || editor.remove_disk(index);
    let size = move || {
        let known = || {
            read(|disk| {
                disk.size_gib
                    .map(|size| size.to_string())
                    .unwrap_or_default()
            })
        };
        editor.wrong_size(index).unwrap_or_else(known)
    };
    let name = move || read(|disk| disk.name.clone());
    view! {
        <li class="disk-form" data-testid=format!("disk-form-{index}")>
            <div class="line tight"><b class="grow">{live(title)}</b>
                <Action label=Signal::derive(move || format!("Remove {}", name())) icon="trash" look=Look::Quiet small=true only_icon=true on_press=remove />
            </div>
            <div class="form-grid">
                <label class="field">"Disk name"<input class="input" data-testid=format!("disk-name-{index}") readonly=move || editor.is_fixed() && editor.had_disk(index) prop:value=follow(name) on:change:target=move |event| rename(event.target().value().trim().to_owned()) /></label>
                <label class="field">"GiB"
                    <input class="input number" type="number" min="1" max=MOST_GIB.to_string() inputmode="numeric" data-testid=format!("disk-size-{index}")
                        aria-invalid=follow(move || editor.wrong_size(index).is_some().to_string())
                        prop:value=follow(size)
                        on:input:target=move |event| editor.take_size(index, event.target().value().trim().to_owned())
                    />
                </label>
                <label class="field">"SKU"
                    <input class="input" list="skus" data-testid=format!("disk-sku-{index}")
                        prop:value=follow(move || read(|disk| match disk.facts.get("sku") { Some(FactValue::Text(sku)) => sku.clone(), _ => String::new() }))
                        on:input:target=move |event| { let sku = event.target().value().trim().to_owned(); change(&|disk| set_text(disk, "sku", &sku)) }
                    />
                </label>
            </div>
            <details><summary>"Facts of this disk"</summary><FactGroups subject=FactSubject::Disk disk=Some(index) /></details>
        </li>
    }
}

fn set_text(disk: &mut Disk, fact: &str, value: &str) {
    if value.is_empty() {
        disk.facts.remove(fact);
    } else {
        disk.facts
            .insert(fact.to_owned(), FactValue::Text(value.to_owned()));
    }
}
