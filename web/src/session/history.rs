//! Undo over both kinds of steps: commands of a lab, and one lab in place of another.

use rplab_core::api::Lab;

/// Steps that can be taken back and taken again.
#[derive(Debug, Default)]
pub(crate) struct History {
    past: Vec<Step>,
    future: Vec<Step>,
}

/// One step of the reader.
#[derive(Debug)]
pub(crate) enum Step {
    /// So many commands of the same lab.
    Commands(usize),
    /// A lab took another one's place: the other one, and its scenario's name.
    Replaced {
        /// The other lab.
        lab: Box<Lab>,
        /// Its scenario's name.
        name: String,
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
    pub(crate) fn undo(&mut self, lab: &mut Lab, name: &mut String) -> bool {
        let step = self.past.pop();
        travel(step, &mut self.future, lab, name, Lab::undo)
    }

    /// Takes the last undone step again.
    pub(crate) fn redo(&mut self, lab: &mut Lab, name: &mut String) -> bool {
        let step = self.future.pop();
        travel(step, &mut self.past, lab, name, Lab::redo)
    }
}

fn travel(
    step: Option<Step>,
    back: &mut Vec<Step>,
    lab: &mut Lab,
    name: &mut String,
    one: fn(&mut Lab) -> bool,
) -> bool {
    match step {
        Some(Step::Replaced {
            lab: mut other,
            name: mut other_name,
        }) => {
            std::mem::swap(lab, &mut other);
            std::mem::swap(name, &mut other_name);
            back.push(Step::Replaced {
                lab: other,
                name: other_name,
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
    use super::{History, Step};
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

    #[test]
    fn steps_of_both_kinds_are_taken_back_and_again_in_order() {
        let (mut history, mut here, mut name) = (History::default(), lab(1), "one".to_owned());
        let start = here.digest();
        here.advance(SimDuration::from_seconds(60));
        here.advance(SimDuration::from_seconds(60));
        history.record(Step::Commands(1));
        history.extend();
        let later = here.digest();
        history.record(Step::Replaced {
            lab: Box::new(here),
            name,
        });
        (here, name) = (lab(2), "two".to_owned());
        let other = here.digest();

        assert!(history.undo(&mut here, &mut name));
        assert_eq!((here.digest(), name.as_str()), (later, "one"));
        assert!(history.undo(&mut here, &mut name));
        assert_eq!(
            here.digest(),
            start,
            "both commands of the step are taken back"
        );
        assert!(!history.undo(&mut here, &mut name));
        assert!(history.redo(&mut here, &mut name));
        assert_eq!(here.digest(), later);
        assert!(history.redo(&mut here, &mut name));
        assert_eq!((here.digest(), name.as_str()), (other, "two"));
        assert!(!history.redo(&mut here, &mut name));
    }
}
