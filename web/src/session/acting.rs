//! What the reader does: commands and undo.

use super::history::{History, Place, Step};
use super::past::looking_back;
use super::toast::{self, Made};
use super::{Session, Tone};
use crate::words::as_we_write;
use leptos::prelude::*;
use rplab_core::api::{Answer, Command, InputError, Lab, Outcome, Rejection, Request};
use rplab_core::model::Fleet;

impl Session {
    /// Carries out one command. A refusal is an answer: it is told, and nothing else changes.
    pub(crate) fn dispatch(self, command: Command) -> Outcome {
        self.carry_out(command, Made::Own)
    }

    /// The same for what comes of the step before: both are offered to be taken back, one by one or together.
    pub(super) fn dispatch_further(self, command: Command) -> Outcome {
        self.carry_out(command, Made::Further)
    }

    fn carry_out(self, command: Command, made: Made) -> Outcome {
        self.stop_underway();
        let outcome = self.lab.try_update_value(|lab| lab.dispatch(command));
        let outcome = outcome.unwrap_or(Outcome::Ok { events: Vec::new() });
        self.note(&outcome, false);
        // A refusal stands in the log; there is nothing to take back of it.
        self.changed_by(outcome.is_ok().then_some(made));
        outcome
    }

    /// Notes what came of a command: a step, or a part of the step before, so that undo takes both back.
    pub(super) fn note(self, outcome: &Outcome, continued: bool) {
        match outcome {
            Outcome::Ok { .. } if continued => self.history.update_value(History::extend),
            Outcome::Ok { .. } => self.record(Step::Commands(1)),
            Outcome::Rejected { error } => {
                let said = as_we_write(&error.message);
                self.tell(Tone::No, format!("{}: {said}", error.code));
            }
        }
    }

    /// Carries out several commands as one step: all of them, or none.
    ///
    /// # Errors
    /// The first refusal.
    pub(crate) fn dispatch_all(self, commands: Vec<Command>) -> Result<(), Rejection> {
        if self.cursor.with_untracked(Option::is_some) {
            return Err(looking_back());
        }
        self.stop_underway();
        let before = self.lab.get_value();
        let count = commands.len();
        for command in commands {
            let outcome = self.lab.try_update_value(|lab| lab.dispatch(command));
            if let Some(Outcome::Rejected { error }) = outcome {
                self.lab.set_value(before);
                self.changed();
                return Err(error);
            }
        }
        if count > 0 {
            self.record(Step::Commands(count));
        }
        self.changed();
        Ok(())
    }

    /// Sends a request to the simulated service. What it changes is one step to take back.
    pub(crate) fn ask(self, request: &Request) -> Answer {
        self.stop_underway();
        let done = |lab: &Lab| {
            lab.log()
                .iter()
                .filter(|entry| entry.outcome.is_ok())
                .count()
        };
        let before = self.lab.with_value(done);
        let answer = self.lab.try_update_value(|lab| lab.request(request));
        let count = self.lab.with_value(done).saturating_sub(before);
        if count > 0 {
            self.record(Step::Commands(count));
        }
        self.changed_by((count > 0).then_some(Made::Own));
        answer.unwrap_or_default()
    }

    /// Puts another lab in the place of this one; undo brings this one back. With a name it is another scenario, kept
    /// as a project of its own.
    pub(crate) fn replace(self, lab: Lab, name: Option<String>) {
        let place = match name {
            Some(name) => Place {
                name: self.projects.unused(&name),
                project: None,
            },
            None => self.place(),
        };
        self.put(lab, place);
    }

    /// Puts a lab that goes by `place` in the place of this one.
    pub(crate) fn put(self, lab: Lab, place: Place) {
        self.stop_underway();
        self.leave_past();
        self.save();
        let before = self.place();
        let was = self.lab.try_update_value(|own| std::mem::replace(own, lab));
        self.go_by(place);
        if let Some(lab) = was.map(Box::new) {
            self.record(Step::Replaced { lab, place: before });
        }
        self.changed();
    }

    /// Opens the same scenario over a changed fleet.
    ///
    /// # Errors
    /// What is wrong with the fleet.
    pub(crate) fn rebuild(self, fleet: Fleet) -> Result<(), InputError> {
        let lab = self.lab.with_value(|lab| rebuilt(lab, fleet))?;
        self.replace(lab, None);
        Ok(())
    }

    /// Takes the last step back; what is still under way first.
    pub(super) fn undo_now(self) {
        if !self.stop_underway() {
            self.travel(History::undo, Made::Back);
        }
    }

    /// Whether there is a step to take back.
    pub(crate) fn can_undo(self) -> bool {
        self.present(|lab| lab.log().iter().any(|entry| entry.outcome.is_ok()))
            || self.history.with_value(History::can_undo)
    }

    /// Whether there is a step to take again.
    pub(crate) fn can_redo(self) -> bool {
        self.present(|lab| !lab.undone().is_empty()) || self.history.with_value(History::can_redo)
    }

    /// Says something at the lower edge; `Tone::Undo` offers to take it back.
    pub(crate) fn tell(self, tone: Tone, text: impl Into<String>) {
        toast::show(self.toasts, tone, crate::words::harmless(&text.into()));
    }

    pub(super) fn travel(self, way: fn(&mut History, &mut Lab, &mut Place) -> bool, made: Made) {
        self.leave_past();
        self.save();
        let mut place = self.place();
        self.history.update_value(|history| {
            self.lab.update_value(|lab| {
                way(history, lab, &mut place);
            });
        });
        if place != self.place() {
            self.go_by(place);
        }
        self.changed_by(Some(made));
    }

    fn record(self, step: Step) {
        self.history.update_value(|history| history.record(step));
    }

    /// After each change of the lab, before it is said what was done.
    pub(super) fn changed(self) {
        self.changed_by(Some(Made::Own));
    }

    /// After a change, which may have been no step.
    fn changed_by(self, made: Option<Made>) {
        if let Some(made) = made {
            toast::follow_step(self.toasts, made);
        }
        self.changes.update(|changes| *changes += 1);
        self.looked_at_anew();
    }

    /// After a change of what is shown.
    pub(super) fn looked_at_anew(self) {
        self.version.update(|version| *version += 1);
    }
}

fn rebuilt(lab: &Lab, fleet: Fleet) -> Result<Lab, InputError> {
    let mut scenario = lab.export_scenario();
    scenario.fleet = fleet;
    Lab::from_scenario(rplab_core::json::write(&scenario))
}
