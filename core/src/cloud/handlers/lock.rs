//! Locks: what they stop.
//!
//! `CanNotDelete` stops deletions, `ReadOnly` every request that changes something, in the resource or
//! group that is locked and everything below it. Data written inside a disk is no such request.

use crate::cloud::lookup::{check_name, new_id};
use crate::cloud::{
    Cloud, Command, CommandError, EventKind, Executed, Lock, PlaceLock, RefusalCode, RemoveLock,
    ResourceGroup,
};
use crate::ids::{ResourceId, ResourceType};

/// The refusal by a lock.
pub(super) fn locked(id: &ResourceId, lock: &Lock) -> CommandError {
    let stops = if lock.read_only {
        "every change"
    } else {
        "deletion"
    };
    CommandError::Refused {
        code: RefusalCode::ScopeLocked,
        target: id.to_string(),
        message: format!(
            "the lock `{}` on {} forbids {stops}; remove it with removeLock first",
            lock.name, lock.scope
        ),
        row_ids: &[],
    }
}

/// Whether `inner` is `outer` or lies below it, in any case.
fn within(inner: &str, outer: &str) -> bool {
    let outer = outer.trim_end_matches('/');
    let begins = inner.get(..outer.len());
    begins.is_some_and(|begins| begins.eq_ignore_ascii_case(outer))
        && inner
            .get(outer.len()..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Cloud {
    /// The lock that stops a change of this resource, or its deletion.
    pub(super) fn lock_on(&self, id: &ResourceId, deletion: bool) -> Option<&Lock> {
        let stops = |lock: &&Lock| {
            (lock.read_only || deletion)
                && (within(id.as_str(), &lock.scope)
                    || (deletion && within(&lock.scope, id.as_str())))
        };
        self.locks.iter().find(stops)
    }

    /// Refuses a change of a resource, or its deletion, that a lock stops.
    pub(crate) fn refuse_locked(
        &self,
        id: &ResourceId,
        deletion: bool,
    ) -> Result<(), CommandError> {
        let lock = self.lock_on(id, deletion);
        lock.map_or(Ok(()), |lock| Err(locked(id, lock)))
    }

    pub(in crate::cloud) fn refuse_by_lock(&self, command: &Command) -> Result<(), CommandError> {
        let deletion = matches!(
            command,
            Command::DeleteVirtualMachine(_)
                | Command::DeleteDisk(_)
                | Command::DeleteSnapshot(_)
                | Command::DeleteDiskEncryptionSet(_)
                | Command::DeleteRestorePoint(_)
                | Command::DeleteRestorePointCollection(_)
        );
        match self.subjects(command).first() {
            Some(id) => self.refuse_locked(id, deletion),
            None => Ok(()),
        }
    }

    /// The resources that a request to the service is about: first the one that it changes. None where
    /// there is no such resource, or where it is no request to the service.
    pub(super) fn subjects(&self, command: &Command) -> Vec<ResourceId> {
        let vm = |name: &str| {
            self.find_virtual_machine(name, "")
                .ok()
                .map(|found| found.0)
        };
        let disk = |name: &str| self.find_disk(name, "").ok().map(|found| found.0);
        let collection = |name: &str| self.find_collection(name, "").ok().map(|found| found.0);
        let point = |name: &str| self.find_restore_point(name, "").ok().map(|found| found.0);
        let set = |name: &str| self.find_encryption_set(name, "").ok().map(|set| &set.id);
        let captured = |name: &str, point: &Option<String>| {
            let found = self.find_disk_restore_point(name, point.as_deref(), "");
            found.ok().map(|(_, disk)| &disk.id)
        };
        let new =
            |name: &str, kind, beside: Option<&ResourceId>| new_id(name, kind, beside, "").ok();
        let some = |ids: [Option<&ResourceId>; 2]| ids.into_iter().flatten().cloned().collect();
        match command {
            Command::CreateVirtualMachine(machine) => vec![machine.id.clone()],
            Command::StartVirtualMachine(c) => some([vm(&c.virtual_machine), None]),
            Command::DeallocateVirtualMachine(c) => some([vm(&c.virtual_machine), None]),
            Command::DeleteVirtualMachine(c) => some([vm(&c.virtual_machine), None]),
            Command::UpdateVirtualMachine(c) => some([vm(&c.virtual_machine), None]),
            Command::MoveVirtualMachine(c) => some([vm(&c.virtual_machine), None]),
            Command::AttachDisk(c) => some([vm(&c.virtual_machine), disk(&c.disk)]),
            Command::DetachDisk(c) => {
                let id = disk(&c.disk);
                some([id.and_then(|id| self.attached_to(id)), id])
            }
            Command::CreateDisk(c) => new(&c.name, ResourceType::Disk, None).into_iter().collect(),
            Command::CreateDiskEncryptionSet(c) => {
                let id = new(&c.name, ResourceType::DiskEncryptionSet, None);
                id.into_iter().collect()
            }
            Command::DeleteDiskEncryptionSet(c) => some([set(&c.disk_encryption_set), None]),
            Command::UpdateDisk(c) => some([disk(&c.disk), None]),
            Command::ResizeDisk(c) => some([disk(&c.disk), None]),
            Command::DeleteDisk(c) => some([disk(&c.disk), None]),
            Command::SetNetworkAccess(c) => some([disk(&c.disk), None]),
            Command::CreateRestorePointCollection(c) => {
                let source = vm(&c.source).or_else(|| collection(&c.source));
                let id = new(&c.name, ResourceType::RestorePointCollection, source);
                some([id.as_ref(), source])
            }
            Command::UpdateRestorePointCollection(c) => some([collection(&c.collection), None]),
            Command::DeleteRestorePointCollection(c) => some([collection(&c.collection), None]),
            Command::CreateRestorePoint(c) => {
                let id = collection(&c.collection);
                let source = id.and_then(|id| self.collections.get(id));
                some([id, source.map(|collection| &collection.source)])
            }
            Command::CopyRestorePoint(c) => {
                some([collection(&c.collection), point(&c.restore_point)])
            }
            Command::DeleteRestorePoint(c) => some([point(&c.restore_point), None]),
            Command::GrantAccess(c) => {
                some([captured(&c.disk_restore_point, &c.restore_point), None])
            }
            Command::RevokeAccess(c) => {
                some([captured(&c.disk_restore_point, &c.restore_point), None])
            }
            Command::CreateSnapshot(c) => {
                let source = c.source.as_deref().and_then(disk);
                let id = new(&c.name, ResourceType::Snapshot, source);
                some([id.as_ref(), source])
            }
            Command::DeleteSnapshot(c) => {
                let found = self.find_snapshot(&c.snapshot, "").ok();
                some([found.map(|(id, _)| id), None])
            }
            Command::RestoreDisk(c) => {
                let point = c.restore_point.as_deref();
                let source = self.find_disk_restore_point(&c.disk_restore_point, point, "");
                let source = source.ok().map(|(_, disk)| disk);
                let id = new(&c.name, ResourceType::Disk, source.map(|disk| &disk.disk));
                some([id.as_ref(), source.map(|disk| &disk.id)])
            }
            Command::RestoreVirtualMachine(c) => {
                let source = self.find_restore_point(&c.restore_point, "").ok();
                let beside = source.map(|(_, point)| &point.virtual_machine);
                let id = new(&c.name, ResourceType::VirtualMachine, beside);
                some([id.as_ref(), source.map(|(id, _)| id)])
            }
            _ => Vec::new(),
        }
    }

    pub(in crate::cloud) fn place_lock(&mut self, fields: &PlaceLock) -> Executed {
        let invalid = |target: &str, message| CommandError::InvalidParameter {
            target: target.to_owned(),
            message,
        };
        let read_only = match fields.level.to_ascii_lowercase().as_str() {
            "cannotdelete" => false,
            "readonly" => true,
            _ => {
                let message = format!(
                    "`{}` is no level; give CanNotDelete or ReadOnly",
                    fields.level
                );
                return Err(invalid("level", message));
            }
        };
        let scope = self.scope(&fields.scope).ok_or_else(|| {
            let message = format!(
                "`{}` is no resource and no resource group of the lab; give the id or the name of one",
                fields.scope
            );
            invalid("scope", message)
        })?;
        let of_scope = || format!("lock-{}", scope.rsplit('/').next().unwrap_or_default());
        let name = fields.name.clone().unwrap_or_else(of_scope);
        if let Err(message) = check_name(&name) {
            return Err(invalid("name", message));
        }
        let same = |lock: &Lock| {
            lock.name.eq_ignore_ascii_case(&name) && lock.scope.eq_ignore_ascii_case(&scope)
        };
        if self.locks.iter().any(same) {
            return Err(CommandError::Refused {
                code: RefusalCode::Conflict,
                message: format!(
                    "there is a lock `{name}` on {scope} already; choose another name"
                ),
                target: name,
                row_ids: &[],
            });
        }
        let lock = Lock {
            name,
            scope,
            read_only,
        };
        let event = self.lock_event(&lock, "is placed on");
        self.locks.push(lock);
        Ok(vec![event])
    }

    pub(in crate::cloud) fn remove_lock(&mut self, fields: &RemoveLock) -> Executed {
        let scope = self.scope(&fields.name).unwrap_or_default();
        let is = |text: &str| text.eq_ignore_ascii_case(&fields.name);
        let ways: [&dyn Fn(&Lock) -> bool; 3] =
            [&|lock| is(&lock.id()), &|lock| is(&lock.name), &|lock| {
                lock.scope.eq_ignore_ascii_case(&scope)
            }];
        let found = ways
            .iter()
            .find_map(|fits| Some((self.locks.iter().position(fits)?, fits)));
        let Some((at, fits)) = found else {
            return Err(CommandError::NotFound {
                kind: "lock",
                reference: fields.name.clone(),
                hint: super::offer_names(self.locks.iter().map(|lock| lock.name.as_str())),
                target: "name",
            });
        };
        let several = self.locks.iter().filter(|lock| fits(lock));
        let ids: Vec<ResourceId> = several
            .filter_map(|lock| ResourceId::scope(&lock.id()))
            .collect();
        if ids.len() > 1 {
            return Err(CommandError::Ambiguous {
                reference: fields.name.clone(),
                ids,
                target: "name",
            });
        }
        let lock = self.locks.remove(at);
        Ok(vec![self.lock_event(&lock, "is taken from")])
    }

    fn lock_event(&self, lock: &Lock, happens: &str) -> crate::cloud::Event {
        let subject = super::lab_id("locks", &lock.name);
        let text = format!("the lock {} {happens} {}", lock.name, lock.scope);
        self.event(EventKind::Updated, &subject, text)
    }

    /// The id behind a resource, or a resource group, given by id or by name.
    pub(super) fn scope(&self, given: &str) -> Option<String> {
        if given.starts_with('/') {
            let depth = given.trim_end_matches('/').split('/').count();
            return (depth >= 3).then(|| given.trim_end_matches('/').to_owned());
        }
        let ids = || {
            let own = self.virtual_machines.keys().chain(self.disks.keys());
            own.chain(self.collections.keys())
        };
        let points = self.restore_points.keys();
        let sets = self.encryption_sets.iter().map(|set| &set.id);
        let named = ids()
            .chain(points)
            .chain(sets)
            .find(|id| id.name().eq_ignore_ascii_case(given));
        let group = || {
            let mut groups = self.resource_groups.iter();
            groups
                .find(|group| group.name.eq_ignore_ascii_case(given))
                .map(ResourceGroup::id)
        };
        named.map(ToString::to_string).or_else(group)
    }
}
