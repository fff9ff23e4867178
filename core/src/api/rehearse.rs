//! Restores rehearsed.

use super::{InputError, Lab};
use crate::restore::{Rehearsal, RehearsalRequest, rehearse};

impl Lab {
    /// Rehearses a restore: plans its steps, finds what stands against it, carries it out on a copy, holds what
    /// comes back against its source. The lab is as it was.
    ///
    /// # Errors
    /// What is asked for is not there, or no such restore can be meant.
    pub fn rehearse(&self, request: &RehearsalRequest) -> Result<Rehearsal, InputError> {
        Ok(rehearse(self.timeline.cloud(), request)?)
    }
}
