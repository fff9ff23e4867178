//! The vocabulary of facts is complete and consistent.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::model::vocabulary::{Absence, FactSubject, entry, vocabulary};
use std::collections::BTreeSet;

/// The names that callers rely on.
const MACHINE_FACTS: &str = "osName osBits powerState agentStatus vssWritersHealthy \
    applicationVssWriter prePostScripts pythonVersion proxyConfigured proxyAuthenticated \
    internetAccess vCpus memoryGiB orchestrationMode generalized planRemovedFromMarketplace locks \
    diagnosticSettings deduplication refs storageSpaces dynamicDisks lvmOrRaid \
    clusterSharedVolumes nfsMounts dockerMountPoints localNvmeDisks temporaryDiskGiB keyState \
    performanceTierChanged diskAdded diskResized machineTimeChanged machineTimeReverted \
    migratedByAzureMigrate migratedToAzure reservedInstance pinnedNode liveMigrated serviceHealed \
    rbacPolicies acceleratedNetworking nicCount ipAllocation staticIpAddress publicIpAddress \
    networkSecurityGroup loadBalancer trafficManager azureDns customDns specialNetworkSettings \
    storageAccountNetwork domainController database databaseVersion subscriptionEnrolled \
    vmBackupEnabled restorePointCollections restorePointsRetained restorePointsCreatedEver \
    restorePointCreationInProgress";

#[test]
fn every_fact_that_callers_rely_on_is_there() {
    for name in MACHINE_FACTS.split_whitespace() {
        assert!(entry(FactSubject::Machine, name).is_some(), "{name}");
    }
}

#[test]
fn a_name_has_one_entry_for_a_subject() {
    let names = vocabulary()
        .iter()
        .map(|entry| (entry.subject, &entry.name));
    assert_eq!(names.collect::<BTreeSet<_>>().len(), vocabulary().len());
}

#[test]
fn absence_means_a_value_that_the_fact_takes() {
    for entry in vocabulary() {
        let value = match &entry.absence {
            Absence::ServiceDefault(value)
            | Absence::DiskDefault(value)
            | Absence::Assumed(value) => value,
            Absence::Unknown => continue,
        };
        assert!(entry.value_type.accepts(value), "{}: {value:?}", entry.name);
        let of_disk = matches!(entry.absence, Absence::DiskDefault(_));
        assert!(
            !of_disk || entry.subject == FactSubject::Disk,
            "{}",
            entry.name
        );
    }
}

#[test]
fn what_arm_carries_says_where_az_shows_it() {
    for entry in vocabulary() {
        assert!(entry.meaning.ends_with('.'), "{}", entry.name);
        assert!(entry.arm.is_none() || entry.az.is_some(), "{}", entry.name);
        let unknown = matches!(entry.absence, Absence::Unknown | Absence::DiskDefault(_));
        assert!(
            !unknown || entry.az.is_some(),
            "{} can be asked for",
            entry.name
        );
    }
}
