//! Report: what the lab comes to now, to read, to print and to take away.

mod markdown;

use self::markdown::Markdown;
use crate::components::{Action, Look, Note, download, live};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Report, export_report};
use rplab_core::json;

/// The page.
#[component]
pub(crate) fn ReportPage() -> impl IntoView {
    let session = Session::get();
    let report =
        Memo::new(move |_| session.read(|lab| lab.report().map_err(|error| error.message)));
    let text = move || {
        report.with(|report| match report {
            Ok(report) => view! { <Markdown text=titled(session, report) /> }.into_any(),
            Err(reason) => {
                let reason = reason.clone();
                view! { <Note tone="no" alert=true><p>{reason}</p></Note> }.into_any()
            }
        })
    };
    let save = move |ending: &'static str, kind: &'static str, write: fn(&Report) -> String| {
        let text = report.with_untracked(|report| report.as_ref().map(write).unwrap_or_default());
        download(
            session,
            &format!("restore-point-lab-report.{ending}"),
            kind,
            &text,
        );
    };
    let print = move || {
        // A browser without printing leaves the page as it is.
        let _ = window().print();
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Report"</h1>
                <p>"At this moment: support, restore points, commands, and every assumption that was in force."</p>
            </div>
            <div class="page-actions">
                <Action label="Print or PDF" icon="report" look=Look::Primary testid="report-print" on_press=print />
                <Action label="Markdown" icon="export" testid="report-md" on_press=move || save("md", "text/markdown", ToString::to_string) />
                <Action label="CSV" icon="export" testid="report-csv" on_press=move || save("csv", "text/csv", csv) />
                <Action label="JSON" icon="export" testid="report-json" on_press=move || save("json", "application/json", as_json) />
            </div>
        </div>
        <article class="card report" data-testid="report">{live(text)}</article>
    }
}

/// The report as Markdown, under the scenario's name where it has no title of its own.
fn titled(session: Session, report: &Report) -> String {
    let mut report = report.clone();
    report.title.get_or_insert_with(|| session.name.get());
    report.to_string()
}

/// The judgement on the fleet, one line for each finding.
fn csv(report: &Report) -> String {
    export_report(&json::write(&report.support), "csv").unwrap_or_default()
}

fn as_json(report: &Report) -> String {
    format!("{:#}", json::write(report))
}
