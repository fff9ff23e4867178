//! Addresses that read disk restore points.

use super::{advance, capture, ok, point, refused, stage, started};
use rplab_core::api::{EventKind, Lab};
use serde_json::json;

fn grant(lab: &mut Lab, disk: &str, seconds: u64) -> (String, String) {
    ok(
        lab,
        json!({ "type": "grantAccess", "diskRestorePoint": disk, "restorePoint": "p1", "durationSeconds": seconds }),
    );
    address(lab, disk).unwrap()
}

fn address(lab: &Lab, disk: &str) -> Option<(String, String)> {
    let disks = point(lab, "p1").disks;
    let access = disks
        .into_iter()
        .find(|known| known.name == disk)
        .unwrap()
        .access?;
    Some((access.address, access.until.to_string()))
}

fn captured() -> Lab {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    lab
}

#[test]
fn a_second_grant_gives_the_same_address_for_longer() {
    let mut lab = captured();
    let (first, until) = grant(&mut lab, "os", 3600);
    assert_eq!(until, "2026-01-05T01:02:00Z");
    advance(&mut lab, "PT30M");
    assert_eq!(
        grant(&mut lab, "os", 3600),
        (first.clone(), "2026-01-05T01:32:00Z".to_owned())
    );
    // Asking for less takes nothing away.
    assert_eq!(grant(&mut lab, "os", 60).1, "2026-01-05T01:32:00Z");
    let (other, _) = grant(&mut lab, "data", 60);
    assert_ne!(first, other);
    let opened = lab.open_access(&first).unwrap();
    assert_eq!(
        (opened.disk_restore_point, opened.size_bytes.0),
        (point(&lab, "p1").disks[0].id.clone(), 4 << 30)
    );
}

#[test]
fn the_clock_ends_access_and_a_new_grant_has_a_new_address() {
    let mut lab = captured();
    let (first, _) = grant(&mut lab, "os", 60);
    advance(&mut lab, "PT59S");
    lab.open_access(&first).unwrap();
    let events = advance(&mut lab, "PT1S");
    assert_eq!(events[0].kind, EventKind::AccessEnded);
    assert_eq!(address(&lab, "os"), None);
    assert_eq!(
        lab.open_access(&first).unwrap_err().code,
        "AuthenticationFailed"
    );
    assert_ne!(grant(&mut lab, "os", 60).0, first);
    assert_eq!(
        lab.open_access(&first).unwrap_err().code,
        "AuthenticationFailed"
    );
}

#[test]
fn revoking_ends_access_at_once() {
    let mut lab = captured();
    let (address, _) = grant(&mut lab, "os", 60);
    let revoke = json!({ "type": "revokeAccess", "diskRestorePoint": "os", "restorePoint": "p1" });
    ok(&mut lab, revoke.clone());
    assert_eq!(
        lab.open_access(&address).unwrap_err().code,
        "AuthenticationFailed"
    );
    // Where there is none the service says yes too.
    ok(&mut lab, revoke);
}

#[test]
fn an_address_that_was_altered_anywhere_reads_nothing() {
    let mut lab = captured();
    let (os, _) = grant(&mut lab, "os", 3600);
    let (data, _) = grant(&mut lab, "data", 3600);
    for at in 0..os.len() {
        let mut altered = os.clone().into_bytes();
        altered[at] = if altered[at] == b'a' { b'b' } else { b'a' };
        let altered = String::from_utf8(altered).unwrap();
        assert!(lab.open_access(&altered).is_err(), "{altered}");
    }
    // The signature of one disk does not open another.
    let signature = |address: &str| {
        address
            .rsplit_once("&sig=")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap()
    };
    let mixed = format!("{}&sig={}", signature(&os).0, signature(&data).1);
    assert!(lab.open_access(&mixed).is_err());
    assert!(lab.open_access(&os[..os.len() - 1]).is_err());
    assert!(lab.open_access("").is_err());
}

#[test]
fn another_seed_signs_otherwise_and_the_same_seed_the_same() {
    let of_seed = |seed: u64| {
        let mut lab = captured();
        let mut file = rplab_core::json::write(&lab.export_scenario());
        file["seed"] = seed.into();
        lab = Lab::from_scenario(file).unwrap();
        grant(&mut lab, "os", 60).0
    };
    assert_eq!(of_seed(5), of_seed(5));
    assert_ne!(of_seed(5), of_seed(6));
}

#[test]
fn while_an_address_is_live_nothing_above_it_is_deleted() {
    let mut lab = captured();
    grant(&mut lab, "data", 60);
    for command in [
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(error.code, "DiskRestorePointUsedByCustomer", "{error:?}");
        assert!(error.message.contains("revokeAccess"), "{error:?}");
    }
    advance(&mut lab, "PT1M");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc" }),
    );
}

#[test]
fn no_address_before_the_point_is_there() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    assert_eq!(stage(&lab, "p1"), "Creating");
    let command = json!({ "type": "grantAccess", "diskRestorePoint": "os", "restorePoint": "p1", "durationSeconds": 60 });
    assert_eq!(refused(&mut lab, command).code, "Conflict");
    advance(&mut lab, "PT1H");
    let command = json!({ "type": "grantAccess", "diskRestorePoint": "os", "restorePoint": "p1", "durationSeconds": 0 });
    assert_eq!(
        refused(&mut lab, command).target.as_deref(),
        Some("durationSeconds")
    );
}

#[test]
fn a_disk_that_denies_all_access_gives_no_address() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "setNetworkAccess", "disk": "data", "policy": "DenyAll" }),
    );
    capture(&mut lab, "p1");
    let command = json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "p1", "durationSeconds": 60 });
    assert_eq!(refused(&mut lab, command).code, "OperationNotAllowed");
}
