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
    // A template has no titles: there it stands above the resources.
    for dialect in [Dialect::Bicep, Dialect::ArmTemplate, Dialect::Terraform] {
        let said = runbook(scenario(&[policy("00:30", months.clone())]), dialect).unwrap();
        let head = said.lines().take(12).collect::<Vec<_>>().join("\n");
        assert!(head.contains("choose them, or another time"), "{head}");
        let day = json!({ "monthlyRetention": { "on": "1", "months": 12 } });
        let said = runbook(scenario(&[policy("00:30", day)]), dialect).unwrap();
        assert!(said.contains("days of monthlySchedule"), "{said}");
        let noon = runbook(scenario(&[policy("12:00", months.clone())]), dialect).unwrap();
        assert!(!noon.contains("days of monthlySchedule"), "{noon}");
    }
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

/// The ids of the requests of a scenario, with their methods.
fn sent(requests: &[(String, String, Value)]) -> Vec<String> {
    let short = |(method, id, _): &(String, String, Value)| {
        let behind = id.split("/providers/").nth(1).unwrap_or(id);
        format!("{method} {behind}")
    };
    requests.iter().map(short).collect()
}

const ITEM: &str = "Microsoft.RecoveryServices/vaults/safe/backupFabrics/Azure/protectionContainers/iaasvmcontainer;iaasvmcontainerv2;g;web/protectedItems/vm;iaasvmcontainerv2;g;web";

fn daily(days: u64) -> Value {
    json!({ "type": "Standard", "schedule": { "frequency": "Daily", "time": "02:00" }, "dailyRetentionDays": days })
}

#[test]
fn what_is_asked_of_vm_backup_is_sent_as_its_requests() {
    let hours = |count: u64| json!({ "type": "advanceClock", "by": format!("PT{count}H") });
    let story = scenario(&[
        protect(json!({})),
        json!({ "type": "backupNow", "item": "web", "retainDays": 10 }),
        json!({ "type": "cancelJob", "item": "web" }),
        json!({ "type": "backupNow", "item": "web" }),
        hours(30),
        json!({ "type": "changePolicy", "item": "web", "policy": daily(30) }),
        json!({ "type": "restoreBackup", "recoveryPoint": "web-2", "method": "createNewVm", "name": "again" }),
        json!({ "type": "restoreBackup", "recoveryPoint": "web-2", "method": "fileRecovery", "disks": ["os"] }),
        hours(30),
        json!({ "type": "stopProtection", "item": "web" }),
        json!({ "type": "stopProtection", "item": "web", "keepPoints": false }),
    ]);
    let (requests, titles) = requests(story.clone());
    let vault = "Microsoft.RecoveryServices/vaults/safe";
    assert!(!titles.contains("not done"), "{titles}");
    assert_eq!(
        sent(&requests)[1..],
        [
            format!("PUT {vault}"),
            format!("PUT {vault}/backupPolicies/web-policy"),
            format!("PUT {ITEM}"),
            format!("POST {ITEM}/backup"),
            format!("POST {vault}/backupJobs/JOB_ID/cancel"),
            format!("POST {ITEM}/backup"),
            format!("PUT {vault}/backupPolicies/web-policy-2"),
            format!("PUT {ITEM}"),
            format!("POST {ITEM}/recoveryPoints/RECOVERY_POINT_ID/restore"),
            format!("POST {ITEM}/recoveryPoints/RECOVERY_POINT_ID/provisionInstantItemRecovery"),
            format!("PUT {ITEM}"),
            format!("DELETE {ITEM}"),
        ]
    );
    let properties = |at: usize| requests[at].2["properties"].clone();
    assert_eq!(
        properties(4),
        json!({ "objectType": "IaasVMBackupRequest", "recoveryPointExpiryTimeInUTC": "2026-01-15T00:00:00Z" })
    );
    assert_eq!(
        properties(6),
        json!({ "objectType": "IaasVMBackupRequest" })
    );
    let kept = &properties(7)["retentionPolicy"]["dailySchedule"]["retentionDuration"];
    assert_eq!(*kept, json!({ "count": 30, "durationType": "Days" }));
    let under = properties(8)["policyId"].as_str().unwrap().to_owned();
    assert!(under.ends_with("/web-policy-2"), "{under}");
    let restore = properties(9);
    assert_eq!(restore["recoveryType"], "AlternateLocation");
    assert_eq!(restore["sourceResourceId"], VM);
    let stopped = properties(11);
    assert_eq!(stopped["protectionState"], "ProtectionStopped");
    assert!(stopped.get("policyId").is_none());
    // What Azure gives, and what the lab has none of, is said.
    for words in [
        "RECOVERY_POINT_ID is the id that Azure gave the recovery point",
        "web-2 was taken at 2026-01-05T00:00:00Z",
        "JOB_ID is the id that Azure gave the job",
        "SUBNET_ID is",
    ] {
        assert!(titles.contains(words), "{words}: {titles}");
    }
    // Whatever a dialect does not declare is said in it with its request.
    for dialect in [Dialect::Bicep, Dialect::ArmTemplate, Dialect::Terraform] {
        let text = runbook(story.clone(), dialect).unwrap();
        assert!(
            text.contains("ProtectionStopped") && text.contains("backupJobs/JOB_ID"),
            "{dialect:?}\n{text}"
        );
    }
    let cli = runbook(story.clone(), Dialect::AzCli).unwrap();
    assert!(
        cli.contains("az rest --method=post") && cli.contains("/restore?api-version="),
        "{cli}"
    );
    // Nothing but the passing of time is without a request.
    let steps = rplab_core::json::write(&runbook_steps(story).unwrap());
    for step in steps.as_array().unwrap() {
        let waits = step["lab"][0]["type"] == "advanceClock";
        assert_eq!(step["items"] == json!([]), waits, "{step}");
    }
}

#[test]
fn a_template_leaves_what_is_protected_as_it_was_made_when_it_is_stopped() {
    let story = scenario(&[
        protect(json!({})),
        json!({ "type": "stopProtection", "item": "web" }),
    ]);
    let template: Value =
        serde_json::from_str(&runbook(story, Dialect::ArmTemplate).unwrap()).unwrap();
    let mut all = template["resources"].as_array().unwrap().iter();
    let item = all.find(|own| own["type"].as_str().unwrap().ends_with("/protectedItems"));
    let properties = &item.unwrap()["properties"];
    assert!(properties["policyId"].is_string() && properties.get("protectionState").is_none());
    let notes = template["metadata"]["notes"].to_string();
    assert!(
        notes.contains("send PUT") && notes.contains("ProtectionStopped"),
        "{notes}"
    );
}

#[test]
fn a_vault_is_made_once_and_keeps_its_redundancy() {
    let second = json!({ "type": "createVirtualMachine", "id": VM.replace("/web", "/db"), "name": "db", "location": "westeurope",
        "facts": { "osType": "Windows" }, "disks": [{ "name": "db-os", "role": "os", "sizeGiB": 8 }] });
    let of_second = |more: Value| {
        let mut fields = json!({ "virtualMachine": "db" });
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        protect(fields)
    };
    let story = |more: Value| {
        scenario(&[
            second.clone(),
            protect(json!({ "vaultRedundancy": "GeoRedundant" })),
            of_second(more),
        ])
    };
    let (once, _) = requests(story(json!({})));
    let vaults = |sent: &[(String, String, Value)]| {
        let made = sent
            .iter()
            .filter(|(_, id, _)| id.ends_with("/vaults/safe"));
        made.map(|(_, _, body)| body["properties"]["redundancySettings"].clone())
            .collect::<Vec<Value>>()
    };
    let geo = json!({ "standardTierStorageRedundancy": "GeoRedundant" });
    assert_eq!(vaults(&once), std::slice::from_ref(&geo));
    let (twice, _) = requests(story(json!({ "crossRegionRestore": true })));
    let both =
        json!({ "standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled" });
    assert_eq!(vaults(&twice), [geo, both.clone()]);
    let template: Value = serde_json::from_str(
        &runbook(
            story(json!({ "crossRegionRestore": true })),
            Dialect::ArmTemplate,
        )
        .unwrap(),
    )
    .unwrap();
    let mut all = template["resources"].as_array().unwrap().iter();
    let vault = all.find(|own| own["type"].as_str().unwrap().ends_with("/vaults"));
    assert_eq!(vault.unwrap()["properties"]["redundancySettings"], both);
}

#[test]
fn what_is_asked_of_disk_backup_is_sent_as_its_requests() {
    let policy = json!({ "schedule": { "frequency": "Hourly", "intervalHours": 4, "time": "01:00" }, "operationalRetentionDays": 9 });
    let protect = |policy: &Value| {
        json!({ "type": "protect", "service": "diskBackup", "disk": "os", "vault": "disks", "policy": policy,
        "snapshotResourceGroup": "snapshots", "name": "os-kept" })
    };
    let day = json!({ "type": "advanceClock", "by": "P1D" });
    let story = scenario(&[
        protect(&policy),
        json!({ "type": "backupNow", "item": "os-kept" }),
        day.clone(),
        json!({ "type": "restoreBackup", "recoveryPoint": "os-kept-1", "method": "newDisk", "name": "os-again" }),
        day.clone(),
        json!({ "type": "stopProtection", "item": "os-kept", "keepPoints": false }),
    ]);
    let (requests, titles) = requests(story);
    let vault = "Microsoft.DataProtection/backupVaults/disks";
    assert!(!titles.contains("not done"), "{titles}");
    let all = sent(&requests);
    assert_eq!(
        all[1..],
        [
            format!("PUT {vault}"),
            format!("PUT {vault}/backupPolicies/os-policy"),
            format!("PUT {vault}/backupInstances/os-kept"),
            format!("POST {vault}/backupInstances/os-kept/backup"),
            format!("POST {vault}/backupInstances/os-kept/restore"),
            format!("DELETE {vault}/backupInstances/os-kept"),
        ]
    );
    let instance = &requests[3].2["properties"];
    let parameters = &instance["policyInfo"]["policyParameters"]["dataStoreParametersList"][0];
    assert_eq!(
        parameters["resourceGroupId"],
        "/subscriptions/s/resourceGroups/snapshots"
    );
    let times = |sent: &[(String, String, Value)]| {
        let rules = &sent[2].2["properties"]["policyRules"][1];
        rules["trigger"]["schedule"]["repeatingTimeIntervals"].clone()
    };
    assert_eq!(times(&requests), json!(["R/2026-01-05T01:00:00Z/PT4H"]));
    assert!(
        titles.contains("Disk Snapshot Contributor on /subscriptions/s/resourceGroups/snapshots"),
        "{titles}"
    );
    assert!(titles.contains("RECOVERY_POINT_ID is"), "{titles}");
    // Hours of the day that it does not run in are said too.
    let mut window = policy.clone();
    window["schedule"]["windowHours"] = json!(8);
    let (sent, _) = self::requests(scenario(&[protect(&window)]));
    assert_eq!(
        times(&sent),
        json!(["R/2026-01-05T01:00:00Z/P1D", "R/2026-01-05T05:00:00Z/P1D"])
    );
    // Later the policy can be another one.
    let mut later = scenario(&[
        json!({ "type": "setSetting", "name": "edition", "value": "beyond" }),
        protect(&policy),
        json!({ "type": "changePolicy", "item": "os-kept", "policy": window }),
        json!({ "type": "stopProtection", "item": "os-kept" }),
    ]);
    later["seed"] = json!(2);
    let (sent, titles) = self::requests(later);
    assert!(!titles.contains("not done"), "{titles}");
    let ids: Vec<&str> = sent[4..]
        .iter()
        .map(|(_, id, _)| id.split("/disks/").nth(1).unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "backupPolicies/os-policy-2",
            "backupInstances/os-kept",
            "backupInstances/os-kept/stopProtection"
        ]
    );
}

/// The window of an hourly policy begins at its own time, at whatever hour it is made.
#[test]
fn the_window_of_an_hourly_policy_begins_where_it_says() {
    let hourly = |time: &str, offset: &str| {
        json!({ "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 4, "windowHours": 12,
        "time": time, "utcOffset": offset }, "dailyRetentionDays": 8 })
    };
    for (at, time, offset, begin) in [
        (
            "2026-01-05T10:00:00Z",
            "08:00",
            "+00:00",
            "2026-01-05T08:00:00Z",
        ),
        (
            "2026-01-05T23:00:00Z",
            "08:00",
            "+00:00",
            "2026-01-06T08:00:00Z",
        ),
        (
            "2026-01-05T23:30:00Z",
            "20:00",
            "+00:00",
            "2026-01-05T20:00:00Z",
        ),
        (
            "2026-01-05T05:00:00Z",
            "08:00",
            "+05:30",
            "2026-01-05T02:30:00Z",
        ),
    ] {
        let (sent, _) = requests(scenario(&[
            json!({ "type": "advanceClock", "to": at }),
            protect(json!({ "policy": hourly(time, offset) })),
        ]));
        let own =
            &body(&sent, "/backupPolicies/")["properties"]["schedulePolicy"]["hourlySchedule"];
        assert_eq!(
            own["scheduleWindowStartTime"], begin,
            "made at {at}, window from {time} {offset}"
        );
    }
}

#[test]
fn a_vault_is_in_one_region() {
    let far = json!({ "type": "createVirtualMachine", "id": VM.replace("/web", "/far"), "name": "far", "location": "northeurope",
        "facts": { "osType": "Windows" }, "disks": [{ "name": "far-os", "role": "os", "sizeGiB": 8 }] });
    let (sent, titles) = requests(scenario(&[
        far,
        protect(json!({})),
        protect(json!({ "virtualMachine": "far" })),
        protect(json!({ "virtualMachine": "far", "vault": "other" })),
    ]));
    assert!(
        titles.contains("name another vault for what is in northeurope"),
        "{titles}"
    );
    let places: Vec<&Value> = sent
        .iter()
        .filter(|(_, id, _)| {
            id.contains("/vaults/")
                && !id.contains("/vaults/safe/")
                && !id.contains("/vaults/other/")
        })
        .map(|(_, _, body)| &body["location"])
        .collect();
    assert_eq!(places, ["westeurope", "northeurope"]);
    // A plan over both has a vault in each.
    let vm = |name: &str, region: &str| json!({ "id": VM.replace("/web", &format!("/{name}")), "name": name, "location": region, "disks": [] });
    let plan = json!({ "name": "both", "service": "vmBackup", "policy": daily(8), "vault": "safe",
        "fleet": { "machines": [vm("a", "westeurope"), vm("b", "northeurope"), vm("c", "westeurope")] } });
    let (sent, _) = requests(plan);
    let made = sent.iter().filter(|(_, _, body)| body.get("sku").is_some());
    let made: Vec<(&str, &Value)> = made
        .map(|(_, id, body)| (id.rsplit('/').next().unwrap(), &body["location"]))
        .collect();
    assert_eq!(made.len(), 2, "{made:?}");
    assert!(
        made.contains(&("safe-northeurope", &json!("northeurope"))),
        "{made:?}"
    );
}

#[test]
fn what_an_automation_of_ones_own_takes_is_made_by_requests() {
    let (sent, titles) = requests(scenario(&[
        json!({ "type": "protect", "virtualMachine": "web", "service": "restorePoints", "name": "own",
            "policy": { "schedule": { "frequency": "Daily", "time": "02:00" }, "keepLast": 3 } }),
        json!({ "type": "backupNow", "item": "own" }),
        json!({ "type": "advanceClock", "by": "PT1H" }),
        json!({ "type": "restoreBackup", "recoveryPoint": "own-1", "item": "own", "method": "restoreDisks", "name": "back" }),
    ]));
    assert!(!titles.contains("not done"), "{titles}");
    let kinds = self::sent(&sent);
    assert_eq!(
        kinds[1..],
        [
            "PUT Microsoft.Compute/restorePointCollections/own",
            "PUT Microsoft.Compute/restorePointCollections/own/restorePoints/own-1",
            "PUT Microsoft.Compute/disks/back-os",
        ]
    );
    assert!(titles.contains("automation of your own"), "{titles}");
}

/// A disk that is read privately names its disk access, in the lab as at the endpoint.
#[test]
fn private_disks_name_their_disk_access() {
    let private = |more: Value| {
        let mut command =
            json!({ "type": "setNetworkAccess", "disk": "os", "policy": "AllowPrivate" });
        command
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        command
    };
    let access = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskAccesses/a";
    let steps =
        |commands: &[Value]| rplab_core::json::write(&runbook_steps(scenario(commands)).unwrap());
    let named = private(json!({ "diskAccess": access }));
    let all = steps(&[
        named.clone(),
        // It keeps the one that it has.
        private(json!({})),
        json!({ "type": "setNetworkAccess", "disk": "os", "policy": "DenyAll" }),
        private(json!({})),
        private(json!({ "diskAccess": "a" })),
        private(json!({ "diskAccess": VM })),
        private(json!({ "policy": "AllowAll", "diskAccess": access })),
    ]);
    let titles: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["title"].as_str().unwrap())
        .collect();
    let done: Vec<bool> = titles[1..]
        .iter()
        .map(|title| !title.starts_with("not done"))
        .collect();
    assert_eq!(
        done,
        [true, true, true, false, false, false, false],
        "{titles:#?}"
    );
    assert!(titles[4].contains("disk access"), "{titles:#?}");
    // What the lab takes goes round: the endpoint takes it too.
    for step in &all.as_array().unwrap()[1..4] {
        assert_eq!(step["replayed"], true, "{step}");
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
