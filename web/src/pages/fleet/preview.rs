//! What an import read, guessed, lacks and left out, before anything is added.

use crate::components::{Action, Icon, Look, VerdictMark, rescue_focus, verdict_look};
use crate::session::{Session, judge};
use crate::shell::Intake;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::Import;
use rplab_core::inventory::{Guess, ImportCounts, Severity};
use rplab_core::matrix::Verdict;
use std::sync::Arc;

use super::editor::fact_words;
use super::import::OPENER;

/// The preview and its two ways to accept.
#[component]
pub(crate) fn PreviewPanel(
    /// The inputs that it came from.
    names: String,
    /// What was read.
    import: Arc<Import>,
    /// How many machines got which verdict.
    verdicts: Vec<(Verdict, u64)>,
    /// Whether the VMs stay in the worker, where the table of the large fleet asks for them.
    large: bool,
) -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let none = import.preview.read.machines == 0;
    let machines = words::count(import.preview.read.machines, "VM", "VMs");
    let here = session.fleet.with_untracked(|fleet| fleet.machines.len());
    let add = format!("Add {machines}");
    let replace = format!("Replace {here} with {machines}");
    let accept = move |replace: bool| {
        intake.accept(session, replace);
        rescue_focus(OPENER);
    };
    let discard = move || {
        intake.pending.set(None);
        intake.open.set(false);
        rescue_focus(OPENER);
    };
    view! {
        <div class="stack" data-testid="preview">
            <p class="line tight"><Icon name="file" /><b class="mono">{names}</b></p>
            <p class="second">{read_words(&import.preview.read)}</p>
        </div>
        <Verdicts import=import.clone() verdicts large />
        <MissingList import=import.clone() />
        <GuessedList import=import.clone() />
        <LeftOutList import=import.clone() />
        <ProblemList import=import.clone() />
        <AssumedList import />
        <div class="preview-foot">
            {(!large && !none).then(|| view! {
                <Action label=add look=Look::Primary testid="import-add" on_press=move || accept(false) />
                <Action label=replace testid="import-replace" on_press=move || accept(true) />
            })}
            {large.then(|| view! { <p class="second">"All of them are in the table beside this. Take into the scenario those that you want to simulate."</p> })}
            <Action label=if large { "Close" } else { "Discard" } look=Look::Quiet testid="import-discard" on_press=discard />
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

/// How many items of a part are shown; of a large import the rest is counted.
const SHOWN: usize = 50;

/// A titled part of the preview; nothing at all where it has no items. `items` are the first [`SHOWN`] of `count`.
fn part(icon: &'static str, title: &'static str, count: usize, items: Vec<AnyView>) -> AnyView {
    if count == 0 {
        return ().into_any();
    }
    let more = count.saturating_sub(items.len());
    let more = (more > 0).then(|| {
        let more = words::grouped(u64::try_from(more).unwrap_or(u64::MAX));
        view! { <li class="hint">{format!("and {more} more")}</li> }
    });
    view! {
        <details class="preview-part" open=count < 8>
            <summary><span class=format!("glyph {icon}")><Icon name=icon /></span>" "<b>{title}</b>" "<span class="hint">{count}</span></summary>
            <ul class="preview-list">{items}{more}</ul>
        </details>
    }
    .into_any()
}

#[component]
fn MissingList(import: Arc<Import>) -> impl IntoView {
    let missing = &import.preview.missing;
    let items = missing.iter().take(SHOWN).map(|missing| {
        let subjects = words::count(missing.count, "place", "places");
        view! {
            <li>
                <code>{missing.fact.clone()}</code>" "<span class="second">{subjects}</span>
                <p class="hint">"decides " {missing.decides.clone()}</p>
                <code class="code">{missing.where_.clone()}</code>
            </li>
        }
        .into_any()
    });
    part(
        "unknown",
        "Missing: verdicts stay unknown",
        missing.len(),
        items.collect(),
    )
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

/// Names in a line, of which a large import may have thousands.
fn first_names(names: &[String]) -> String {
    let said = names
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => said,
        more => format!("{said} and {more} more"),
    }
}

#[component]
fn GuessedList(import: Arc<Import>) -> impl IntoView {
    let alike = alike(&import);
    let items = alike
        .iter()
        .take(SHOWN)
        .map(|GuessedAlike { guess, subjects }| {
            view! {
                <li>
                    <code>{guess.fact.clone()}</code>" "<span>{fact_words(&guess.value)}</span>
                    <p class="second">{first_names(subjects)}</p>
                    <p class="hint">{guess.why.clone()}</p>
                </li>
            }
            .into_any()
        });
    part(
        "caveat",
        "Guessed: change any of them in the editor",
        alike.len(),
        items.collect(),
    )
}

/// The verdicts that the machines would have: each machine of a small import, counts of a large one.
#[component]
fn Verdicts(import: Arc<Import>, verdicts: Vec<(Verdict, u64)>, large: bool) -> impl IntoView {
    let session = Session::get();
    let count = import.fleet.machines.len();
    if large || count > SHOWN {
        let items = verdicts.iter().map(|(verdict, count)| {
            let look = verdict_look(*verdict);
            let words = format!("{} {}", words::grouped(*count), look.counted);
            view! { <li><VerdictMark verdict=*verdict words /></li> }.into_any()
        });
        return part(
            "ok",
            "How they would be judged",
            verdicts.len(),
            items.collect(),
        );
    }
    let report = judge(&import.fleet, session.edition.get_untracked()).ok();
    let machines = report.map(|report| report.machines).unwrap_or_default();
    let items = machines.into_iter().map(|machine| {
        let words = crate::pages::support::headline(&machine);
        view! { <li><b>{machine.name}</b>" "<VerdictMark verdict=machine.verdict words /></li> }
            .into_any()
    });
    part("ok", "How they would be judged", count, items.collect())
}

#[component]
fn LeftOutList(import: Arc<Import>) -> impl IntoView {
    let left_out = &import.preview.left_out;
    let items = left_out.iter().take(SHOWN).map(|left| {
        let (path, what, why) = (left.path.clone(), left.what.clone(), left.why.clone());
        view! { <li><code>{path}</code>" "<span>{what}</span><p class="hint">{why}</p></li> }
            .into_any()
    });
    part("no", "Left out", left_out.len(), items.collect())
}

#[component]
fn ProblemList(import: Arc<Import>) -> impl IntoView {
    let problems = &import.problems;
    let items = problems.iter().take(SHOWN).map(|problem| {
        let class = if problem.severity == Severity::Error {
            "wrong"
        } else {
            "second"
        };
        let (path, message) = (problem.path.clone(), problem.message.clone());
        view! { <li><code>{path}</code><p class=class>{message}</p></li> }.into_any()
    });
    part("caveat", "Problems", problems.len(), items.collect())
}

#[component]
fn AssumedList(import: Arc<Import>) -> impl IntoView {
    let items: Vec<_> = import
        .assumed
        .iter()
        .map(|assumed| {
            let fact = assumed.fact.clone();
            view! { <li><code>{fact}</code>" "<span>{fact_words(&assumed.value)}</span>" "<span class="hint">{words::count(assumed.subjects, "time", "times")}</span></li> }
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
