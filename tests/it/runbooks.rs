//! Runbooks of the scenario library and of seeded stories, sent back through the endpoint.

use crate::http_file::{Run, origin, run};
use crate::scenarios::library;
use rplab_core::api::{Dialect, Lab, runbook};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn replayed(name: &str, scenario: &Value) -> Run {
    let text = runbook(scenario.clone(), Dialect::Rest).unwrap();
    let mut lab = origin(scenario);
    let run = run(&text, &mut lab);
    let expected = Lab::from_scenario(scenario.clone()).unwrap();
    assert_eq!(lab.digest(), expected.digest(), "{name}\n{text}");
    run
}

/// Seeded stories that are sent back, beside the library.
const STORIES: u64 = 40;

/// How many different states the scenarios end in.
fn ends(scenarios: impl Iterator<Item = Value>) -> usize {
    let digest = |scenario: Value| Lab::from_scenario(scenario).unwrap().digest().to_string();
    scenarios.map(digest).collect::<BTreeSet<String>>().len()
}

#[test]
fn more_than_fifty_different_scenarios_are_sent_back() {
    let library = library().into_iter().map(|(_, scenario)| scenario);
    let stories = (0..STORIES).map(story);
    let all: Vec<Value> = library.chain(stories).collect();
    let kinds = |scenario: &Value| {
        let commands = scenario["commands"].as_array().unwrap();
        let kinds = commands.iter().map(|command| command["type"].to_string());
        kinds.collect::<Vec<String>>()
    };
    let ways: BTreeSet<Vec<String>> = all.iter().map(kinds).collect();
    assert!(ways.len() >= 50, "{} courses of commands", ways.len());
    let ends = ends(all.into_iter());
    assert!(ends >= 50, "{ends} different ends");
}

fn add(to: &mut BTreeMap<String, usize>, from: BTreeMap<String, usize>) {
    for (name, count) in from {
        *to.entry(name).or_default() += count;
    }
}

#[test]
fn runbooks_of_the_library_end_in_the_same_digest() {
    let mut all = Run::default();
    for (name, scenario) in library() {
        let run = replayed(&name, &scenario);
        add(&mut all.sent, run.sent);
        add(&mut all.beside, run.beside);
        add(&mut all.instead, run.instead);
        all.waits += run.waits;
    }
    // What Azure Resource Manager has a request for is sent as one, and the lab's own commands stand in for no
    // request but these: a lock on a restore point, a move and vaults with what they do, which the endpoint does not
    // have, and a VM that is made around disks that are still being restored.
    assert!(
        all.sent.values().sum::<usize>() > 700 && all.waits > 600,
        "{all:#?}"
    );
    assert!(all.sent["PUT virtualMachines"] >= 33, "{all:#?}");
    let instead: Vec<&str> = all.instead.keys().map(String::as_str).collect();
    assert_eq!(
        instead,
        [
            "backupNow",
            "changePolicy",
            "moveVirtualMachine",
            "placeLock",
            "protect",
            "restoreBackup",
            "restoreVirtualMachine"
        ],
        "{all:#?}"
    );
    let vaults = ["backupNow", "changePolicy", "protect", "restoreBackup"];
    let others = all.instead.iter();
    let others = others.filter(|(name, _)| !vaults.contains(&name.as_str()));
    assert!(
        others.map(|(_, count)| count).sum::<usize>() <= 6,
        "{all:#?}"
    );
    // What has a request stands beside it nowhere.
    for name in vaults {
        assert!(!all.beside.contains_key(name), "{all:#?}");
    }
}

/// A number after the other, from a seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Something that is done to a small fleet, sensible more often than not.
fn command(dice: &mut Dice) -> Value {
    let vm = dice.of(&["web", "db", "db"]);
    let disk = dice.of(&["web-os", "db-os", "db-data", "spare", "new"]);
    let collection = dice.of(&["near", "near", "db-near", "far"]);
    let point = dice.of(&["p1", "p2", "p3", "p4"]);
    match dice.below(34) {
        0..4 => json!({ "type": "advanceClock", "by": dice.of(&["PT1M", "PT15M", "PT3H", "P1D"]) }),
        4..7 => {
            json!({ "type": "writeBlocks", "disk": disk, "first": dice.below(100), "last": 100 + dice.below(100) })
        }
        7..12 => {
            let mut create =
                json!({ "type": "createRestorePoint", "collection": collection, "name": point });
            if dice.below(3) == 0 {
                create["excludeDisks"] = json!([{ "id": dice.of(&["web-data", "db-data", disk]) }]);
            }
            if dice.below(3) == 0 {
                create["consistencyMode"] = json!("CrashConsistent");
            }
            create
        }
        12..14 => {
            json!({ "type": "copyRestorePoint", "restorePoint": point, "collection": "far", "name": dice.of(&["c1", "c2"]) })
        }
        14 => json!({ "type": "deleteRestorePoint", "restorePoint": dice.of(&[point, "c1"]) }),
        15..17 => {
            let mut restore = json!({ "type": "restoreDisk", "diskRestorePoint": disk, "restorePoint": point, "name": dice.of(&["new", "new-2"]) });
            if dice.below(2) == 0 {
                restore["sizeGiB"] = json!(64);
                restore["sku"] = json!("StandardSSD_LRS");
            }
            restore
        }
        17 => {
            json!({ "type": "restoreVirtualMachine", "restorePoint": dice.of(&[point, "c1"]), "name": dice.of(&["again", "again-2"]) })
        }
        18 => {
            json!({ "type": "grantAccess", "diskRestorePoint": disk, "restorePoint": point, "durationSeconds": 600 + dice.below(5000) })
        }
        19 => json!({ "type": "revokeAccess", "diskRestorePoint": disk, "restorePoint": point }),
        20 => {
            json!({ "type": dice.of(&["startVirtualMachine", "deallocateVirtualMachine"]), "virtualMachine": vm })
        }
        21 => {
            json!({ "type": "updateVirtualMachine", "virtualMachine": vm, "facts": dice.machine_facts() })
        }
        22 => {
            json!({ "type": "updateDisk", "disk": disk, "facts": { "sku": dice.of(&["Premium_LRS", "StandardSSD_LRS"]), "maxShares": 1, "usedGiB": 3 } })
        }
        23 => json!({ "type": "resizeDisk", "disk": disk, "sizeGiB": 32 << dice.below(3) }),
        24 => {
            json!({ "type": "attachDisk", "virtualMachine": vm, "disk": dice.of(&["spare", "new"]) })
        }
        25 => json!({ "type": "detachDisk", "disk": dice.of(&["spare", "db-data", "new"]) }),
        26 => {
            json!({ "type": "createDisk", "name": dice.of(&["new", "empty"]), "location": "eastus2", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } })
        }
        27 => json!({ "type": "deleteDisk", "disk": dice.of(&["new", "empty", "spare"]) }),
        28 => {
            json!({ "type": "placeLock", "name": "hold", "scope": dice.of(&["near", "web", "db-os"]), "level": dice.of(&["CanNotDelete", "ReadOnly"]) })
        }
        29 => json!({ "type": "removeLock", "name": "hold" }),
        30 => {
            json!({ "type": "createSnapshot", "name": dice.of(&["s1", "s2"]), "source": disk, "incremental": true })
        }
        31 => {
            json!({ "type": "updateRestorePointCollection", "collection": collection, "tags": { "round": dice.of(&["one", "two"]), "who's": "$(me)" } })
        }
        32 => {
            json!({ "type": "setAgent", "virtualMachine": vm, "status": dice.of(&["ready", "notReady"]) })
        }
        _ => {
            json!({ "type": "setNetworkAccess", "disk": disk, "policy": dice.of(&["DenyAll", "AllowAll"]) })
        }
    }
}

impl Dice {
    fn machine_facts(&mut self) -> Value {
        match self.below(3) {
            0 => json!({ "vmSize": self.of(&["Standard_D8s_v5", "Standard_D2s_v5"]) }),
            1 => json!({ "powerState": "stopped" }),
            _ => json!({ "vssWritersHealthy": self.below(2) == 0, "secureBoot": true }),
        }
    }
}

/// A story that follows from its seed.
fn story(seed: u64) -> Value {
    let mut dice = Dice(seed);
    let disk = |name: &str, size: u64| json!({ "name": name, "sizeGiB": size, "facts": { "sku": "Premium_LRS", "usedGiB": 2, "caching": "ReadOnly" } });
    let mut commands = vec![
        json!({ "type": "createVirtualMachine", "name": "web", "location": "eastus2", "zones": ["1"], "tags": { "team": "shop" },
            "facts": { "osType": "Windows", "vmSize": "Standard_D4s_v5", "agentStatus": "ready", "licenseType": "Windows_Server" },
            "disks": [disk("web-os", 32), disk("web-data", 64)] }),
        json!({ "type": "createVirtualMachine", "name": "db", "location": "eastus2", "facts": { "osType": "Linux", "prePostScripts": true,
            "securityType": "TrustedLaunch", "hyperVGeneration": "V2" }, "disks": [disk("db-os", 32), disk("db-data", 64)] }),
        json!({ "type": "createDisk", "name": "spare", "location": "eastus2", "sizeGiB": 16 }),
        json!({ "type": "createRestorePointCollection", "name": "near", "source": "web", "tags": { "team": "shop" } }),
        json!({ "type": "createRestorePointCollection", "name": "db-near", "source": "db" }),
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "near", "location": "westus2" }),
        json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus2" }),
        json!({ "type": "createRestorePoint", "collection": "near", "name": "p0", "diskEncryptionSets": { "web-os": "des" } }),
        json!({ "type": "advanceClock", "by": "PT1H" }),
    ];
    commands.extend((0..60).map(|_| command(&mut dice)));
    let settings = json!({ "blockSizeBytes": 1 << 20 });
    json!({ "seed": seed, "title": format!("story {seed}"), "settings": settings, "commands": commands })
}

#[test]
fn runbooks_of_seeded_stories_end_in_the_same_digest() {
    let mut all = Run::default();
    for seed in 0..STORIES {
        let run = replayed("a story", &story(seed));
        add(&mut all.sent, run.sent);
        add(&mut all.beside, run.beside);
        add(&mut all.instead, run.instead);
        all.waits += run.waits;
    }
    assert_eq!(all.sent.len(), 18, "{all:#?}");
    assert!(all.sent.values().sum::<usize>() > 1000, "{all:#?}");
    // Access to a point that is still being made is ended by the lab alone.
    let instead: Vec<&str> = all.instead.keys().map(String::as_str).collect();
    assert_eq!(instead, ["revokeAccess"], "{all:#?}");
}

/// A lab of one VM with a point, as its scenario.
fn with_a_point() -> Value {
    let disk = |name: &str| json!({ "name": name, "sizeGiB": 8, "facts": { "sku": "Premium_LRS", "usedGiB": 1 } });
    json!({ "seed": 3, "commands": [
        { "type": "createVirtualMachine", "name": "shop", "location": "eastus2", "facts": { "osType": "Windows", "vmSize": "Standard_D4s_v5" }, "disks": [disk("os"), disk("data")] },
        { "type": "createRestorePointCollection", "name": "near", "source": "shop" },
        { "type": "createRestorePoint", "collection": "near", "name": "p" },
        { "type": "advanceClock", "by": "PT1H" },
        { "type": "writeBlocks", "disk": "data", "first": 0, "last": 99 },
    ] })
}

#[test]
fn the_runbook_of_a_rehearsal_restores_what_was_rehearsed() {
    let mut lab = Lab::from_scenario(with_a_point()).unwrap();
    let request = json!({ "restorePoint": "p", "name": "again" });
    let rehearsal = lab
        .rehearse(&rplab_core::json::read(&request).unwrap())
        .unwrap();
    assert!(rehearsal.complete && rehearsal.proved, "{rehearsal:#?}");
    let text = runbook(rplab_core::json::write(&rehearsal), Dialect::Rest).unwrap();
    assert!(lab.prove("again").is_err(), "a rehearsal leaves nothing");
    let run = run(&text, &mut lab);
    assert_eq!(
        (
            run.sent["PUT disks"],
            run.sent["PUT virtualMachines"],
            run.waits
        ),
        (2, 1, 2),
        "{text}"
    );
    assert!(lab.prove("again").unwrap().equal);
    for dialect in [
        Dialect::AzCli,
        Dialect::PowerShell,
        Dialect::ArmTemplate,
        Dialect::Bicep,
        Dialect::Terraform,
    ] {
        let text = runbook(rplab_core::json::write(&rehearsal), dialect).unwrap();
        assert!(
            text.contains("again-data") && text.contains("virtualMachines"),
            "{dialect:?}\n{text}"
        );
    }
    let mut wrong = rplab_core::json::write(&rehearsal);
    wrong["steps"][0]["operation"]["path"] = Value::from(3);
    assert_eq!(
        runbook(wrong, Dialect::Rest).unwrap_err().path,
        "steps[0].operation.path"
    );
}

#[test]
fn the_runbook_of_a_plan_sets_it_up() {
    let fleet = rplab_core::json::write(&Lab::from_scenario(with_a_point()).unwrap().fleet());
    let plan = |service: &str, policy: Value| json!({ "name": "nightly", "service": service, "fleet": fleet, "policy": policy, "vault": "safe", "excludeDisks": [{ "id": "data" }] });
    let nightly = plan(
        "restorePoints",
        json!({ "schedule": { "frequency": "Daily", "time": "02:00" }, "keepLast": 7 }),
    );
    let text = runbook(nightly, Dialect::Rest).unwrap();
    let mut lab = Lab::from_scenario(with_a_point()).unwrap();
    let run = run(&text, &mut lab);
    assert_eq!(
        (
            run.sent["PUT restorePointCollections"],
            run.sent["PUT restorePointCollections/restorePoints"]
        ),
        (1, 1),
        "{text}"
    );
    let state = lab.state();
    let point = state
        .restore_points
        .iter()
        .find(|point| point.name != "p")
        .unwrap();
    assert_eq!(
        (point.time_created.to_string().as_str(), point.disks.len()),
        ("2026-01-05T02:00:00Z", 1),
        "{point:?}"
    );
    let long = json!({ "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 4, "windowHours": 12, "time": "08:00" },
        "dailyRetentionDays": 30, "weeklyRetention": { "weeks": 12 }, "monthlyRetention": { "months": 6, "on": "last" }, "yearlyRetention": { "years": 2, "months": [1, 7], "on": "first Sunday" } });
    let steps =
        rplab_core::json::write(&rplab_core::api::runbook_steps(plan("vmBackup", long)).unwrap());
    let bodies: Vec<&Value> = steps[0]["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item.pointer("/request/body/properties"))
        .collect();
    let policy = bodies[1];
    assert_eq!(
        policy["schedulePolicy"]["hourlySchedule"],
        json!({ "interval": 4, "scheduleWindowStartTime": "2026-01-05T08:00:00Z", "scheduleWindowDuration": 12 })
    );
    let keep = &policy["retentionPolicy"];
    assert_eq!(keep["weeklySchedule"]["daysOfTheWeek"], json!(["Sunday"]));
    assert_eq!(
        keep["monthlySchedule"]["retentionScheduleDaily"]["daysOfTheMonth"][0]["isLast"],
        true
    );
    assert_eq!(
        keep["yearlySchedule"]["retentionScheduleWeekly"],
        json!({ "daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"] })
    );
    assert_eq!(
        keep["yearlySchedule"]["monthsOfYear"],
        json!(["January", "July"])
    );
    assert_eq!(
        bodies[2]["extendedProperties"]["diskExclusionProperties"]["diskLunList"],
        json!([0])
    );
    let disks = plan(
        "diskBackup",
        json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4 }, "operationalRetentionDays": 9 }),
    );
    let text = runbook(disks, Dialect::Bicep).unwrap();
    assert!(
        text.contains("backupVaults/backupInstances@")
            && text.contains("'P9D'")
            && text.contains("/PT4H'")
            && text.contains("Disk Snapshot Contributor"),
        "{text}"
    );
    let text = runbook(
        plan(
            "mars",
            json!({ "schedule": { "frequency": "Daily" }, "dailyRetentionDays": 3 }),
        ),
        Dialect::AzCli,
    )
    .unwrap();
    assert!(
        text.contains("(no request)") && !text.contains("\naz "),
        "{text}"
    );
}
