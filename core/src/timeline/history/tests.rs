//! Going back by way of checkpoints: the same as without any, and bounded.

use super::super::checkpoints::Checkpoints;
use super::super::read_command;
use super::{Cloud, Command, Timeline};
use crate::cloud::Settings;
use crate::prng::Stream;
use crate::units::{SimDuration, SimInstant};
use serde_json::{Value, json};

fn start() -> SimInstant {
    SimInstant::from_unix_seconds(1_767_571_200)
}

fn command(text: Value) -> Command {
    read_command(text).unwrap()
}

fn with(spacing: u64, most_bytes: u64) -> Timeline {
    Timeline {
        checkpoints: Checkpoints::new(spacing, most_bytes),
        ..Timeline::new(Cloud::new(1, start(), Settings::default()))
    }
}

fn without() -> Timeline {
    with(u64::MAX, 0)
}

/// A VM with a workload, its collection and one for copies.
fn set_up() -> Vec<Command> {
    let all = [
        json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "d", "sizeGiB": 1 }, { "name": "e", "sizeGiB": 1 }] }),
        json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
        json!({ "type": "createRestorePointCollection", "name": "f", "source": "c", "location": "westus" }),
        json!({ "type": "setWorkload", "disk": "d", "workload": { "every": "PT1H", "pattern": "random", "writes": 3 } }),
    ];
    all.map(command).into()
}

fn any(chance: &mut Stream, step: u64) -> Command {
    let mut below = |bound| chance.below(bound);
    let old = below(step + 1);
    let first = below(900);
    command(match below(12) {
        0 | 1 => {
            json!({ "type": "writeBlocks", "disk": "e", "first": first, "last": first + below(100) })
        }
        2 => {
            json!({ "type": "trimBlocks", "disk": "e", "first": first, "last": first + below(100) })
        }
        3 => {
            json!({ "type": "writeBytes", "disk": "d", "index": first, "bytes": [1, 2, old % 256] })
        }
        4 | 5 => {
            json!({ "type": "createRestorePoint", "collection": "c", "name": format!("p{step}") })
        }
        6 => {
            json!({ "type": "copyRestorePoint", "restorePoint": format!("p{old}"), "collection": "f", "name": format!("q{step}") })
        }
        7 => json!({ "type": "deleteRestorePoint", "restorePoint": format!("p{old}") }),
        8 => {
            json!({ "type": "restoreDisk", "diskRestorePoint": "d", "restorePoint": format!("p{old}"), "name": format!("r{step}") })
        }
        9 => json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" }),
        10 => json!({ "type": "startVirtualMachine", "virtualMachine": "vm" }),
        _ => json!({ "type": "advanceClock", "by": format!("PT{}H", below(60)) }),
    })
}

#[test]
fn the_past_is_the_same_with_checkpoints_and_without() {
    let mut midway = 0;
    for seed in 0..8 {
        let mut chance = Stream::named(seed, "past");
        // Often, and kept all or but a few.
        let most = if seed % 2 == 0 { u64::MAX } else { 1 << 21 };
        let (mut kept, mut plain) = (with(20 + chance.below(80), most), without());
        let mut commands = set_up();
        commands.extend((0..70).map(|step| any(&mut chance, step)));
        for command in commands {
            let wait = chance.below(5) / 4 * chance.below(100_000);
            let at = kept.cloud().now().plus(SimDuration::from_seconds(wait));
            let outcome = kept.dispatch_at(at, command.clone());
            assert_eq!(outcome, plain.dispatch_at(at, command), "{outcome:?}");
            if chance.below(9) == 0 {
                let times = 1 + chance.below(3);
                (0..times).for_each(|_| assert_eq!(kept.undo(), plain.undo()));
                assert_eq!(kept.cloud().digest(), plain.cloud().digest());
                (0..chance.below(4)).for_each(|_| assert_eq!(kept.redo(), plain.redo()));
            }
        }
        assert_eq!(kept.cloud().digest(), plain.cloud().digest());
        kept.cloud().store().check_invariants().unwrap();
        assert!(plain.checkpoints.all().is_empty() && kept.checkpoints.all().len() > 1);
        let within = kept.checkpoints.all().iter();
        midway += within.filter(|kept| kept.midway.is_some()).count();

        let whole = kept.cloud().now().since(start()).seconds();
        for _ in 0..4 {
            let time = start().plus(SimDuration::from_seconds(chance.below(whole + 1)));
            let (mut then, mut naive) = (kept.branch_at(time), plain.branch_at(time));
            assert_eq!(then.cloud().now(), time);
            assert_eq!(then.log(), naive.log());
            assert_eq!(then.cloud().digest(), naive.cloud().digest());
            then.cloud().store().check_invariants().unwrap();
            // Everything that led there, commanded once more from the start.
            let mut again = without();
            for entry in then.log() {
                let outcome = again.dispatch_at(entry.at, entry.command.clone());
                assert_eq!(outcome, entry.outcome);
            }
            assert_eq!(again.cloud().digest(), then.cloud().digest());
            // A branch goes its own way, and back.
            let reached = then.cloud().digest();
            let outcome = then.dispatch(command(
                json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": 9 }),
            ));
            if outcome.is_ok() {
                assert_ne!(then.cloud().digest(), reached);
                assert!(then.undo());
            }
            assert_eq!(then.cloud().digest(), reached);
            for _ in 0..5 {
                assert_eq!(then.undo(), naive.undo());
                assert_eq!(then.cloud().digest(), naive.cloud().digest());
            }
        }
    }
    assert!(midway > 5, "{midway} checkpoints in the midst of a command");
}

#[test]
fn going_back_does_no_more_work_than_lies_between_two_checkpoints() {
    const SPACING: u64 = 400;
    let mut lab = with(SPACING, u64::MAX);
    for command in set_up() {
        assert!(lab.dispatch(command).is_ok());
    }
    // Forty days command by command, then as many at once.
    for day in 0..40 {
        for text in [
            json!({ "type": "advanceClock", "by": "P1D" }),
            json!({ "type": "createRestorePoint", "collection": "c", "name": format!("p{day}") }),
        ] {
            assert!(lab.dispatch(command(text)).is_ok());
        }
    }
    assert!(
        lab.dispatch(command(json!({ "type": "advanceClock", "by": "P40D" })))
            .is_ok()
    );
    let all = lab.cloud().work();
    assert!(all > 20 * SPACING, "{all}");
    let mut most = 0;
    for hour in 1..=80 * 24 {
        let then = lab.branch_at(start().plus(SimDuration::from_seconds(hour * 3600 - 7)));
        let from = then.checkpoints.last().map_or(0, |last| last.cloud.work());
        most = most.max(then.cloud().work() - from);
    }
    // A command or the tasks of an instant are not cut in two.
    assert!(most < SPACING + 60, "{most} of {all}");
    let mut undone = 0;
    while lab.undo() {
        let from = lab.checkpoints.last().map_or(0, |last| last.cloud.work());
        assert!(lab.cloud().work() - from < SPACING + 60);
        undone += 1;
    }
    assert_eq!(undone, 85);
}

#[test]
fn checkpoints_take_no_more_memory_than_they_may_and_stay_spread() {
    const SPACING: u64 = 100;
    let mut lab = with(SPACING, 12 << 20);
    for command in set_up() {
        assert!(lab.dispatch(command).is_ok());
    }
    assert!(
        lab.dispatch(command(json!({ "type": "advanceClock", "by": "P200D" })))
            .is_ok()
    );
    let all = lab.cloud().work();
    let works: Vec<u64> = lab
        .checkpoints
        .all()
        .iter()
        .map(|kept| kept.cloud.work())
        .collect();
    let count = works.len() as u64;
    assert!((8..100).contains(&count), "{count}");
    let gaps = std::iter::once(0)
        .chain(works.iter().copied())
        .zip(works.iter().copied().chain([all]));
    let widest = gaps.map(|(from, to)| to - from).max().unwrap();
    assert!(widest < 4 * all / count, "{widest} of {all} with {count}");
}

#[test]
fn a_step_of_an_attack_on_disks_of_32_tib_does_bounded_work() {
    let attack = json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm" });
    let everything =
        json!({ "type": "writeBlocks", "disk": "vm-1", "first": 0, "last": 33_553_407 });
    let mut timeline = without();
    let disks = (0..3).map(|lun| json!({ "name": format!("vm-{lun}"), "sizeGiB": 32_767, "facts": { "usedGiB": 20_000 } }));
    let disks: Vec<Value> = disks.collect();
    let machine = json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": disks });
    assert!(timeline.dispatch(command(machine)).is_ok());
    for text in [attack, everything] {
        let before = timeline.cloud().work();
        // Asking, which is done on a copy, takes no more than a step.
        let mut asked = timeline.cloud().clone();
        asked.execute_but_writing(&command(text.clone())).unwrap();
        let asking = asked.work() - before;
        assert!(asking < 1000, "{asking}");
        let mut passage = timeline.begin(start(), command(text), false);
        let (mut worst, mut last) = (0, before);
        while timeline.go_on(&mut passage, 1).is_none() {
            let work = timeline.cloud().work();
            worst = worst.max(work - last);
            last = work;
        }
        let all = timeline.cloud().work() - before;
        assert!(all > 500_000 && worst < 1000, "{worst} of {all}");
    }
}
