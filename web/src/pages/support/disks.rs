//! Disk by disk, and what was taken as ordinary.

use super::Judged;
use crate::components::{VerdictMark, verdict_look};
use crate::pages::fleet::fact_words;
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::{MachineAssessment, Verdict};
use rplab_core::model::{Disk, DiskRole, FactValue};

/// One verdict for each disk.
#[component]
pub(crate) fn DiskVerdicts(judged: Judged) -> impl IntoView {
    let Judged { machine, report } = judged;
    let rows = report.disks.into_iter().map(|disk| {
        let about = machine.disks.iter().find(|other| other.name == disk.name).map(about).unwrap_or_default();
        let testid = format!("disk-{}", disk.name);
        view! {
            <li class="disk-verdict" data-testid=testid>
                <span class="grow"><b class="mono">{disk.name}</b><span class="hint block">{about}</span></span>
                <VerdictMark verdict=disk.verdict words=disk_word(disk.verdict) />
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="disks-title">
            <div class="card-head"><h2 id="disks-title">"Disks"</h2></div>
            <ul>{rows.collect_view()}</ul>
        </section>
    }
}

fn disk_word(verdict: Verdict) -> &'static str {
    if verdict == Verdict::ExcludeDisk {
        "Exclude it"
    } else {
        verdict_look(verdict).word
    }
}

/// Role, size and SKU of a disk.
pub(crate) fn about(disk: &Disk) -> String {
    let role = match (disk.role, disk.lun) {
        (Some(DiskRole::Os), _) => "OS".to_owned(),
        (_, Some(lun)) => format!("LUN {lun}"),
        _ => "data".to_owned(),
    };
    let size = disk
        .size_gib
        .map(|size| format!("{} GiB", words::grouped(size)));
    let sku = match disk.facts.get("sku") {
        Some(FactValue::Text(sku)) => Some(sku.clone()),
        _ => None,
    };
    [Some(role), size, sku]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" \u{b7} ")
}

/// Facts that nobody supplied.
#[component]
pub(crate) fn Assumed(report: MachineAssessment) -> impl IntoView {
    let count = report.assumed.len();
    let items = report.assumed.into_iter().map(|assumed| {
        view! { <li><code>{assumed.fact}</code>" "<span class="second">{fact_words(&assumed.value)}</span>{assumed.disk.map(|disk| view! { <span class="hint">" of " {disk}</span> })}</li> }
    });
    (count > 0).then(|| {
        view! {
            <section class="card" aria-labelledby="assumed-title">
                <div class="card-head"><h2 id="assumed-title">"Taken as ordinary"</h2><span class="hint">{count}</span></div>
                <details class="card-body" data-testid="assumed">
                    <summary>"Nobody said; Azure's resources do not carry them"</summary>
                    <ul class="preview-list">{items.collect_view()}</ul>
                </details>
            </section>
        }
    })
}
