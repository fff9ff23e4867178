//! What a command answers when it cannot go on.

use std::fmt;

pub(crate) type Outcome<T> = Result<T, Failure>;

/// One line that says what failed and, where the user can mend it, the command to run by hand.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    by_hand: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            by_hand: None,
        }
    }

    pub(crate) fn by_hand(what: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            by_hand: Some(command.into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.by_hand {
            Some(command) => write!(f, "; run by hand: {command}"),
            None => Ok(()),
        }
    }
}

/// Turns an I/O error into a failure that names what was being done.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", what())))
    }
}
