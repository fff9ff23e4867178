//! What goes wrong by command.

use super::{GIB, MIB, advance, capture, ok, point, refused, stage, started};
use rplab_core::api::{EventKind, Lab};
use serde_json::{Value, json};

fn inject(lab: &mut Lab, fault: &str, target: &str) {
    ok(
        lab,
        json!({ "type": "injectFault", "fault": fault, "target": target }),
    );
}

fn clear(lab: &mut Lab, name: &str) {
    ok(lab, json!({ "type": "clearFault", "name": name }));
}

#[test]
fn the_guest_in_trouble_and_back() {
    for (fault, code) in [
        ("agentNotReady", "VMAgentStatusCommunicationError"),
        ("vssFailing", "VMRestorePointClientError"),
    ] {
        let mut lab = started(json!({}));
        inject(&mut lab, fault, "vm");
        capture(&mut lab, "p1");
        assert_eq!(stage(&lab, "p1"), "Failed");
        assert_eq!(point(&lab, "p1").failure.unwrap().code, code);
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "crash", "consistencyMode": "CrashConsistent" }),
        );
        advance(&mut lab, "PT2M");
        assert_eq!(
            stage(&lab, "crash"),
            "Succeeded",
            "a crash-consistent point asks nothing of the guest"
        );
        clear(&mut lab, fault);
        capture(&mut lab, "p2");
        assert_eq!(stage(&lab, "p2"), "Succeeded");
    }
}

#[test]
fn scripts_that_fail_cost_a_linux_guest_its_applications() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "osType": "Linux", "prePostScripts": true } }),
    );
    capture(&mut lab, "p1");
    inject(&mut lab, "scriptsFailing", "vm");
    capture(&mut lab, "p2");
    let mode = |name: &str| format!("{:?}", point(&lab, name).consistency_mode.unwrap());
    assert_eq!(
        (mode("p1").as_str(), mode("p2").as_str()),
        ("ApplicationConsistent", "FileSystemConsistent")
    );
}

#[test]
fn a_fault_comes_at_its_time_and_goes_after_its_time() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "agentNotReady", "target": "vm", "name": "dead agent", "from": "2026-01-05T10:00:00Z", "for": "PT3H" }),
    );
    capture(&mut lab, "before");
    ok(
        &mut lab,
        json!({ "type": "advanceClock", "to": "2026-01-05T11:00:00Z" }),
    );
    capture(&mut lab, "during");
    let events = advance(&mut lab, "PT2H");
    assert!(
        events
            .iter()
            .any(|event| event.kind == EventKind::FaultEnded),
        "{events:?}"
    );
    capture(&mut lab, "after");
    assert_eq!(
        ["before", "during", "after"].map(|name| stage(&lab, name)),
        ["Succeeded", "Failed", "Succeeded"]
    );
    assert_eq!(
        lab.state().faults.len(),
        1,
        "it stays listed until it is cleared"
    );
    clear(&mut lab, "dead agent");
    assert!(lab.state().faults.is_empty());
}

#[test]
fn chance_is_seeded() {
    let run = |seed: u64, chance: u64| {
        let mut lab = started(json!({}));
        ok(
            &mut lab,
            json!({ "type": "injectFault", "fault": "agentNotReady", "target": "vm", "chanceThousandths": chance, "every": "PT1H", "for": "PT10M" }),
        );
        let mut file = rplab_core::json::write(&lab.export_scenario());
        file["seed"] = seed.into();
        let mut lab = Lab::from_scenario(file).unwrap();
        let events = advance(&mut lab, "P10D");
        events
            .iter()
            .filter(|event| event.kind == EventKind::FaultBegan)
            .map(|event| event.at)
            .collect::<Vec<_>>()
    };
    assert_eq!(run(1, 1000).len(), 240);
    assert!(run(1, 0).is_empty());
    let some = run(1, 100);
    assert!(
        (8..50).contains(&some.len()),
        "about 24 of 240: {}",
        some.len()
    );
    assert_eq!(run(1, 100), some);
    assert_ne!(run(2, 100), some);
}

#[test]
fn a_region_down_stops_what_is_in_it_and_holds_copies_up() {
    let mut lab = started(json!({ "copyMiBPerSecondPerDisk": 16, "copyStartSeconds": 0 }));
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    advance(&mut lab, "PT32S");
    let percent = |lab: &Lab| point(lab, "c1").replication.unwrap().disks[1].completion_percent;
    assert_eq!(percent(&lab), 50);
    inject(&mut lab, "regionDown", "East US");
    for command in [
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "x" }),
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
        json!({ "type": "createDisk", "name": "x", "location": "eastus", "sizeGiB": 1 }),
    ] {
        let error = refused(&mut lab, command);
        assert_eq!(error.code, "InternalOperationError");
        assert!(error.message.contains("East US is down"), "{error:?}");
    }
    advance(&mut lab, "PT5H");
    assert_eq!(percent(&lab), 50, "nothing moves");
    clear(&mut lab, "regionDown");
    advance(&mut lab, "PT16S");
    assert_eq!(percent(&lab), 75);
    advance(&mut lab, "PT1H");
    // Down again: what has arrived in the other region is usable there.
    inject(&mut lab, "regionDown", "eastus");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c1", "name": "rescued" }),
    );
    assert!(lab.prove("rescued").unwrap().equal);
}

#[test]
fn a_zone_down_stops_what_is_pinned_to_it() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "zonal", "location": "eastus", "zones": ["2"], "facts": { "osType": "Windows" }, "disks": [{ "name": "z", "sizeGiB": 1 }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpz", "source": "zonal" }),
    );
    inject(&mut lab, "zoneDown", "eastus/2");
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpz", "name": "z1" })
        )
        .code,
        "InternalOperationError"
    );
    capture(&mut lab, "p1");
    let into = |zone: &str, name: &str| json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": name, "zones": [zone] });
    refused(&mut lab, into("2", "a"));
    ok(&mut lab, into("1", "a"));
    clear(&mut lab, "zoneDown");
    ok(&mut lab, into("2", "b"));
}

#[test]
fn a_stalled_copy_and_a_throttled_service() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
    capture(&mut lab, "p1");
    inject(&mut lab, "copyStalled", "westus");
    ok(
        &mut lab,
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "c1" }),
    );
    advance(&mut lab, "P1D");
    assert_eq!(point(&lab, "c1").replication.unwrap().completion_percent, 0);
    clear(&mut lab, "copyStalled");
    advance(&mut lab, "PT1H");
    assert_eq!(
        point(&lab, "c1").replication.unwrap().completion_percent,
        100
    );
    inject(&mut lab, "throttled", "vm");
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" })
        )
        .code,
        "TooManyRequests"
    );
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "p1", "name": "d" }),
    );
    clear(&mut lab, "throttled");
    capture(&mut lab, "p2");
}

#[test]
fn locks_keys_and_disks_by_fault() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
    );
    ok(
        &mut lab,
        json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
    );
    capture(&mut lab, "p1");
    inject(&mut lab, "lockPlaced", "lab");
    assert_eq!(
        refused(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": "p1" })
        )
        .code,
        "ScopeLocked"
    );
    clear(&mut lab, "lockPlaced");
    for fault in ["keyDisabled", "keyDeleted"] {
        inject(&mut lab, fault, "des");
        assert_eq!(
            refused(
                &mut lab,
                json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "x" })
            )
            .code,
            "DiskRestorePointClientError"
        );
        clear(&mut lab, fault);
    }
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" }),
    );
    inject(&mut lab, "diskDetached", "data");
    advance(&mut lab, "PT1H");
    assert_eq!(stage(&lab, "p2"), "Failed");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "accidentalDelete", "target": "p1", "from": "2026-01-06T00:00:00Z" }),
    );
    advance(&mut lab, "P2D");
    assert!(
        !lab.state()
            .restore_points
            .iter()
            .any(|point| point.name == "p1")
    );
}

#[test]
fn a_lock_saves_a_point_from_an_accidental_delete() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "placeLock", "scope": "lab", "level": "CanNotDelete" }),
    );
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "accidentalDelete", "target": "p1", "from": "2026-01-06T00:00:00Z" }),
    );
    let events = advance(&mut lab, "P2D");
    assert_eq!(stage(&lab, "p1"), "Succeeded");
    assert!(
        events
            .iter()
            .any(|event| event.text.contains("could not do its work")),
        "{events:?}"
    );
}

#[test]
fn an_attacker_rewrites_everything_and_older_points_are_clean() {
    let mut lab = started(json!({}));
    capture(&mut lab, "clean");
    inject(&mut lab, "massEncryption", "vm");
    capture(&mut lab, "bad");
    let (clean, bad) = (point(&lab, "clean"), point(&lab, "bad"));
    assert_eq!(
        bad.disks.iter().map(|disk| disk.added_bytes.0).sum::<u64>(),
        3 * GIB,
        "every written block, and no other"
    );
    assert!(clean.disks.iter().all(|disk| disk.damage.is_none()));
    let damage = bad.disks[0].damage.clone().unwrap();
    assert_eq!(damage.since.to_string(), "2026-01-05T00:02:00Z");
    for (name, harmed) in [("clean", false), ("bad", true)] {
        ok(
            &mut lab,
            json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": name, "name": name }),
        );
        let disk = lab
            .state()
            .disks
            .into_iter()
            .find(|disk| disk.name == name)
            .unwrap();
        assert_eq!(disk.damage.is_some(), harmed);
        assert!(
            lab.prove(name).unwrap().equal,
            "what came back is what was there, good or bad"
        );
    }
}

#[test]
fn silent_corruption_shows_no_event_and_is_in_every_later_point() {
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "silentCorruption", "target": "data", "from": "2026-01-06T00:00:00Z" }),
    );
    let events = advance(&mut lab, "P2D");
    assert!(events.is_empty(), "{events:?}");
    capture(&mut lab, "p2");
    let spoiled = &point(&lab, "p2").disks[1];
    assert!(
        spoiled.added_bytes.0 > 20 * MIB,
        "one block an hour, seldom the same: {}",
        spoiled.added_bytes
    );
    assert_eq!(
        spoiled.damage.as_ref().unwrap().since.to_string(),
        "2026-01-06T00:00:00Z"
    );
    assert_eq!(point(&lab, "p2").disks[0].damage, None);
    clear(&mut lab, "silentCorruption");
    capture(&mut lab, "p3");
    assert_eq!(point(&lab, "p3").disks[1].added_bytes.0, 0);
}

#[test]
fn faults_that_cannot_be() {
    let mut lab = started(json!({}));
    let fault = |with: Value| {
        let mut command =
            json!({ "type": "injectFault", "fault": "agentNotReady", "target": "vm" });
        command
            .as_object_mut()
            .unwrap()
            .extend(with.as_object().unwrap().clone());
        command
    };
    for (command, target) in [
        (fault(json!({ "target": "nobody" })), "target"),
        (
            fault(json!({ "fault": "diskDetached", "target": "nobody" })),
            "target",
        ),
        (
            fault(json!({ "fault": "lockPlaced", "target": "nobody" })),
            "target",
        ),
        (
            fault(json!({ "chanceThousandths": 1001 })),
            "chanceThousandths",
        ),
        (
            fault(json!({ "chanceThousandths": 1, "every": "PT1S" })),
            "every",
        ),
        (fault(json!({ "from": "2020-01-01T00:00:00Z" })), "from"),
        (fault(json!({ "name": "a/b" })), "name"),
        (json!({ "type": "clearFault", "name": "x" }), "name"),
        (
            fault(json!({ "fault": "copyFailed", "target": "data" })),
            "data",
        ),
    ] {
        assert_eq!(
            refused(&mut lab, command.clone()).target.as_deref(),
            Some(target),
            "{command}"
        );
    }
    inject(&mut lab, "agentNotReady", "vm");
    assert_eq!(refused(&mut lab, fault(json!({}))).code, "Conflict");
}

/// Whether everything of a disk may be written anew is asked without writing it.
#[test]
#[cfg(not(target_arch = "wasm32"))]
#[expect(
    clippy::disallowed_methods,
    reason = "two times of one run are held against each other"
)]
fn asking_about_an_attack_takes_a_fraction_of_it_and_changes_nothing() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "large", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "large-os", "role": "os", "sizeGiB": 4096, "facts": { "usedGiB": 4000 } }] }),
    );
    let command = json!({ "type": "injectFault", "fault": "massEncryption", "target": "large" });
    let command = rplab_core::timeline::read_command(command).unwrap();
    let digest = lab.digest();
    let begun = std::time::Instant::now();
    for _ in 0..10 {
        assert_eq!(lab.check(&command), None);
    }
    let asked = begun.elapsed() / 10;
    assert_eq!(lab.digest(), digest);
    let begun = std::time::Instant::now();
    assert!(lab.dispatch(command).is_ok());
    let done = begun.elapsed();
    assert!(asked * 5 < done, "asked {asked:?}, done {done:?}");
}
