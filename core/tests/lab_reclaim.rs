//! What to delete to free so many bytes: as few points as it takes, never the newest, never one that stays anyway.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod support;

use rplab_core::api::{Lab, LabOptions};
use rplab_core::units::ByteCount;
use serde_json::json;
use support::{ok, refused};

/// Five points; the second and the third wrote the most, and the third wrote over what the second had.
fn lab() -> Lab {
    let mut lab = Lab::new(LabOptions::default()).unwrap();
    let disk = json!({ "name": "data", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } });
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus2", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } }, disk] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    for (name, first, last) in [
        ("p1", 0, 9),
        ("p2", 100, 299),
        ("p3", 100, 399),
        ("p4", 100, 399),
        ("p5", 0, 9),
    ] {
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "data", "first": first, "last": last }),
        );
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": name, "atOnce": true }),
        );
        ok(&mut lab, json!({ "type": "advanceClock", "by": "P1D" }));
    }
    lab
}

const MIB: u64 = 1 << 20;

#[test]
fn the_points_that_free_the_most_are_proposed_and_free_what_is_said() {
    let lab = lab();
    let one = lab.reclaim("vm", ByteCount(250 * MIB)).unwrap();
    let names: Vec<&str> = one.restore_points.iter().map(|id| id.name()).collect();
    assert_eq!(names, ["p3"], "one is enough");
    assert_eq!((one.freed_bytes, one.enough), (ByteCount(300 * MIB), true));
    assert_eq!(one.widest_gap_seconds, 2 * 86_400);

    let both = lab.reclaim("vm", ByteCount(450 * MIB)).unwrap();
    let named: Vec<String> = both
        .restore_points
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(both.restore_points.len(), 2);
    assert_eq!(lab.freed_by(&named).unwrap(), both.freed_bytes);
    assert!(both.enough && both.freed_bytes.0 >= 450 * MIB);
    // What goes on each disk is what goes in all.
    let of = |name: &str| {
        let disks = lab.state().disks;
        let disk = disks.iter().find(|disk| disk.name == name).unwrap();
        lab.freed_on(&named, &disk.id).unwrap().0
    };
    assert_eq!(of("os") + of("data"), both.freed_bytes.0);
    assert_eq!(of("os"), 0);
}

#[test]
fn the_newest_point_and_points_that_cannot_go_stay() {
    let mut lab = lab();
    ok(
        &mut lab,
        json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "p3", "durationSeconds": 864_000 }),
    );
    refused(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p3" }),
    );
    let all = lab.reclaim("vm", ByteCount(u64::MAX)).unwrap();
    let names: Vec<&str> = all.restore_points.iter().map(|id| id.name()).collect();
    assert!(!all.enough);
    assert!(
        !names.contains(&"p3") && !names.contains(&"p5"),
        "{names:?}"
    );
    let digest = lab.digest();
    assert!(
        lab.reclaim("vm", ByteCount(0))
            .unwrap()
            .restore_points
            .is_empty()
    );
    assert_eq!(lab.reclaim("nobody", ByteCount(1)).unwrap_err().path, "vm");
    assert_eq!(lab.digest(), digest);
}
