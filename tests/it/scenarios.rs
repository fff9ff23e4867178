//! The scenario library: every one passes, and says the same again when it is saved and opened.

use rplab_core::api::{Lab, run_scenario};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn library() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |file: PathBuf| {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        (
            name,
            serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap(),
        )
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_expectation_of_the_library_holds() {
    let library = library();
    assert!(library.len() >= 6);
    for (name, scenario) in library {
        let result = run_scenario(scenario).unwrap();
        assert!(!result.expectations.is_empty(), "{name} claims nothing");
        assert!(result.met, "{name}: {:#?}", result.expectations);
    }
}

#[test]
fn a_saved_scenario_opens_to_the_same_digest_and_the_same_file() {
    for (name, scenario) in library() {
        let lab = Lab::from_scenario(scenario).unwrap();
        let saved = rplab_core::json::write(&lab.export_scenario());
        let again = Lab::from_scenario(saved.clone()).unwrap();
        assert_eq!(again.digest(), lab.digest(), "{name}");
        assert_eq!(
            rplab_core::json::write(&again.export_scenario()),
            saved,
            "{name}"
        );
        let result = run_scenario(saved).unwrap();
        assert!(result.met, "{name}, saved: {:#?}", result.expectations);
    }
}

#[test]
fn another_seed_is_another_story() {
    let (_, mut scenario) = library()
        .into_iter()
        .find(|(name, _)| name == "month-of-days")
        .unwrap();
    let digest = run_scenario(scenario.clone()).unwrap().digest;
    assert_eq!(run_scenario(scenario.clone()).unwrap().digest, digest);
    scenario["seed"] = Value::from(8);
    assert_ne!(run_scenario(scenario).unwrap().digest, digest);
}

#[test]
fn an_expectation_that_does_not_hold_is_told() {
    let (_, mut scenario) = library()
        .into_iter()
        .find(|(name, _)| name == "limit-reached")
        .unwrap();
    scenario["expectations"] = serde_json::json!([{ "restorePoints": ["rp-1"], "storedBytes": 1, "restoresProved": true }]);
    let result = run_scenario(scenario).unwrap();
    assert!(!result.met);
    assert_eq!(
        result.expectations[0].differences.len(),
        3,
        "{:?}",
        result.expectations
    );
}

#[test]
fn a_scenario_that_is_wrong_names_the_field() {
    let mut good = library().remove(0).1;
    good["expectations"] = Value::Array(Vec::new());
    for (field, value, path) in [
        ("sead", Value::from(1), "sead"),
        ("schemaVersion", Value::from(99), "schemaVersion"),
        ("startTime", Value::from("today"), "startTime"),
        ("seed", Value::from(-1), "seed"),
        (
            "settings",
            serde_json::json!({ "limits": { "points": 3 } }),
            "settings.limits.points",
        ),
        (
            "commands",
            serde_json::json!([{ "type": "writeBlocks", "disk": 5 }]),
            "commands[0].disk",
        ),
        (
            "commands",
            serde_json::json!([{ "at": "PT2H", "type": "advanceClock", "by": "PT1H" }, { "at": "PT2H", "type": "advanceClock", "by": "PT1H" }]),
            "commands[1].at",
        ),
        (
            "fleet",
            serde_json::json!({ "machines": [{ "id": "vm1", "name": "vm1" }] }),
            "fleet.machines[0].id",
        ),
        (
            "expectations",
            serde_json::json!([{ "afterCommands": 999, "storedBytes": 0 }]),
            "expectations[0].afterCommands",
        ),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        let error = run_scenario(wrong).unwrap_err();
        assert_eq!(error.path, path, "{error}");
    }
    assert_eq!(
        run_scenario(Value::from(3)).unwrap_err().code,
        "NotAScenario"
    );
}
