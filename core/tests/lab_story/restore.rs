//! Points are restored and proved, after others were deleted and disks went on.

use super::support::ok;
use super::{capture, started};
use serde_json::json;

#[test]
fn a_vm_comes_back_from_the_first_and_the_last_point_after_the_middle_one_is_deleted() {
    let mut lab = started("Windows");
    let mut captured = Vec::new();
    for (point, first) in [("p1", 0), ("p2", 100), ("p3", 200)] {
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-data", "first": first, "last": first + 9 }),
        );
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": 5, "last": 5 }),
        );
        captured.push([
            lab.content_digest("vm-os").unwrap(),
            lab.content_digest("vm-data").unwrap(),
        ]);
        capture(&mut lab, point);
    }
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p2" }),
    );
    lab.advance("PT1H".parse().unwrap());
    for (point, vm, at) in [("p1", "vm-first", 0), ("p3", "vm-last", 2)] {
        ok(
            &mut lab,
            json!({ "type": "restoreVirtualMachine", "restorePoint": point, "name": vm }),
        );
        let proof = lab.prove(vm).unwrap();
        assert!(proof.equal && proof.disks.len() == 2, "{proof:?}");
        for (disk, expected) in ["vm-os", "vm-data"].iter().zip(&captured[at]) {
            assert_eq!(
                lab.content_digest(&format!("{vm}-{disk}")).unwrap(),
                *expected
            );
        }
    }
    assert_ne!(captured[0], captured[2]);
}

#[test]
fn writes_to_a_restored_disk_leave_the_point_as_it_was() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 9 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "vm-data", "restorePoint": "p1", "name": "copy", "sizeGiB": 16 }),
    );
    let before = lab.prove("copy").unwrap();
    assert!(before.equal && !before.disks[0].written_since);
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "copy", "first": 4, "last": 4 }),
    );
    let after = lab.prove("copy").unwrap();
    assert!(!after.equal && after.disks[0].written_since);
    assert_eq!(after.disks[0].first_difference, Some(4));
    assert_eq!(after.disks[0].point_digest, before.disks[0].point_digest);
    assert_eq!(after.disks[0].source_digest, before.disks[0].source_digest);
}
