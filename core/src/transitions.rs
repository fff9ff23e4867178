//! How resources pass from one provisioning state to the next.

use crate::model::ProvisioningState;

/// What moves a resource on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Its creation ended well.
    CreationSucceeded,
    /// Its creation failed.
    CreationFailed,
    /// Its copy to another region failed after it was there.
    ReplicationFailed,
    /// Someone asked for its deletion.
    DeletionRequested,
}

/// Every transition there is: state, trigger, next state.
pub const TRANSITIONS: &[(ProvisioningState, Trigger, ProvisioningState)] = &[
    (
        ProvisioningState::Creating,
        Trigger::CreationSucceeded,
        ProvisioningState::Succeeded,
    ),
    (
        ProvisioningState::Creating,
        Trigger::CreationFailed,
        ProvisioningState::Failed,
    ),
    (
        ProvisioningState::Succeeded,
        Trigger::ReplicationFailed,
        ProvisioningState::Failed,
    ),
    (
        ProvisioningState::Succeeded,
        Trigger::DeletionRequested,
        ProvisioningState::Deleting,
    ),
    (
        ProvisioningState::Failed,
        Trigger::DeletionRequested,
        ProvisioningState::Deleting,
    ),
];

/// The state that `trigger` leads to from `state`, or `None` where it is not allowed there.
#[must_use]
pub fn next(state: ProvisioningState, trigger: Trigger) -> Option<ProvisioningState> {
    TRANSITIONS
        .iter()
        .find(|(from, by, _)| (*from, *by) == (state, trigger))
        .map(|(_, _, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::{Trigger, next};
    use crate::model::ProvisioningState::{Creating, Deleting, Failed, Succeeded};

    #[test]
    fn a_point_is_deleted_only_when_nothing_runs_on_it() {
        assert_eq!(next(Succeeded, Trigger::DeletionRequested), Some(Deleting));
        assert_eq!(next(Failed, Trigger::DeletionRequested), Some(Deleting));
        assert_eq!(next(Creating, Trigger::DeletionRequested), None);
        assert_eq!(next(Deleting, Trigger::DeletionRequested), None);
    }
}
