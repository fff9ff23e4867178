//! The simulated service: `Command -> Result<Vec<Event>, CommandError>`.
//!
//! A command happens at one instant. Time passes only by [`AdvanceClock`]; what was planned then
//! comes due in the order of the agenda. A refused command changes nothing.

mod assessment;
mod code;
mod command;
mod error;
mod event;
mod handlers;
mod lookup;
mod parted;
mod points;
mod protection;
mod record;
mod resource;
mod setting;
mod shorthand;
mod task;
mod unwritten;
mod usable;

pub use assessment::AssessmentRefusal;
pub use code::RefusalCode;
pub use command::*;
pub use error::{CommandError, Rejection, RejectionDetail};
pub use event::{Event, EventKind};
pub use handlers::{RestorePlan, SignedRead};
pub(crate) use handlers::{check_workload, secondary_of};
pub use lookup::same_region;
pub use protection::{BackupJob, JobPhase, ProtectedItem, RecoveryPoint};
pub use record::{Mark, Painting, Record, Records};
pub use resource::*;
pub use setting::{Basis, SETTINGS, SettingKind, SettingState, Settings};
pub(crate) use shorthand::complete_machine;
pub use task::{FaultStep, Task};

use crate::clock::Agenda;
use crate::digest::{Digest, Hasher};
use crate::ids::ResourceId;
use crate::json::Write;
use crate::order::{self, Table};
use crate::prng::Stream;
use crate::store::{Store, StoreOptions, VolumeId};
use crate::units::{ByteCount, SimInstant};
use serde_json::Value;

/// What an executed command answers.
pub type Executed = Result<Vec<Event>, CommandError>;

/// The state of the service at one moment.
#[derive(Clone, Debug, Write)]
pub struct Cloud {
    now: SimInstant,
    settings: Settings,
    guids: Stream,
    write_seeds: Stream,
    captures: u64,
    workloads: u64,
    virtual_machines: Table<VirtualMachine>,
    disks: Table<ManagedDisk>,
    collections: Table<RestorePointCollection>,
    restore_points: points::Points,
    /// Snapshots, and what addresses of disks read, each as a point of one disk.
    #[serde(skip_serializing_if = "Table::is_empty")]
    snapshots: Table<RestorePoint>,
    replicas: Vec<Replica>,
    /// Points whose disks travel, and until when that is reckoned.
    replicating: Vec<ResourceId>,
    replicated_until: SimInstant,
    resource_groups: Vec<ResourceGroup>,
    encryption_sets: Vec<DiskEncryptionSet>,
    locks: Vec<Lock>,
    faults: Vec<Fault>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    protected: Vec<ProtectedItem>,
    /// What resources were given and the lab does not simulate, as objects.
    #[serde(skip_serializing_if = "Table::is_empty")]
    kept: Table<Value>,
    /// Signs addresses.
    access_key: u64,
    #[serde(skip)]
    signer: handlers::Signer,
    agenda: Agenda<Task>,
    #[serde(skip)]
    store: Store,
    #[serde(skip)]
    records: Records,
    #[serde(skip)]
    passed: assessment::Passed,
    /// Of commands and tasks.
    #[serde(skip)]
    work: u64,
    /// What is decided and stands on no disk yet: between commands nothing.
    #[serde(skip)]
    unwritten: unwritten::Unwritten,
    /// Whether time passes: what a task makes due at its own instant comes after it, not within it.
    #[serde(skip)]
    is_passing: bool,
}

/// What a command and a task take, in writes of a leaf.
const COMMAND_WORK: u64 = 16;
const TASK_WORK: u64 = 4;

impl Cloud {
    /// An empty service at `start`.
    #[must_use]
    pub fn new(seed: u64, start: SimInstant, settings: Settings) -> Self {
        let store = Store::new(StoreOptions {
            memory_limit_bytes: settings.memory_limit().0,
        });
        let access_key = Stream::named(seed, "access").next();
        Self {
            now: start,
            settings,
            guids: Stream::named(seed, "guid"),
            write_seeds: Stream::named(seed, "write"),
            captures: 0,
            workloads: 0,
            virtual_machines: Table::default(),
            disks: Table::default(),
            collections: Table::default(),
            restore_points: points::Points::default(),
            snapshots: Table::default(),
            replicas: Vec::new(),
            replicating: Vec::new(),
            replicated_until: start,
            resource_groups: Vec::new(),
            encryption_sets: Vec::new(),
            locks: Vec::new(),
            faults: Vec::new(),
            protected: Vec::new(),
            kept: Table::default(),
            access_key,
            signer: handlers::Signer::new(access_key),
            agenda: Agenda::default(),
            store,
            records: Records::default(),
            passed: assessment::Passed::default(),
            work: 0,
            unwritten: unwritten::Unwritten::default(),
            is_passing: false,
        }
    }

    /// Why a command would be refused now.
    #[must_use]
    pub fn refusal(&self, command: &Command) -> Option<CommandError> {
        // On a copy that is thrown away, so that much of what it writes need not be written.
        self.clone().execute_but_writing(command).err()
    }

    /// Carries a command out at this instant.
    ///
    /// # Errors
    /// Why the service refuses it; the state is as before.
    pub fn execute(&mut self, command: &Command) -> Executed {
        let executed = self.execute_but_writing(command);
        self.write_all();
        executed
    }

    /// As [`Self::execute`], but much that it writes is left for [`Self::write_some`]: nothing else may be asked of this
    /// state before that is done.
    ///
    /// # Errors
    /// Why the service refuses it; the state is as before.
    pub(crate) fn execute_but_writing(&mut self, command: &Command) -> Executed {
        self.count_command();
        // These make several things; where a later one fails, the earlier ones never were.
        let makes_several = match command {
            Command::CreateVirtualMachine(_)
            | Command::CreateDisk(_)
            | Command::RestoreVirtualMachine(_)
            | Command::InjectFault(_)
            | Command::ClearFault(_)
            | Command::CreateSnapshot(_)
            | Command::RestoreBackup(_)
            | Command::BackupNow(_) => true,
            // A disk is held before it is read; what was captured needs nothing more.
            Command::GrantAccess(GrantAccess {
                disk_restore_point: source,
                ..
            })
            | Command::RestoreDisk(RestoreDisk {
                disk_restore_point: source,
                ..
            }) => self.disk_by_id(source).is_some(),
            // Only for want of memory can a copy fail on its way.
            Command::CopyRestorePoint(fields) => {
                !fields.disk_encryption_sets.is_empty() || !self.copy_fits(fields)
            }
            Command::CreateRestorePoint(fields) => {
                !fields.disk_encryption_sets.is_empty() || !self.creation_fits(fields)
            }
            Command::AdvanceClock(fields) => fields.until.is_some(),
            _ => false,
        };
        let before = makes_several.then(|| self.clone());
        let mut executed = self.carry_out(command);
        if let (true, Ok(events)) = (command.is_at_once(), &mut executed) {
            self.end_now(events);
        }
        if let (Some(before), Err(_)) = (before, &executed) {
            *self = before;
        }
        executed
    }

    /// A copy to be kept, and about how many bytes it takes beside what it shares; this state stays as fast as it was.
    pub(crate) fn checkpoint(&mut self) -> (Self, u64) {
        let mut store = std::mem::take(&mut self.store);
        let (kept, copied) = store.checkpoint();
        let mut copy = self.clone();
        copy.store = kept;
        self.store = store;
        (copy, copied)
    }

    const fn count_command(&mut self) {
        self.work += COMMAND_WORK;
    }

    /// What was done so far, in about the time that the write of one leaf takes: what it would take to do it again.
    pub(crate) const fn work(&self) -> u64 {
        self.work + self.store.work()
    }

    fn carry_out(&mut self, command: &Command) -> Executed {
        let made = self.made_by(command)?;
        if !self.locks.is_empty() {
            parted::refuse_by_lock(self, command)?;
        }
        if !self.faults.is_empty() {
            parted::refuse_by_fault(self, command)?;
        }
        let done = self.handle(command).map_err(|error| self.or_scope(error))?;
        made.iter().for_each(|id| self.use_group(id));
        Ok(done)
    }

    fn handle(&mut self, command: &Command) -> Executed {
        match command {
            Command::CreateVirtualMachine(machine) => self.create_virtual_machine(machine),
            Command::StartVirtualMachine(fields) => self.start_virtual_machine(fields),
            Command::DeallocateVirtualMachine(fields) => self.deallocate_virtual_machine(fields),
            Command::DeleteVirtualMachine(fields) => self.delete_virtual_machine(fields),
            Command::UpdateVirtualMachine(fields) => self.update_virtual_machine(fields),
            Command::CreateDisk(fields) => self.create_disk(fields),
            Command::UpdateDisk(fields) => self.update_disk(fields),
            Command::ResizeDisk(fields) => self.resize_disk(fields),
            Command::AttachDisk(fields) => self.attach_disk(fields),
            Command::DetachDisk(fields) => self.detach_disk(fields),
            Command::DeleteDisk(fields) => self.delete_disk(fields),
            Command::WriteBlocks(fields) => self.write_blocks(fields),
            Command::TrimBlocks(fields) => self.trim_blocks(fields),
            Command::WriteBytes(fields) => self.write_bytes(fields),
            Command::CreateRestorePointCollection(fields) => self.create_collection(fields),
            Command::UpdateRestorePointCollection(fields) => self.update_collection(fields),
            Command::DeleteRestorePointCollection(fields) => self.delete_collection(fields),
            Command::CreateRestorePoint(fields) => self.create_restore_point(fields),
            Command::DeleteRestorePoint(fields) => self.delete_restore_point(fields),
            Command::RestoreDisk(fields) => self.restore_disk(fields),
            Command::RestoreVirtualMachine(fields) => self.restore_virtual_machine(fields),
            Command::GrantAccess(fields) => self.grant_access(fields),
            Command::RevokeAccess(fields) => self.revoke_access(fields),
            Command::CopyRestorePoint(_)
            | Command::CreateSnapshot(_)
            | Command::DeleteSnapshot(_)
            | Command::CreateResourceGroup(_)
            | Command::DeleteResourceGroup(_)
            | Command::CreateDiskEncryptionSet(_)
            | Command::SetKeyState(_)
            | Command::DeleteDiskEncryptionSet(_)
            | Command::PlaceLock(_)
            | Command::RemoveLock(_)
            | Command::SetNetworkAccess(_) => parted::resource(self, command),
            Command::SetWorkload(_)
            | Command::SetAgent(_)
            | Command::SetVssWriters(_)
            | Command::SetScripts(_)
            | Command::MoveVirtualMachine(_)
            | Command::InjectFault(_)
            | Command::ClearFault(_)
            | Command::Protect(_)
            | Command::ChangePolicy(_)
            | Command::BackupNow(_)
            | Command::CancelJob(_)
            | Command::RunCleanup(_)
            | Command::StopProtection(_)
            | Command::SetIdentityRoles(_)
            | Command::RestoreBackup(_) => parted::service(self, command),
            Command::KeepProperties(fields) => self.keep_properties(fields),
            Command::SetSetting(fields) => self.set_setting(fields),
            Command::AdvanceClock(fields) => self.advance_clock(fields),
        }
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> SimInstant {
        self.now
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The block store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The record of writes.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Virtual machines by id.
    #[must_use]
    pub fn virtual_machines(&self) -> &Table<VirtualMachine> {
        &self.virtual_machines
    }

    /// Managed disks by id.
    #[must_use]
    pub fn disks(&self) -> &Table<ManagedDisk> {
        &self.disks
    }

    /// Collections by id.
    #[must_use]
    pub fn collections(&self) -> &Table<RestorePointCollection> {
        &self.collections
    }

    /// Restore points by id.
    #[must_use]
    pub fn restore_points(&self) -> &Table<RestorePoint> {
        &self.restore_points
    }

    /// Snapshots by id, each as a point of one disk; a disk's id stands for what an address of it reads.
    #[must_use]
    pub fn snapshots(&self) -> &Table<RestorePoint> {
        &self.snapshots
    }

    /// Resource groups, in the order made or first used.
    #[must_use]
    pub fn resource_groups(&self) -> &[ResourceGroup] {
        &self.resource_groups
    }

    /// Disk encryption sets, in the order made.
    #[must_use]
    pub fn encryption_sets(&self) -> &[DiskEncryptionSet] {
        &self.encryption_sets
    }

    /// Locks, in the order placed.
    #[must_use]
    pub fn locks(&self) -> &[Lock] {
        &self.locks
    }

    /// Faults that are at work or will be, in the order injected.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// What services back up, in the order protected.
    #[must_use]
    pub fn protected(&self) -> &[ProtectedItem] {
        &self.protected
    }

    /// What a resource or a group was given and the lab does not simulate; an object.
    #[must_use]
    pub fn kept(&self, id: &ResourceId) -> Option<&Value> {
        self.kept.get(id)
    }

    /// An id as it was written when something was first kept of it.
    pub(crate) fn kept_id(&self, id: &ResourceId) -> Option<&ResourceId> {
        Some(self.kept.get_key_value(id)?.0)
    }

    /// Ids of everything that something is kept of.
    pub(crate) fn kept_ids(&self) -> impl Iterator<Item = &ResourceId> {
        self.kept.keys()
    }

    /// A GUID that follows from the lab's seed and a name.
    #[must_use]
    pub fn guid_of(&self, name: &str) -> String {
        Stream::named(self.access_key, name).guid()
    }

    /// What is planned.
    #[must_use]
    pub fn agenda(&self) -> &Agenda<Task> {
        &self.agenda
    }

    /// The same, to say under which numbers tasks are planned.
    pub(crate) const fn agenda_mut(&mut self) -> &mut Agenda<Task> {
        &mut self.agenda
    }

    /// Distinct block versions over all retained points.
    #[must_use]
    pub fn stored_bytes(&self) -> ByteCount {
        let captured = self.restore_points.values().flat_map(|point| &point.disks);
        let volumes = order::distinct(captured.map(|disk| u64::from(disk.volume.0)));
        let volumes = volumes.into_iter().filter_map(|id| u32::try_from(id).ok());
        let stored = volumes.map(|id| self.store.stored(VolumeId(id)));
        stored.filter_map(Result::ok).sum()
    }

    /// What is kept only for restored disks: they read it, and the points that held it are gone. What a copy
    /// in another region keeps is not among it, for it counts as stored there.
    #[must_use]
    pub fn held_bytes(&self) -> ByteCount {
        let disks: Vec<VolumeId> = self.disks.values().map(|disk| disk.volume).collect();
        self.store.held_for(&disks)
    }

    /// The digest of state, store and clock.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.update_json(self);
        self.store.digest_into(&mut hasher);
        hasher.finish()
    }

    fn event(&self, kind: EventKind, subject: &ResourceId, text: impl Into<String>) -> Event {
        Event {
            at: self.now,
            kind,
            subject: subject.clone(),
            text: text.into(),
        }
    }
}

#[cfg(test)]
impl Cloud {
    /// The block store, to be damaged behind the engine's back.
    pub(crate) fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }
}
