//! What is asked of the service, and what it refuses.

use super::{Answer, Collection, Content, Fault, Model, Point, Stage, Trouble, missing};
use crate::{COPY_START, CREATE, DELETE, DELETE_COLLECTION, LIMIT};
use std::collections::{BTreeMap, BTreeSet};

impl Model {
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
        if !self.key && source.disks.contains_key(&1) {
            return Err("DiskRestorePointClientError");
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
