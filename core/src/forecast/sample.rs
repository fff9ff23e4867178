//! Fleets of many kinds of disks: what disks of chosen sizes come to, and every other in between.
//!
//! What a disk takes is a smooth function of its size and of the part of it that is used. So where nearly every
//! disk is another, only disks at the nodes of a grid are reckoned: sizes and parts in use lie between two nodes
//! each, and a disk is shared out over the four around it, so that neither size nor use is lost. Twice as many
//! nodes make the error a quarter; as fine a grid is taken as keeps their number small.

use super::group::{Group, Profile};
use crate::order;
use crate::units::ByteCount;

/// Kinds of VMs up to which each one is reckoned where nothing else is asked for.
pub(super) const MOST_KINDS: usize = 250;
/// The most disks that are reckoned instead of all others, if a grid has so few.
const MOST_NODES: usize = 500;
/// Nodes between a number and its double, the finest grid first.
const GRIDS: [u64; 4] = [16, 8, 4, 2];
/// A share is counted in parts of this.
pub(super) const WHOLE: u64 = 1 << 20;
/// Parts in use are counted in parts of this.
const FULL: u64 = 1 << 30;
/// Below this part in use there is no node but that of nothing.
const LEAST: u64 = 1 << 18;

/// A disk at a node of the grid, and how many it stands for.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Which of the sample's regions.
    pub(super) region: usize,
    pub(super) profile: Profile,
    /// How many disks, in parts of [`WHOLE`].
    pub(super) share: u64,
    key: u64,
}

/// What is reckoned instead of a fleet.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) regions: Vec<String>,
    pub(super) nodes: Vec<Node>,
    /// Of each group the nodes of its disks, with their shares.
    pub(super) mixes: Vec<Vec<(usize, u64)>>,
    /// How many nodes lie between a number and its double.
    pub(super) grid: u64,
}

/// A node of one side of the grid: its number and its value.
type Corner = (u64, u64);

/// The corners around a number, and the share of the upper one.
fn corners(value: u64, least: u64, grid: u64) -> (Corner, Corner, u64) {
    let part = |over: u64, of: u64| {
        let share = u128::from(over) * u128::from(WHOLE) / u128::from(of.max(1));
        u64::try_from(share).unwrap_or(WHOLE)
    };
    let number = |octave: u32, at: u64| 1 + u64::from(octave) * grid + at;
    if value < least {
        let octave = least.ilog2();
        return ((0, 0), (number(octave, 0), least), part(value, least));
    }
    let octave = value.ilog2();
    let base = 1_u64 << octave;
    let step = (base / grid).max(1);
    let at = (value - base) / step;
    let lower = base + at * step;
    (
        (number(octave, at), lower),
        (number(octave, at + 1), lower + step),
        part(value - lower, step),
    )
}

/// The nodes that a disk is shared out over.
fn spread(region: usize, profile: &Profile, grid: u64) -> Vec<Node> {
    let (size, used) = match profile.workload {
        Some(_) => (profile.size.0, profile.used.0),
        // What is used is written anew, and nothing else.
        None => (profile.used.0, profile.used.0),
    };
    let full = u128::from(used) * u128::from(FULL) / u128::from(size.max(1));
    let full = u64::try_from(full).unwrap_or(FULL);
    let (small, large, to_large) = corners(size, 1, grid);
    let (empty, filled, to_filled) = corners(full, LEAST, grid);
    let both = u64::try_from(u128::from(to_large) * u128::from(to_filled) / u128::from(WHOLE));
    let both = both.unwrap_or_default();
    let mut found = Vec::new();
    for (size, part, share) in [
        (large, filled, both),
        (large, empty, to_large - both),
        (small, filled, to_filled - both),
        (small, empty, WHOLE + both - to_large - to_filled),
    ] {
        if share == 0 || size.1 == 0 {
            continue;
        }
        let used = u128::from(size.1) * u128::from(part.1) / u128::from(FULL);
        let workload = profile.workload.map_or(0, |at| at as u64 + 1);
        found.push(Node {
            region,
            profile: Profile {
                size: ByteCount(size.1),
                used: ByteCount(u64::try_from(used).unwrap_or(size.1)),
                workload: profile.workload,
            },
            share,
            key: ((region as u64) << 48) ^ (workload << 28) ^ (size.0 << 14) ^ part.0,
        });
    }
    found
}

/// Shares the disks of all groups out over as fine a grid as has few nodes.
pub(super) fn sample(groups: &[Group]) -> Sample {
    let mut regions: Vec<String> = Vec::new();
    let places: Vec<usize> = groups
        .iter()
        .map(|group| {
            let known = regions.iter().position(|region| *region == group.region);
            known.unwrap_or_else(|| {
                regions.push(group.region.clone());
                regions.len() - 1
            })
        })
        .collect();
    let mut coarsest = Vec::new();
    let mut grid = 1;
    for of in GRIDS {
        grid = of;
        coarsest = groups
            .iter()
            .zip(&places)
            .map(|(group, region)| {
                let disks = group.disks.iter();
                disks.flat_map(|disk| spread(*region, disk, grid)).collect()
            })
            .collect::<Vec<Vec<Node>>>();
        let all = coarsest.iter().flatten();
        if order::distinct(all.map(|node| node.key)).len() <= MOST_NODES {
            break;
        }
    }
    let keys = order::distinct(coarsest.iter().flatten().map(|node| node.key));
    let mut nodes: Vec<Option<Node>> = vec![None; keys.len()];
    let mixes = coarsest
        .into_iter()
        .zip(groups)
        .map(|(spread, group)| {
            let machines = group.machines.len() as u64;
            let mut mix = Vec::new();
            for node in spread {
                let Ok(at) = keys.binary_search(&node.key) else {
                    continue;
                };
                mix.push((at, node.share));
                let more = node.share.saturating_mul(machines);
                if let Some(known) = nodes.get_mut(at) {
                    let known = known.get_or_insert(Node { share: 0, ..node });
                    known.share = known.share.saturating_add(more);
                }
            }
            mix
        })
        .collect();
    Sample {
        regions,
        nodes: nodes.into_iter().flatten().collect(),
        mixes,
        grid,
    }
}
