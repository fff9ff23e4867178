//! Commands in their order, and the state after them.

use super::checkpoints::{Checkpoints, Midway};
use crate::cloud::{AdvanceClock, Cloud, Command, CommandError, Event, Executed, Rejection};
use crate::json::Write;
use crate::room;
use crate::units::SimInstant;
use std::sync::Arc;

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
    /// Whether it belongs to the command before: both were given by one request, and go and come together.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub joined: bool,
}

/// A lab's history.
#[derive(Clone, Debug)]
pub struct Timeline {
    origin: Arc<Cloud>,
    cloud: Cloud,
    log: Vec<Arc<LogEntry>>,
    undone: Vec<Vec<(SimInstant, Command, bool)>>,
    checkpoints: Checkpoints,
}

impl Timeline {
    /// A history that begins with `origin`.
    #[must_use]
    pub fn new(origin: Cloud) -> Self {
        Self {
            cloud: origin.clone(),
            origin: Arc::new(origin),
            log: Vec::new(),
            undone: Vec::new(),
            checkpoints: Checkpoints::default(),
        }
    }

    /// The state now.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// Every command so far, refused ones too.
    #[must_use]
    pub fn log(&self) -> &[Arc<LogEntry>] {
        &self.log
    }

    /// The commands that redo would carry out again, the next one first.
    pub fn undone(&self) -> impl Iterator<Item = &Command> {
        let next = self.undone.iter().rev().flatten();
        next.map(|(_, command, _)| command)
    }

    /// Carries a command out now; what was undone is forgotten once something new is carried out.
    pub fn dispatch(&mut self, command: Command) -> Outcome {
        self.dispatch_at(self.cloud.now(), command)
    }

    /// Carries a command out at an instant, letting time pass until then.
    pub fn dispatch_at(&mut self, at: SimInstant, command: Command) -> Outcome {
        self.execute_at(at, command, false)
    }

    /// As [`Self::dispatch_at`], for a command that belongs to the one before.
    pub fn join_at(&mut self, at: SimInstant, command: Command) -> Outcome {
        self.execute_at(at, command, true)
    }

    /// As [`Self::dispatch`], with the refusal itself; what happened stands in the log.
    ///
    /// # Errors
    /// Why the service refuses it.
    pub fn execute(&mut self, command: Command) -> Result<(), CommandError> {
        self.settle(self.cloud.now(), command, false)
    }

    /// As [`Self::execute`], for a command that belongs to the one before.
    ///
    /// # Errors
    /// Why the service refuses it.
    pub fn join(&mut self, command: Command) -> Result<(), CommandError> {
        self.settle(self.cloud.now(), command, true)
    }

    /// Carries several commands out as one step, all of them or none.
    ///
    /// # Errors
    /// Why the service refuses one of them; nothing happened then. One alone is noted in the log all the same.
    pub fn execute_all(&mut self, commands: Vec<Command>) -> Result<(), CommandError> {
        let length = self.log.len();
        let before = (commands.len() > 1).then(|| self.cloud.clone());
        let now = self.cloud.now();
        for (at, command) in commands.into_iter().enumerate() {
            let executed = self.carry_out(now, command, at > 0);
            if let (Err(error), Some(before)) = (&executed, &before) {
                self.log.truncate(length);
                self.checkpoints.forget_after(length);
                self.cloud = before.clone();
                return Err(error.clone());
            }
            executed?;
        }
        if self.log.len() > length {
            self.undone.clear();
        }
        Ok(())
    }

    fn execute_at(&mut self, at: SimInstant, command: Command, joined: bool) -> Outcome {
        let refused = self.settle(at, command, joined).err();
        match (refused, self.log.last()) {
            (None, Some(entry)) => entry.outcome.clone(),
            (refused, _) => outcome_of(refused.map_or(Ok(Vec::new()), Err)),
        }
    }

    fn settle(
        &mut self,
        at: SimInstant,
        command: Command,
        joined: bool,
    ) -> Result<(), CommandError> {
        self.carry_out(at, command, joined)?;
        self.undone.clear();
        Ok(())
    }

    /// Why the command would be refused now; changes nothing.
    #[must_use]
    pub fn check(&self, command: &Command) -> Option<CommandError> {
        self.cloud.refusal(command)
    }

    /// Takes back the last command that was carried out, with those that it belongs to, and refused ones after it.
    pub fn undo(&mut self) -> bool {
        let Some(last) = self.log.iter().rposition(|entry| entry.outcome.is_ok()) else {
            return false;
        };
        let mut before = self.log.iter().take(last + 1);
        let last = before.rposition(|entry| !entry.joined).unwrap_or_default();
        let taken = self.log.split_off(last);
        let taken = taken
            .into_iter()
            .map(|entry| (entry.at, entry.command.clone(), entry.joined));
        self.undone.push(taken.collect());
        self.checkpoints.forget_after(last);
        (self.cloud, _) = self.replayed(&self.checkpoints, last);
        true
    }

    /// Carries out again what was undone last.
    pub fn redo(&mut self) -> bool {
        let Some(commands) = self.undone.pop() else {
            return false;
        };
        for (at, command, joined) in commands {
            // It was carried out, or refused, in this very state before.
            let _same = self.carry_out(at, command, joined);
        }
        true
    }

    /// A history that went the same way until an instant, everything included that was commanded at it.
    ///
    /// Replays from the checkpoint before; never more than lies between two checkpoints.
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
        let checkpoints = self.checkpoints.until(count, time);
        let (mut cloud, midway) = self.replayed(&checkpoints, count);
        let mut log: Vec<_> = self.log.iter().take(count).cloned().collect();
        let midway = midway.map(|midway| (midway.from, midway.events.to_vec()));
        let (at, mut events) = midway.unwrap_or((cloud.now(), Vec::new()));
        if at < time {
            events.extend(cloud.run_until(time));
            let command = Command::AdvanceClock(until(time));
            let outcome = Outcome::Ok { events };
            log.push(Arc::new(LogEntry {
                at,
                command,
                outcome,
                joined: false,
            }));
        }
        Self {
            origin: Arc::clone(&self.origin),
            cloud,
            log,
            undone: Vec::new(),
            checkpoints,
        }
    }

    /// The state after the first `count` commands; or, where a checkpoint lies in the midst of the next one, that state.
    fn replayed<'a>(
        &self,
        checkpoints: &'a Checkpoints,
        count: usize,
    ) -> (Cloud, Option<&'a Midway>) {
        let Some(last) = checkpoints.last() else {
            let mut cloud = (*self.origin).clone();
            self.replay(&mut cloud, 0, count);
            return (cloud, None);
        };
        let mut cloud = (*last.cloud).clone();
        let from = match &last.midway {
            Some(midway) if last.length == count => return (cloud, Some(midway)),
            Some(Midway {
                until: Some(until), ..
            }) => {
                cloud.run_until(*until);
                last.length + 1
            }
            _ => last.length,
        };
        self.replay(&mut cloud, from, count);
        (cloud, None)
    }

    fn replay(&self, cloud: &mut Cloud, from: usize, count: usize) {
        for entry in self.log.iter().take(count).skip(from) {
            // It was carried out, or refused, in this very state before.
            let _same = execute_at(cloud, entry.at, &entry.command);
        }
    }

    /// Goes through all of it again from the start, and shows the state after every instant at which something happened.
    pub fn watch(&self, show: &mut dyn FnMut(&Cloud)) {
        let mut cloud = (*self.origin).clone();
        show(&cloud);
        for entry in &self.log {
            pass_by(&mut cloud, entry.at, show);
            match &entry.command {
                Command::AdvanceClock(fields) if fields.until.is_none() => {
                    if let Ok(target) = cloud.target_of(fields) {
                        pass_by(&mut cloud, target, show);
                    }
                }
                command => {
                    // It was carried out, or refused, in this very state before.
                    let _same = cloud.execute(command);
                    show(&cloud);
                }
            }
        }
    }

    /// Shows the state at each of these instants, which are in order: everything included that was commanded at it.
    /// Goes through the history once.
    pub(crate) fn visit(&self, instants: &[SimInstant], show: &mut dyn FnMut(&Cloud)) {
        let mut cloud = (*self.origin).clone();
        let mut left = instants.iter().copied().peekable();
        for entry in &self.log {
            while let Some(at) = left.next_if(|at| *at < entry.at) {
                drop(cloud.run_until(at));
                show(&cloud);
            }
            // What only lets time pass does so on the way to what comes next.
            if !matches!(entry.command, Command::AdvanceClock(_)) {
                drop(cloud.run_until(entry.at));
                // It was carried out, or refused, in this very state before.
                let _same = cloud.execute(&entry.command);
            }
        }
        for at in left {
            drop(cloud.run_until(at));
            show(&cloud);
        }
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

    fn carry_out(
        &mut self,
        at: SimInstant,
        command: Command,
        joined: bool,
    ) -> Result<(), CommandError> {
        let mut passage = self.begin(at, command, joined);
        loop {
            if let Some(ended) = self.go_on(&mut passage, u64::MAX) {
                return ended;
            }
        }
    }

    /// Begins a command; nothing happens before [`Self::go_on`].
    pub(crate) fn begin(&self, at: SimInstant, command: Command, joined: bool) -> Passage {
        let from = self.cloud.now();
        Passage {
            at: at.max(from),
            command,
            joined,
            from,
            leg: None,
            is_carried_out: false,
            events: Vec::new(),
        }
    }

    /// Lets time pass until the command is due, and through it where it lets time pass, for about so much work; then
    /// carries it out. `None` while there is more to do. At the end it stands in the log, as if it had been done at once.
    ///
    /// # Errors
    /// Why the service refuses it.
    pub(crate) fn go_on(
        &mut self,
        passage: &mut Passage,
        work: u64,
    ) -> Option<Result<(), CommandError>> {
        room::keep_ahead();
        let executed = match self.some_of(passage, work) {
            Ok(false) => return None,
            Ok(true) => Ok(std::mem::take(&mut passage.events)),
            Err(error) => Err(error),
        };
        let refused = executed.as_ref().err().cloned();
        self.log.push(Arc::new(LogEntry {
            at: passage.at,
            command: passage.command.clone(),
            outcome: outcome_of(executed),
            joined: passage.joined,
        }));
        if self.checkpoints.left(&self.cloud) == 0 {
            self.checkpoints.add(self.log.len(), None, &mut self.cloud);
        }
        Some(refused.map_or(Ok(()), Err))
    }

    /// As [`execute_at`], with checkpoints while time passes. Whether it is done.
    fn some_of(&mut self, passage: &mut Passage, work: u64) -> Result<bool, CommandError> {
        if !self.cloud.is_written() && !self.cloud.write_some(work) {
            return Ok(false);
        }
        if passage.is_carried_out {
            return Ok(true);
        }
        let leg = match (passage.leg, &passage.command) {
            (Some(leg), _) => leg,
            (None, _) if self.cloud.now() < passage.at => Leg {
                target: self.cloud.target_of(&until(passage.at))?,
                is_all: false,
            },
            (None, Command::AdvanceClock(fields)) if fields.until.is_none() => Leg {
                target: self.cloud.target_of(fields)?,
                is_all: true,
            },
            (None, command) => {
                passage
                    .events
                    .extend(self.cloud.execute_but_writing(command)?);
                passage.is_carried_out = true;
                return Ok(self.cloud.write_some(work));
            }
        };
        let left = self.checkpoints.left(&self.cloud);
        let happened = self.cloud.run_some(leg.target, left.min(work));
        passage.events.extend(happened);
        if !self.cloud.is_written() {
            passage.leg = Some(leg);
            return Ok(false);
        }
        if self.cloud.now() == leg.target {
            passage.leg = None;
            return Ok(leg.is_all);
        }
        passage.leg = Some(leg);
        if self.checkpoints.left(&self.cloud) == 0 {
            let midway = Midway {
                from: passage.from,
                until: leg.is_all.then_some(leg.target),
                events: Arc::new(passage.events.clone()),
            };
            let length = self.log.len();
            self.checkpoints.add(length, Some(midway), &mut self.cloud);
        }
        Ok(false)
    }

    /// Gives up what is on its way: the state is again the one after the last command of the log.
    pub(crate) fn give_up(&mut self) {
        let length = self.log.len();
        self.checkpoints.forget_after(length);
        (self.cloud, _) = self.replayed(&self.checkpoints, length);
    }

    /// Takes what redo would carry out next, for one who carries it out himself.
    pub(crate) fn take_undone(&mut self) -> Option<Vec<(SimInstant, Command, bool)>> {
        self.undone.pop()
    }

    /// Forgets what was undone, as every new command does.
    pub(crate) fn forget_undone(&mut self) {
        self.undone.clear();
    }
}

/// A command on its way: time passes before it, or is all that it asks for, and may pass bit by bit.
#[derive(Debug)]
pub(crate) struct Passage {
    at: SimInstant,
    command: Command,
    joined: bool,
    /// The clock when it began.
    from: SimInstant,
    leg: Option<Leg>,
    /// Whether the command is, but for what is left to be written.
    is_carried_out: bool,
    events: Vec<Event>,
}

impl Passage {
    /// Whether the command is carried out, but for what is left to be written.
    pub(crate) const fn is_carried_out(&self) -> bool {
        self.is_carried_out
    }

    /// Of a thousand, how much is done: of the time that passes, of what a command writes, or half of each.
    pub(crate) fn thousandths(&self, cloud: &Cloud) -> u64 {
        let now = cloud.now();
        let is_due = self.leg.map_or(now >= self.at, |leg| leg.is_all);
        let begun = if is_due { self.at } else { self.from };
        let done = match self.leg {
            Some(leg) => {
                let whole = leg.target.since(begun).seconds().max(1);
                now.since(begun).seconds().min(whole) * 1000 / whole
            }
            None if self.is_carried_out => cloud.written_thousandths(),
            None => 0,
        };
        match (self.from < self.at, is_due) {
            (false, _) => done,
            (true, false) => done / 2,
            (true, true) => 500 + done / 2,
        }
    }
}

/// Where time is on its way to.
#[derive(Clone, Copy, Debug)]
struct Leg {
    target: SimInstant,
    /// Whether the command asks for nothing else.
    is_all: bool,
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
    let mut events = cloud.execute(&Command::AdvanceClock(until(at)))?;
    events.extend(cloud.execute(command)?);
    Ok(events)
}

/// Lets time pass until `to`, from one planned instant to the next.
fn pass_by(cloud: &mut Cloud, to: SimInstant, show: &mut dyn FnMut(&Cloud)) {
    while let Some((at, _)) = cloud.agenda().next().filter(|(at, _)| *at <= to) {
        drop(cloud.run_until(at));
        show(cloud);
    }
    drop(cloud.run_until(to));
    show(cloud);
}

fn until(at: SimInstant) -> AdvanceClock {
    AdvanceClock {
        by: None,
        to: Some(at),
        until: None,
    }
}

#[cfg(test)]
mod tests;
