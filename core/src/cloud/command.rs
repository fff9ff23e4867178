//! The commands of the lab.
//!
//! A command names resources by ARM id or, where only one resource has it, by bare name. It is read
//! from JSON as `{ "type": "createRestorePoint", ... }`; an unknown type or field is refused by name.

use super::EventKind;
use crate::json::{self, Place, Read, ReadError, Write, Writer};
use crate::model::{ConsistencyMode, FactSet, Machine};
use crate::order::SmallMap;
use crate::units::{SimDuration, SimInstant};
use serde_json::{Map, Value};

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident = $tag:literal),* $(,)?) => {
        /// Something a user does, at one instant of virtual time.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[cfg_attr(feature = "wasm", serde(tag = "type", rename_all = "camelCase"))]
        pub enum Command {
            $($(#[$doc])* $variant($variant),)*
            /// A command of the service that is known and not carried out yet: refused, and kept as it came.
            #[cfg_attr(feature = "wasm", serde(untagged))]
            NotSimulated(NotSimulated),
        }

        impl Write for Command {
            fn write(&self, to: &mut Writer<'_>) {
                if !matches!(self, Self::NotSimulated(_)) {
                    to.begin_with("type", self.type_name().to_owned());
                }
                match self {
                    $(Self::$variant(fields) => fields.write(to),)*
                    Self::NotSimulated(fields) => fields.write(to),
                }
            }
        }

        impl Command {
            /// Whether what it begins is over at its very instant.
            #[must_use]
            pub fn is_at_once(&self) -> bool {
                let at_once = match self {
                    Self::CreateRestorePoint(fields) => fields.at_once,
                    Self::DeleteRestorePoint(fields) => fields.at_once,
                    Self::DeleteRestorePointCollection(fields) => fields.at_once,
                    Self::CopyRestorePoint(fields) => fields.at_once,
                    Self::RestoreDisk(fields) => fields.at_once,
                    Self::RestoreVirtualMachine(fields) => fields.at_once,
                    _ => None,
                };
                at_once == Some(true)
            }

            /// Lets what it begins be over at its very instant, unless it says otherwise itself.
            pub fn end_at_once(&mut self) {
                let at_once = match self {
                    Self::CreateRestorePoint(fields) => &mut fields.at_once,
                    Self::DeleteRestorePoint(fields) => &mut fields.at_once,
                    Self::DeleteRestorePointCollection(fields) => &mut fields.at_once,
                    Self::CopyRestorePoint(fields) => &mut fields.at_once,
                    Self::RestoreDisk(fields) => &mut fields.at_once,
                    Self::RestoreVirtualMachine(fields) => &mut fields.at_once,
                    _ => return,
                };
                at_once.get_or_insert(true);
            }

            /// The `type` of every command that the engine carries out.
            pub const TYPES: &'static [&'static str] = &[$($tag),*];

            /// The command's `type`.
            #[must_use]
            pub fn type_name(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $tag,)*
                    Self::NotSimulated(fields) => fields.type_name(),
                }
            }

            /// Reads the fields of a command whose `type` is `tag`; `None` where no command has it.
            ///
            /// # Errors
            /// The field that does not fit, with its path.
            pub fn from_fields(
                tag: &str,
                fields: &Value,
            ) -> Option<Result<Self, ReadError>> {
                const READERS: &[fn(&Place<'_>) -> Command] =
                    &[$(|place| Command::$variant(Read::read(place))),*];
                let at = Self::TYPES.iter().position(|known| *known == tag)?;
                Some(json::read_by(fields, READERS.get(at)?))
            }
        }
    };
}

commands! {
    /// Makes a running VM with the disks that it lists.
    CreateVirtualMachine = "createVirtualMachine",
    /// Starts a deallocated VM.
    StartVirtualMachine = "startVirtualMachine",
    /// Stops a VM and gives its host back.
    DeallocateVirtualMachine = "deallocateVirtualMachine",
    /// Deletes a VM; its disks and restore points stay.
    DeleteVirtualMachine = "deleteVirtualMachine",
    /// Changes facts of a VM, as the editor does.
    UpdateVirtualMachine = "updateVirtualMachine",
    /// Makes an empty managed disk.
    CreateDisk = "createDisk",
    /// Changes facts of a disk.
    UpdateDisk = "updateDisk",
    /// Makes a disk larger.
    ResizeDisk = "resizeDisk",
    /// Attaches a disk to a VM.
    AttachDisk = "attachDisk",
    /// Detaches a data disk from its VM.
    DetachDisk = "detachDisk",
    /// Deletes an unattached disk; restore points of it stay.
    DeleteDisk = "deleteDisk",
    /// Writes new content to blocks.
    WriteBlocks = "writeBlocks",
    /// Clears blocks: they read as zeros and take no space in later points.
    TrimBlocks = "trimBlocks",
    /// Writes given bytes to one block.
    WriteBytes = "writeBytes",
    /// Lets a disk change by itself as time passes.
    SetWorkload = "setWorkload",
    /// Makes the collection that holds a VM's restore points.
    CreateRestorePointCollection = "createRestorePointCollection",
    /// Changes a collection's tags.
    UpdateRestorePointCollection = "updateRestorePointCollection",
    /// Deletes a collection with all its points.
    DeleteRestorePointCollection = "deleteRestorePointCollection",
    /// Captures a VM.
    CreateRestorePoint = "createRestorePoint",
    /// Deletes a restore point.
    DeleteRestorePoint = "deleteRestorePoint",
    /// Makes a disk from a disk restore point.
    RestoreDisk = "restoreDisk",
    /// Makes a VM and its disks from a restore point.
    RestoreVirtualMachine = "restoreVirtualMachine",
    /// Sets what the VM agent reports.
    SetAgent = "setAgent",
    /// Sets the health of the Windows VSS writers.
    SetVssWriters = "setVssWriters",
    /// Sets the pre and post scripts of a Linux guest.
    SetScripts = "setScripts",
    /// Moves a VM with its disks to another resource group or subscription.
    MoveVirtualMachine = "moveVirtualMachine",
    /// Copies a restore point into a collection of another region.
    CopyRestorePoint = "copyRestorePoint",
    /// Gives out an address that reads a disk restore point, or makes the one given out last longer.
    GrantAccess = "grantAccess",
    /// Takes the address of a disk restore point back.
    RevokeAccess = "revokeAccess",
    /// Makes a disk encryption set with a key of a key vault.
    CreateDiskEncryptionSet = "createDiskEncryptionSet",
    /// Enables, disables or deletes the key of a disk encryption set.
    SetKeyState = "setKeyState",
    /// Locks a resource or everything in a resource group.
    PlaceLock = "placeLock",
    /// Takes a lock away.
    RemoveLock = "removeLock",
    /// Sets from where a disk can be reached.
    SetNetworkAccess = "setNetworkAccess",
    /// Lets something go wrong, now, later or by chance.
    InjectFault = "injectFault",
    /// Ends a fault.
    ClearFault = "clearFault",
    /// Keeps what a resource was given and the lab does not simulate.
    KeepProperties = "keepProperties",
    /// Changes a setting of the lab.
    SetSetting = "setSetting",
    /// Lets time pass.
    AdvanceClock = "advanceClock",
}

/// The fields of a command that is not carried out yet, its `type` among them.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(transparent)]
pub struct NotSimulated(
    #[cfg_attr(
        feature = "wasm",
        tsify(type = "{ type: string } & Record<string, unknown>")
    )]
    pub Map<String, Value>,
);

impl NotSimulated {
    /// The command's `type`.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.0
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Commands of the service that this version knows of and does not carry out yet.
pub const NOT_SIMULATED: &[&str] = &[
    "protect",
    "changePolicy",
    "backupNow",
    "cancelJob",
    "runCleanup",
    "stopProtection",
];

macro_rules! command_fields {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
            #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        )*
    };
}

/// A machine in the form of a fleet: every disk with an id is made with it, or attached where it is there already.
pub type CreateVirtualMachine = Machine;

command_fields! {
    /// See [`Command::StartVirtualMachine`].
    StartVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`Command::DeallocateVirtualMachine`].
    DeallocateVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`Command::DeleteVirtualMachine`].
    DeleteVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
    }
    /// See [`Command::UpdateVirtualMachine`].
    UpdateVirtualMachine {
        /// The VM.
        virtual_machine: String,
        /// Facts to set, by name.
        facts: FactSet,
        /// Names of facts to take back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    }
    /// See [`Command::CreateDisk`].
    CreateDisk {
        /// The name, or the ARM id, of the new disk.
        #[serde(alias = "id")]
        name: String,
        /// Its region.
        location: String,
        /// Its zones.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<String>,
        /// Its provisioned size.
        #[serde(rename = "sizeGiB")]
        size_gib: u64,
        /// Facts about it.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        facts: FactSet,
    }
    /// See [`Command::UpdateDisk`].
    UpdateDisk {
        /// The disk.
        disk: String,
        /// Facts to set, by name.
        facts: FactSet,
        /// Names of facts to take back.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    }
    /// See [`Command::ResizeDisk`].
    ResizeDisk {
        /// The disk.
        disk: String,
        /// Its new size, not below the present one.
        #[serde(rename = "sizeGiB")]
        size_gib: u64,
    }
    /// See [`Command::AttachDisk`].
    AttachDisk {
        /// The VM.
        virtual_machine: String,
        /// The disk.
        disk: String,
        /// The logical unit number; the first free one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lun: Option<u32>,
    }
    /// See [`Command::DetachDisk`].
    DetachDisk {
        /// The disk.
        disk: String,
    }
    /// See [`Command::DeleteDisk`].
    DeleteDisk {
        /// The disk.
        #[serde(alias = "id")]
        disk: String,
    }
    /// See [`Command::WriteBlocks`].
    WriteBlocks {
        /// The disk.
        disk: String,
        /// First block.
        first: u64,
        /// Last block, included.
        last: u64,
    }
    /// See [`Command::TrimBlocks`].
    TrimBlocks {
        /// The disk.
        disk: String,
        /// First block.
        first: u64,
        /// Last block, included.
        last: u64,
    }
    /// See [`Command::WriteBytes`].
    WriteBytes {
        /// The disk.
        disk: String,
        /// The block.
        index: u64,
        /// The bytes, from the start of the block; the rest becomes zeros.
        bytes: Vec<u8>,
    }
    /// See [`Command::SetWorkload`].
    SetWorkload {
        /// The disk.
        disk: String,
        /// What writes to it; `null` ends it.
        workload: Option<Workload>,
    }
    /// See [`Command::CreateRestorePointCollection`].
    CreateRestorePointCollection {
        /// The name, or the ARM id, of the new collection. A bare name lands in the VM's resource group.
        #[serde(alias = "id")]
        name: String,
        /// The VM whose points it will hold, or, for copies in another region, the source collection.
        #[serde(alias = "virtualMachine")]
        source: String,
        /// Its region; the VM's where left out. A collection with a source collection needs it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
        /// Its tags.
        #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>", optional))]
        tags: SmallMap<String, String>,
    }
    /// See [`Command::UpdateRestorePointCollection`].
    UpdateRestorePointCollection {
        /// The collection.
        collection: String,
        /// All its tags from now on.
        #[cfg_attr(feature = "wasm", tsify(type = "Record<string, string>"))]
        tags: SmallMap<String, String>,
    }
    /// See [`Command::DeleteRestorePointCollection`].
    DeleteRestorePointCollection {
        /// The collection.
        #[serde(alias = "id")]
        collection: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::CreateRestorePoint`].
    CreateRestorePoint {
        /// The collection.
        collection: String,
        /// The new point's name.
        name: String,
        /// `CrashConsistent`, or what the guest gives where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consistency_mode: Option<ConsistencyMode>,
        /// Disks to leave out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude_disks: Vec<DiskReference>,
        /// The API version of the request; the newest known where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api_version: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::DeleteRestorePoint`].
    DeleteRestorePoint {
        /// The restore point.
        #[serde(alias = "id")]
        restore_point: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::RestoreDisk`].
    RestoreDisk {
        /// The disk restore point, or the name of a disk with `restorePoint` given.
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
        /// The name, or the ARM id, of the new disk.
        name: String,
        /// A larger size; the captured one where left out.
        #[serde(default, rename = "sizeGiB", skip_serializing_if = "Option::is_none")]
        size_gib: Option<u64>,
        /// Another SKU; the captured one where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sku: Option<String>,
        /// Its zones.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zones: Vec<String>,
        /// The disk encryption set that it is under; the captured encryption where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disk_encryption_set: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::RestoreVirtualMachine`].
    RestoreVirtualMachine {
        /// The restore point.
        restore_point: String,
        /// The name, or the ARM id, of the new VM. Its disks are called NAME-DISK.
        name: String,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::SetAgent`].
    SetAgent {
        /// The VM.
        virtual_machine: String,
        /// `ready`, or what is wrong.
        status: String,
    }
    /// See [`Command::SetVssWriters`].
    SetVssWriters {
        /// The VM.
        virtual_machine: String,
        /// Whether they answer.
        healthy: bool,
    }
    /// See [`Command::SetScripts`].
    SetScripts {
        /// The VM.
        virtual_machine: String,
        /// Whether pre and post scripts are installed and work.
        installed: bool,
    }
    /// See [`Command::MoveVirtualMachine`].
    MoveVirtualMachine {
        /// The VM.
        #[serde(alias = "id")]
        virtual_machine: String,
        /// The resource group that it goes to.
        #[serde(alias = "targetResourceGroup")]
        resource_group: String,
        /// The subscription that it goes to; its own where left out.
        #[serde(default, alias = "targetSubscription", skip_serializing_if = "Option::is_none")]
        subscription: Option<String>,
    }
    /// See [`Command::CopyRestorePoint`].
    CopyRestorePoint {
        /// The restore point to copy.
        #[serde(alias = "sourceRestorePoint", alias = "source")]
        restore_point: String,
        /// The collection in the other region.
        #[serde(alias = "targetCollection")]
        collection: String,
        /// The copy's name; the source point's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether it is over at this very instant instead of after its usual time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_once: Option<bool>,
    }
    /// See [`Command::GrantAccess`].
    GrantAccess {
        /// The disk restore point, or the name of a disk with `restorePoint` given.
        #[serde(alias = "id")]
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
        /// How long, from now.
        #[serde(alias = "durationInSeconds")]
        duration_seconds: u64,
    }
    /// See [`Command::RevokeAccess`].
    RevokeAccess {
        /// The disk restore point, or the name of a disk with `restorePoint` given.
        #[serde(alias = "id")]
        disk_restore_point: String,
        /// The restore point, where `diskRestorePoint` is only a disk's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore_point: Option<String>,
    }
    /// See [`Command::CreateDiskEncryptionSet`].
    CreateDiskEncryptionSet {
        /// The name, or the ARM id, of the new set.
        #[serde(alias = "id")]
        name: String,
        /// Its region.
        location: String,
        /// The address of its key; one of the lab's where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// `EncryptionAtRestWithCustomerKey`, or `EncryptionAtRestWithPlatformAndCustomerKeys`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encryption_type: Option<String>,
    }
    /// See [`Command::SetKeyState`].
    SetKeyState {
        /// The disk encryption set.
        #[serde(alias = "id")]
        disk_encryption_set: String,
        /// `enabled`, `disabled` or `deleted`.
        state: String,
    }
    /// See [`Command::PlaceLock`].
    PlaceLock {
        /// The lock's name; one that follows from its scope where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The resource, by id or name, or the resource group, by id or name.
        scope: String,
        /// `CanNotDelete` or `ReadOnly`.
        level: String,
    }
    /// See [`Command::RemoveLock`].
    RemoveLock {
        /// The lock's name, or what it is on.
        #[serde(alias = "scope", alias = "id")]
        name: String,
    }
    /// See [`Command::SetNetworkAccess`].
    SetNetworkAccess {
        /// The disk.
        disk: String,
        /// `AllowAll`, `AllowPrivate` or `DenyAll`.
        #[serde(alias = "networkAccessPolicy")]
        policy: String,
        /// The disk access resource of its private link, for `AllowPrivate`.
        #[serde(default, alias = "diskAccessId", skip_serializing_if = "Option::is_none")]
        disk_access: Option<String>,
    }
    /// See [`Command::InjectFault`].
    InjectFault {
        /// What goes wrong; see [`FaultKind`].
        fault: FaultKind,
        /// Whom it befalls: a VM, a disk, a region, a group, a disk encryption set, a restore point.
        target: String,
        /// A name to clear it by; the fault's kind where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// When it begins; now where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<SimInstant>,
        /// How long it lasts; until it is cleared where left out.
        #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
        lasts: Option<SimDuration>,
        /// The chance that it happens, in thousandths, drawn anew every `every`; certain where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chance_thousandths: Option<u32>,
        /// How often chance is asked; a day where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        every: Option<SimDuration>,
    }
    /// See [`Command::ClearFault`].
    ClearFault {
        /// The fault's name.
        #[serde(alias = "fault")]
        name: String,
    }
    /// See [`Command::KeepProperties`].
    KeepProperties {
        /// The id of a resource or a resource group.
        resource: String,
        /// All that is kept of it from now on, as an object; `null` forgets it.
        properties: Value,
    }
    /// See [`Command::SetSetting`].
    SetSetting {
        /// The setting's name, such as `limits.restorePointsPerVm`.
        name: String,
        /// Its new value.
        value: SettingValue,
    }
    /// See [`Command::AdvanceClock`]. Give `by` or `to`; with `until` they say how long it may take at most.
    AdvanceClock {
        /// How long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<SimDuration>,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<SimInstant>,
        /// Stops as soon as this has happened; refused where it does not happen in that time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Condition>,
    }
    /// Something to wait for. Every field that is given must fit the same event.
    Condition {
        /// The kind of event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<EventKind>,
        /// The resource that it happens to, by id or name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
    }
    /// A disk named in `excludeDisks`.
    DiskReference {
        /// The disk's ARM id or name.
        id: String,
    }
    /// What writes to a disk by itself. Without a rate, each step has `writes` runs of `blocksPerWrite` blocks.
    Workload {
        /// How often.
        every: SimDuration,
        /// Where it writes; random places where left out.
        #[serde(default)]
        pattern: WritePattern,
        /// How many runs each time.
        #[serde(default = "one_write")]
        writes: u32,
        /// How many blocks a run has.
        #[serde(default = "one_block")]
        blocks_per_write: u64,
        /// The part of the disk that is written, in thousandths from its start (1 to 1000).
        #[serde(default = "whole_disk")]
        within_thousandths: u32,
        /// How much it writes in an hour, instead of counting runs.
        #[serde(default, rename = "mibPerHour", skip_serializing_if = "Option::is_none")]
        mib_per_hour: Option<u64>,
        /// How much it writes in a day, in thousandths of what the disk has written, instead of counting runs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        used_thousandths_per_day: Option<u64>,
    }
}

fn one_write() -> u32 {
    1
}

fn one_block() -> u64 {
    1
}

fn whole_disk() -> u32 {
    1000
}

/// Where a workload writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum WritePattern {
    /// At seeded places.
    #[default]
    Random,
    /// Nowhere.
    Idle,
    /// One block after the other, from the start again at the end.
    Sequential,
    /// Nine of ten writes in the first tenth, the others anywhere.
    HotSpot,
    /// Behind what is written already, from the start again at the end: an append-only log.
    AppendLog,
    /// At seeded places; in full Monday to Friday 8 to 18 h, a tenth of it at other times.
    Weekdays,
    /// Every block that is written, each time.
    RewriteAll,
}

/// What can go wrong by command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The VM's agent does not answer.
    AgentNotReady,
    /// The VM's VSS writers fail.
    VssFailing,
    /// The VM's pre and post scripts fail.
    ScriptsFailing,
    /// The key of a disk encryption set is disabled.
    KeyDisabled,
    /// The key of a disk encryption set is deleted.
    KeyDeleted,
    /// A region is down.
    RegionDown,
    /// A zone is down, given as REGION/ZONE.
    ZoneDown,
    /// Copies into a region, or of one point, stand still.
    CopyStalled,
    /// The copy of one disk fails: the disk restore point or the copied point.
    CopyFailed,
    /// The service answers "too many requests" for a VM or a region.
    Throttled,
    /// A lock that forbids deletion appears on a resource or a group.
    LockPlaced,
    /// A data disk is detached.
    DiskDetached,
    /// Everything on a VM's disks is encrypted by an attacker.
    MassEncryption,
    /// A resource is deleted by mistake.
    AccidentalDelete,
    /// From then on a disk's content goes bad without a sign.
    SilentCorruption,
}

impl std::fmt::Display for SettingValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(untagged)]
pub enum SettingValue {
    /// A whole number.
    Integer(u64),
    /// A word.
    Text(String),
}

impl Read for SettingValue {
    fn read(place: &Place<'_>) -> Self {
        match place.value() {
            Some(Value::Number(number)) if number.is_u64() => Self::Integer(u64::read(place)),
            Some(Value::String(text)) => Self::Text(text.clone()),
            _ => {
                place.expected("a whole number or a word");
                Self::Integer(0)
            }
        }
    }
}
