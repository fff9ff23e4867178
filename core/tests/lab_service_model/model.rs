//! The naive model: what the service should look like, and what it should refuse.

use super::{
    BLOCK, BLOCKS, COPY_ENDS, COPY_START, CREATE, DELETE, DELETE_COLLECTION, LIMIT,
    SECONDS_PER_BLOCK,
};
use std::collections::BTreeMap;

pub(crate) type Content = Vec<Option<u64>>;

/// Done, or the code of the refusal.
pub(crate) type Answer = Result<(), &'static str>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    Creating(u64),
    Succeeded,
    Failed,
    Deleting(u64),
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
    travels_since: Option<u64>,
    pub(crate) access: BTreeMap<usize, u64>,
}

impl Point {
    pub(crate) fn is_complete(&self) -> bool {
        self.travels_since.is_some() && self.travel == self.arrived
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
            Stage::Creating(until) | Stage::Deleting(until) => Some(until),
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
    pub(crate) names: u64,
    pub(crate) written: u64,
    /// The collection that is locked.
    pub(crate) locked: Option<String>,
    pub(crate) key: bool,
    running: bool,
    pub(crate) agent: bool,
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
                .chain(collections)
                .chain(faults.filter_map(|fault| fault.ends));
            let next = due.min().filter(|next| *next <= end);
            self.travel_until(next.unwrap_or(end));
            if next.is_none() {
                break;
            }
            self.settle();
        }
    }

    /// Copies travel, each disk at its own rate, unless something holds them up.
    fn travel_until(&mut self, until: u64) {
        let moved = (until - self.now) * (BLOCK / SECONDS_PER_BLOCK);
        self.now = until;
        let at_work = |fault: &&Fault| fault.active && fault.trouble != Trouble::Past;
        let faults: Vec<Fault> = self.faults.iter().filter(at_work).cloned().collect();
        for point in self.points.iter_mut().filter(|point| point.travels()) {
            let held = faults.iter().any(|fault| match &fault.trouble {
                Trouble::Stalls(name) => *name == point.name,
                _ => true,
            });
            if !held {
                for (disk, arrived) in &mut point.arrived {
                    *arrived = point.travel[disk].min(*arrived + moved);
                }
            }
        }
    }

    /// What is due at this very moment.
    fn settle(&mut self) {
        let now = self.now;
        for fault in &mut self.faults {
            fault.active &= fault.ends != Some(now);
        }
        for point in &mut self.points {
            point.access.retain(|_, until| *until > now);
            if point.travels()
                && point.stage == Stage::Succeeded
                && point.travels_since == now.checked_sub(COPY_ENDS)
            {
                point.fail();
            }
        }
        self.collections.retain(|known| known.deleting != Some(now));
        let gone: Vec<String> = self
            .points
            .iter()
            .filter(|point| point.stage == Stage::Deleting(now))
            .map(|point| point.name.clone())
            .collect();
        for name in &gone {
            self.points.retain(|point| point.name != *name);
            for point in &mut self.points {
                let rests = point.source.as_ref() == Some(name) && point.travels();
                if rests && point.stage == Stage::Succeeded {
                    point.fail();
                }
            }
        }
        let names: Vec<String> = self.points.iter().map(|point| point.name.clone()).collect();
        let key = self.key;
        for point in &mut self.points {
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
                point.fail();
            } else {
                point.stage = Stage::Succeeded;
                point.travels_since = Some(now).filter(|_| point.remote);
            }
        }
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
            .map(|(disk, content)| {
                let before = newest(disk);
                let new = content.iter().enumerate().filter(|(at, version)| {
                    version.is_some() && before.is_none_or(|before| before[*at] != **version)
                });
                (*disk, new.count() as u64 * BLOCK)
            })
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
        point.stage = Stage::Deleting(until);
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
        for point in &mut points {
            point.stage = Stage::Deleting(until);
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
        let point = &mut self.points[at];
        if point.stage == Stage::Succeeded {
            point.fail();
        }
        self.inject(name, Trouble::Past, None)
    }

    pub(crate) fn clear(&mut self, name: &str) -> Answer {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.name != name);
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
