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

pub(super) fn days(count: u64) -> SimDuration {
    SimDuration::from_seconds(count * 86_400)
}

/// Goes on to the end with so much work at a time; the lab, what came of it, and how often it stood still.
pub(super) fn ended(mut underway: Underway, work: u64) -> (Lab, Outcome, u64) {
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

pub(super) fn assert_same(one: &Lab, other: &Lab) {
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

/// Numbers below a bound, as if by chance.
pub(super) fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut turn = seed;
    move |bound| {
        turn = turn
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (turn >> 33) % bound
    }
}

#[test]
fn a_scenario_that_is_ended_in_the_midst_is_the_lab_after_some_of_its_commands() {
    let mut lab = busy();
    assert!(lab.advance(days(30)).is_ok());
    let scenario = rplab_core::json::write(&lab.export_scenario());
    for steps in (1..2000).step_by(61) {
        let mut underway = Lab::begin_scenario(scenario.clone()).unwrap();
        let is_done = (0..steps).any(|_| underway.go_on(1).unwrap());
        let (some, told) = underway.end();
        let mut same = Lab::begin_scenario(scenario.clone()).unwrap().end().0;
        for entry in some.log() {
            assert_eq!(same.dispatch(entry.command.clone()), entry.outcome);
        }
        assert_same(&some, &same);
        assert!(some.log().last().is_none_or(|last| last.outcome == told));
        if is_done {
            assert_same(&some, &lab);
        }
    }
}

/// A disk that is written to by the hour, and commands each of which comes some time after the one before.
fn with_waits(below: &mut impl FnMut(u64) -> u64) -> Value {
    let mut commands = vec![
        json!({ "type": "createVirtualMachine", "name": "a", "location": "eastus", "facts": { "osType": "Windows" },
                "disks": [{ "name": "os", "role": "os", "sizeGiB": 1024, "facts": { "usedGiB": 1 } }] }),
        json!({ "type": "setWorkload", "disk": "os", "workload": { "every": "PT1H", "pattern": "random", "writes": 3 } }),
    ];
    let lab = Lab::new(LabOptions::default()).unwrap();
    let mut now = lab.state().time;
    for _ in 0..6 {
        let hours = |count: u64| SimDuration::from_seconds(count * 3600);
        let at = now.plus(hours(below(90)));
        let length = 1 + below(200);
        let then = at.plus(hours(length));
        let (mut command, end) = match below(4) {
            0 => (
                json!({ "type": "writeBlocks", "disk": "os", "first": 7, "last": 300_000 }),
                at,
            ),
            1 => (
                json!({ "type": "advanceClock", "by": format!("PT{length}H") }),
                then,
            ),
            2 => (
                json!({ "type": "advanceClock", "to": then.to_string() }),
                then,
            ),
            // Refused when its time has come.
            _ => (
                json!({ "type": "advanceClock", "to": "2001-01-01T00:00:00Z" }),
                at,
            ),
        };
        command["at"] = json!(at.to_string());
        commands.push(command);
        now = end;
    }
    let mut scenario = rplab_core::json::write(&lab.export_scenario());
    scenario["commands"] = json!(commands);
    scenario
}

#[test]
fn how_far_it_is_only_goes_on_where_commands_come_later_and_let_time_pass() {
    for seed in 0..12 {
        let mut below = chance(seed);
        let scenario = with_waits(&mut below);
        let at_once = Lab::from_scenario(scenario.clone()).unwrap();
        for work in [1, 40] {
            let (lab, _, stops) = ended(Lab::begin_scenario(scenario.clone()).unwrap(), work);
            assert!(stops > 20, "{stops} of {seed}");
            assert_same(&lab, &at_once);
        }
    }
}
