//! The boundary: what the npm package, the planner and the native commands call.

mod state;

pub use crate::cloud::Command;
pub use state::*;
