//! A command in a line: its type as the API spells it, and what it is about.

use crate::words;
use rplab_core::api::Command;

/// The line.
pub(crate) fn command_title(command: &Command) -> String {
    let about = match command {
        Command::CreateVirtualMachine(machine) => machine.name.clone(),
        Command::StartVirtualMachine(c) => last(&c.virtual_machine),
        Command::DeallocateVirtualMachine(c) => last(&c.virtual_machine),
        Command::DeleteVirtualMachine(c) => last(&c.virtual_machine),
        Command::UpdateVirtualMachine(c) => format!(
            "{} {}",
            last(&c.virtual_machine),
            facts(c.facts.keys().chain(&c.remove))
        ),
        Command::CreateDisk(c) => last(&c.name),
        Command::UpdateDisk(c) => format!(
            "{} {}",
            last(&c.disk),
            facts(c.facts.keys().chain(&c.remove))
        ),
        Command::ResizeDisk(c) => {
            format!("{} to {} GiB", last(&c.disk), words::grouped(c.size_gib))
        }
        Command::AttachDisk(c) => last(&c.disk),
        Command::DetachDisk(c) => last(&c.disk),
        Command::DeleteDisk(c) => last(&c.disk),
        Command::WriteBlocks(c) => format!("{} {}-{}", last(&c.disk), c.first, c.last),
        Command::TrimBlocks(c) => format!("{} {}-{}", last(&c.disk), c.first, c.last),
        Command::WriteBytes(c) => format!("{} {}", last(&c.disk), c.index),
        Command::SetWorkload(c) => format!(
            "{} {}",
            last(&c.disk),
            if c.workload.is_some() { "on" } else { "off" }
        ),
        Command::CreateRestorePointCollection(c) => last(&c.name),
        Command::UpdateRestorePointCollection(c) => last(&c.collection),
        Command::DeleteRestorePointCollection(c) => last(&c.collection),
        Command::CreateRestorePoint(c) => last(&c.name),
        Command::DeleteRestorePoint(c) => last(&c.restore_point),
        Command::RestoreDisk(c) => last(&c.name),
        Command::RestoreVirtualMachine(c) => last(&c.name),
        Command::SetAgent(c) => format!("{} {}", last(&c.virtual_machine), c.status),
        Command::SetVssWriters(c) => last(&c.virtual_machine),
        Command::SetScripts(c) => last(&c.virtual_machine),
        Command::MoveVirtualMachine(c) => {
            format!(
                "{} to {}",
                last(&c.virtual_machine),
                last(&c.resource_group)
            )
        }
        Command::CopyRestorePoint(c) => {
            format!("{} to {}", last(&c.restore_point), last(&c.collection))
        }
        Command::GrantAccess(c) => last(&c.disk_restore_point),
        Command::RevokeAccess(c) => last(&c.disk_restore_point),
        Command::RestoreBackup(c) => last(&c.recovery_point),
        Command::SetIdentityRoles(c) => format!("{}: {}", last(&c.item), c.roles.join(", ")),
        Command::CreateSnapshot(c) => last(&c.name),
        Command::DeleteSnapshot(c) => last(&c.snapshot),
        Command::CreateResourceGroup(c) => last(&c.name),
        Command::DeleteResourceGroup(c) => last(&c.name),
        Command::CreateDiskEncryptionSet(c) => last(&c.name),
        Command::DeleteDiskEncryptionSet(c) => last(&c.disk_encryption_set),
        Command::SetKeyState(c) => format!("{} {}", last(&c.disk_encryption_set), c.state),
        Command::PlaceLock(c) => format!("{} {}", last(&c.scope), c.level),
        Command::RemoveLock(c) => last(&c.name),
        Command::SetNetworkAccess(c) => format!("{} {}", last(&c.disk), c.policy),
        Command::InjectFault(c) => last(&c.target),
        Command::ClearFault(c) => last(&c.name),
        Command::KeepProperties(c) => last(&c.resource),
        Command::SetSetting(c) => format!("{} {}", c.name, c.value),
        Command::AdvanceClock(c) => match (c.by, c.to) {
            (Some(by), _) => format!("by {}", words::duration(by)),
            (None, Some(to)) => format!("to {}", words::short_instant(to)),
            (None, None) => String::new(),
        },
        Command::Protect(c) => last(&c.virtual_machine),
        Command::ChangePolicy(c) => last(&c.item),
        Command::BackupNow(c) => last(&c.item),
        Command::CancelJob(c) => last(&c.item),
        Command::RunCleanup(c) => c.item.as_deref().map(last).unwrap_or_default(),
        Command::StopProtection(c) => last(&c.item),
    };
    format!("{} {about}", command.type_name())
}

pub(super) fn last(reference: &str) -> String {
    reference.rsplit('/').next().unwrap_or(reference).to_owned()
}

fn facts<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}
