//! Malformed input.

use crate::cloud::CommandError;
use crate::forecast::PlanError;
use crate::inventory::ImportError;
use crate::json::ReadError;
use crate::json::Write;
use crate::matrix::{AssessError, OtherServicesFile};
use crate::restore::ProofError;
use crate::store::StoreError;
use crate::timeline::ScenarioError;

/// An input that cannot be used: what the npm package throws.
#[derive(Clone, Debug, PartialEq, Eq, Write, thiserror::Error)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct InputError {
    /// A stable word for the kind of error.
    pub code: String,
    /// The field, such as `commands[3].disk`; empty where it is the input as a whole.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl InputError {
    pub(super) fn new(code: &str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            path: path.into(),
            message: message.into(),
        }
    }
}

impl InputError {
    pub(super) fn unreadable(error: ReadError) -> Self {
        Self::new("InvalidField", error.path(), error.to_string())
    }
}

impl From<ScenarioError> for InputError {
    fn from(error: ScenarioError) -> Self {
        Self::new(error.code, error.path, error.message)
    }
}

impl From<AssessError> for InputError {
    fn from(error: AssessError) -> Self {
        Self::new(error.code(), error.path(), error.to_string())
    }
}

impl From<PlanError> for InputError {
    fn from(error: PlanError) -> Self {
        let message = error.said();
        Self::new(&error.code, error.path, message)
    }
}

impl From<OtherServicesFile> for InputError {
    fn from(error: OtherServicesFile) -> Self {
        Self::new("OtherServicesFile", "", error.to_string())
    }
}

impl From<ImportError> for InputError {
    fn from(error: ImportError) -> Self {
        Self::new(error.code(), error.path(), error.to_string())
    }
}

impl From<ProofError> for InputError {
    fn from(error: ProofError) -> Self {
        let code = match error {
            ProofError::NotRestored { .. } => "NotRestored",
            ProofError::PointGone { .. } => "RestorePointGone",
            ProofError::Store(_) => "LabStoreRefused",
        };
        Self::new(code, "", error.to_string())
    }
}

impl From<StoreError> for InputError {
    fn from(error: StoreError) -> Self {
        Self::new("LabStoreRefused", "", error.to_string())
    }
}

/// A read that names a resource which is not there, or is named twice.
impl From<CommandError> for InputError {
    fn from(error: CommandError) -> Self {
        let rejection = crate::cloud::Rejection::from(&error);
        Self::new(
            &rejection.code,
            rejection.target.unwrap_or_default(),
            rejection.message,
        )
    }
}
