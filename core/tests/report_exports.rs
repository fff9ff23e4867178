//! Reports as files, partial reports as one, fleets without names.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::api::{
    AssessOptions, Fleet, HeldFleet, Json, Lab, LabOptions, NamedInput, anonymised, assess,
    export_report, import_inventory, merge_reports, sample_fleet,
};
use rplab_core::json::{read, write};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

fn report(fleet: &Fleet) -> Value {
    write(&assess(fleet, &AssessOptions::default()).unwrap())
}

/// The sample, with a VM about which something has to be supplied.
fn fleet() -> Fleet {
    let mut fleet = sample_fleet();
    for machine in &mut fleet.machines {
        machine.facts.remove("osType");
        machine.disks[0]
            .facts
            .insert("resourceRead".to_owned(), FactValue::Bool(false));
        machine.disks[0].facts.remove("maxShares");
    }
    fleet
}

#[test]
fn partial_reports_merge_into_the_report_on_the_whole() {
    let whole = fleet();
    let missing = report(&whole)["machines"][5]["missing"].to_string();
    assert!(
        missing.contains("machines[5]"),
        "the case has a place in it: {missing}"
    );
    for size in [1, 3, 8] {
        let parts = whole.machines.chunks(size).map(|machines| {
            report(&Fleet {
                machines: machines.to_vec(),
                disks: Vec::new(),
            })
        });
        assert_eq!(
            merge_reports(parts.collect()).unwrap(),
            report(&whole),
            "parts of {size}"
        );
    }
    // A fact that `az` does not show is to be found where it is to be supplied.
    let strict = AssessOptions {
        strict: true,
        ..AssessOptions::default()
    };
    let judged = |fleet: &Fleet| write(&assess(fleet, &strict).unwrap());
    assert!(
        judged(&whole)["machines"][5]["missing"]
            .to_string()
            .contains("\"where\":\"machines[5]")
    );
    let parts = whole.machines.chunks(3).map(|machines| {
        judged(&Fleet {
            machines: machines.to_vec(),
            disks: Vec::new(),
        })
    });
    assert_eq!(merge_reports(parts.collect()).unwrap(), judged(&whole));
    let other = Json::assess(write(&whole), Some(json!({ "edition": "2022-07" }))).unwrap();
    let error = merge_reports(vec![report(&whole), other]).unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.path.as_str()),
        ("ReportsDiffer", "reports[1].edition")
    );
    assert_eq!(merge_reports(Vec::new()).unwrap_err().code, "NoInput");
    assert_eq!(
        merge_reports(vec![json!({})]).unwrap_err().path,
        "reports[0].machines"
    );
}

#[test]
fn a_held_fleet_is_judged_piece_by_piece_like_the_whole() {
    let text = write(&fleet()).to_string();
    let import = import_inventory(&[NamedInput::new("fleet.json", text)]).unwrap();
    let expected = report(&import.fleet);
    let machines = write(&import.fleet.machines);
    let mut held = HeldFleet::new(import);
    assert_eq!(held.head()["fleet"]["machines"], json!([]));
    let mut judged = Vec::new();
    let mut given = Vec::new();
    let (mut run, mut kinds) = (0, Vec::new());
    for from in (0..8).step_by(3) {
        let known = u32::try_from(kinds.len()).unwrap();
        let options = AssessOptions::default();
        let piece = held.assess(&options, from, 3, run, known).unwrap();
        run = u32::try_from(piece["run"].as_u64().unwrap()).unwrap();
        assert_eq!(piece["first"], known);
        kinds.extend(piece["kinds"].as_array().unwrap().clone());
        let names: Value = serde_json::from_str(&held.names(from, 3)).unwrap();
        let names = names.as_array().unwrap();
        let numbers = piece["machines"].as_array().unwrap();
        assert_eq!(names.len(), numbers.len());
        for (kind, names) in numbers.iter().zip(names) {
            judged.push(of_kind(&kinds, kind, names, judged.len()));
        }
        given.extend(held.machines(from, 3).as_array().unwrap().clone());
    }
    assert_eq!(Value::Array(judged), expected["machines"]);
    assert_eq!(Value::Array(given), machines);
    assert_eq!(held.names(8, 3), "[]");
}

/// Of a VM that is refused whatever is left out, no disk is named as what to leave out; the data keep what stands in the way.
#[test]
fn a_vm_that_is_not_supported_is_said_to_be_so_and_not_to_need_a_disk_left_out() {
    let fleet = sample_fleet();
    let report = report(&fleet);
    let mut machines = report["machines"].as_array().unwrap().iter();
    let refused = machines
        .find(|machine| machine["name"] == "vm-legacy-01")
        .unwrap();
    assert_eq!(
        (&refused["verdict"], &refused["excludeDisks"]),
        (&json!("notSupported"), &json!(["vm-legacy-01-data"]))
    );
    let options = LabOptions {
        fleet,
        ..LabOptions::default()
    };
    let lab = Lab::new(options).unwrap();
    let document = |format: &str| {
        let request = json!({ "format": format });
        lab.report_document(&read(&request).unwrap()).unwrap()
    };
    for markdown in [
        export_report(&report, "markdown").unwrap(),
        document("markdown"),
    ] {
        let of = |name: &str| {
            let row = markdown.lines().find(|line| line.starts_with(name));
            let cells = row.unwrap().split('|').map(str::trim);
            cells.skip(2).take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        let refused = ["notSupported", "cannot be protected"];
        assert_eq!(of("| vmss-batch"), refused);
        assert_eq!(of("| vm-legacy-01 "), refused);
        assert_eq!(of("| vm-sql-01 "), ["excludeDisk", "vm-sql-01-log01"]);
        assert_eq!(of("| vm-kv-01 "), ["supported", ""]);
    }
    // Nothing was done: no heading stands alone.
    for heading in ["What points take", "Commands"] {
        let said = format!("## {heading}\n\nNone yet.\n");
        assert!(document("markdown").contains(&said), "{heading}");
    }
    assert!(document("csv").contains("vm-legacy-01,notSupported,,"));
    assert!(document("csv").contains("vm-sql-01,excludeDisk,vm-sql-01-log01,"));
}

/// The judgement on a kind with the names of a machine, as callers put it together.
fn of_kind(kinds: &[Value], kind: &Value, names: &Value, index: usize) -> Value {
    let mut own = kinds[usize::try_from(kind.as_u64().unwrap()).unwrap()].clone();
    own["id"] = names[0].clone();
    own["name"] = names[1].clone();
    let rename = |place: &mut Value| {
        let at: usize = place.as_str().unwrap().parse().unwrap();
        *place = names[at + 2].clone();
    };
    let each = |list: &mut Value, rename: &dyn Fn(&mut Value)| {
        list.as_array_mut().unwrap().iter_mut().for_each(rename);
    };
    each(&mut own["excludeDisks"], &rename);
    each(&mut own["disks"], &|disk| rename(&mut disk["name"]));
    each(&mut own["findings"], &|finding| {
        each(&mut finding["disks"], &rename)
    });
    each(&mut own["assumed"], &|fact| {
        fact.get_mut("disk").into_iter().for_each(rename)
    });
    each(&mut own["missing"], &|fact| {
        fact.get_mut("disk").into_iter().for_each(rename);
        for text in ["field", "where"] {
            let named = format!("machines[{index}]");
            let placed = fact[text].as_str().unwrap().replace("machines[]", &named);
            fact[text] = placed.into();
        }
    });
    own
}

/// Whoever goes on with another question, or after somebody else has asked one, begins anew.
#[test]
fn two_judgings_of_a_held_fleet_do_not_mix() {
    let text = write(&fleet()).to_string();
    let import = import_inventory(&[NamedInput::new("fleet.json", text)]).unwrap();
    let mut held = HeldFleet::new(import);
    let strict = AssessOptions {
        strict: true,
        ..AssessOptions::default()
    };
    let one = held.assess(&AssessOptions::default(), 0, 3, 0, 0).unwrap();
    let other = held.assess(&strict, 0, 3, 0, 0).unwrap();
    assert_ne!(one["run"], other["run"]);
    let again = held
        .assess(
            &AssessOptions::default(),
            3,
            3,
            u32::try_from(one["run"].as_u64().unwrap()).unwrap(),
            u32::try_from(one["kinds"].as_array().unwrap().len()).unwrap(),
        )
        .unwrap();
    assert_eq!(
        (&again["first"], &again["machines"][0]),
        (&json!(0), &json!(0))
    );
    assert_ne!(again["run"], one["run"]);
}

#[test]
fn a_report_is_csv_markdown_or_json() {
    let mut whole = report(&fleet());
    whole["machines"][0]["name"] = json!("=cmd|'x'!\"A1\"\n|<b>");
    let csv = export_report(&whole, "csv").unwrap();
    let rows: Vec<&str> = csv.split("\r\n").collect();
    let findings: usize = whole["machines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["findings"].as_array().unwrap().len().max(1))
        .sum();
    assert_eq!(
        rows.len(),
        findings + 2,
        "a header, a row for each finding, the end"
    );
    assert!(
        rows[1].starts_with("\"'=cmd|'x'!\"\"A1\"\"\n|<b>\","),
        "no formula: {}",
        rows[1]
    );
    let markdown = export_report(&whole, "markdown").unwrap();
    let table: Vec<&str> = markdown
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(table.len(), 9);
    assert!(table[1].contains("\\|&lt;b>"), "{}", table[1]);
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(table.iter().all(|line| columns(line) == 6), "{markdown}");
    let text = export_report(&whole, "json").unwrap();
    assert_eq!(rplab_core::json::parse(&text).unwrap(), whole);
    assert_eq!(
        export_report(&whole, "xml").unwrap_err().code,
        "UnknownFormat"
    );
}

/// A fleet as inputs have it: ids of every kind, addresses, tags, guests' words with names in them.
fn named() -> Fleet {
    let sub = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg-zephyr/providers/Microsoft.Compute";
    read(&json!({ "machines": [
        { "id": format!("{sub}/virtualMachines/zephyr-db"), "name": "zephyr-db", "location": "westeurope", "tags": { "owner": "Zephyrine" },
          "facts": { "osName": "Windows Server on ZEPHYR-DB", "availabilitySetId": format!("{sub}/availabilitySets/zephyr-set"), "loadBalancer": "zephyr-lb", "vmSize": "Standard_D2s_v5" },
          "disks": [
            { "name": "zephyr-os", "id": format!("{sub}/disks/zephyr-os"), "role": "os" },
            { "name": "zephyr-shared", "id": format!("{sub}/disks/zephyr-shared"), "role": "data", "lun": 0, "facts": { "maxShares": 2, "sku": "UltraSSD_LRS", "diskEncryptionSetId": format!("{sub}/diskEncryptionSets/zephyr-key") } }] },
        { "id": format!("{}/virtualMachines/zephyr-web", sub.to_uppercase()), "name": "zephyr-web", "disks": [
            { "name": "zephyr-blob", "role": "os", "facts": { "managed": false, "vhdUri": "https://zephyrstore.blob.core.windows.net/vhds/zephyr.vhd" } },
            { "name": "zephyr-shared", "id": format!("{sub}/disks/zephyr-shared"), "role": "data", "lun": 0, "facts": { "maxShares": 2 } }] }],
        "disks": [{ "name": "zephyr-loose", "id": format!("{sub}/disks/zephyr-loose") }] })).unwrap()
}

#[test]
fn no_name_survives_in_an_anonymised_fleet_and_equal_names_stay_equal() {
    let (own, other) = (named(), anonymised(&named()));
    let text = write(&other).to_string().to_lowercase();
    assert!(
        !text.contains("zephyr") && !text.contains("4f0a2c1e"),
        "{text}"
    );
    let shared = |fleet: &Fleet, at: usize| fleet.machines[at].disks[1].id.clone().unwrap();
    assert_eq!(shared(&other, 0), shared(&other, 1));
    assert_eq!(
        other.machines[0].id.resource_group().to_lowercase(),
        other.machines[1].id.resource_group().to_lowercase()
    );
    assert_eq!(other.machines[0].id.name(), other.machines[0].name);
    assert_eq!(other, anonymised(&own), "the same each time");
    // What is judged stays as it was.
    for fleet in [own, sample_fleet()] {
        let verdicts = |fleet: &Fleet| -> Vec<String> {
            let report = report(fleet);
            let machines = report["machines"].as_array().unwrap().iter();
            machines
                .map(|own| {
                    format!(
                        "{} {}",
                        own["verdict"],
                        own["disks"]
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|disk| disk["verdict"].to_string())
                            .collect::<String>()
                    )
                })
                .collect()
        };
        assert_eq!(verdicts(&anonymised(&fleet)), verdicts(&fleet));
    }
}
