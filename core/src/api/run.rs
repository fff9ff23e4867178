//! Running a scenario from its start to its end, with its expectations.

use super::{InputError, Lab, Report};
use crate::digest::Digest;
use crate::json::Write;
use crate::timeline::{ExpectationResult, Scenario};
use serde_json::Value;

/// What running a scenario gave.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RunResult {
    /// The digest at the end.
    pub digest: Digest,
    /// What bringing up an older scenario file changed.
    pub migrated: Option<String>,
    /// The report at the end.
    pub report: Report,
    /// Each expectation and whether it holds.
    pub expectations: Vec<ExpectationResult>,
    /// Whether all of them hold.
    pub met: bool,
}

/// Runs a scenario.
///
/// # Errors
/// A scenario that cannot be read.
pub fn run_scenario(value: Value) -> Result<RunResult, InputError> {
    let scenario = Scenario::read(value)?;
    let count = scenario.commands.len();
    if let Some(at) = scenario
        .expectations
        .iter()
        .position(|e| e.after_commands.is_some_and(|after| after > count))
    {
        let message = format!("the scenario has {count} commands");
        return Err(InputError::new(
            "InvalidField",
            format!("expectations[{at}].afterCommands"),
            message,
        ));
    }
    let mut lab = Lab::begin(&scenario)?;
    let mut expectations = Vec::new();
    for done in 0..=count {
        if let Some(timed) = done.checked_sub(1).and_then(|at| scenario.commands.get(at)) {
            lab.replay(done - 1, timed)?;
        }
        let due = lab.expectations().iter().enumerate();
        let due =
            due.filter(|(_, expectation)| expectation.after_commands.unwrap_or(count) == done);
        expectations.extend(due.map(|(index, expectation)| {
            let state = || crate::json::write(&lab.state());
            expectation.check(index, done, &lab.timeline, || lab.restores_proved(), state)
        }));
    }
    Ok(RunResult {
        digest: lab.digest(),
        migrated: scenario.migrated.clone(),
        report: lab.report()?,
        met: expectations.iter().all(|result| result.met),
        expectations,
    })
}
