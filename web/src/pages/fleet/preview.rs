//! What an import read, guessed, lacks and left out, before anything is added.

use crate::components::{Action, Icon, Look, VerdictMark};
use crate::session::{Session, judge};
use crate::shell::Intake;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::Import;
use rplab_core::inventory::{Guess, ImportCounts, Severity};

use super::editor::fact_words;

/// The preview and its two ways to accept.
#[component]
pub(crate) fn PreviewPanel(
    /// The inputs that it came from.
    names: String,
    /// What was read.
    import: Import,
) -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let machines = words::count(import.preview.read.machines, "VM", "VMs");
    let here = session.fleet.with_untracked(|fleet| fleet.machines.len());
    let add = format!("Add {machines}");
    let replace = format!("Replace {here} with {machines}");
    view! {
        <div class="stack" data-testid="preview">
            <p class="line tight"><Icon name="file" /><b class="mono">{names}</b></p>
            <p class="second">{read_words(&import.preview.read)}</p>
        </div>
        <Verdicts import=import.clone() />
        <MissingList import=import.clone() />
        <GuessedList import=import.clone() />
        <LeftOutList import=import.clone() />
        <ProblemList import=import.clone() />
        <AssumedList import />
        <div class="stack">
            <Action label=add look=Look::Primary testid="import-add" on_press=move || intake.accept(session, false) />
            <Action label=replace testid="import-replace" on_press=move || intake.accept(session, true) />
            <Action label="Discard" look=Look::Quiet testid="import-discard" on_press=move || { intake.pending.set(None); intake.open.set(false) } />
        </div>
    }
}

fn read_words(read: &ImportCounts) -> String {
    format!(
        "Read {} with {}, {}, {} GiB and {} from {}.",
        words::count(read.machines, "VM", "VMs"),
        words::count(read.attached_disks, "disk", "disks"),
        words::count(read.unattached_disks, "unattached disk", "unattached disks"),
        words::grouped(read.provisioned_gib),
        words::count(read.facts, "fact", "facts"),
        words::count(read.inputs, "input", "inputs"),
    )
}

/// A titled part of the preview; nothing at all where it has no items.
fn part(icon: &'static str, title: &'static str, items: Vec<AnyView>) -> impl IntoView {
    let count = items.len();
    (count > 0).then(|| {
        view! {
            <details class="preview-part" open=count < 8>
                <summary><span class=format!("glyph {icon}")><Icon name=icon /></span>" "<b>{title}</b>" "<span class="hint">{count}</span></summary>
                <ul class="preview-list">{items}</ul>
            </details>
        }
    })
}

#[component]
fn MissingList(import: Import) -> impl IntoView {
    let items = import.preview.missing.into_iter().map(|missing| {
        let subjects = words::count(missing.count, "place", "places");
        view! {
            <li>
                <code>{missing.fact}</code>" "<span class="second">{subjects}</span>
                <p class="hint">"decides " {missing.decides}</p>
                <code class="code">{missing.where_}</code>
            </li>
        }
        .into_any()
    });
    part("unknown", "Missing: verdicts stay unknown", items.collect())
}

/// The same guess for several subjects, once.
struct GuessedAlike {
    guess: Guess,
    subjects: Vec<String>,
}

fn alike(import: &Import) -> Vec<GuessedAlike> {
    let mut groups: Vec<GuessedAlike> = Vec::new();
    for guess in &import.preview.guessed {
        let subject = subject_of(&guess.path, import);
        let same = |group: &&mut GuessedAlike| {
            group.guess.fact == guess.fact
                && group.guess.value == guess.value
                && group.guess.why == guess.why
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.subjects.push(subject),
            None => groups.push(GuessedAlike {
                guess: guess.clone(),
                subjects: vec![subject],
            }),
        }
    }
    groups
}

/// The name of the machine that a path such as `machines[3].facts.osName` leads to; else the path.
fn subject_of(path: &str, import: &Import) -> String {
    let index = path
        .strip_prefix("machines[")
        .and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
    let machine = index.and_then(|index| import.fleet.machines.get(index));
    machine.map_or_else(|| path.to_owned(), |machine| machine.name.clone())
}

#[component]
fn GuessedList(import: Import) -> impl IntoView {
    let items = alike(&import)
        .into_iter()
        .map(|GuessedAlike { guess, subjects }| {
            view! {
                <li>
                    <code>{guess.fact}</code>" "<span>{fact_words(&guess.value)}</span>
                    <p class="second">{subjects.join(", ")}</p>
                    <p class="hint">{guess.why}</p>
                </li>
            }
            .into_any()
        });
    part(
        "caveat",
        "Guessed: change any of them in the editor",
        items.collect(),
    )
}

/// The verdicts that the machines would have.
#[component]
fn Verdicts(import: Import) -> impl IntoView {
    let session = Session::get();
    let report = judge(&import.fleet, session.edition.get_untracked()).ok();
    let machines = report.map(|report| report.machines).unwrap_or_default();
    let items = machines.into_iter().map(|machine| {
        let words = crate::pages::support::headline(&machine);
        view! { <li><b>{machine.name}</b>" "<VerdictMark verdict=machine.verdict words /></li> }
            .into_any()
    });
    part("ok", "How they would be judged", items.collect())
}

#[component]
fn LeftOutList(import: Import) -> impl IntoView {
    let items = import.preview.left_out.into_iter().map(|left| {
        view! { <li><code>{left.path}</code>" "<span>{left.what}</span><p class="hint">{left.why}</p></li> }.into_any()
    });
    part("no", "Left out", items.collect())
}

#[component]
fn ProblemList(import: Import) -> impl IntoView {
    let items = import.problems.into_iter().map(|problem| {
        let class = if problem.severity == Severity::Error {
            "wrong"
        } else {
            "second"
        };
        view! { <li><code>{problem.path}</code><p class=class>{problem.message}</p></li> }
            .into_any()
    });
    part("caveat", "Problems", items.collect())
}

#[component]
fn AssumedList(import: Import) -> impl IntoView {
    let items: Vec<_> = import
        .assumed
        .into_iter()
        .map(|assumed| {
            view! { <li><code>{assumed.fact}</code>" "<span>{fact_words(&assumed.value)}</span>" "<span class="hint">{words::count(assumed.subjects, "time", "times")}</span></li> }
        })
        .collect();
    let count = items.len();
    (count > 0).then(|| {
        view! {
            <details class="preview-part">
                <summary><span class="glyph undoc"><Icon name="info" /></span>" "<b>"Taken as ordinary"</b>" "<span class="hint">{count}</span></summary>
                <ul class="preview-list">{items}</ul>
            </details>
        }
    })
}
