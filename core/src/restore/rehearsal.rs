//! Rehearsals: a restore as a plan of steps, with what stands against it found before it starts, carried out
//! on a copy of the lab and held against its source.

mod carry_out;
mod difference;
mod mattering;
mod plan;
mod service;
mod time;
mod types;

pub use carry_out::{Rehearsing, begin_rehearsal, rehearse};
pub use time::RESTORE_ASSUMPTIONS;
pub(crate) use time::usual_time;
pub use types::{
    Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep, RestOperation, RestoreAssumption,
    RestoreDifference, RestoreStepKind, StepOutcome, TimeBand,
};
