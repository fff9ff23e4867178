//! Lanes of the block map asked for by themselves, against all of them, and against what each block says.

use super::{capture, ok, started};
use rplab_core::api::{BlockLane, BlockVersionState, Lab};
use serde_json::json;

/// Numbers without a pattern, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A lab after writes, trims, points and deletions as the dice fall; the disk has 65,536 blocks.
fn after(seed: u64) -> Lab {
    let mut dice = Dice(seed);
    let mut lab = started(json!({}));
    let mut points: Vec<String> = Vec::new();
    for turn in 0..120 {
        let first = dice.below(300);
        let range = |kind: &str, most| json!({ "type": kind, "disk": "data", "first": first, "last": first + most });
        match dice.below(7) {
            0 | 1 => drop(ok(&mut lab, range("writeBlocks", dice.below(40)))),
            2 | 3 => drop(ok(&mut lab, range("trimBlocks", dice.below(60)))),
            4 if points.len() > 3 => {
                let at = usize::try_from(dice.below(points.len() as u64)).unwrap();
                let gone = points.remove(at);
                ok(
                    &mut lab,
                    json!({ "type": "deleteRestorePoint", "restorePoint": gone }),
                );
                ok(&mut lab, json!({ "type": "advanceClock", "by": "PT1H" }));
            }
            _ => {
                let name = format!("p{turn}");
                capture(&mut lab, &name);
                ok(&mut lab, json!({ "type": "advanceClock", "by": "PT1H" }));
                points.push(name);
            }
        }
    }
    lab
}

/// What each block says of a lane, one block in a column.
fn by_block(
    lab: &Lab,
    lanes: &[BlockLane],
    lane: usize,
    blocks: u64,
) -> Vec<Option<(usize, bool)>> {
    let point = &lanes[lane].restore_point;
    let of = |index| {
        let block = lab.block("data", index).unwrap();
        let mut versions = block.versions.into_iter();
        let held = versions.find(|version| version.referenced_by.contains(point))?;
        let payer = held.paid_by?;
        let writer = lanes.iter().position(|lane| lane.restore_point == payer);
        Some((writer.unwrap(), payer == *point))
    };
    (0..blocks).map(of).collect()
}

#[test]
fn some_lanes_are_the_same_as_among_all() {
    for seed in 1..=6 {
        let lab = after(seed);
        let history = lab.block_history("data").unwrap();
        let count = history.points().len();
        assert!(count > 10, "{count} points");
        for (first, last, columns) in [
            (0, u64::MAX, 64),
            (0, 360, 16),
            (0, 360, 361),
            (37, 90, 7),
            (120, 120, 4),
        ] {
            let all = lab.block_map_of(&history, first, last, columns).unwrap();
            assert!(
                all.lanes
                    .iter()
                    .map(|lane| &lane.restore_point)
                    .eq(history.points())
            );
            for from in 0..=count + 1 {
                for to in [from, from + 1, from + 3, usize::MAX] {
                    let some = lab.block_lanes_of(&history, from..to, first, last, columns);
                    let some = some.unwrap();
                    let own = all.lanes.iter().take(to).skip(from);
                    assert!(some.lanes.iter().eq(own), "{seed}: {from} to {to}");
                    assert_eq!(some.blocks_per_column, all.blocks_per_column);
                }
            }
        }
    }
}

#[test]
fn lanes_say_what_each_block_says() {
    let lab = after(9);
    let history = lab.block_history("data").unwrap();
    let map = lab.block_map_of(&history, 0, 360, 361).unwrap();
    for (place, lane) in map.lanes.iter().enumerate() {
        let columns = lane.columns.iter().map(Option::as_ref);
        let shown: Vec<_> = columns
            .map(|column| column.map(|column| (column.writer as usize, column.pays)))
            .collect();
        assert_eq!(
            shown,
            by_block(&lab, &map.lanes, place, 361),
            "{}",
            lane.name
        );
    }
}

#[test]
fn the_first_block_that_a_point_holds_is_the_first_one_that_says_so() {
    let lab = after(9);
    let map = lab.block_map("data", 1).unwrap();
    for lane in map.lanes.iter().step_by(5) {
        for first in [0, 40, 170, 359] {
            let holds = |index: &u64| {
                let versions = lab.block("data", *index).unwrap().versions;
                let written = |version: &BlockVersionState| {
                    version.paid_by.is_some() && version.referenced_by.contains(&lane.restore_point)
                };
                versions.iter().any(written)
            };
            let point = lane.restore_point.as_str();
            assert_eq!(
                lab.first_held("data", point, first, 400).unwrap(),
                (first..=400).find(holds),
                "{} from {first}",
                lane.name
            );
        }
    }
    assert!(lab.first_held("data", "no-such", 0, 9).is_err());
}
