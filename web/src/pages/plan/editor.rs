//! Schedule, retention, copies, objectives and rates of a plan.

use super::draft::{Draft, METERS};
use crate::components::{Choice, Field, Segments, live};
use leptos::prelude::*;
use rplab_core::matrix::cross_region_regions;

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
        .collect()
}

/// The form.
#[component]
pub(super) fn PlanEditor(draft: Draft) -> impl IntoView {
    let services = pairs(&[
        ("restorePoints", "Restore points"),
        ("vmBackup", "VM Backup"),
        ("diskBackup", "Disk Backup"),
    ]);
    let whom = pairs(&[("machine", "This VM"), ("fleet", "The whole fleet")]);
    let frequencies = pairs(&[
        ("Hourly", "every so many hours"),
        ("Daily", "once a day"),
        ("Weekly", "once a week, on Sunday"),
    ]);
    let types = pairs(&[("Enhanced", "Enhanced"), ("Standard", "Standard")]);
    let regions = std::iter::once((String::new(), "nowhere".to_owned())).chain(
        cross_region_regions()
            .into_iter()
            .map(|region| (region.to_owned(), region.to_owned())),
    );
    let regions: Vec<_> = regions.collect();
    let is = move |service: &'static str| draft.service.with(|own| own == service);
    let hourly = move || draft.frequency.with(|own| own == "Hourly");
    let rates = METERS.iter().zip(draft.rates).map(|((meter, words), rate)| view! { <Field label=*words value=rate placeholder="no rate" number=true testid=format!("rate-{meter}") /> });
    view! {
        <section class="card" aria-labelledby="schedule-title" data-testid="plan-editor">
            <div class="card-head"><h2 id="schedule-title">"Schedule and retention"</h2></div>
            <div class="card-body stack wide">
                <Segments label="Service" options=services value=draft.service />
                <div class="pair"><Field label="Name" value=draft.name testid="plan-name" /><Choice label="For" options=Signal::stored(whom) value=draft.whom testid="plan-whom" /></div>
                <Choice label="A point" options=Signal::stored(frequencies) value=draft.frequency testid="plan-frequency" />
                <div class="pair">
                    {live(move || hourly().then(|| view! { <Field label="Every hours" value=draft.interval number=true testid="plan-interval" /> }))}
                    <Field label="At, UTC" value=draft.time testid="plan-time" />
                </div>
                {live(move || is("vmBackup").then(|| {
                    let types = types.clone();
                    view! { <div class="pair"><Choice label="Policy type" options=Signal::stored(types) value=draft.policy_type testid="plan-type" /><Field label="Instant restore days" value=draft.instant_days placeholder="as the type says" number=true /></div> }
                }))}
                <fieldset class="stack">
                    <legend class="strong">"Keep"</legend>
                    <div class="pair"><Field label="Every point, days" value=draft.days number=true testid="plan-days" /><Field label="Sunday's, weeks" value=draft.weeks placeholder="none" number=true testid="plan-weeks" /></div>
                    <div class="pair"><Field label="First of a month, months" value=draft.months placeholder="none" number=true testid="plan-months" /><Field label="First of January, years" value=draft.years placeholder="none" number=true /></div>
                    {live(move || is("restorePoints").then(|| view! { <Field label="The newest, always" value=draft.keep_last placeholder="no number" number=true /> }))}
                    <p class="hint">"A point is kept by the longest rule that wants it."</p>
                </fieldset>
                {live(move || is("restorePoints").then(|| {
                    let regions = regions.clone();
                    view! { <div class="pair"><Choice label="Copy daily to" options=Signal::stored(regions) value=draft.copy_region testid="plan-copy" /><Field label="Keep there, days" value=draft.copy_days number=true /></div> }
                }))}
                <fieldset class="stack">
                    <legend class="strong">"Objectives of both plans"</legend>
                    <div class="pair"><Field label="RPO, hours" value=draft.rpo_hours placeholder="none" number=true testid="plan-rpo" /><Field label="RPO elsewhere, hours" value=draft.remote_rpo_hours placeholder="none" number=true /></div>
                    <div class="pair"><Field label="Reach back, days" value=draft.reach_days placeholder="none" number=true /><Field label="Budget a month" value=draft.budget placeholder="none" number=true testid="plan-budget" /></div>
                </fieldset>
                <details><summary>"What is assumed of the disks"</summary>
                    <div class="pair"><Field label="Changed a day, per mille" value=draft.change number=true testid="plan-change" /><Field label="Days foretold" value=draft.horizon number=true testid="plan-horizon" /></div>
                </details>
                <details open=true><summary>"Rates, illustrative until they are yours"</summary><div class="stack"><p class="hint">"What stands here goes into the cost as it is. A meter without a rate has no price."</p><div class="rates">{rates.collect_view()}</div></div></details>
            </div>
        </section>
    }
}
