//! Runbooks of labs, scenarios and plans.

use super::{InputError, Lab};
use crate::runbook::{self, Dialect, RunbookStep};
use crate::timeline::{Scenario, TimedCommand};
use serde_json::Value;

impl Lab {
    /// What was commanded in this lab, step by step, as requests and what no request does.
    ///
    /// # Errors
    /// None in practice: the lab began once as it begins here.
    pub fn runbook_steps(&self) -> Result<Vec<RunbookStep>, InputError> {
        let origin = Self::new(self.options().clone())?;
        let commands = self.log().iter().map(|entry| TimedCommand {
            at: Some(entry.at),
            command: entry.command.clone(),
        });
        let commands: Vec<TimedCommand> = commands.collect();
        Ok(runbook::record(origin.timeline.cloud(), &commands))
    }

    /// What was commanded in this lab, as a text that does it in Azure.
    ///
    /// # Errors
    /// As [`Self::runbook_steps`].
    pub fn runbook(&self, dialect: Dialect) -> Result<String, InputError> {
        let title = self.title().unwrap_or("Runbook of a lab");
        Ok(runbook::write(
            title,
            &super::version().engine,
            &self.runbook_steps()?,
            dialect,
        ))
    }
}

/// The steps of a runbook of a scenario.
///
/// # Errors
/// A scenario that cannot be read, or whose fleet cannot be.
pub fn runbook_steps(input: Value) -> Result<Vec<RunbookStep>, InputError> {
    let scenario = Scenario::read(input)?;
    let origin = Lab::begin(&scenario)?;
    Ok(runbook::record(origin.timeline.cloud(), &scenario.commands))
}

/// A runbook of a scenario in a dialect.
///
/// # Errors
/// As [`runbook_steps`].
pub fn runbook(input: Value, dialect: Dialect) -> Result<String, InputError> {
    let title = input
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or("Runbook")
        .to_owned();
    let steps = runbook_steps(input)?;
    Ok(runbook::write(
        &title,
        &super::version().engine,
        &steps,
        dialect,
    ))
}
