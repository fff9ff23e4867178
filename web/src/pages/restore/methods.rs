//! What can be restored, and how: methods by services, each answer with the rows that decide it.

use super::rehearsal::Rehearsal;
use crate::components::{Action, Note, TableFile, VerdictMark, act, follow, live, rescue_focus};
use crate::pages::support::{Asked, about};
use crate::route::{Page, address_of};
use crate::session::slices::Work;
use crate::session::{Services, Session, fetch_services};
use crate::words;
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::Command;
use rplab_core::cloud::{RestoreDisk, RestoreVirtualMachine};
use rplab_core::matrix::{
    AssessError, AssessOptions, RestoreMethodAnswer, RestoreQuestion, Service, Verdict,
    restore_methods_of,
};
use rplab_core::model::{Fleet, Machine};

/// A way to restore, with its word in each service that knows it.
type Method = (&'static str, &'static str, Option<&'static str>);
const WAYS: usize = 7;
const METHODS: [Method; WAYS] = [
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
const BACKUPS: [Service; 2] = [Service::VmBackup, Service::DiskBackup];
const SERVICES: [Service; 3] = {
    let [of_vm, of_disks] = BACKUPS;
    [Service::RestorePoints, of_vm, of_disks]
};

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

/// What a service of the file is asked about a VM; none where that is gone.
type Question = Option<(Fleet, AssessOptions)>;

fn question(session: Session, asked: Asked, service: Service) -> Option<(Fleet, AssessOptions)> {
    let machine: Machine = session.followed(Clone::clone)?;
    let options = AssessOptions {
        edition: session.edition.get(),
        ..about(asked.of(service), machine.location.as_deref())
    };
    let fleet = Fleet {
        machines: vec![machine],
        disks: Vec::new(),
    };
    Some((fleet, options))
}

/// The answer of a service of the file to one way, among those that are judged by now.
fn answer_of(
    service: Service,
    (title, method, of_disks): Method,
    judged: &[RestoreMethodAnswer],
) -> Option<Answer> {
    let kind = match (service, of_disks) {
        (Service::DiskBackup, Some(kind)) => kind,
        _ => method,
    };
    if !restore_methods_of(service).contains(&kind) {
        return Some(Answer {
            method: title,
            service,
            verdict: Verdict::Undocumented,
            word: "No method".to_owned(),
            reason: "The page of the service names no such way.".to_owned(),
            rows: Vec::new(),
        });
    }
    let mut judged = judged.iter();
    let found = judged.find(|answer| answer.method == kind)?;
    Some(of_service(title, service, found))
}

/// What is said of a way that could not be judged.
fn unjudged(method: &'static str, service: Service, reason: &str) -> Answer {
    Answer {
        method,
        service,
        verdict: Verdict::Unknown,
        word: "Not judged".to_owned(),
        reason: words::as_we_write(reason),
        rows: Vec::new(),
    }
}

/// The answer to one way after a judgement: another's, or why there will be none.
fn answer_after(
    judged: &Result<bool, AssessError>,
    service: Service,
    method: Method,
    answers: &[RestoreMethodAnswer],
) -> Option<Answer> {
    let answer = answer_of(service, method, answers);
    let failed = judged.as_ref().err();
    answer.or_else(|| failed.map(|error| unjudged(method.0, service, &error.to_string())))
}

/// Whom a question is about.
fn whom(asked: &Question) -> Option<(String, String)> {
    let (fleet, _) = asked.as_ref()?;
    let machine = fleet.machines.first()?;
    Some((machine.id.to_string(), machine.name.clone()))
}

/// An answer; none until it is known.
type Shown = RwSignal<Option<Answer>>;

/// Judges one way after the other and shows each, in tasks of their own. Ends early where the question does not count any more.
async fn answer(work: Work, turn: u64, service: Service, asked: Question, shown: [Shown; WAYS]) {
    let Some((fleet, options)) = asked else {
        return;
    };
    let mut asking = RestoreQuestion::new(&fleet, &options);
    loop {
        TimeoutFuture::new(0).await;
        if !work.counts(turn) {
            return;
        }
        let judged = asking.step();
        let answers = asking.answers().first();
        let answers = answers.map_or(&[][..], |machine| &machine.methods);
        for (method, shown) in METHODS.into_iter().zip(shown) {
            let answer = answer_after(&judged, service, method, answers);
            // What is as it was is not made again, and the page may have been left.
            let is_new = |shown: &Option<Answer>| answer.is_some() && *shown != answer;
            if shown.try_with_untracked(is_new) == Some(true) {
                TimeoutFuture::new(0).await;
                // Another VM may stand there by now.
                if !work.counts(turn) {
                    return;
                }
                let _ = shown.try_set(answer);
            }
        }
        if judged != Ok(true) {
            return;
        }
    }
}

/// What each service answers to each way.
type Columns = [[Signal<Option<Answer>>; WAYS]; 3];

/// What each service answers to each way, and whether some of it is being judged or waited for.
fn columns(session: Session, rehearsal: Rehearsal, asked: Asked) -> (Columns, RwSignal<bool>) {
    let of_points = METHODS.map(|(title, method, _)| {
        Memo::new(move |_| Some(of_points(title, method, session, rehearsal))).into()
    });
    let backups = BACKUPS.map(|service| {
        let question = Memo::new(move |_| question(session, asked, service));
        (service, question, METHODS.map(|_| Shown::new(None)))
    });
    let work = Work::new();
    let busy = RwSignal::new(true);
    Effect::new(move |before: Option<[Option<(String, String)>; 2]>| {
        let services = session.services.get();
        let questions = backups.map(|(service, question, shown)| (service, question.get(), shown));
        let turn = work.begin();
        let about = questions.each_ref().map(|(_, question, _)| whom(question));
        // What was answered about this VM stays until it is judged anew; about another it says nothing, nor does that the
        // rows could not be fetched once they are asked for again.
        if services == Services::Waiting || before.is_some_and(|before| before != about) {
            let answered = questions.iter().flat_map(|(.., shown)| shown);
            for shown in answered.filter(|shown| shown.with_untracked(Option::is_some)) {
                shown.set(None);
            }
        }
        if let Services::Failed(reason) = &services {
            let reason = format!("The rows of this service could not be fetched: {reason}.");
            for (service, _, shown) in &questions {
                for ((title, ..), shown) in METHODS.into_iter().zip(shown) {
                    shown.set(Some(unjudged(title, *service, &reason)));
                }
            }
            busy.set(false);
            return about;
        }
        busy.set(about.iter().any(Option::is_some));
        if services == Services::Here {
            wasm_bindgen_futures::spawn_local(async move {
                for (service, question, shown) in questions {
                    answer(work, turn, service, question, shown).await;
                }
                if work.counts(turn) {
                    let _ = busy.try_set(false);
                }
            });
        }
        about
    });
    let [of_vm, of_disks] = backups.map(|(_, _, shown)| shown.map(Signal::from));
    ([of_points, of_vm, of_disks], busy)
}

/// The card.
#[component]
pub(crate) fn RestoreMethods() -> impl IntoView {
    let session = Session::get();
    let rehearsal = Rehearsal::get();
    let asked = Asked::get();
    let (columns, busy) = columns(session, rehearsal, asked);
    let count = move || {
        let each = columns.as_flattened().iter();
        each.filter(|answer| answer.with(Option::is_some)).count()
    };
    let chosen = RwSignal::new(0_usize);
    let again = move || {
        fetch_services(session);
        // The button goes.
        rescue_focus("#methods-title");
    };
    let rows_of_backups = move || {
        match session.services.get() {
        Services::Here => None,
        Services::Waiting => Some(view! { <p class="card-foot hint">"The rows of the backup services are on their way."</p> }.into_any()),
        Services::Failed(reason) => Some(view! {
            <div class="card-foot">
                <Note tone="no" alert=true>
                    <p>"The rows of the backup services could not be fetched: " {reason} "."</p>
                    <div class="line"><Action label="Try again" icon="redo" small=true on_press=again /></div>
                </Note>
            </div>
        }.into_any()),
    }
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
        let row = |(row, (title, ..)): (usize, Method)| {
            let each = columns.into_iter().zip(SERVICES).enumerate();
            let cells = each.map(|(place, (column, service))| {
                let at = row * SERVICES.len() + place;
                let answer = column.get(row).copied();
                answer.map(|answer| live(move || answer.with(|answer| match answer {
                    Some(answer) => cell(at, answer).into_any(),
                    None => view! { <td data-label=words::service(service)><span class="hint">"\u{2026}"</span></td> }.into_any(),
                })))
            });
            view! { <tr><th scope="row">{title}</th>{cells.collect_view()}</tr> }
        };
        METHODS.into_iter().enumerate().map(row).collect_view()
    };
    let reason = move || {
        let (row, column) = (chosen.get() / SERVICES.len(), chosen.get() % SERVICES.len());
        let answer = columns.get(column).and_then(|column| column.get(row));
        answer.and_then(Signal::get).map(|answer| {
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
        <section class="card" aria-labelledby="methods-title" data-testid="methods" aria-busy=follow(move || busy.get().then_some("true"))>
            <div class="card-head"><h2 id="methods-title" tabindex="-1">"What can be restored, and how"</h2><span class="hint">{live(count)} " answers for this VM"</span></div>
            <div class="table-wrap">
                <table class="cards methods-table">
                    <caption class="unseen">"Ways to restore by service"</caption>
                    <thead><tr><th scope="col">"Method"</th>{SERVICES.map(|service| view! { <th scope="col">{words::service(service)}</th> }).collect_view()}</tr></thead>
                    <tbody>{rows()}</tbody>
                </table>
            </div>
            <TableFile of="ways to restore" file="restore-methods" />
            <div class="card-foot methods-reason" aria-live="polite" data-testid="method-reason">{live(reason)}</div>
            {live(rows_of_backups)}
        </section>
    }
}
