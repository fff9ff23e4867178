//! The main story: capture a VM while its disks change, delete in the middle, restore, prove.
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

use rplab_core::api::{BlockHistory, BlockVersionState, Lab, LabOptions, StoredBytesQuery};
use rplab_core::ids::ResourceId;
use rplab_core::model::ProvisioningState;
use rplab_core::units::SimDuration;
use serde_json::{Value, json};
use support::{ok, refused};

const MIB: u64 = 1 << 20;

fn machine(name: &str, os_type: &str) -> Value {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/{kind}/{name}")
    };
    json!({
        "id": id("virtualMachines", name),
        "name": name,
        "location": "eastus2",
        "facts": { "osType": os_type, "vmSize": "Standard_D4s_v5" },
        "disks": [
            { "name": format!("{name}-os"), "id": id("disks", &format!("{name}-os")), "role": "os", "sizeGiB": 4,
              "facts": { "sku": "Premium_LRS", "usedGiB": 1 } },
            { "name": format!("{name}-data"), "id": id("disks", &format!("{name}-data")), "role": "data", "lun": 0, "sizeGiB": 8,
              "facts": { "sku": "Premium_LRS" } },
        ],
    })
}

fn lab(machines: &[Value]) -> Lab {
    let options: LabOptions =
        rplab_core::json::read(&json!({ "seed": 7, "fleet": { "machines": machines } })).unwrap();
    Lab::new(options).unwrap()
}

fn capture(lab: &mut Lab, point: &str) {
    ok(
        lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": point }),
    );
    lab.advance("PT1H".parse().unwrap());
}

fn started(os_type: &str) -> Lab {
    let mut lab = lab(&[machine("vm", os_type)]);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    lab
}

#[test]
fn a_vm_comes_back_from_the_first_and_the_last_point_after_the_middle_one_is_deleted() {
    let mut lab = started("Windows");
    let mut captured = Vec::new();
    for (point, first) in [("p1", 0), ("p2", 100), ("p3", 200)] {
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-data", "first": first, "last": first + 9 }),
        );
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": 5, "last": 5 }),
        );
        captured.push([
            lab.content_digest("vm-os").unwrap(),
            lab.content_digest("vm-data").unwrap(),
        ]);
        capture(&mut lab, point);
    }
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p2" }),
    );
    lab.advance("PT1H".parse().unwrap());
    for (point, vm, at) in [("p1", "vm-first", 0), ("p3", "vm-last", 2)] {
        ok(
            &mut lab,
            json!({ "type": "restoreVirtualMachine", "restorePoint": point, "name": vm }),
        );
        let proof = lab.prove(vm).unwrap();
        assert!(proof.equal && proof.disks.len() == 2, "{proof:?}");
        for (disk, expected) in ["vm-os", "vm-data"].iter().zip(&captured[at]) {
            assert_eq!(
                lab.content_digest(&format!("{vm}-{disk}")).unwrap(),
                *expected
            );
        }
    }
    assert_ne!(captured[0], captured[2]);
}

#[test]
fn writes_to_a_restored_disk_leave_the_point_as_it_was() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 9 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "vm-data", "restorePoint": "p1", "name": "copy", "sizeGiB": 16 }),
    );
    let before = lab.prove("copy").unwrap();
    assert!(before.equal && !before.disks[0].written_since);
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "copy", "first": 4, "last": 4 }),
    );
    let after = lab.prove("copy").unwrap();
    assert!(!after.equal && after.disks[0].written_since);
    assert_eq!(after.disks[0].first_difference, Some(4));
    assert_eq!(after.disks[0].point_digest, before.disks[0].point_digest);
    assert_eq!(after.disks[0].source_digest, before.disks[0].source_digest);
}

#[test]
fn a_point_stores_what_changed_and_says_what_deleting_it_frees() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 99 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 50, "last": 59 }),
    );
    ok(
        &mut lab,
        json!({ "type": "trimBlocks", "disk": "vm-data", "first": 0, "last": 4 }),
    );
    capture(&mut lab, "p2");
    let state = lab.state();
    let data = |point: usize| state.restore_points[point].disks[1].clone();
    assert!(data(0).full && !data(1).full);
    assert_eq!(
        (data(0).added_bytes.0, data(0).referenced_bytes.0),
        (100 * MIB, 100 * MIB)
    );
    assert_eq!(data(0).unique_bytes.0, 15 * MIB);
    assert_eq!(
        (data(1).added_bytes.0, data(1).referenced_bytes.0),
        (10 * MIB, 95 * MIB)
    );
    assert_eq!(
        (data(1).unique_bytes.0, data(1).pays_bytes.0),
        (10 * MIB, 10 * MIB)
    );
    let stored = |disk: &str| {
        let query = StoredBytesQuery {
            disk: Some(disk.to_owned()),
            ..StoredBytesQuery::default()
        };
        lab.stored_bytes(&query).unwrap().0
    };
    assert_eq!(stored("vm-data"), 110 * MIB);
    assert_eq!(stored("vm-os"), 1024 * MIB);
    assert_eq!(
        lab.stored_bytes(&StoredBytesQuery::default()).unwrap().0,
        1134 * MIB
    );
    assert_eq!(lab.freed_by(&["p1".to_owned()]).unwrap().0, 15 * MIB);
    assert_eq!(
        lab.freed_by(&["p1".to_owned(), "p2".to_owned()]).unwrap().0,
        1134 * MIB
    );
    let changed = lab
        .changed_ranges(
            &rplab_core::json::read(&json!({ "disk": "vm-data", "from": "p1", "to": "p2" }))
                .unwrap(),
        )
        .unwrap();
    let changed: Vec<_> = changed
        .iter()
        .map(|range| (range.first, range.last, range.kind.as_str()))
        .collect();
    assert_eq!(changed, [(0, 4, "cleared"), (50, 59, "written")]);
}

/// What is found out with the help of what is known, in steps of so many points, and in how many steps.
fn found_since(lab: &Lab, known: Option<&BlockHistory>, most: usize) -> (BlockHistory, usize) {
    let known: Vec<&BlockHistory> = known.into_iter().collect();
    let find = |known: &[&BlockHistory]| lab.block_history_since("vm-data", known, most).unwrap();
    let (mut found, mut all) = find(&known);
    let mut steps = 1;
    while !all {
        let known: Vec<&BlockHistory> = known.iter().copied().chain([&found]).collect();
        (found, all) = find(&known);
        steps += 1;
    }
    let map = lab.block_map_of(&found, 0, u64::MAX, 64).unwrap();
    assert_eq!(map, lab.block_map("vm-data", 64).unwrap());
    (found, steps)
}

#[test]
fn what_is_known_of_the_blocks_is_not_found_out_again_and_never_taken_for_another_labs() {
    let mut lab = started("Windows");
    for day in 0..12_u64 {
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-data", "first": day * 600, "last": day * 600 + 1000 }),
        );
        capture(&mut lab, &format!("p{day}"));
        ok(&mut lab, json!({ "type": "advanceClock", "by": "P1D" }));
    }
    let known = lab.block_history("vm-data").unwrap();
    assert_eq!(found_since(&lab, Some(&known), 0).1, 1);
    // Bit by bit: eleven points have one before them.
    assert_eq!(found_since(&lab, None, 4).1, 3);
    // Time passes and a point comes: it alone is new. One goes: it is the next one that is held against another.
    capture(&mut lab, "p12");
    let known = found_since(&lab, Some(&known), 1);
    assert_eq!(known.1, 1);
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p5" }),
    );
    let known = found_since(&lab, Some(&known.0), 1);
    assert_eq!(known.1, 1);
    // Looking back, and from there to the present again.
    let then = lab.log()[0]
        .at
        .plus(SimDuration::from_seconds(8 * 86_400 + 60));
    let past = lab.branch_at(then).unwrap();
    let before = found_since(&past, Some(&known.0), 2);
    assert_eq!(before.1, 1, "p5 is back, and the one after it");
    assert!(found_since(&lab, Some(&before.0), 6).1 <= 2);
    let both = [&before.0, &known.0];
    let (_, all) = lab.block_history_since("vm-data", &both, 0).unwrap();
    assert!(all, "what was known of the present is known still");
    // Another history with the same names at the same times.
    let is_there = |lab: &Lab| lab.state().restore_points.iter().any(|p| p.name == "p12");
    while is_there(&lab) {
        assert!(lab.undo());
    }
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 5000 }),
    );
    capture(&mut lab, "p12");
    found_since(&lab, Some(&known.0), 3);
    let mut other = started("Windows");
    for day in 0..12_u64 {
        let first = day * 111;
        ok(
            &mut other,
            json!({ "type": "writeBlocks", "disk": "vm-data", "first": first, "last": first + 3 }),
        );
        capture(&mut other, &format!("p{day}"));
        ok(&mut other, json!({ "type": "advanceClock", "by": "P1D" }));
    }
    found_since(&other, Some(&known.0), 3);
}

#[test]
fn what_is_known_stays_known_behind_what_is_found_out_bit_by_bit() {
    let mut lab = started("Windows");
    for day in 0..12_u64 {
        ok(
            &mut lab,
            json!({ "type": "writeBlocks", "disk": "vm-data", "first": day * 600, "last": day * 600 + 1000 }),
        );
        capture(&mut lab, &format!("p{day}"));
        ok(&mut lab, json!({ "type": "advanceClock", "by": "P1D" }));
    }
    let known = lab.block_history("vm-data").unwrap();
    for point in ["p1", "p3", "p5"] {
        ok(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": point }),
        );
    }
    ok(&mut lab, json!({ "type": "advanceClock", "by": "PT1H" }));
    // Three have another neighbour; the six behind them do not.
    assert_eq!(found_since(&lab, Some(&known), 1).1, 3);
}

#[test]
fn the_block_map_shows_who_wrote_and_who_pays() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 1023 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 1024, "last": 1024 }),
    );
    capture(&mut lab, "p2");
    ok(
        &mut lab,
        json!({ "type": "trimBlocks", "disk": "vm-data", "first": 0, "last": 1023 }),
    );
    capture(&mut lab, "p3");
    let map = lab.block_map("vm-data", 8).unwrap();
    let lanes: Vec<Vec<Option<(u32, bool)>>> = map
        .lanes
        .iter()
        .map(|lane| {
            lane.columns
                .iter()
                .map(|column| column.as_ref().map(|c| (c.writer, c.pays)))
                .collect()
        })
        .collect();
    assert_eq!(map.blocks_per_column, 1024);
    assert_eq!(lanes[0][..3], [Some((0, true)), None, None]);
    assert_eq!(lanes[1][..3], [Some((0, false)), Some((1, true)), None]);
    assert_eq!(lanes[2][..3], [None, Some((1, false)), None]);
    // Seen closer: the same blocks, one in each column where there are as many columns.
    let close = lab.block_map_within("vm-data", 1022, 1029, 8).unwrap();
    assert_eq!((close.first_block, close.blocks_per_column), (1022, 1));
    let lane = |lane: usize| {
        let columns = close.lanes[lane].columns.iter();
        columns
            .map(|column| column.as_ref().map(|c| (c.writer, c.pays)))
            .collect::<Vec<_>>()
    };
    assert_eq!(lane(0)[..3], [Some((0, true)), Some((0, true)), None]);
    assert_eq!(
        lane(1)[..4],
        [Some((0, false)), Some((0, false)), Some((1, true)), None]
    );
    assert_eq!(lane(2)[..4], [None, None, Some((1, false)), None]);
    assert_eq!(
        lab.block_map_within("vm-data", 900, 1023, 2).unwrap().lanes[2].columns,
        [None, None]
    );
    assert_eq!(
        lab.block_map_within("vm-data", 9, 3, 8).unwrap_err().path,
        "first"
    );
    assert!(
        lab.block_map_within("vm-data", u64::MAX, u64::MAX, 8)
            .is_err()
    );
    let block = lab.block("vm-data", 0).unwrap();
    let written = block
        .versions
        .iter()
        .find(|version| version.kind == "written")
        .unwrap();
    let names: Vec<&str> = written.referenced_by.iter().map(|id| id.name()).collect();
    assert_eq!(
        (names, written.paid_by.as_ref().unwrap().name()),
        (vec!["p1", "p2"], "p1")
    );
    // When each version was written, between which points, and by which write to the disk.
    let wrote = |index: u64| {
        let block = lab.block("vm-data", index).unwrap();
        let name = |id: &Option<ResourceId>| id.as_ref().map(|id| id.name().to_owned());
        let bracket = |version: &BlockVersionState| {
            let known = (version.after.is_some(), version.before.is_some());
            assert_eq!(known.0, version.written_after.is_some());
            assert_eq!(known.1, version.captured_by.is_some());
            assert!(version.after < version.before || version.before.is_none());
            (
                name(&version.written_after),
                name(&version.captured_by),
                version.write,
            )
        };
        block.versions.iter().map(bracket).collect::<Vec<_>>()
    };
    let point = |name: &str| Some(name.to_owned());
    assert_eq!(
        wrote(0),
        [
            (None, point("p1"), Some(1)),
            (point("p2"), point("p3"), Some(3))
        ]
    );
    assert_eq!(wrote(1024), [(point("p1"), point("p2"), Some(2))]);
    assert_eq!(block.versions[1].write_kind.as_deref(), Some("trim"));
}

#[test]
fn creations_for_one_vm_do_not_overlap() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p1" }),
    );
    let second = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" });
    let error = refused(&mut lab, second.clone());
    assert_eq!(error.code, "VMRestorePointClientError");
    assert!(error.row_ids.contains(&"S0-42".to_owned()));
    lab.run_to_next_event();
    assert_eq!(
        lab.state().restore_points[0].provisioning_state,
        ProvisioningState::Succeeded
    );
    ok(&mut lab, second);
}

#[test]
fn the_limit_counts_points_over_all_collections_of_a_vm() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc2", "source": "vm" }),
    );
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 2 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc2", "name": "p1" }),
    );
    lab.advance("PT1H".parse().unwrap());
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p3" }),
    );
    assert!(
        error.message.contains("2 restore points") && error.row_ids == ["S0-41a"],
        "{error:?}"
    );
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePointCollection", "collection": "rpc2" }),
    );
    lab.advance("PT1H".parse().unwrap());
    capture(&mut lab, "p3");
    assert_eq!(lab.state().restore_point_collections.len(), 1);
}

#[test]
fn the_edition_of_february_2022_counts_every_point_ever_created() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "edition", "value": "2022-02" }),
    );
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "limits.restorePointsPerVm", "value": 1 }),
    );
    capture(&mut lab, "p1");
    ok(
        &mut lab,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p1" }),
    );
    lab.advance("PT1H".parse().unwrap());
    let create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2" });
    assert_eq!(refused(&mut lab, create.clone()).row_ids, ["S2-17"]);
    ok(
        &mut lab,
        json!({ "type": "setSetting", "name": "edition", "value": "2023-07" }),
    );
    ok(&mut lab, create);
}

#[test]
fn a_disk_left_out_once_goes_on_incrementally_and_a_recreated_one_starts_in_full() {
    let mut lab = started("Windows");
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 9 }),
    );
    capture(&mut lab, "p1");
    let data = "/SUBSCRIPTIONS/s/resourcegroups/RG/providers/microsoft.compute/DISKS/VM-DATA";
    ok(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p2", "excludeDisks": [{ "id": data }] }),
    );
    lab.advance("PT1H".parse().unwrap());
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 5, "last": 5 }),
    );
    capture(&mut lab, "p3");
    let state = lab.state();
    assert_eq!(state.restore_points[1].disks.len(), 1);
    let third = &state.restore_points[2].disks[1];
    assert!(!third.full && third.added_bytes.0 == MIB, "{third:?}");
    assert_eq!(third.family_id, state.restore_points[0].disks[1].family_id);

    ok(&mut lab, json!({ "type": "detachDisk", "disk": "vm-data" }));
    ok(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-data" }));
    ok(
        &mut lab,
        json!({ "type": "createDisk", "name": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/disks/vm-data",
                         "location": "East US 2", "sizeGiB": 8, "facts": { "sku": "Premium_LRS" } }),
    );
    ok(
        &mut lab,
        json!({ "type": "attachDisk", "virtualMachine": "vm", "disk": "vm-data" }),
    );
    ok(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-data", "first": 0, "last": 0 }),
    );
    capture(&mut lab, "p4");
    let fourth = lab.state().restore_points[3].disks[1].clone();
    assert!(fourth.full && fourth.added_bytes.0 == MIB, "{fourth:?}");
    assert_ne!(fourth.family_id, third.family_id);
    ok(
        &mut lab,
        json!({ "type": "restoreDisk", "diskRestorePoint": "vm-data", "restorePoint": "p1", "name": "old" }),
    );
    assert!(
        lab.prove("old").unwrap().equal,
        "the first disk's points outlive it"
    );
}

#[test]
fn an_exclusion_that_names_no_disk_of_the_vm_is_refused() {
    let mut lab = started("Windows");
    let error = refused(
        &mut lab,
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "excludeDisks": [{ "id": "other" }] }),
    );
    assert_eq!(
        (error.code.as_str(), error.target.as_deref()),
        ("InvalidParameter", Some("excludeDisks[0].id"))
    );
}

#[test]
fn the_guest_decides_the_consistency_and_a_silent_agent_fails_the_point() {
    use rplab_core::model::ConsistencyMode::{
        ApplicationConsistent, CrashConsistent, FileSystemConsistent,
    };
    for (os, setup, mode, expected) in [
        ("Windows", None, None, ApplicationConsistent),
        ("Linux", None, None, FileSystemConsistent),
        (
            "Linux",
            Some(json!({ "type": "setScripts", "virtualMachine": "vm", "installed": true })),
            None,
            ApplicationConsistent,
        ),
        (
            "Windows",
            Some(json!({ "type": "setVssWriters", "virtualMachine": "vm", "healthy": false })),
            Some("CrashConsistent"),
            CrashConsistent,
        ),
        (
            "Windows",
            Some(json!({ "type": "deallocateVirtualMachine", "virtualMachine": "vm" })),
            None,
            CrashConsistent,
        ),
        ("Windows", None, Some("CrashConsistent"), CrashConsistent),
    ] {
        let mut lab = started(os);
        if let Some(setup) = &setup {
            ok(&mut lab, setup.clone());
        }
        ok(
            &mut lab,
            json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p", "consistencyMode": mode }),
        );
        assert_eq!(
            lab.state().restore_points[0].consistency_mode,
            None,
            "known once it has succeeded"
        );
        lab.run_to_next_event();
        assert_eq!(
            lab.state().restore_points[0].consistency_mode,
            Some(expected),
            "{os} {setup:?} {mode:?}"
        );
    }
}

#[test]
fn a_guest_in_trouble_fails_the_point_and_nothing_of_it_counts() {
    for trouble in [
        json!({ "type": "setAgent", "virtualMachine": "vm", "status": "notReady" }),
        json!({ "type": "setVssWriters", "virtualMachine": "vm", "healthy": false }),
    ] {
        let mut lab = started("Windows");
        ok(&mut lab, trouble.clone());
        capture(&mut lab, "p");
        let state = lab.state();
        assert_eq!(
            state.restore_points[0].provisioning_state,
            ProvisioningState::Failed,
            "{trouble}"
        );
        assert_eq!(state.stored_bytes.0, 0);
        assert_eq!(state.virtual_machines[0].restore_point_count, 0);
        let restore = json!({ "type": "restoreVirtualMachine", "restorePoint": "p", "name": "x" });
        assert_eq!(refused(&mut lab, restore).code, "Conflict");
        ok(
            &mut lab,
            json!({ "type": "deleteRestorePoint", "restorePoint": "p" }),
        );
        lab.advance("PT1H".parse().unwrap());
        assert!(lab.state().restore_points.is_empty());
    }
}

#[test]
fn what_the_matrix_is_against_is_refused_with_the_disks_to_leave_out() {
    let mut windows = machine("vm", "Windows");
    windows["disks"][1]["facts"]["sku"] = json!("UltraSSD_LRS");
    let mut lab = lab(&[windows]);
    ok(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    let mut create = json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p" });
    let error = refused(&mut lab, create.clone());
    assert_eq!(error.code, "VMRestorePointClientError");
    assert!(error.row_ids.contains(&"S0-03".to_owned()), "{error:?}");
    assert!(error.message.contains("leave out vm-data"), "{error:?}");
    create["excludeDisks"] = json!([{ "id": "vm-data" }]);
    create["apiVersion"] = json!("2021-02-01");
    let error = refused(&mut lab, create.clone());
    assert!(error.row_ids.contains(&"S0-40".to_owned()), "{error:?}");
    create["apiVersion"] = json!("2021-03-01");
    ok(&mut lab, create);
}

#[test]
fn a_scenario_replays_to_the_same_digest_and_undo_takes_back_and_gives_again() {
    let mut lab = started("Linux");
    ok(
        &mut lab,
        json!({ "type": "setWorkload", "disk": "vm-data",
        "workload": { "every": "PT1H", "writes": 5, "blocksPerWrite": 8, "withinThousandths": 500 } }),
    );
    for number in 0..40 {
        capture(&mut lab, &format!("p{number}"));
    }
    refused(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-os" }));
    let end = lab.digest();
    let file = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(Lab::from_scenario(file).unwrap().digest(), end);

    let mut seen = Vec::new();
    while lab.state().can_undo {
        seen.push(lab.digest());
        assert!(lab.undo());
    }
    assert!(!lab.undo() && lab.state().restore_points.is_empty());
    for expected in seen.iter().rev() {
        assert!(lab.redo());
        assert_eq!(lab.digest(), *expected);
    }
    assert!(!lab.redo());
}

#[test]
fn a_command_that_is_wrong_names_the_field() {
    let mut lab = started("Linux");
    for (command, code, path) in [
        (json!({ "type": "makeCoffee" }), "UnknownCommand", "type"),
        (json!({ "disk": "vm-os" }), "MissingType", "type"),
        (
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": 0, "last": 1, "colour": "red" }),
            "InvalidField",
            "colour",
        ),
        (
            json!({ "type": "writeBlocks", "disk": "vm-os", "first": -1, "last": 1 }),
            "InvalidField",
            "first",
        ),
        (
            json!({ "type": "setWorkload", "disk": "vm-os", "workload": { "every": "1 hour" } }),
            "InvalidField",
            "workload.every",
        ),
    ] {
        let error = lab.dispatch_json(command.clone()).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.path.as_str()),
            (code, path),
            "{command}: {error}"
        );
    }
    let error = refused(
        &mut lab,
        json!({ "type": "writeBlocks", "disk": "vm-os", "first": 0, "last": 4096 }),
    );
    assert!(error.message.contains("blocks 0 to 4095"), "{error:?}");
    let error = refused(&mut lab, json!({ "type": "deleteDisk", "disk": "vm-oss" }));
    assert!(error.message.contains("vm-data, vm-os"), "{error:?}");
}
