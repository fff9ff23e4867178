//! Rehearsals: a restore as a plan of steps, with what stands against it found before it starts, carried out
//! on a copy of the lab and held against its source.

mod carry_out;
mod difference;
mod mattering;
mod plan;
mod service;
mod time;
mod types;

pub(crate) use carry_out::rehearse_compared;
pub use carry_out::{Rehearsing, begin_rehearsal, rehearse};
pub(crate) use service::{restore_request, vault_item};
pub use time::RESTORE_ASSUMPTIONS;
pub(crate) use time::{BackFrom, check_assumptions, until_back};
pub use types::{
    Rehearsal, RehearsalRemark, RehearsalRequest, RehearsalStep, RestOperation, RestoreAssumption,
    RestoreDifference, RestoreStepKind, StepOutcome, TimeBand,
};
