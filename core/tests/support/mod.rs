//! Commands in tests of the lab: carried out, or refused without a trace.

use rplab_core::api::{Event, Lab, Outcome, Rejection};
use serde_json::Value;

/// Carries a command out; what happened.
pub(crate) fn ok(lab: &mut Lab, command: Value) -> Vec<Event> {
    match lab.dispatch_json(command.clone()).unwrap() {
        Outcome::Ok { events } => events,
        Outcome::Rejected { error } => panic!("{command}: {error:?}"),
    }
}

/// Why a command is refused; the lab is as it was before.
pub(crate) fn refused(lab: &mut Lab, command: Value) -> Rejection {
    let before = lab.digest();
    match lab.dispatch_json(command.clone()).unwrap() {
        Outcome::Rejected { error } => {
            assert_eq!(
                lab.digest(),
                before,
                "a refused command changes nothing: {command}"
            );
            error
        }
        Outcome::Ok { events } => panic!("{command} was carried out: {events:?}"),
    }
}
