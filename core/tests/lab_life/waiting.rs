//! Points that go to another region while what they build on there is still on its way.

use super::regions::{copy, digest, progress, with_target};
use super::{GIB, MIB, advance, capture, ok, point, refused, stage, started, write};
use rplab_core::api::{Event, EventKind, Lab, run_scenario};
use serde_json::{Value, json};

/// `os` has 2 GiB and `data` 1 GiB to bring at 16 MiB a second for each: 128 and 64 seconds; blocks of 1 MiB.
fn slow() -> Value {
    json!({ "copyMiBPerSecondPerDisk": 16, "copyMiBPerSecond": 32, "copyStartSeconds": 10, "blockSizeBytes": MIB })
}

/// Which disks of a point wait, and for the disk of which point.
fn waiting(lab: &Lab, name: &str) -> Vec<(String, String)> {
    let copy = point(lab, name).replication.unwrap();
    let disks = copy.disks.into_iter();
    disks
        .filter_map(|disk| {
            let before = disk.waits_for?.parent()?;
            Some((disk.name, before.name().to_owned()))
        })
        .collect()
}

fn completed(lab: &Lab, name: &str) -> Option<String> {
    let copy = point(lab, name).replication.unwrap();
    copy.completed.map(|at| at.to_string())
}

fn both(before: &str) -> Vec<(String, String)> {
    ["os", "data"]
        .map(|disk| (disk.to_owned(), before.to_owned()))
        .to_vec()
}

fn totals(lab: &Lab, name: &str) -> Vec<u64> {
    progress(lab, name).into_iter().map(|disk| disk.1).collect()
}

fn kinds(events: &[Event]) -> Vec<(EventKind, &str)> {
    events
        .iter()
        .map(|event| (event.kind, event.subject.name()))
        .collect()
}

/// Two points of which nothing changed between them: the later one has nothing to bring, and builds on all of the
/// first, which takes 128 seconds.
#[test]
fn nothing_is_restored_from_a_point_whose_base_is_still_on_its_way() {
    let mut lab = with_target(slow());
    capture(&mut lab, "p1");
    capture(&mut lab, "p2");
    copy(&mut lab, "p1", "far", "c1");
    advance(&mut lab, "PT1M");
    copy(&mut lab, "p2", "far", "c2");
    advance(&mut lab, "PT11S");
    assert_eq!(stage(&lab, "c2"), "Succeeded", "it has started");
    assert_eq!(
        (totals(&lab, "c2"), completed(&lab, "c2")),
        (vec![0, 0], None)
    );
    // c1 brings 61 of the 64 seconds of `data`, and of the 128 of `os`.
    assert_eq!(waiting(&lab, "c2"), both("c1"));
    assert_eq!(waiting(&lab, "c1"), []);
    for command in [
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c2", "name": "vm-far" }),
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c2", "name": "d" }),
        json!({ "type": "grantAccess", "diskRestorePoint": "data", "restorePoint": "c2", "durationSeconds": 60 }),
    ] {
        let early = refused(&mut lab, command);
        assert_eq!(
            (early.code.as_str(), early.row_ids[0].as_str()),
            ("OperationNotAllowed", "S2-39")
        );
    }
    let told = lab.explain("c2").unwrap();
    assert!(
        told.lines
            .iter()
            .any(|line| line.contains("it waits for c1")),
        "{told:?}"
    );
    // `data` arrives with that of c1, in the same second; the whole with `os`.
    advance(&mut lab, "PT3S");
    assert_eq!(waiting(&lab, "c2"), [("os".to_owned(), "c1".to_owned())]);
    assert_eq!(
        (progress(&lab, "c2")[0].2, progress(&lab, "c2")[1].2),
        (0, 100)
    );
    let events = advance(&mut lab, "PT1H");
    let arrived = EventKind::ReplicationSucceeded;
    assert_eq!(kinds(&events), [(arrived, "c1"), (arrived, "c2")]);
    assert_eq!(completed(&lab, "c1"), completed(&lab, "c2"));
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "c2", "name": "vm-far" }),
    );
    assert!(lab.prove("vm-far").unwrap().equal);
}

/// What waits leaves the bandwidth to what moves, and sets out when its base is there.
#[test]
fn a_disk_that_waits_takes_no_bandwidth() {
    let settings = json!({ "copyMiBPerSecondPerDisk": 16, "copyMiBPerSecond": 16, "copyStartSeconds": 0, "blockSizeBytes": MIB });
    let mut lab = with_target(settings);
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 159);
    capture(&mut lab, "p2");
    copy(&mut lab, "p1", "far", "c1");
    copy(&mut lab, "p2", "far", "c2");
    // 2 GiB and 1 GiB share 16 MiB a second: `data` takes 128 seconds, and `os` has 1 GiB left.
    advance(&mut lab, "PT2M8S");
    assert_eq!(progress(&lab, "c1")[1].2, 100);
    assert_eq!(waiting(&lab, "c2"), [("os".to_owned(), "c1".to_owned())]);
    assert_eq!(progress(&lab, "c2")[1], ("data".to_owned(), 160 * MIB, 0));
    // The 160 MiB of the second point's `data` share with the rest of `os` for 20 seconds.
    advance(&mut lab, "PT20S");
    assert_eq!(progress(&lab, "c2")[1].2, 100);
    assert_eq!(completed(&lab, "c2"), None);
    let events = advance(&mut lab, "PT1H");
    assert_eq!(
        events[0].at.to_string(),
        "2026-01-05T00:07:22Z",
        "240 seconds of captures, 148 and 54"
    );
    assert_eq!(completed(&lab, "c1"), completed(&lab, "c2"));
}

/// Where the base fails, or is deleted on its way, the later point brings what the base was to bring.
#[test]
fn the_later_point_takes_over_from_a_base_that_never_arrives() {
    for ends in [
        json!({ "type": "injectFault", "fault": "copyFailed", "target": "c1" }),
        json!({ "type": "deleteRestorePoint", "restorePoint": "c1", "atOnce": true }),
        // The source of the base goes, and the base with it.
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1", "atOnce": true }),
    ] {
        let mut lab = with_target(slow());
        capture(&mut lab, "p1");
        write(&mut lab, "data", 0, 9);
        write(&mut lab, "data", 2000, 2009);
        capture(&mut lab, "p2");
        copy(&mut lab, "p1", "far", "c1");
        copy(&mut lab, "p2", "far", "c2");
        advance(&mut lab, "PT40S");
        assert_eq!(totals(&lab, "c2"), [0, 20 * MIB]);
        assert_eq!(waiting(&lab, "c2"), both("c1"));
        ok(&mut lab, ends.clone());
        assert_eq!(totals(&lab, "c2"), [2 * GIB, GIB + 10 * MIB], "{ends}");
        assert_eq!(waiting(&lab, "c2"), []);
        assert_eq!(
            progress(&lab, "c2")[1].2,
            0,
            "what waited had brought nothing"
        );
        advance(&mut lab, "PT2M7S");
        assert_eq!(completed(&lab, "c2"), None);
        advance(&mut lab, "PT1S");
        assert!(completed(&lab, "c2").is_some());
        ok(
            &mut lab,
            json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "c2", "name": "back" }),
        );
        assert!(lab.prove("back").unwrap().equal);
        assert_eq!(digest(&lab, "back"), digest(&lab, "data"));
    }
}

/// A base that has arrived and is deleted leaves the blocks that the later point holds too.
#[test]
fn what_an_arrived_base_brought_stays_when_it_is_deleted() {
    let mut lab = with_target(slow());
    capture(&mut lab, "p1");
    write(&mut lab, "os", 0, 1599);
    capture(&mut lab, "p2");
    copy(&mut lab, "p1", "far", "c1");
    copy(&mut lab, "p2", "far", "c2");
    advance(&mut lab, "PT2M20S");
    assert!(completed(&lab, "c1").is_some());
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "c1", "atOnce": true }),
    );
    assert_eq!(totals(&lab, "c2"), [1600 * MIB, 0]);
    // It set out when `os` of the base was there: 1600 MiB at 16 a second.
    advance(&mut lab, "PT98S");
    assert!(completed(&lab, "c2").is_some());
}

/// Of three in a row, the middle one goes: the last takes over from it and waits for the first.
#[test]
fn the_middle_of_a_row_of_copies_hands_on_to_the_last() {
    let mut lab = with_target(slow());
    capture(&mut lab, "p1");
    write(&mut lab, "data", 0, 9);
    capture(&mut lab, "p2");
    write(&mut lab, "data", 5, 14);
    capture(&mut lab, "p3");
    for at in 1..=3 {
        copy(&mut lab, &format!("p{at}"), "far", &format!("c{at}"));
    }
    advance(&mut lab, "PT20S");
    assert_eq!(waiting(&lab, "c3"), both("c2"));
    assert_eq!(totals(&lab, "c3"), [0, 10 * MIB]);
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "copyFailed", "target": "c2" }),
    );
    assert_eq!(waiting(&lab, "c3"), both("c1"));
    assert_eq!(totals(&lab, "c3"), [0, 15 * MIB]);
    // One that comes now waits for the last.
    capture(&mut lab, "p4");
    copy(&mut lab, "p4", "far", "c4");
    let events = advance(&mut lab, "PT1H");
    let done: Vec<&str> = kinds(&events)
        .into_iter()
        .filter(|(kind, _)| *kind == EventKind::ReplicationSucceeded)
        .map(|(_, name)| name)
        .collect();
    assert_eq!(done.last(), Some(&"c4"));
    assert!(lab.state().restore_points.iter().all(|point| {
        let copy = point.replication.as_ref();
        copy.is_none_or(|copy| copy.completed.is_some() || point.name == "c2")
    }));
}

/// The base need not have set out: a creation in the target region that fails at its end never does.
#[test]
fn a_base_whose_creation_fails_hands_on_too() {
    let mut lab = with_target(slow());
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "straight", "source": "rpc", "location": "westus" }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
    );
    copy(&mut lab, "p1", "far", "c1");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "straight", "name": "d1" }),
    );
    assert_eq!(waiting(&lab, "d1"), both("c1"));
    advance(&mut lab, "PT10S");
    ok(
        &mut lab,
        json!({ "type": "injectFault", "fault": "copyFailed", "target": "c1" }),
    );
    assert_eq!(totals(&lab, "d1"), [2 * GIB, GIB]);
    advance(&mut lab, "PT3M");
    assert_eq!(stage(&lab, "d1"), "Failed");
    assert_eq!(lab.state().stored_bytes.0, 3 * GIB, "p1 alone");
}

/// The other region's recovery point is the newest whose every disk is there.
#[test]
fn a_region_has_no_recovery_point_before_the_base_is_there() {
    let mut lab = with_target(slow());
    capture(&mut lab, "p1");
    capture(&mut lab, "p2");
    copy(&mut lab, "p1", "far", "c1");
    copy(&mut lab, "p2", "far", "c2");
    advance(&mut lab, "PT2M");
    let mut scenario = rplab_core::json::write(&lab.export_scenario());
    let commands = scenario["commands"].as_array_mut().unwrap();
    let now = commands.len();
    commands.push(json!({ "type": "advanceClock", "by": "PT18S" }));
    let rpo = json!([{ "virtualMachine": "vm", "region": "westus", "within": "PT5M" }]);
    scenario["expectations"] = json!([
        { "afterCommands": now, "rpo": rpo },
        { "afterCommands": now + 1, "rpo": rpo },
    ]);
    let report = run_scenario(scenario).unwrap();
    let met: Vec<bool> = report.expectations.iter().map(|found| found.met).collect();
    assert_eq!(met, [false, true]);
}

/// Disk Backup's and a user's incremental snapshots that are copied wait alike.
#[test]
fn a_snapshot_copied_after_another_arrives_after_it() {
    let mut lab = started(slow());
    let take = |name: &str, source: &str, location: &str| json!({ "type": "createSnapshot", "name": name, "source": source, "location": location, "incremental": true });
    ok(&mut lab, take("s1", "os", "eastus"));
    ok(&mut lab, take("s2", "os", "eastus"));
    let id = |lab: &Lab, name: &str| {
        let snapshots = lab.state().snapshots;
        snapshots
            .iter()
            .find(|known| known.name == name)
            .unwrap()
            .id
            .to_string()
    };
    let (first, second) = (id(&lab, "s1"), id(&lab, "s2"));
    ok(&mut lab, take("far1", &first, "westus"));
    ok(&mut lab, take("far2", &second, "westus"));
    // All 2 GiB are far1's to bring, in 128 seconds; far2 builds on them.
    let read = take("read", &id(&lab, "far2"), "westus");
    advance(&mut lab, "PT2M7S");
    let early = refused(&mut lab, read.clone());
    assert!(early.message.contains("has arrived"), "{early:?}");
    let mut without = lab.clone();
    advance(&mut lab, "PT1S");
    ok(&mut lab, read.clone());
    // Deleted a second before it is there, far1 leaves all of it to far2.
    let gone = id(&without, "far1");
    ok(
        &mut without,
        json!({ "type": "deleteSnapshot", "snapshot": gone }),
    );
    advance(&mut without, "PT2M7S");
    let early = refused(&mut without, read.clone());
    assert!(early.message.contains("has arrived"), "{early:?}");
    advance(&mut without, "PT1S");
    ok(&mut without, read);
}

/// A point that has nothing to bring arrives through no region that is down, and through no stalled copy.
#[test]
fn what_has_nothing_to_bring_is_held_up_too() {
    for (fault, target) in [
        ("regionDown", "westus"),
        ("regionDown", "eastus"),
        ("copyStalled", "westus"),
        ("copyStalled", "c2"),
    ] {
        let mut lab = with_target(slow());
        capture(&mut lab, "p1");
        capture(&mut lab, "p2");
        copy(&mut lab, "p1", "far", "c1");
        advance(&mut lab, "PT1H");
        copy(&mut lab, "p2", "far", "c2");
        let inject = |lasts: Option<&str>| json!({ "type": "injectFault", "fault": fault, "target": target, "for": lasts });
        let mut passing = lab.clone();
        ok(&mut lab, inject(None));
        advance(&mut lab, "PT1H");
        assert_eq!(totals(&lab, "c2"), [0, 0]);
        assert_eq!(completed(&lab, "c2"), None, "{fault} {target}");
        assert_eq!(progress(&lab, "c2")[0].2, 0);
        let early = refused(
            &mut lab,
            json!({ "type": "restoreVirtualMachine", "restorePoint": "c2", "name": "vm-far" }),
        );
        let codes = ["OperationNotAllowed", "InternalOperationError"];
        assert!(codes.contains(&early.code.as_str()), "{early:?}");
        // It arrives in the very second in which nothing holds it up any longer.
        let events = ok(&mut lab, json!({ "type": "clearFault", "name": fault }));
        assert!(
            kinds(&events).contains(&(EventKind::ReplicationSucceeded, "c2")),
            "{events:?}"
        );
        assert_eq!(
            completed(&lab, "c2").as_deref(),
            Some("2026-01-05T02:04:00Z")
        );
        ok(&mut passing, inject(Some("PT10M")));
        advance(&mut passing, "PT1H");
        assert_eq!(
            completed(&passing, "c2").as_deref(),
            Some("2026-01-05T01:14:00Z")
        );
    }
}

/// Where the newest copy failed or was deleted, an older point cannot follow it, and the refusal claims no copy
/// that is not there.
#[test]
fn after_a_copy_that_is_no_more_the_same_point_or_a_later_one_goes() {
    for ends in [
        json!({ "type": "injectFault", "fault": "copyFailed", "target": "c3" }),
        json!({ "type": "deleteRestorePoint", "restorePoint": "c3", "atOnce": true }),
    ] {
        let mut lab = with_target(slow());
        for at in 1..=3 {
            write(&mut lab, "data", 0, 9 * at);
            capture(&mut lab, &format!("p{at}"));
        }
        copy(&mut lab, "p1", "far", "c1");
        advance(&mut lab, "PT1H");
        copy(&mut lab, "p3", "far", "c3");
        advance(&mut lab, "PT10S");
        ok(&mut lab, ends);
        let late = refused(
            &mut lab,
            json!({ "type": "copyRestorePoint", "restorePoint": "p2", "collection": "far", "name": "c2" }),
        );
        assert_eq!(late.code, "OperationNotAllowed");
        assert!(
            late.message.contains("was copied to westus before")
                && late.message.contains("copy a newer one"),
            "{late:?}"
        );
        copy(&mut lab, "p3", "far", "again");
        advance(&mut lab, "PT1H");
        ok(
            &mut lab,
            json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "again", "name": "back" }),
        );
        assert_eq!(digest(&lab, "back"), digest(&lab, "data"));
    }
}

/// A snapshot holds what its source holds, in whatever order they are copied.
#[test]
fn an_older_snapshot_goes_to_no_region_that_has_a_later_one() {
    let mut lab = started(slow());
    let take = |name: &str, source: &str, location: &str| json!({ "type": "createSnapshot", "name": name, "source": source, "location": location, "incremental": true });
    let id = |lab: &Lab, name: &str| {
        let snapshots = lab.state().snapshots;
        let known = snapshots.iter().find(|known| known.name == name);
        known.unwrap().id.to_string()
    };
    ok(&mut lab, take("s1", "data", "eastus"));
    write(&mut lab, "data", 0, 9);
    ok(&mut lab, take("s2", "data", "eastus"));
    let (first, second) = (id(&lab, "s1"), id(&lab, "s2"));
    ok(&mut lab, take("far2", &second, "westus"));
    let late = refused(&mut lab, take("far1", &first, "westus"));
    assert_eq!(late.code, "OperationNotAllowed");
    assert_eq!(late.target.as_deref(), Some(first.as_str()));
    assert!(late.message.contains("in the order"), "{late:?}");
    // In order both go; at home they go in any order. Each holds what its source holds.
    for (name, source, region) in [
        ("one", &first, "centralus"),
        ("two", &second, "centralus"),
        ("near2", &second, "eastus"),
        ("near1", &first, "eastus"),
        ("again", &second, "eastus"),
    ] {
        ok(&mut lab, take(name, source, region));
        let copied = id(&lab, name);
        assert_eq!(digest(&lab, &copied), digest(&lab, source));
    }
}
