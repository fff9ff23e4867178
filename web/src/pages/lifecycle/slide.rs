//! What becomes of the blocks of a point that goes: which of the others pay for them from then on.

use super::bench::Bench;
use super::points::Points;
use super::shown::Shown;
use crate::components::live;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::RestorePointState;
use rplab_core::ids::ResourceId;
use rplab_core::units::ByteCount;
use std::collections::BTreeMap;

/// Parts of the disk, as first block and how many.
type Parts = Vec<(u64, u64)>;

/// The points as they were last seen, and what has passed on since one of them went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slide {
    disk: Option<ResourceId>,
    moment: Moment,
    points: Vec<Payer>,
    /// First block and width of the columns that `pays` is about.
    scale: (u64, u64),
    /// Which columns each lane pays for.
    pays: Vec<(ResourceId, Vec<bool>)>,
    said: Option<String>,
    gained: Vec<(ResourceId, Parts)>,
}

/// When it was seen: the time in seconds, and how many commands there were. Whoever undoes or looks back goes back in
/// one of them, and points that were not there yet have not gone.
pub(super) type Moment = (i64, usize);

/// A point and what it pays for on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Payer {
    id: ResourceId,
    bytes: u64,
}

impl Slide {
    /// Looks at the points of a disk anew. With many points (`map` is none) nothing is marked, and all is told.
    pub(super) fn next(
        before: Option<&Self>,
        moment: Moment,
        disk: Option<ResourceId>,
        points: &Points,
        map: Option<&Shown>,
    ) -> Self {
        let payers = payers(disk.as_ref(), points);
        let scale = map.map_or((0, 0), |map| (map.scale.first, map.scale.width));
        let pays = map.map(columns_paid).unwrap_or_default();
        let mut now = Self {
            disk,
            moment,
            points: payers,
            scale,
            pays,
            said: None,
            gained: Vec::new(),
        };
        let later = |before: &&Self| before.moment.0 <= moment.0 && before.moment.1 <= moment.1;
        let Some(before) = before
            .filter(later)
            .filter(|before| before.disk == now.disk)
        else {
            return now;
        };
        let (old, own) = (by_id(&before.points), by_id(&now.points));
        let is_new = own.keys().any(|id| !old.contains_key(id));
        let gone = before.points.iter();
        let gone = gone.filter(|old| !own.contains_key(&old.id));
        // A point that fails stays in the list, without its disks.
        let (failed, gone): (Vec<&Payer>, Vec<&Payer>) =
            gone.partition(|old| points.find(&old.id).is_some());
        if gone.is_empty() && failed.is_empty() {
            // What was told holds as long as the points are the same.
            if !is_new {
                now.said = before.said.clone();
                now.gained = before.gained.clone();
            }
            return now;
        }
        let failed = (!failed.is_empty()).then(|| told_failed(&failed));
        let gone = (!gone.is_empty()).then(|| told(&gone, &before.points, &now.points));
        let said: Vec<String> = failed.into_iter().chain(gone).collect();
        now.said = Some(said.join(" "));
        if before.scale == now.scale {
            now.gained = gained(&before.pays, &now.pays, now.scale);
        }
        now
    }

    /// The parts of the disk that a point pays for since another one went.
    pub(super) fn gained_by(&self, point: &ResourceId) -> &[(u64, u64)] {
        let own = self.gained.iter().find(|(id, _)| id == point);
        own.map(|(_, parts)| parts.as_slice()).unwrap_or_default()
    }
}

fn by_id(points: &[Payer]) -> BTreeMap<&ResourceId, u64> {
    let points = points.iter();
    points.map(|point| (&point.id, point.bytes)).collect()
}

fn payers(disk: Option<&ResourceId>, points: &Points) -> Vec<Payer> {
    let of = |point: &RestorePointState| {
        let own = point.disks.iter().find(|own| Some(&own.disk) == disk)?;
        Some(Payer {
            id: point.id.clone(),
            bytes: own.pays_bytes.0,
        })
    };
    points.iter().filter_map(of).collect()
}

fn columns_paid(shown: &Shown) -> Vec<(ResourceId, Vec<bool>)> {
    let lanes = shown.map.lanes.iter().map(|lane| {
        let pays = lane.columns.iter().map(|column| {
            let column = column.as_ref();
            column.is_some_and(|column| column.pays)
        });
        (lane.restore_point.clone(), pays.collect())
    });
    lanes.collect()
}

fn names(points: &[&Payer]) -> String {
    let names: Vec<&str> = points.iter().map(|point| point.id.name()).collect();
    names.join(", ")
}

/// In words: what became of points that did not.
fn told_failed(failed: &[&Payer]) -> String {
    format!("{} failed: nothing was kept.", names(failed))
}

/// In words: what was freed, and who pays for the rest.
fn told(gone: &[&Payer], before: &[Payer], now: &[Payer]) -> String {
    let paid: u64 = gone.iter().map(|point| point.bytes).sum();
    let mut passed = 0;
    let mut takers = Vec::new();
    let before = by_id(before);
    for point in now {
        let old = before.get(&point.id).copied();
        let more = point.bytes.saturating_sub(old.unwrap_or(point.bytes));
        if more > 0 {
            passed += more;
            takers.push(format!(
                "{} {}",
                point.id.name(),
                words::size(ByteCount(more))
            ));
        }
    }
    let freed = words::size(ByteCount(paid.saturating_sub(passed)));
    let names = names(gone);
    if takers.is_empty() {
        return format!("{names} went: {freed} freed on this disk, nothing passed on.");
    }
    let takers = takers.join(", ");
    format!("{names} went: {freed} freed on this disk. Who pays for the rest now: {takers}.")
}

/// Columns that a lane pays for and did not pay for before, joined to parts.
fn gained(
    before: &[(ResourceId, Vec<bool>)],
    now: &[(ResourceId, Vec<bool>)],
    (first, width): (u64, u64),
) -> Vec<(ResourceId, Parts)> {
    let lanes = now.iter().filter_map(|(id, pays)| {
        let (_, paid) = before.iter().find(|(old, _)| old == id)?;
        let mut parts: Parts = Vec::new();
        for (at, (pays, paid)) in (0_u64..).zip(pays.iter().zip(paid)) {
            if !pays || *paid {
                continue;
            }
            let start = first + at * width;
            match parts.last_mut() {
                Some((from, count)) if *from + *count == start => *count += width,
                _ => parts.push((start, width)),
            }
        }
        (!parts.is_empty()).then(|| (id.clone(), parts))
    });
    lanes.collect()
}

/// Says what passed on; the lanes mark it.
#[component]
pub(crate) fn Passed() -> impl IntoView {
    let bench = Bench::get();
    let said = move || {
        let said = bench.slide.with(|slide| slide.said.clone());
        said.map(|said| view! { <p><span class="key-gained" aria-hidden="true"></span>{said}</p> })
    };
    view! { <div class="passed" role="status" aria-live="polite" data-testid="passed">{live(said)}</div> }
}

/// The marks of one lane.
#[component]
pub(crate) fn Gained(point: ResourceId) -> impl IntoView {
    let bench = Bench::get();
    live(move || {
        let parts = bench.slide.with(|slide| slide.gained_by(&point).to_vec());
        // Most lanes have none, and follow no zoom.
        if parts.is_empty() {
            return Vec::new();
        }
        let scale = bench.scale.get();
        let first = scale.first;
        let shown = (scale.width * scale.columns).max(1);
        let percent = move |blocks: u64| {
            let parts = u128::from(blocks) * 10_000 / u128::from(shown);
            format!("{}.{:02}%", parts / 100, parts % 100)
        };
        let marks = parts.into_iter().filter_map(|(from, count)| {
            let start = from.max(first);
            let end = (from + count).min(first + shown);
            (start < end).then(|| {
                view! { <i class="gained" style:left=percent(start - first) style:width=percent(end - start)></i> }
            })
        });
        marks.collect_view()
    })
}

#[cfg(test)]
mod tests {
    use super::{Payer, gained, told};
    use rplab_core::ids::ResourceId;

    fn id(name: &str) -> ResourceId {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/{name}")
            .parse()
            .unwrap()
    }

    #[test]
    fn what_was_paid_is_freed_or_passed_on() {
        let payer = |name: &str, bytes| Payer {
            id: id(name),
            bytes,
        };
        let before = [
            payer("a", 40 << 30),
            payer("b", 5 << 30),
            payer("c", 1 << 30),
        ];
        let now = [payer("b", 42 << 30), payer("c", 1 << 30)];
        assert_eq!(
            told(&[&before[0]], &before, &now),
            "a went: 3.00 GiB freed on this disk. Who pays for the rest now: b 37.00 GiB."
        );
        assert_eq!(
            told(&[&before[2]], &before, &before[..2]),
            "c went: 1.00 GiB freed on this disk, nothing passed on."
        );
    }

    #[test]
    fn columns_side_by_side_are_one_part() {
        let lane = |name: &str, pays: &[bool]| (id(name), pays.to_vec());
        let before = [
            lane("a", &[true, true, true, false]),
            lane("b", &[false, false, true, false]),
        ];
        let now = [lane("b", &[true, true, true, false])];
        assert_eq!(
            gained(&before, &now, (100, 8)),
            [(id("b"), vec![(100, 16)])]
        );
        assert_eq!(gained(&now, &now, (0, 8)), []);
    }
}
