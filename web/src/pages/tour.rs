//! A guided tour: from a fresh fleet to a rehearsed restore, in steps that see for themselves whether they are done.

use crate::app::{SAMPLE_NAME, sample_lab};
use crate::components::{Action, Icon, Look, follow, live, rescue_focus};
use crate::later::{NotFetched, Show, part};
use crate::route::{self, Page, Way, address};
use crate::session::{Session, Tone};
use leptos::prelude::*;
use rplab_core::api::{Command, LabState};
use rplab_core::model::ProvisioningState;
use wasm_split_helpers::wasm_split;

/// A step: what to do, where, and how it is seen to be done.
struct Step {
    title: &'static str,
    words: &'static str,
    page: Page,
    done: fn(Session, Page) -> bool,
}

const STEPS: [Step; 9] = [
    Step {
        title: "Find a VM that can be captured",
        words: "The fleet is judged by the pages. Open a VM whose verdict is not a no: its Support page says which rows decide, and what to leave out.",
        page: Page::Fleet,
        done: |session, page| {
            page == Page::Support
                && session.report.with(|report| {
                    let machines = report
                        .as_ref()
                        .map(|report| report.machines.as_slice())
                        .unwrap_or_default();
                    let followed = session.followed(|machine| machine.id.to_string());
                    machines.iter().any(|machine| {
                        Some(&machine.id) == followed.as_ref() && machine.verdict.is_protectable()
                    })
                })
        },
    },
    Step {
        title: "Make a collection",
        words: "Restore points live in a collection that belongs to one VM. Under Capture, create one; the proposed name will do.",
        page: Page::Lifecycle,
        done: |session, _| {
            session
                .state
                .with(|state| !state.restore_point_collections.is_empty())
        },
    },
    Step {
        title: "Let the guest write",
        words: "Under Write, choose a workload for a disk, or write some blocks. Points differ only in what was written between them.",
        page: Page::Lifecycle,
        done: |session, _| {
            has(session, |command| {
                matches!(command, Command::WriteBlocks(_) | Command::SetWorkload(_))
            })
        },
    },
    Step {
        title: "Capture the VM",
        words: "Create a restore point, then press To next event until it says Succeeded. Disks that cannot be captured are ticked to be left out.",
        page: Page::Lifecycle,
        done: |session, _| session.state.with(|state| taken(state) >= 1),
    },
    Step {
        title: "A day later, capture again",
        words: "Advance by a day, then create another point. The map gets a second lane: tall blocks are those that the new point pays for.",
        page: Page::Lifecycle,
        done: |session, _| {
            session
                .state
                .with(|state| taken(state) >= 2 && a_day_apart(state))
        },
    },
    Step {
        title: "Delete the first point",
        words: "Choose its lane and delete it. See what it frees, and how the blocks that the second one needs pass to it.",
        page: Page::Lifecycle,
        done: |session, _| {
            has(session, |command| {
                matches!(command, Command::DeleteRestorePoint(_))
            })
        },
    },
    Step {
        title: "Take that back",
        words: "Press Undo, or Ctrl Z. Every step can be taken back, and nothing asks whether you are sure.",
        page: Page::Lifecycle,
        done: |session, _| !session.undone().is_empty(),
    },
    Step {
        title: "Restore the VM",
        words: "On the Restore page make a VM from a point, and let time pass until its disks are there.",
        page: Page::Restore,
        done: |session, _| {
            session.state.with(|state| {
                state
                    .virtual_machines
                    .iter()
                    .any(|machine| machine.restored_from.is_some() && machine.ready_at.is_none())
            })
        },
    },
    Step {
        title: "See the proof",
        words: "Proof reads the source as it was, the point, and the restored disk, block by block, and compares the digests. Equal means: you can get it back.",
        page: Page::Restore,
        done: |session, page| page == Page::Restore && session.read(|lab| lab.restores_proved()),
    },
];

fn has(session: Session, fits: fn(&Command) -> bool) -> bool {
    session.log.with(|log| {
        log.iter()
            .any(|entry| entry.outcome.is_ok() && fits(&entry.command))
    })
}

fn taken(state: &LabState) -> usize {
    let points = state.restore_points.iter();
    points
        .filter(|point| point.provisioning_state == ProvisioningState::Succeeded)
        .count()
}

fn a_day_apart(state: &LabState) -> bool {
    let times = || state.restore_points.iter().map(|point| point.time_created);
    let (first, last) = (times().min(), times().max());
    first
        .zip(last)
        .is_some_and(|(first, last)| last.since(first).seconds() >= 86_400)
}

/// How far the reader is; `None` while no tour runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tour(RwSignal<Option<usize>>);

impl Tour {
    /// No tour.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Whether one runs.
    pub(crate) fn runs(self) -> bool {
        self.0.with(Option::is_some)
    }

    /// Starts over with the sample, which undo takes back.
    pub(crate) fn begin(self, session: Session) {
        match sample_lab() {
            Ok(lab) => {
                session.replace(lab, Some(SAMPLE_NAME.to_owned()));
                self.0.set(Some(0));
                route::go(&address(Page::Fleet, None));
            }
            Err(error) => session.tell(Tone::No, error.message),
        }
    }
}

/// Invites to the tour.
#[component]
pub(crate) fn TourInvitation() -> impl IntoView {
    let session = Session::get();
    let tour = Tour::get();
    view! {
        <section class="card invitation" aria-labelledby="tour-title">
            <div class="grow"><h2 id="tour-title">"From nothing to a rehearsed restore, in ten minutes"</h2><p class="second">"Nine steps with the sample fleet. Each sees for itself whether it is done; undo brings back what you have now."</p></div>
            <Action label="Start the tour" icon="play" look=Look::Primary testid="tour-start" on_press=move || tour.begin(session) />
        </section>
    }
}

/// The step at hand, above the page, while there is a tour.
#[component]
pub(crate) fn TourPart() -> impl IntoView {
    let tour_now = Tour::get();
    let runs = Memo::new(move |_| tour_now.runs());
    live(move || runs.get().then(|| part(|| Box::pin(tour()))))
}

#[wasm_split(scenarios, fallible)]
fn tour() -> Result<Show, NotFetched> {
    Ok(|| view! { <TourCard /> }.into_any())
}

#[component]
fn TourCard() -> impl IntoView {
    let Tour(at) = Tour::get();
    live(move || {
        at.get()
            .and_then(|at| Some(view! { <OneStep at step=STEPS.get(at)? /> }))
    })
}

#[component]
fn OneStep(at: usize, step: &'static Step) -> impl IntoView {
    let session = Session::get();
    let tour = Tour::get();
    let Way { route, .. } = Way::get();
    // Done once is done: what a later step takes back does not open an earlier one again.
    let done = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || (step.done)(session, route.with(|route| route.page))
    });
    let last = at + 1 == STEPS.len();
    let reason = Signal::derive(move || {
        (!done.get()).then(|| "Not done yet; you can also skip it".to_owned())
    });
    // Each step is a card of its own.
    let go = move |to: Option<usize>| {
        tour.0.set(to);
        rescue_focus(if to.is_some() {
            "[data-testid=tour-show]"
        } else {
            "#main"
        });
    };
    let forth = move || go((!last).then_some(at + 1));
    let to = move || address(step.page, session.machine.get().as_deref());
    view! {
        <section class="tour" aria-label="Guided tour" data-testid="tour" data-step=at.to_string() data-done=follow(move || done.get().to_string())>
            <progress max=STEPS.len().to_string() value=at.to_string() aria-label="Steps done"></progress>
            <div class="grow">
                <p><b>{format!("{} of {}: {}", at + 1, STEPS.len(), step.title)}</b> " " <span class="verdict ok" aria-live="polite">{live(move || done.get().then(|| view! { <Icon name="ok" />"done" }))}</span></p>
                <p class="second">{step.words}</p>
            </div>
            <div class="line">
                <a class="button small" href=follow(to) data-testid="tour-show">{format!("Go to {}", step.page.name())}</a>
                <Action label=if last { "Finish" } else { "Next" } look=Look::Primary small=true reason testid="tour-next" on_press=forth />
                {(!last).then(|| view! { <Action label="Skip" look=Look::Quiet small=true testid="tour-skip" on_press=move || go(Some(at + 1)) /> })}
                <Action label="End the tour" icon="close" look=Look::Quiet small=true only_icon=true on_press=move || go(None) />
            </div>
        </section>
    }
}
