//! The lab against an independent, naive model: full copies of everything, random operations.
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
use rplab_core::api::{Lab, LabOptions, Outcome};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// 256 blocks of 4 MiB: four leaves of the block store.
const BLOCKS: u64 = 256;
const BLOCK_BYTES: u64 = 4 << 20;
const DISKS: [&str; 3] = ["os", "data", "log"];

/// Which write each block holds; `None` where it reads as zeros.
type Content = Vec<Option<u64>>;

#[derive(Clone, Debug)]
enum Step {
    Write(usize, u64, u64),
    Trim(usize, u64, u64),
    Bytes(usize, u64, u8),
    Capture(u8),
    Delete(usize),
    Restore(usize, usize),
    WriteRestored(usize, u64),
    Undo,
    Redo,
    FreedBy(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let range = (0..BLOCKS, 0..70_u64)
        .prop_map(|(first, length)| (first, (first + length).min(BLOCKS - 1)));
    prop_oneof![
        4 => (0..3_usize, range.clone()).prop_map(|(disk, (first, last))| Step::Write(disk, first, last)),
        2 => (0..3_usize, range).prop_map(|(disk, (first, last))| Step::Trim(disk, first, last)),
        1 => (0..3_usize, 0..BLOCKS, 0..3_u8).prop_map(|(disk, index, byte)| Step::Bytes(disk, index, byte)),
        4 => (0..8_u8).prop_map(Step::Capture),
        2 => (0..16_usize).prop_map(Step::Delete),
        1 => (0..16_usize, 0..3_usize).prop_map(|(point, disk)| Step::Restore(point, disk)),
        1 => (0..8_usize, 0..BLOCKS).prop_map(|(disk, index)| Step::WriteRestored(disk, index)),
        1 => Just(Step::Undo),
        1 => Just(Step::Redo),
        1 => any::<u64>().prop_map(Step::FreedBy),
    ]
}

#[derive(Clone, Debug)]
struct Point {
    name: String,
    disks: BTreeMap<usize, Captured>,
}

#[derive(Clone, Debug)]
struct Captured {
    content: Content,
    added: u64,
    full: bool,
}

#[derive(Clone, Debug, Default)]
struct Model {
    disks: Vec<Content>,
    points: Vec<Point>,
    restored: BTreeMap<String, (Content, bool)>,
    written: u64,
    names: u64,
}

impl Model {
    fn new() -> Self {
        Self {
            disks: vec![vec![None; BLOCKS as usize]; DISKS.len()],
            written: 1 << 32,
            ..Self::default()
        }
    }

    fn capture(&mut self, excluded: u8) {
        let name = format!("p{}", self.names);
        let disks = (0..DISKS.len())
            .filter(|disk| excluded & (1 << disk) == 0)
            .map(|disk| {
                let content = self.disks[disk].clone();
                let before = self
                    .points
                    .iter()
                    .rev()
                    .find_map(|point| point.disks.get(&disk));
                let new = |(at, version): &(usize, &Option<u64>)| {
                    version.is_some()
                        && before.is_none_or(|before| before.content[*at] != **version)
                };
                let added = content.iter().enumerate().filter(new).count() as u64;
                (
                    disk,
                    Captured {
                        added,
                        full: before.is_none(),
                        content,
                    },
                )
            });
        let disks = disks.collect();
        self.points.push(Point { name, disks });
        self.names += 1;
    }

    /// Distinct versions that the points at `these` hold: pairs of block and version of one disk.
    fn versions<'a>(
        &self,
        disk: usize,
        points: impl Iterator<Item = &'a Point>,
    ) -> BTreeSet<(usize, u64)> {
        points
            .filter_map(|point| point.disks.get(&disk))
            .flat_map(|captured| {
                captured
                    .content
                    .iter()
                    .enumerate()
                    .filter_map(|(at, version)| Some((at, (*version)?)))
            })
            .collect()
    }

    fn freed(&self, gone: &dyn Fn(usize) -> bool) -> u64 {
        let of_disk = |disk: usize| {
            let all = self.versions(disk, self.points.iter());
            let kept = self
                .points
                .iter()
                .enumerate()
                .filter(|(at, _)| !gone(*at))
                .map(|(_, point)| point);
            all.len() as u64 - self.versions(disk, kept).len() as u64
        };
        (0..DISKS.len()).map(of_disk).sum()
    }
}

fn lab() -> Lab {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk = |(at, name): (usize, &&str)| {
        json!({ "name": name, "id": id("disks", name), "role": if at == 0 { "os" } else { "data" }, "sizeGiB": 1,
                "facts": { "sku": "Premium_LRS" } })
    };
    let disks: Vec<Value> = DISKS.iter().enumerate().map(disk).collect();
    let options: LabOptions = rplab_core::json::read(&json!({
        "seed": 3,
        "settings": { "blockSizeBytes": BLOCK_BYTES, "durations": { "createRestorePointSeconds": 0, "deleteRestorePointSeconds": 0 } },
        "fleet": { "machines": [{ "id": id("virtualMachines", "vm"), "name": "vm", "location": "westeurope",
                                  "facts": { "osType": "Linux", "vmSize": "Standard_B2s" }, "disks": disks }] },
    }))
    .unwrap();
    let mut lab = Lab::new(options).unwrap();
    carry_out(
        &mut lab,
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
    );
    lab
}

fn carry_out(lab: &mut Lab, command: Value) {
    let outcome = lab.dispatch_json(command.clone()).unwrap();
    assert!(
        matches!(outcome, Outcome::Ok { .. }),
        "{command}: {outcome:?}"
    );
}

/// Both together, with what undo needs on the model's side.
struct Run {
    lab: Lab,
    model: Model,
    before: Vec<Model>,
    undone: Vec<Model>,
}

impl Run {
    fn command(&mut self, command: Value, change: impl FnOnce(&mut Model)) {
        carry_out(&mut self.lab, command);
        self.before.push(self.model.clone());
        self.undone.clear();
        change(&mut self.model);
    }

    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Write(disk, first, last) => {
                self.command(json!({ "type": "writeBlocks", "disk": DISKS[disk], "first": first, "last": last }), |model| {
                    model.written += 1;
                    (first..=last).for_each(|at| model.disks[disk][at as usize] = Some(model.written));
                });
            }
            Step::Trim(disk, first, last) => {
                self.command(json!({ "type": "trimBlocks", "disk": DISKS[disk], "first": first, "last": last }), |model| {
                    (first..=last).for_each(|at| model.disks[disk][at as usize] = None);
                });
            }
            Step::Bytes(disk, index, byte) => {
                self.command(json!({ "type": "writeBytes", "disk": DISKS[disk], "index": index, "bytes": [byte] }), |model| {
                    model.written += 1;
                    model.disks[disk][index as usize] = Some(model.written).filter(|_| byte != 0);
                });
            }
            Step::Capture(excluded) => {
                // All three disks left out is no point at all, and the OS disk left out is no VM: the matrix judges that.
                let excluded = excluded & 0b110;
                let list: Vec<Value> = (0..3)
                    .filter(|disk| excluded & (1 << disk) != 0)
                    .map(|disk| json!({ "id": DISKS[disk] }))
                    .collect();
                let name = format!("p{}", self.model.names);
                let command = json!({ "type": "createRestorePoint", "collection": "rpc", "name": name, "excludeDisks": list });
                self.command(command, |model| model.capture(excluded));
            }
            Step::Delete(at) if !self.model.points.is_empty() => {
                let at = at % self.model.points.len();
                let command = json!({ "type": "deleteRestorePoint", "restorePoint": self.model.points[at].name });
                self.command(command, |model| drop(model.points.remove(at)));
            }
            Step::Restore(point, disk) if !self.model.points.is_empty() => {
                let point = self.model.points[point % self.model.points.len()].clone();
                let Some(captured) = point.disks.get(&disk) else {
                    return;
                };
                let name = format!("r{}", self.before.len());
                let command = json!({ "type": "restoreDisk", "diskRestorePoint": DISKS[disk], "restorePoint": point.name, "name": name });
                let content = captured.content.clone();
                self.command(command, |model| {
                    drop(model.restored.insert(name.clone(), (content, false)))
                });
                assert!(
                    self.lab.prove(&name).unwrap().equal,
                    "{name} from {}",
                    point.name
                );
            }
            Step::WriteRestored(disk, index) if !self.model.restored.is_empty() => {
                let disk = disk % self.model.restored.len();
                let name = self.model.restored.keys().nth(disk).unwrap().clone();
                self.command(
                    json!({ "type": "writeBlocks", "disk": name, "first": index, "last": index }),
                    |model| {
                        model.written += 1;
                        let (content, touched) = model.restored.get_mut(&name).unwrap();
                        content[index as usize] = Some(model.written);
                        *touched = true;
                    },
                );
            }
            Step::Undo if !self.before.is_empty() => {
                assert!(self.lab.undo());
                let before = self.before.pop().unwrap();
                self.undone.push(std::mem::replace(&mut self.model, before));
            }
            Step::Redo if !self.undone.is_empty() => {
                assert!(self.lab.redo());
                let after = self.undone.pop().unwrap();
                self.before.push(std::mem::replace(&mut self.model, after));
            }
            Step::FreedBy(set) => {
                let gone = |at: usize| set & (1 << (at % 64)) != 0;
                let names: Vec<String> = self
                    .model
                    .points
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| gone(*at))
                    .map(|(_, point)| point.name.clone())
                    .collect();
                assert_eq!(
                    self.lab.freed_by(&names).unwrap().0,
                    self.model.freed(&gone) * BLOCK_BYTES
                );
            }
            _ => {}
        }
    }

    fn compare(&self) {
        let state = self.lab.state();
        let model = &self.model;
        assert_eq!(state.restore_points.len(), model.points.len());
        let mut stored = 0;
        for disk in 0..DISKS.len() {
            stored += model.versions(disk, model.points.iter()).len() as u64;
        }
        assert_eq!(
            state.stored_bytes.0,
            stored * BLOCK_BYTES,
            "stored in total"
        );
        let mut paid = 0;
        for (at, (seen, expected)) in state.restore_points.iter().zip(&model.points).enumerate() {
            assert_eq!(seen.name, expected.name);
            assert_eq!(
                seen.freed_bytes.0,
                model.freed(&|other| other == at) * BLOCK_BYTES,
                "{}",
                seen.name
            );
            assert_eq!(seen.disks.len(), expected.disks.len());
            for (seen, (disk, expected)) in seen.disks.iter().zip(&expected.disks) {
                let others = model
                    .points
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != at)
                    .map(|(_, point)| point);
                let held = model.versions(*disk, std::iter::once(&model.points[at]));
                let elsewhere = model.versions(*disk, others);
                let unique = held.difference(&elsewhere).count() as u64 * BLOCK_BYTES;
                let referenced = held.len() as u64 * BLOCK_BYTES;
                assert_eq!(seen.name, DISKS[*disk]);
                assert_eq!(seen.full, expected.full, "{}", seen.id);
                assert_eq!(
                    seen.added_bytes.0,
                    expected.added * BLOCK_BYTES,
                    "{}",
                    seen.id
                );
                assert_eq!(seen.referenced_bytes.0, referenced, "{}", seen.id);
                assert_eq!(
                    (seen.unique_bytes.0, seen.shared_bytes.0),
                    (unique, referenced - unique),
                    "{}",
                    seen.id
                );
                paid += seen.pays_bytes.0;
            }
        }
        assert_eq!(
            paid, state.stored_bytes.0,
            "what the points pay is what is stored"
        );
        for (name, (_, touched)) in &model.restored {
            match self.lab.prove(name) {
                Ok(proof) => {
                    let disk = &proof.disks[0];
                    assert_eq!(disk.source_digest, disk.point_digest, "{name}");
                    assert_eq!(proof.equal, !touched, "{name}");
                }
                Err(error) => assert_eq!(error.code, "RestorePointGone", "{name}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn the_lab_agrees_with_full_copies(steps in prop::collection::vec(step(), 1..50)) {
        let mut run = Run { lab: lab(), model: Model::new(), before: Vec::new(), undone: Vec::new() };
        for step in &steps {
            run.apply(step);
            run.compare();
        }
        let file = serde_json::to_value(run.lab.export_scenario()).unwrap();
        prop_assert_eq!(Lab::from_scenario(file).unwrap().digest(), run.lab.digest());
    }
}
