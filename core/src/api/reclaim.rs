//! What to delete to free so many bytes, losing the least.

use super::{InputError, Lab};
use crate::cloud::{Command, DeleteRestorePoint};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::order;
use crate::store::SnapshotId;
use crate::units::ByteCount;

/// How many points are weighed against each other in each step, beside the neighbours of those already chosen.
const WEIGHED: usize = 24;

/// Points whose deletion frees so many bytes.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Reclaim {
    /// The points, in the order chosen.
    pub restore_points: Vec<ResourceId>,
    /// What deleting all of them frees.
    pub freed_bytes: ByteCount,
    /// Whether that is as much as was asked for.
    pub enough: bool,
    /// The longest time between two points that stay, in seconds, from the oldest that there is now.
    pub widest_gap_seconds: u64,
}

/// A point that may go.
struct Candidate<'a> {
    id: &'a ResourceId,
    captured: i64,
    snapshots: Vec<SnapshotId>,
    alone: u64,
}

impl Lab {
    /// Proposes points of a VM to delete: as few as it takes to free `wanted`, each time the one that frees the
    /// most together with those already chosen. The newest point stays, and so does every point that the service
    /// would not delete now. A proposal that frees enough with one point less loses that point again.
    ///
    /// # Errors
    /// No such VM.
    pub fn reclaim(&self, vm: &str, wanted: ByteCount) -> Result<Reclaim, InputError> {
        let cloud = self.timeline.cloud();
        let vm = super::read::captured_vm(cloud, vm)?;
        let mut all = Vec::new();
        for (id, point) in cloud.restore_points().iter() {
            if point.virtual_machine != vm {
                continue;
            }
            let snapshots: Vec<_> = point.disks.iter().map(|disk| disk.snapshot).collect();
            let alone = cloud.store().freed_by(&snapshots)?.0;
            let captured = point.time_created.unix_seconds();
            all.push(Candidate {
                id,
                captured,
                snapshots,
                alone,
            });
        }
        let all = order::by(all, |point| {
            u64::try_from(point.captured).unwrap_or_default()
        });
        let may_go = |at: usize| {
            let point = all.get(at);
            let delete = |id: &ResourceId| {
                Command::DeleteRestorePoint(DeleteRestorePoint {
                    restore_point: id.to_string(),
                    at_once: None,
                })
            };
            at + 1 < all.len() && point.is_some_and(|point| self.check(&delete(point.id)).is_none())
        };
        let free: Vec<usize> = (0..all.len()).filter(|at| may_go(*at)).collect();
        let mut chosen: Vec<usize> = Vec::new();
        let mut freed = 0;
        while freed < wanted.0 {
            let mut best: Option<(u64, usize)> = None;
            for at in weighed(&all, &free, &chosen) {
                let mut set = chosen.clone();
                set.push(at);
                let frees = frees(self, &all, &set)?;
                if best.is_none_or(|(most, _)| frees > most) {
                    best = Some((frees, at));
                }
            }
            let Some((frees, at)) = best else { break };
            chosen.push(at);
            freed = frees;
        }
        // What a later choice made needless stays.
        for at in chosen.clone() {
            let rest: Vec<usize> = chosen.iter().copied().filter(|own| *own != at).collect();
            let without = frees(self, &all, &rest)?;
            if freed >= wanted.0 && without >= wanted.0 {
                chosen = rest;
                freed = without;
            }
        }
        let mut last = all.first().map_or(0, |point| point.captured);
        let mut widest = 0;
        for (at, point) in all.iter().enumerate() {
            if !chosen.contains(&at) {
                widest = widest.max(point.captured - last);
                last = point.captured;
            }
        }
        let named = chosen.iter().filter_map(|at| all.get(*at));
        Ok(Reclaim {
            restore_points: named.map(|point| point.id.clone()).collect(),
            freed_bytes: ByteCount(freed),
            enough: freed >= wanted.0,
            widest_gap_seconds: u64::try_from(widest).unwrap_or_default(),
        })
    }
}

/// The points worth weighing next: those that free the most alone, and the neighbours of those chosen, with which they
/// share what nobody else holds.
fn weighed(all: &[Candidate<'_>], free: &[usize], chosen: &[usize]) -> Vec<usize> {
    let open: Vec<usize> = free
        .iter()
        .copied()
        .filter(|at| !chosen.contains(at))
        .collect();
    let alone = |at: usize| all.get(at).map_or(0, |point| point.alone);
    let mut found: Vec<usize> = order::by(open.clone(), |at| u64::MAX - alone(*at));
    found.truncate(WEIGHED);
    let beside = |at: usize| chosen.iter().any(|own| own.abs_diff(at) == 1);
    found.extend(open.into_iter().filter(|at| beside(*at)));
    found
}

fn frees(lab: &Lab, all: &[Candidate<'_>], set: &[usize]) -> Result<u64, InputError> {
    let points = set.iter().filter_map(|at| all.get(*at));
    let snapshots: Vec<SnapshotId> = points
        .flat_map(|point| point.snapshots.iter().copied())
        .collect();
    Ok(lab.timeline.cloud().store().freed_by(&snapshots)?.0)
}
