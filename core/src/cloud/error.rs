//! Why a command is refused.

use super::{AssessmentRefusal, RefusalCode};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::matrix::CountedPoints;
use crate::model::ProvisioningState;
use crate::store::StoreError;

/// A refusal by the simulated service. The state is as it was before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No such resource.
    #[error("the {kind} `{reference}` was not found; {hint}")]
    NotFound {
        /// Which kind of resource.
        kind: &'static str,
        /// What was given.
        reference: String,
        /// What there is.
        hint: String,
        /// The command's field.
        target: &'static str,
    },
    /// A bare name that several resources have.
    #[error("the name `{reference}` belongs to {} resources; give one of their ids: {}", ids.len(), listed(ids))]
    Ambiguous {
        /// What was given.
        reference: String,
        /// Who has it.
        ids: Vec<ResourceId>,
        /// The command's field.
        target: &'static str,
    },
    /// The name is taken.
    #[error("`{id}` exists already; choose another name")]
    AlreadyExists {
        /// The resource that has it.
        id: ResourceId,
    },
    /// A value that the service does not take.
    #[error("{message}")]
    InvalidParameter {
        /// The command's field.
        target: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A restore point of this VM is being created.
    #[error(
        "a restore point of `{virtual_machine}` is being created until {until}; creations for one VM do not overlap"
    )]
    ConcurrentCreation {
        /// The VM's name.
        virtual_machine: String,
        /// When the running creation ends.
        until: String,
    },
    /// The VM has as many restore points as it may have.
    #[error(
        "`{virtual_machine}` has {counted} restore points {} and may have {limit}; {}",
        what_counts(*counts),
        way_out(*counts)
    )]
    LimitReached {
        /// The VM's name.
        virtual_machine: String,
        /// How many count.
        counted: u64,
        /// Which points count.
        counts: CountedPoints,
        /// How many it may have.
        limit: u64,
        /// The rows that set the limit.
        row_ids: Vec<String>,
    },
    /// The support matrix says no.
    #[error("{0}")]
    Unsupported(Box<AssessmentRefusal>),
    /// The resource is in a state that does not allow it.
    #[error("`{id}` is {state:?}; {needs}")]
    Conflict {
        /// The resource.
        id: ResourceId,
        /// Its life stage.
        state: ProvisioningState,
        /// What it needs.
        needs: &'static str,
    },
    /// The operation is not allowed as things stand.
    #[error("{message}")]
    NotAllowed {
        /// The resource.
        target: String,
        /// Why not, and the way out.
        message: String,
    },
    /// A refusal with a code of its own.
    #[error("{message}")]
    Refused {
        /// The code that Azure gives.
        code: RefusalCode,
        /// The resource or field.
        target: String,
        /// Why not, and the way out.
        message: String,
        /// Rows of the support matrix that decided.
        row_ids: &'static [&'static str],
    },
    /// The block store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A refusal as callers see it: the service's error shape, and the rows that decided.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    /// The code that Azure gives for it, or the lab's own.
    #[cfg_attr(feature = "wasm", tsify(type = "RefusalCode"))]
    pub code: String,
    /// One sentence: what is wrong and the way out.
    pub message: String,
    /// The field or resource at fault.
    pub target: Option<String>,
    /// One entry for each single reason; what the code says in general, where the message names the one there is.
    pub details: Vec<RejectionDetail>,
    /// Rows of the support matrix that decided.
    pub row_ids: Vec<String>,
}

/// One reason of a [`Rejection`].
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RejectionDetail {
    /// The code of this reason.
    #[cfg_attr(feature = "wasm", tsify(type = "RefusalCode"))]
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The disk, field or resource.
    pub target: Option<String>,
}

impl CommandError {
    /// The code of the refusal.
    #[must_use]
    pub fn code(&self) -> RefusalCode {
        use RefusalCode as C;
        match self {
            Self::NotFound { .. } => C::ResourceNotFound,
            Self::Ambiguous { .. } => C::AmbiguousName,
            Self::AlreadyExists { .. } | Self::Conflict { .. } => C::Conflict,
            Self::InvalidParameter { .. } => C::InvalidParameter,
            Self::ConcurrentCreation { .. } | Self::LimitReached { .. } => {
                C::VMRestorePointClientError
            }
            Self::Unsupported(refusal) => refusal.code,
            Self::NotAllowed { .. } => C::OperationNotAllowed,
            Self::Refused { code, .. } => *code,
            Self::Store(_) => C::LabStoreRefused,
        }
    }

    /// The field or resource at fault.
    fn target(&self) -> Option<String> {
        Some(match self {
            Self::NotFound { target, .. } | Self::Ambiguous { target, .. } => (*target).to_owned(),
            Self::AlreadyExists { id } | Self::Conflict { id, .. } => id.to_string(),
            Self::InvalidParameter { target, .. }
            | Self::NotAllowed { target, .. }
            | Self::Refused { target, .. } => target.clone(),
            Self::ConcurrentCreation {
                virtual_machine, ..
            }
            | Self::LimitReached {
                virtual_machine, ..
            } => virtual_machine.clone(),
            Self::Unsupported(refusal) => refusal.target.clone(),
            Self::Store(StoreError::MemoryLimit { .. }) => super::setting::MEMORY.to_owned(),
            Self::Store(_) => "disk".to_owned(),
        })
    }

    /// The rows of the support matrix that decided.
    fn row_ids(&self) -> Vec<String> {
        let known = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect();
        match self {
            Self::ConcurrentCreation { .. } => known(&["S0-42", "S1-13", "S2-18"]),
            Self::LimitReached { row_ids, .. } => row_ids.clone(),
            Self::Unsupported(refusal) => refusal.row_ids.clone(),
            Self::Refused { row_ids, .. } => known(row_ids),
            _ => Vec::new(),
        }
    }
}

impl From<&CommandError> for Rejection {
    fn from(error: &CommandError) -> Self {
        let (code, message, target) = (error.code(), error.to_string(), error.target());
        let mut details = match error {
            CommandError::Unsupported(refusal) => refusal.details.clone(),
            _ => Vec::new(),
        };
        if details.is_empty() {
            details.push(RejectionDetail {
                code: code.as_str().to_owned(),
                message: code.meaning().to_owned(),
                target: target.clone(),
            });
        }
        Self {
            code: code.as_str().to_owned(),
            message,
            target,
            details,
            row_ids: error.row_ids(),
        }
    }
}

fn listed(ids: &[ResourceId]) -> String {
    ids.iter()
        .map(ResourceId::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn what_counts(counts: CountedPoints) -> &'static str {
    match counts {
        CountedPoints::Retained => "over all its collections",
        CountedPoints::Created => "counting every one ever created",
    }
}

fn way_out(counts: CountedPoints) -> &'static str {
    match counts {
        CountedPoints::Retained => "delete one first",
        CountedPoints::Created => {
            "judge by a later edition, which counts only those that are retained"
        }
    }
}
