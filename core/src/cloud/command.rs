//! The commands of the lab.
//!
//! A command names resources by ARM id or, where only one resource has it, by bare name. It is read
//! from JSON as `{ "type": "createRestorePoint", ... }`; an unknown type or field is refused by name.
//!
//! Here is the list of all commands; what each one takes is in the file of its subject.

use crate::json::{self, Place, Read, ReadError, Write, Writer};
use crate::parts::Part;
use rplab_derive::part;
use serde_json::Value;

/// The fields of commands: read from JSON, refused where one is unknown, written back.
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

mod disk;
mod fault;
mod guard;
mod lab;
mod machine;
mod point;
mod protection;
mod restore;
mod workload;

pub use disk::*;
pub use fault::*;
pub use guard::*;
pub use lab::*;
pub use machine::*;
pub use point::*;
pub use protection::*;
pub use restore::*;
pub use workload::*;

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident = $tag:literal $(in $part:ident)?),* $(,)?) => {
        /// Something a user does, at one instant of virtual time.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[cfg_attr(feature = "wasm", serde(tag = "type", rename_all = "camelCase"))]
        pub enum Command {
            $($(#[$doc])* $variant($variant),)*
        }

        impl Write for Command {
            fn write(&self, to: &mut Writer<'_>) {
                to.begin_with("type", self.type_name().to_owned());
                match self {
                    $(Self::$variant(_fields) => written!(lab self _fields to $($part)?),)*
                }
            }
        }

        #[part(services)]
        fn write_service(command: &Command, to: &mut Writer<'_>) {
            match command {
                $(Command::$variant(_fields) => written!(services command _fields to $($part)?),)*
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
                    Self::RestoreBackup(fields) => fields.at_once,
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
                    Self::RestoreBackup(fields) => &mut fields.at_once,
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
                }
            }

            /// The part that reads and carries out a command whose `type` is `tag`; `None` where the lab does.
            pub(crate) fn part_of(tag: &str) -> Option<Part> {
                const PARTS: &[Option<Part>] = &[$(named!($($part)?)),*];
                let at = Self::TYPES.iter().position(|known| *known == tag)?;
                PARTS.get(at).copied().flatten()
            }

            /// Reads the fields of a command whose `type` is `tag`; `None` where no command has it.
            ///
            /// # Errors
            /// The field that does not fit, with its path.
            pub fn from_fields(
                tag: &str,
                fields: &Value,
            ) -> Option<Result<Self, ReadError>> {
                const READERS: &[Option<Reader>] = &[$(reader!(lab $variant $($part)?)),*];
                let at = Self::TYPES.iter().position(|known| *known == tag)?;
                match Self::part_of(tag) {
                    Some(Part::Services) => read_service(at, fields),
                    Some(_) => read_resource(at, fields),
                    None => read_by(READERS, at, fields),
                }
            }
        }

        #[part(services)]
        fn read_service(at: usize, fields: &Value) -> Option<Result<Command, ReadError>> {
            const READERS: &[Option<Reader>] = &[$(reader!(services $variant $($part)?)),*];
            read_by(READERS, at, fields)
        }

        #[part(resources)]
        fn read_resource(at: usize, fields: &Value) -> Option<Result<Command, ReadError>> {
            const READERS: &[Option<Reader>] = &[$(reader!(resources $variant $($part)?)),*];
            read_by(READERS, at, fields)
        }
    };
}

/// Reads the fields of one kind of command.
type Reader = fn(&Place<'_>) -> Command;

fn read_by(
    readers: &[Option<Reader>],
    at: usize,
    fields: &Value,
) -> Option<Result<Command, ReadError>> {
    let reader = readers.get(at).copied().flatten()?;
    Some(json::read_by(fields, reader))
}

/// The reader of a command where it is of this part.
macro_rules! reader {
    (lab $variant:ident) => { reader!(@ $variant) };
    (services $variant:ident services) => { reader!(@ $variant) };
    (resources $variant:ident resources) => { reader!(@ $variant) };
    (@ $variant:ident) => { Some(|place| Command::$variant(Read::read(place))) };
    ($($other:ident)*) => { None };
}

/// Writes the fields of a command, where it is of another part there.
macro_rules! written {
    (services $command:ident $fields:ident $to:ident services) => {
        $fields.write($to)
    };
    (services $($other:ident)*) => {{}};
    (lab $command:ident $fields:ident $to:ident services) => {
        write_service($command, $to)
    };
    (lab $command:ident $fields:ident $to:ident $($other:ident)?) => {
        $fields.write($to)
    };
}

/// The part that a command names.
macro_rules! named {
    () => {
        None
    };
    (services) => {
        Some(Part::Services)
    };
    (resources) => {
        Some(Part::Resources)
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
    SetWorkload = "setWorkload" in services,
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
    SetAgent = "setAgent" in services,
    /// Sets the health of the Windows VSS writers.
    SetVssWriters = "setVssWriters" in services,
    /// Sets the pre and post scripts of a Linux guest.
    SetScripts = "setScripts" in services,
    /// Moves a VM with its disks to another resource group or subscription.
    MoveVirtualMachine = "moveVirtualMachine" in services,
    /// Copies a restore point into a collection of another region.
    CopyRestorePoint = "copyRestorePoint" in resources,
    /// Gives out an address that reads a disk restore point, or makes the one given out last longer.
    GrantAccess = "grantAccess",
    /// Takes the address of a disk restore point back.
    RevokeAccess = "revokeAccess",
    /// Takes a snapshot of a disk, or copies one.
    CreateSnapshot = "createSnapshot" in resources,
    /// Deletes a snapshot.
    DeleteSnapshot = "deleteSnapshot" in resources,
    /// Makes a resource group.
    CreateResourceGroup = "createResourceGroup" in resources,
    /// Deletes a resource group that nothing is in.
    DeleteResourceGroup = "deleteResourceGroup" in resources,
    /// Makes a disk encryption set with a key of a key vault.
    CreateDiskEncryptionSet = "createDiskEncryptionSet" in resources,
    /// Enables, disables or deletes the key of a disk encryption set, or gives it another.
    SetKeyState = "setKeyState" in resources,
    /// Deletes a disk encryption set that nothing is under.
    DeleteDiskEncryptionSet = "deleteDiskEncryptionSet" in resources,
    /// Locks a resource or everything in a resource group.
    PlaceLock = "placeLock" in resources,
    /// Takes a lock away.
    RemoveLock = "removeLock" in resources,
    /// Sets from where a disk can be reached.
    SetNetworkAccess = "setNetworkAccess" in resources,
    /// Lets something go wrong, now, later or by chance.
    InjectFault = "injectFault" in services,
    /// Ends a fault.
    ClearFault = "clearFault" in services,
    /// Lets a service back a VM up by a policy.
    Protect = "protect" in services,
    /// Gives a protected item another policy; its points go by it from the next clean-up on.
    ChangePolicy = "changePolicy" in services,
    /// Backs a protected item up at once.
    BackupNow = "backupNow" in services,
    /// Ends a backup while its snapshot is being taken.
    CancelJob = "cancelJob" in services,
    /// Deletes what no policy keeps any longer, without waiting for the daily clean-up.
    RunCleanup = "runCleanup" in services,
    /// Ends the protection of an item; its points stay or go.
    StopProtection = "stopProtection" in services,
    /// Gives the identity of a Backup vault its roles, or takes them away.
    SetIdentityRoles = "setIdentityRoles" in services,
    /// Restores from a recovery point of a protected item, by one of its service's methods.
    RestoreBackup = "restoreBackup" in services,
    /// Keeps what a resource was given and the lab does not simulate.
    KeepProperties = "keepProperties",
    /// Changes a setting of the lab.
    SetSetting = "setSetting",
    /// Lets time pass.
    AdvanceClock = "advanceClock",
}
