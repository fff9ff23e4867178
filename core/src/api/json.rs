//! The same functions from JSON to JSON, for callers in other languages.

use super::{
    AssessOptions, Breaker, BreakerOptions, ChangedRangesQuery, InputError, Lab, LabOptions,
    ObservedDisk, Plan, StoredBytesQuery, anonymised, export_report, merge_reports, run_scenario,
    support_matrix, version,
};
use crate::json::{self, Read, Write};
use crate::matrix::{AssessError, services_are_loaded};
use crate::model::Fleet;
use crate::units::{SimDuration, SimInstant};
use serde_json::Value;

/// What a call answers.
type Answer = Result<Value, InputError>;

/// Functions of the boundary that take and give JSON.
#[derive(Clone, Copy, Debug)]
pub struct Json;

fn read<T: Read>(what: &str, value: &Value) -> Result<T, InputError> {
    json::read(value).map_err(|error| InputError::unreadable(error.inside(what)))
}

fn write<T: Write>(value: &T) -> Answer {
    Ok(json::write(value))
}

impl Json {
    /// Options of an assessment.
    ///
    /// # Errors
    /// Options of another shape.
    pub fn options(options: Option<Value>) -> Result<AssessOptions, InputError> {
        let options = options.map(|options| read("options", &options));
        Ok(options.transpose()?.unwrap_or_default())
    }

    /// See [`super::assess`].
    ///
    /// # Errors
    /// As there, and a fleet or options of another shape.
    pub fn assess(fleet: Value, options: Option<Value>) -> Answer {
        let fleet: Fleet = read("fleet", &fleet)?;
        write(&super::assess(&fleet, &Self::options(options)?)?)
    }

    /// See [`super::forecast`].
    ///
    /// # Errors
    /// As there, and a plan of another shape.
    pub fn forecast(plan: &Value) -> Answer {
        write(&super::forecast(&read("plan", plan)?)?)
    }

    /// See [`super::compare_plans`].
    ///
    /// # Errors
    /// As there, and plans of another shape.
    pub fn compare_plans(plans: &Value) -> Answer {
        write(&super::compare_plans(&read::<Vec<Plan>>("plans", plans)?)?)
    }

    /// See [`super::calibrate`].
    ///
    /// # Errors
    /// As there, and disks of another shape.
    pub fn calibrate(disks: &Value) -> Answer {
        write(&super::calibrate(&read::<Vec<ObservedDisk>>(
            "disks", disks,
        )?)?)
    }

    /// See [`super::rate_profiles`].
    ///
    /// # Errors
    /// None in practice.
    pub fn rate_profiles() -> Answer {
        write(&super::rate_profiles())
    }

    /// A search for what breaks a plan; see [`Breaker`].
    ///
    /// # Errors
    /// As there, and a plan or options of another shape.
    pub fn new_breaker(plan: &Value, options: Option<Value>) -> Result<Breaker, InputError> {
        let options = options.map(|options| read("options", &options));
        let options: BreakerOptions = options.transpose()?.unwrap_or_default();
        Ok(Breaker::new(&read("plan", plan)?, &options)?)
    }

    /// What a search has found once it has tried so many more schedules.
    ///
    /// # Errors
    /// None in practice.
    pub fn step_breaker(breaker: &mut Breaker, schedules: u64) -> Answer {
        breaker.step(schedules);
        let version = version();
        write(&breaker.report(&version.engine, &version.matrix_revision))
    }

    /// See [`super::restore_methods`].
    ///
    /// # Errors
    /// As there, and a fleet or options of another shape.
    pub fn restore_methods(fleet: &Value, options: &Value) -> Answer {
        let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
        write(&super::restore_methods(&fleet, &options)?)
    }

    /// See [`super::compare_editions`].
    ///
    /// # Errors
    /// As there, and a fleet, options or editions of another shape.
    pub fn compare_editions(fleet: &Value, options: &Value, from: &str, to: &str) -> Answer {
        let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
        let from = read("from", &Value::from(from))?;
        let to = read("to", &Value::from(to))?;
        write(&super::compare_editions(&fleet, &options, from, to)?)
    }

    /// See [`super::remedies`].
    ///
    /// # Errors
    /// As there, and a fleet or options of another shape.
    pub fn remedies(fleet: &Value, options: &Value) -> Answer {
        let (fleet, options) = (read("fleet", fleet)?, read("options", options)?);
        write(&super::remedies(&fleet, &options)?)
    }

    /// See [`support_matrix`].
    ///
    /// # Errors
    /// The rows of some services are not loaded: half a matrix would look like a whole one.
    pub fn support_matrix() -> Answer {
        if !services_are_loaded() {
            return Err(AssessError::ServicesNotLoaded.into());
        }
        write(&support_matrix())
    }

    /// See [`super::sample_fleet`].
    ///
    /// # Errors
    /// None in practice.
    pub fn sample_fleet() -> Answer {
        write(&super::sample_fleet())
    }

    /// See [`export_report`].
    ///
    /// # Errors
    /// As there.
    pub fn export_report(report: &Value, format: &str) -> Answer {
        export_report(report, format).map(Value::String)
    }

    /// See [`super::runbook`].
    ///
    /// # Errors
    /// As there, and another dialect.
    pub fn runbook(input: Value, dialect: &str) -> Answer {
        let dialect = read("dialect", &Value::from(dialect))?;
        super::runbook(input, dialect).map(Value::String)
    }

    /// See [`super::runbook_steps`].
    ///
    /// # Errors
    /// As there.
    pub fn runbook_steps(input: Value) -> Answer {
        write(&super::runbook_steps(input)?)
    }

    /// See [`merge_reports`].
    ///
    /// # Errors
    /// As there, and what is no list.
    pub fn merge_reports(reports: Value) -> Answer {
        match reports {
            Value::Array(reports) => merge_reports(reports),
            _ => merge_reports(Vec::new()),
        }
    }

    /// See [`anonymised`].
    ///
    /// # Errors
    /// A fleet of another shape.
    pub fn anonymised(fleet: &Value) -> Answer {
        write(&anonymised(&read::<Fleet>("fleet", fleet)?))
    }

    /// See [`run_scenario`].
    ///
    /// # Errors
    /// As there.
    pub fn run_scenario(scenario: Value) -> Answer {
        write(&run_scenario(scenario)?)
    }

    /// See [`version`].
    ///
    /// # Errors
    /// None in practice.
    pub fn version() -> Answer {
        write(&version())
    }

    /// A lab from its options.
    ///
    /// # Errors
    /// As [`Lab::new`], and options of another shape.
    pub fn new_lab(options: Option<Value>) -> Result<Lab, InputError> {
        Lab::new(
            options
                .map(|options| read::<LabOptions>("options", &options))
                .transpose()?
                .unwrap_or_default(),
        )
    }
}

/// Reads and actions of a lab as JSON.
impl Lab {
    /// Calls the lab's function `name` with JSON arguments.
    ///
    /// # Errors
    /// No such function, arguments that do not fit, or what the function itself refuses.
    pub fn call(&mut self, name: &str, argument: Option<Value>) -> Answer {
        let given = argument.is_some();
        let argument = argument.unwrap_or_default();
        match name {
            "dispatch" => write(&self.dispatch_json(argument)?),
            "check" => write(&self.check_json(argument)?),
            "advance" => write(&self.advance(read::<SimDuration>("duration", &argument)?)),
            "advanceTo" => write(&self.advance_to(read::<SimInstant>("time", &argument)?)),
            "runToNextEvent" => write(&self.run_to_next_event()),
            "setLongRunning" => {
                self.set_long_running(read("longRunning", &argument)?);
                Ok(Value::Null)
            }
            "state" => write(&self.state()),
            "report" => write(&self.report()?),
            "log" => write(&self.log()),
            "reportDocument" => self
                .report_document(&read("request", &argument)?)
                .map(Value::String),
            "runbook" => self.runbook(read("dialect", &argument)?).map(Value::String),
            "settings" => write(&self.settings()),
            "fleet" => write(&self.fleet()),
            "undo" => write(&self.undo()),
            "redo" => write(&self.redo()),
            "digest" => write(&self.digest()),
            "exportScenario" => write(&self.export_scenario()),
            "storedBytes" if !given => write(&self.stored_bytes(&StoredBytesQuery::default())?),
            "storedBytes" => write(&self.stored_bytes(&read("query", &argument)?)?),
            "freedBy" => write(&self.freed_by(&read::<Vec<String>>("restorePoints", &argument)?)?),
            "changedRanges" => {
                write(&self.changed_ranges(&read::<ChangedRangesQuery>("query", &argument)?)?)
            }
            "contentDigest" => write(&self.content_digest(&read::<String>("id", &argument)?)?),
            "explain" => write(&self.explain(&read::<String>("subject", &argument)?)?),
            "stateAt" => write(&self.state_at(read("time", &argument)?)?),
            "branchAt" => write(&self.branch_at(read("time", &argument)?)?.export_scenario()),
            "compare" => write(&self.compare(&Self::from_scenario(argument)?)),
            "rpo" => write(&self.rpo()),
            "observedDisks" => write(&self.observed_disks()),
            "openAccess" => write(&self.open_access(&read::<String>("address", &argument)?)?),
            "block" => {
                let query: BlockQuery = read("query", &argument)?;
                write(&self.block(&query.disk, query.index)?)
            }
            "blockMap" => {
                let query: BlockMapQuery = read("query", &argument)?;
                write(&self.block_map(&query.disk, query.columns)?)
            }
            "restoreAbilities" => write(&self.restore_abilities(&read("query", &argument)?)?),
            "drill" => write(&self.drill(&read("drill", &argument)?)?),
            "cleanPoints" => write(&self.clean_points(&read("query", &argument)?)?),
            "rehearse" => write(&self.rehearse(&read("rehearsal", &argument)?)?),
            "prove" => write(&self.prove(&read::<String>("id", &argument)?)?),
            _ => Err(InputError::new(
                "UnknownFunction",
                name,
                format!("a lab has no function `{name}`"),
            )),
        }
    }

    fn check_json(&self, command: Value) -> Result<Option<super::Rejection>, InputError> {
        Ok(self.check(&crate::timeline::read_command(command)?))
    }
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
