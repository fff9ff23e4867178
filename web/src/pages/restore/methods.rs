//! What can be restored, and how: methods by services, each answer with the rows that decide it.

use super::rehearsal::Rehearsal;
use crate::components::{TableFile, VerdictMark, act, follow, live};
use crate::pages::support::{Asked, about};
use crate::route::{Page, address_of};
use crate::session::{Services, Session};
use crate::words;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{Command, restore_methods};
use rplab_core::cloud::{RestoreDisk, RestoreVirtualMachine};
use rplab_core::matrix::{AssessOptions, RestoreMethodAnswer, Service, Verdict};
use rplab_core::model::{Fleet, Machine};

/// A way to restore, with its word in each service that knows it.
const METHODS: [(&str, &str, Option<&str>); 7] = [
    ("New VM, same region", "createNewVm", None),
    ("Disks only", "restoreDisks", Some("newDisk")),
    (
        "Replace the disks in place",
        "replaceExisting",
        Some("replaceSource"),
    ),
    ("Another region", "crossRegion", None),
    ("Another subscription", "crossSubscription", None),
    ("Another zone", "crossZonal", None),
    ("Single files", "fileRecovery", None),
];
const SERVICES: [Service; 3] = [
    Service::RestorePoints,
    Service::VmBackup,
    Service::DiskBackup,
];

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    method: &'static str,
    service: Service,
    verdict: Verdict,
    word: String,
    reason: String,
    rows: Vec<String>,
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Supported => "Yes",
        Verdict::Caveat => "Yes, with a caveat",
        Verdict::ExcludeDisk => "Without a disk",
        Verdict::NotSupported => "No",
        Verdict::Undocumented => "Undocumented",
        Verdict::Unknown => "Not known",
    }
}

fn of_service(method: &'static str, service: Service, judged: &RestoreMethodAnswer) -> Answer {
    let reason = if judged.missing.is_empty() {
        String::new()
    } else {
        format!("It waits for {}.", judged.missing.join(", "))
    };
    Answer {
        method,
        service,
        verdict: judged.verdict,
        word: word(judged.verdict).to_owned(),
        reason,
        rows: judged.rows.clone(),
    }
}

/// The answer for restore points: what the lab would say to the command now.
fn of_points(method: &'static str, kind: &str, session: Session, rehearsal: Rehearsal) -> Answer {
    let answer = |verdict, word: &str, reason: String| Answer {
        method,
        service: Service::RestorePoints,
        verdict,
        word: word.to_owned(),
        reason,
        rows: Vec::new(),
    };
    let Some(point) = rehearsal.point() else {
        return answer(
            Verdict::Unknown,
            "No point yet",
            "There is no restore point of this VM to restore from.".to_owned(),
        );
    };
    let name = "rehearsed".to_owned();
    let command = match kind {
        "createNewVm" => Command::RestoreVirtualMachine(RestoreVirtualMachine {
            restore_point: point.id.to_string(),
            name,
            at_once: None,
        }),
        "restoreDisks" => Command::RestoreDisk(RestoreDisk {
            disk_restore_point: point
                .disks
                .first()
                .map(|disk| disk.id.to_string())
                .unwrap_or_default(),
            restore_point: None,
            name,
            size_gib: None,
            sku: None,
            zones: Vec::new(),
            disk_encryption_set: None,
            at_once: None,
        }),
        _ => {
            return answer(
                Verdict::Undocumented,
                "No method",
                "Restore points make disks and VMs; the pages name no such way.".to_owned(),
            );
        }
    };
    match session.refusal(&command) {
        None => answer(
            Verdict::Supported,
            "Yes",
            format!("From {}, as the lab would carry it out now.", point.name),
        ),
        Some(refused) => answer(Verdict::NotSupported, "Not now", refused),
    }
}

/// The answers of a service, one for each way.
fn answers(session: Session, rehearsal: Rehearsal, asked: Asked, service: Service) -> Vec<Answer> {
    let name = session.machine.get();
    let machine: Option<Machine> = session.fleet.with(|fleet| {
        fleet
            .machines
            .iter()
            .find(|machine| Some(&machine.name) == name.as_ref())
            .cloned()
    });
    let Some(machine) = machine else {
        return Vec::new();
    };
    if service == Service::RestorePoints {
        let answer = |(title, method, _)| of_points(title, method, session, rehearsal);
        return METHODS.map(answer).into();
    }
    let region = machine.location.clone();
    let fleet = Fleet {
        machines: vec![machine],
        disks: Vec::new(),
    };
    let options = AssessOptions {
        edition: session.edition.get(),
        ..about(asked.of(service), region.as_deref())
    };
    let judged = restore_methods(&fleet, &options).unwrap_or_default();
    let judged = judged.into_iter().next();
    let judged = judged.map(|machine| machine.methods).unwrap_or_default();
    let answer = |(title, method, of_disks): (_, _, Option<&str>)| {
        let kind = match (service, of_disks) {
            (Service::DiskBackup, Some(kind)) => kind,
            _ => method,
        };
        match judged.iter().find(|answer| answer.method == kind) {
            Some(found) => of_service(title, service, found),
            None => Answer {
                method: title,
                service,
                verdict: Verdict::Undocumented,
                word: "No method".to_owned(),
                reason: "The page of the service names no such way.".to_owned(),
                rows: Vec::new(),
            },
        }
    };
    METHODS.map(answer).into()
}

/// The answers by service. When the rows of the backup services come, each has its answers in a task of its own, and
/// shows them in the next.
fn columns(session: Session, rehearsal: Rehearsal, asked: Asked) -> [RwSignal<Vec<Answer>>; 3] {
    let here = move || {
        session
            .services
            .with(|services| *services == Services::Here)
    };
    let all = SERVICES.map(|service| {
        let arrived = RwSignal::new(untrack(here));
        let answers = Memo::new(move |_| {
            arrived.track();
            answers(session, rehearsal, asked, service)
        });
        (arrived, shown_after(answers))
    });
    Effect::new(move |_| {
        let here = here();
        wasm_bindgen_futures::spawn_local(async move {
            for (arrived, _) in all {
                // The page may have been left.
                if arrived.try_get_untracked() == Some(!here) {
                    TimeoutFuture::new(0).await;
                    let _ = arrived.try_set(here);
                }
            }
        });
    });
    all.map(|(_, shown)| shown)
}

/// What was worked out, from the task after that on.
fn shown_after(answers: Memo<Vec<Answer>>) -> RwSignal<Vec<Answer>> {
    let shown = RwSignal::new(answers.get_untracked());
    Effect::new(move |before: Option<()>| {
        answers.track();
        if before.is_some() {
            wasm_bindgen_futures::spawn_local(async move {
                TimeoutFuture::new(0).await;
                // The latest; the page may have been left.
                if let Some(latest) = answers.try_get_untracked() {
                    let _ = shown.try_set(latest);
                }
            });
        }
    });
    shown
}

/// The card.
#[component]
pub(crate) fn RestoreMethods() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let asked = Asked::get();
    let columns = columns(session, rehearsal, asked);
    let count = move || -> usize { columns.iter().map(|column| column.with(Vec::len)).sum() };
    let chosen = RwSignal::new(0_usize);
    let waiting = move || {
        session
            .services
            .with(|services| *services != Services::Here)
    };
    let cell = move |at: usize, answer: &Answer| {
        let (verdict, word) = (answer.verdict, answer.word.clone());
        let label = format!(
            "{}, {}: {}",
            answer.method,
            words::service(answer.service),
            answer.word
        );
        view! {
            <td data-label=words::service(answer.service)>
                <button type="button" class="method-answer" aria-label=label aria-pressed=follow(move || (chosen.get() == at).to_string()) on:click=act(move || chosen.set(at))>
                    <VerdictMark verdict words=word />
                </button>
            </td>
        }
    };
    let rows = move || {
        let row = |(row, (title, ..)): (usize, (&'static str, &str, Option<&str>))| {
            let cells = columns.iter().enumerate().map(|(place, column)| {
                let (column, at) = (*column, row * SERVICES.len() + place);
                live(move || column.with(|answers| answers.get(row).map(|answer| cell(at, answer))))
            });
            view! { <tr><th scope="row">{title}</th>{cells.collect_view()}</tr> }
        };
        METHODS.into_iter().enumerate().map(row).collect_view()
    };
    let reason = move || {
        let (row, column) = (chosen.get() / SERVICES.len(), chosen.get() % SERVICES.len());
        let column = columns.get(column);
        let answer = column.and_then(|column| column.with(|answers| answers.get(row).cloned()));
        answer.map(|answer| {
            let rows = answer.rows.into_iter().map(|row| {
                let to = address_of(Page::Matrix, &row);
                view! { <a class="mono" href=to>{row}</a> " " }
            });
            view! {
                <p><b>{answer.method} ", " {words::service(answer.service)} ": " {answer.word} ". "</b> {answer.reason}</p>
                <p>{rows.collect_view()}</p>
            }
        })
    };
    view! {
        <section class="card" aria-labelledby="methods-title" data-testid="methods">
            <div class="card-head"><h2 id="methods-title">"What can be restored, and how"</h2><span class="hint">{live(count)} " answers for this VM"</span></div>
            <div class="table-wrap">
                <table class="cards methods-table">
                    <caption class="unseen">"Ways to restore by service"</caption>
                    <thead><tr><th scope="col">"Method"</th>{SERVICES.map(|service| view! { <th scope="col">{words::service(service)}</th> }).collect_view()}</tr></thead>
                    <tbody>{rows()}</tbody>
                </table>
            </div>
            <TableFile of="ways to restore" file="restore-methods" />
            <div class="card-foot methods-reason" aria-live="polite" data-testid="method-reason">{live(reason)}</div>
            {live(move || waiting().then(|| view! { <p class="card-foot hint">"The rows of the backup services are on their way."</p> }))}
        </section>
    }
}
