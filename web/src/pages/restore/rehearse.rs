//! A rehearsal: the restore as steps with their times and requests, carried out on a copy, with what stands against it.

use super::rehearsal::Rehearsal as Chosen;
use super::ways::{MethodChoice, MissingMethods, no_way, read_method};
use crate::components::{
    Action, Cell, Choice, CopyButton, Explained, Glyph, Grid, Icon, Look, Note, Reason, RuleLinks,
    SettingName, Why, Working, live,
};
use crate::pages::report::Evidence;
use crate::pages::runbook::RunbookText;
use crate::session::Session;
use crate::session::slices::{Slices, Work};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Lab, runbook};
use rplab_core::ids::ResourceId;
use rplab_core::json;
use rplab_core::matrix::Verdict;
use rplab_core::policy::BackupService;
use rplab_core::restore::{
    Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep, RestoreDifference,
    RestoreStepKind, StepOutcome, TimeBand,
};
use rplab_core::units::{ByteCount, SimDuration};

fn seconds(band: u64) -> String {
    words::duration(SimDuration::from_seconds(band))
}

fn band(time: TimeBand) -> String {
    format!(
        "{}, {} to {}",
        seconds(time.typical_seconds),
        seconds(time.low_seconds),
        seconds(time.high_seconds)
    )
}

/// The card.
#[component]
pub(crate) fn RehearsalCard() -> impl IntoView {
    let session = Session::get();
    let chosen = Chosen::get();
    let (method, source) = (
        RwSignal::new("createNewVm".to_owned()),
        RwSignal::new(String::new()),
    );
    let result = RwSignal::new(None::<Result<Box<Rehearsal>, String>>);
    let work = Work::new();
    // What was rehearsed holds for the lab as it was.
    Effect::new(move |_| {
        session.state.track();
        session.machine.track();
        work.begin();
        result.set(None);
    });
    let sources = Signal::derive(move || {
        let mut all = vec![(String::new(), "The point chosen under From".to_owned())];
        let is_followed = session.is_followed();
        session.state.with(|state| {
            // What Azure Disk Backup protects is a disk.
            let of_disk = |id: &ResourceId| {
                let disk = state.disks.iter().find(|disk| disk.id == *id);
                let holder = disk.and_then(|disk| disk.attached_to.as_ref());
                holder.is_some_and(&is_followed)
            };
            let own = state.protected_items.iter().filter(|item| {
                is_followed(&item.virtual_machine) || of_disk(&item.virtual_machine)
            });
            for item in own {
                all.extend(item.recovery_points.iter().rev().map(|point| {
                    (
                        format!("{}|{}", item.id, point.name),
                        format!("{} of {}", point.name, item.name),
                    )
                }));
            }
        });
        all
    });
    let service = Memo::new(move |_| {
        source.with(|source| {
            let item = source.split_once('|').map(|(item, _)| item);
            session.state.with(|state| {
                let mut items = state.protected_items.iter();
                items
                    .find(|own| Some(own.id.as_str()) == item)
                    .map_or(BackupService::RestorePoints, |own| own.service)
            })
        })
    });
    let request = move || {
        let method = read_method(&method.get());
        let source = source.get();
        match source.split_once('|') {
            Some((item, point)) => RehearsalRequest {
                item: Some(item.to_owned()),
                recovery_point: Some(point.to_owned()),
                method,
                ..RehearsalRequest::default()
            },
            None => RehearsalRequest {
                restore_point: chosen.point().map(|point| point.id.to_string()),
                method,
                ..RehearsalRequest::default()
            },
        }
    };
    let reason = Signal::derive(move || {
        let nothing = source.with(String::is_empty) && chosen.point().is_none();
        if nothing {
            return Some("There is no point to restore from".to_owned());
        }
        let method = method.get();
        no_way(service.get(), &method).map(ToOwned::to_owned)
    });
    let rehearse = move || {
        let (lab, request) = untrack(|| (session.read(Lab::clone), request()));
        let turn = work.begin();
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(found) = rehearsed(lab, &request, work, turn).await {
                work.end();
                result.set(Some(found.map(Box::new)));
            }
        });
    };
    let shown = move || {
        match result.get() {
        _ if work.shown.get() => view! { <div class="card-body"><Working progress=work.progress on_stop=move || work.stop() /></div> }.into_any(),
        None if work.stopped.get() => view! { <p class="card-body second">"Stopped. The lab is as it was."</p> }.into_any(),
        None => view! { <p class="card-body hint">"Every step with its request and its time, what stands against it, what comes back otherwise, and the proof. The lab itself stays as it is."</p> }.into_any(),
        Some(Err(reason)) => view! { <div class="card-body"><Note tone="no"><p data-testid="rehearsal-error">{reason}</p></Note></div> }.into_any(),
        Some(Ok(found)) => view! { <Rehearsed found=*found /> }.into_any(),
    }
    };
    view! {
        <section class="card" aria-labelledby="rehearsal-title" data-testid="rehearsal">
            <div class="card-head"><h2 id="rehearsal-title">"Rehearsal"</h2><span class="hint">"on a copy, nothing is changed"</span></div>
            <div class="card-body stack">
                <div class="pair">
                    <MethodChoice service method />
                    <Choice label="From" options=sources value=source testid="rehearsal-source" />
                </div>
                <MissingMethods service />
                <div class="line"><Action label="Rehearse" icon="play" look=Look::Primary reason described_by="rehearsal-reason" testid="rehearse" on_press=rehearse /><Reason id="rehearsal-reason" reason /></div>
            </div>
            <div aria-live="polite">{live(shown)}</div>
        </section>
    }
}

/// A rehearsal in slices; `None` where it is not wanted any more.
async fn rehearsed(
    lab: Lab,
    request: &RehearsalRequest,
    work: Work,
    turn: u64,
) -> Option<Result<Rehearsal, String>> {
    let mut slices = Slices::new();
    let rehearsing = match lab.begin_rehearsal(request) {
        Ok(rehearsing) => rehearsing,
        Err(error) => return Some(Err(error.message)),
    };
    let mut proofs = Vec::new();
    let provings = rehearsing.provings();
    let all = u64::try_from(provings.len()).unwrap_or(0).max(1);
    for (done, mut proving) in (0_u64..).zip(provings) {
        // What cannot be read is not proved.
        while let Ok(read) = proving.go_on() {
            if let Some(proof) = read {
                proofs.push(proof);
                break;
            }
            let far = (done * 1000 + proving.thousandths()) / all;
            if !work.rest(turn, &mut slices, "proving", far).await {
                return None;
            }
        }
    }
    Some(Ok(rehearsing.end(proofs)))
}

#[component]
fn Rehearsed(found: Rehearsal) -> impl IntoView {
    let blocked = !found.blockers.is_empty();
    let told = json::write(&found);
    if let Some(Evidence(evidence)) = use_context() {
        evidence.set(Some(told.clone()));
    }
    let sheet = Callback::new(move |dialect| runbook(told.clone(), dialect));
    let Rehearsal {
        time,
        steps,
        blockers,
        cautions,
        differences,
        assumptions,
        proofs,
        proved,
        age_seconds,
        bytes_moved,
        region,
        restored_virtual_machine,
        ..
    } = found;
    let running = until_proof(&steps, time);
    let what = match (running, restored_virtual_machine.is_some()) {
        (None, _) => None,
        (Some(_), true) => Some("to a running VM"),
        (Some(_), false) => Some("until it is back"),
    };
    let sum = sum(&steps, time, what.zip(running));
    let with_proof = what.map(|what| {
        let whole = seconds(time.typical_seconds);
        view! { {what} ", " <span data-testid="rto-with-proof">{whole}</span> " with the proof " }
    });
    let shown = running.unwrap_or(time);
    let travels =
        (bytes_moved != ByteCount::ZERO).then(|| format!("; {} travel", words::size(bytes_moved)));
    let longest = steps
        .iter()
        .max_by_key(|step| step.time.typical_seconds)
        .map(|step| step.number);
    let assumptions = assumptions.into_iter().map(|one| {
        vec![
            Cell::shown(one.name.clone(), view! { <SettingName name=one.name /> }),
            Cell::new(format!(
                "{} ({} to {}) {}",
                one.typical, one.low, one.high, one.unit
            )),
            Cell::new(one.meaning),
        ]
    });
    let proof = (!blocked).then(|| {
        let disks = words::count(u64::try_from(proofs.len()).unwrap_or(0), "disk", "disks");
        let (tone, words) = if proved {
            ("ok", format!("{disks} read three times, all equal."))
        } else {
            (
                "caveat",
                "Not proved: no disk came of it, or a reading differs.".to_owned(),
            )
        };
        view! { <Note tone><p data-testid="rehearsal-proof">{words}</p></Note> }
    });
    view! {
        <div class="card-body stack wide" data-testid="rehearsed">
            {remarks(blockers, Verdict::NotSupported, "What stands against it")}
            <div class="stack">
                <p class="rto">"Time to recover " <b data-testid="rto"><Explained text=Signal::stored(seconds(shown.typical_seconds)) of="Time to recover" why=move || sum.clone() testid="why-rto" /></b> " " {with_proof} <span class="hint">{seconds(shown.low_seconds)} " to " {seconds(shown.high_seconds)} "; assumed"</span></p>
                <SumBar steps=steps.clone() />
                <p class="hint">{longest.map(|number| format!("Longest: step {number}. "))} "What comes back is " {seconds(age_seconds)} " old, in " {region} {travels} "."</p>
            </div>
            <ol class="steps" data-testid="rehearsal-steps">{steps.into_iter().map(|step| view! { <OneStep step /> }).collect_view()}</ol>
            {proof}
            {remarks(cautions, Verdict::Caveat, "What it comes with")}
            {(!differences.is_empty()).then(|| view! {
                <div class="stack"><h3>"Source against restored"</h3><Grid caption="Source against restored" columns=vec!["What", "Source", "Restored", "Terraform", "What to do"] rows=differences.into_iter().map(difference).collect() file="restored" testid="differences" /></div>
            })}
            <details data-testid="run-sheet"><summary>"Run sheet"</summary><RunbookText file="restore" write=sheet /></details>
            <details><summary>"What the times rest on"</summary><Grid caption="Assumptions" columns=vec!["Name", "Value", "Meaning"] rows=assumptions.collect() file="restore-times" testid="restore-times" /></details>
        </div>
    }
}

/// How long it takes without the proof, which is the last step, after all others.
fn until_proof(steps: &[RehearsalStep], time: TimeBand) -> Option<TimeBand> {
    let last = steps.last()?;
    let proof = last.time;
    (last.kind == RestoreStepKind::Verify).then(|| TimeBand {
        typical_seconds: time.typical_seconds.saturating_sub(proof.typical_seconds),
        low_seconds: time.low_seconds.saturating_sub(proof.low_seconds),
        high_seconds: time.high_seconds.saturating_sub(proof.high_seconds),
    })
}

/// The time to recover: the steps one after the other.
fn sum(steps: &[RehearsalStep], time: TimeBand, before: Option<(&str, TimeBand)>) -> Why {
    let mut lines = vec![
        "The sum of the steps, each after the one before; their times are settings of the lab"
            .to_owned(),
    ];
    let one = |step: &RehearsalStep| format!("{}. {}: {}", step.number, step.text, band(step.time));
    lines.extend(steps.iter().map(one));
    lines
        .extend(before.map(|(what, time)| format!("{}: {}", words::capitalized(what), band(time))));
    lines.push(format!("In all: {}", band(time)));
    Why {
        lines,
        rules: Vec::new(),
    }
}

fn remarks(
    all: Vec<RehearsalRemark>,
    verdict: Verdict,
    title: &'static str,
) -> Option<impl IntoView> {
    let lines = |all: Vec<RehearsalRemark>| {
        let line = |one: RehearsalRemark| view! { <li><Glyph verdict /> " " {one.message} " " <span class="hint"><RuleLinks rules=one.row_ids /></span></li> };
        all.into_iter().map(line).collect_view()
    };
    (!all.is_empty()).then(|| view! { <div class="stack"><h3>{title}</h3><ul class="stack remarks">{lines(all)}</ul></div> })
}

/// The steps as parts of a bar; the list below has the same numbers.
#[component]
fn SumBar(steps: Vec<RehearsalStep>) -> impl IntoView {
    let part = |step: RehearsalStep| {
        let share = format!("{}", step.time.typical_seconds.max(1));
        view! { <i style:flex-grow=share title=step.text>{step.number}</i> }
    };
    view! { <div class="sum-bar" aria-hidden="true">{steps.into_iter().map(part).collect_view()}</div> }
}

#[component]
fn OneStep(step: RehearsalStep) -> impl IntoView {
    let (icon, said) = match step.outcome {
        StepOutcome::Done => ("ok", "done"),
        StepOutcome::NotSimulated => ("undoc", "by hand or in a guest"),
        StepOutcome::NotRun => ("clock", "not begun"),
        StepOutcome::Refused => ("no", "refused"),
    };
    let request = step.operation.map(|operation| {
        let body = if operation.body.is_null() { String::new() } else { format!("\n\n{:#}", operation.body) };
        let text = format!("{} {}?api-version={}{body}", operation.method, operation.path, operation.api_version);
        view! {
            <details>
                <summary>{operation.name}</summary>
                <div class="stack"><pre class="code" tabindex="0" aria-label="Request">{text.clone()}</pre><CopyButton text=Signal::stored(text) label="Copy" /></div>
            </details>
        }
    });
    view! {
        <li>
            <span class=format!("glyph {icon}") title=said><Icon name=icon /><span class="unseen">{said}</span></span>
            <div class="grow"><p>{step.text}</p>{request}</div>
            <span class="number">{seconds(step.time.typical_seconds)}</span>
        </li>
    }
}

fn difference(one: RestoreDifference) -> Vec<Cell> {
    // Of an id the name is enough; the file has it whole.
    let named = |text: String| match text.rsplit_once('/') {
        Some((group, name)) if group.starts_with("/subscriptions/") => {
            let name = name.to_owned();
            Cell::shown(text.clone(), view! { <span title=text>{name}</span> })
        }
        _ => Cell::new(text),
    };
    vec![
        Cell::new(one.aspect),
        named(one.source),
        named(one.restored),
        Cell::new(one.terraform.unwrap_or_default()),
        Cell::shown(
            one.remedy.clone(),
            view! { {one.remedy} " " <span class="hint"><RuleLinks rules=one.row_ids /></span> },
        ),
    ]
}
