//! Commands: replayed, taken back, given again, refused.

use super::support::{ok, refused};
use super::{capture, started};
use rplab_core::api::Lab;
use serde_json::json;

#[test]
fn a_scenario_replays_to_the_same_digest_and_undo_takes_back_and_gives_again() {
    let mut lab = started("Linux");
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "vm-data",
        "workload": { "every": "PT1H", "writes": 5, "blocksPerWrite": 8, "withinThousandths": 500 } }),
    );
    for number in 0..40 {
        capture(&mut lab, &format!("p{number}"));
    }
    refused(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-os" }));
    let end = lab.digest();
    let file = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(file).unwrap().digest(), end);

    let mut seen = Vec::new();
    while lab.state().can_undo {
        seen.push(lab.digest());
        assert!(lab.undo());
    }
    assert!(!lab.undo() && lab.state().restore_points.is_empty());
    for expected in seen.iter().rev() {
        assert!(lab.redo());
        assert_eq!(lab.digest(), *expected);
    }
    assert!(!lab.redo());
}

#[test]
fn a_command_that_is_wrong_names_the_field() {
    let mut lab = started("Linux");
    for (command, code, path) in [
        (json!({ "type": "makeCoffee" }), "UnknownCommand", "type"),
        (json!({ "disk": "vm-os" }), "MissingType", "type"),
        (
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": 0, "last": 1, "colour": "red" }),
            "InvalidField",
            "colour",
        ),
        (
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": -1, "last": 1 }),
            "InvalidField",
            "first",
        ),
        (
            json!({ "type": "setWorkload", "disk": "vm-os", "workload": { "every": "1 hour" } }),
            "InvalidField",
            "workload.every",
        ),
    ] {
        let error = lab.dispatch_json(command.clone()).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.path.as_str()),
            (code, path),
            "{command}: {error}"
        );
    }
    let error = refused(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-os", "first": 0, "last": 4096 }),
    );
    assert!(error.message.contains("blocks 0 to 4095"), "{error:?}");
    let error = refused(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-oss" }));
    assert!(error.message.contains("vm-data, vm-os"), "{error:?}");
}
