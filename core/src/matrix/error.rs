//! What an assessment refuses.

use crate::model::vocabulary::FactError;

/// An input that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssessError {
    /// A fact of the fleet.
    #[error("{0}")]
    Fact(#[from] FactError),
    /// An identity in the fleet.
    #[error("{path}: {reason}")]
    Identity {
        /// The field, such as `machines[1].id`.
        path: String,
        /// What is wrong with it and what it should be.
        reason: String,
    },
    /// An option.
    #[error("{path}: {reason}")]
    Option {
        /// The field, such as `request.apiVersion`.
        path: String,
        /// What is wrong with it and what it should be.
        reason: String,
    },
    /// Another service than restore points, before its rows are there.
    #[error(
        "the rows of other services than restorePoints are in `{}`, which is not loaded yet",
        super::services_file_name()
    )]
    ServicesNotLoaded,
}

impl AssessError {
    /// A stable word for the kind of error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Fact(error) => error.code(),
            Self::Identity { .. } => "InvalidField",
            Self::Option { .. } => "InvalidOption",
            Self::ServicesNotLoaded => "ServicesNotLoaded",
        }
    }

    /// The field that is wrong.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Fact(error) => error.path(),
            Self::Identity { path, .. } | Self::Option { path, .. } => path,
            Self::ServicesNotLoaded => "service",
        }
    }
}
