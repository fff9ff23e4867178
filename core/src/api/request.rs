//! The endpoint of a lab: requests as official clients send them.

use super::{Lab, LongRunning};
use crate::arm::{self, Answer, Mode, Request};

impl Lab {
    /// Answers a request as the service does.
    ///
    /// What it changes stands in the log as commands. A request that is refused changes nothing.
    pub fn request(&mut self, request: &Request) -> Answer {
        let mode = Mode {
            first_poll: self.options().long_running != Some(LongRunning::Clock),
            strict_scopes: self.options().strict_scopes,
        };
        arm::handle(&mut self.timeline, &mode, request)
    }
}
