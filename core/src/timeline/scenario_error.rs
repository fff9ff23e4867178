//! Why a text is no scenario.

use crate::json::ReadError;

/// A scenario, or a command of one, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScenarioError {
    /// A stable word for the kind of error.
    pub code: &'static str,
    /// The field, such as `commands[3].disk`.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl ScenarioError {
    pub(super) fn new(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            path: path.into(),
            message: message.into(),
        }
    }

    pub(super) fn invalid_field(prefix: &str, error: &ReadError) -> Self {
        let path = join(prefix, error.path());
        let message = match path.as_str() {
            "" => error.to_string(),
            path => format!("{path}: {error}"),
        };
        Self::new("InvalidField", path, message)
    }

    /// The same error, one level further out.
    pub(super) fn inside(self, prefix: &str) -> Self {
        if self.code == crate::parts::NOT_LOADED {
            return self;
        }
        Self {
            path: join(prefix, &self.path),
            message: format!("{prefix}: {}", self.message),
            ..self
        }
    }
}

fn join(prefix: &str, inner: &str) -> String {
    match (prefix, inner) {
        (_, "" | ".") => prefix.to_owned(),
        ("", inner) => inner.to_owned(),
        (_, inner) if inner.starts_with('[') => format!("{prefix}{inner}"),
        _ => format!("{prefix}.{inner}"),
    }
}
