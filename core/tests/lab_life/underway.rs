//! What takes long, bit by bit: the same in the end, and nothing where it is given up.

use super::support::ok;
use rplab_core::api::{Lab, LabOptions, Outcome, Underway};
use rplab_core::timeline::read_command;
use rplab_core::units::SimDuration;
use serde_json::{Value, json};

/// Two VMs that write by the hour, points of one of them, and a copy on its way.
fn busy() -> Lab {
    let mut lab = Lab::new(LabOptions::default()).unwrap();
    for name in ["a", "b"] {
        ok(
            &mut lab,
            json!({ "type": "createVirtualMachine", "name": name, "location": "eastus", "facts": { "osType": "Windows" },
                    "disks": [{ "name": format!("{name}-os"), "role": "os", "sizeGiB": 1, "facts": { "usedGiB": 1 } }] }),
        );
        ok(
            &mut lab,
            json!({ "type": "setWorkload", "disk": format!("{name}-os"),
                    "workload": { "every": "PT1H", "pattern": "random", "writes": 3 } }),
        );
    }
    for command in [
        json!({ "type": "createRestorePointCollection", "name": "c", "source": "a" }),
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "c", "location": "westus" }),
        json!({ "type": "createRestorePoint", "collection": "c", "name": "p1" }),
        json!({ "type": "advanceClock", "by": "PT2H" }),
        json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": "far", "name": "q1" }),
    ] {
        ok(&mut lab, command);
    }
    lab
}

fn days(count: u64) -> SimDuration {
    SimDuration::from_seconds(count * 86_400)
}

/// Goes on to the end with so much work at a time; the lab, what came of it, and how often it stood still.
fn ended(mut underway: Underway, work: u64) -> (Lab, Outcome, u64) {
    let (mut stops, mut far) = (0, 0);
    while !underway.go_on(work).unwrap() {
        assert!(underway.thousandths() >= far, "it only goes on");
        far = underway.thousandths();
        stops += 1;
    }
    assert_eq!(underway.thousandths(), 1000);
    let (lab, outcome) = underway.end();
    (lab, outcome, stops)
}

fn assert_same(one: &Lab, other: &Lab) {
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.log(), other.log());
    assert_eq!(one.undone(), other.undone());
    assert_eq!(one.state(), other.state());
}

#[test]
fn time_that_passes_bit_by_bit_ends_where_it_ends_at_once() {
    let lab = busy();
    let before = lab.digest();
    let mut at_once = lab.clone();
    let outcome = at_once.advance(days(120));
    for work in [0, 7, 500, u64::MAX] {
        let (mut bit_by_bit, told, stops) = ended(lab.begin_advance(days(120)), work);
        assert_eq!(told, outcome);
        assert_same(&bit_by_bit, &at_once);
        assert!(work > 500 || stops > 20, "{stops} stops with {work}");
        // One step to take back, and the past is the same.
        let then = lab.state().time.plus(days(77));
        let (here, there) = (bit_by_bit.branch_at(then), at_once.branch_at(then));
        assert_eq!(here.unwrap().digest(), there.unwrap().digest());
        assert!(bit_by_bit.undo());
        assert_eq!(bit_by_bit.digest(), before);
    }
}

#[test]
fn what_is_given_up_in_the_midst_leaves_the_lab_as_it_was() {
    let mut lab = busy();
    assert!(lab.undo(), "something to take again");
    let (before, undone, log) = (lab.digest(), lab.undone(), lab.log().len());
    let mut underway = lab.begin_advance(days(90));
    for _ in 0..50 {
        assert!(!underway.go_on(20).unwrap());
    }
    assert!(underway.time() > lab.state().time);
    drop(underway);
    assert_eq!(lab.digest(), before);
    assert_eq!((lab.undone(), lab.log().len()), (undone, log));
    assert!(lab.redo(), "what was undone can still be taken again");
}

#[test]
fn a_new_command_forgets_what_was_undone_and_a_refused_one_does_not() {
    let mut lab = busy();
    assert!(lab.undo());
    let refused =
        read_command(json!({ "type": "deleteRestorePoint", "restorePoint": "nothing" })).unwrap();
    let mut at_once = lab.clone();
    let outcome = at_once.dispatch(refused.clone());
    let (kept, told, _) = ended(lab.begin_command(refused), 5);
    assert!(!told.is_ok());
    assert_eq!(told, outcome);
    assert_same(&kept, &at_once);
    assert_eq!(kept.undone().len(), 1);
    let (gone, told, _) = ended(lab.begin_advance(days(1)), 5);
    assert!(told.is_ok() && gone.undone().is_empty());
    // An advance that is refused says so and changes nothing.
    let back = json!({ "type": "advanceClock", "to": "2001-01-01T00:00:00Z" });
    let (same, told, _) = ended(lab.begin_command(read_command(back).unwrap()), 5);
    assert!(!told.is_ok());
    assert_eq!(same.digest(), lab.digest());
}

#[test]
fn what_was_undone_is_taken_again_bit_by_bit() {
    let mut lab = busy();
    for _ in 0..3 {
        assert!(lab.advance(days(20)).is_ok());
    }
    let end = lab.clone();
    (0..3).for_each(|_| assert!(lab.undo()));
    let (two, _, stops) = ended(lab.begin_redo(2), 9);
    assert!(stops > 10, "{stops}");
    assert_eq!(two.undone().len(), 1, "the third waits");
    let (all, _, _) = ended(two.begin_redo(9), 9);
    assert_same(&all, &end);
}

#[test]
fn a_scenario_is_opened_bit_by_bit_and_says_where_it_does_not_fit() {
    let mut lab = busy();
    assert!(lab.advance(days(60)).is_ok());
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "c", "name": "p2" }),
    );
    let scenario = rplab_core::json::write(&lab.export_scenario());
    let (opened, _, stops) = ended(Lab::begin_scenario(scenario.clone()).unwrap(), 9);
    assert!(stops > 30, "{stops}");
    assert_same(&opened, &lab);

    let mut wrong: Value = scenario;
    wrong["commands"][3]["at"] = json!("2001-01-01T00:00:00Z");
    let mut underway = Lab::begin_scenario(wrong.clone()).unwrap();
    let error = loop {
        match underway.go_on(9) {
            Ok(done) => assert!(!done),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.code.as_str(), error.path.as_str()),
        ("OutOfOrder", "commands[3].at")
    );
    assert_eq!(Lab::from_scenario(wrong).unwrap_err(), error);
}

/// A VM with two disks that are written to all over, points of them, a disk restored from one, and one that grew hot.
fn wide(seed: u64) -> Lab {
    let mut lab = Lab::new(LabOptions::default()).unwrap();
    let mut turn = seed;
    let mut below = move |bound: u64| {
        turn = turn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (turn >> 33) % bound
    };
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "one", "role": "os", "sizeGiB": 1024, "facts": { "usedGiB": 1 + below(900) } },
                          { "name": "two", "lun": 0, "sizeGiB": 4096, "facts": { "usedGiB": below(4000) } }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
    );
    for step in 0..12 {
        for _ in 0..below(9) {
            let (disk, blocks) = [("one", 262_144), ("two", 1_048_576)][below(2) as usize];
            let first = below(blocks - 40_000);
            let length = [9, 900, 40_000][below(3) as usize];
            let last = first + below(length);
            let kind = ["writeBlocks", "trimBlocks"][below(2) as usize];
            ok(
                &mut lab,
                json!({ "type": kind, "disk": disk, "first": first, "last": last }),
            );
            ok(
                &mut lab,
                json!({ "type": "writeBytes", "disk": disk, "index": last, "bytes": [1, 2, step] }),
            );
        }
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "c", "name": format!("p{step}"), "atOnce": true }),
        );
    }
    let from = format!("p{}", below(12));
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "two", "restorePoint": from, "name": "back" }),
    );
    ok(&mut lab, json!({ "type": "advanceClock", "by": "P1D" }));
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "disk": "back", "virtualMachine": "vm", "lun": 5 }),
    );
    lab
}

/// Much that is written: everything at once by an attack, a large range, a load that writes everything anew, an attack
/// at an instant at which a point is made too.
fn large_writes(seed: u64) -> Vec<Value> {
    let soon = "2026-01-07T00:00:00Z";
    let mut all = vec![
        json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm" }),
        json!({ "type": "writeBlocks", "disk": "two", "first": 77, "last": 900_000 }),
        json!({ "type": "createRestorePoint", "collection": "c", "name": "after", "atOnce": true }),
        json!({ "type": "setWorkload", "disk": "back", "workload": { "every": "PT6H", "pattern": "rewriteAll" } }),
        json!({ "type": "setWorkload", "disk": "one", "workload": { "every": "PT6H", "writes": 9000, "blocksPerWrite": 3 } }),
        json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm", "name": "again", "from": soon }),
        json!({ "type": "advanceClock", "by": "P2D" }),
        json!({ "type": "createRestorePoint", "collection": "c", "name": "last", "atOnce": true }),
        json!({ "type": "writeBlocks", "disk": "one", "first": 0, "last": 262_143 }),
    ];
    let turn = seed as usize % 3;
    all.rotate_left(turn);
    all
}

#[test]
fn what_is_much_to_write_is_written_bit_by_bit_and_ends_as_it_does_at_once() {
    for seed in 0..6 {
        let mut at_once = wide(seed);
        let mut bit_by_bit = at_once.clone();
        let mut stood = 0;
        for command in large_writes(seed) {
            let command = read_command(command).unwrap();
            let before = bit_by_bit.digest();
            let outcome = at_once.dispatch(command.clone());
            let (lab, told, stops) = ended(bit_by_bit.begin_command(command), 1 + seed * 500);
            assert_eq!(bit_by_bit.digest(), before, "it works on a copy");
            assert_eq!(told, outcome);
            bit_by_bit = lab;
            assert_same(&bit_by_bit, &at_once);
            stood += stops;
        }
        assert!(stood > 20, "{stood} stops of {seed}");
        // Undone, taken again bit by bit, and opened as a file.
        let end = at_once.clone();
        (0..3).for_each(|_| assert!(bit_by_bit.undo() && at_once.undo()));
        assert_eq!(bit_by_bit.digest(), at_once.digest());
        let (again, _, _) = ended(bit_by_bit.begin_redo(3), 1);
        assert_same(&again, &end);
        let scenario = rplab_core::json::write(&end.export_scenario());
        let (opened, _, _) = ended(Lab::begin_scenario(scenario).unwrap(), 1);
        assert_same(&opened, &end);
    }
}

#[test]
fn an_attack_given_up_in_the_midst_is_none_and_asking_about_one_writes_nothing() {
    let lab = wide(3);
    let (before, length) = (lab.digest(), lab.log().len());
    let attack = read_command(large_writes(0).remove(0)).unwrap();
    assert_eq!(lab.check(&attack), None);
    let mut underway = lab.begin_command(attack.clone());
    for _ in 0..5 {
        assert!(!underway.go_on(1).unwrap());
    }
    assert!(
        (1..1000).contains(&underway.thousandths()),
        "{}",
        underway.thousandths()
    );
    drop(underway);
    assert_eq!((lab.digest(), lab.log().len()), (before, length));
    // A second one of the same name is refused, and nothing is left to be written.
    let (attacked, _, _) = ended(lab.begin_command(attack.clone()), 1);
    let digest = attacked.digest();
    let (refused, told, stops) = ended(attacked.begin_command(attack), 1);
    assert!(!told.is_ok() && stops == 0);
    assert_eq!(refused.digest(), digest);
}
