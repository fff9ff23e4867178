//! What points store, block by block.

use super::support::ok;
use super::{MIB, capture, started};
use rplab_core::api::{BlockHistory, BlockVersionState, Lab, StoredBytesQuery};
use rplab_core::ids::ResourceId;
use rplab_core::units::SimDuration;
use serde_json::json;

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
