//! Every way to restore of pages 003 and 004, and of restore points, each both ways: carried out, refused by each row
//! that denies it, and not known. The list is held against the engine's methods and against the rows of the matrix.

use super::methods::{OTHER, protected, restore};
use super::support::{ok, refused};
use super::{ask, lab, lab_with, protect_data, to, with, with_point};
use rplab_core::api::{Lab, restore_methods};
use rplab_core::matrix::{AssessOptions, MatrixRow, Service, Subject, Verdict, support_matrix};
use rplab_core::model::Fleet;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A way to restore that a service has.
struct Way {
    service: &'static str,
    method: &'static str,
    /// What is asked beside point and method.
    asked: Value,
    /// What can be proved once it was carried out; nothing where nothing is made.
    proves: Option<&'static str>,
    /// Whether it is ever possible.
    open: bool,
    /// Facts of the VM and of its data disk that deny it, each with its rule.
    by_facts: Vec<(Value, Value, &'static str)>,
    /// What it cannot be asked with, each with its rule.
    by_request: Vec<(Value, &'static str)>,
    /// Rules that deny it which no lab can come to; the matrix judges by them.
    by_page: &'static [&'static str],
}

fn way(service: &'static str, method: &'static str) -> Way {
    Way {
        service,
        method,
        asked: json!({}),
        proves: Some("web-restored"),
        open: true,
        by_facts: Vec::new(),
        by_request: Vec::new(),
        by_page: &[],
    }
}

fn of_vm(facts: Value, rule: &'static str) -> (Value, Value, &'static str) {
    (facts, json!({}), rule)
}

fn of_data(facts: Value, rule: &'static str) -> (Value, Value, &'static str) {
    (json!({}), facts, rule)
}

/// The table.
fn ways() -> Vec<Way> {
    let encrypted = || json!({ "adeEnabled": true });
    let trusted = || json!({ "securityType": "TrustedLaunch" });
    let replacing = || json!({ "as": "replaceExisting" });
    vec![
        Way {
            by_facts: vec![
                of_vm(json!({ "plan": "bought" }), "S3-72c"),
                of_vm(json!({ "diagnosticSettings": true }), "S3-76b"),
                of_vm(json!({ "planRemovedFromMarketplace": true }), "S3-18b"),
                of_vm(json!({ "availabilitySetId": "set1" }), "S3-70b"),
            ],
            by_request: vec![(json!({ "targetRegion": "westus" }), "S3-43c")],
            // A spot VM comes back as a regular one: as a spot VM it does not.
            by_page: &["S3-80a"],
            ..way("vmBackup", "createNewVm")
        },
        Way {
            asked: json!({ "name": "web-restored" }),
            proves: Some("web-restored-data"),
            // Mixed storage accounts, and a set for unmanaged disks: no lab has storage accounts.
            by_page: &["S3-62", "S3-63b"],
            ..way("vmBackup", "restoreDisks")
        },
        Way {
            asked: json!({ "stagingLocation": "account" }),
            proves: Some("web"),
            by_facts: vec![
                of_vm(encrypted(), "S3-45g"),
                of_vm(json!({ "classic": true }), "S3-45j"),
                of_vm(json!({ "generalized": true }), "S3-45k"),
            ],
            by_page: &["S3-45b", "S3-45i"],
            ..way("vmBackup", "replaceExisting")
        },
        Way {
            by_facts: vec![
                of_vm(json!({ "securityType": "ConfidentialVM" }), "S3-86g"),
                of_data(json!({ "sku": "UltraSSD_LRS" }), "S3-99f"),
                of_data(json!({ "sku": "PremiumV2_LRS" }), "S3-100f"),
                of_vm(json!({ "identityType": "SystemAssigned" }), "S3-84c"),
                of_vm(json!({ "availabilitySetId": "set1" }), "S3-70b"),
                of_vm(json!({ "plan": "bought" }), "S3-72c"),
                of_vm(json!({ "diagnosticSettings": true }), "S3-76b"),
            ],
            by_request: vec![
                (json!({ "targetRegion": "northeurope" }), "S3-46a"),
                (json!({ "tier": "snapshot" }), "S3-46b"),
                (replacing(), "S3-46d"),
            ],
            ..way("vmBackup", "crossRegion")
        },
        Way {
            asked: json!({ "targetSubscription": OTHER }),
            by_facts: vec![
                of_vm(encrypted(), "S3-47f"),
                of_vm(trusted(), "S3-47g"),
                of_vm(json!({ "availabilitySetId": "set1" }), "S3-70b"),
                of_vm(json!({ "plan": "bought" }), "S3-72c"),
            ],
            by_request: vec![
                (replacing(), "S3-47b"),
                (json!({ "tier": "snapshot" }), "S3-47c"),
                (json!({ "tier": "secondary" }), "S3-47d"),
            ],
            by_page: &["S3-47a", "S3-47e"],
            ..way("vmBackup", "crossSubscription")
        },
        Way {
            asked: json!({ "targetZone": "2" }),
            by_facts: vec![of_vm(encrypted(), "S3-48d"), of_vm(trusted(), "S3-48e")],
            by_request: vec![
                (replacing(), "S3-48b"),
                (json!({ "tier": "snapshot" }), "S3-48c"),
            ],
            ..way("vmBackup", "crossZonal")
        },
        Way {
            proves: None,
            by_facts: vec![
                of_vm(encrypted(), "S3-50"),
                of_vm(
                    json!({ "storageAccountNetwork": "selectedNetworks" }),
                    "S3-51",
                ),
                of_vm(json!({ "storageSpaces": true }), "S3-52"),
                of_vm(json!({ "deduplication": true }), "S3-56c"),
                of_vm(trusted(), "S3-85f"),
                of_vm(json!({ "securityType": "ConfidentialVM" }), "S3-86h"),
            ],
            // What one disk has denies the files on that disk: asked for with it alone.
            by_page: &[
                "S3-49", "S3-53a", "S3-54a", "S3-55", "S3-56a", "S3-56b", "S3-56e", "S3-72b",
                "S3-73b",
            ],
            ..way("vmBackup", "fileRecovery")
        },
        Way {
            asked: json!({ "name": "back" }),
            proves: Some("back"),
            by_request: vec![(json!({ "targetRegion": "westus" }), "S4-13b")],
            ..way("diskBackup", "newDisk")
        },
        Way {
            open: false,
            by_facts: vec![(json!({}), json!({}), "S4-07a")],
            ..way("diskBackup", "replaceSource")
        },
        way("restorePoints", "createNewVm"),
        Way {
            proves: Some("web-restored-data"),
            ..way("restorePoints", "restoreDisks")
        },
        Way {
            proves: None,
            ..way("restorePoints", "signedAccess")
        },
    ]
}

/// A lab in which every service has a point of `web`, in every tier and in the paired region: `p1`, `web-1`, `data-1`.
fn with_all(of_vm: &Value, of_data: &Value) -> Lab {
    let facts = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter" });
    let mut lab = lab_with(with(facts, of_vm), of_data.clone());
    // What restore points and snapshots of disks do not take has backups alone.
    let barred = ["adeEnabled", "scaleSetId"].map(|fact| of_vm.get(fact).is_some());
    let plain = of_data.get("sku").is_none() && barred == [false; 2];
    if plain {
        with_point(&mut lab);
        protect_data(&mut lab, "00:30");
    }
    let mut lab = protected(lab);
    to(&mut lab, "2026-03-02T20:00:00Z");
    lab
}

impl Way {
    fn point(&self) -> &'static str {
        match self.service {
            "vmBackup" => "web-1",
            "diskBackup" => "data-1",
            _ => "p1",
        }
    }

    fn command(&self, more: &Value) -> Value {
        let command = match (self.service, self.method) {
            ("restorePoints", "createNewVm") => {
                json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "web-restored" })
            }
            ("restorePoints", "restoreDisks") => {
                json!({ "type": "restoreDisk", "restorePoint": "p1", "diskRestorePoint": "data", "name": "web-restored-data" })
            }
            ("restorePoints", _) => {
                json!({ "type": "grantAccess", "restorePoint": "p1", "diskRestorePoint": "data", "durationSeconds": 600 })
            }
            _ => {
                let mut command = restore(self.method, self.asked.clone());
                command["recoveryPoint"] = json!(self.point());
                command
            }
        };
        with(command, more)
    }

    /// What the table of the VM's points says of it.
    fn told(&self, lab: &mut Lab) -> Value {
        let all = ask(lab, "restoreAbilities", json!({ "vm": "web" }));
        let points = all["points"].as_array().unwrap();
        let point = points.iter().find(|one| one["name"] == self.point());
        let methods = point.unwrap()["methods"].as_array().unwrap();
        let own = methods.iter().find(|one| one["method"] == self.method);
        own.unwrap().clone()
    }
}

fn rules(told: &Value) -> Vec<&str> {
    let rules = told["rowIds"].as_array().unwrap().iter();
    rules.map(|rule| rule.as_str().unwrap()).collect()
}

#[test]
fn every_way_is_carried_out_where_nothing_stands_against_it() {
    for way in ways().iter().filter(|way| way.open) {
        let mut lab = with_all(&json!({}), &json!({}));
        let told = way.told(&mut lab);
        let yes = ["supported", "caveat"].contains(&told["verdict"].as_str().unwrap());
        assert!(yes, "{} {}: {told}", way.service, way.method);
        ok(&mut lab, way.command(&json!({})));
        if let Some(made) = way.proves {
            let proof = lab.prove(made).unwrap();
            assert!(proof.equal, "{} {}", way.service, way.method);
        }
    }
}

#[test]
fn every_way_is_refused_by_each_row_that_denies_it() {
    for way in ways() {
        let name = format!("{} {}", way.service, way.method);
        for (of_vm, of_data, rule) in &way.by_facts {
            let mut lab = with_all(of_vm, of_data);
            let told = way.told(&mut lab);
            assert_eq!(told["verdict"], "notSupported", "{name} {rule}: {told}");
            assert!(rules(&told).contains(rule), "{name} {rule}: {told}");
            let refusal = refused(&mut lab, way.command(&json!({})));
            assert!(
                refusal.row_ids.iter().any(|own| own == rule),
                "{name} {rule}: {refusal:?}"
            );
        }
        for (asked, rule) in &way.by_request {
            let mut lab = with_all(&json!({}), &json!({}));
            let refusal = refused(&mut lab, way.command(asked));
            assert_eq!(refusal.row_ids, [*rule], "{name}");
        }
    }
    // Of restore points no row of the pages denies a way; the state of the region does, and for a VM the disks.
    let mut down = with_all(&json!({}), &json!({}));
    ok(
        &mut down,
        json!({ "type": "injectFault", "fault": "regionDown", "target": "eastus" }),
    );
    for way in ways().iter().filter(|way| way.service == "restorePoints") {
        assert_eq!(way.told(&mut down)["verdict"], "notSupported");
        assert_eq!(
            refused(&mut down, way.command(&json!({}))).code,
            "InternalOperationError"
        );
    }
    let mut without = lab();
    ok(
        &mut without,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "web" }),
    );
    ok(
        &mut without,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1", "atOnce": true, "excludeDisks": [{ "id": "os" }] }),
    );
    for way in ways().iter().filter(|way| way.service == "restorePoints") {
        let able = way.told(&mut without)["verdict"] == "supported";
        assert_eq!(able, way.method != "createNewVm", "{}", way.method);
        let command = way.command(&json!({}));
        if able {
            ok(&mut without, command);
        } else {
            refused(&mut without, command);
        }
    }
}

/// A fact that decides and that nobody supplied leaves open each way that is judged by the page.
#[test]
fn every_way_of_a_page_waits_for_a_fact_that_it_needs() {
    let mut lab = with_all(&json!({ "scaleSetId": "set1" }), &json!({}));
    for way in ways().iter().filter(|way| way.service == "vmBackup") {
        let told = way.told(&mut lab);
        assert_eq!(told["verdict"], "unknown", "{}: {told}", way.method);
        assert_eq!(
            told["missing"],
            json!(["orchestrationMode"]),
            "{}",
            way.method
        );
    }
    // A disk of which only the id is known.
    let fleet: Fleet = rplab_core::json::read(&json!({ "machines": [{
        "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm", "name": "vm", "location": "eastus2",
        "facts": { "osType": "Windows" }, "disks": [{ "name": "os", "role": "os", "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/os" }] }] }))
    .unwrap();
    let options: AssessOptions =
        rplab_core::json::read(&json!({ "service": "diskBackup" })).unwrap();
    let told = restore_methods(&fleet, &options).unwrap();
    let of = |method: &str| {
        let mut methods = told[0].methods.iter();
        methods.find(|own| own.method == method).unwrap()
    };
    assert_eq!(of("newDisk").verdict, Verdict::Unknown);
    assert!(!of("newDisk").missing.is_empty());
    assert_eq!(of("replaceSource").verdict, Verdict::NotSupported);
}

/// The table has every method that the engine and the matrix have, and every rule that denies one.
#[test]
fn the_table_of_ways_is_complete() {
    let known: BTreeSet<(String, String)> = ways()
        .iter()
        .map(|way| (way.service.to_owned(), way.method.to_owned()))
        .collect();
    let mut lab = with_all(&json!({}), &json!({}));
    let all = ask(&mut lab, "restoreAbilities", json!({ "vm": "web" }));
    let mut of_engine = BTreeSet::new();
    for point in all["points"].as_array().unwrap() {
        for method in point["methods"].as_array().unwrap() {
            of_engine.insert((
                point["service"].as_str().unwrap().to_owned(),
                method["method"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert_eq!(of_engine, known);
    let fleet = lab.fleet();
    for service in ["vmBackup", "diskBackup"] {
        let options = rplab_core::json::read(&json!({ "service": service })).unwrap();
        let told = restore_methods(&fleet, &options).unwrap();
        let of_page: Vec<&str> = told[0]
            .methods
            .iter()
            .map(|own| own.method.as_str())
            .collect();
        let own = ways();
        let own = own.iter().filter(|way| way.service == service);
        assert_eq!(of_page, own.map(|way| way.method).collect::<Vec<_>>());
    }
    // Every row on a way to restore that says no is in the table, or the matrix comes to it by its example.
    let table = ways();
    let by_lab = |rule: &str| {
        table.iter().any(|way| {
            way.by_facts.iter().any(|(_, _, own)| *own == rule)
                || way.by_request.iter().any(|(_, own)| *own == rule)
        })
    };
    let by_page = |rule: &str| table.iter().any(|way| way.by_page.contains(&rule));
    let about = |row: &MatrixRow| {
        matches!(row.subject, Subject::RestoreMethod | Subject::FileRestore)
            && row.verdict == Verdict::NotSupported
            && row
                .rules
                .iter()
                .any(|rule| rule.id.starts_with("S3-") || rule.id.starts_with("S4-"))
            && matches!(row.service, Service::VmBackup | Service::DiskBackup)
    };
    let (mut rows, mut lacking) = (0, Vec::new());
    for row in support_matrix().iter().filter(|row| about(row)) {
        rows += 1;
        let rules: Vec<&str> = row.rules.iter().map(|rule| rule.id.as_str()).collect();
        if !rules.iter().any(|rule| by_lab(rule) || by_page(rule)) {
            lacking.push(format!("{} ({})", rules.join(", "), row.id));
        }
        if let Some(example) = &row.example {
            let fleet = Fleet {
                machines: vec![example.machine.clone()],
                disks: Vec::new(),
            };
            let told = rplab_core::matrix::assess(&fleet, &example.options).unwrap();
            assert_eq!(
                told.machines[0].verdict,
                Verdict::NotSupported,
                "{}",
                row.id
            );
        }
    }
    assert!(
        lacking.is_empty(),
        "deny a way to restore and are not in the table: {lacking:?}"
    );
    assert!(rows >= 25, "{rows}");
}

/// What facts deny or let pass on the page, the engine denies or lets pass, for each method and each thing made; and
/// what is said of a point's methods is what the engine does.
#[test]
fn page_and_engine_agree_on_what_a_fact_does_to_each_way() {
    let spot = json!({ "priority": "Spot" });
    let set = json!({ "availabilitySetId": "set1" });
    let bought = json!({ "plan": "contoso:appliance:basic" });
    let diagnostics = json!({ "diagnosticSettings": true });
    let ways = [
        ("createNewVm", None, json!({})),
        ("restoreDisks", None, json!({})),
        ("crossRegion", Some("createNewVm"), json!({})),
        ("crossRegion", Some("restoreDisks"), json!({})),
        (
            "crossSubscription",
            Some("createNewVm"),
            json!({ "targetSubscription": OTHER }),
        ),
        (
            "crossSubscription",
            Some("restoreDisks"),
            json!({ "targetSubscription": OTHER }),
        ),
        (
            "crossZonal",
            Some("createNewVm"),
            json!({ "targetZone": "2" }),
        ),
        (
            "crossZonal",
            Some("restoreDisks"),
            json!({ "targetZone": "2" }),
        ),
        (
            "replaceExisting",
            None,
            json!({ "stagingLocation": "account" }),
        ),
    ];
    for facts in [spot, set, bought, diagnostics] {
        let mut lab = with_all(&facts, &json!({}));
        let all = ask(&mut lab, "restoreAbilities", json!({ "vm": "web" }));
        let points = all["points"].as_array().unwrap();
        let point = points.iter().find(|one| one["name"] == "web-1").unwrap();
        for (method, makes, asked) in &ways {
            let name = format!("{facts} {method} {makes:?}");
            let mut command = with(restore(method, asked.clone()), &json!({ "name": "new" }));
            let mut wanted = json!({ "method": method, "pointTier": "vault" });
            if let Some(makes) = makes {
                command["as"] = json!(makes);
                wanted["as"] = json!(makes);
            }
            if *method == "crossRegion" {
                wanted["targetRegion"] = json!("westus");
            }
            command["recoveryPoint"] = json!("web-1");
            let asked = rplab_core::timeline::read_command(command).unwrap();
            let open = lab.check(&asked).is_none();
            let options = json!({ "service": "vmBackup", "request": { "operation": "restore" }, "restore": wanted,
                "vault": { "location": "eastus", "crossRegionRestore": true } });
            let options: AssessOptions = rplab_core::json::read(&options).unwrap();
            let told = rplab_core::matrix::assess(&lab.fleet(), &options).unwrap();
            let own = told.machines.iter().find(|own| own.name == "web").unwrap();
            let denied = own.verdict == Verdict::NotSupported;
            assert_eq!(open, !denied, "{name}: {:?}", own.findings);
            if makes.is_none_or(|makes| makes == "createNewVm") {
                let methods = point["methods"].as_array().unwrap();
                let said = methods.iter().find(|own| own["method"] == *method).unwrap();
                assert_eq!(open, said["verdict"] != "notSupported", "{name}: {said}");
            }
        }
    }
}

/// S3-46d: a point of the paired region replaces nothing.
#[test]
fn nothing_is_replaced_from_the_paired_region() {
    let fleet = with_all(&json!({}), &json!({})).fleet();
    for (there, verdict) in [(true, Verdict::NotSupported), (false, Verdict::Supported)] {
        let options = json!({ "service": "vmBackup", "restore": { "pointInSecondary": there, "vmExists": true },
            "vault": { "location": "eastus", "crossRegionRestore": true } });
        let options: AssessOptions = rplab_core::json::read(&options).unwrap();
        let told = restore_methods(&fleet, &options).unwrap();
        let own = told[0]
            .methods
            .iter()
            .find(|own| own.method == "replaceExisting");
        assert_eq!(
            own.unwrap().verdict == Verdict::NotSupported,
            verdict == Verdict::NotSupported
        );
        assert_eq!(own.unwrap().row_ids.contains(&"S3-46d".to_owned()), there);
    }
    let mut lab = with_all(&json!({}), &json!({}));
    let asked = json!({ "stagingLocation": "account", "tier": "secondary" });
    let mut command = restore("replaceExisting", asked);
    command["recoveryPoint"] = json!("web-1");
    refused(&mut lab, command);
}
