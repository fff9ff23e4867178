//! Report: what the lab comes to now, to read, to print and to take away.

mod markdown;

use self::markdown::Markdown;
use super::plan::{Plans, foretold_plan};
use crate::components::{Action, Look, Note, act, download, follow, live, soon, soon_once};
use crate::route::{Page, address};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{DocumentRequest, InputError};
use serde_json::Value;

/// The last rehearsal, for the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence(pub(crate) RwSignal<Option<Value>>);

impl Evidence {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }
}

/// Files: their words, their ending, their kind, and the format that makes them.
const FILES: [(&str, &str, &str, &str); 4] = [
    ("Markdown", "md", "text/markdown", "markdown"),
    ("Web page", "html", "text/html", "html"),
    ("CSV", "csv", "text/csv", "csv"),
    ("JSON", "json", "application/json", "json"),
];

/// The page.
#[component]
pub(crate) fn ReportPage() -> impl IntoView {
    let session = Session::get();
    let plans = Plans::get();
    let Evidence(evidence) = expect_context();
    let (with_plan, with_rehearsal) = (RwSignal::new(false), RwSignal::new(false));
    let planned = Memo::new(move |_| with_plan.get().then(|| foretold_plan(session, plans)));
    let write = move |format: &str| -> Result<String, InputError> {
        let (plan, forecast) = planned.get().and_then(Result::ok).unzip();
        let request = DocumentRequest {
            format: format.to_owned(),
            title: Some(session.name.get()),
            plan,
            forecast,
            rehearsal: evidence.get().filter(|_| with_rehearsal.get()),
        };
        session.read(|lab| lab.report_document(&request))
    };
    let shown = move || match write("markdown") {
        Ok(text) => soon_once(move || view! { <Markdown text /> }.into_any()),
        Err(error) => view! { <Note tone="no" alert=true><p>{error.message}</p></Note> }.into_any(),
    };
    let save = move |ending: &'static str, kind: &'static str, format: &'static str| {
        if let Ok(text) = untrack(|| write(format)) {
            download(
                session,
                &format!("restore-point-lab-report.{ending}"),
                kind,
                &text,
            );
        }
    };
    let print = move || {
        // A browser without printing leaves the page as it is.
        let _ = window().print();
    };
    let files = FILES.map(|(label, ending, kind, format)| {
        view! { <Action label icon="export" testid=format!("report-{ending}") on_press=move || save(ending, kind, format) /> }
    });
    let tick = |label: &'static str, on: RwSignal<bool>, testid: &'static str| {
        view! { <label class="tick"><input type="checkbox" data-testid=testid prop:checked=follow(move || on.get()) on:change=act(move || on.update(|on| *on = !*on)) />{label}</label> }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Report"</h1>
                <p>"At this moment: support, restore points, commands, and every assumption that was in force. Times are UTC."</p>
            </div>
            <div class="page-actions">
                <Action label="Print or PDF" icon="report" look=Look::Primary testid="report-print" on_press=print />
                {files.into_iter().collect_view()}
            </div>
        </div>
        <div class="line report-parts">
            {tick("With plan A and what becomes of it", with_plan, "with-plan")}
            {live(move || evidence.with(Option::is_some).then(|| tick("With the last rehearsal, as evidence", with_rehearsal, "with-rehearsal")))}
        </div>
        {live(move || planned.get().and_then(Result::err).map(|reason| view! {
            <Note tone="no" alert=true><p data-testid="no-plan">"Plan A is not in the report, for it cannot be foretold: " {reason} " " <a href=address(Page::Plan, session.machine.get().as_deref())>"Go to Plan"</a></p></Note>
        }))}
        <article class="card report" data-testid="report">{soon(move || live(shown).into_any())}</article>
    }
}
