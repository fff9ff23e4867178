//! Commands in their order, and the state after them.

use crate::cloud::{AdvanceClock, Cloud, Command, CommandError, Event, Executed, Rejection};
use crate::json::Write;
use crate::units::SimInstant;

/// A copy of the state is kept after every so many commands, so that undo replays few of them.
const CHECKPOINT_EVERY: usize = 32;
/// At most this many copies are kept; beyond that every second one goes.
const CHECKPOINTS_MAX: usize = 16;

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Outcome {
    /// It was carried out.
    Ok {
        /// What happened, in order.
        events: Vec<Event>,
    },
    /// The service refused it; nothing changed.
    Rejected {
        /// Why.
        error: Rejection,
    },
}

impl Outcome {
    /// Whether the command was carried out.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok { .. })
    }
}

/// One command of the log.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// The clock when it was given.
    pub at: SimInstant,
    /// The command.
    pub command: Command,
    /// What came of it.
    pub outcome: Outcome,
}

/// A lab's history.
#[derive(Clone, Debug)]
pub struct Timeline {
    origin: Cloud,
    cloud: Cloud,
    log: Vec<LogEntry>,
    undone: Vec<Vec<(SimInstant, Command)>>,
    checkpoints: Vec<(usize, Cloud)>,
}

impl Timeline {
    /// A history that begins with `origin`.
    #[must_use]
    pub fn new(origin: Cloud) -> Self {
        Self {
            cloud: origin.clone(),
            origin,
            log: Vec::new(),
            undone: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    /// The state now.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Every command so far, refused ones too.
    #[must_use]
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }

    /// The commands that redo would carry out again, the next one first.
    pub fn undone(&self) -> impl Iterator<Item = &Command> {
        let next = self.undone.iter().rev().flatten();
        next.map(|(_, command)| command)
    }

    /// Carries a command out now; what was undone is forgotten once something new is carried out.
    pub fn dispatch(&mut self, command: Command) -> Outcome {
        self.dispatch_at(self.cloud.now(), command)
    }

    /// Carries a command out at an instant, letting time pass until then.
    pub fn dispatch_at(&mut self, at: SimInstant, command: Command) -> Outcome {
        outcome_of(self.execute_at(at, command))
    }

    /// As [`Self::dispatch`], with the refusal itself.
    ///
    /// # Errors
    /// Why the service refuses it.
    pub fn execute(&mut self, command: Command) -> Executed {
        self.execute_at(self.cloud.now(), command)
    }

    /// Carries several commands out, all of them or none.
    ///
    /// # Errors
    /// Why the service refuses one of them; nothing happened then. One alone is noted in the log all the same.
    pub fn execute_all(&mut self, commands: Vec<Command>) -> Result<(), CommandError> {
        if commands.len() > 1 {
            let mut trial = self.cloud.clone();
            commands
                .iter()
                .try_for_each(|command| trial.execute(command).map(drop))?;
        }
        commands
            .into_iter()
            .try_for_each(|command| self.execute(command).map(drop))
    }

    fn execute_at(&mut self, at: SimInstant, command: Command) -> Executed {
        let executed = self.carry_out(at, command);
        if executed.is_ok() {
            self.undone.clear();
        }
        executed
    }

    /// Why the command would be refused now; changes nothing.
    #[must_use]
    pub fn check(&self, command: &Command) -> Option<CommandError> {
        self.cloud.clone().execute(command).err()
    }

    /// Takes back the last command that was carried out, and refused ones after it.
    pub fn undo(&mut self) -> bool {
        let Some(last) = self.log.iter().rposition(|entry| entry.outcome.is_ok()) else {
            return false;
        };
        let taken = self.log.split_off(last);
        let taken = taken.into_iter().map(|entry| (entry.at, entry.command));
        self.undone.push(taken.collect());
        self.checkpoints.retain(|(length, _)| *length <= last);
        self.replay();
        true
    }

    /// Carries out again what was undone last.
    pub fn redo(&mut self) -> bool {
        let Some(commands) = self.undone.pop() else {
            return false;
        };
        for (at, command) in commands {
            // It was carried out, or refused, in this very state before.
            let _same = self.carry_out(at, command);
        }
        true
    }

    /// A history that went the same way until an instant, everything included that was commanded at it.
    ///
    /// Replays from the checkpoint before; never more commands than lie between two checkpoints.
    #[must_use]
    pub fn branch_at(&self, time: SimInstant) -> Self {
        let mut count = self.log.partition_point(|entry| entry.at <= time);
        let last = count.checked_sub(1).and_then(|last| self.log.get(last));
        let after = self
            .log
            .get(count)
            .map_or(self.cloud.now(), |entry| entry.at);
        if after > time && last.is_some_and(|last| matches!(last.command, Command::AdvanceClock(_)))
        {
            // It lets time pass beyond the instant, or ends before it, as what is added below does.
            count -= 1;
        }
        let before = |(length, _): &&(usize, Cloud)| *length <= count;
        let mut branch = Self {
            origin: self.origin.clone(),
            cloud: self.origin.clone(),
            log: self.log.iter().take(count).cloned().collect(),
            undone: Vec::new(),
            checkpoints: self.checkpoints.iter().filter(before).cloned().collect(),
        };
        branch.replay();
        let rest = Command::AdvanceClock(AdvanceClock {
            by: None,
            to: Some(time),
            until: None,
        });
        if branch.cloud.now() < time {
            let _passes = branch.carry_out(branch.cloud.now(), rest);
        }
        branch
    }

    /// Brings the state to the end of the log, from the last checkpoint.
    fn replay(&mut self) {
        let (from, mut cloud) = match self.checkpoints.last() {
            Some((length, cloud)) => (*length, cloud.clone()),
            None => (0, self.origin.clone()),
        };
        for entry in self.log.iter().skip(from) {
            // It was carried out, or refused, in this very state before.
            let _same = execute_at(&mut cloud, entry.at, &entry.command);
        }
        self.cloud = cloud;
    }

    /// Whether there is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.log.iter().any(|entry| entry.outcome.is_ok())
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn carry_out(&mut self, at: SimInstant, command: Command) -> Executed {
        let at = at.max(self.cloud.now());
        let executed = execute_at(&mut self.cloud, at, &command);
        self.log.push(LogEntry {
            at,
            command,
            outcome: outcome_of(executed.clone()),
        });
        if self.log.len().is_multiple_of(CHECKPOINT_EVERY) {
            self.checkpoint();
        }
        executed
    }

    fn checkpoint(&mut self) {
        if self.checkpoints.len() == CHECKPOINTS_MAX {
            let mut nth = 0;
            self.checkpoints.retain(|_| {
                nth += 1;
                nth % 2 == 0
            });
        }
        self.checkpoints.push((self.log.len(), self.cloud.clone()));
    }
}

fn outcome_of(executed: Executed) -> Outcome {
    match executed {
        Ok(events) => Outcome::Ok { events },
        Err(error) => Outcome::Rejected {
            error: Rejection::from(&error),
        },
    }
}

/// Lets time pass until `at` and carries the command out. Where it is refused, that time has passed all
/// the same, unless time itself was refused to pass.
fn execute_at(cloud: &mut Cloud, at: SimInstant, command: &Command) -> Executed {
    if at <= cloud.now() {
        return cloud.execute(command);
    }
    let until = AdvanceClock {
        by: None,
        to: Some(at),
        until: None,
    };
    let mut events = cloud.execute(&Command::AdvanceClock(until))?;
    events.extend(cloud.execute(command)?);
    Ok(events)
}
