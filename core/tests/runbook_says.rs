//! What runbooks of Azure VM Backup and of points one after the other say, where it once was wrong or missing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::api::{Dialect, runbook, runbook_steps};
use serde_json::{Value, json};

const VM: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web";

/// A scenario of one VM with these commands.
fn scenario(commands: &[Value]) -> Value {
    let made = json!({ "type": "createVirtualMachine", "id": VM, "name": "web", "location": "westeurope", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "role": "os", "sizeGiB": 8 }] });
    let all: Vec<Value> = std::iter::once(made)
        .chain(commands.iter().cloned())
        .collect();
    json!({ "commands": all })
}

/// The requests of a scenario or a plan: method, id and body of each; and the titles of the steps.
fn requests(of: Value) -> (Vec<(String, String, Value)>, String) {
    let steps = rplab_core::json::write(&runbook_steps(of).unwrap());
    let (mut found, mut titles) = (Vec::new(), String::new());
    for step in steps.as_array().unwrap() {
        titles += step["title"].as_str().unwrap();
        for item in step["items"].as_array().into_iter().flatten() {
            if let Some(request) = item.get("request") {
                let text = |name: &str| request[name].as_str().unwrap().to_owned();
                found.push((text("method"), text("id"), request["body"].clone()));
            }
        }
    }
    (found, titles)
}

/// The body of the last request whose id has these words.
fn body(requests: &[(String, String, Value)], of: &str) -> Value {
    let mut all = requests.iter().rev();
    all.find(|(_, id, _)| id.contains(of)).unwrap().2.clone()
}

fn protect(more: Value) -> Value {
    let mut command = json!({ "type": "protect", "virtualMachine": "web", "service": "vmBackup", "vault": "safe",
        "policy": { "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": 8 } });
    let fields = more.as_object().unwrap().clone();
    command.as_object_mut().unwrap().extend(fields);
    command
}

#[test]
fn points_of_one_vm_are_made_one_after_the_other() {
    let collection = |name: &str| json!({ "type": "createRestorePointCollection", "name": name, "source": "web" });
    let point = |collection: &str, name: &str| json!({ "type": "createRestorePoint", "collection": collection, "name": name });
    let hour = json!({ "type": "advanceClock", "by": "PT1H" });
    let story = scenario(&[
        collection("near"),
        collection("other"),
        point("near", "p1"),
        hour.clone(),
        point("near", "p2"),
        hour,
        point("other", "p3"),
    ]);
    let template: Value =
        serde_json::from_str(&runbook(story.clone(), Dialect::ArmTemplate).unwrap()).unwrap();
    let waits_for = |point: &str, earlier: &str| {
        let mut all = template["resources"].as_array().unwrap().iter();
        let own = all.find(|own| own["name"].as_str().unwrap().ends_with(point));
        let needs = own.unwrap()["dependsOn"].as_array().unwrap().iter();
        needs
            .clone()
            .any(|id| id.as_str().unwrap().ends_with(earlier))
    };
    assert!(waits_for("/p2", "/p1"));
    assert!(waits_for("/p3", "/p2"), "another collection of the same VM");
    assert!(!waits_for("/p1", "/p2"));
    let places = |text: &str, mark: &str| text.matches(mark).count();
    let bicep = runbook(story.clone(), Dialect::Bicep).unwrap();
    assert!(
        bicep.contains("dependsOn: [\n    r1\n    r3\n  ]"),
        "{bicep}"
    );
    let terraform = runbook(story, Dialect::Terraform).unwrap();
    assert_eq!(
        places(&terraform, "azurerm_virtual_machine_restore_point.r4]"),
        1,
        "{terraform}"
    );
}

#[test]
fn a_vault_has_the_redundancy_that_was_asked_for() {
    for (asked, settings) in [
        (json!({}), Value::Null),
        (
            json!({ "vaultRedundancy": "zoneredundant" }),
            json!({ "standardTierStorageRedundancy": "ZoneRedundant" }),
        ),
        (
            json!({ "vaultRedundancy": "LocallyRedundant" }),
            json!({ "standardTierStorageRedundancy": "LocallyRedundant" }),
        ),
        (
            json!({ "crossRegionRestore": true }),
            json!({ "crossRegionRestore": "Enabled" }),
        ),
    ] {
        let (sent, _) = requests(scenario(&[protect(asked.clone())]));
        let vault = sent.iter().find(|(_, id, _)| id.ends_with("/vaults/safe"));
        let own = &vault.unwrap().2["properties"]["redundancySettings"];
        assert_eq!(*own, settings, "{asked}");
    }
}

#[test]
fn a_schedule_in_utc_runs_on_the_days_of_utc() {
    let policy = |time: &str, kept: Value| {
        let mut policy = json!({ "type": "Standard", "schedule": { "frequency": "Weekly", "weekdays": ["Sunday", "Wednesday"], "time": time, "utcOffset": "+05:30" },
            "weeklyRetention": { "weekdays": ["Sunday"], "weeks": 8 } });
        let kept = kept.as_object().unwrap().clone();
        policy.as_object_mut().unwrap().extend(kept);
        protect(json!({ "policy": policy }))
    };
    let (sent, titles) = requests(scenario(&[policy("00:30", json!({}))]));
    let own = &body(&sent, "/backupPolicies/")["properties"];
    assert_eq!(
        own["schedulePolicy"]["scheduleRunDays"],
        json!(["Saturday", "Tuesday"]),
        "{own}"
    );
    let week = &own["retentionPolicy"]["weeklySchedule"]["daysOfTheWeek"];
    assert_eq!(*week, json!(["Saturday"]));
    assert!(!titles.contains("monthlySchedule"), "{titles}");
    // The days of a month are not those of its own clock.
    let months = json!({ "monthlyRetention": { "on": "first Sunday", "months": 12 } });
    let (_, titles) = requests(scenario(&[policy("00:30", months.clone())]));
    assert!(titles.contains("monthlySchedule"), "{titles}");
    // Where both have the same day nothing moves.
    let (sent, titles) = requests(scenario(&[policy("12:00", months)]));
    let own = &body(&sent, "/backupPolicies/")["properties"];
    let days = &own["schedulePolicy"]["scheduleRunDays"];
    assert_eq!(*days, json!(["Sunday", "Wednesday"]));
    assert!(!titles.contains("monthlySchedule"), "{titles}");
}

#[test]
fn a_lock_has_the_level_as_azure_spells_it() {
    for (given, level) in [("cannotdelete", "CanNotDelete"), ("READONLY", "ReadOnly")] {
        let lock = json!({ "type": "placeLock", "scope": VM, "name": "kept", "level": given });
        let (sent, _) = requests(scenario(&[lock]));
        assert_eq!(body(&sent, "/locks/kept")["properties"]["level"], level);
    }
}

/// What a plan says of its vault is what the vault is made with.
#[test]
fn a_plan_with_cross_region_restore_makes_such_a_vault() {
    let machine = json!({ "id": VM, "name": "web", "location": "westeurope", "facts": { "osType": "Windows" },
        "disks": [{ "name": "os", "role": "os", "sizeGiB": 8, "id": VM.replace("virtualMachines", "disks") }] });
    let (made, _) = requests(
        json!({ "service": "vmBackup", "fleet": { "machines": [machine] },
        "vaultRedundancy": "georedundant", "crossRegionRestore": true,
        "policy": { "type": "Standard", "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 8 } }),
    );
    let vault = made.iter().find(|(_, id, _)| id.ends_with("/vaults/vault"));
    let settings = &vault.unwrap().2["properties"]["redundancySettings"];
    assert_eq!(settings["crossRegionRestore"], "Enabled");
    assert_eq!(settings["standardTierStorageRedundancy"], "GeoRedundant");
}
