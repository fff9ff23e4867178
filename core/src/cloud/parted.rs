//! Ways into what a lab loads when a command asks for it. They are called only for such a command, or where the state
//! has what came of one.

use super::{Cloud, Command, CommandError, Event, Executed, Task};
use rplab_derive::part;

/// Carries out a command on what stands beside VMs, disks and points.
#[part(resources)]
pub(super) fn resource(cloud: &mut Cloud, command: &Command) -> Executed {
    match command {
        Command::CopyRestorePoint(fields) => cloud.copy_restore_point(fields),
        Command::CreateSnapshot(fields) => cloud.create_snapshot(fields),
        Command::DeleteSnapshot(fields) => cloud.delete_snapshot(fields),
        Command::CreateResourceGroup(fields) => cloud.create_resource_group(fields),
        Command::DeleteResourceGroup(fields) => cloud.delete_resource_group(fields),
        Command::CreateDiskEncryptionSet(fields) => cloud.create_encryption_set(fields),
        Command::SetKeyState(fields) => cloud.set_key_state(fields),
        Command::DeleteDiskEncryptionSet(fields) => cloud.delete_encryption_set(fields),
        Command::PlaceLock(fields) => cloud.place_lock(fields),
        Command::RemoveLock(fields) => cloud.remove_lock(fields),
        Command::SetNetworkAccess(fields) => cloud.set_network_access(fields),
        // No other command comes here.
        _ => Ok(Vec::new()),
    }
}

/// Refuses what one of the lab's locks stops.
#[part(resources)]
pub(super) fn refuse_by_lock(cloud: &Cloud, command: &Command) -> Result<(), CommandError> {
    cloud.refuse_by_lock(command)
}

/// Carries out a command of what acts by itself: services that back up, faults, workloads, guests.
#[part(services)]
pub(super) fn service(cloud: &mut Cloud, command: &Command) -> Executed {
    match command {
        Command::SetWorkload(fields) => cloud.set_workload(fields),
        Command::SetAgent(fields) => cloud.set_agent(fields),
        Command::SetVssWriters(fields) => cloud.set_vss_writers(fields),
        Command::SetScripts(fields) => cloud.set_scripts(fields),
        Command::MoveVirtualMachine(fields) => cloud.move_virtual_machine(fields),
        Command::InjectFault(fields) => cloud.inject_fault(fields),
        Command::ClearFault(fields) => cloud.clear_fault(fields),
        Command::Protect(fields) => cloud.protect(fields),
        Command::ChangePolicy(fields) => cloud.change_policy(fields),
        Command::BackupNow(fields) => cloud.backup_now(fields),
        Command::CancelJob(fields) => cloud.cancel_job(fields),
        Command::RunCleanup(fields) => cloud.run_cleanup(fields),
        Command::StopProtection(fields) => cloud.stop_protection(fields),
        Command::SetIdentityRoles(fields) => cloud.set_identity_roles(fields),
        Command::RestoreBackup(fields) => cloud.restore_backup(fields),
        // No other command comes here.
        _ => Ok(Vec::new()),
    }
}

/// Does what such a command has planned.
#[part(services)]
pub(super) fn task(cloud: &mut Cloud, task: &Task) -> Vec<Event> {
    match task {
        Task::Write(id, generation) => cloud.run_workload(id, *generation).into_iter().collect(),
        Task::Fault(id, step) => cloud.run_fault(id, *step),
        Task::Backup(id, schedule) => cloud.run_backup(id, *schedule),
        Task::CleanUp(id) => cloud.run_daily_cleanup(id),
        // No other task comes here.
        _ => Vec::new(),
    }
}

/// Takes the backups under way a step further.
#[part(services)]
pub(super) fn follow_jobs(cloud: &mut Cloud) -> Vec<Event> {
    cloud.follow_jobs()
}

/// Refuses a request that one of the lab's faults stands against.
#[part(services)]
pub(super) fn refuse_by_fault(cloud: &Cloud, command: &Command) -> Result<(), CommandError> {
    cloud.refuse_by_fault(command)
}
