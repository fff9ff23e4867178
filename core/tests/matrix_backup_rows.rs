//! Rows of every service that facts decide: for each a VM in ARM's shape that reaches it, and the same VM with one
//! thing changed that does not.
//!
//! A case names the row that it reaches and the verdict on the VM. `vm`, `os` and `data` change the ARM bodies of
//! the VM and of its two disks by path; `dataDisks` makes more of the data disk; `facts`, `osFacts` and
//! `dataFacts` are facts that ARM does not carry; `options` is the question. `flip` is merged over all that, and
//! then the row is not reached and the verdict is `flipped`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{
    AssessOptions, JudgedBy, MachineAssessment, MatrixRow, Verdict, assess, pages, support_matrix,
};
use rplab_core::model::Fleet;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute";

const FILES: [(&str, &str, &str); 10] = [
    (
        "restore_points",
        "restorePoints",
        include_str!("matrix_rows/restore_points.json"),
    ),
    (
        "machines",
        "vmBackup",
        include_str!("matrix_rows/machines.json"),
    ),
    ("agents", "mars", include_str!("matrix_rows/agents.json")),
    (
        "restore",
        "vmBackup",
        include_str!("matrix_rows/restore.json"),
    ),
    ("files", "vmBackup", include_str!("matrix_rows/files.json")),
    (
        "storage",
        "vmBackup",
        include_str!("matrix_rows/storage.json"),
    ),
    (
        "network",
        "vmBackup",
        include_str!("matrix_rows/network.json"),
    ),
    (
        "beyond",
        "vmBackup",
        include_str!("matrix_rows/beyond.json"),
    ),
    (
        "statements",
        "vmBackup",
        include_str!("matrix_rows/statements.json"),
    ),
    (
        "disk_backup",
        "diskBackup",
        include_str!("matrix_rows/disk_backup.json"),
    ),
];

/// Every case with where it stands and the service that it asks about.
fn cases() -> Vec<(String, &'static str, Value)> {
    let files = FILES.into_iter().flat_map(|(name, service, text)| {
        let cases: Vec<Value> = serde_json::from_str(text).unwrap();
        let numbered = cases.into_iter().enumerate();
        numbered.map(move |(at, case)| {
            let row = case["row"].as_str().unwrap().to_owned();
            (format!("{name}[{at}] {row}"), service, case)
        })
    });
    files.collect()
}

/// A running Windows VM in East US 2, zone 1, as `GET` answers it.
fn vm() -> Value {
    json!({
        "id": format!("{GROUP}/virtualMachines/vm"), "name": "vm",
        "type": "Microsoft.Compute/virtualMachines", "location": "eastus2", "zones": ["1"],
        "properties": {
            "hardwareProfile": { "vmSize": "Standard_D4s_v5" },
            "storageProfile": {
                "osDisk": {
                    "osType": "Windows", "name": "os", "createOption": "FromImage", "caching": "ReadWrite",
                    "diskSizeGB": 128, "managedDisk": { "id": format!("{GROUP}/disks/os") },
                },
                "dataDisks": [],
            },
            "instanceView": { "osName": "Windows Server 2022 Datacenter" },
            "networkProfile": { "networkInterfaces": [{ "id": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/nic" }] },
        },
    })
}

fn disk(name: &str, gib: u64) -> Value {
    json!({
        "id": format!("{GROUP}/disks/{name}"), "name": name, "type": "Microsoft.Compute/disks",
        "location": "eastus2", "zones": ["1"], "sku": { "name": "Premium_LRS" },
        "managedBy": format!("{GROUP}/virtualMachines/vm"),
        "properties": {
            "diskSizeGB": gib, "diskState": "Attached", "networkAccessPolicy": "AllowAll",
            "encryption": { "type": "EncryptionAtRestWithPlatformKey" },
        },
    })
}

/// The fleet of a case, read as an export of ARM would be.
fn fleet(case: &Value) -> Fleet {
    let mut vm = vm();
    let mut disks = vec![disk("os", 128)];
    set(&mut disks[0], &case["os"]);
    for at in 0..case["dataDisks"].as_u64().unwrap_or(1) {
        let name = if at == 0 {
            "data".to_owned()
        } else {
            format!("data{at}")
        };
        let mut data = disk(&name, 256);
        set(&mut data, &case["data"]);
        let attached = json!({ "lun": at, "name": name, "createOption": "Attach", "caching": "None",
            "managedDisk": { "id": data["id"] } });
        let list = &mut vm["properties"]["storageProfile"]["dataDisks"];
        list.as_array_mut().unwrap().push(attached);
        disks.push(data);
    }
    set(&mut vm, &case["vm"]);
    // A disk that became unmanaged is no resource of its own.
    let listed = vm["properties"]["storageProfile"].to_string();
    disks.retain(|disk| listed.contains(&disk["id"].to_string()));
    disks.insert(0, vm);
    let exported = json!({ "value": disks });
    let read = import(&[NamedInput::new("export.json", exported.to_string())]).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let mut fleet = rplab_core::json::write(&read.fleet);
    let machine = &mut fleet["machines"][0];
    merge(&mut machine["facts"], &case["facts"]);
    merge(&mut machine["disks"][0]["facts"], &case["osFacts"]);
    merge(&mut machine["disks"][1]["facts"], &case["dataFacts"]);
    rplab_core::json::read(&fleet).unwrap()
}

/// Puts values at dotted paths into an ARM body; `null` takes the member away.
fn set(body: &mut Value, patch: &Value) {
    let patch = patch.as_object().into_iter().flatten();
    for (path, new) in patch {
        let mut place = &mut *body;
        let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
        for step in parents.split('.').filter(|step| !step.is_empty()) {
            place = match step.parse::<usize>() {
                Ok(at) => &mut place[at],
                Err(_) => &mut place[step],
            };
        }
        match last.parse::<usize>() {
            Ok(at) => place[at] = new.clone(),
            Err(_) if new.is_null() => drop(place.as_object_mut().unwrap().remove(last)),
            Err(_) => place[last] = new.clone(),
        }
    }
}

/// Merges members into an object, all the way down; `null` takes a member away.
fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().into_iter().flatten() {
        if value.is_null() {
            into.as_object_mut().unwrap().remove(name);
        } else if value.is_object() && into[name].is_object() {
            merge(&mut into[name], value);
        } else {
            into[name] = value.clone();
        }
    }
}

fn judged(service: &str, case: &Value) -> MachineAssessment {
    let mut options = json!({
        "service": service, "policy": { "type": "Enhanced" }, "vault": { "location": "East US 2" },
    });
    merge(&mut options, &case["options"]);
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    assess(&fleet(case), &options).unwrap().machines.remove(0)
}

/// The case with its one change.
fn flipped(case: &Value) -> Value {
    let mut flipped = case.clone();
    for (place, change) in case["flip"].as_object().unwrap() {
        let own = &mut flipped[place];
        if place == "dataDisks" {
            *own = change.clone();
        } else if matches!(place.as_str(), "vm" | "os" | "data") {
            // By path, `null` among them: what takes a member away has to stay.
            let own = own.as_object_mut().map(std::mem::take).unwrap_or_default();
            let all = own.into_iter().chain(change.as_object().unwrap().clone());
            flipped[place] = all.collect();
        } else {
            if own.is_null() {
                *own = json!({});
            }
            merge_keeping_null(own, change);
        }
    }
    flipped
}

fn merge_keeping_null(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().unwrap() {
        if value.is_object() && into[name].is_object() {
            merge_keeping_null(&mut into[name], value);
        } else {
            into[name] = value.clone();
        }
    }
}

/// Whether a row holds for the machine, or for one of its disks where one is named.
fn holds(machine: &MachineAssessment, row: &str, disk: Option<&str>) -> bool {
    let mut own = machine.findings.iter().filter(|one| one.matrix_row == row);
    own.any(|one| {
        one.verdict != Verdict::Unknown
            && disk.is_none_or(|disk| one.disks.iter().any(|name| name == disk))
    })
}

fn verdict(word: &Value) -> Verdict {
    rplab_core::json::read(word).unwrap()
}

fn heard(machine: &MachineAssessment) -> Vec<(Verdict, &str)> {
    let findings = machine.findings.iter();
    findings
        .map(|finding| (finding.verdict, finding.matrix_row.as_str()))
        .collect()
}

#[test]
fn each_row_is_reached_and_one_change_takes_it_away() {
    let mut wrong = Vec::new();
    for (name, service, case) in cases() {
        let row = case["row"].as_str().unwrap();
        let disk = case["disk"].as_str();
        let machine = judged(service, &case);
        let missing = case["missing"].as_str();
        let reached = match missing {
            None => holds(&machine, row, disk),
            Some(fact) => machine.missing.iter().any(|own| own.fact == fact),
        };
        if !reached {
            wrong.push(format!("{name}: not reached in {:?}", heard(&machine)));
        }
        if case["verdict"].is_string() && machine.verdict != verdict(&case["verdict"]) {
            wrong.push(format!(
                "{name}: {:?}, not {}, by {:?}",
                machine.verdict,
                case["verdict"],
                heard(&machine)
            ));
        }
        // A row that is more than a yes is what decides: none beside it is stricter.
        let own = machine.findings.iter().find(|one| one.matrix_row == row);
        let own = own.map_or(Verdict::Unknown, |own| own.verdict);
        if own != Verdict::Supported && own != machine.verdict {
            wrong.push(format!("{name}: does not decide"));
        }
        let machine = judged(service, &flipped(&case));
        let still = match missing {
            None => holds(&machine, row, disk),
            Some(fact) => machine.missing.iter().any(|own| own.fact == fact),
        };
        if still {
            wrong.push(format!("{name}: still there after {}", case["flip"]));
        }
        if case["flipped"].is_string() && machine.verdict != verdict(&case["flipped"]) {
            wrong.push(format!(
                "{name} flipped: {:?}, not {}, by {:?}",
                machine.verdict,
                case["flipped"],
                heard(&machine)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sections that the cases are of; the whole of page 004.
const SECTIONS: [&str; 6] = [
    "Supported restore methods",
    "Support for file-level restore",
    "VM storage support",
    "VM network support",
    "Support for VM security and encryption",
    "VM compression support",
];

#[test]
fn every_rule_of_the_sections_has_a_row_and_every_row_that_facts_decide_a_case() {
    let sections = pages().iter().flat_map(|page| {
        let whole = page.page == "004";
        let part = page.sections().iter();
        part.filter(move |section| whole || SECTIONS.contains(&section.heading.as_str()))
    });
    let stated = sections.flat_map(|section| section.rows.iter().flat_map(|row| &row.rules));
    let stated: BTreeSet<&String> = stated.collect();
    assert_eq!(stated.len(), 185);
    let rows = support_matrix();
    // A row of another section may name a rule of these beside its own.
    let own = |row: &&MatrixRow| {
        let first = row.rules.first();
        first.is_some_and(|rule| stated.contains(&rule.id))
    };
    let rows: Vec<&MatrixRow> = rows.iter().filter(own).collect();
    let rules = rows
        .iter()
        .flat_map(|row| row.rules.iter().map(|rule| &rule.id));
    assert!(stated.is_subset(&rules.collect()));
    let cases: BTreeSet<String> = cases()
        .into_iter()
        .map(|(_, _, case)| case["row"].as_str().unwrap().to_owned())
        .collect();
    for row in rows {
        let decided = row.judged_by != JudgedBy::Engine;
        assert_eq!(decided, cases.contains(&row.id), "{}", row.id);
        // What only the lab can show says whether it does.
        assert_eq!(
            row.judged_by == JudgedBy::Matrix,
            row.simulated.is_none(),
            "{}",
            row.id
        );
    }
}

/// Cases in ARM's shape reach every row that facts decide, of every service.
#[test]
fn no_row_that_facts_decide_is_without_a_case() {
    let cases = cases();
    let reached: BTreeSet<&str> = cases
        .iter()
        .map(|(_, _, case)| case["row"].as_str().unwrap())
        .collect();
    let rows = support_matrix();
    let decided = rows.iter().filter(|row| row.judged_by != JudgedBy::Engine);
    let without: Vec<&str> = decided
        .map(|row| row.id.as_str())
        .filter(|row| !reached.contains(row))
        .collect();
    assert!(without.is_empty(), "{without:?}");
    let services: BTreeSet<&str> = cases
        .iter()
        .map(|(_, service, case)| case["options"]["service"].as_str().unwrap_or(service))
        .collect();
    assert_eq!(services.len(), 5);
    assert!(cases.len() > 500, "{}", cases.len());
}
