//! Sentences of pages 000 to 002 that need no chapter of their own. `core/tests/rules_shown` says which test
//! shows which rule.

use super::wire::send;
use super::{GIB, advance, capture, ok, point, refused, stage, started, under_customer_key};
use rplab_core::api::Lab;
use rplab_core::matrix::{cross_region_areas, cross_region_regions};
use serde_json::{Value, json};

fn target(lab: &mut Lab) {
    ok(
        lab,
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
    );
}

fn disk_names(lab: &Lab, name: &str) -> Vec<String> {
    point(lab, name)
        .disks
        .into_iter()
        .map(|disk| disk.name)
        .collect()
}

#[test]
fn each_consistency_needs_its_version_wherever_a_point_is_made() {
    let mut lab = started(json!({}));
    target(&mut lab);
    capture(&mut lab, "application");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "crash", "consistencyMode": "CrashConsistent" }),
    );
    advance(&mut lab, "PT2M");
    let create = |collection: &str, crash: bool, version: &str| {
        json!({ "type": "createRestorePoint", "collection": collection, "name": "new", "apiVersion": version,
                "consistencyMode": if crash { "CrashConsistent" } else { "ApplicationConsistent" } })
    };
    let copy = |_: &str, crash: bool, version: &str| {
        let source = if crash { "crash" } else { "application" };
        json!({ "type": "copyRestorePoint", "restorePoint": source, "collection": "far", "name": "new", "apiVersion": version })
    };
    type Request<'a> = &'a dyn Fn(&str, bool, &str) -> Value;
    for (request, collection) in [
        (&create as Request<'_>, "rpc"),
        (&create, "far"),
        (&copy, "far"),
    ] {
        for (crash, before, first, row) in [
            (false, "2020-12-01", "2021-03-01", "S0-40"),
            (true, "2021-03-01", "2021-07-01", "S1-11a"),
        ] {
            let error = refused(&mut lab, request(collection, crash, before));
            assert!(error.row_ids.iter().any(|id| id == row), "{error:?}");
            assert_eq!(
                refused(&mut lab, request(collection, crash, "soon"))
                    .target
                    .as_deref(),
                Some("apiVersion")
            );
            ok(&mut lab, request(collection, crash, first));
            assert!(lab.undo());
        }
    }
}

/// Availability sets and scale sets are as protected as their members are, each by points of its own.
#[test]
fn a_point_protects_its_own_vm_and_no_other_of_the_set() {
    for (fact, set) in [
        ("availabilitySetId", "availabilitySets/a"),
        ("scaleSetId", "virtualMachineScaleSets/a"),
    ] {
        let mut lab = started(json!({}));
        let id = format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{set}");
        let mut facts = json!({ "osType": "Windows" });
        facts[fact] = json!(id);
        if fact == "scaleSetId" {
            facts["orchestrationMode"] = json!("Flexible");
        }
        ok(
            &mut lab,
            json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": facts }),
        );
        ok(
            &mut lab,
            json!({ "type": "createVirtualMachine", "name": "other", "location": "eastus", "facts": facts,
                    "disks": [{ "name": "other-os", "sizeGiB": 1 }] }),
        );
        capture(&mut lab, "p1");
        assert_eq!(disk_names(&lab, "p1"), ["os", "data"], "{fact}");
        let counts = |lab: &Lab| {
            let machines = lab.state().virtual_machines;
            let count = |name: &str| {
                let found = machines.iter().find(|vm| vm.name == name).unwrap();
                found.restore_point_count
            };
            (count("vm"), count("other"))
        };
        assert_eq!(counts(&lab), (1, 0), "{fact}");
        ok(
            &mut lab,
            json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "other" }),
        );
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "q1" }),
        );
        advance(&mut lab, "PT2M");
        assert_eq!(
            (stage(&lab, "q1").as_str(), counts(&lab)),
            ("Succeeded", (1, 1))
        );
    }
}

#[test]
fn a_point_has_one_disk_restore_point_for_each_disk_and_none_for_the_temporary_one() {
    let mut lab = started(json!({}));
    let facts = json!({ "temporaryDiskGiB": 64, "localNvmeDisks": true });
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": facts }),
    );
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "more", "location": "eastus", "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "more" }),
    );
    capture(&mut lab, "p1");
    let captured = point(&lab, "p1").disks;
    let disks = lab.state().disks;
    assert_eq!(captured.len(), disks.len());
    for disk in &disks {
        let mut of = captured.iter().filter(|captured| captured.disk == disk.id);
        let own = of.next().unwrap();
        assert!(of.next().is_none(), "{}", disk.name);
        assert_eq!(
            lab.content_digest(own.id.as_str()).unwrap(),
            lab.content_digest(disk.id.as_str()).unwrap(),
            "a snapshot of this disk and of no other"
        );
    }
    assert_eq!(
        lab.state().stored_bytes.0,
        3 * GIB,
        "nothing of the temporary disk"
    );
}

#[test]
fn a_point_made_in_the_other_region_is_under_a_platform_key_there() {
    let mut lab = started(json!({}));
    under_customer_key(&mut lab);
    target(&mut lab);
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "far", "name": "d1" }),
    );
    advance(&mut lab, "PT1H");
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "data", "restorePoint": "d1", "name": "there" }),
    );
    let disk = lab
        .state()
        .disks
        .into_iter()
        .find(|disk| disk.name == "there")
        .unwrap();
    let facts: Value = rplab_core::json::write(&disk.facts);
    assert_eq!(facts["encryptionType"], "EncryptionAtRestWithPlatformKey");
    assert_eq!(facts.get("diskEncryptionSetId"), None);
}

#[test]
fn a_point_at_home_takes_seconds_and_one_elsewhere_takes_long() {
    let mut lab = started(json!({}));
    target(&mut lab);
    let whole = |lab: &mut Lab, collection: &str, name: &str, event: &str| {
        let begun = lab.state().time;
        ok(
            lab,
            json!({ "type": "createRestorePoint", "collection": collection, "name": name }),
        );
        ok(
            lab,
            json!({ "type": "advanceClock", "until": { "event": event, "subject": name } }),
        );
        lab.state().time.since(begun).seconds()
    };
    let home = whole(&mut lab, "rpc", "p1", "restorePointSucceeded");
    let away = whole(&mut lab, "far", "d1", "replicationSucceeded");
    assert!((1..=120).contains(&home), "{home} s");
    assert!(away > home, "{away} s against {home} s");
    // Only the one made elsewhere has a status of its replication, and it says where it came from.
    assert_eq!(point(&lab, "p1").replication, None);
    let copy = point(&lab, "d1").replication.unwrap();
    assert_eq!(
        (copy.source_region.as_str(), copy.completion_percent),
        ("eastus", 100)
    );
}

#[test]
fn copies_go_between_the_listed_regions_and_to_no_other() {
    let listed = cross_region_regions();
    assert_eq!(listed.len(), 13);
    let areas: Vec<usize> = cross_region_areas()
        .iter()
        .map(|area| area.regions.len())
        .collect();
    assert_eq!(areas, [8, 2, 3], "Americas, Asia Pacific, Europe");
    let mut lab = started(json!({}));
    capture(&mut lab, "p1");
    let collection = |region: &str| json!({ "type": "createRestorePointCollection", "name": region, "source": "rpc", "location": region });
    for region in listed.iter().filter(|region| **region != "eastus") {
        ok(&mut lab, collection(region));
        ok(
            &mut lab,
            json!({ "type": "copyRestorePoint", "restorePoint": "p1", "collection": region, "name": format!("c-{region}") }),
        );
    }
    advance(&mut lab, "P7D");
    let state = lab.state();
    let arrived = state.restore_points.iter().filter(|point| {
        let copy = point.replication.as_ref();
        copy.is_some_and(|copy| copy.completed.is_some())
    });
    assert_eq!(arrived.count(), 12, "one point in several regions");
    for region in ["japaneast", "uksouth", "brazilsouth", "westus3"] {
        let error = refused(&mut lab, collection(region));
        assert_eq!(error.code, "OperationNotAllowed");
        assert!(error.row_ids.iter().any(|id| id == "S2-20"), "{error:?}");
    }
}

#[test]
fn a_collection_is_where_its_vm_is_or_names_the_collection_there() {
    let mut lab = started(json!({}));
    let collection = |location: &str| json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm", "location": location });
    let error = refused(&mut lab, collection("westus"));
    assert_eq!(error.code, "InvalidParameter");
    ok(&mut lab, collection("East US"));
    target(&mut lab);
    let state = lab.state();
    let mut found = state.restore_point_collections.iter();
    let far = found.find(|found| found.name == "far").unwrap();
    assert_eq!(far.location, "westus");
    assert_eq!(
        far.source_collection.as_ref().map(|id| id.name()),
        Some("rpc")
    );
}

#[test]
fn a_point_needs_its_collection_first() {
    let mut lab = started(json!({}));
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "none", "name": "p1" }),
    );
    assert_eq!(
        (error.code.as_str(), error.target.as_deref()),
        ("ResourceNotFound", Some("collection"))
    );
    capture(&mut lab, "p1");
    let made = point(&lab, "p1");
    assert_eq!(made.collection.name(), "rpc");
    assert!(made.id.as_str().starts_with(made.collection.as_str()));
}

#[test]
fn a_rebuilt_vm_has_the_configuration_of_its_point() {
    let mut lab = started(json!({}));
    let size = |lab: &mut Lab, size: &str| {
        ok(
            lab,
            json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "vmSize": size } }),
        );
    };
    size(&mut lab, "Standard_D2s_v5");
    capture(&mut lab, "p1");
    size(&mut lab, "Standard_D16s_v5");
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "p1", "name": "back" }),
    );
    let back = lab
        .state()
        .virtual_machines
        .into_iter()
        .find(|vm| vm.name == "back")
        .unwrap();
    let facts: Value = rplab_core::json::write(&back.facts);
    assert_eq!(
        (&facts["vmSize"], &facts["osType"]),
        (&json!("Standard_D2s_v5"), &json!("Windows"))
    );
}

#[test]
fn an_application_without_a_writer_is_told_beside_the_point() {
    let mut lab = started(json!({}));
    ok(
        &mut lab,
        json!({ "type": "updateVirtualMachine", "virtualMachine": "vm", "facts": { "applicationVssWriter": false } }),
    );
    capture(&mut lab, "p1");
    assert_eq!(
        format!("{:?}", point(&lab, "p1").consistency_mode),
        "Some(ApplicationConsistent)"
    );
    let report = lab.report().unwrap();
    let findings = &report.support.machines[0].findings;
    let own = findings
        .iter()
        .find(|found| found.row_ids.iter().any(|id| id == "S2-08a"));
    assert_eq!(own.unwrap().verdict.as_str(), "caveat");
}

/// Page 001 prints the request: PUT on the collection, and a body with name, location, tags and source.
#[test]
fn a_collection_is_made_by_put_with_the_body_that_the_page_prints() {
    let mut lab = started(json!({}));
    let state = lab.state();
    let rpc = state.restore_point_collections[0].id.as_str().to_owned();
    let group = rpc.split("/providers/").next().unwrap();
    let url = format!(
        "https://management.azure.com{group}/providers/Microsoft.Compute/restorePointCollections/copies?api-version=2021-03-01"
    );
    let lower = rpc.replace("Microsoft.Compute", "microsoft.compute");
    let body = json!({ "name": "another name", "location": "West US", "tags": { "department": "finance" },
                       "properties": { "source": { "id": lower } } });
    let made = send(&mut lab, "PUT", &url, &body);
    assert_eq!(made.status, 201, "{}", made.body);
    let again = send(&mut lab, "PUT", &url, &body);
    assert_eq!(again.status, 200, "{}", again.body);
    for body in [&made.body, &again.body] {
        assert_eq!(body["name"], "copies", "the name of the address decides");
        assert_eq!(body["location"], "westus");
        assert_eq!(body["tags"], json!({ "department": "finance" }));
        let source = body["properties"]["source"]["id"].as_str().unwrap();
        assert!(source.eq_ignore_ascii_case(&rpc), "{source}");
    }
    let far = lab.state().restore_point_collections;
    assert_eq!(far.len(), 2);
    // Only the tags are changed afterwards.
    let mut other = body.clone();
    other["tags"] = json!({ "department": "sales" });
    let changed = send(&mut lab, "PUT", &url, &other);
    assert_eq!(changed.body["tags"]["department"], "sales");
    other["location"] = json!("westus2");
    assert_eq!(send(&mut lab, "PUT", &url, &other).status, 409);
}
