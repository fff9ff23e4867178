//! What time brings: faults end, copies travel and arrive, creations and deletions end.

use super::{Fault, Model, Point, Stage, Trouble, missing};
use crate::{BLOCK, COPY_ENDS, SECONDS_PER_BLOCK};

impl Model {
    /// Lets time pass from moment to moment, as far as anything is due.
    pub(crate) fn advance(&mut self, by: u64) {
        let end = self.now + by;
        loop {
            let points = self.points.iter().filter_map(Point::due);
            let collections = self.collections.iter().filter_map(|known| known.deleting);
            let faults = self.faults.iter().filter(|fault| fault.active);
            let due = points
                .chain(self.arrivals())
                .chain(collections)
                .chain(faults.filter_map(|fault| fault.ends));
            let next = due.min().filter(|next| *next <= end);
            self.travel_until(next.unwrap_or(end));
            self.arrive();
            if next.is_none() {
                break;
            }
            self.settle();
        }
    }

    /// The points before this one in the other region that have this disk.
    fn before(&self, at: usize, disk: usize) -> impl DoubleEndedIterator<Item = &Point> {
        let before = self.points[..at].iter();
        before.filter(move |point| point.remote && point.disks.contains_key(&disk))
    }

    /// Whether the disk of a point there waits for that of one before it.
    fn waits(&self, at: usize, disk: usize) -> bool {
        let mut before = self.before(at, disk);
        before.any(|point| !point.there.contains(&disk))
    }

    /// Whether a fault holds a point up, whatever it has left to bring.
    fn held_up(&self, point: &Point) -> bool {
        let at_work = |fault: &&Fault| fault.active && fault.trouble != Trouble::Past;
        let mut faults = self.faults.iter().filter(at_work);
        faults.any(|fault| match &fault.trouble {
            Trouble::Stalls(name) => *name == point.name,
            _ => true,
        })
    }

    /// The disks that move: those of started copies that nothing holds up and that wait for no other.
    fn moving(&self) -> Vec<(usize, usize)> {
        let mut moving = Vec::new();
        for (at, point) in self.points.iter().enumerate() {
            if point.travels() && !self.held_up(point) {
                let disks = point.travel.keys().copied();
                moving.extend(
                    disks
                        .filter(|disk| !self.waits(at, *disk))
                        .map(|disk| (at, disk)),
                );
            }
        }
        moving
    }

    /// When the disks that move arrive.
    fn arrivals(&self) -> Vec<u64> {
        let left = |(at, disk): (usize, usize)| {
            let point: &Point = &self.points[at];
            point.travel[&disk] - point.arrived[&disk]
        };
        let left = self.moving().into_iter().map(left).filter(|left| *left > 0);
        left.map(|left| self.now + left * SECONDS_PER_BLOCK / BLOCK)
            .collect()
    }

    /// Copies travel, each disk at its own rate.
    fn travel_until(&mut self, until: u64) {
        let moved = (until - self.now) * (BLOCK / SECONDS_PER_BLOCK);
        for (at, disk) in self.moving() {
            let point = &mut self.points[at];
            let arrived = point.arrived.get_mut(&disk).unwrap();
            *arrived = point.travel[&disk].min(*arrived + moved);
        }
        self.now = until;
    }

    /// What has all been brought is there, unless what it builds on is not.
    pub(super) fn arrive(&mut self) {
        for at in 0..self.points.len() {
            let point = &self.points[at];
            if !point.travels() || self.held_up(point) {
                continue;
            }
            let disks: Vec<usize> = self.points[at].travel.keys().copied().collect();
            for disk in disks {
                let waits = self.waits(at, disk);
                self.waits += u64::from(waits);
                let point = &mut self.points[at];
                if !waits && point.travel[&disk] == point.arrived[&disk] {
                    point.there.insert(disk);
                }
            }
        }
    }

    /// A point is gone, or holds nothing any more: the next one there brings what it never brought.
    fn lose(&mut self, at: usize, gone: &Point) {
        for disk in gone
            .disks
            .keys()
            .filter(|disk| gone.remote && !gone.there.contains(disk))
        {
            let next = (at..self.points.len())
                .find(|at| self.points[*at].remote && self.points[*at].disks.contains_key(disk));
            if let Some(next) = next {
                let held = self
                    .before(next, *disk)
                    .next_back()
                    .map(|point| &point.disks[disk]);
                let new = missing(&self.points[next].disks[disk], held);
                self.points[next].travel.insert(*disk, new);
                self.taken_over += 1;
            }
        }
    }

    pub(super) fn fail(&mut self, at: usize) {
        let before = self.points[at].clone();
        self.points[at].fail();
        self.lose(at, &before);
    }

    /// What is due at this very moment.
    fn settle(&mut self) {
        let now = self.now;
        for fault in &mut self.faults {
            fault.active &= fault.ends != Some(now);
        }
        for at in 0..self.points.len() {
            let point = &mut self.points[at];
            point.access.retain(|_, until| *until > now);
            if point.travels()
                && point.stage == Stage::Succeeded
                && point.travels_since == now.checked_sub(COPY_ENDS)
            {
                self.fail(at);
            }
        }
        self.collections.retain(|known| known.deleting != Some(now));
        let mut gone: Vec<(u64, String)> = Vec::new();
        for point in &self.points {
            match point.stage {
                Stage::Deleting(until, order) if until == now => {
                    gone.push((order, point.name.clone()));
                }
                _ => {}
            }
        }
        gone.sort();
        for (_, name) in &gone {
            let at = self
                .points
                .iter()
                .position(|point| point.name == *name)
                .unwrap();
            let removed = self.points.remove(at);
            if !removed.failed {
                self.lose(at, &removed);
            }
            for at in 0..self.points.len() {
                let point = &self.points[at];
                let rests = point.source.as_ref() == Some(name) && point.travels();
                if rests && point.stage == Stage::Succeeded {
                    self.fail(at);
                }
            }
        }
        let names: Vec<String> = self.points.iter().map(|point| point.name.clone()).collect();
        let key = self.key;
        for at in 0..self.points.len() {
            let point = &mut self.points[at];
            if point.stage != Stage::Creating(now) {
                continue;
            }
            let copy_of_nothing = point
                .source
                .as_ref()
                .is_some_and(|source| !names.contains(source));
            let keyless = !key && point.source.is_none() && point.disks.contains_key(&1);
            let unfit = point.source.is_none() && !point.crash && !point.agent;
            if point.doomed || copy_of_nothing || keyless || unfit {
                self.fail(at);
            } else {
                point.stage = Stage::Succeeded;
                point.travels_since = Some(now).filter(|_| point.remote);
            }
        }
        self.arrive();
    }
}
