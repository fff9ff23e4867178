//! One row: what it says, when, where it stands, and a VM that it holds for.

use crate::components::{Action, Look, RuleLinks, VerdictMark, live, prose, return_focus, reveal};
use crate::pages::fleet::Editor;
use crate::pages::support::{Asked, asked_words};
use crate::route::{Page, Way, address, address_of};
use crate::session::{Session, Tone};
use crate::shell::edition_name;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Lab, LabOptions, MatrixRow};
use rplab_core::cloud::SettingValue;
use rplab_core::matrix::{Citation, Edition, Example, JudgedBy, Simulated};
use rplab_core::model::Fleet;
use std::sync::Arc;

/// The card of a row.
#[component]
pub(super) fn OpenedRow(row: Arc<MatrixRow>) -> impl IntoView {
    let session = Session::get();
    let services: Vec<&str> = row
        .services
        .iter()
        .map(|service| words::service(*service))
        .collect();
    let editions = match (row.from, row.until) {
        (from, Edition::Beyond) => format!("from {}", edition_name(from)),
        (from, until) if from == until => format!("in {} only", edition_name(from)),
        (from, until) => format!("{} to {}", edition_name(from), edition_name(until)),
    };
    let judged = match row.judged_by {
        JudgedBy::Matrix => "facts, beforehand",
        JudgedBy::Engine => "the lab, as time passes",
        JudgedBy::Both => "facts beforehand, and the lab as time passes",
    };
    let simulated = row.simulated.clone().map(|simulated| match simulated {
        Simulated::Yes(how) => ("Simulated", how),
        Simulated::NotYet(what) => ("Not simulated yet", what),
    });
    let places = row
        .rules
        .iter()
        .map(|rule| (Some(rule.id.clone()), rule.citation.clone()));
    let elsewhere = row
        .citations
        .iter()
        .map(|citation| (None, citation.clone()));
    let places: Vec<_> = places.chain(elsewhere).collect();
    let id = row.id.clone();
    let holds_for = move || {
        session.report.with(|report| {
            let machines = report
                .as_ref()
                .map(|report| report.machines.as_slice())
                .unwrap_or_default();
            let held = machines.iter().filter(|machine| {
                machine
                    .findings
                    .iter()
                    .any(|finding| finding.matrix_row == id)
            });
            held.map(|machine| {
                (
                    session.reference(&machine.id, &machine.name),
                    machine.name.clone(),
                )
            })
            .collect::<Vec<_>>()
        })
    };
    let title = row.id.clone();
    let way = Way::get();
    // One column: the card stands above the list, and the reader below it.
    reveal("#row-title");
    let link = address_of(Page::Matrix, &row.id);
    on_cleanup(move || return_focus(format!("#row-title, .row-link[href=\"{link}\"]")));
    view! {
        <section class="card" aria-labelledby="row-title" data-testid="opened-row" data-row=row.id.clone()>
            <div class="card-head"><h2 id="row-title" class="grow" tabindex="-1">{row.label.clone()}</h2><VerdictMark verdict=row.verdict solid=true /><Action label="Close the row" icon="close" look=Look::Quiet small=true only_icon=true testid="close-row" on_press=move || way.go(&address(Page::Matrix, None)) /></div>
            <div class="card-body stack wide">
                <div class="stack">
                    <p>{prose(&row.text)}</p>
                    {(!row.remedy.is_empty()).then(|| view! { <p class="second"><b>"Way out: "</b>{prose(&row.remedy)}</p> })}
                </div>
                <dl class="pairs">
                    <dt>"Row"</dt><dd class="mono">{title}</dd>
                    <dt>"Services"</dt><dd>{services.join(", ")}</dd>
                    <dt>"About"</dt><dd>{words::subject(row.subject)}</dd>
                    {(!row.when.is_empty()).then(|| view! { <dt>"Holds when"</dt><dd>{prose(&row.when)}</dd> })}
                    {(!row.facts.is_empty()).then(|| view! { <dt>"Facts"</dt><dd class="mono">{row.facts.join(", ")}</dd> })}
                    <dt>"Editions"</dt><dd>{editions}</dd>
                    <dt>"Decided by"</dt><dd>{judged}</dd>
                    {simulated.map(|(word, how)| view! { <dt>{word}</dt><dd>{prose(&how)}</dd> })}
                </dl>
                <div class="stack"><h3>"Where it stands"</h3>{places.into_iter().map(|(rule, at)| place(rule, &at)).collect_view()}</div>
                {(!row.conflicts_with.is_empty()).then(|| view! { <div class="stack" data-testid="conflicts"><h3>"Says something else"</h3><p><RuleLinks rules=row.conflicts_with.clone() /></p></div> })}
                {live(move || holding(holds_for()))}
                {row.example.clone().map(|example| view! { <Example example row=row.id.clone() /> })}
            </div>
        </section>
    }
}

fn place(rule: Option<String>, at: &Citation) -> impl IntoView + use<> {
    let (page, section, row) = (at.page.clone(), at.section.clone(), at.row.clone());
    view! {
        <p class="place">
            <b>{page}</b>
            <span class="second">{section}</span>
            <span>{row} " " {rule.map(|rule| view! { <code>{rule}</code> })}</span>
        </p>
    }
}

fn holding(machines: Vec<(String, String)>) -> Option<impl IntoView> {
    let link = |(own, name): (String, String)| {
        let to = address(Page::Support, Some(&own));
        view! { <a href=to>{name}</a> " " }
    };
    (!machines.is_empty()).then(|| view! { <div class="stack"><h3>"Holds for these VMs of the fleet"</h3><p>{machines.into_iter().map(link).collect_view()}</p></div> })
}

#[component]
fn Example(example: Example, row: String) -> impl IntoView {
    let session = Session::get();
    let editor = Editor::get();
    let asked = Asked::get();
    let way = Way::get();
    let said = asked_words(&example.options);
    let machine = example.machine.clone();
    let fresh = move || {
        let Example { machine, options } = example.clone();
        let name = machine.name.clone();
        let mut settings = LabOptions::default().settings;
        settings.insert(
            "edition".to_owned(),
            SettingValue::Text(options.edition.as_str().to_owned()),
        );
        let fleet = Fleet {
            machines: vec![machine],
            disks: Vec::new(),
        };
        match Lab::new(LabOptions {
            fleet,
            settings,
            ..LabOptions::default()
        }) {
            Ok(lab) => {
                session.replace(lab, Some(format!("Example of {row}")));
                asked.0.set(options);
                session.tell(Tone::Undo, format!("Opened the example of {row}."));
                way.go(&address(Page::Support, Some(&name)));
            }
            Err(error) => session.tell(Tone::No, format!("{}: {}", error.path, error.message)),
        }
    };
    view! {
        <div class="stack" data-testid="example">
            <h3>"A VM that it holds for"</h3>
            {said.map(|said| view! { <p class="second">"Asked with " {said} "."</p> })}
            <div class="line">
                <Action label="Open in a fresh fleet" icon="play" look=Look::Primary small=true testid="example-fresh" on_press=fresh />
                <Action label="Open in the editor" icon="edit" small=true testid="example-editor" on_press=move || editor.copy(&machine) />
            </div>
        </div>
    }
}
