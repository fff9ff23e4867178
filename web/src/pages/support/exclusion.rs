//! The disks to leave out, ready to paste.

use super::Judged;
use crate::components::{CopyButton, Icon, act, follow};
use leptos::prelude::*;
use rplab_core::matrix::Verdict;
use serde_json::json;

/// `excludeDisks` as JSON and as an `az` command.
#[component]
pub(crate) fn Exclusion(judged: Judged) -> impl IntoView {
    let Judged { machine, report } = judged;
    let ids: Vec<String> = report
        .exclude_disks
        .iter()
        .map(|name| {
            let disk = machine.disks.iter().find(|disk| disk.name == *name);
            disk.and_then(|disk| disk.id.as_ref())
                .map_or_else(|| name.clone(), ToString::to_string)
        })
        .collect();
    let fragment =
        json!({ "excludeDisks": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    let json = serde_json::to_string_pretty(&fragment).unwrap_or_default();
    let az = format!(
        "az restore-point create \\\n  --resource-group {} \\\n  --collection-name {}-points \\\n  --name NAME \\\n  --exclude-disks {}",
        machine.id.resource_group(),
        machine.name,
        ids.join(" \\\n    "),
    );
    // To a VM that is refused as a whole it is of no use.
    let helps = !ids.is_empty() && report.verdict != Verdict::NotSupported;
    helps.then(|| view! { <Fragment names=report.exclude_disks json az /> })
}

#[component]
fn Fragment(names: Vec<String>, json: String, az: String) -> impl IntoView {
    let as_az = RwSignal::new(false);
    let text = Signal::derive(move || {
        if as_az.get() {
            az.clone()
        } else {
            json.clone()
        }
    });
    view! {
        <section class="card" aria-labelledby="exclusion-title" data-testid="exclusion">
            <div class="card-head"><h2 id="exclusion-title" class="grow">"Computed exclusion"</h2><CopyButton text label="Copy" /></div>
            <div class="card-body stack">
                <p class="line"><span class="glyph exclude"><Icon name="exclude" /></span><span class="mono" data-testid="excluded">{names.join(", ")}</span></p>
                <div class="segments" role="group" aria-label="Form">
                    <button type="button" aria-pressed=follow(move || (!as_az.get()).to_string()) on:click=act(move || as_az.set(false))>"JSON"</button>
                    <button type="button" aria-pressed=follow(move || as_az.get().to_string()) on:click=act(move || as_az.set(true))>"az"</button>
                </div>
                <pre class="code" tabindex="0" aria-label="Fragment">{text}</pre>
            </div>
        </section>
    }
}
