//! A lab: one simulated service with its history.

use super::{InputError, LabOptions, LongRunning, NextEvent};
use crate::cloud::{AdvanceClock, Cloud, Command, Rejection, SettingState, SettingValue, Settings};
use crate::digest::Digest;
use crate::model::Fleet;
use crate::timeline::{
    Expectation, LogEntry, Outcome, SCENARIO_SCHEMA_VERSION, Scenario, TimedCommand, Timeline,
    read_command,
};
use crate::units::{SimDuration, SimInstant};
use serde_json::Value;
use std::sync::Arc;

/// One simulated service: a clock, resources, a block store, and everything that was commanded.
#[derive(Clone, Debug)]
pub struct Lab {
    origin: LabOptions,
    title: Option<String>,
    expectations: Vec<Expectation>,
    migrated: Option<String>,
    /// The minute of the last request, and how many it had. No part of the state.
    pub(super) requests: (i64, u64),
    pub(super) timeline: Timeline,
}

impl Lab {
    /// A lab at its start.
    ///
    /// # Errors
    /// A setting or a machine of the fleet that cannot be, with its path.
    pub fn new(mut options: LabOptions) -> Result<Self, InputError> {
        if options.strict_scopes {
            let strict = SettingValue::Integer(1);
            options.settings.insert("strictScopes".to_owned(), strict);
        }
        let mut settings = Settings::default();
        for (name, value) in &options.settings {
            settings
                .set(name, value.clone())
                .map_err(|error| InputError::from(error).inside("settings"))?;
        }
        crate::model::vocabulary::validate(&options.fleet).map_err(|error| {
            InputError::new(
                error.code(),
                format!("fleet.{}", error.path()),
                error.to_string(),
            )
        })?;
        options.strict_scopes = settings.strict_scopes();
        let mut cloud = Cloud::new(options.seed, options.start_time, settings);
        // Where the fleet lies is there from the start.
        for machine in &options.fleet.machines {
            cloud.use_group(&machine.id);
            let disks = machine.disks.iter().filter_map(|disk| disk.id.as_ref());
            disks.for_each(|disk| cloud.use_group(disk));
        }
        for (index, disk) in options.fleet.disks.iter().enumerate() {
            cloud.add_disk(disk).map_err(|error| {
                InputError::from(error).inside(&format!("fleet.disks[{index}]"))
            })?;
        }
        for (index, machine) in options.fleet.machines.iter().enumerate() {
            cloud.add_machine(machine).map_err(|error| {
                InputError::from(error).inside(&format!("fleet.machines[{index}]"))
            })?;
        }
        Ok(Self {
            origin: options,
            title: None,
            expectations: Vec::new(),
            migrated: None,
            requests: (0, 0),
            timeline: Timeline::new(cloud),
        })
    }

    /// A lab after all commands of a scenario, refused ones among them.
    ///
    /// # Errors
    /// A scenario that cannot be read, or whose clock would run backwards.
    pub fn from_scenario(value: Value) -> Result<Self, InputError> {
        let mut underway = Self::begin_scenario(value)?;
        while !underway.go_on(u64::MAX)? {}
        Ok(underway.end().0)
    }

    /// The lab at the start of a scenario.
    pub(super) fn begin(scenario: &Scenario) -> Result<Self, InputError> {
        let mut lab = Self::new(LabOptions {
            seed: scenario.seed,
            start_time: scenario.start_time,
            settings: scenario.settings.clone(),
            fleet: scenario.fleet.clone(),
            ..LabOptions::default()
        })?;
        lab.title.clone_from(&scenario.title);
        lab.expectations.clone_from(&scenario.expectations);
        lab.migrated.clone_from(&scenario.migrated);
        Ok(lab)
    }

    /// Carries a scenario's command out at its instant, letting time pass until then.
    ///
    /// # Errors
    /// The instant lies before the clock.
    pub(super) fn replay(
        &mut self,
        index: usize,
        timed: &TimedCommand,
    ) -> Result<Outcome, InputError> {
        let at = instant_of(index as u64, timed.at, self.timeline.cloud().now())?;
        let command = timed.command.clone();
        Ok(if timed.joined {
            self.timeline.join_at(at, command)
        } else {
            self.timeline.dispatch_at(at, command)
        })
    }

    /// The seed of everything that chance decides.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.origin.seed
    }

    /// The lab as a file.
    #[must_use]
    pub fn export_scenario(&self) -> Scenario {
        let version = super::version();
        let timed = |entry: &Arc<LogEntry>| TimedCommand {
            at: Some(entry.at),
            command: entry.command.clone(),
            joined: entry.joined,
        };
        Scenario {
            schema_version: SCENARIO_SCHEMA_VERSION,
            engine_version: version.engine,
            matrix_revision: version.matrix_revision,
            migrated: None,
            title: self.title.clone(),
            seed: self.origin.seed,
            start_time: self.origin.start_time,
            settings: self.origin.settings.clone(),
            fleet: self.origin.fleet.clone(),
            commands: self.timeline.log().iter().map(timed).collect(),
            expectations: self.expectations.clone(),
        }
    }

    /// Carries a command out. In a lab made with `longRunning: firstPoll` what it begins is over at once.
    pub fn dispatch(&mut self, mut command: Command) -> Outcome {
        self.end_at_once(&mut command);
        self.timeline.dispatch(command)
    }

    /// Has what the command begins over at once, in a lab that is made so.
    pub(super) fn end_at_once(&self, command: &mut Command) {
        if self.origin.long_running == Some(LongRunning::FirstPoll) {
            command.end_at_once();
        }
    }

    /// How the lab was made.
    pub(super) fn options(&self) -> &LabOptions {
        &self.origin
    }

    /// Carries out a command that is given as JSON.
    ///
    /// # Errors
    /// An unknown `type` or a field that does not fit.
    pub fn dispatch_json(&mut self, command: Value) -> Result<Outcome, InputError> {
        Ok(self.dispatch(read_command(command)?))
    }

    /// Why a command would be refused now; `None` where it would be carried out. Changes nothing.
    #[must_use]
    pub fn check(&self, command: &Command) -> Option<Rejection> {
        self.timeline
            .check(command)
            .map(|error| Rejection::from(&error))
    }

    /// Lets time pass.
    pub fn advance(&mut self, by: SimDuration) -> Outcome {
        self.dispatch(Command::AdvanceClock(AdvanceClock {
            by: Some(by),
            to: None,
            until: None,
        }))
    }

    /// Lets time pass until an instant.
    pub fn advance_to(&mut self, to: SimInstant) -> Outcome {
        self.dispatch(Command::AdvanceClock(AdvanceClock {
            by: None,
            to: Some(to),
            until: None,
        }))
    }

    /// Lets time pass until the next thing that happens by itself; nothing where there is none.
    pub fn run_to_next_event(&mut self) -> Outcome {
        match self.next_event() {
            Some(next) => self.advance_to(next.at),
            None => Outcome::Ok { events: Vec::new() },
        }
    }

    /// The virtual clock.
    #[must_use]
    pub fn time(&self) -> SimInstant {
        self.timeline.cloud().now()
    }

    /// What happens next by itself, if anything will.
    #[must_use]
    pub fn next_event(&self) -> Option<NextEvent> {
        let (at, task) = self.timeline.cloud().agenda().next()?;
        Some(NextEvent {
            at,
            what: task.describe(),
            subject: task.subject().to_string(),
        })
    }

    /// Takes back the last command that was carried out. Whether there was one.
    pub fn undo(&mut self) -> bool {
        self.timeline.undo()
    }

    /// Carries out again what was undone last. Whether there was something.
    pub fn redo(&mut self) -> bool {
        self.timeline.redo()
    }

    /// The digest of state, store and clock.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.timeline.cloud().digest()
    }

    /// The VMs and disks as they are now.
    #[must_use]
    pub fn fleet(&self) -> Fleet {
        self.timeline.cloud().fleet()
    }

    /// Every command so far, with what came of it.
    #[must_use]
    pub fn log(&self) -> &[Arc<LogEntry>] {
        self.timeline.log()
    }

    /// Commands that were undone and can be carried out again, the next one first.
    #[must_use]
    pub fn undone(&self) -> Vec<Command> {
        self.timeline.undone().cloned().collect()
    }

    /// Every setting with its value.
    #[must_use]
    pub fn settings(&self) -> Vec<SettingState> {
        self.timeline.cloud().settings().describe()
    }

    /// The title of the scenario.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Gives the scenario a title.
    pub fn set_title(&mut self, title: Option<String>) {
        self.title = title;
    }

    /// How long-running work ends from here on; a scenario file does not say.
    pub fn set_long_running(&mut self, mode: LongRunning) {
        self.origin.long_running = Some(mode);
    }

    /// The same lab with another history.
    pub(super) fn with_timeline(&self, timeline: Timeline) -> Self {
        Self {
            origin: self.origin.clone(),
            title: self.title.clone(),
            expectations: self.expectations.clone(),
            migrated: self.migrated.clone(),
            requests: self.requests,
            timeline,
        }
    }

    /// What bringing up an older scenario file changed.
    #[must_use]
    pub fn migrated(&self) -> Option<&str> {
        self.migrated.as_deref()
    }

    /// When the scenario begins.
    #[must_use]
    pub fn start_time(&self) -> SimInstant {
        self.origin.start_time
    }

    pub(super) fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }
}

/// When a scenario's command is given: at its instant, or at once.
///
/// # Errors
/// The instant lies before the clock.
pub(super) fn instant_of(
    index: u64,
    at: Option<SimInstant>,
    now: SimInstant,
) -> Result<SimInstant, InputError> {
    let at = at.unwrap_or(now);
    if at < now {
        let path = format!("commands[{index}].at");
        let message = format!(
            "{path} is {at}, but the clock says {now} by then; commands are in the order of time"
        );
        return Err(InputError::new("OutOfOrder", path, message));
    }
    Ok(at)
}

impl InputError {
    fn inside(self, prefix: &str) -> Self {
        let path = if self.path.is_empty() {
            prefix.to_owned()
        } else {
            format!("{prefix}.{}", self.path)
        };
        Self { path, ..self }
    }
}
