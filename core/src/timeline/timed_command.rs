//! Commands as a scenario holds them: each with its instant.

use super::ScenarioError;
use crate::cloud::{AdvanceClock, Command, NOT_SIMULATED, complete_machine};
use crate::units::{SimDuration, SimInstant};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A command and the instant that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedCommand {
    /// When.
    pub at: SimInstant,
    /// What.
    pub command: Command,
}

impl Serialize for TimedCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Ok(Value::Object(fields)) = serde_json::to_value(&self.command) else {
            return Err(serde::ser::Error::custom("a command is an object"));
        };
        let mut map = serializer.serialize_map(Some(fields.len() + 1))?;
        map.serialize_entry("at", &self.at)?;
        for (name, value) in &fields {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl TimedCommand {
    pub(super) fn read_all(
        commands: Vec<Value>,
        start: SimInstant,
    ) -> Result<Vec<Self>, ScenarioError> {
        let mut clock = start;
        let mut read = Vec::with_capacity(commands.len());
        for (index, value) in commands.into_iter().enumerate() {
            let prefix = format!("commands[{index}]");
            let timed = Self::read(value, clock, start).map_err(|error| error.inside(&prefix))?;
            clock = timed.end();
            read.push(timed);
        }
        Ok(read)
    }

    fn read(value: Value, clock: SimInstant, start: SimInstant) -> Result<Self, ScenarioError> {
        let Value::Object(mut fields) = value else {
            let message = "a command is an object with `at` and `type`";
            return Err(ScenarioError::new("InvalidField", "", message));
        };
        let at = match fields.remove("at") {
            None => clock,
            Some(at) => instant(&at, start).ok_or_else(|| {
                let message = format!(
                    "at is an instant such as {start}, or a duration after startTime such as PT4H"
                );
                ScenarioError::new("InvalidField", "at", message)
            })?,
        };
        if at < clock {
            let message = format!(
                "at is {at}, but the command before ends at {clock}; commands are in the order of time"
            );
            return Err(ScenarioError::new("OutOfOrder", "at", message));
        }
        read_command(Value::Object(fields)).map(|command| Self { at, command })
    }

    /// The clock after it.
    fn end(&self) -> SimInstant {
        match &self.command {
            Command::AdvanceClock(AdvanceClock { by: Some(by), .. }) => self.at.plus(*by),
            Command::AdvanceClock(AdvanceClock { to: Some(to), .. }) => self.at.max(*to),
            _ => self.at,
        }
    }
}

fn instant(value: &Value, start: SimInstant) -> Option<SimInstant> {
    let text = value.as_str()?;
    let duration = || {
        text.parse::<SimDuration>()
            .ok()
            .map(|duration| start.plus(duration))
    };
    text.parse::<SimInstant>().ok().or_else(duration)
}

/// Reads one command, without `at`.
///
/// # Errors
/// An unknown `type`, or the field that does not fit.
pub fn read_command(value: Value) -> Result<Command, ScenarioError> {
    let Value::Object(mut fields) = value else {
        return Err(ScenarioError::new(
            "NotACommand",
            "",
            "a command is an object with a `type`",
        ));
    };
    let Some(Value::String(kind)) = fields.remove("type") else {
        let message = format!(
            "a command needs a `type`, one of {}",
            Command::TYPES.join(", ")
        );
        return Err(ScenarioError::new("MissingType", "type", message));
    };
    if kind == "createVirtualMachine" {
        complete_machine(&mut fields);
    }
    match Command::from_fields(&kind, &Value::Object(fields)) {
        Some(Ok(command)) => Ok(command),
        Some(Err(error)) => Err(ScenarioError::invalid_field("", &error).inside_message(&kind)),
        None if NOT_SIMULATED.contains(&kind.as_str()) => {
            let message = format!("{kind} is not simulated yet; nothing was changed");
            Err(ScenarioError::new("NotSimulated", "type", message))
        }
        None => {
            let message = format!(
                "there is no command `{kind}`; there is {}",
                Command::TYPES.join(", ")
            );
            Err(ScenarioError::new("UnknownCommand", "type", message))
        }
    }
}

impl ScenarioError {
    fn inside_message(self, kind: &str) -> Self {
        Self {
            message: format!("{kind}: {}", self.message),
            ..self
        }
    }
}
