//! The support matrix: rows as data, and the assessment of fleets against them.
//!
//! Sees only the model. A row holds or not by its predicate over facts and the request, in
//! three-valued logic: what is not known stays unknown and is asked for by name.

mod assess;
mod edition;
mod error;
mod finding;
mod options;
mod row;

pub use assess::assess;
pub use edition::{Edition, Service};
pub use error::AssessError;
pub use finding::{
    AssessReport, AssumedFact, Citation, DiskAssessment, Finding, MachineAssessment, MissingFact,
    Verdict,
};
pub use options::{
    AssessOptions, ConfiguredFrom, Consistency, DiskReference, DiskSelector, Policy, PolicyType,
    Request, RestoreRequest, Schedule, ScheduleFrequency, SelectiveDisk, SnapshotResourceGroup,
    Vault, VaultKind,
};
pub use row::{JudgedBy, MatrixRow, RuleReference, Simulated, Subject};

/// Every row of the matrix.
#[must_use]
pub fn support_matrix() -> Vec<MatrixRow> {
    Vec::new()
}
