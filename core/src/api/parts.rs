//! What can be loaded when it is asked for: each function lives in the part of the WebAssembly module that it names,
//! with whatever only that part needs. Elsewhere these are functions like any other.
//!
//! `lab` is a lab and its state, `insight` what else can be seen in it, `arm` its endpoint, `fleet` inventories and their
//! verdicts, `advice` what is said of fleets beside those, `plans` forecasts and what breaks a plan, `handover` what is
//! made of a lab for others: runbooks, documents, rehearsals. What the engine asks for itself is in [`crate::parts`].

use super::held_by::Inventory;
use super::json::{Answer, read};
use super::{
    Breaker, BreakerOptions, ChangedRangesQuery, HeldBreaker, HeldInventory, HeldLab, InputError,
    Json, Lab, ObservedDisk, Plan, ProtectedItemState, StoredBytesQuery,
};
use crate::api;
use crate::cloud::Cloud;
use crate::json::{self, Read, Write};
use crate::matrix::{AssessError, services_are_loaded};
use crate::model::Fleet;
use crate::timeline::read_command;
use crate::units::{SimDuration, SimInstant};
use rplab_derive::part;
use serde_json::Value;

fn write<T: Write>(value: &T) -> Answer {
    Ok(json::write(value))
}

#[part(plans)]
pub(super) fn forecast(plan: &Value) -> Answer {
    write(&api::forecast(&read("plan", plan)?)?)
}

#[part(plans)]
pub(super) fn compare_plans(plans: &Value) -> Answer {
    write(&api::compare_plans(&read::<Vec<Plan>>("plans", plans)?)?)
}

#[part(plans)]
pub(super) fn calibrate(disks: &Value) -> Answer {
    write(&api::calibrate(&read::<Vec<ObservedDisk>>(
        "disks", disks,
    )?)?)
}

#[part(plans)]
pub(super) fn rate_profiles() -> Answer {
    write(&api::rate_profiles())
}

#[part(plans)]
pub(super) fn hold_breaker(
    plan: &Value,
    options: Option<Value>,
) -> Result<Box<dyn HeldBreaker>, InputError> {
    let options = options.map(|options| read("options", &options));
    let options: BreakerOptions = options.transpose()?.unwrap_or_default();
    Ok(Box::new(Breaker::new(&read("plan", plan)?, &options)?))
}

#[part(advice)]
pub(super) fn restore_methods(fleet: &Value, options: &Value) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    write(&api::restore_methods(&fleet, &options)?)
}

#[part(advice)]
pub(super) fn compare_editions(fleet: &Value, options: &Value, from: &str, to: &str) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    let from = read("from", &Value::from(from))?;
    let to = read("to", &Value::from(to))?;
    write(&api::compare_editions(&fleet, &options, from, to)?)
}

#[part(advice)]
pub(super) fn remedies(fleet: &Value, options: &Value) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    write(&api::remedies(&fleet, &options)?)
}

#[part(advice)]
pub(super) fn support_matrix() -> Answer {
    if !services_are_loaded() {
        return Err(AssessError::ServicesNotLoaded.into());
    }
    write(&api::support_matrix())
}

#[part(advice)]
pub(super) fn sample_fleet() -> Answer {
    write(&api::sample_fleet())
}

#[part(advice)]
pub(super) fn export_report(report: &Value, format: &str) -> Answer {
    api::export_report(report, format).map(Value::String)
}

#[part(handover)]
pub(super) fn runbook(input: Value, dialect: &str) -> Answer {
    let dialect = read("dialect", &Value::from(dialect))?;
    api::runbook(input, dialect).map(Value::String)
}

#[part(handover)]
pub(super) fn runbook_steps(input: Value) -> Answer {
    write(&api::runbook_steps(input)?)
}

#[part(advice)]
pub(super) fn merge_reports(reports: Value) -> Answer {
    match reports {
        Value::Array(reports) => api::merge_reports(reports),
        _ => api::merge_reports(Vec::new()),
    }
}

#[part(advice)]
pub(super) fn anonymised(fleet: &Value) -> Answer {
    write(&api::anonymised(&read::<Fleet>("fleet", fleet)?))
}

#[part(insight)]
pub(super) fn run_scenario(scenario: Value) -> Answer {
    write(&api::run_scenario(scenario)?)
}

#[part(lab)]
pub(super) fn hold_lab(options: Option<Value>) -> Result<Box<dyn HeldLab>, InputError> {
    Ok(Box::new(Json::new_lab(options)?))
}

#[part(lab)]
pub(super) fn hold_scenario(scenario: Value) -> Result<Box<dyn HeldLab>, InputError> {
    Ok(Box::new(Lab::from_scenario(scenario)?))
}

#[part(fleet)]
pub(super) fn hold_inventory() -> Box<dyn HeldInventory> {
    Box::<Inventory>::default()
}

/// The lab's functions but those of the insight and the handover. It is reached only through a lab that is held.
pub(super) fn call_lab(lab: &mut Lab, name: &str, argument: Value, given: bool) -> Answer {
    match name {
        "dispatch" => write(&lab.dispatch_json(argument)?),
        "check" => write(&lab.check(&read_command(argument)?)),
        "advance" => write(&lab.advance(read::<SimDuration>("duration", &argument)?)),
        "advanceTo" => write(&lab.advance_to(read::<SimInstant>("time", &argument)?)),
        "runToNextEvent" => write(&lab.run_to_next_event()),
        "setLongRunning" => {
            lab.set_long_running(read("longRunning", &argument)?);
            Ok(Value::Null)
        }
        "state" => write(&lab.state()),
        "report" => write(&lab.report()?),
        "log" => write(&lab.log()),
        "settings" => write(&lab.settings()),
        "fleet" => write(&lab.fleet()),
        "undo" => write(&lab.undo()),
        "redo" => write(&lab.redo()),
        "digest" => write(&lab.digest()),
        "exportScenario" => write(&lab.export_scenario()),
        "storedBytes" if !given => write(&lab.stored_bytes(&StoredBytesQuery::default())?),
        "storedBytes" => write(&lab.stored_bytes(&read("query", &argument)?)?),
        "freedBy" => write(&lab.freed_by(&read::<Vec<String>>("restorePoints", &argument)?)?),
        "contentDigest" => write(&lab.content_digest(&read::<String>("id", &argument)?)?),
        "openAccess" => write(&lab.open_access(&read::<String>("address", &argument)?)?),
        "prove" => write(&lab.prove(&read::<String>("id", &argument)?)?),
        _ => Err(unknown_function(name)),
    }
}

/// What services back up, in the state of a lab.
#[part(services)]
pub(super) fn protected_items(cloud: &Cloud) -> Vec<ProtectedItemState> {
    super::protection::items(cloud)
}

/// What can be seen in a lab beside its state: reasons, other times, blocks.
#[part(insight)]
pub(super) fn call_insight(lab: &Lab, name: &str, argument: Value) -> Answer {
    match name {
        "explain" => write(&lab.explain(&read::<String>("subject", &argument)?)?),
        "stateAt" => write(&lab.state_at(read("time", &argument)?)?),
        "branchAt" => write(&lab.branch_at(read("time", &argument)?)?.export_scenario()),
        "compare" => write(&lab.compare(&Lab::from_scenario(argument)?)),
        "rpo" => write(&lab.rpo()),
        "observedDisks" => write(&lab.observed_disks()),
        "block" => {
            let query: BlockQuery = read("query", &argument)?;
            write(&lab.block(&query.disk, query.index)?)
        }
        "blockMap" => {
            let query: BlockMapQuery = read("query", &argument)?;
            write(&lab.block_map(&query.disk, query.columns)?)
        }
        "changedRanges" => {
            write(&lab.changed_ranges(&read::<ChangedRangesQuery>("query", &argument)?)?)
        }
        _ => Err(unknown_function(name)),
    }
}

/// What is made of a lab for others.
#[part(handover)]
pub(super) fn call_handover(lab: &Lab, name: &str, argument: Value) -> Answer {
    match name {
        "reportDocument" => lab
            .report_document(&read("request", &argument)?)
            .map(Value::String),
        "runbook" => lab.runbook(read("dialect", &argument)?).map(Value::String),
        "restoreAbilities" => write(&lab.restore_abilities(&read("query", &argument)?)?),
        "drill" => write(&lab.drill(&read("drill", &argument)?)?),
        "cleanPoints" => write(&lab.clean_points(&read("query", &argument)?)?),
        "rehearse" => write(&lab.rehearse(&read("rehearsal", &argument)?)?),
        _ => Err(unknown_function(name)),
    }
}

#[part(arm)]
pub(super) fn request(lab: &mut Lab, request: &api::Request) -> api::Answer {
    lab.request(request)
}

fn unknown_function(name: &str) -> InputError {
    InputError::new(
        "UnknownFunction",
        name,
        format!("a lab has no function `{name}`"),
    )
}

#[derive(Debug, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockQuery {
    disk: String,
    index: u64,
}

#[derive(Debug, Read)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockMapQuery {
    disk: String,
    columns: u32,
}
