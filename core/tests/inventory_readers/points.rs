//! Restore points and snapshots that are there.

use super::{SUB, codes, disk, machine, read, verdict, vm};
use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::Verdict;
use rplab_core::model::FactValue;
use serde_json::{Value, json};

#[test]
fn points_that_are_there_count_against_the_limit() {
    let point = |collection: &str, n: usize, state: &str| {
        json!({ "id": format!("{SUB}/restorePointCollections/{collection}/restorePoints/p{n}"), "name": format!("p{n}"),
        "type": "Microsoft.Compute/restorePointCollections/restorePoints", "provisioningState": state })
    };
    let collection = |name: &str, source: String, points: Value| {
        json!({ "id": format!("{SUB}/restorePointCollections/{name}"), "name": name,
        "type": "Microsoft.Compute/restorePointCollections", "source": { "id": source, "location": "westeurope" }, "restorePoints": points })
    };
    let many: Vec<Value> = (0..499).map(|n| point("daily", n, "Succeeded")).collect();
    let vm_id = format!("{SUB}/virtualMachines/silo").to_uppercase();
    let inputs = [
        ("vms.json", json!([vm("silo"), vm("hull")]).to_string()),
        (
            "disks.json",
            json!([disk("silo-os"), disk("hull-os")]).to_string(),
        ),
        // As `list` shows it, and as `show` does.
        (
            "list.json",
            json!([
                collection("daily", vm_id.clone(), Value::Null),
                collection(
                    "far",
                    format!("{SUB}/restorePointCollections/daily"),
                    json!([point("far", 0, "Succeeded")])
                )
            ])
            .to_string(),
        ),
        (
            "show.json",
            collection("daily", vm_id, json!(many)).to_string(),
        ),
    ];
    let import = read(&inputs);
    let silo = machine(&import, "silo");
    assert_eq!(
        silo.facts.get("restorePointCollections"),
        Some(&FactValue::IntegerList(vec![499, 1]))
    );
    assert_eq!(
        silo.facts.get("restorePointsRetained"),
        Some(&FactValue::Integer(500))
    );
    assert_eq!(
        (
            import.preview.read.restore_point_collections,
            import.preview.read.restore_points
        ),
        (2, 500)
    );
    assert_eq!(
        verdict(&import, "silo").0,
        Verdict::NotSupported,
        "no room for another"
    );
    assert_eq!(verdict(&import, "hull").0, Verdict::Supported);
    let without = read(&inputs[..3]);
    assert_eq!(codes(&without), ["PointsNotListed"]);
    assert!(without.problems[0].message.contains("--restore-points"));
    let creating = collection(
        "now",
        format!("{SUB}/virtualMachines/hull"),
        json!([point("now", 1, "Creating")]),
    );
    let import = read(&[
        ("vms.json", json!([vm("hull")]).to_string()),
        ("c.json", creating.to_string()),
    ]);
    assert_eq!(
        machine(&import, "hull")
            .facts
            .get("restorePointCreationInProgress"),
        Some(&FactValue::Bool(true))
    );
}

#[test]
fn snapshots_are_counted() {
    let snapshot = json!({ "id": format!("{SUB}/snapshots/s"), "name": "s", "type": "Microsoft.Compute/snapshots", "creationData": { "createOption": "Copy" } });
    let import = read(&[("s.json", json!([snapshot]).to_string())]);
    assert_eq!(import.preview.read.snapshots, 1);
    assert!(import.problems.is_empty() && import.fleet.disks.is_empty());
}

#[test]
fn incremental_snapshots_count_against_the_limit_of_their_disk() {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk = json!([{ "type": "Microsoft.Compute/disks", "id": id("disks", "d"), "name": "d", "sku": { "name": "Premium_LRS" } }]);
    let snapshot = |number: usize, incremental: bool| {
        json!({
            "type": "Microsoft.Compute/snapshots", "id": id("snapshots", &format!("s{number}")), "name": format!("s{number}"),
            "incremental": incremental, "creationData": { "createOption": "Copy", "sourceResourceId": id("disks", "D") },
        })
    };
    let mut snapshots: Vec<Value> = (0..200).map(|number| snapshot(number, true)).collect();
    snapshots.push(snapshot(200, false));
    // Listed twice, it is one.
    snapshots.push(snapshot(7, true));
    let inputs = [
        NamedInput::new("disks", disk.to_string()),
        NamedInput::new("snapshots", json!(snapshots).to_string()),
    ];
    let import = import(&inputs).unwrap();
    assert_eq!(
        import.fleet.disks[0].facts["incrementalSnapshots"],
        FactValue::Integer(200)
    );
    assert_eq!(import.preview.read.snapshots, 202);
}
