//! Commands as a scenario holds them: each with its instant.

use super::ScenarioError;
use crate::cloud::{Command, complete_machine};
use crate::json::{self, Write, Writer};
use crate::parts::NOT_LOADED;
use crate::units::{SimDuration, SimInstant};
use serde_json::Value;

/// What a command of a step belongs to.
const PREVIOUS: &str = "previous";

/// A command and the instant that it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedCommand {
    /// When; at once where it is `None`.
    pub at: Option<SimInstant>,
    /// What.
    pub command: Command,
    /// Whether it belongs to the command before, `"with": "previous"`: undo takes both back.
    pub joined: bool,
}

impl Write for TimedCommand {
    fn write(&self, to: &mut Writer<'_>) {
        if let Some(at) = self.at {
            to.begin_with("at", at.to_string());
        }
        if self.joined {
            to.begin_with("with", PREVIOUS.to_owned());
        }
        self.command.write(to);
    }
}

impl TimedCommand {
    pub(super) fn read_all(
        commands: Vec<Value>,
        start: SimInstant,
    ) -> Result<Vec<Self>, ScenarioError> {
        let commands = commands.into_iter().enumerate();
        let read = commands.map(|(index, value)| {
            let inside = |error: ScenarioError| error.inside(&format!("commands[{index}]"));
            Self::read(value, start).map_err(inside)
        });
        read.collect()
    }

    fn read(value: Value, start: SimInstant) -> Result<Self, ScenarioError> {
        let Value::Object(mut fields) = value else {
            let message = "a command is an object with `at` and `type`";
            return Err(ScenarioError::new("InvalidField", "", message));
        };
        let at = match json::take(&mut fields, "at") {
            None => None,
            Some(at) => Some(instant(&at, start).ok_or_else(|| {
                let message = format!(
                    "at is an instant such as {start}, or a duration after startTime such as PT4H"
                );
                ScenarioError::new("InvalidField", "at", message)
            })?),
        };
        let joined = match json::take(&mut fields, "with") {
            None => false,
            Some(Value::String(word)) if word == PREVIOUS => true,
            Some(_) => {
                let message = format!("with is `{PREVIOUS}`, or left out");
                return Err(ScenarioError::new("InvalidField", "with", message));
            }
        };
        read_command(Value::Object(fields)).map(|command| Self {
            at,
            command,
            joined,
        })
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
    let Some(Value::String(kind)) = json::take(&mut fields, "type") else {
        let message = format!(
            "a command needs a `type`, one of {}",
            Command::TYPES.join(", ")
        );
        return Err(ScenarioError::new("MissingType", "type", message));
    };
    if let Some(part) = Command::part_of(&kind).filter(|part| part.is_missing()) {
        return Err(ScenarioError::new(NOT_LOADED, part.name(), part.told()));
    }
    if kind == "createVirtualMachine" {
        complete_machine(&mut fields);
    }
    match Command::from_fields(&kind, &Value::Object(fields)) {
        Some(Ok(command)) => Ok(command),
        Some(Err(error)) => Err(ScenarioError::invalid_field("", &error).inside_message(&kind)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_that_is_missing_is_named_without_an_empty_place_before_it() {
        let command = json!({ "type": "createRestorePoint", "collection": "rpc" });
        let message = read_command(command).unwrap_err().message;
        assert_eq!(message, "createRestorePoint: missing field `name`");
    }
}
