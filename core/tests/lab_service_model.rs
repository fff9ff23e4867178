//! The service's visible state against an independent, naive model, driven by random commands.
//!
//! The model keeps full copies of every block and lists of everything, knows nothing of snapshots,
//! agendas or records, and says for each command whether it is refused and with which code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use proptest::prelude::*;
use rplab_core::api::{Json, Lab, Outcome};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const BLOCK: u64 = 2 << 20;
const BLOCKS: usize = 512;
const DISKS: [&str; 2] = ["os", "data"];
const LIMIT: usize = 8;
const CREATE: u64 = 60;
const DELETE: u64 = 16;
/// Odd, while everything else is even: a disk never arrives in the very second in which its source goes.
const COPY_START: u64 = 7;
/// Seconds that a block travels.
const SECONDS_PER_BLOCK: u64 = 2;

type Content = Vec<Option<u64>>;

#[derive(Clone, Debug)]
enum Step {
    Write(usize, usize, usize),
    Trim(usize, usize, usize),
    Advance(u64),
    Create { remote: bool, without_data: bool },
    Copy(usize),
    Delete(usize),
    Grant(usize, usize, u64),
    Revoke(usize, usize),
    Restore(usize, usize),
    Lock(bool),
    Key(bool),
    Power(bool),
    Agent(bool),
    Undo,
}

fn step() -> impl Strategy<Value = Step> {
    let range = || (0..2_usize, 0..BLOCKS, 0..60_usize);
    prop_oneof![
        4 => range().prop_map(|(disk, first, length)| Step::Write(disk, first, (first + length).min(BLOCKS - 1))),
        1 => range().prop_map(|(disk, first, length)| Step::Trim(disk, first, (first + length).min(BLOCKS - 1))),
        6 => prop_oneof![0..50_u64, 50..2000_u64].prop_map(|half| Step::Advance(half * 2)),
        6 => (any::<bool>(), any::<bool>()).prop_map(|(remote, without_data)| Step::Create { remote, without_data }),
        5 => (0..12_usize).prop_map(Step::Copy),
        4 => (0..12_usize).prop_map(Step::Delete),
        2 => (0..12_usize, 0..2_usize, 1..500_u64).prop_map(|(point, disk, half)| Step::Grant(point, disk, half * 2)),
        1 => (0..12_usize, 0..2_usize).prop_map(|(point, disk)| Step::Revoke(point, disk)),
        2 => (0..12_usize, 0..2_usize).prop_map(|(point, disk)| Step::Restore(point, disk)),
        1 => any::<bool>().prop_map(Step::Lock),
        1 => any::<bool>().prop_map(Step::Key),
        1 => any::<bool>().prop_map(Step::Power),
        1 => any::<bool>().prop_map(Step::Agent),
        1 => Just(Step::Undo),
    ]
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Creating(u64),
    Succeeded,
    Failed,
    Deleting(u64),
}

#[derive(Clone, Debug)]
struct Point {
    name: String,
    remote: bool,
    /// The capture that it shows, in the order of captures.
    shows: u64,
    source: Option<String>,
    stage: Stage,
    failed: bool,
    doomed: bool,
    /// Whether the guest was fit, and crash consistency was all that could be had.
    crash: bool,
    agent: bool,
    disks: BTreeMap<usize, Content>,
    /// Blocks that travel, by disk, and since when.
    travel: BTreeMap<usize, u64>,
    travels_since: Option<u64>,
    access: BTreeMap<usize, u64>,
}

impl Point {
    fn arrived(&self, disk: usize, now: u64) -> u64 {
        let total = self.travel[&disk] * BLOCK;
        let since = self.travels_since.map_or(0, |since| now - since);
        total.min(since * (BLOCK / SECONDS_PER_BLOCK))
    }

    fn is_complete(&self, now: u64) -> bool {
        self.travels_since.is_some()
            && self
                .travel
                .iter()
                .all(|(disk, blocks)| self.arrived(*disk, now) == blocks * BLOCK)
    }

    fn usable(&self, now: u64) -> Result<(), &'static str> {
        match self.stage {
            Stage::Succeeded if self.remote && !self.is_complete(now) => Err("OperationNotAllowed"),
            Stage::Succeeded => Ok(()),
            _ => Err("Conflict"),
        }
    }
}

#[derive(Clone, Debug)]
struct Model {
    now: u64,
    disks: Vec<Content>,
    points: Vec<Point>,
    /// The newest capture of each disk that ever went to the other region.
    newest: BTreeMap<usize, u64>,
    captures: u64,
    names: u64,
    written: u64,
    locked: bool,
    key: bool,
    running: bool,
    agent: bool,
}

type Answer = Result<(), &'static str>;

impl Model {
    fn new() -> Self {
        Self {
            now: 0,
            disks: vec![vec![None; BLOCKS]; 2],
            points: Vec::new(),
            newest: BTreeMap::new(),
            captures: 0,
            names: 0,
            written: 0,
            locked: false,
            key: true,
            running: true,
            agent: true,
        }
    }

    fn retained(&self) -> usize {
        self.points.iter().filter(|point| !point.failed).count()
    }

    /// Lets time pass second by second, as far as anything is due.
    fn advance(&mut self, by: u64) {
        let end = self.now + by;
        loop {
            let due = |point: &Point| {
                let stage = match point.stage {
                    Stage::Creating(until) | Stage::Deleting(until) => Some(until),
                    _ => None,
                };
                stage
                    .into_iter()
                    .chain(point.access.values().copied())
                    .min()
            };
            let Some(next) = self
                .points
                .iter()
                .filter_map(due)
                .min()
                .filter(|next| *next <= end)
            else {
                break;
            };
            self.now = next;
            self.settle();
        }
        self.now = end;
    }

    fn settle(&mut self) {
        let now = self.now;
        for point in &mut self.points {
            point.access.retain(|_, until| *until > now);
        }
        let gone: Vec<String> = self
            .points
            .iter()
            .filter(|point| point.stage == Stage::Deleting(now))
            .map(|point| point.name.clone())
            .collect();
        for name in &gone {
            self.points.retain(|point| point.name != *name);
            for point in &mut self.points {
                let rests = point.source.as_ref() == Some(name)
                    && point.travels_since.is_some()
                    && point.stage == Stage::Succeeded;
                if rests && !point.is_complete(now) {
                    point.stage = Stage::Failed;
                    point.failed = true;
                    point.disks.clear();
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
                point.stage = Stage::Failed;
                point.failed = true;
                point.disks.clear();
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
                (*disk, new.count() as u64)
            })
            .collect()
    }

    fn goes(&mut self, shows: u64, disks: &BTreeMap<usize, Content>) -> BTreeMap<usize, u64> {
        self.newest.extend(disks.keys().map(|disk| (*disk, shows)));
        self.travel(disks)
    }

    fn create(&mut self, remote: bool, without_data: bool) -> Answer {
        if self
            .points
            .iter()
            .any(|point| point.source.is_none() && matches!(point.stage, Stage::Creating(_)))
            || self.retained() >= LIMIT
        {
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
        self.points.push(Point {
            name: format!("p{}", self.names),
            remote,
            shows: self.captures,
            source: None,
            stage: Stage::Creating(self.now + CREATE),
            failed: false,
            doomed: false,
            crash: !self.running,
            agent: self.agent,
            travel,
            disks,
            travels_since: None,
            access: BTreeMap::new(),
        });
        self.names += 1;
        Ok(())
    }

    fn copy(&mut self, at: usize) -> Answer {
        let source = self.points[at].clone();
        if source.remote {
            return Err("OperationNotAllowed");
        }
        if source.stage != Stage::Succeeded {
            return Err("Conflict");
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
        self.points.push(Point {
            name: format!("p{}", self.names),
            remote: true,
            source: Some(source.name.clone()),
            stage: Stage::Creating(self.now + COPY_START),
            travel,
            travels_since: None,
            access: BTreeMap::new(),
            ..source
        });
        self.captures += 1;
        self.names += 1;
        Ok(())
    }
}

struct Run {
    lab: Lab,
    model: Model,
    before: Vec<Model>,
}

impl Run {
    fn new() -> Self {
        let disks: Vec<Value> = DISKS
            .iter()
            .map(|name| json!({ "name": name, "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } }))
            .collect();
        let options = json!({ "seed": 9, "settings": {
            "blockSizeBytes": BLOCK, "limits.restorePointsPerVm": LIMIT, "copyMiBPerSecondPerDisk": 1, "copyMiBPerSecond": 1000,
            "copyStartSeconds": COPY_START, "durations.createRestorePointSeconds": CREATE, "durations.deleteRestorePointSeconds": DELETE,
        } });
        let mut lab = Json::new_lab(Some(options)).unwrap();
        for command in [
            json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
            json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": disks }),
            json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
            json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
            json!({ "type": "createRestorePointCollection", "name": "far", "source": "rpc", "location": "westus" }),
        ] {
            assert!(lab.dispatch_json(command).unwrap().is_ok());
        }
        Self {
            lab,
            model: Model::new(),
            before: Vec::new(),
        }
    }

    /// Carries a command out and holds the answer against the model's.
    fn command(&mut self, command: Value, change: impl FnOnce(&mut Model) -> Answer) {
        let (before, digest) = (self.model.clone(), self.lab.digest());
        let expected = change(&mut self.model);
        let found = match self.lab.dispatch_json(command.clone()).unwrap() {
            Outcome::Ok { .. } => Ok(()),
            Outcome::Rejected { error } => {
                assert_eq!(
                    self.lab.digest(),
                    digest,
                    "a refused command changes nothing: {command}"
                );
                Err(error.code)
            }
        };
        assert_eq!(found, expected.map_err(str::to_owned), "{command}");
        match expected {
            Ok(()) => self.before.push(before),
            Err(_) => self.model = before,
        }
    }

    fn pick(&self, at: usize) -> Option<usize> {
        at.checked_rem(self.model.points.len())
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Write(disk, first, last) => self.command(json!({ "type": "writeBlocks", "disk": DISKS[disk], "first": first, "last": last }), |model| {
                model.written += 1;
                model.disks[disk][first..=last].fill(Some(model.written));
                Ok(())
            }),
            Step::Trim(disk, first, last) => self.command(json!({ "type": "trimBlocks", "disk": DISKS[disk], "first": first, "last": last }), |model| {
                model.disks[disk][first..=last].fill(None);
                Ok(())
            }),
            Step::Advance(seconds) => self.command(json!({ "type": "advanceClock", "by": format!("PT{seconds}S") }), |model| {
                model.advance(seconds);
                Ok(())
            }),
            Step::Create { remote, without_data } => {
                let collection = if remote { "far" } else { "rpc" };
                let excluded = if without_data { json!([{ "id": "data" }]) } else { json!([]) };
                let name = format!("p{}", self.model.names);
                self.command(json!({ "type": "createRestorePoint", "collection": collection, "name": name, "excludeDisks": excluded }), |model| model.create(remote, without_data));
            }
            Step::Copy(at) => {
                let Some(at) = self.pick(at) else { return };
                let (source, name) = (self.model.points[at].name.clone(), format!("p{}", self.model.names));
                self.command(json!({ "type": "copyRestorePoint", "restorePoint": source, "collection": "far", "name": name }), |model| model.copy(at));
            }
            Step::Delete(at) => {
                let Some(at) = self.pick(at) else { return };
                self.command(json!({ "type": "deleteRestorePoint", "restorePoint": self.model.points[at].name }), |model| {
                    let locked = model.locked;
                    let until = model.now + DELETE;
                    let point = &mut model.points[at];
                    if locked && !point.remote {
                        return Err("ScopeLocked");
                    }
                    if !matches!(point.stage, Stage::Succeeded | Stage::Failed) {
                        return Err("Conflict");
                    }
                    if !point.access.is_empty() {
                        return Err("DiskRestorePointUsedByCustomer");
                    }
                    point.stage = Stage::Deleting(until);
                    Ok(())
                });
            }
            Step::Grant(at, disk, seconds) => {
                let Some(at) = self.pick(at) else { return };
                let command = json!({ "type": "grantAccess", "diskRestorePoint": DISKS[disk], "restorePoint": self.model.points[at].name, "durationSeconds": seconds });
                self.command(command, |model| {
                    model.readable(at, disk)?;
                    let until = model.now + seconds;
                    let longest = model.points[at].access.entry(disk).or_default();
                    *longest = until.max(*longest);
                    Ok(())
                });
            }
            Step::Revoke(at, disk) => {
                let Some(at) = self.pick(at) else { return };
                let command = json!({ "type": "revokeAccess", "diskRestorePoint": DISKS[disk], "restorePoint": self.model.points[at].name });
                self.command(command, |model| {
                    let point = &mut model.points[at];
                    if !point.disks.contains_key(&disk) {
                        return Err("ResourceNotFound");
                    }
                    point.access.remove(&disk);
                    Ok(())
                });
            }
            Step::Restore(at, disk) => {
                let Some(at) = self.pick(at) else { return };
                let name = format!("r{}", self.lab.log().len());
                let command = json!({ "type": "restoreDisk", "diskRestorePoint": DISKS[disk], "restorePoint": self.model.points[at].name, "name": name });
                self.command(command, |model| model.readable(at, disk));
                if self.lab.state().disks.iter().any(|disk| disk.name == name) {
                    assert!(self.lab.prove(&name).unwrap().equal, "{name}");
                }
            }
            Step::Lock(on) if on != self.model.locked => {
                let command = if on {
                    json!({ "type": "placeLock", "name": "l", "scope": "rpc", "level": "CanNotDelete" })
                } else {
                    json!({ "type": "removeLock", "name": "l" })
                };
                self.command(command, |model| {
                    model.locked = on;
                    Ok(())
                });
            }
            Step::Key(on) => self.command(json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": if on { "enabled" } else { "disabled" } }), |model| {
                model.key = on;
                Ok(())
            }),
            Step::Power(on) => self.command(json!({ "type": if on { "startVirtualMachine" } else { "deallocateVirtualMachine" }, "virtualMachine": "vm" }), |model| {
                // What it is already, it does not become.
                let changes = model.running != on;
                model.running = on;
                for point in &mut model.points {
                    point.doomed |= changes && point.source.is_none() && matches!(point.stage, Stage::Creating(_));
                }
                Ok(())
            }),
            Step::Agent(on) => self.command(json!({ "type": "setAgent", "virtualMachine": "vm", "status": if on { "ready" } else { "notReady" } }), |model| {
                model.agent = on;
                Ok(())
            }),
            Step::Undo if !self.before.is_empty() => {
                assert!(self.lab.undo());
                self.model = self.before.pop().unwrap();
            }
            _ => {}
        }
    }

    fn compare(&self) {
        let (state, model) = (self.lab.state(), &self.model);
        let now = model.now;
        assert_eq!(state.restore_points.len(), model.points.len());
        assert_eq!(
            state.virtual_machines[0].restore_point_count,
            model.retained() as u64
        );
        let mut stored = 0;
        for remote in [false, true] {
            for disk in 0..2 {
                let held = model
                    .points
                    .iter()
                    .filter(|point| point.remote == remote)
                    .filter_map(|point| point.disks.get(&disk));
                let versions: BTreeSet<(usize, u64)> = held
                    .flat_map(|content| {
                        content
                            .iter()
                            .enumerate()
                            .filter_map(|(at, version)| Some((at, (*version)?)))
                    })
                    .collect();
                stored += versions.len() as u64 * BLOCK;
            }
        }
        assert_eq!(state.stored_bytes.0, stored);
        for expected in &model.points {
            let found = state
                .restore_points
                .iter()
                .find(|point| point.name == expected.name)
                .unwrap();
            let stage = match expected.stage {
                Stage::Creating(_) => "Creating",
                Stage::Succeeded => "Succeeded",
                Stage::Failed => "Failed",
                Stage::Deleting(_) => "Deleting",
            };
            assert_eq!(
                format!("{:?}", found.provisioning_state),
                stage,
                "{}",
                expected.name
            );
            assert_eq!(
                found.location,
                if expected.remote { "westus" } else { "eastus" }
            );
            assert_eq!(
                found.failure.is_some(),
                stage == "Failed",
                "{}",
                expected.name
            );
            assert_eq!(found.disks.len(), expected.disks.len(), "{}", expected.name);
            for disk in &found.disks {
                let index = DISKS.iter().position(|name| *name == disk.name).unwrap();
                let written = expected.disks[&index].iter().flatten().count() as u64;
                assert_eq!(disk.referenced_bytes.0, written * BLOCK, "{}", disk.id);
                assert_eq!(
                    disk.access.is_some(),
                    expected.access.contains_key(&index),
                    "{}",
                    disk.id
                );
            }
            if let (Some(copy), false) = (&found.replication, expected.failed) {
                let complete = expected.is_complete(now);
                assert_eq!(copy.completed.is_some(), complete, "{}", expected.name);
                for disk in &copy.disks {
                    let index = DISKS.iter().position(|name| *name == disk.name).unwrap();
                    assert_eq!(
                        disk.total_bytes.0,
                        expected.travel[&index] * BLOCK,
                        "{}",
                        disk.id
                    );
                    assert_eq!(
                        disk.copied_bytes.0,
                        expected.arrived(index, now),
                        "{}",
                        disk.id
                    );
                }
            }
        }
    }
}

impl Model {
    fn readable(&self, at: usize, disk: usize) -> Answer {
        let point = &self.points[at];
        if !point.disks.contains_key(&disk) {
            return Err("ResourceNotFound");
        }
        point.usable(self.now)?;
        if !self.key && disk == 1 && !point.remote {
            return Err("DiskRestorePointClientError");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_service_does_what_the_model_says(steps in prop::collection::vec(step(), 1..60)) {
        let mut run = Run::new();
        for step in &steps {
            run.apply(step);
            run.compare();
        }
        let file = rplab_core::json::write(&run.lab.export_scenario());
        prop_assert_eq!(Lab::from_scenario(file).unwrap().digest(), run.lab.digest());
    }
}
