//! What may take long, bit by bit on a copy of the lab: the page stays quick, and stopping leaves everything as it was.

use super::history::History;
use super::slices::Slices;
use super::toast::Made;
use super::{Session, Tone};
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use rplab_core::api::{Command, Event, InputError, Lab, Outcome, Underway};
use rplab_core::units::SimDuration;

/// How much is done between two looks at the clock, in writes: a fraction of a millisecond.
const WORK: u64 = 100;
/// The code of what the reader stopped.
pub(crate) const STOPPED: &str = "Stopped";

/// What the end of it is for the steps that can be taken back.
#[derive(Clone, Copy, Debug)]
enum As {
    /// A step of its own.
    Step,
    /// A part of the step before.
    Part,
    /// What was undone, taken again.
    Redo,
}

/// What hears how it ended.
type Then = Box<dyn FnOnce(Outcome)>;

impl Session {
    /// Carries out one command, bit by bit where it writes much; `then` hears what happened. A refusal is told, and so is
    /// that the one before is not done yet.
    pub(crate) fn give(self, command: Command, then: impl FnOnce(Vec<Event>) + 'static) {
        if self.deed.get_value() == Some(self.turn.get_value()) {
            self.tell(
                Tone::No,
                "What was asked for before is still being written. Wait for it, or stop it.",
            );
            return;
        }
        let underway = self.lab.with_value(|lab| lab.begin_command(command));
        let then = Box::new(|outcome| {
            if let Outcome::Ok { events } = outcome {
                then(events);
            }
        });
        self.set_out_and(underway, As::Step, then);
        if self.is_underway() {
            self.deed.set_value(Some(self.turn.get_value()));
        }
    }

    /// Lets time pass.
    pub(crate) fn advance(self, by: SimDuration) {
        self.set_out(self.lab.with_value(|lab| lab.begin_advance(by)), As::Step);
    }

    /// Lets time pass while it is played, as a part of the step before but for the first time. Not while something is under
    /// way; whether it does.
    pub(crate) fn play(self, by: SimDuration, is_first: bool) -> bool {
        let is_free = !self.is_underway();
        if is_free {
            let way = if is_first { As::Step } else { As::Part };
            self.set_out(self.lab.with_value(|lab| lab.begin_advance(by)), way);
        }
        is_free
    }

    /// Lets time pass until what happens next.
    pub(crate) fn run_to_next_event(self) {
        if let Some(next) = self.lab.with_value(Lab::begin_next_event) {
            self.set_out(next, As::Step);
        }
    }

    /// Takes the last undone step again; the commands of a lab bit by bit.
    pub(super) fn redo_now(self) {
        self.stop_underway();
        if !untrack(|| self.can_redo()) {
            return;
        }
        match self.history.with_value(History::to_redo) {
            Some(times) => {
                self.leave_past();
                self.save();
                let underway = self.lab.with_value(|lab| lab.begin_redo(times));
                self.set_out(underway, As::Redo);
            }
            None => self.travel(History::redo, Made::Own),
        }
    }

    /// Opens a scenario bit by bit.
    ///
    /// # Errors
    /// What does not fit and where; the code [`STOPPED`] where the reader stopped it.
    pub(super) async fn opened(
        of: Option<Self>,
        mut underway: Underway,
    ) -> Result<Lab, InputError> {
        let turn = of.map(Self::take_turn);
        let mut slices = Slices::new();
        loop {
            match go_on(&mut underway, &slices) {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    if let Some(session) = of {
                        session.give_turn_back();
                    }
                    return Err(error);
                }
            }
            tell(of, &slices, &underway);
            slices.pause().await;
            if of.is_some_and(|session| session.turn.try_get_value() != turn) {
                return Err(InputError {
                    code: STOPPED.to_owned(),
                    path: String::new(),
                    message: "it was stopped".to_owned(),
                });
            }
        }
        if let Some(session) = of {
            session.give_turn_back();
        }
        Ok(underway.end().0)
    }

    /// Stops what is under way, which is told where the reader has seen it. Nothing of it is kept. Whether there was something.
    pub(crate) fn stop_underway(self) -> bool {
        let was = self.is_underway();
        if was {
            if self.passing.get_untracked() {
                self.tell(Tone::Done, "Stopped. Nothing of it is kept.");
            }
            self.give_turn_back();
        }
        was
    }

    /// Whether something is under way.
    pub(crate) fn is_underway(self) -> bool {
        self.turn.get_value() % 2 == 1
    }

    /// The number of what is under way from here on: an odd one. What was under way before it is given up.
    fn take_turn(self) -> u64 {
        self.stop_underway();
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }

    fn give_turn_back(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.passing.set(false);
    }

    fn set_out(self, underway: Underway, way: As) {
        self.set_out_and(underway, way, Box::new(drop));
    }

    fn set_out_and(self, mut underway: Underway, way: As, then: Then) {
        let turn = self.take_turn();
        let mut slices = Slices::new();
        // Most of what is asked for is over at once.
        if go_on(&mut underway, &slices) != Ok(false) {
            return then(self.arrive_with(underway, way));
        }
        wasm_bindgen_futures::spawn_local(async move {
            let mut is_done = false;
            loop {
                slices.pause().await;
                if self.turn.try_get_value() != Some(turn) {
                    return;
                }
                // What follows the end of it has a task of its own.
                if is_done {
                    return then(self.arrive_with(underway, way));
                }
                is_done = go_on(&mut underway, &slices) != Ok(false);
                tell(Some(self), &slices, &underway);
            }
        });
    }

    fn arrive_with(self, underway: Underway, way: As) -> Outcome {
        self.give_turn_back();
        let (lab, outcome) = underway.end();
        let before = self
            .lab
            .try_update_value(|held| std::mem::replace(held, lab));
        match way {
            As::Step => self.note(&outcome, false),
            As::Part => self.note(&outcome, true),
            As::Redo => {
                self.history.update_value(History::redone);
            }
        }
        self.changed();
        // What only the lab before had is given back when the page has drawn what came of it.
        wasm_bindgen_futures::spawn_local(async move {
            TimeoutFuture::new(0).await;
            drop(before);
        });
        outcome
    }
}

/// The rest of a slice. Whether all is done.
fn go_on(underway: &mut Underway, slices: &Slices) -> Result<bool, InputError> {
    loop {
        if underway.go_on(WORK)? {
            return Ok(true);
        }
        if slices.is_over() {
            return Ok(false);
        }
    }
}

/// Tells how far it is once it takes long: the reader of a session, or of the page that stands before there is one.
fn tell(of: Option<Session>, slices: &Slices, underway: &Underway) {
    if !slices.is_long() {
        return;
    }
    if let Some(session) = of {
        let what = if underway.is_writing() {
            "writing"
        } else {
            "passing"
        };
        session.far.set((what, underway.thousandths()));
        if !session.passing.get_untracked() {
            session.passing.set(true);
        }
    } else if let Ok(Some(notice)) = document().query_selector("#boot [data-text]") {
        let percent = underway.thousandths() / 10;
        notice.set_text_content(Some(&format!("Opening the scenario: {percent} %")));
    }
}
