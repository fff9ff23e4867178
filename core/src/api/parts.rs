//! What can be loaded when it is asked for: each function lives in the part of the WebAssembly module that it names,
//! with whatever only that part needs. Elsewhere these are functions like any other.
//!
//! `lab` is a lab and its reads, `arm` its endpoint, `fleet` inventories and verdicts, `plans` forecasts and what
//! breaks a plan, `handover` what is made of a lab for others: runbooks, documents, rehearsals.

use super::json::{Answer, read};
use super::{
    Breaker, BreakerOptions, ChangedRangesQuery, HeldFleet, InputError, InventoryReader, Json, Lab,
    LabOptions, ObservedDisk, Plan, StoredBytesQuery,
};
use crate::api;
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
pub(super) fn new_breaker(plan: &Value, options: Option<Value>) -> Result<Breaker, InputError> {
    let options = options.map(|options| read("options", &options));
    let options: BreakerOptions = options.transpose()?.unwrap_or_default();
    Ok(Breaker::new(&read("plan", plan)?, &options)?)
}

#[part(plans)]
pub(super) fn step_breaker(breaker: &mut Breaker, schedules: u64) -> Answer {
    breaker.step(schedules);
    let version = api::version();
    write(&breaker.report(&version.engine, &version.matrix_revision))
}

#[part(fleet)]
pub(super) fn restore_methods(fleet: &Value, options: &Value) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    write(&api::restore_methods(&fleet, &options)?)
}

#[part(fleet)]
pub(super) fn compare_editions(fleet: &Value, options: &Value, from: &str, to: &str) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    let from = read("from", &Value::from(from))?;
    let to = read("to", &Value::from(to))?;
    write(&api::compare_editions(&fleet, &options, from, to)?)
}

#[part(fleet)]
pub(super) fn remedies(fleet: &Value, options: &Value) -> Answer {
    let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
    write(&api::remedies(&fleet, &options)?)
}

#[part(fleet)]
pub(super) fn support_matrix() -> Answer {
    if !services_are_loaded() {
        return Err(AssessError::ServicesNotLoaded.into());
    }
    write(&api::support_matrix())
}

#[part(fleet)]
pub(super) fn sample_fleet() -> Answer {
    write(&api::sample_fleet())
}

#[part(fleet)]
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

#[part(fleet)]
pub(super) fn merge_reports(reports: Value) -> Answer {
    match reports {
        Value::Array(reports) => api::merge_reports(reports),
        _ => api::merge_reports(Vec::new()),
    }
}

#[part(fleet)]
pub(super) fn anonymised(fleet: &Value) -> Answer {
    write(&api::anonymised(&read::<Fleet>("fleet", fleet)?))
}

#[part(lab)]
pub(super) fn run_scenario(scenario: Value) -> Answer {
    write(&api::run_scenario(scenario)?)
}

#[part(lab)]
pub(super) fn new_lab(options: Option<Value>) -> Result<Lab, InputError> {
    Lab::new(
        options
            .map(|options| read::<LabOptions>("options", &options))
            .transpose()?
            .unwrap_or_default(),
    )
}

#[part(lab)]
pub(super) fn lab_of_scenario(scenario: Value) -> Result<Lab, InputError> {
    Lab::from_scenario(scenario)
}

/// The lab's functions but those of the handover.
#[part(lab)]
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
        "changedRanges" => {
            write(&lab.changed_ranges(&read::<ChangedRangesQuery>("query", &argument)?)?)
        }
        "contentDigest" => write(&lab.content_digest(&read::<String>("id", &argument)?)?),
        "explain" => write(&lab.explain(&read::<String>("subject", &argument)?)?),
        "stateAt" => write(&lab.state_at(read("time", &argument)?)?),
        "branchAt" => write(&lab.branch_at(read("time", &argument)?)?.export_scenario()),
        "compare" => write(&lab.compare(&Lab::from_scenario(argument)?)),
        "rpo" => write(&lab.rpo()),
        "observedDisks" => write(&lab.observed_disks()),
        "openAccess" => write(&lab.open_access(&read::<String>("address", &argument)?)?),
        "block" => {
            let query: BlockQuery = read("query", &argument)?;
            write(&lab.block(&query.disk, query.index)?)
        }
        "blockMap" => {
            let query: BlockMapQuery = read("query", &argument)?;
            write(&lab.block_map(&query.disk, query.columns)?)
        }
        "prove" => write(&lab.prove(&read::<String>("id", &argument)?)?),
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

#[part(fleet)]
pub(super) fn begin_file(reader: &mut InventoryReader, name: &str) {
    reader.begin(name);
}

#[part(fleet)]
pub(super) fn push_bytes(reader: &mut InventoryReader, data: &[u8]) {
    reader.push(data);
}

#[part(fleet)]
pub(super) fn finish_inventory(reader: &mut InventoryReader) -> Result<HeldFleet, InputError> {
    Ok(HeldFleet::new(std::mem::take(reader).finish()?))
}

#[part(fleet)]
pub(super) fn head_of_fleet(fleet: &mut HeldFleet) -> Value {
    fleet.head()
}

#[part(fleet)]
pub(super) fn machines_of_fleet(fleet: &HeldFleet, from: usize, count: usize) -> Value {
    fleet.machines(from, count)
}

#[part(fleet)]
pub(super) fn assess_held(
    fleet: &mut HeldFleet,
    options: Option<Value>,
    from: usize,
    count: usize,
    run: u32,
    known: u32,
) -> Answer {
    fleet.assess(&Json::options(options)?, from, count, run, known)
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
