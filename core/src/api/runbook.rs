//! Runbooks of labs, scenarios, rehearsals and plans.

use super::{InputError, Lab};
use crate::forecast::Plan;
use crate::json;
use crate::runbook::{self, Dialect, RunbookItem, RunbookRequest, RunbookStep, RunbookWait};
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
            joined: entry.joined,
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

/// The steps of a runbook: of a scenario, of a rehearsal as [`Lab::rehearse`] answers it, or of a plan.
///
/// # Errors
/// An input that is none of them, with the field that does not fit.
pub fn runbook_steps(input: Value) -> Result<Vec<RunbookStep>, InputError> {
    if let Some(Value::Array(steps)) = input.get("steps") {
        return rehearsed(&input, steps);
    }
    if input.get("policy").is_some() {
        let plan: Plan =
            json::read(&input).map_err(|error| InputError::unreadable(error.inside("plan")))?;
        return Ok(runbook::plan_steps(&plan));
    }
    let scenario = Scenario::read(input)?;
    let origin = Lab::begin(&scenario)?;
    Ok(runbook::record(origin.timeline.cloud(), &scenario.commands))
}

/// A runbook in a dialect.
///
/// # Errors
/// As [`runbook_steps`].
pub fn runbook(input: Value, dialect: Dialect) -> Result<String, InputError> {
    let named = ["title", "name"]
        .iter()
        .find_map(|name| input.get(*name)?.as_str());
    let title = match (named, input.get("source").and_then(Value::as_str)) {
        (Some(name), _) => name.to_owned(),
        (None, Some(source)) => format!("Restore of {source}"),
        (None, None) => "Runbook".to_owned(),
    };
    let steps = runbook_steps(input)?;
    Ok(runbook::write(
        &title,
        &super::version().engine,
        &steps,
        dialect,
    ))
}

/// What a rehearsal did, with waits for what a step needs.
fn rehearsed(rehearsal: &Value, steps: &[Value]) -> Result<Vec<RunbookStep>, InputError> {
    let mut written = Vec::new();
    for list in ["blockers", "cautions"] {
        let remarks = rehearsal.get(list).and_then(Value::as_array);
        for remark in remarks.into_iter().flatten() {
            let message = remark
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let word = if list == "blockers" {
                "this stands against it"
            } else {
                "know this"
            };
            written.push(RunbookStep {
                title: format!("{word}: {message}"),
                replayed: true,
                ..RunbookStep::default()
            });
        }
    }
    for (at, step) in steps.iter().enumerate() {
        let text = |place: &str| {
            let found = step.pointer(place).and_then(Value::as_str);
            found.map(str::to_owned).ok_or_else(|| {
                let path = format!("steps[{at}]{}", place.replace('/', "."));
                let message = format!("{path}: a text; give a rehearsal as the lab answers it");
                InputError::new("InvalidField", path, message)
            })
        };
        let mut own = RunbookStep {
            title: text("/text")?,
            replayed: true,
            ..RunbookStep::default()
        };
        if step.get("operation").is_some_and(Value::is_object) {
            let after = step.get("after").and_then(Value::as_array);
            let needed = after.into_iter().flatten().filter_map(Value::as_u64);
            for number in needed.filter_map(|number| usize::try_from(number).ok()?.checked_sub(1)) {
                let made = steps.get(number).and_then(|step| step.get("operation"));
                own.items.extend(
                    made.and_then(wait)
                        .filter(is_compute)
                        .map(RunbookItem::Wait),
                );
            }
            let request = RunbookRequest {
                method: text("/operation/method")?,
                id: text("/operation/path")?,
                api_version: text("/operation/apiVersion")?,
                body: step.pointer("/operation/body").cloned().unwrap_or_default(),
            };
            // Networks and vaults are none of the endpoint's, so they are waited for in their own step.
            own.replayed = request.id.contains(COMPUTE);
            let blanks = runbook::to_fill(&request);
            if !blanks.is_empty() {
                own.title = format!("{}; {blanks}", own.title);
            }
            own.items.push(RunbookItem::Request(request));
            let made = step.get("operation").and_then(wait);
            own.items
                .extend(made.filter(|made| !is_compute(made)).map(RunbookItem::Wait));
        }
        written.push(own);
    }
    Ok(written)
}

const COMPUTE: &str = "/providers/Microsoft.Compute/";

fn is_compute(wait: &RunbookWait) -> bool {
    wait.id.contains(COMPUTE)
}

/// The wait for what a request makes.
fn wait(operation: &Value) -> Option<RunbookWait> {
    let word = |name: &str| operation.get(name)?.as_str().map(str::to_owned);
    (word("method")? == "PUT").then_some(())?;
    Some(RunbookWait {
        id: word("path")?,
        api_version: word("apiVersion")?,
        instance_view: false,
    })
}
