//! The history of a lab: what was commanded, what came of it, undo and redo.

mod checkpoints;
mod expectation;
mod history;
mod scenario;
mod scenario_error;
mod settings;
mod timed_command;

pub use expectation::{Expectation, ExpectationResult, ExpectedRpo};
pub(crate) use history::Passage;
pub use history::{LogEntry, Outcome, Timeline};
pub use scenario::{SCENARIO_SCHEMA_VERSION, Scenario};
pub use scenario_error::ScenarioError;
pub(crate) use settings::settings;
pub use timed_command::{TimedCommand, read_command};
