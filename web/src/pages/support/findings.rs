//! Every row that holds, the decisive ones first.

use crate::components::{CitationChip, Glyph, prose};
use leptos::prelude::*;
use rplab_core::matrix::{Finding, MachineAssessment, Verdict};

/// The rows that need a reader; those that simply say yes are counted and open on demand.
#[component]
pub(crate) fn Findings(report: MachineAssessment) -> impl IntoView {
    let (fine, rest): (Vec<_>, Vec<_>) = report
        .findings
        .into_iter()
        .partition(|finding| finding.verdict == Verdict::Supported);
    let quiet = rest.is_empty();
    let count = fine.len();
    view! {
        <section class="card" aria-labelledby="findings-title" data-testid="findings">
            <div class="card-head"><h2 id="findings-title">"What decides"</h2><span class="hint">{rest.len()} " of " {rest.len() + count} " rows that apply"</span></div>
            {quiet.then(|| view! { <p class="card-body second">"Nothing stands in the way, and no row asks for care."</p> })}
            <ul class="findings">{rest.into_iter().map(|finding| view! { <OneFinding finding /> }).collect_view()}</ul>
            {(count > 0).then(|| view! {
                <details class="card-foot-details">
                    <summary>{rows_apply(count, quiet)}</summary>
                    <ul class="findings">{fine.into_iter().map(|finding| view! { <OneFinding finding /> }).collect_view()}</ul>
                </details>
            })}
        </section>
    }
}

fn rows_apply(count: usize, only: bool) -> String {
    let more = if only { "" } else { " more" };
    if count == 1 {
        format!("1{more} row applies, and says supported")
    } else {
        format!("{count}{more} rows apply, all supported")
    }
}

#[component]
fn OneFinding(finding: Finding) -> impl IntoView {
    let Finding {
        verdict,
        disks,
        row_ids,
        citations,
        text,
        remedy,
        conflicts_with,
        label,
        ..
    } = finding;
    let chips = citations
        .into_iter()
        .map(|citation| view! { <CitationChip citation row_ids=row_ids.clone() /> })
        .collect_view();
    view! {
        <li class="finding" data-verdict=verdict.as_str()>
            <Glyph verdict />
            <div class="stack">
                <p>{(!disks.is_empty()).then(|| view! { <b>{disks.join(", ")}</b>": " })}{prose(&text)}</p>
                {(!remedy.is_empty()).then(|| view! { <p class="second">{prose(&remedy)}</p> })}
                <div class="line" title=label>{chips}</div>
                {(!conflicts_with.is_empty()).then(|| view! { <p class="hint">"Other rules say something else: " <span class="mono">{conflicts_with.join(", ")}</span></p> })}
            </div>
        </li>
    }
}
