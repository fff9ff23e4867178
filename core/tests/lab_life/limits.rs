//! Limits of points and of creations.

use super::{advance, capture, ok, point, refused, stage, started};
use serde_json::json;

#[test]
fn the_501st_point_and_the_201st_of_the_older_page() {
    for (edition, limit, row) in [("2023-07", 500, "S0-41a"), ("2022-02", 200, "S2-17")] {
        let mut lab =
            started(json!({ "edition": edition, "durations.createRestorePointSeconds": 0 }));
        ok(
            &mut lab,
            json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
        );
        for number in 0..limit {
            // Over two collections: the limit is the VM's.
            let collection = if number % 2 == 0 { "rpc" } else { "rpc2" };
            ok(
                &mut lab,
                json!({ "type": "createRestorePoint", "collection": collection, "name": format!("p{number}") }),
            );
        }
        let error = refused(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "one-more" }),
        );
        assert_eq!(
            (error.code.as_str(), error.row_ids[0].as_str()),
            ("VMRestorePointClientError", row)
        );
    }
}

#[test]
fn a_copy_counts_for_the_vm() {
    let mut lab = started(json!({ "limits.restorePointsPerVm": 2 }));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    assert!(error.message.contains("has 2 restore points"), "{error:?}");
}

#[test]
fn the_limit_of_the_lab_is_told_to_the_support_report() {
    let mut lab = started(json!({ "limits.restorePointsPerVm": 1 }));
    capture(&mut lab, "p1");
    refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    let machine = &lab.report().unwrap().support.machines[0];
    assert_eq!(
        machine.verdict.as_str(),
        "notSupported",
        "{:?}",
        machine.findings
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    advance(&mut lab, "PT1H");
    assert_ne!(
        lab.report().unwrap().support.machines[0].verdict.as_str(),
        "notSupported"
    );
}

#[test]
fn creations_of_one_vm_do_not_overlap() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    assert!(error.row_ids.contains(&"S0-42".to_owned()), "{error:?}");
    advance(&mut lab, "PT1M");
    // A copy reads a point and not the VM, so it keeps nobody waiting.
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
}

#[test]
fn hourly_limits_are_an_option() {
    let mut lab = started(
        json!({ "limits.applicationPointsPerHour": 2, "limits.crashPointsPerHour": 1, "limits.copiesPerCollectionPerHour": 1 }),
    );
    capture(&mut lab, "p1");
    capture(&mut lab, "p2");
    let third = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p3" });
    let error = refused(&mut lab, third.clone());
    assert_eq!(error.code, "TooManyRequests");
    assert!(error.message.contains("2026-01-05T01:00:00Z"), "{error:?}");
    // Each kind has a limit of its own.
    let crash = |name: &str| json!({ "type": "createRestorePoint", "collection": "rpc", "name": name, "consistencyMode": "CrashConsistent" });
    ok(&mut lab, crash("c1"));
    advance(&mut lab, "PT2M");
    assert_eq!(refused(&mut lab, crash("c2")).code, "TooManyRequests");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "f1" }),
    );
    let copy = json!({ "type": "copyRestorePoint", "restorePoint": "p2", "collection": "far", "name": "f2" });
    assert_eq!(refused(&mut lab, copy.clone()).code, "TooManyRequests");
    // Deleting a point gives no creation back; the hour does.
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p2" }),
    );
    assert_eq!(refused(&mut lab, third.clone()).code, "TooManyRequests");
    ok(
        &mut lab,
        json!({ "type": "advanceClock", "to": "2026-01-05T01:00:00Z" }),
    );
    ok(&mut lab, third);
}

#[test]
fn the_version_of_a_request_is_a_date() {
    let mut lab = started(json!({}));
    let with = |version: &str| json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "apiVersion": version });
    for version in [
        "9999-99-99",
        "2023-02-30",
        "2023",
        "",
        "2023-03-01-beta",
        "newest",
        "2023-03-01T00",
    ] {
        assert_eq!(
            refused(&mut lab, with(version)).target.as_deref(),
            Some("apiVersion"),
            "{version}"
        );
    }
    assert_eq!(refused(&mut lab, with("2020-12-01")).code, "BadRequest");
    ok(&mut lab, with("2026-04-01-preview"));
}

#[test]
fn a_point_takes_its_time_and_leaves_in_its_time() {
    let mut lab = started(
        json!({ "durations.createRestorePointSeconds": 100, "durations.deleteRestorePointSeconds": 20, "durations.deleteRestorePointCollectionSeconds": 40 }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p" }),
    );
    advance(&mut lab, "PT99S");
    assert_eq!(stage(&lab, "p"), "Creating");
    assert_eq!(point(&lab, "p").consistency_mode, None);
    advance(&mut lab, "PT1S");
    assert_eq!(stage(&lab, "p"), "Succeeded");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p" }),
    );
    advance(&mut lab, "PT19S");
    assert_eq!(stage(&lab, "p"), "Deleting");
    advance(&mut lab, "PT1S");
    assert!(lab.state().restore_points.is_empty());
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
    advance(&mut lab, "PT40S");
    assert!(lab.state().restore_point_collections.is_empty());
}

#[test]
fn a_vm_that_is_stopped_gives_a_crash_consistent_point() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "consistencyMode": "ApplicationConsistent" }),
    );
    advance(&mut lab, "PT1H");
    assert_eq!(
        format!("{:?}", point(&lab, "p").consistency_mode),
        "Some(CrashConsistent)"
    );
}
