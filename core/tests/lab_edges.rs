//! Edges of the lab that once went wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod support;

use rplab_core::api::{Lab, LabOptions, StoredBytesQuery, run_scenario};
use serde_json::{Value, json};
use support::{ok, refused};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

fn id(group: &str, kind: &str, name: &str) -> String {
    format!("/subscriptions/s/resourceGroups/{group}/providers/Microsoft.Compute/{kind}/{name}")
}

fn empty() -> Lab {
    Lab::new(LabOptions::default()).unwrap()
}

fn vm(name: &str, disks: Value) -> Value {
    json!({ "type": "createVirtualMachine", "name": name, "location": "eastus",
            "facts": { "osType": "Windows" }, "disks": disks })
}

fn captured(lab: &mut Lab, vm: &str, exclude: &Value) {
    let rpc = format!("rpc-{vm}");
    ok(
        lab,
        json!({ "type": "createRestorePointCollection", "name": rpc, "source": vm }),
    );
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": rpc, "name": format!("rp-{vm}"), "excludeDisks": exclude }),
    );
    lab.advance("PT1H".parse().unwrap());
}

#[test]
fn a_vm_that_fails_at_its_second_disk_leaves_no_trace() {
    let mut lab = empty();
    refused(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "a", "sizeGiB": 1, "facts": { "usedGiB": 1 } },
                                     { "name": "b", "sizeGiB": 1, "facts": { "usedGiB": 5 } }]),
        ),
    );
    refused(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "a", "sizeGiB": 1 }, { "name": "b", "id": id("g", "snapshots", "b") }]),
        ),
    );
    refused(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "a", "role": "os" }, { "name": "b", "role": "os" }]),
        ),
    );
    refused(
        &mut lab,
        vm("v", json!([{ "name": "a", "sizeGiB": 65537 }])),
    );
    assert!(lab.state().disks.is_empty());
}

#[test]
fn what_does_not_fit_into_memory_leaves_no_trace() {
    let settings = json!({ "settings": { "memoryLimitMiB": 1, "blockSizeBytes": 4096 } });
    let mut lab = Lab::new(rplab_core::json::read(&settings).unwrap()).unwrap();
    let disk = json!({ "type": "createDisk", "name": "d", "location": "eastus", "sizeGiB": 64, "facts": { "usedGiB": 64 } });
    assert_eq!(refused(&mut lab, disk).code, "LabStoreRefused");
    let more = json!({ "type": "setSetting", "name": "memoryLimitMiB", "value": 512 });
    assert_eq!(refused(&mut lab, more).code, "InvalidParameter");
}

/// Points and copies in another region while the memory runs out: each is there as a whole or not at all.
#[test]
fn a_copy_that_does_not_fit_into_memory_leaves_no_trace() {
    let settings = json!({ "settings": { "memoryLimitMiB": 2, "blockSizeBytes": 4096, "limits.restorePointsPerVm": 10_000,
        "durations.createRestorePointSeconds": 0, "copyStartSeconds": 0, "copyMiBPerSecondPerDisk": 1000 } });
    let mut lab = Lab::new(rplab_core::json::read(&settings).unwrap()).unwrap();
    ok(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "a", "sizeGiB": 1 }, { "name": "b", "sizeGiB": 1 }]),
        ),
    );
    for command in [
        json!({ "type": "createRestorePointCollection", "name": "near", "source": "v" }),
        json!({ "type": "createRestorePointCollection", "name": "far", "source": "near", "location": "westeurope" }),
    ] {
        ok(&mut lab, command);
    }
    let (mut refusals, mut direct, mut copies) = (0, 0, 0);
    for round in 0..2_000_u64 {
        for disk in ["a", "b"] {
            // A block in every other leaf.
            let first = round * 977 * 128 % 262_144;
            let write =
                json!({ "type": "writeBlocks", "disk": disk, "first": first, "last": first });
            refusals += u64::from(!lab.dispatch_json(write).unwrap().is_ok());
        }
        let name = format!("p{round}");
        let mut commands = vec![];
        if round % 2 == 0 {
            commands
                .push(json!({ "type": "createRestorePoint", "collection": "far", "name": name }));
        } else {
            commands
                .push(json!({ "type": "createRestorePoint", "collection": "near", "name": name }));
            commands.push(json!({ "type": "copyRestorePoint", "restorePoint": name, "collection": "far", "name": format!("c{round}") }));
        }
        for command in commands {
            let far = command["collection"] == "far";
            let before = lab.digest();
            let outcome = lab.dispatch_json(command.clone()).unwrap();
            if outcome.is_ok() {
                let copied = command["type"] == "copyRestorePoint";
                copies += u64::from(far && copied);
                direct += u64::from(far && !copied);
                continue;
            }
            assert_eq!(lab.digest(), before, "{command}: {outcome:?}");
            refusals += 1;
        }
        lab.advance("PT1H".parse().unwrap());
        if refusals > 12 {
            break;
        }
    }
    assert!(
        refusals > 12 && direct > 20 && copies > 20,
        "{refusals} {direct} {copies}"
    );
}

#[test]
fn a_disk_without_a_sku_has_the_service_default() {
    let mut lab = empty();
    ok(&mut lab, vm("v", json!([{ "name": "a", "sizeGiB": 1 }])));
    captured(&mut lab, "v", &json!([]));
    assert_eq!(lab.state().restore_points[0].disks.len(), 1);
}

#[test]
fn disks_are_excluded_by_id_whatever_their_names() {
    let ultra = |group: &str, name: &str| json!({ "name": name, "id": id(group, "disks", "d"), "role": "data", "sizeGiB": 1, "facts": { "sku": "UltraSSD_LRS" } });
    let mut lab = empty();
    ok(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "os", "role": "os", "sizeGiB": 1 }, ultra("g1", "d"), ultra("g2", "alias")]),
        ),
    );
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "v" }),
    );
    let create = |exclude: Value| json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "excludeDisks": exclude });
    let error = refused(&mut lab, create(json!([{ "id": id("g1", "disks", "d") }])));
    assert!(
        error.message.contains("leave out alias") && error.row_ids.contains(&"S0-03".to_owned()),
        "{error:?}"
    );
    assert!(
        refused(&mut lab, create(json!([{ "id": "d" }])))
            .message
            .contains("two disks")
    );
    ok(
        &mut lab,
        create(json!([{ "id": id("G1", "DISKS", "D") }, { "id": id("g2", "disks", "d") }])),
    );
}

#[test]
fn disks_of_one_name_are_restored_beside_each_other() {
    let disk = |group: &str, role: &str| json!({ "name": "d", "id": id(group, "disks", "d"), "role": role, "sizeGiB": 1 });
    let mut lab = empty();
    ok(
        &mut lab,
        vm(
            "v",
            json!([disk("g1", "os"), disk("g2", "data"), disk("g3", "data")]),
        ),
    );
    captured(&mut lab, "v", &json!([]));
    ok(
        &mut lab,
        json!({ "type": "restoreVirtualMachine", "restorePoint": "rp-v", "name": "r" }),
    );
    let proof = lab.prove("r").unwrap();
    let names: Vec<&str> = proof.disks.iter().map(|disk| disk.disk.name()).collect();
    assert_eq!((names, proof.equal), (vec!["r-d", "r-d-2", "r-d-3"], true));
}

#[test]
fn an_unmanaged_data_disk_stays_out_by_itself() {
    let mut lab = empty();
    ok(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "os", "role": "os", "sizeGiB": 1 },
                                { "name": "old", "role": "data", "sizeGiB": 1, "facts": { "managed": false } }]),
        ),
    );
    captured(&mut lab, "v", &json!([]));
    assert_eq!(lab.state().restore_points[0].disks.len(), 1);
}

#[test]
fn a_uniform_instance_is_refused_however_it_is_known() {
    let mut lab = empty();
    let mut uniform = vm("v", json!([{ "name": "os", "sizeGiB": 1 }]));
    uniform["facts"]["orchestrationMode"] = json!("Uniform");
    ok(&mut lab, uniform);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "v" }),
    );
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p" }),
    );
    assert!(error.row_ids.contains(&"S0-14".to_owned()), "{error:?}");
}

#[test]
fn stored_bytes_of_a_vm_are_those_of_its_own_points() {
    let mut lab = empty();
    ok(
        &mut lab,
        vm(
            "v",
            json!([{ "name": "os", "sizeGiB": 1, "facts": { "usedGiB": 1 } },
                                { "name": "d", "sizeGiB": 1, "facts": { "usedGiB": 1 } }]),
        ),
    );
    ok(
        &mut lab,
        vm(
            "w",
            json!([{ "name": "os2", "sizeGiB": 1, "facts": { "usedGiB": 1 } }]),
        ),
    );
    captured(&mut lab, "v", &json!([]));
    ok(&mut lab, json!({ "type": "detachDisk", "disk": "d" }));
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "w", "disk": "d" }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "d", "first": 0, "last": 99 }),
    );
    captured(&mut lab, "w", &json!([]));
    let of = |vm: &str| {
        let query = StoredBytesQuery {
            vm: Some(vm.to_owned()),
            ..StoredBytesQuery::default()
        };
        lab.stored_bytes(&query).unwrap().0
    };
    assert_eq!((of("v"), of("w")), (2 * GIB, 2 * GIB));
    assert_eq!(
        lab.stored_bytes(&StoredBytesQuery::default()).unwrap().0,
        3 * GIB + 100 * MIB
    );
}

#[test]
fn points_that_a_vm_has_elsewhere_count() {
    let mut lab = empty();
    let mut machine = vm("v", json!([{ "name": "os", "sizeGiB": 1 }]));
    machine["facts"]["restorePointsRetained"] = json!(499);
    ok(&mut lab, machine);
    captured(&mut lab, "v", &json!([]));
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc-v", "name": "p2" }),
    );
    assert!(error.message.contains("500 restore points"), "{error:?}");
}

#[test]
fn nobody_writes_to_the_disk_of_a_vm_that_is_off() {
    let mut lab = empty();
    ok(&mut lab, vm("v", json!([{ "name": "os", "sizeGiB": 1 }])));
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "os",
        "workload": { "every": "PT1H", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } }),
    );
    ok(
        &mut lab,
        json!({ "type": "deallocateVirtualMachine", "virtualMachine": "v" }),
    );
    let before = lab.content_digest("os").unwrap();
    lab.advance("PT5H".parse().unwrap());
    assert_eq!(lab.content_digest("os").unwrap(), before);
    ok(
        &mut lab,
        json!({ "type": "startVirtualMachine", "virtualMachine": "v" }),
    );
    lab.advance("PT5H".parse().unwrap());
    assert_ne!(lab.content_digest("os").unwrap(), before);
}

#[test]
fn time_ends_with_the_calendar() {
    let options = json!({ "startTime": "9998-12-31T23:00:00Z" });
    let mut lab = Lab::new(rplab_core::json::read(&options).unwrap()).unwrap();
    ok(&mut lab, vm("v", json!([{ "name": "os", "sizeGiB": 1 }])));
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "os",
        "workload": { "every": "PT1M", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } }),
    );
    lab.advance("P1D".parse().unwrap());
    assert_eq!(lab.state().time.to_string(), "9998-12-31T23:59:59Z");
}

#[test]
fn a_scenario_keeps_refused_commands() {
    let mut lab = empty();
    ok(&mut lab, vm("v", json!([{ "name": "os", "sizeGiB": 1 }])));
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "os",
        "workload": { "every": "PT1M", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } }),
    );
    refused(&mut lab, json!({ "type": "advanceClock", "by": "P36500D" }));
    let unprotected = json!({ "type": "backupNow", "item": "v", "retainDays": 7 });
    assert_eq!(refused(&mut lab, unprotected).code, "ResourceNotFound");
    ok(
        &mut lab,
        json!({ "type": "setAgent", "virtualMachine": "v", "status": "ready" }),
    );
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(saved["commands"].as_array().unwrap().len(), 5);
    assert_eq!(saved["commands"][3]["retainDays"], 7);
    let opened = Lab::from_scenario(saved).unwrap();
    assert_eq!((opened.digest(), opened.log().len()), (lab.digest(), 5));
}

#[test]
fn a_command_whose_time_cannot_come_is_refused_and_told() {
    let scenario = json!({ "commands": [
        vm("v", json!([{ "name": "os", "sizeGiB": 1 }])),
        { "type": "setWorkload", "disk": "os",
          "workload": { "every": "PT1M", "writes": 1, "blocksPerWrite": 1, "withinThousandths": 1000 } },
        { "at": "P36500D", "type": "createRestorePointCollection", "name": "rpc", "source": "v" },
    ], "expectations": [{ "rejected": "InvalidParameter", "storedBytes": 0 }] });
    let result = run_scenario(scenario.clone()).unwrap();
    assert!(result.met, "{:?}", result.expectations);
    assert!(
        Lab::from_scenario(scenario)
            .unwrap()
            .state()
            .restore_point_collections
            .is_empty()
    );
}

#[test]
fn what_only_a_restored_disk_needs_is_held_and_reported_as_held() {
    let mut lab = empty();
    let os = json!([{ "name": "os", "sizeGiB": 1, "facts": { "usedGiB": 1 } }]);
    ok(&mut lab, vm("v", os));
    captured(&mut lab, "v", &json!([]));
    let write = |first: u64, last: u64| json!({ "type": "writeBlocks", "disk": "os", "first": first, "last": last });
    ok(&mut lab, write(0, 9));
    let restore = json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "rp-v", "name": "copy" });
    ok(&mut lab, restore);
    assert_eq!(lab.state().held_bytes.0, 0, "the point still has it");
    assert!(!lab.report().unwrap().to_string().contains("held"));
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "rp-v" }),
    );
    lab.advance("P1D".parse().unwrap());
    let state = lab.state();
    assert_eq!((state.stored_bytes.0, state.held_bytes.0), (0, 10 * MIB));
    let report = lab.report().unwrap().to_string();
    assert!(report.contains("10.00 MiB more are held"), "{report}");
    // The moment is kept as a whole for as long as the restored disk is there.
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "copy", "first": 0, "last": 3 }),
    );
    assert_eq!(lab.state().held_bytes.0, 10 * MIB);
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "copy" }));
    assert_eq!(lab.state().held_bytes.0, 0);
}

/// Writes go on between the captures, and between the disks of the VM; each point has one instant of all 64.
#[test]
fn all_disks_of_a_vm_are_captured_at_one_instant() {
    const DISKS: u64 = 64;
    let name = |disk: u64| format!("d{disk:02}");
    let mut lab = empty();
    let disks: Vec<Value> = (0..DISKS)
        .map(|disk| json!({ "name": name(disk), "sizeGiB": 1 }))
        .collect();
    ok(&mut lab, vm("v", json!(disks)));
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "v" }),
    );
    let write = |lab: &mut Lab, disk: u64, first: u64| {
        ok(
            lab,
            json!({ "type": "writeBlocks", "disk": name(disk), "first": first, "last": first + disk }),
        );
    };
    // What each disk holds at the instant of each point, read from the live disks.
    let mut at_instant = Vec::new();
    for round in 0..3 {
        (0..DISKS).for_each(|disk| write(&mut lab, disk, round * 100));
        let live = |disk| lab.content_digest(&name(disk)).unwrap();
        at_instant.push((0..DISKS).map(live).collect::<Vec<_>>());
        let point = format!("p{round}");
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": point }),
        );
        // The point is still being made: what is written now is not in it, on any disk.
        (0..DISKS).for_each(|disk| write(&mut lab, disk, round * 100 + 10));
        lab.advance("PT1H".parse().unwrap());
        (0..DISKS).for_each(|disk| write(&mut lab, disk, 3));
    }
    let points = lab.state().restore_points;
    for (round, expected) in (0..).zip(&at_instant) {
        let wanted = format!("p{round}");
        let point = points.iter().find(|point| point.name == wanted).unwrap();
        let captured: Vec<_> = (0..DISKS)
            .map(|disk| {
                let mut disks = point.disks.iter();
                let found = disks.find(|found| found.name == name(disk)).unwrap();
                lab.content_digest(found.id.as_str()).unwrap()
            })
            .collect();
        assert_eq!(&captured, expected, "p{round}");
        let live = lab.content_digest(&name(0)).unwrap();
        assert_ne!(captured[0], live, "p{round}: the live disk went on");
    }
}
