//! The same functions from JSON to JSON, for callers in other languages.

use super::{
    AssessOptions, HeldBreaker, HeldInventory, HeldLab, InputError, Lab, LabOptions, parts, version,
};
use crate::json::{self, Read};
use crate::model::Fleet;
use serde_json::Value;

/// What a call answers.
pub(super) type Answer = Result<Value, InputError>;

/// Functions of the boundary that take and give JSON.
#[derive(Clone, Copy, Debug)]
pub struct Json;

pub(super) fn read<T: Read>(what: &str, value: &Value) -> Result<T, InputError> {
    json::read(value).map_err(|error| InputError::unreadable(error.inside(what)))
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
        Ok(json::write(&super::assess(
            &fleet,
            &Self::options(options)?,
        )?))
    }

    /// See [`super::forecast`].
    ///
    /// # Errors
    /// As there, and a plan of another shape.
    pub fn forecast(plan: &Value) -> Answer {
        parts::forecast(plan)
    }

    /// See [`super::compare_plans`].
    ///
    /// # Errors
    /// As there, and plans of another shape.
    pub fn compare_plans(plans: &Value) -> Answer {
        parts::compare_plans(plans)
    }

    /// See [`super::calibrate`].
    ///
    /// # Errors
    /// As there, and disks of another shape.
    pub fn calibrate(disks: &Value) -> Answer {
        parts::calibrate(disks)
    }

    /// See [`super::rate_profiles`].
    ///
    /// # Errors
    /// None in practice.
    pub fn rate_profiles() -> Answer {
        parts::rate_profiles()
    }

    /// See [`super::restore_methods`].
    ///
    /// # Errors
    /// As there, and a fleet or options of another shape.
    pub fn restore_methods(fleet: &Value, options: &Value) -> Answer {
        parts::restore_methods(fleet, options)
    }

    /// See [`super::compare_editions`].
    ///
    /// # Errors
    /// As there, and a fleet, options or editions of another shape.
    pub fn compare_editions(fleet: &Value, options: &Value, from: &str, to: &str) -> Answer {
        parts::compare_editions(fleet, options, from, to)
    }

    /// See [`super::remedies`].
    ///
    /// # Errors
    /// As there, and a fleet or options of another shape.
    pub fn remedies(fleet: &Value, options: &Value) -> Answer {
        parts::remedies(fleet, options)
    }

    /// See [`super::support_matrix`].
    ///
    /// # Errors
    /// The rows of some services are not loaded: half a matrix would look like a whole one.
    pub fn support_matrix() -> Answer {
        parts::support_matrix()
    }

    /// See [`super::sample_fleet`].
    ///
    /// # Errors
    /// None in practice.
    pub fn sample_fleet() -> Answer {
        parts::sample_fleet()
    }

    /// See [`super::export_report`].
    ///
    /// # Errors
    /// As there.
    pub fn export_report(report: &Value, format: &str) -> Answer {
        parts::export_report(report, format)
    }

    /// See [`super::runbook`].
    ///
    /// # Errors
    /// As there, and another dialect.
    pub fn runbook(input: Value, dialect: &str) -> Answer {
        parts::runbook(input, dialect)
    }

    /// See [`super::runbook_steps`].
    ///
    /// # Errors
    /// As there.
    pub fn runbook_steps(input: Value) -> Answer {
        parts::runbook_steps(input)
    }

    /// See [`super::merge_reports`].
    ///
    /// # Errors
    /// As there, and what is no list.
    pub fn merge_reports(reports: Value) -> Answer {
        parts::merge_reports(reports)
    }

    /// See [`super::anonymised`].
    ///
    /// # Errors
    /// A fleet of another shape.
    pub fn anonymised(fleet: &Value) -> Answer {
        parts::anonymised(fleet)
    }

    /// See [`super::run_scenario`].
    ///
    /// # Errors
    /// As there.
    pub fn run_scenario(scenario: Value) -> Answer {
        parts::run_scenario(scenario)
    }

    /// See [`version`].
    ///
    /// # Errors
    /// None in practice.
    pub fn version() -> Answer {
        Ok(json::write(&version()))
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

    /// A lab from its options, to be held by a caller.
    ///
    /// # Errors
    /// As [`Lab::new`], and options of another shape.
    pub fn hold_lab(options: Option<Value>) -> Result<Box<dyn HeldLab>, InputError> {
        parts::hold_lab(options)
    }

    /// A lab after all commands of a scenario, to be held by a caller.
    ///
    /// # Errors
    /// As [`Lab::from_scenario`].
    pub fn hold_scenario(scenario: Value) -> Result<Box<dyn HeldLab>, InputError> {
        parts::hold_scenario(scenario)
    }

    /// A search for what breaks a plan, to be held by a caller; see [`super::Breaker`].
    ///
    /// # Errors
    /// As there, and a plan or options of another shape.
    pub fn hold_breaker(
        plan: &Value,
        options: Option<Value>,
    ) -> Result<Box<dyn HeldBreaker>, InputError> {
        parts::hold_breaker(plan, options)
    }

    /// Inventory files, to be held by a caller: none yet.
    #[must_use]
    pub fn hold_inventory() -> Box<dyn HeldInventory> {
        parts::hold_inventory()
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
            "reportDocument" | "runbook" | "restoreAbilities" | "drill" | "cleanPoints"
            | "rehearse" => parts::call_handover(self, name, argument),
            "explain" | "stateAt" | "branchAt" | "compare" | "rpo" | "observedDisks" | "block"
            | "blockMap" | "changedRanges" => parts::call_insight(self, name, argument),
            _ => parts::call_lab(self, name, argument, given),
        }
    }
}
