//! Restores: what can be restored, how, and the proof that what came back is what was there.

mod abilities;
mod clean;
mod digest_of;
mod drill;
mod proof;
mod rehearsal;

pub use abilities::{
    AbilitiesQuery, AbilityChange, GroupCoverage, MemberCoverage, PointAbilities, PointMethod,
    RestoreAbilities, able, group_coverage, methods_of, point_abilities,
};
pub use clean::{CapturedChange, CleanPointsQuery, DiskCleanPoints, clean_points};
pub use digest_of::digest_of;
pub use drill::{Drill, DrillRequest, DrilledMachine, drill};
pub use proof::{DiskProof, DiskProving, ProofError, prove_disk};
pub(crate) use rehearsal::{BackFrom, restore_request, until_back, vault_item};
pub use rehearsal::{
    RESTORE_ASSUMPTIONS, Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep, Rehearsing,
    RestOperation, RestoreAssumption, RestoreDifference, RestoreStepKind, StepOutcome, TimeBand,
    begin_rehearsal, rehearse,
};
