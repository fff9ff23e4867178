//! What was done, or rehearsed, as a text that does it in Azure: in the reader's tool.

use crate::components::{Action, Choice, CopyButton, Look, download, live};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::{Dialect, InputError};

/// Dialects: their word, their name, and how their files end.
const DIALECTS: [(&str, &str, &str, Dialect); 6] = [
    ("azCli", "az", "sh", Dialect::AzCli),
    ("powerShell", "PowerShell", "ps1", Dialect::PowerShell),
    ("rest", "HTTP", "http", Dialect::Rest),
    ("armTemplate", "ARM template", "json", Dialect::ArmTemplate),
    ("bicep", "Bicep", "bicep", Dialect::Bicep),
    ("terraform", "Terraform", "tf", Dialect::Terraform),
];

/// Names of dialects that a single request has too.
pub(super) fn dialects(count: usize) -> Vec<(String, String)> {
    let all = DIALECTS.iter().take(count);
    all.map(|(word, name, ..)| ((*word).to_owned(), (*name).to_owned()))
        .collect()
}

/// The dialect of a word; `az` for any other word.
pub(super) fn dialect(word: &str) -> Dialect {
    let found = DIALECTS.iter().find(|(own, ..)| *own == word);
    found.map_or(Dialect::AzCli, |(.., dialect)| *dialect)
}

/// A text in the dialect that the reader chooses, to copy or to save.
#[component]
pub(super) fn RunbookText(
    /// The file's name without its ending.
    file: &'static str,
    /// Writes the text.
    write: Callback<Dialect, Result<String, InputError>>,
) -> impl IntoView {
    let session = Session::get();
    let word = RwSignal::new("azCli".to_owned());
    let text = Memo::new(move |_| {
        let dialect = word.with(|word| dialect(word));
        write
            .run(dialect)
            .unwrap_or_else(|error| format!("{}: {}", error.code, error.message))
    });
    let save = move || {
        let ending = word.with_untracked(|word| {
            DIALECTS
                .iter()
                .find(|(own, ..)| own == word)
                .map_or("txt", |(_, _, ending, _)| ending)
        });
        download(
            session,
            &format!("{file}.{ending}"),
            "text/plain",
            &text.get_untracked(),
        );
    };
    view! {
        <div class="stack">
            <div class="line">
                <Choice label="As" options=Signal::stored(dialects(DIALECTS.len())) value=word brief=true testid="dialect" />
                <span class="line end"><CopyButton text=Signal::derive(move || text.get()) label="Copy" /><Action label="Save" icon="export" small=true look=Look::Plain testid="save-runbook" on_press=save /></span>
            </div>
            <pre class="code answer-body" tabindex="0" aria-label="Runbook" data-testid="runbook">{live(move || text.get())}</pre>
        </div>
    }
}

/// The most commands that are written out without being asked for.
pub(super) const AT_ONCE: usize = 60;

/// What was done in the lab so far, as it would be done in Azure.
#[component]
pub(crate) fn LabRunbook() -> impl IntoView {
    let session = Session::get();
    let open = RwSignal::new(session.log.with_untracked(Vec::len) <= AT_ONCE);
    let write = Callback::new(move |dialect| session.read(|lab| lab.runbook(dialect)));
    let nothing = move || session.log.with(Vec::is_empty);
    view! {
        <section class="card" aria-labelledby="runbook-title">
            <div class="card-head"><h2 id="runbook-title" class="grow">"What the planner did, as requests"</h2></div>
            <div class="card-body">
                {live(move || match (nothing(), open.get()) {
                    (true, _) => view! { <p class="hint">"Nothing yet. Every command of the planner stands here as the requests that do it in Azure."</p> }.into_any(),
                    (false, true) => view! { <RunbookText file="runbook" write /> }.into_any(),
                    (false, false) => view! { <Action label="Write it out" icon="api" testid="write-runbook" on_press=move || open.set(true) /> }.into_any(),
                })}
            </div>
        </section>
    }
}
