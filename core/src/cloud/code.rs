//! The codes of refusals and failures, each with what it says in general.

use crate::json::Write;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $meaning:literal,)*) => {
        /// The code of a refusal, or of a point or backup that failed: the service's own where it has one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Write)]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        pub enum RefusalCode { $($(#[$doc])* $code,)* }

        impl RefusalCode {
            /// Every code that the engine gives, in the order of the alphabet.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The code as it is written.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// What it says in general, and the way out.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning,)* }
            }
        }
    };
}

codes! {
    /// A bare name that several resources have.
    AmbiguousName = "Several resources have this name. Give the full id of the one that is meant.",
    /// An address that reads nothing.
    AuthenticationFailed = "The address is not valid, or not valid any more. Grant access again and use the new address.",
    /// An API version before the first that knows what is asked for.
    BadRequest = "The API version is older than what is asked for. Ask with the version that the message names, or a newer one.",
    /// Something else stands in the way at the moment.
    Conflict = "Something else is in the way: a name that is taken, or work that still runs on the resource. Choose another name, or wait.",
    /// A key that cannot be used.
    DiskRestorePointClientError = "A disk is encrypted with a key that cannot be used now. Enable or restore the key, then try again.",
    /// A live address.
    DiskRestorePointUsedByCustomer = "An address still reads a disk of the point. Revoke the access, or wait until it runs out, then delete.",
    /// The support matrix cannot decide.
    FactMissing = "The support matrix cannot decide without a fact about the VM or disk. Supply the fact.",
    /// Part of the service is down.
    InternalOperationError = "The region or zone is down. Wait until it is back, or work in another region.",
    /// A value that the service does not take.
    InvalidParameter = "A value of the request is not one that the service takes. The target names the field, the message what would be right.",
    /// The block store.
    LabStoreRefused = "The lab's own block store cannot hold this. Use larger blocks, smaller disks or a higher memory limit.",
    /// A rule of the service.
    OperationNotAllowed = "A rule of the service forbids this as things stand. The message names what has to change first.",
    /// A copy that ended before it was there.
    ReplicationFailed = "The copy ended before every disk had arrived, and nothing of it is kept. Delete it and copy a point anew.",
    /// No such resource group.
    ResourceGroupNotFound = "The resource group does not exist. Make it first.",
    /// No such resource.
    ResourceNotFound = "There is no such resource, or there is none any more. Check the name, and whether it was deleted.",
    /// The point to copy is gone.
    RestorePointNotFound = "The restore point that this needed is gone. Use another point.",
    /// A lock.
    ScopeLocked = "A lock on the resource or its group forbids this. Remove the lock first.",
    /// A limit on snapshots.
    SnapshotCountExceeded = "There are as many snapshots as there may be, of the disk or in the region. Delete some, or keep backups shorter.",
    /// No such subscription.
    SubscriptionNotFound = "The subscription does not exist in this lab. Make a resource group in it first.",
    /// A rate limit.
    TooManyRequests = "There were too many of these requests in a short time. Wait and try again.",
    /// Azure Disk Backup does not take the disk.
    UserErrorDiskNotSupported = "Azure Disk Backup does not protect this disk. Use Azure VM Backup or restore points.",
    /// Azure VM Backup has as many points as it keeps.
    UserErrorMaxRecoveryPointsReached = "Azure VM Backup keeps at most 9999 recovery points of a VM. Choose a shorter retention.",
    /// The vault's identity lacks a role.
    UserErrorNotEnoughPermissionsOnSnapshotRG = "The identity of the Backup vault lacks a role on the disk, the snapshots or the target. Assign the documented roles and wait some minutes.",
    /// Azure Disk Backup keeps its policy.
    UserErrorPolicyCannotBeModified = "The policy of this backup cannot be changed. Stop it with its points and protect the disk anew.",
    /// The service does not restore that way.
    UserErrorRestoreNotSupported = "The service does not restore this point that way. The message names the rule, and often another way.",
    /// Azure Disk Backup cannot stop and keep.
    UserErrorStopProtectionNotSupported = "This backup cannot be stopped with its points kept. Stop it with its points deleted.",
    /// Azure VM Backup does not take the VM.
    UserErrorVmNotSupportedForBackup = "Azure VM Backup does not take so many or so large disks. Leave some out.",
    /// The guest does not answer.
    VMAgentStatusCommunicationError = "The VM agent did not answer, so the guest could not take part. Repair the agent, or ask for a crash-consistent point.",
    /// The VM cannot be captured so.
    VMRestorePointClientError = "The VM cannot be captured so: a disk that is not supported, the limit of points, another creation that runs, or trouble in the guest.",
}

#[cfg(test)]
mod tests {
    use super::RefusalCode;

    #[test]
    fn codes_are_in_order_and_every_one_says_what_it_means() {
        let names: Vec<&str> = RefusalCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(names.is_sorted(), "{names:?}");
        for code in RefusalCode::ALL {
            let meaning = code.meaning();
            assert!(meaning.len() > 40 && meaning.ends_with('.'), "{meaning}");
            assert_eq!(crate::json::write(code), code.as_str());
        }
    }
}
