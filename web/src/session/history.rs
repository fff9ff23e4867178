//! Undo over both kinds of steps: commands of a lab, and one lab in place of another.

use rplab_core::api::Lab;

/// Steps that can be taken back and taken again.
#[derive(Debug, Default)]
pub(crate) struct History {
    past: Vec<Step>,
    future: Vec<Step>,
}

/// What a lab goes by: its scenario's name, and the project that it is kept as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The scenario's name.
    pub(crate) name: String,
    /// The project; `None` until it is kept for the first time.
    pub(crate) project: Option<String>,
}

/// One step of the reader.
#[derive(Debug)]
pub(crate) enum Step {
    /// So many commands of the same lab.
    Commands(usize),
    /// A lab took another one's place: the other one, and what it goes by.
    Replaced {
        /// The other lab.
        lab: Box<Lab>,
        /// What it goes by.
        place: Place,
    },
}

impl History {
    /// Notes a step; what was undone before it is gone.
    pub(crate) fn record(&mut self, step: Step) {
        self.past.push(step);
        self.future.clear();
    }

    /// Adds a command to the last step.
    pub(crate) fn extend(&mut self) {
        self.future.clear();
        match self.past.last_mut() {
            Some(Step::Commands(count)) => *count += 1,
            _ => self.past.push(Step::Commands(1)),
        }
    }

    /// Whether a step is noted.
    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether an undone step is noted.
    pub(crate) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Takes the last step back. A lab that was opened from a file has steps of its own before the first one here.
    pub(crate) fn undo(&mut self, lab: &mut Lab, place: &mut Place) -> bool {
        let step = self.past.pop();
        travel(step, &mut self.future, lab, place, Lab::undo)
    }

    /// How many commands of the lab the next redo takes again; `None` where another lab takes its place.
    pub(crate) fn to_redo(&self) -> Option<usize> {
        match self.future.last() {
            Some(Step::Replaced { .. }) => None,
            Some(Step::Commands(count)) => Some(*count),
            None => Some(1),
        }
    }

    /// Notes that the commands of the last undone step were taken again.
    pub(crate) fn redone(&mut self) {
        let step = self.future.pop();
        self.past.push(step.unwrap_or(Step::Commands(1)));
    }

    /// Takes the last undone step again.
    pub(crate) fn redo(&mut self, lab: &mut Lab, place: &mut Place) -> bool {
        let step = self.future.pop();
        travel(step, &mut self.past, lab, place, Lab::redo)
    }
}

fn travel(
    step: Option<Step>,
    back: &mut Vec<Step>,
    lab: &mut Lab,
    place: &mut Place,
    one: fn(&mut Lab) -> bool,
) -> bool {
    match step {
        Some(Step::Replaced {
            lab: mut other,
            place: mut other_place,
        }) => {
            std::mem::swap(lab, &mut other);
            std::mem::swap(place, &mut other_place);
            back.push(Step::Replaced {
                lab: other,
                place: other_place,
            });
            true
        }
        Some(Step::Commands(count)) => {
            for _ in 0..count {
                one(lab);
            }
            back.push(Step::Commands(count));
            true
        }
        None => {
            let moved = one(lab);
            if moved {
                back.push(Step::Commands(1));
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{History, Place, Step};
    use rplab_core::api::{Lab, LabOptions, sample_fleet};
    use rplab_core::units::SimDuration;

    fn lab(machines: usize) -> Lab {
        let mut fleet = sample_fleet();
        fleet.machines.truncate(machines);
        Lab::new(LabOptions {
            fleet,
            ..LabOptions::default()
        })
        .unwrap()
    }

    fn place(name: &str) -> Place {
        Place {
            name: name.to_owned(),
            project: Some(format!("project {name}")),
        }
    }

    #[test]
    fn steps_of_both_kinds_are_taken_back_and_again_in_order() {
        let (mut history, mut here, mut at) = (History::default(), lab(1), place("one"));
        let start = here.digest();
        here.advance(SimDuration::from_seconds(60));
        here.advance(SimDuration::from_seconds(60));
        history.record(Step::Commands(1));
        history.extend();
        let later = here.digest();
        history.record(Step::Replaced {
            lab: Box::new(here),
            place: at,
        });
        (here, at) = (lab(2), place("two"));
        let other = here.digest();

        assert!(history.undo(&mut here, &mut at));
        assert_eq!((here.digest(), &at), (later, &place("one")));
        assert!(history.undo(&mut here, &mut at));
        assert_eq!(
            here.digest(),
            start,
            "both commands of the step are taken back"
        );
        assert!(!history.undo(&mut here, &mut at));
        assert!(history.redo(&mut here, &mut at));
        assert_eq!(here.digest(), later);
        assert!(history.redo(&mut here, &mut at));
        assert_eq!((here.digest(), &at), (other, &place("two")));
        assert!(!history.redo(&mut here, &mut at));
    }
}
