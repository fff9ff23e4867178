//! Restores: what can be restored, how, and the proof that what came back is what was there.

mod digest_of;
mod proof;
mod rehearsal;

pub use digest_of::digest_of;
pub use proof::{DiskProof, ProofError, prove_disk};
pub use rehearsal::{
    RESTORE_ASSUMPTIONS, Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep,
    RestOperation, RestoreAssumption, RestoreDifference, RestoreStepKind, StepOutcome, TimeBand,
    rehearse,
};
