//! What breaks a plan: the shortest schedule of faults under which it misses an objective, found in the worker.

use super::draft::{Plans, in_guest};
use super::{at, items, number, text};
use crate::components::{Action, Cell, Grid, Look, Note, RuleLinks, Working, live};
use crate::route::{Page, Way, address};
use crate::session::Session;
use crate::session::jobs::{Heard, Job, Progress};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::Lab;
use rplab_core::units::{SimDuration, SimInstant};
use serde_json::{Value, json};

/// How many schedules are tried.
const SCHEDULES: u64 = 400;

/// The search, and what it found.
#[derive(Clone, PartialEq)]
enum Search {
    /// Not begun.
    None,
    Running(Job),
    /// What it found, of which plan.
    Found(String, Value),
    Failed(String),
}

/// The card.
#[component]
pub(super) fn BreakerCard() -> impl IntoView {
    let (session, plans) = (Session::get(), Plans::get());
    let search = RwSignal::new(Search::None);
    let progress = RwSignal::new(Progress::default());
    let stop = move || {
        if let Some(Search::Running(job)) = search.try_get_untracked() {
            job.stop();
            search.set(Search::None);
        }
    };
    // What was found holds for the plan as it was.
    Effect::new(move |ran: Option<()>| {
        let _ = plans.chosen().plan(session);
        if ran.is_some() {
            stop();
            search.set(Search::None);
        }
    });
    on_cleanup(stop);
    let begin = move || {
        let draft = plans.chosen();
        let name = draft.name.get_untracked();
        let plan = match untrack(|| draft.plan(session)) {
            Ok(plan) => plan,
            Err(reason) => return search.set(Search::Failed(reason)),
        };
        progress.set(Progress {
            what: "breaking".to_owned(),
            ..Progress::default()
        });
        let request =
            json!({ "work": "breaker", "plan": plan, "options": { "schedules": SCHEDULES } });
        let job = Job::start(&request, &[], move |heard| match heard {
            Heard::Progress(far) => drop(progress.try_set(far)),
            Heard::Done(found) => drop(search.try_set(Search::Found(name.clone(), found))),
            Heard::Failed(error) => {
                let said = match error.path.as_str() {
                    "" => error.message,
                    path => format!("{path}: {}", error.message),
                };
                drop(search.try_set(Search::Failed(said)));
            }
            Heard::Part(_) => {}
        });
        search.set(Search::Running(job));
    };
    let shown = move || {
        match search.get() {
        Search::None => view! { <p class="hint">"Thousands of small accidents are tried on a copy: an agent that does not answer, a region down, a stalled copy. The shortest one that makes the plan miss its RPO is kept, and replays step by step."</p> }.into_any(),
        Search::Running(_) => view! { <Working progress on_stop=stop /> }.into_any(),
        Search::Failed(reason) => view! { <Note tone="no"><p data-testid="breaker-error">{reason}</p></Note> }.into_any(),
        Search::Found(name, found) => view! { <Found name found /> }.into_any(),
    }
    };
    let reason = Signal::derive(move || {
        let guest = plans.chosen().service.with(|service| in_guest(service));
        if guest {
            return Some("What runs in the guest is not simulated".to_owned());
        }
        matches!(search.get(), Search::Running(_)).then(|| "It is being tried".to_owned())
    });
    view! {
        <section class="card" aria-labelledby="breaker-title" data-testid="breaker">
            <div class="card-head"><h2 id="breaker-title">"What breaks it"</h2><span class="hint">"the first VM of the plan, ten days"</span><span class="end"><Action label="Break this plan" icon="flash" look=Look::Plain small=true reason testid="break" on_press=begin /></span></div>
            <div class="card-body stack" aria-live="polite">{live(shown)}</div>
        </section>
    }
}

fn instant(value: &Value, path: &str) -> String {
    let parsed = at(value, path).as_str().and_then(|text| text.parse().ok());
    parsed.map_or_else(String::new, |at: SimInstant| words::instant(at))
}

#[component]
fn Found(name: String, found: Value) -> impl IntoView {
    let (session, way) = (Session::get(), Way::get());
    let tried = words::grouped(number(&found, "/tried"));
    let by_itself = at(&found, "/brokenByItself").as_bool() == Some(true);
    let faults = items(&found, "/faults");
    if at(&found, "/missed").is_null() {
        return view! { <p data-testid="breaker-found">"Nothing of " {tried} " schedules of faults makes it miss its objectives. That is a search, not a proof."</p> }.into_any();
    }
    let rules: Vec<String> = items(&found, "/missed/rowIds")
        .iter()
        .filter_map(|rule| rule.as_str().map(ToOwned::to_owned))
        .collect();
    let missed = words::capital(&text(&found, "/missed/text"));
    let headline = match (by_itself, faults.len()) {
        (true, _) => "It misses its objectives with nothing going wrong.".to_owned(),
        (_, 1) => format!("One fault breaks it, the shortest of {tried} schedules tried."),
        (_, count) => {
            format!("{count} faults break it, the shortest of {tried} schedules tried.")
        }
    };
    let rows: Vec<_> = faults
        .iter()
        .map(|fault| {
            let lasts: Option<SimDuration> = text(fault, "/lasts").parse().ok();
            vec![
                Cell::new(words::spaced(&text(fault, "/fault"))),
                Cell::new(
                    text(fault, "/target")
                        .rsplit('/')
                        .next()
                        .unwrap_or_default(),
                ),
                Cell::new(instant(fault, "/from")),
                Cell::new(lasts.map_or_else(String::new, words::duration)),
            ]
        })
        .collect();
    let scenario = at(&found, "/scenario").clone();
    let machine = session.machine.get_untracked();
    let replay = move || {
        let (name, machine) = (name.clone(), machine.clone());
        let then = move |lab: Box<Lab>| {
            let remark =
                "Opened what breaks the plan. Step through it; the last event is the miss.";
            session.open_scenario(*lab, format!("What breaks {name}"), remark.to_owned());
            way.go(&address(Page::Lifecycle, machine.as_deref()));
        };
        session.go_through(scenario.clone(), Box::new(then));
    };
    view! {
        <p data-testid="breaker-found"><b>{headline}</b> " " {format!("{}.", words::as_we_write(&missed))} " " <RuleLinks rules /></p>
        {(!rows.is_empty()).then(|| view! { <Grid caption="Faults that break the plan" columns=vec!["Fault", "Of", "From", "For"] rows file="plan-faults" testid="breaker-faults" /> })}
        <div class="line"><Action label="Replay it step by step" icon="play" look=Look::Primary small=true testid="breaker-replay" on_press=replay /></div>
    }
    .into_any()
}
