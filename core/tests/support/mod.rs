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
            let filled = |target: &Option<String>| target.as_ref().is_some_and(|at| !at.is_empty());
            assert!(filled(&error.target), "{error:?}");
            assert!(!error.details.is_empty(), "{error:?}");
            assert!(
                error
                    .details
                    .iter()
                    .all(|at| filled(&at.target) && !at.message.is_empty()),
                "{error:?}"
            );
            error
        }
        Outcome::Ok { events } => panic!("{command} was carried out: {events:?}"),
    }
}
