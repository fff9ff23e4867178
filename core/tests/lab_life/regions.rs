//! Points in other regions: which regions, which disks, and what goes with them.

use super::{
    GIB, MIB, advance, capture, lab_with, ok, point, refused, started, under_customer_key, write,
};
use rplab_core::api::{Lab, StoredBytesQuery};
use serde_json::{Value, json};

/// A lab with a collection `far` in West US for copies of `rpc`.
pub(super) fn with_target(settings: Value) -> Lab {
    let mut lab = started(settings);
    target(&mut lab, "far", "westus");
    lab
}

pub(super) fn target(lab: &mut Lab, name: &str, location: &str) {
    ok(
        lab,
        json!({ "type": "createRestorePointCollection", "name": name, "source": "rpc", "location": location }),
    );
}

pub(super) fn copy(lab: &mut Lab, from: &str, to: &str, name: &str) {
    ok(
        lab,
        json!({ "type": "copyRestorePoint", "restorePoint": from, "collection": to, "name": name }),
    );
}

pub(super) fn progress(lab: &Lab, name: &str) -> Vec<(String, u64, u64)> {
    let copy = point(lab, name).replication.unwrap();
    let disks = copy.disks.into_iter();
    disks
        .map(|disk| (disk.name, disk.total_bytes.0, disk.completion_percent))
        .collect()
}

pub(super) fn digest(lab: &Lab, disk: &str) -> String {
    lab.content_digest(disk).unwrap().to_string()
}

#[test]
fn a_copy_has_the_time_consistency_and_configuration_of_its_source() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    advance(&mut lab, "P2D");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    let (source, copy) = (point(&lab, "p1"), point(&lab, "c1"));
    assert_eq!(copy.time_created, source.time_created);
    assert_eq!(copy.consistency_mode, source.consistency_mode);
    assert_eq!(copy.location, "westus");
    let view = copy.replication.unwrap();
    assert_eq!(view.source_restore_point, Some(source.id));
    assert_eq!(
        view.recovery_point_age_seconds,
        2 * 86_400 + 3600 + 120,
        "the secondary region's recovery point"
    );
    assert_eq!(
        point(&lab, "p1").replication,
        None,
        "a local point has no copy status"
    );
}

#[test]
fn points_are_created_straight_in_the_target_collection() {
    let mut lab = with_target(json!({ "copyMiBPerSecondPerDisk": 16 }));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d1", "excludeDisks": [{ "id": "os" }] }),
    );
    write(&mut lab, "data", 0, 3);
    advance(&mut lab, "PT1M");
    assert_eq!(progress(&lab, "d1"), [("data".to_owned(), GIB, 0)]);
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d2", "excludeDisks": [{ "id": "os" }] }),
    );
    advance(&mut lab, "PT1H");
    assert_eq!(progress(&lab, "d2"), [("data".to_owned(), 4 * MIB, 100)]);
    assert_eq!(
        lab.stored_bytes(&StoredBytesQuery {
            region: Some("eastus".to_owned()),
            ..Default::default()
        })
        .unwrap()
        .0,
        0
    );
    // Nothing was stored in the VM's region: its first point there is a full one.
    capture(&mut lab, "p1");
    assert!(point(&lab, "p1").disks.iter().all(|disk| disk.full));
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "d1", "name": "r" }),
    );
    assert!(lab.prove("r").unwrap().equal);
    assert_eq!(
        point(&lab, "d1").replication.unwrap().source_restore_point,
        None
    );
}

#[test]
fn what_is_refused_between_regions() {
    let mut lab = with_target(json!({}));
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 0);
    capture(&mut lab, "p2");
    let collection = |name: &str, source: &str, location: &str| json!({ "type": "createRestorePointCollection", "name": name, "source": source, "location": location });
    for (command, code, part) in [
        (
            collection("x", "rpc", "East US"),
            "InvalidParameter",
            "copies go to another region",
        ),
        (
            collection("x", "far", "northeurope"),
            "InvalidParameter",
            "holds copies itself",
        ),
        (
            collection("x", "rpc", "japaneast"),
            "OperationNotAllowed",
            "listed regions",
        ),
        (
            collection("x", "vm", "westus"),
            "InvalidParameter",
            "names the collection in the VM's region",
        ),
        (
            collection("far", "rpc", "westus2"),
            "Conflict",
            "exists already",
        ),
        (
            json!({ "type": "createRestorePointCollection", "name": "x", "source": "rpc" }),
            "InvalidParameter",
            "location",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "rpc" }),
            "Conflict",
            "exists already",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "rpc", "name": "x" }),
            "OperationNotAllowed",
            "does not hold copies",
        ),
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p9", "collection": "far" }),
            "ResourceNotFound",
            "p9",
        ),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(error.code, code, "{error:?}");
        assert!(error.message.contains(part), "{error:?}");
    }
    copy(&mut lab, "p2", "far", "c2");
    let early = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    assert!(
        early.message.contains("in the order they were captured"),
        "{early:?}"
    );
    target(&mut lab, "far-2", "westus");
    let twice = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p2", "collection": "far-2", "name": "c2" }),
    );
    assert!(twice.message.contains("one copy in a region"), "{twice:?}");
    advance(&mut lab, "PT1H");
    target(&mut lab, "third", "northeurope");
    let copied = point(&lab, "c2").id.to_string();
    let again = refused(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": copied, "collection": "third", "name": "c3" }),
    );
    assert!(
        again.message.contains("came from another region itself"),
        "{again:?}"
    );
    // The order holds for each region by itself.
    copy(&mut lab, "p1", "third", "t1");
}

#[test]
fn a_disk_behind_a_private_link_goes_to_no_other_region() {
    let mut lab = with_target(json!({}));
    ok(
        &mut lab,
        json!({ "type": "setNetworkAccess", "disk": "data", "policy": "AllowPrivate", "diskAccess": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a" }),
    );
    capture(&mut lab, "p1");
    for (command, row) in [
        (
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far" }),
            "S2-19a",
        ),
        (
            json!({ "type": "createRestorePoint", "collection": "far", "name": "d1" }),
            "S2-19b",
        ),
    ] {
        let error = refused(&mut lab, command);
        assert!(error.row_ids.iter().any(|id| id == row), "{error:?}");
    }
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d1", "excludeDisks": [{ "id": "data" }] }),
    );
}

#[test]
fn a_customer_key_becomes_a_platform_key_on_the_way() {
    let mut lab = with_target(json!({}));
    under_customer_key(&mut lab);
    capture(&mut lab, "p1");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c1", "name": "there" }),
    );
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "here" }),
    );
    let facts = |name: &str| {
        let disk = lab
            .state()
            .disks
            .into_iter()
            .find(|disk| disk.name == name)
            .unwrap();
        rplab_core::json::write(&disk.facts)
    };
    assert_eq!(
        facts("there")["encryptionType"],
        "EncryptionAtRestWithPlatformKey"
    );
    assert_eq!(facts("there").get("diskEncryptionSetId"), None);
    let own = facts("here")["diskEncryptionSetId"].to_string();
    assert!(own.ends_with("/diskEncryptionSets/des\""), "{own}");
}

#[test]
fn later_pages_have_no_list_of_regions() {
    let mut lab = lab_with(json!({ "edition": "beyond" }));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "japaneast", "facts": { "osType": "Windows", "osName": "Windows Server 2022" }, "disks": [{ "name": "os", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    target(&mut lab, "far", "japanwest");
}
