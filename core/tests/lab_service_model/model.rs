//! The naive model: what the service should look like, and what it should refuse.

use super::{
    BLOCK, BLOCKS, COPY_ENDS, COPY_START, CREATE, DELETE, DELETE_COLLECTION, LIMIT,
    SECONDS_PER_BLOCK,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Content = Vec<Option<u64>>;

/// Done, or the code of the refusal.
pub(crate) type Answer = Result<(), &'static str>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    Creating(u64),
    Succeeded,
    Failed,
    /// Until when, and which of the deletions it is.
    Deleting(u64, u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Collection {
    pub(crate) name: String,
    /// Where the VM was when it was made.
    place: usize,
    /// The collection that it holds copies of.
    pub(crate) of: Option<String>,
    pub(crate) deleting: Option<u64>,
}

impl Collection {
    /// The number of its region: 0 is the VM's.
    pub(crate) fn region(&self) -> usize {
        usize::from(self.of.is_some())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) name: String,
    pub(crate) collection: String,
    pub(crate) remote: bool,
    /// The capture that it shows, in the order of captures.
    shows: u64,
    source: Option<String>,
    pub(crate) stage: Stage,
    pub(crate) failed: bool,
    doomed: bool,
    /// Whether the guest was fit, and crash consistency was all that could be had.
    crash: bool,
    agent: bool,
    pub(crate) disks: BTreeMap<usize, Content>,
    /// Bytes that travel, by disk, how many of them have, and since when.
    pub(crate) travel: BTreeMap<usize, u64>,
    pub(crate) arrived: BTreeMap<usize, u64>,
    /// The disks that are all there.
    pub(crate) there: BTreeSet<usize>,
    travels_since: Option<u64>,
    pub(crate) access: BTreeMap<usize, u64>,
}

impl Point {
    pub(crate) fn is_complete(&self) -> bool {
        self.travels_since.is_some() && self.travel.keys().all(|disk| self.there.contains(disk))
    }

    /// Whether its disks are on their way.
    fn travels(&self) -> bool {
        self.travels_since.is_some() && !self.failed && !self.is_complete()
    }

    fn fail(&mut self) {
        self.stage = Stage::Failed;
        self.failed = true;
        self.disks.clear();
    }

    fn usable(&self) -> Answer {
        match self.stage {
            Stage::Succeeded if self.remote && !self.is_complete() => Err("OperationNotAllowed"),
            Stage::Succeeded => Ok(()),
            _ => Err("Conflict"),
        }
    }

    /// When the clock next does something to it.
    fn due(&self) -> Option<u64> {
        let stage = match self.stage {
            Stage::Creating(until) | Stage::Deleting(until, _) => Some(until),
            _ => None,
        };
        let given_up = self.travels_since.map(|since| since + COPY_ENDS);
        let given_up = given_up.filter(|_| self.travels() && self.stage == Stage::Succeeded);
        let access = self.access.values().copied();
        stage.into_iter().chain(given_up).chain(access).min()
    }
}

/// What befalls: a region that is down, or copies that stand still.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    Down(usize),
    AllStall,
    Stalls(String),
    /// Something that happened once.
    Past,
}

#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) name: String,
    trouble: Trouble,
    ends: Option<u64>,
    pub(crate) active: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Model {
    now: u64,
    /// Which of two resource groups the VM is in.
    pub(crate) place: usize,
    pub(crate) disks: Vec<Content>,
    pub(crate) collections: Vec<Collection>,
    pub(crate) points: Vec<Point>,
    pub(crate) faults: Vec<Fault>,
    /// The newest capture of each disk that ever went to the other region.
    newest: BTreeMap<usize, u64>,
    captures: u64,
    deletions: u64,
    /// How often a disk waited for another, and took over what that never brought.
    pub(crate) waits: u64,
    pub(crate) taken_over: u64,
    pub(crate) names: u64,
    pub(crate) written: u64,
    /// The collection that is locked.
    pub(crate) locked: Option<String>,
    pub(crate) key: bool,
    running: bool,
    pub(crate) agent: bool,
}

/// What of a content another does not hold, in bytes.
fn missing(content: &Content, held: Option<&Content>) -> u64 {
    let new = content.iter().enumerate().filter(|(at, version)| {
        version.is_some() && held.is_none_or(|held| held[*at] != **version)
    });
    new.count() as u64 * BLOCK
}

impl Model {
    pub(crate) fn new() -> Self {
        let collection = |name: &str, of: Option<&str>| Collection {
            name: name.to_owned(),
            place: 0,
            of: of.map(str::to_owned),
            deleting: None,
        };
        Self {
            now: 0,
            place: 0,
            disks: vec![vec![None; BLOCKS]; 2],
            collections: vec![collection("c0", None), collection("c1", Some("c0"))],
            points: Vec::new(),
            faults: Vec::new(),
            newest: BTreeMap::new(),
            captures: 0,
            deletions: 0,
            waits: 0,
            taken_over: 0,
            names: 2,
            written: 0,
            locked: None,
            key: true,
            running: true,
            agent: true,
        }
    }

    pub(crate) fn retained(&self) -> usize {
        self.points.iter().filter(|point| !point.failed).count()
    }

    fn is_down(&self, region: usize) -> bool {
        let mut faults = self.faults.iter();
        faults.any(|fault| fault.active && fault.trouble == Trouble::Down(region))
    }

    /// Refuses what touches these regions while one of them is down.
    fn reach(&self, regions: &[usize]) -> Answer {
        match regions.iter().any(|region| self.is_down(*region)) {
            true => Err("InternalOperationError"),
            false => Ok(()),
        }
    }

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
    fn arrive(&mut self) {
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

    fn fail(&mut self, at: usize) {
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
            // What goes straight to the other region is under a platform key there.
            let keyless =
                !key && point.source.is_none() && !point.remote && point.disks.contains_key(&1);
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

    /// What a point there would have to fetch: what the newest retained one there does not hold.
    fn travel(&self, disks: &BTreeMap<usize, Content>) -> BTreeMap<usize, u64> {
        let newest = |disk: &usize| {
            self.points
                .iter()
                .rev()
                .filter(|point| point.remote)
                .find_map(|point| point.disks.get(disk))
        };
        disks
            .iter()
            .map(|(disk, content)| (*disk, missing(content, newest(disk))))
            .collect()
    }

    fn goes(&mut self, shows: u64, disks: &BTreeMap<usize, Content>) -> BTreeMap<usize, u64> {
        self.newest.extend(disks.keys().map(|disk| (*disk, shows)));
        self.travel(disks)
    }

    fn name(&mut self) -> u64 {
        self.names += 1;
        self.names - 1
    }

    fn add_point(&mut self, point: Point) {
        let arrived = point.travel.keys().map(|disk| (*disk, 0)).collect();
        let name = format!("p{}", self.name());
        self.points.push(Point {
            name,
            arrived,
            travels_since: None,
            there: BTreeSet::new(),
            access: BTreeMap::new(),
            ..point
        });
    }

    pub(crate) fn create(&mut self, at: usize, without_data: bool) -> Answer {
        let collection = self.collections[at].clone();
        let remote = collection.of.is_some();
        let mut touched = vec![collection.region()];
        // The VM is found where the collection says it is, or not at all.
        touched.extend((collection.place == self.place).then_some(0));
        self.reach(&touched)?;
        if collection.deleting.is_some() {
            return Err("Conflict");
        }
        let source = |of: &String| {
            let mut known = self.collections.iter();
            known.any(|known| known.name == *of && known.deleting.is_none())
        };
        if collection.place != self.place || !collection.of.as_ref().is_none_or(source) {
            return Err("OperationNotAllowed");
        }
        let mut points = self.points.iter();
        let creating =
            |point: &Point| point.source.is_none() && matches!(point.stage, Stage::Creating(_));
        if points.any(creating) || self.retained() >= LIMIT {
            return Err("VMRestorePointClientError");
        }
        self.captures += 1;
        let shows = self.captures;
        let disks: BTreeMap<usize, Content> = (0..2)
            .filter(|disk| *disk == 0 || !without_data)
            .map(|disk| (disk, self.disks[disk].clone()))
            .collect();
        let travel = if remote {
            self.goes(shows, &disks)
        } else {
            BTreeMap::new()
        };
        self.add_point(Point {
            name: String::new(),
            collection: collection.name,
            remote,
            shows,
            source: None,
            stage: Stage::Creating(self.now + CREATE),
            failed: false,
            doomed: false,
            crash: !self.running,
            agent: self.agent,
            travel,
            arrived: BTreeMap::new(),
            disks,
            there: BTreeSet::new(),
            travels_since: None,
            access: BTreeMap::new(),
        });
        Ok(())
    }

    pub(crate) fn copy(&mut self, at: usize, to: usize) -> Answer {
        let (source, target) = (self.points[at].clone(), self.collections[to].clone());
        self.reach(&[target.region(), usize::from(source.remote)])?;
        if target.deleting.is_some() {
            return Err("Conflict");
        }
        if source.remote {
            return Err("OperationNotAllowed");
        }
        if source.stage != Stage::Succeeded {
            return Err("Conflict");
        }
        if target.of.as_ref() != Some(&source.collection) {
            return Err("OperationNotAllowed");
        }
        let there = |point: &&Point| point.source.as_ref() == Some(&source.name) && !point.failed;
        if self.points.iter().any(|point| there(&point)) {
            return Err("OperationNotAllowed");
        }
        // While anything is left of a disk there, nothing older follows.
        for disk in source.disks.keys() {
            let held = |point: &&Point| point.remote && point.disks.contains_key(disk);
            if self.points.iter().any(|point| held(&point)) && self.newest[disk] > source.shows {
                return Err("OperationNotAllowed");
            }
        }
        if self.retained() >= LIMIT {
            return Err("VMRestorePointClientError");
        }
        let travel = self.goes(source.shows, &source.disks);
        let stage = Stage::Creating(self.now + COPY_START);
        self.add_point(Point {
            collection: target.name,
            remote: true,
            source: Some(source.name.clone()),
            stage,
            travel,
            ..source
        });
        self.captures += 1;
        Ok(())
    }

    pub(crate) fn delete(&mut self, at: usize) -> Answer {
        let until = self.now + DELETE;
        let point = &self.points[at];
        if self.locked.as_ref() == Some(&point.collection) {
            return Err("ScopeLocked");
        }
        self.reach(&[usize::from(point.remote)])?;
        let point = &mut self.points[at];
        if !matches!(point.stage, Stage::Succeeded | Stage::Failed) {
            return Err("Conflict");
        }
        if !point.access.is_empty() {
            return Err("DiskRestorePointUsedByCustomer");
        }
        self.deletions += 1;
        point.stage = Stage::Deleting(until, self.deletions);
        Ok(())
    }

    pub(crate) fn add_collection(&mut self, of: Option<usize>) -> Answer {
        let of = of.map(|at| self.collections[at].clone());
        match &of {
            // The VM is in its region, and so is what holds its points.
            None => self.reach(&[0])?,
            Some(of) => {
                self.reach(&[1, of.region()])?;
                if of.deleting.is_some() {
                    return Err("Conflict");
                }
                if of.of.is_some() {
                    return Err("InvalidParameter");
                }
            }
        }
        let name = format!("c{}", self.name());
        self.collections.push(Collection {
            name,
            place: of.as_ref().map_or(self.place, |of| of.place),
            of: of.map(|of| of.name),
            deleting: None,
        });
        Ok(())
    }

    pub(crate) fn drop_collection(&mut self, at: usize) -> Answer {
        let until = self.now + DELETE_COLLECTION;
        let collection = self.collections[at].clone();
        if self.locked.as_ref() == Some(&collection.name) {
            return Err("ScopeLocked");
        }
        self.reach(&[collection.region()])?;
        if collection.deleting.is_some() {
            return Err("Conflict");
        }
        let inside = |point: &&mut Point| point.collection == collection.name;
        let mut points: Vec<&mut Point> = self.points.iter_mut().filter(inside).collect();
        let creating = |point: &&mut Point| matches!(point.stage, Stage::Creating(_));
        if points.iter().any(creating) {
            return Err("Conflict");
        }
        if points.iter().any(|point| !point.access.is_empty()) {
            return Err("DiskRestorePointUsedByCustomer");
        }
        // They go in the order of their names.
        points.sort_by(|one, other| one.name.cmp(&other.name));
        for point in &mut points {
            self.deletions += 1;
            point.stage = Stage::Deleting(until, self.deletions);
        }
        self.collections[at].deleting = Some(until);
        Ok(())
    }

    pub(crate) fn moves(&mut self, place: usize) -> Answer {
        self.reach(&[0])?;
        if place == self.place {
            return Err("Conflict");
        }
        if self.retained() > 0 {
            return Err("OperationNotAllowed");
        }
        self.place = place;
        Ok(())
    }

    pub(crate) fn power(&mut self, on: bool) -> Answer {
        self.reach(&[0])?;
        // What it is already, it does not become.
        let changes = self.running != on;
        self.running = on;
        for point in &mut self.points {
            point.doomed |=
                changes && point.source.is_none() && matches!(point.stage, Stage::Creating(_));
        }
        Ok(())
    }

    pub(crate) fn inject(&mut self, name: &str, trouble: Trouble, lasts: Option<u64>) -> Answer {
        if self.faults.iter().any(|fault| fault.name == name) {
            return Err("Conflict");
        }
        self.faults.push(Fault {
            name: name.to_owned(),
            trouble,
            ends: lasts.map(|lasts| self.now + lasts),
            active: true,
        });
        Ok(())
    }

    pub(crate) fn fail_copy(&mut self, name: &str, at: usize) -> Answer {
        if self.faults.iter().any(|fault| fault.name == name) {
            return Err("Conflict");
        }
        if !self.points[at].travels() {
            return Err("OperationNotAllowed");
        }
        if self.points[at].stage == Stage::Succeeded {
            self.fail(at);
        }
        self.arrive();
        self.inject(name, Trouble::Past, None)
    }

    pub(crate) fn clear(&mut self, name: &str) -> Answer {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.name != name);
        self.arrive();
        match self.faults.len() < before {
            true => Ok(()),
            false => Err("ResourceNotFound"),
        }
    }

    pub(crate) fn grant(&mut self, at: usize, disk: usize, seconds: u64) -> Answer {
        self.readable(at, disk)?;
        let until = self.now + seconds;
        let longest = self.points[at].access.entry(disk).or_default();
        *longest = until.max(*longest);
        Ok(())
    }

    pub(crate) fn revoke(&mut self, at: usize, disk: usize) -> Answer {
        self.holds(at, disk)?;
        self.points[at].access.remove(&disk);
        Ok(())
    }

    fn holds(&self, at: usize, disk: usize) -> Answer {
        let point = &self.points[at];
        if !point.disks.contains_key(&disk) {
            return Err("ResourceNotFound");
        }
        self.reach(&[usize::from(point.remote)])
    }

    pub(crate) fn readable(&self, at: usize, disk: usize) -> Answer {
        self.holds(at, disk)?;
        let point = &self.points[at];
        point.usable()?;
        if !self.key && disk == 1 && !point.remote {
            return Err("DiskRestorePointClientError");
        }
        Ok(())
    }
}
