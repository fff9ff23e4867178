//! Faults: what goes wrong by command, at a time, or by chance.

use crate::cloud::lookup::check_name;
use crate::cloud::{
    ClearFault, Cloud, Command, CommandError, Damage, DeleteDisk, DeleteRestorePoint,
    DeleteRestorePointCollection, DeleteVirtualMachine, DetachDisk, Event, EventKind, Executed,
    Fault, FaultKind, FaultStep, InjectFault, Lock, PlaceLock, RefusalCode, RemoveLock, SetAgent,
    SetKeyState, SetScripts, SetVssWriters, Task, same_region,
};
use crate::ids::ResourceId;
use crate::matrix;
use crate::prng::Stream;
use crate::units::{BlockRange, SimDuration};

const DAY: SimDuration = SimDuration::from_seconds(86_400);
/// The shortest time between two draws.
const SHORTEST: SimDuration = SimDuration::from_seconds(60);
/// How often silent corruption spoils a block.
const CORRUPTS_EVERY: SimDuration = SimDuration::from_seconds(3600);

/// The kind as it is written.
fn word(kind: FaultKind) -> String {
    let written = crate::json::write(&kind);
    written.as_str().unwrap_or_default().to_owned()
}

/// What a fault does with its target is refused for that target, by whatever command it is done.
fn of_target(error: CommandError) -> CommandError {
    match error {
        CommandError::NotFound {
            kind,
            reference,
            hint,
            ..
        } => CommandError::NotFound {
            kind,
            reference,
            hint,
            target: "target",
        },
        CommandError::Ambiguous { reference, ids, .. } => CommandError::Ambiguous {
            reference,
            ids,
            target: "target",
        },
        CommandError::InvalidParameter { message, .. } => CommandError::InvalidParameter {
            target: "target".to_owned(),
            message,
        },
        error => error,
    }
}

impl Cloud {
    pub(in crate::cloud) fn inject_fault(&mut self, fields: &InjectFault) -> Executed {
        let invalid = |target: &str, message: String| {
            Err(CommandError::InvalidParameter {
                target: target.to_owned(),
                message,
            })
        };
        let name = fields.name.clone().unwrap_or_else(|| word(fields.fault));
        if let Err(message) = check_name(&name) {
            return invalid("name", message);
        }
        let id = super::lab_id("faults", &name);
        if self.faults.iter().any(|fault| fault.id == id) {
            return Err(CommandError::AlreadyExists { id });
        }
        if fields
            .chance_thousandths
            .is_some_and(|chance| chance > 1000)
        {
            return invalid("chanceThousandths", "give 0 to 1000 thousandths".to_owned());
        }
        let every = fields.every.unwrap_or(DAY);
        if every < SHORTEST {
            return invalid(
                "every",
                format!("{every} is too often; give {SHORTEST} or more"),
            );
        }
        let from = fields.from.unwrap_or(self.now);
        if from < self.now {
            return invalid(
                "from",
                format!("{from} lies before the clock, which says {}", self.now),
            );
        }
        let chance = fields.chance_thousandths.map(|chance| (chance, every));
        let now = from == self.now && chance.is_none();
        if let Some(message) = self.place_trouble(fields.fault, &fields.target, now) {
            return invalid("target", message);
        }
        self.faults.push(Fault {
            id: id.clone(),
            kind: fields.fault,
            target: fields.target.clone(),
            lasts: fields.lasts,
            chance,
            draws: Stream::named(self.access_key, id.as_str()),
            active: false,
        });
        if chance.is_some() {
            let first = fields.from.unwrap_or(self.now.plus(every));
            self.agenda.plan(first, Task::Fault(id, FaultStep::Draw));
            return Ok(Vec::new());
        }
        if from > self.now {
            self.agenda.plan(from, Task::Fault(id, FaultStep::Begin));
            return Ok(Vec::new());
        }
        let mut events = self.begin_fault(&id).map_err(of_target)?;
        if fields.fault == FaultKind::CopyFailed {
            // What waited for it may have nothing to bring.
            events.extend(self.run_until(self.now));
        }
        Ok(events)
    }

    pub(in crate::cloud) fn clear_fault(&mut self, fields: &ClearFault) -> Executed {
        let known = |fault: &&Fault| fault.id.name().eq_ignore_ascii_case(&fields.name);
        let Some(id) = self.faults.iter().find(known).map(|fault| fault.id.clone()) else {
            return Err(CommandError::NotFound {
                kind: "fault",
                reference: fields.name.clone(),
                hint: super::offer_names(self.faults.iter().map(|fault| fault.id.name())),
                target: "name",
            });
        };
        let mut events = self.end_fault(&id)?;
        self.agenda
            .cancel(|task| matches!(task, Task::Fault(other, _) if *other == id));
        self.faults.retain(|fault| fault.id != id);
        // What it held up may have nothing left to bring.
        events.extend(self.run_until(self.now));
        Ok(events)
    }

    /// What is wrong with the region, the zone or the resource that a condition is to befall. One that comes
    /// later may befall what is not there yet.
    fn place_trouble(&self, kind: FaultKind, target: &str, now: bool) -> Option<String> {
        let is_region = |name: &str| {
            let used = self.virtual_machines.values().map(|vm| &vm.location);
            let mut used = used.chain(self.disks.values().map(|disk| &disk.location));
            matrix::region(name).is_some() || used.any(|used| same_region(used, name))
        };
        let is_point = || self.find_restore_point(target, "").is_ok();
        let known = match kind {
            FaultKind::RegionDown => is_region(target),
            FaultKind::ZoneDown => {
                let place = target.rsplit_once('/');
                place.is_some_and(|(region, zone)| {
                    is_region(region) && super::restore::zone_exists(region, zone)
                })
            }
            FaultKind::CopyStalled => !now || is_region(target) || is_point(),
            FaultKind::Throttled => {
                !now || is_region(target) || is_point() || self.is_resource(target)
            }
            _ => true,
        };
        let wanted = match kind {
            FaultKind::ZoneDown => "zone; give REGION/ZONE, such as eastus/1",
            FaultKind::RegionDown => "region; give one such as eastus",
            _ => "region and no resource of the lab",
        };
        (!known).then(|| format!("`{target}` is no {wanted}"))
    }

    fn is_resource(&self, name: &str) -> bool {
        self.find_virtual_machine(name, "").is_ok()
            || self.find_disk(name, "").is_ok()
            || self.find_collection(name, "").is_ok()
    }

    /// A fault's moment has come.
    pub(in crate::cloud) fn run_fault(&mut self, id: &ResourceId, step: FaultStep) -> Vec<Event> {
        let done = match step {
            FaultStep::Begin => self.begin_fault(id),
            FaultStep::End => self.end_fault(id),
            FaultStep::Draw => self.draw_fault(id),
            FaultStep::Corrupt => self.corrupt(id),
        };
        done.unwrap_or_else(|error| {
            let fault = self.faults.iter_mut().find(|fault| fault.id == *id);
            if let (Some(fault), FaultStep::Begin | FaultStep::Draw) = (fault, step) {
                fault.active = false;
            }
            let text = format!("the fault {} could not do its work: {error}", id.name());
            vec![self.event(EventKind::Noted, id, text)]
        })
    }

    fn draw_fault(&mut self, id: &ResourceId) -> Executed {
        let Some(fault) = self.faults.iter_mut().find(|fault| fault.id == *id) else {
            return Ok(Vec::new());
        };
        let Some((chance, every)) = fault.chance else {
            return Ok(Vec::new());
        };
        let hit = fault.draws.below(1000) < u64::from(chance) && !fault.active;
        self.agenda.plan(
            self.now.plus(every),
            Task::Fault(id.clone(), FaultStep::Draw),
        );
        if hit {
            self.begin_fault(id)
        } else {
            Ok(Vec::new())
        }
    }

    fn begin_fault(&mut self, id: &ResourceId) -> Executed {
        let Some(fault) = self.faults.iter_mut().find(|fault| fault.id == *id) else {
            return Ok(Vec::new());
        };
        fault.active = true;
        let (kind, target, lasts) = (fault.kind, fault.target.clone(), fault.lasts);
        let mut events = Vec::new();
        if kind != FaultKind::SilentCorruption {
            let text = format!("{} begins: {target}", word(kind));
            events.push(self.event(EventKind::FaultBegan, id, text));
        }
        match kind {
            FaultKind::MassEncryption => self.encrypt_machine(&target)?,
            FaultKind::SilentCorruption => {
                let disk = self.find_disk(&target, "target")?.0.clone();
                self.damage(&disk, kind);
                events.extend(self.corrupt(id)?);
            }
            FaultKind::CopyFailed => events.extend(self.fail_copy(&target)?),
            _ => {
                if let Some(command) = self.effect(id, kind, &target, true) {
                    events.extend(self.carry_out(&command)?);
                }
            }
        }
        if let Some(lasts) = lasts {
            self.agenda.plan(
                self.now.plus(lasts),
                Task::Fault(id.clone(), FaultStep::End),
            );
        }
        self.plan_replication();
        Ok(events)
    }

    fn end_fault(&mut self, id: &ResourceId) -> Executed {
        let known = |fault: &&mut Fault| fault.id == *id && fault.active;
        let Some(fault) = self.faults.iter_mut().find(known) else {
            return Ok(Vec::new());
        };
        fault.active = false;
        let (kind, target) = (fault.kind, fault.target.clone());
        let mut events = Vec::new();
        if let Some(command) = self.effect(id, kind, &target, false) {
            match self.carry_out(&command) {
                // Whom it befell is gone: there is nothing to be put right.
                Err(CommandError::NotFound { .. }) => {}
                done => events.extend(done?),
            }
        }
        self.plan_replication();
        let text = format!("{} is over: {target}", word(kind));
        events.push(self.event(EventKind::FaultEnded, id, text));
        Ok(events)
    }

    /// The command that brings a fault about, or ends it, where one does.
    fn effect(&self, id: &ResourceId, kind: FaultKind, target: &str, on: bool) -> Option<Command> {
        let target = target.to_owned();
        let key = |state: &str| {
            Command::SetKeyState(SetKeyState {
                disk_encryption_set: target.clone(),
                state: if on { state } else { "enabled" }.to_owned(),
                key: None,
            })
        };
        Some(match kind {
            FaultKind::AgentNotReady => Command::SetAgent(SetAgent {
                virtual_machine: target,
                status: if on { "notReady" } else { "ready" }.to_owned(),
            }),
            FaultKind::VssFailing => Command::SetVssWriters(SetVssWriters {
                virtual_machine: target,
                healthy: !on,
            }),
            FaultKind::ScriptsFailing => Command::SetScripts(SetScripts {
                virtual_machine: target,
                installed: !on,
            }),
            FaultKind::KeyDisabled => key("disabled"),
            FaultKind::KeyDeleted => key("deleted"),
            FaultKind::LockPlaced if on => Command::PlaceLock(PlaceLock {
                name: Some(id.name().to_owned()),
                scope: target,
                level: "CanNotDelete".to_owned(),
            }),
            FaultKind::LockPlaced => Command::RemoveLock(RemoveLock {
                name: Lock::id_on(&self.scope(&target).unwrap_or(target), id.name()),
            }),
            FaultKind::DiskDetached if on => Command::DetachDisk(DetachDisk { disk: target }),
            FaultKind::AccidentalDelete if on => self.deletion(target),
            _ => return None,
        })
    }

    /// The command that deletes what a name stands for: a point, a collection, a disk, or else a VM.
    fn deletion(&self, target: String) -> Command {
        if self.find_restore_point(&target, "").is_ok() {
            Command::DeleteRestorePoint(DeleteRestorePoint {
                restore_point: target,
                at_once: None,
            })
        } else if self.find_collection(&target, "").is_ok() {
            Command::DeleteRestorePointCollection(DeleteRestorePointCollection {
                collection: target,
                at_once: None,
            })
        } else if self.find_disk(&target, "").is_ok() {
            Command::DeleteDisk(DeleteDisk { disk: target })
        } else {
            Command::DeleteVirtualMachine(DeleteVirtualMachine {
                virtual_machine: target,
            })
        }
    }

    /// Marks a disk as harmed; what harms it again changes nothing of since when it is.
    fn damage(&mut self, disk: &ResourceId, fault: FaultKind) {
        let since = self.now;
        if let Some(disk) = self.disks.get_mut(disk) {
            disk.damage.get_or_insert(Damage { fault, since });
        }
    }

    /// Overwrites everything that a VM's disks hold.
    fn encrypt_machine(&mut self, reference: &str) -> Result<(), CommandError> {
        let (_, vm) = self.find_virtual_machine(reference, "target")?;
        let disks: Vec<ResourceId> = vm
            .attachments
            .iter()
            .filter_map(|a| a.managed().cloned())
            .collect();
        for disk in disks {
            self.rewrite(&disk)?;
            self.damage(&disk, FaultKind::MassEncryption);
        }
        Ok(())
    }

    /// Writes every block anew that a disk has written.
    pub(in crate::cloud) fn rewrite(&mut self, disk: &ResourceId) -> Result<(), CommandError> {
        let Some(found) = self.disks.get(disk) else {
            return Ok(());
        };
        let volume = found.volume;
        let last = found.block_size.blocks_in(found.size).saturating_sub(1);
        self.write_all_anew(volume, BlockRange { first: 0, last })
    }

    /// Spoils one block of a disk, and goes on doing so until the fault ends.
    fn corrupt(&mut self, id: &ResourceId) -> Executed {
        let Some(fault) = self
            .faults
            .iter_mut()
            .find(|fault| fault.id == *id && fault.active)
        else {
            return Ok(Vec::new());
        };
        let (target, draw) = (fault.target.clone(), fault.draws.next());
        let (_, disk) = self.find_disk(&target, "target")?;
        let (volume, blocks) = (disk.volume, disk.block_size.blocks_in(disk.size));
        let index = draw.checked_rem(blocks).unwrap_or_default();
        if let Some(range) = BlockRange::new(index, index).filter(|_| blocks > 0) {
            self.write_seeded(volume, &[range])?;
        }
        let next = self.now.plus(CORRUPTS_EVERY);
        if next > self.now {
            self.agenda
                .plan(next, Task::Fault(id.clone(), FaultStep::Corrupt));
        }
        Ok(Vec::new())
    }

    /// Lets the copy of one disk, or of all disks of a point, fail.
    fn fail_copy(&mut self, target: &str) -> Executed {
        let travelling = self.replicating.iter().find_map(|id| {
            let point = self.restore_points.get(id)?;
            let copy = point.replication.as_ref()?;
            let disk = copy.disks.iter().find(|disk| {
                let id = &disk.disk_restore_point;
                id.as_str().eq_ignore_ascii_case(target)
                    || id.name().eq_ignore_ascii_case(target)
                    || disk.name.eq_ignore_ascii_case(target)
            });
            let whole =
                id.as_str().eq_ignore_ascii_case(target) || point.name.eq_ignore_ascii_case(target);
            (whole || disk.is_some())
                .then(|| (id.clone(), disk.map(|disk| disk.disk_restore_point.clone())))
        });
        let Some((point, disk)) = travelling else {
            return Err(CommandError::NotAllowed {
                target: target.to_owned(),
                message: format!(
                    "no copy of `{target}` is under way; give a travelling point, or one of its disks"
                ),
            });
        };
        let why = "the service gave up on a disk; delete the point and copy it anew";
        Ok(self
            .fail_replication(&point, disk.as_ref(), why)
            .into_iter()
            .collect())
    }

    /// Whether a region is down, or the zone of something in it.
    pub(crate) fn is_down(&self, region: &str, zones: &[String]) -> Option<&Fault> {
        self.faults.iter().find(|fault| {
            fault.active
                && match fault.kind {
                    FaultKind::RegionDown => same_region(&fault.target, region),
                    FaultKind::ZoneDown => {
                        fault.target.rsplit_once('/').is_some_and(|(down, zone)| {
                            same_region(down, region) && zones.iter().any(|own| own == zone)
                        })
                    }
                    _ => false,
                }
        })
    }

    /// Refuses a request to the service where a fault stands against it.
    pub(in crate::cloud) fn refuse_by_fault(&self, command: &Command) -> Result<(), CommandError> {
        let stops = |fault: &Fault| {
            fault.active
                && matches!(
                    fault.kind,
                    FaultKind::RegionDown | FaultKind::ZoneDown | FaultKind::Throttled
                )
        };
        if !self.faults.iter().any(stops) {
            return Ok(());
        }
        let mut places: Vec<(String, Vec<String>)> = match command {
            Command::CreateVirtualMachine(machine) => {
                vec![(
                    machine.location.clone().unwrap_or_default(),
                    machine.zones.clone(),
                )]
            }
            Command::CreateDisk(c) => vec![(c.location.clone(), c.zones.clone())],
            Command::CreateRestorePointCollection(c) => {
                vec![(c.location.clone().unwrap_or_default(), Vec::new())]
            }
            Command::RestoreDisk(c) => {
                let found = self.find_disk_restore_point(
                    &c.disk_restore_point,
                    c.restore_point.as_deref(),
                    "",
                );
                found
                    .map(|(point, _)| (point.location.clone(), c.zones.clone()))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        };
        let mut subjects = self.subjects(command);
        // A vault is in the region of what it protects.
        let protected = match command {
            Command::Protect(c) => match self.find_virtual_machine(&c.virtual_machine, "") {
                Ok((id, _)) => Some(id),
                Err(_) => self
                    .find_disk(&c.virtual_machine, "")
                    .ok()
                    .map(|(id, _)| id),
            },
            Command::BackupNow(c) => {
                let item = self.find_item(&c.item).ok();
                item.and_then(|at| self.protected.get(at))
                    .map(|item| &item.source)
            }
            _ => None,
        };
        subjects.extend(protected.cloned());
        for id in &subjects {
            let point = self
                .restore_points
                .get(id)
                .or_else(|| self.snapshots.get(id))
                .or_else(|| self.restore_points.get(&id.parent()?));
            if let Some(vm) = self.virtual_machines.get(id) {
                places.push((vm.location.clone(), vm.zones.clone()));
            } else if let Some(disk) = self.disks.get(id) {
                places.push((disk.location.clone(), disk.zones.clone()));
            } else if let Some(collection) = self.collections.get(id) {
                places.push((collection.location.clone(), Vec::new()));
            } else if let Some(point) = point {
                places.push((point.location.clone(), Vec::new()));
            }
        }
        let target = || {
            subjects
                .first()
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        if let Some(fault) = places
            .iter()
            .find_map(|(region, zones)| self.is_down(region, zones))
        {
            return Err(CommandError::Refused {
                code: RefusalCode::InternalOperationError,
                target: target(),
                message: format!(
                    "{} is down; try again when it is back, or work in another region",
                    fault.target
                ),
                row_ids: &[],
            });
        }
        let throttles = |fault: &&Fault| {
            let named = |id: &ResourceId| {
                fault.target.eq_ignore_ascii_case(id.as_str())
                    || fault.target.eq_ignore_ascii_case(id.name())
            };
            fault.active
                && fault.kind == FaultKind::Throttled
                && (places
                    .iter()
                    .any(|(region, _)| same_region(region, &fault.target))
                    || subjects.iter().any(named))
        };
        match self.faults.iter().find(throttles) {
            Some(fault) => Err(CommandError::Refused {
                code: RefusalCode::TooManyRequests,
                target: target(),
                message: format!(
                    "the service takes no more requests for {} now; wait and try again",
                    fault.target
                ),
                row_ids: &[],
            }),
            None => Ok(()),
        }
    }
}
