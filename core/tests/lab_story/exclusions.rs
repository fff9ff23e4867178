//! Disks that are left out of points.

use super::support::{ok, refused};
use super::{MIB, capture, lab, machine, started};
use serde_json::json;

#[test]
fn a_disk_left_out_once_goes_on_incrementally_and_a_recreated_one_starts_in_full() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 9 }),
    );
    capture(&mut lab, "p1");
    let data = "/SUBSCRIPTIONS/s/resourcegroups/RG/providers/microsoft.compute/DISKS/VM-DATA";
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2", "excludeDisks": [{ "id": data }] }),
    );
    lab.advance("PT1H".parse().unwrap());
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 5, "last": 5 }),
    );
    capture(&mut lab, "p3");
    let state = lab.state();
    assert_eq!(state.restore_points[1].disks.len(), 1);
    let third = &state.restore_points[2].disks[1];
    assert!(!third.full && third.added_bytes.0 == MIB, "{third:?}");
    assert_eq!(third.family_id, state.restore_points[0].disks[1].family_id);

    ok(&mut lab, json!({ "type": "detachDisk", "disk": "vm-data" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-data" }));
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/disks/vm-data",
                         "location": "East US 2", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "vm-data" }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 0 }),
    );
    capture(&mut lab, "p4");
    let fourth = lab.state().restore_points[3].disks[1].clone();
    assert!(fourth.full && fourth.added_bytes.0 == MIB, "{fourth:?}");
    assert_ne!(fourth.family_id, third.family_id);
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "vm-data", "restorePoint": "p1", "name": "old" }),
    );
    assert!(
        lab.prove("old").unwrap().equal,
        "the first disk's points outlive it"
    );
}

#[test]
fn an_exclusion_that_names_no_disk_of_the_vm_is_refused() {
    let mut lab = started("Windows");
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "excludeDisks": [{ "id": "other" }] }),
    );
    assert_eq!(
        (error.code.as_str(), error.target.as_deref()),
        ("InvalidParameter", Some("excludeDisks[0].id"))
    );
}

#[test]
fn what_the_matrix_is_against_is_refused_with_the_disks_to_leave_out() {
    let mut windows = machine("vm", "Windows");
    windows["disks"][1]["facts"]["sku"] = json!("UltraSSD_LRS");
    let mut lab = lab(&[windows]);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    let mut create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p" });
    let error = refused(&mut lab, create.clone());
    assert_eq!(error.code, "VMRestorePointClientError");
    assert!(error.row_ids.contains(&"S0-03".to_owned()), "{error:?}");
    assert!(error.message.contains("leave out vm-data"), "{error:?}");
    create["excludeDisks"] = json!([{ "id": "vm-data" }]);
    create["apiVersion"] = json!("2021-02-01");
    let error = refused(&mut lab, create.clone());
    assert!(error.row_ids.contains(&"S0-40".to_owned()), "{error:?}");
    create["apiVersion"] = json!("2021-03-01");
    ok(&mut lab, create);
}
