//! Where the pages contradict each other, what is followed in the edition, and which VMs it touches.

use crate::components::{Cell, Grid, Icon, RuleLinks, act, follow, live, soon};
use crate::route::{Page, address};
use crate::session::Session;
use crate::shell::edition_name;
use crate::words;
use leptos::prelude::*;
use rplab_core::matrix::{Edition, LedgerEntry, LedgerSide, MachineAssessment, ledger};

/// The side that is followed in an edition, with the reason.
fn followed(entry: &LedgerEntry, edition: Edition) -> Option<(LedgerSide, &str)> {
    let then = entry.followed.iter().rev();
    let mut then = then.filter(|followed| followed.from <= edition);
    then.next()
        .map(|followed| (followed.side, followed.why.as_str()))
}

/// Whether a rule of either side decides something about a VM.
fn touches(entry: &LedgerEntry, machine: &MachineAssessment) -> bool {
    let mut rules = machine.findings.iter().flat_map(|finding| &finding.row_ids);
    rules.any(|rule| entry.left.contains(rule) || entry.right.contains(rule))
}

fn side(rules: &[String], own: LedgerSide, chosen: Option<LedgerSide>) -> impl IntoView + use<> {
    let is = chosen == Some(own) || chosen == Some(LedgerSide::Both);
    let word = match (chosen, is) {
        (None, _) => "not dated yet",
        (Some(LedgerSide::Both), _) => "holds in its place",
        (_, true) => "followed",
        (_, false) => "set aside",
    };
    view! {
        <div class="ledger-side" class:followed=is>
            <span class="tag">{is.then(|| view! { <Icon name="ok" /> })}{word}</span>
            <p class="mono"><RuleLinks rules=rules.to_vec() /></p>
        </div>
    }
}

/// One contradiction.
fn one(
    entry: &'static LedgerEntry,
    edition: Edition,
    machines: Vec<(String, String)>,
) -> impl IntoView + use<> {
    let found = followed(entry, edition);
    let chosen = found.map(|(side, _)| side);
    let why = found.map_or_else(
        || "The pages that disagree are newer than this edition.".to_owned(),
        |(_, why)| format!("{}.", words::capitalized(why)),
    );
    let links = machines.into_iter().map(|(own, name)| {
        let to = address(Page::Support, Some(&own));
        view! { <a href=to>{name}</a> " " }
    });
    let links: Vec<_> = links.collect();
    view! {
        <li class="contradiction" data-testid="contradiction" data-number=entry.number.to_string()>
            <p><b>{entry.what.clone()}</b></p>
            <div class="ledger-sides">{side(&entry.left, LedgerSide::Left, chosen)}{side(&entry.right, LedgerSide::Right, chosen)}</div>
            <p class="second">{why}</p>
            {(!links.is_empty()).then(|| view! { <p class="hint">"Touches " {links}</p> })}
        </li>
    }
}

/// All of them, with the VMs that each touches.
#[component]
pub(super) fn Contradictions() -> impl IntoView {
    let session = Session::get();
    let (only_touching, as_table) = (RwSignal::new(false), RwSignal::new(false));
    // Of each the VMs that it touches.
    let touched = Memo::new(move |_| {
        session.report.with(|report| {
            let machines = report
                .as_ref()
                .map(|report| report.machines.as_slice())
                .unwrap_or_default();
            let of = |entry: &LedgerEntry| {
                let touched = machines.iter().filter(|machine| touches(entry, machine));
                touched
                    .map(|machine| {
                        (
                            session.reference(&machine.id, &machine.name),
                            machine.name.clone(),
                        )
                    })
                    .collect()
            };
            ledger().iter().map(of).collect::<Vec<Vec<_>>>()
        })
    });
    let count = move || touched.with(|all| all.iter().filter(|own| !own.is_empty()).count());
    let list = move || {
        let edition = session.edition.get();
        let shown = ledger().iter().zip(touched.get());
        let shown = shown.filter_map(|(entry, machines)| {
            let shown = !only_touching.get() || !machines.is_empty();
            shown.then(|| soon(move || one(entry, edition, machines.clone()).into_any()))
        });
        view! { <ul class="contradictions">{shown.collect_view()}</ul> }
    };
    let table = move || {
        let edition = session.edition.get();
        let rows = ledger().iter().zip(touched.get());
        let rows = rows.map(|(entry, machines)| {
            let found = followed(entry, edition);
            let word = match found {
                Some((LedgerSide::Left, _)) => "the first",
                Some((LedgerSide::Right, _)) => "the second",
                Some((LedgerSide::Both, _)) => "both",
                None => "none yet",
            };
            vec![
                Cell::new(entry.what.clone()),
                Cell::new(entry.left.join(" ")),
                Cell::new(entry.right.join(" ")),
                Cell::new(word),
                Cell::new(found.map(|(_, why)| why).unwrap_or_default()),
                Cell::new(
                    machines
                        .into_iter()
                        .map(|(_, name)| name)
                        .collect::<Vec<_>>()
                        .join(" "),
                ),
            ]
        });
        view! { <Grid caption="Contradictions" columns=vec!["What", "First side", "Second side", "Followed", "Why", "Touches"] rows=rows.collect() file="contradictions" testid="contradictions-table" /> }
    };
    view! {
        <details class="card" data-testid="contradictions">
            <summary class="card-head"><h2>"Contradictions"</h2><span class="hint">{ledger().len()} " between the pages, " {live(count)} " touch this fleet; judged as of " {live(move || edition_name(session.edition.get()))}</span></summary>
            <div class="card-body line">
                <button type="button" class="chip-button" aria-pressed=follow(move || only_touching.get().to_string()) data-testid="only-touching" on:click=act(move || only_touching.update(|on| *on = !*on))>"Only what touches this fleet"</button>
                <button type="button" class="chip-button" data-key="t" aria-pressed=follow(move || as_table.get().to_string()) on:click=act(move || as_table.update(|on| *on = !*on))><Icon name="table" />"Table"</button>
            </div>
            {live(move || if as_table.get() { table().into_any() } else { list().into_any() })}
        </details>
    }
}

/// Those that touch one VM, beside its verdict.
#[component]
pub(crate) fn TouchingContradictions(report: MachineAssessment) -> impl IntoView {
    let session = Session::get();
    let found: Vec<&'static LedgerEntry> = ledger()
        .iter()
        .filter(|entry| touches(entry, &report))
        .collect();
    let count = found.len();
    let list = move || {
        let edition = session.edition.get();
        let shown = found.iter().map(|entry| one(entry, edition, Vec::new()));
        shown.collect_view()
    };
    (count > 0).then(|| view! {
        <section class="card" aria-labelledby="contradictions-title" data-testid="touching-contradictions">
            <div class="card-head"><h2 id="contradictions-title">"Contradictions"</h2><span class="hint">{count} " of " {ledger().len()} " touch this VM"</span></div>
            <ul class="contradictions">{live(list)}</ul>
        </section>
    })
}
