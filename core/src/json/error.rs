//! What does not fit and where.

use std::fmt;

/// JSON that does not fit the type it is read into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    path: String,
    message: String,
}

impl ReadError {
    pub(super) const fn new(message: String) -> Self {
        Self {
            path: String::new(),
            message,
        }
    }

    /// The place, such as `parts[1].name`; empty where it is the value as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same error, one step further out: `step` is a field's name or `[index]`.
    #[must_use]
    pub fn inside(mut self, step: &str) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = [step, joint, &self.path].concat();
        self
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}
