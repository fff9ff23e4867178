//! What takes long, bit by bit: commands carried out on a copy of a lab, so that giving up leaves nothing behind.

use super::lab::instant_of;
use super::{InputError, Lab};
use crate::cloud::{AdvanceClock, Command};
use crate::timeline::{Outcome, Passage, Scenario, TimedCommand};
use crate::units::{SimDuration, SimInstant};
use serde_json::Value;

/// Commands on their way to being carried out. The lab that they began from is as it was; dropping this is giving up.
///
/// In the end the lab is the same as if everything had been done at once.
#[derive(Debug)]
pub struct Underway {
    lab: Lab,
    /// The next one last.
    ahead: Vec<TimedCommand>,
    passage: Option<Passage>,
    done: u64,
    all: u64,
    /// Whether what was undone is forgotten at the end, as by every new command.
    is_new: bool,
}

impl Underway {
    fn new(lab: Lab, mut ahead: Vec<TimedCommand>, is_new: bool) -> Self {
        ahead.reverse();
        Self {
            lab,
            all: ahead.len() as u64,
            ahead,
            passage: None,
            done: 0,
            is_new,
        }
    }

    /// Does a little more, in the time of about so many writes; at least one planned instant, one command or a piece of
    /// what one writes. Whether all of it is done.
    ///
    /// # Errors
    /// A command of a scenario that comes before its clock.
    pub fn go_on(&mut self, work: u64) -> Result<bool, InputError> {
        let timeline = &mut self.lab.timeline;
        let mut passage = match self.passage.take() {
            Some(passage) => passage,
            None => {
                let Some(next) = self.ahead.pop() else {
                    return Ok(true);
                };
                let at = instant_of(self.done, next.at, timeline.cloud().now())?;
                timeline.begin(at, next.command, next.joined)
            }
        };
        match timeline.go_on(&mut passage, work) {
            None => self.passage = Some(passage),
            Some(ended) => {
                self.done += 1;
                if ended.is_ok() && self.is_new {
                    timeline.forget_undone();
                }
            }
        }
        Ok(self.passage.is_none() && self.ahead.is_empty())
    }

    /// Of a thousand, how much is done: commands, and of the one that is being carried out the time.
    #[must_use]
    pub fn thousandths(&self) -> u64 {
        let cloud = self.lab.timeline.cloud();
        let of_this = self
            .passage
            .as_ref()
            .map_or(0, |one| one.thousandths(cloud));
        (self.done * 1000 + of_this) / self.all.max(1)
    }

    /// Whether a command is writing to disks; otherwise time passes.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.passage.as_ref().is_some_and(Passage::is_carried_out)
    }

    /// What the clock says by now.
    #[must_use]
    pub fn time(&self) -> SimInstant {
        self.lab.timeline.cloud().now()
    }

    /// The lab after the commands that are done, and what came of the last one. Of one that is still being carried out
    /// nothing stays, nor of what lies ahead.
    #[must_use]
    pub fn end(mut self) -> (Lab, Outcome) {
        if self.passage.is_some() {
            self.lab.timeline.give_up();
        }
        let last = self.lab.log().last().filter(|_| self.done > 0);
        let none = || Outcome::Ok { events: Vec::new() };
        let outcome = last.map_or_else(none, |entry| entry.outcome.clone());
        (self.lab, outcome)
    }
}

impl Lab {
    /// Begins a command on a copy of this lab.
    #[must_use]
    pub fn begin_command(&self, mut command: Command) -> Underway {
        self.end_at_once(&mut command);
        let command = TimedCommand {
            at: None,
            command,
            joined: false,
        };
        Underway::new(self.clone(), vec![command], true)
    }

    /// Begins to let time pass on a copy of this lab.
    #[must_use]
    pub fn begin_advance(&self, by: SimDuration) -> Underway {
        self.begin_command(Command::AdvanceClock(AdvanceClock {
            by: Some(by),
            to: None,
            until: None,
        }))
    }

    /// Begins to let time pass, on a copy of this lab, until the next thing that happens by itself; `None` where there
    /// is none.
    #[must_use]
    pub fn begin_next_event(&self) -> Option<Underway> {
        let to = Some(self.next_event()?.at);
        Some(self.begin_command(Command::AdvanceClock(AdvanceClock {
            by: None,
            to,
            until: None,
        })))
    }

    /// Begins to take again, on a copy of this lab, what was undone last, so many times.
    #[must_use]
    pub fn begin_redo(&self, times: usize) -> Underway {
        let mut lab = self.clone();
        let undone = (0..times).map_while(|_| lab.timeline.take_undone());
        let ahead = undone.flatten().map(|(at, command, joined)| TimedCommand {
            at: Some(at),
            command,
            joined,
        });
        let ahead = ahead.collect();
        Underway::new(lab, ahead, false)
    }

    /// Begins a scenario at its start.
    ///
    /// # Errors
    /// A scenario that cannot be read.
    pub fn begin_scenario(value: Value) -> Result<Underway, InputError> {
        let scenario = Scenario::read(value)?;
        let lab = Self::begin(&scenario)?;
        Ok(Underway::new(lab, scenario.commands, true))
    }
}
