//! What was concluded of a machine, shared between machines of one shape.

use super::Guess;
use std::sync::Arc;

/// Guesses; their paths are those within the machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Guesses(Arc<Vec<Guess>>);

impl Guesses {
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Guess> {
        self.0.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self, guess: Guess) {
        Arc::make_mut(&mut self.0).push(guess);
    }

    /// Takes those out that are no guesses any more.
    pub(super) fn drop_where(&mut self, is_known: impl Fn(&Guess) -> bool) {
        if self.iter().any(&is_known) {
            Arc::make_mut(&mut self.0).retain(|guess| !is_known(guess));
        }
    }
}

impl From<Vec<Guess>> for Guesses {
    fn from(guesses: Vec<Guess>) -> Self {
        Self(Arc::new(guesses))
    }
}
