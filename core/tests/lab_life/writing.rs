//! What is much to write, bit by bit: attacks, large ranges, and what does not fit.

use super::lab_with;
use super::support::ok;
use super::underway::{assert_same, chance, days, ended};
use rplab_core::api::{Lab, LabOptions, Outcome};
use rplab_core::timeline::read_command;
use serde_json::{Value, json};

/// A VM with two disks that are written to all over, points of them, a disk restored from one, and one that grew hot.
fn wide(seed: u64) -> Lab {
    let mut lab = Lab::new(LabOptions::default()).unwrap();
    let mut below = chance(seed);
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
fn an_attack_that_is_refused_or_broken_off_owes_nothing() {
    let lab = wide(3);
    let attack = read_command(large_writes(0).remove(0)).unwrap();
    assert_eq!(lab.check(&attack), None);
    // A second one of the same name is refused, and nothing is left to be written.
    let (attacked, _, stops) = ended(lab.begin_command(attack.clone()), 1);
    assert!(stops > 20, "{stops}");
    let digest = attacked.digest();
    let (refused, told, stops) = ended(attacked.begin_command(attack.clone()), 1);
    assert!(!told.is_ok() && stops == 0);
    assert_eq!(refused.digest(), digest);

    // What is ended in the midst of it is the lab before it: as its log says.
    let (before, length) = (lab.digest(), lab.log().len());
    let mut underway = lab.begin_command(attack.clone());
    for _ in 0..5 {
        assert!(!underway.go_on(1).unwrap());
    }
    assert!(
        (1..1000).contains(&underway.thousandths()),
        "{}",
        underway.thousandths()
    );
    let (broken_off, told) = underway.end();
    assert_eq!(told, Outcome::Ok { events: Vec::new() });
    assert_eq!(
        (broken_off.digest(), broken_off.log().len()),
        (before, length)
    );
    let (again, _, _) = ended(broken_off.begin_command(attack), 1);
    assert_same(&again, &attacked);
}

/// A lab with room for the attack on the first disk and none for that on the second.
fn narrow() -> Lab {
    let mut lab = lab_with(json!({ "blockSizeBytes": 4096, "memoryLimitMiB": 16 }));
    ok(
        &mut lab,
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "first", "role": "os", "sizeGiB": 512, "facts": { "usedGiB": 4 } },
                          { "name": "second", "lun": 0, "sizeGiB": 16_384, "facts": { "usedGiB": 64 } }] }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "c", "name": "p", "atOnce": true }),
    );
    lab
}

#[test]
fn an_attack_whose_second_disk_does_not_fit_is_none() {
    let lab = narrow();
    let attack = json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm" });
    let attack = read_command(attack).unwrap();
    assert!(lab.check(&attack).is_some());
    let mut at_once = lab.clone();
    let outcome = at_once.dispatch(attack.clone());
    let (bit_by_bit, told, stops) = ended(lab.begin_command(attack), 1);
    let Outcome::Rejected { error } = &told else {
        panic!("{told:?}");
    };
    assert!(error.message.contains("bytes at most"), "{error:?}");
    assert_eq!((&told, stops), (&outcome, 0));
    assert_same(&bit_by_bit, &at_once);
    assert_eq!(bit_by_bit.digest(), lab.digest());
    // Nothing is owed: the next command writes what it writes, and no more.
    let (mut before, mut after) = (lab.clone(), bit_by_bit);
    for lab in [&mut before, &mut after] {
        ok(
            lab,
            json!({ "type": "writeBlocks", "disk": "first", "first": 7, "last": 99_999 }),
        );
    }
    assert_eq!(before.digest(), after.digest());
}

#[test]
fn an_attack_at_an_instant_whose_second_disk_does_not_fit_is_noted_and_ends_as_at_once() {
    let lab = narrow();
    let attack = json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm", "from": "2026-01-07T00:00:00Z" });
    let attack = read_command(attack).unwrap();
    let (mut at_once, mut bit_by_bit) = (lab.clone(), lab);
    assert!(at_once.dispatch(attack.clone()).is_ok());
    (bit_by_bit, _, _) = ended(bit_by_bit.begin_command(attack), 1);
    let outcome = at_once.advance(days(30));
    let (mut bit_by_bit, told, _) = ended(bit_by_bit.begin_advance(days(30)), 1);
    assert_eq!(told, outcome);
    let Outcome::Ok { events } = told else {
        panic!("{told:?}");
    };
    let noted = events.iter().map(|event| event.text.as_str());
    assert_eq!(
        noted
            .filter(|text| text.contains("could not do its work"))
            .count(),
        1
    );
    assert_same(&bit_by_bit, &at_once);
    let state = bit_by_bit.state();
    let harmed = state.disks.iter().filter(|disk| disk.damage.is_some());
    let harmed: Vec<&str> = harmed.map(|disk| disk.name.as_str()).collect();
    assert_eq!(harmed, ["first"], "the other one did not fit");
    for lab in [&mut at_once, &mut bit_by_bit] {
        ok(
            lab,
            json!({ "type": "writeBlocks", "disk": "first", "first": 7, "last": 99_999 }),
        );
    }
    assert_same(&bit_by_bit, &at_once);
}
