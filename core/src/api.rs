//! The boundary: what the npm package, the planner and the native commands call.
//!
//! Nothing in core depends on this module. Inputs that cannot be read are an [`InputError`]; a refusal
//! by the simulated service is an answer, [`Outcome::Rejected`].

mod blob;
mod block_grid;
mod block_history;
mod block_map;
mod branch;
mod document;
mod error;
mod explain;
mod export;
mod held;
mod held_by;
mod json;
mod lab;
mod options;
mod parts;
mod plan;
mod proof;
mod protection;
mod read;
mod reclaim;
mod rehearse;
mod report;
mod request;
mod run;
mod runbook;
mod state;
mod underway;
mod view;

pub use crate::arm::{Answer, Request};
pub use crate::blob::{BlobAnswer, BlobRequest};
pub use crate::cloud::{
    Basis, Command, Event, EventKind, RefusalCode, Rejection, RejectionDetail, RestoreMethod,
    RestoreTier, SettingState, SettingValue,
};
pub use crate::forecast::{
    Breaker, BreakerOptions, BreakerReport, Calibration, Forecast, ObservedDisk, Plan,
    PlanComparison, PlanError, RateProfile, rate_profiles,
};
pub use crate::inventory::{Import, InventoryReader, NamedInput, anonymised, sample_fleet};
pub use crate::matrix::{
    AssessOptions, AssessReport, EditionChange, MachineRestores, MatrixRow, Remedy,
    compare_editions, remedies, restore_methods, support_matrix, support_matrix_from,
};
pub use crate::model::Fleet;
pub use crate::restore::{
    AbilitiesQuery, AbilityChange, CapturedChange, CleanPointsQuery, DiskCleanPoints, DiskProof,
    DiskProving, Drill, DrillRequest, DrilledMachine, GroupCoverage, MemberCoverage,
    PointAbilities, PointMethod, Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep,
    Rehearsing, RestOperation, RestoreAbilities, RestoreAssumption, RestoreDifference,
    RestoreStepKind, StepOutcome, TimeBand,
};
pub use crate::runbook::{Dialect, RunbookItem, RunbookRequest, RunbookStep, RunbookWait};
pub use crate::timeline::{Expectation, ExpectationResult, LogEntry, Outcome, Scenario};
pub use block_history::BlockHistory;
pub use document::DocumentRequest;
pub use error::InputError;
pub use export::{export_report, merge_reports};
pub use held::HeldFleet;
pub use held_by::{HeldBreaker, HeldInventory, HeldLab};
pub use json::Json;
pub use lab::Lab;
pub use options::{ChangedRangesQuery, LabOptions, LongRunning, StoredBytesQuery};
pub use plan::{MachineRpo, calibrate, compare_plans, forecast};
pub use proof::Proving;
pub use protection::{BackupJobState, ProtectedItemState, RecoveryPointState};
pub use reclaim::Reclaim;
pub use report::{Assumption, Report, StoredByDisk};
pub use run::{RunResult, run_scenario};
pub use runbook::{runbook, runbook_steps};
pub use state::*;
pub use underway::Underway;

use crate::json::Write;

/// The revision of the support matrix: raised when a row changes what it says.
const MATRIX_REVISION: &str = "2026-11";

/// Which engine this is.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// The version of the engine and of the npm package.
    pub engine: String,
    /// The revision of the support matrix.
    pub matrix_revision: String,
}

/// The version of this engine.
#[must_use]
pub fn version() -> Version {
    Version {
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        matrix_revision: MATRIX_REVISION.to_owned(),
    }
}

/// Takes the file of services, once: what the matrix has on services other than restore points, where the program
/// does not carry it.
///
/// # Errors
/// Any other text than the file of this version.
pub fn load_services(text: &str) -> Result<(), InputError> {
    Ok(crate::matrix::load_services(text)?)
}

/// Reads inventory files.
///
/// # Errors
/// What the input looks like instead, where nothing of it could be read.
pub fn import_inventory(inputs: &[NamedInput]) -> Result<Import, InputError> {
    Ok(crate::inventory::import(inputs)?)
}

/// Judges every machine of a fleet.
///
/// # Errors
/// A fact or an option that means nothing, with its path.
pub fn assess(fleet: &Fleet, options: &AssessOptions) -> Result<AssessReport, InputError> {
    Ok(crate::matrix::assess(fleet, options)?)
}
