//! Schedule, retention, copies, objectives and rates of a plan.

use super::draft::{Draft, FILLED, GuestDraft, METERS, SCOPES, in_guest};
use crate::components::{Action, Choice, Field, RuleLinks, Segments, live, soon};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::{cross_region_regions, region};

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
        ("mars", "MARS agent"),
        ("dpmMabs", "DPM or MABS"),
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
    let elsewhere = regions.clone();
    let whole = pairs(&[("", "disks or files will do"), ("yes", "whole VMs")]);
    let is = move |service: &'static str| draft.service.with(|own| own == service);
    let hourly = move || draft.frequency.with(|own| own == "Hourly");
    let session = Session::get();
    let calibrated = RwSignal::new(String::new());
    let calibrate = move || {
        calibrated.set(match draft.calibrate(session) {
            0 => "No disk of it has two points yet: take them on the Lifecycle page.".to_owned(),
            samples => format!(
                "Read off {}.",
                words::count(samples, "incremental snapshot", "incremental snapshots")
            ),
        });
    };
    let assumed = move || {
        let count = u64::try_from(draft.assumed_filled(session)).unwrap_or_default();
        let disks = words::count(count, "disk", "disks");
        let taken = draft.per_cent_filled().map_or_else(
            |reason| format!("Not foretold: {reason}"),
            |filled| format!("Taken as {filled} % full"),
        );
        (count > 0).then(|| format!("How much is on {disks} is not known. {taken}: change it under What is assumed of the disks, or say usedGiB in the editor."))
    };
    let rates = move || {
        METERS.iter().zip(draft.rates).map(|((meter, words), rate)| view! { <Field label=*words value=rate placeholder="no rate" number=true decimal=true testid=format!("rate-{meter}") /> })
    };
    view! {
        <section class="card" aria-labelledby="schedule-title" data-testid="plan-editor">
            <div class="card-head"><h2 id="schedule-title">"Schedule and retention"</h2></div>
            <div class="card-body stack wide">
                <Segments label="Service" options=services value=draft.service />
                <div class="pair"><Field label="Name" value=draft.name testid="plan-name" /><Choice label="For" options=Signal::stored(whom) value=draft.whom testid="plan-whom" /></div>
                {live(move || assumed().map(|words| view! { <p class="hint" data-testid="plan-assumed">{words}</p> }))}
                {soon(move || view! {
                    <Choice label="A point" options=Signal::stored(frequencies.clone()) value=draft.frequency testid="plan-frequency" />
                    <div class="pair">
                        {live(move || hourly().then(|| view! { <Field label="Every hours" value=draft.interval number=true testid="plan-interval" /> }))}
                        <Field label="At, UTC" value=draft.time testid="plan-time" />
                    </div>
                }.into_any())}
                {live(move || is("vmBackup").then(|| {
                    let types = types.clone();
                    view! {
                        <div class="pair"><Choice label="Policy type" options=Signal::stored(types) value=draft.policy_type testid="plan-type" /><Field label="Instant restore days" value=draft.instant_days placeholder="as the type says" number=true /></div>
                        <VaultEditor draft />
                    }
                }))}
                {live(move || {
                    let service = draft.service.get();
                    in_guest(&service).then(|| view! { <GuestEditor guest=draft.guest service /> })
                })}
                {soon(move || view! { <fieldset class="stack">
                    <legend class="strong">"Keep"</legend>
                    <div class="pair"><Field label="Every point, days" value=draft.days number=true testid="plan-days" /><Field label="Sunday's, weeks" value=draft.weeks placeholder="none" number=true testid="plan-weeks" /></div>
                    <div class="pair"><Field label="First of a month, months" value=draft.months placeholder="none" number=true testid="plan-months" /><Field label="First of January, years" value=draft.years placeholder="none" number=true /></div>
                    {live(move || is("restorePoints").then(|| view! { <Field label="The newest, always" value=draft.keep_last placeholder="no number" number=true /> }))}
                    <p class="hint">"A point is kept by the longest rule that wants it."</p>
                </fieldset> }.into_any())}
                {soon(move || {
                    let regions = regions.clone();
                    live(move || is("restorePoints").then(|| {
                        let regions = regions.clone();
                        view! { <div class="pair"><Choice label="Copy daily to" options=Signal::stored(regions) value=draft.copy_region testid="plan-copy" /><Field label="Keep there, days" value=draft.copy_days number=true /></div> }
                    })).into_any()
                })}
                {soon(move || view! { <fieldset class="stack">
                    <legend class="strong">"Objectives of both plans"</legend>
                    <div class="pair"><Field label="RPO, hours" value=draft.rpo_hours placeholder="none" number=true testid="plan-rpo" /><Choice label="Points also in" options=Signal::stored(elsewhere.clone()) value=draft.region testid="plan-region" /></div>
                    <div class="pair"><Field label="RPO there, hours" value=draft.remote_rpo_hours placeholder="as here" number=true testid="plan-remote-rpo" /><Choice label="What must come back" options=Signal::stored(whole.clone()) value=draft.whole_vm testid="plan-whole" /></div>
                    <div class="pair"><Field label="Reach back, days" value=draft.reach_days placeholder="none" number=true /><Field label="Budget a month" value=draft.budget placeholder="none" number=true decimal=true testid="plan-budget" /></div>
                </fieldset> }.into_any())}
                {soon(move || view! { <details><summary>"What is assumed of the disks"</summary>
                    <div class="pair"><Field label="Changed a day, per mille" value=draft.change number=true testid="plan-change" /><Field label="Days foretold" value=draft.horizon number=true testid="plan-horizon" /></div>
                    <Field label=FILLED value=draft.filled number=true testid="plan-filled" />
                    <div class="line"><Action label="Read it off the lab's points" icon="again" small=true testid="plan-calibrate" on_press=calibrate /><span class="hint" role="status" data-testid="plan-calibrated">{live(move || calibrated.get())}</span></div>
                </details> }.into_any())}
                {soon(move || view! { <details open=true><summary>"Rates, illustrative until they are yours"</summary><div class="stack"><p class="hint">"What stands here goes into the cost as it is. A meter without a rate has no price. Decimals begin after a point, or as your language writes them; thousands are not grouped."</p><div class="rates">{rates().collect_view()}</div></div></details> }.into_any())}
            </div>
        </section>
    }
}

/// How the vault keeps what is in it, and what that changes.
#[component]
fn VaultEditor(draft: Draft) -> impl IntoView {
    let session = Session::get();
    let redundancies = pairs(&[
        ("GeoRedundant", "geo-redundant"),
        ("ZoneRedundant", "zone-redundant"),
        ("LocallyRedundant", "locally redundant"),
    ]);
    let there = pairs(&[("", "no"), ("yes", "yes")]);
    // Region and pair of the followed VM; a fleet has a vault in each of its regions.
    let place = move || {
        let own = session.followed(|machine| machine.location.clone())??;
        let pair = region(&own)?.pair.clone();
        Some((own, pair))
    };
    let says = move || {
        let restores = draft.cross_region.with(|own| !own.is_empty());
        let redundancy = draft.redundancy.get();
        match (place(), redundancy.as_str()) {
            (Some((own, Some(pair))), "GeoRedundant") if restores => format!("Points of the vault are in {pair} too, some hours after they reach it: VMs come back there while {own} is down, and their age there is foretold. The vault's rate is that of a geo-redundant one with this switched on."),
            (Some((_, Some(pair))), "GeoRedundant") => format!("A copy lies in {pair}, from which nobody restores while this is off: it meets no objective for that region."),
            (Some((own, None)), "GeoRedundant") => format!("{own} has no paired region."),
            (_, "ZoneRedundant") => "Copies lie in the zones of the region: one zone may be lost, and nothing is restored in another region.".to_owned(),
            (_, "LocallyRedundant") => "All copies lie in one place: the least that is paid, and nothing is restored in another region.".to_owned(),
            _ => String::new(),
        }
    };
    let rules = ["S3-46a", "S3-46b"].map(str::to_owned).to_vec();
    view! {
        <fieldset class="stack" data-testid="plan-vault">
            <legend class="strong">"Vault"</legend>
            <div class="pair">
                <Choice label="Redundancy" options=Signal::stored(redundancies) value=draft.redundancy testid="plan-redundancy" />
                <Choice label="Restores in the paired region" options=Signal::stored(there) value=draft.cross_region testid="plan-cross-region" />
            </div>
            <p class="hint"><span role="status" data-testid="plan-vault-says">{live(says)}</span> " " <RuleLinks rules /></p>
        </fieldset>
    }
}

/// What an agent in the guest protects, and what the server of DPM or MABS keeps.
#[component]
fn GuestEditor(guest: GuestDraft, service: String) -> impl IntoView {
    let server = service == "dpmMabs";
    let workloads = pairs(&[
        ("file server", "a file server"),
        ("SQL Server", "SQL Server"),
        ("other", "another workload"),
    ]);
    let destinations = pairs(&[("vault", "the vault"), ("tape", "tape")]);
    let scope = pairs(&SCOPES);
    let hint = if server {
        "Two scheduled backups a day to the vault. The server's disk has a point every 15 minutes of SQL Server, every hour of anything else, and keeps 448, of file servers 64."
    } else {
        "Three scheduled backups a day to the vault, of Windows alone."
    };
    let rules = if server {
        ["S3-12", "S3-39a", "S3-39b", "S3-42a", "S3-42b"].as_slice()
    } else {
        ["S3-11", "S3-24"].as_slice()
    };
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    view! {
        <fieldset class="stack" data-testid="plan-guest">
            <legend class="strong">"From within the guest"</legend>
            <div class="pair">
                <Choice label="Protect" options=Signal::stored(scope) value=guest.scope testid="plan-scope" />
                {server.then(|| view! { <Choice label="Workload" options=Signal::stored(workloads) value=guest.workload testid="plan-workload" /> })}
            </div>
            {server.then(|| view! {
                <div class="pair"><Field label="On the server's disk every, minutes" value=guest.minutes placeholder="not" number=true testid="plan-minutes" /><Field label="Points there" value=guest.points placeholder="none" number=true testid="plan-disk-points" /></div>
                <Choice label="From there to" options=Signal::stored(destinations) value=guest.destination testid="plan-destination" />
            })}
            <p class="hint">{hint} " " <RuleLinks rules /></p>
        </fieldset>
    }
}
