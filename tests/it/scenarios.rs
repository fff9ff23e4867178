//! The scenario library: every one passes, and says the same again when it is saved and opened.

use rplab_core::api::{Lab, run_scenario};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

pub(crate) fn library() -> Vec<(String, Value)> {
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

fn fixtures(folder: &str) -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/scenarios")
        .join(folder);
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        (
            file.display().to_string(),
            serde_json::from_str(&text).unwrap(),
        )
    };
    files.map(read).collect()
}

#[test]
fn a_malformed_scenario_says_which_field() {
    let malformed = fixtures("malformed");
    assert!(malformed.len() >= 15);
    for (name, fixture) in malformed {
        let error = run_scenario(fixture["scenario"].clone()).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.path.as_str()),
            (
                fixture["code"].as_str().unwrap(),
                fixture["path"].as_str().unwrap()
            ),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_file_of_the_first_version_is_brought_up_and_says_so() {
    let (_, old) = fixtures("").remove(0);
    let result = run_scenario(old.clone()).unwrap();
    assert!(result.met, "{:?}", result.expectations);
    let told = result.migrated.unwrap();
    assert!(
        told.contains("from schemaVersion 1 to 2") && told.contains("2 commands"),
        "{told}"
    );
    let lab = Lab::from_scenario(old).unwrap();
    assert_eq!(lab.migrated(), Some(told.as_str()));
    assert_eq!(lab.log().len(), 7);
    assert!(lab.log().iter().all(|entry| entry.outcome.is_ok()));
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(saved["schemaVersion"], 2);
    let again = run_scenario(saved).unwrap();
    assert_eq!((again.digest, again.migrated), (result.digest, None));
}

#[test]
fn the_library_answers_questions() {
    let library = library();
    assert!(library.len() >= 16);
    for (name, scenario) in library {
        let title = scenario["title"].as_str().unwrap();
        assert!(
            title.contains('?'),
            "{name} is titled by no question: {title}"
        );
    }
}

#[test]
fn a_state_that_is_not_as_claimed_is_told_by_its_path() {
    let (_, mut scenario) = library()
        .into_iter()
        .find(|(name, _)| name == "vm-deleted")
        .unwrap();
    scenario["expectations"] = serde_json::json!([{ "state": { "virtualMachines/vm/powerState": "deallocated", "disks/count": 2, "disks/nothing/name": "x", "virtualMachines/0/name": "vm" } }]);
    let result = run_scenario(scenario).unwrap();
    assert_eq!(
        result.expectations[0].differences,
        [
            "disks/nothing/name: expected \"x\", found nothing at `nothing`",
            "virtualMachines/vm/powerState: expected \"deallocated\", found \"running\""
        ]
    );
}
