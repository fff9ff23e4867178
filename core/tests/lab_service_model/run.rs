//! A lab and the model side by side.

use super::model::{Answer, Model, Stage, Trouble};
use super::step::Step;
use super::{
    BLOCK, COPY_ENDS, COPY_START, CREATE, DELETE, DELETE_COLLECTION, DISKS, LIMIT, REGIONS,
};
use rplab_core::api::{Json, Lab, LabState, Outcome};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const GROUPS: [&str; 2] = ["lab", "elsewhere"];
/// Names of faults.
const FAULTS: [&str; 4] = ["east", "west", "stall", "failed"];

/// How often each type of command was carried out, and how often refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Met(BTreeMap<String, (u64, u64)>);

impl Met {
    fn note(&mut self, command: &Value, done: bool) {
        let kind = command["type"].as_str().unwrap();
        let fault = command["fault"].as_str().unwrap_or_default();
        let counts = self.0.entry(format!("{kind} {fault}")).or_default();
        counts.0 += u64::from(done);
        counts.1 += u64::from(!done);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (kind, counts) in &other.0 {
            let own = self.0.entry(kind.clone()).or_default();
            own.0 += counts.0;
            own.1 += counts.1;
        }
    }

    /// What was not met, out of what can be carried out and refused.
    pub(crate) fn missing(&self) -> Vec<String> {
        let both = [
            "createRestorePoint ",
            "copyRestorePoint ",
            "deleteRestorePoint ",
            "grantAccess ",
            "revokeAccess ",
            "restoreDisk ",
            "createRestorePointCollection ",
            "deleteRestorePointCollection ",
            "moveVirtualMachine ",
            "deallocateVirtualMachine ",
            "injectFault regionDown",
            "injectFault copyStalled",
            "injectFault copyFailed",
            "clearFault ",
        ];
        let met = |kind: &&&str| self.0.get(**kind).is_some_and(|met| met.0 > 0 && met.1 > 0);
        let missing = both.iter().filter(|kind| !met(kind));
        missing
            .map(|kind| format!("{kind}: {:?}", self.0.get(*kind)))
            .collect()
    }
}

pub(crate) struct Run {
    lab: Lab,
    model: Model,
    before: Vec<Model>,
    met: Met,
}

impl Run {
    pub(crate) fn new() -> Self {
        let disks: Vec<Value> = DISKS
            .iter()
            .map(|name| json!({ "name": name, "sizeGiB": 1, "facts": { "sku": "Premium_LRS" } }))
            .collect();
        let options = json!({ "seed": 9, "settings": {
            "blockSizeBytes": BLOCK, "limits.restorePointsPerVm": LIMIT, "copyMiBPerSecondPerDisk": 1, "copyMiBPerSecond": 1000,
            "copyStartSeconds": COPY_START, "durations.createRestorePointSeconds": CREATE, "durations.deleteRestorePointSeconds": DELETE,
            "durations.deleteRestorePointCollectionSeconds": DELETE_COLLECTION, "durations.copyEndsAfterSeconds": COPY_ENDS,
        } });
        let mut lab = Json::new_lab(Some(options)).unwrap();
        for command in [
            json!({ "type": "createDiskEncryptionSet", "name": "des", "location": "eastus" }),
            json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": disks }),
            json!({ "type": "updateDisk", "disk": "data", "facts": { "encryptionType": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "des" } }),
            json!({ "type": "createRestorePointCollection", "name": "c0", "source": "vm" }),
            json!({ "type": "createRestorePointCollection", "name": "c1", "source": "c0", "location": "westus" }),
        ] {
            assert!(lab.dispatch_json(command).unwrap().is_ok());
        }
        Self {
            lab,
            model: Model::new(),
            before: Vec::new(),
            met: Met::default(),
        }
    }

    pub(crate) fn lab(&self) -> &Lab {
        &self.lab
    }

    /// How often a disk was seen to wait for another, and how often one took over what another never brought.
    pub(crate) fn waited(&self) -> (u64, u64) {
        (self.model.waits, self.model.taken_over)
    }

    pub(crate) fn met(&self) -> &Met {
        &self.met
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
        self.met.note(&command, expected.is_ok());
        match expected {
            Ok(()) => self.before.push(before),
            Err(_) => self.model = before,
        }
    }

    fn point(&self, at: usize) -> Option<(usize, String)> {
        let at = at.checked_rem(self.model.points.len())?;
        Some((at, self.model.points[at].name.clone()))
    }

    fn collection(&self, at: usize) -> Option<(usize, String)> {
        let at = at.checked_rem(self.model.collections.len())?;
        Some((at, self.model.collections[at].name.clone()))
    }

    pub(crate) fn apply(&mut self, step: &Step) {
        // A step about a point or a collection is none where there is no such thing.
        let _done: Option<()> = self.try_to(step);
    }

    fn try_to(&mut self, step: &Step) -> Option<()> {
        let new = self.model.names;
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
            Step::Create { collection, without_data } => {
                let (at, collection) = self.collection(collection)?;
                let excluded = if without_data { json!([{ "id": "data" }]) } else { json!([]) };
                let command = json!({ "type": "createRestorePoint", "collection": collection, "name": format!("p{new}"), "excludeDisks": excluded });
                self.command(command, |model| model.create(at, without_data));
            }
            Step::Copy { point, collection } => {
                let ((at, source), (to, target)) = (self.point(point)?, self.collection(collection)?);
                let command = json!({ "type": "copyRestorePoint", "restorePoint": source, "collection": target, "name": format!("p{new}") });
                self.command(command, |model| model.copy(at, to));
            }
            Step::Delete(at) => {
                let (at, name) = self.point(at)?;
                self.command(json!({ "type": "deleteRestorePoint", "restorePoint": name }), |model| model.delete(at));
            }
            Step::Grant(at, disk, seconds) => {
                let (at, name) = self.point(at)?;
                let command = json!({ "type": "grantAccess", "diskRestorePoint": DISKS[disk], "restorePoint": name, "durationSeconds": seconds });
                self.command(command, |model| model.grant(at, disk, seconds));
            }
            Step::Revoke(at, disk) => {
                let (at, name) = self.point(at)?;
                let command = json!({ "type": "revokeAccess", "diskRestorePoint": DISKS[disk], "restorePoint": name });
                self.command(command, |model| model.revoke(at, disk));
            }
            Step::Restore(at, disk) => {
                let (at, point) = self.point(at)?;
                let name = format!("r{}", self.lab.log().len());
                let command = json!({ "type": "restoreDisk", "diskRestorePoint": DISKS[disk], "restorePoint": point, "name": name });
                self.command(command, |model| model.readable(at, disk));
                if self.lab.state().disks.iter().any(|disk| disk.name == name) {
                    assert!(self.lab.prove(&name).unwrap().equal, "{name}");
                }
            }
            Step::Lock { on, collection } if on != self.model.locked.is_some() => {
                let (_, scope) = self.collection(collection)?;
                let command = if on {
                    json!({ "type": "placeLock", "name": "l", "scope": scope, "level": "CanNotDelete" })
                } else {
                    json!({ "type": "removeLock", "name": "l" })
                };
                self.command(command, |model| {
                    model.locked = on.then_some(scope);
                    Ok(())
                });
            }
            Step::Key(on) => self.command(json!({ "type": "setKeyState", "diskEncryptionSet": "des", "state": if on { "enabled" } else { "disabled" } }), |model| {
                model.key = on;
                Ok(())
            }),
            Step::Power(on) => {
                let kind = if on { "startVirtualMachine" } else { "deallocateVirtualMachine" };
                self.command(json!({ "type": kind, "virtualMachine": "vm" }), |model| model.power(on));
            }
            Step::Agent(on) => self.command(json!({ "type": "setAgent", "virtualMachine": "vm", "status": if on { "ready" } else { "notReady" } }), |model| {
                model.agent = on;
                Ok(())
            }),
            Step::Move(away) => {
                let place = usize::from(away);
                let command = json!({ "type": "moveVirtualMachine", "virtualMachine": "vm", "resourceGroup": GROUPS[place] });
                self.command(command, |model| model.moves(place));
            }
            Step::AddCollection(of) => {
                let of = of.map(|at| self.collection(at));
                let command = match &of {
                    None => json!({ "type": "createRestorePointCollection", "name": format!("c{new}"), "source": "vm" }),
                    Some(source) => json!({ "type": "createRestorePointCollection", "name": format!("c{new}"),
                                            "source": source.as_ref()?.1, "location": "westus" }),
                };
                let of = of.flatten().map(|(at, _)| at);
                self.command(command, |model| model.add_collection(of));
            }
            Step::DropCollection(at) => {
                let (at, name) = self.collection(at)?;
                self.command(json!({ "type": "deleteRestorePointCollection", "collection": name }), |model| model.drop_collection(at));
            }
            Step::Down { region, lasts } => {
                let name = FAULTS[region];
                let command = fault("regionDown", REGIONS[region], name, lasts);
                self.command(command, |model| model.inject(name, Trouble::Down(region), lasts));
            }
            Step::Stall { point, lasts } => {
                let (target, trouble) = match point {
                    None => (REGIONS[1].to_owned(), Trouble::AllStall),
                    Some(at) => {
                        let name = self.point(at)?.1;
                        (name.clone(), Trouble::Stalls(name))
                    }
                };
                let command = fault("copyStalled", &target, FAULTS[2], lasts);
                self.command(command, |model| model.inject(FAULTS[2], trouble, lasts));
            }
            Step::FailCopy(at) => {
                let (at, target) = self.point(at)?;
                let command = fault("copyFailed", &target, FAULTS[3], None);
                self.command(command, |model| model.fail_copy(FAULTS[3], at));
            }
            Step::Clear(which) => self.command(json!({ "type": "clearFault", "name": FAULTS[which] }), |model| model.clear(FAULTS[which])),
            Step::Undo if !self.before.is_empty() => {
                assert!(self.lab.undo());
                self.model = self.before.pop()?;
            }
            _ => {}
        }
        Some(())
    }

    pub(crate) fn compare(&self) {
        let (state, model) = (self.lab.state(), &self.model);
        assert_eq!(state.restore_points.len(), model.points.len());
        let vm = &state.virtual_machines[0];
        assert_eq!(vm.restore_point_count, model.retained() as u64);
        assert_eq!(vm.id.resource_group(), GROUPS[model.place]);
        assert_eq!(state.stored_bytes.0, self.stored());
        self.compare_collections(&state);
        self.compare_points(&state);
        let faults = state
            .faults
            .iter()
            .map(|fault| (fault.name.as_str(), fault.active));
        let expected = model
            .faults
            .iter()
            .map(|fault| (fault.name.as_str(), fault.active));
        assert_eq!(faults.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    /// Distinct versions of blocks over all points, by disk and region.
    fn stored(&self) -> u64 {
        let mut stored = 0;
        for remote in [false, true] {
            for disk in 0..2 {
                let points = self
                    .model
                    .points
                    .iter()
                    .filter(|point| point.remote == remote);
                let held = points.filter_map(|point| point.disks.get(&disk));
                let versions: BTreeSet<(usize, u64)> = held
                    .flat_map(|content| {
                        let blocks = content.iter().enumerate();
                        blocks.filter_map(|(at, version)| Some((at, (*version)?)))
                    })
                    .collect();
                stored += versions.len() as u64 * BLOCK;
            }
        }
        stored
    }

    fn compare_collections(&self, state: &LabState) {
        let (found, model) = (&state.restore_point_collections, &self.model);
        assert_eq!(found.len(), model.collections.len());
        for expected in &model.collections {
            let known = found
                .iter()
                .find(|found| found.name == expected.name)
                .unwrap();
            assert_eq!(
                known.location,
                REGIONS[expected.region()],
                "{}",
                expected.name
            );
            let of = known
                .source_collection
                .as_ref()
                .map(|id| id.name().to_owned());
            assert_eq!(of, expected.of, "{}", expected.name);
            let stage = if expected.deleting.is_some() {
                "Deleting"
            } else {
                "Succeeded"
            };
            assert_eq!(
                format!("{:?}", known.provisioning_state),
                stage,
                "{}",
                expected.name
            );
            let inside: BTreeSet<&str> = known.restore_points.iter().map(|id| id.name()).collect();
            let points = model
                .points
                .iter()
                .filter(|point| point.collection == expected.name);
            let expected: BTreeSet<&str> = points.map(|point| point.name.as_str()).collect();
            assert_eq!(inside, expected);
        }
    }

    fn compare_points(&self, state: &LabState) {
        for expected in &self.model.points {
            let found = state
                .restore_points
                .iter()
                .find(|point| point.name == expected.name)
                .unwrap();
            let stage = match expected.stage {
                Stage::Creating(_) => "Creating",
                Stage::Succeeded => "Succeeded",
                Stage::Failed => "Failed",
                Stage::Deleting(..) => "Deleting",
            };
            let name = &expected.name;
            assert_eq!(format!("{:?}", found.provisioning_state), stage, "{name}");
            assert_eq!(found.collection.name(), expected.collection, "{name}");
            assert_eq!(found.location, REGIONS[usize::from(expected.remote)]);
            assert_eq!(found.failure.is_some(), stage == "Failed", "{name}");
            let shows = stage != "Creating" && !expected.failed;
            assert_eq!(found.consistency_mode.is_some(), shows, "{name}");
            assert_eq!(found.disks.len(), expected.disks.len(), "{name}");
            for disk in &found.disks {
                let index = DISKS.iter().position(|name| *name == disk.name).unwrap();
                let written = expected.disks[&index].iter().flatten().count() as u64;
                assert_eq!(disk.referenced_bytes.0, written * BLOCK, "{}", disk.id);
                let open = expected.access.contains_key(&index);
                assert_eq!(disk.access.is_some(), open, "{}", disk.id);
            }
            if let (Some(copy), false) = (&found.replication, expected.failed) {
                assert_eq!(copy.completed.is_some(), expected.is_complete(), "{name}");
                for disk in &copy.disks {
                    let index = DISKS.iter().position(|name| *name == disk.name).unwrap();
                    let bytes = (disk.total_bytes.0, disk.copied_bytes.0);
                    let there = expected.there.contains(&index);
                    let expected = (expected.travel[&index], expected.arrived[&index]);
                    assert_eq!(bytes, expected, "{}", disk.id);
                    assert_eq!(
                        format!("{:?}", disk.status) == "Succeeded",
                        there,
                        "{}",
                        disk.id
                    );
                }
            }
        }
    }
}

fn fault(kind: &str, target: &str, name: &str, lasts: Option<u64>) -> Value {
    let mut command =
        json!({ "type": "injectFault", "fault": kind, "target": target, "name": name });
    if let Some(seconds) = lasts {
        command["for"] = json!(format!("PT{seconds}S"));
    }
    command
}
