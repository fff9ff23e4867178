//! Backups on a schedule: what is protected, by which policy, and for how long.
//!
//! Azure VM Backup (page 003) takes its snapshots as restore points in a collection of its own, as the service
//! does, so that they count against the same limits and are restored by the same means; the vault tier is a
//! copy in the vault. A schedule of restore points is a user's own automation over the same parts.

mod cleanup;
mod disk;
mod job;
mod method;
mod restore;
mod vault;

pub use restore::RestorePlan;
pub(crate) use vault::secondary_of;
use vault::{is_of_vault, refuse_vault};

use crate::cloud::lookup::{check_name, new_id};
use crate::cloud::{
    ChangePolicy, Cloud, CommandError, EventKind, Executed, Protect, ProtectedItem, RefusalCode,
    RestorePointCollection, StopProtection, Task, VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::matrix::{self, Edition};
use crate::model::{DiskRole, ProvisioningState};
use crate::order::SmallMap;
use crate::policy::{BackupPolicy, BackupService, PolicyError};
use crate::units::SimDuration;

impl Cloud {
    pub(in crate::cloud) fn protect(&mut self, fields: &Protect) -> Executed {
        if fields.service == BackupService::DiskBackup {
            return self.protect_disk(fields);
        }
        let (vm_id, vm) = self.find_virtual_machine(&fields.virtual_machine, "virtualMachine")?;
        check_policy(&fields.policy, fields.service)?;
        for (field, given) in [
            (
                "snapshotResourceGroup",
                fields.snapshot_resource_group.is_some(),
            ),
            ("identityRoles", fields.identity_roles.is_some()),
        ] {
            if given {
                let message = "only Azure Disk Backup asks for it".to_owned();
                return Err(invalid(field, message));
            }
        }
        let name = fields.name.as_deref().unwrap_or(&vm.name);
        check_name(name).map_err(|message| invalid("name", message))?;
        let exclude_disks = self.excluded(vm, &fields.exclude_disks)?;
        let id = match fields.service {
            BackupService::VmBackup => self.vault_item(vm_id, name, fields)?,
            _ => super::lab_id("schedules", name),
        };
        if self.protected.iter().any(|item| item.id == id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let once = |item: &&ProtectedItem| {
            fields.service == BackupService::VmBackup
                && item.service == BackupService::VmBackup
                && item.source == *vm_id
        };
        if let Some(other) = self.protected.iter().find(once) {
            return Err(CommandError::NotAllowed {
                target: vm_id.to_string(),
                message: format!(
                    "`{}` is protected by {} already; stop that protection first",
                    vm.name, other.id
                ),
            });
        }
        if vm.location.is_empty() {
            let message = format!(
                "the region of `{}` is unknown; import it with its location",
                vm.name
            );
            return Err(invalid("virtualMachine", message));
        }
        let region = matrix::normalise_region(&vm.location);
        let mut secondary = None;
        if fields.service == BackupService::VmBackup {
            self.refuse_elsewhere(&id, &region, &["S3-09a"])?;
            refuse_vault(fields, &region)?;
            self.refuse_other_vault(&id, fields, Some("GeoRedundant"))?;
            let redundancy = self.redundancy_of(&id);
            let redundancy = fields.vault_redundancy.as_deref().or(redundancy);
            let there = self.of_vault(&id).any(|item| item.secondary.is_some());
            let cross_region = fields.cross_region_restore.or(there.then_some(true));
            secondary = secondary_of(redundancy, cross_region, &region)?;
            self.refuse_size(vm_id, vm, &exclude_disks)?;
        }
        let (collection, vault_collection) = match fields.service {
            BackupService::VmBackup => {
                let vault = fields.vault.as_deref().unwrap_or_default();
                let own = |group: &str, name: String| {
                    ResourceId::new(
                        vm_id.subscription(),
                        group,
                        ResourceType::RestorePointCollection,
                        &name,
                    )
                };
                let group = format!("AzureBackupRG_{region}_1");
                (
                    own(&group, format!("AzureBackup_{}", vm.name)),
                    Some(own(&group, format!("{vault}_{}", vm.name))),
                )
            }
            _ => (
                new_id(
                    name,
                    ResourceType::RestorePointCollection,
                    Some(vm_id),
                    "name",
                )?,
                None,
            ),
        };
        let copy_to = self.copy_targets(&fields.copy_to, fields.service)?;
        let holder = |name: &str| RestorePointCollection {
            name: name.to_owned(),
            location: region.clone(),
            source: vm_id.clone(),
            source_unique_id: vm.unique_id.clone(),
            source_collection: None,
            lately: Vec::new(),
            managed_by: (fields.service == BackupService::VmBackup).then(|| id.clone()),
            tags: SmallMap::new(),
            state: ProvisioningState::Succeeded,
        };
        let holders: Vec<(ResourceId, RestorePointCollection)> = std::iter::once(&collection)
            .chain(&vault_collection)
            .filter(|id| !self.collections.contains_key(id))
            .map(|id| (id.clone(), holder(id.name())))
            .collect();
        let text = format!("{} is protected by {}", vm.name, whose(fields));
        let item = ProtectedItem {
            id: id.clone(),
            service: fields.service,
            vault: fields.vault.clone(),
            source: vm_id.clone(),
            policy: fields.policy.clone(),
            exclude_disks,
            collection,
            vault_collection,
            copy_to,
            secondary: secondary.clone(),
            secondary_since: None,
            vault_redundancy: fields.vault_redundancy.clone(),
            cross_region_restore: fields.cross_region_restore,
            interfaces: vm.facts.get("nicCount").cloned(),
            roles: None,
            stopped: false,
            schedule: 0,
            taken: 0,
            job: None,
            on_demand: Vec::new(),
            points: Vec::new(),
            last_failure: None,
        };
        for (id, collection) in holders {
            self.use_group(&id);
            self.collections.insert(id, collection);
        }
        // What a vault does it does for all that it protects.
        let now = self.now;
        for other in &mut self.protected {
            if secondary.is_some() && other.secondary.is_none() && is_of_vault(other, &id) {
                (other.secondary, other.secondary_since) = (secondary.clone(), Some(now));
            }
        }
        self.protected.push(item);
        self.plan_backup(&id);
        self.plan_cleanup(&id);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    /// Azure VM Backup takes 32 data disks, and disks and VMs of some size at most (S3-87a, S3-88a, S3-88b).
    pub(super) fn refuse_size(
        &self,
        id: &ResourceId,
        vm: &VirtualMachine,
        exclude: &[ResourceId],
    ) -> Result<(), CommandError> {
        let attached = vm.attachments.iter();
        let taken = attached.filter(|attachment| {
            attachment
                .managed()
                .is_none_or(|disk| !exclude.contains(disk))
        });
        let data = taken
            .clone()
            .filter(|attachment| attachment.role == DiskRole::Data);
        let data = data.count();
        let disks = taken.filter_map(|attachment| self.disks.get(attachment.managed()?));
        let sizes = disks.map(|disk| disk.size.0 >> 30);
        let (largest, sum) = sizes.fold((0, 0), |(largest, sum): (u64, u64), size| {
            (size.max(largest), sum.saturating_add(size))
        });
        let factor = if self.settings.edition() < Edition::Beyond {
            1
        } else {
            2
        };
        let (one, all) = (32 * 1024 * factor, 256 * 1024 * factor);
        let (message, rows): (String, &'static [&'static str]) = if data > 32 {
            (
                format!(
                    "`{}` has {data} data disks, and 32 are backed up at most; leave some out",
                    vm.name
                ),
                &["S3-87a"],
            )
        } else if largest > one {
            (
                format!(
                    "a disk of `{}` has {largest} GiB, and {one} are backed up at most; leave it out",
                    vm.name
                ),
                &["S3-88a"],
            )
        } else if sum > all {
            (
                format!(
                    "the disks of `{}` have {sum} GiB, and {all} are backed up at most; leave some out",
                    vm.name
                ),
                &["S3-88b"],
            )
        } else {
            return Ok(());
        };
        Err(refused(
            RefusalCode::UserErrorVmNotSupportedForBackup,
            id.as_str(),
            message,
            rows,
        ))
    }

    /// The collections that points of a schedule are copied to.
    fn copy_targets(
        &self,
        given: &[String],
        service: BackupService,
    ) -> Result<Vec<ResourceId>, CommandError> {
        if service != BackupService::RestorePoints && !given.is_empty() {
            let message =
                "only a schedule of restore points copies to other collections".to_owned();
            return Err(invalid("copyTo", message));
        }
        let mut found = Vec::new();
        for name in given {
            let (id, collection) = self.find_collection(name, "copyTo")?;
            if collection.source_collection.is_none() {
                let message = format!("`{name}` is no collection of another region's points");
                return Err(invalid("copyTo", message));
            }
            found.push(id.clone());
        }
        Ok(found)
    }

    pub(in crate::cloud) fn change_policy(&mut self, fields: &ChangePolicy) -> Executed {
        let at = self.find_item(&fields.item)?;
        let Some(item) = self.protected.get_mut(at) else {
            return Ok(Vec::new());
        };
        let fixed =
            item.service == BackupService::DiskBackup && self.settings.edition() < Edition::Beyond;
        if fixed {
            let message = "Azure Disk Backup does not change the policy of a backup; stop it with its points and protect the disk anew".to_owned();
            return Err(refused(
                RefusalCode::UserErrorPolicyCannotBeModified,
                item.id.as_str(),
                message,
                &["S4-16a"],
            ));
        }
        check_policy(&fields.policy, item.service)?;
        if item.stopped {
            return Err(stopped(item));
        }
        item.policy = fields.policy.clone();
        item.schedule += 1;
        let id = item.id.clone();
        self.plan_backup(&id);
        let text = format!(
            "{} has a new policy; its points go by it from the next clean-up on",
            id.name()
        );
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }

    pub(in crate::cloud) fn stop_protection(&mut self, fields: &StopProtection) -> Executed {
        let at = self.find_item(&fields.item)?;
        let Some(item) = self.protected.get(at) else {
            return Ok(Vec::new());
        };
        if let Some(job) = &item.job {
            return Err(CommandError::NotAllowed {
                target: item.id.to_string(),
                message: format!("{} is being made; stop when it has ended", job.point),
            });
        }
        let id = item.id.clone();
        if fields.keep_points {
            if item.stopped {
                return Err(stopped(item));
            }
            let all_or_nothing = item.service == BackupService::DiskBackup
                && self.settings.edition() < Edition::Beyond;
            if all_or_nothing {
                let message = "Azure Disk Backup cannot stop and keep what it took; stop with keepPoints false, which deletes it".to_owned();
                return Err(refused(
                    RefusalCode::UserErrorStopProtectionNotSupported,
                    item.id.as_str(),
                    message,
                    &["S4-23a"],
                ));
            }
        } else {
            self.refuse_held(item)?;
        }
        self.agenda
            .cancel(|task| matches!(task, Task::Backup(of, _) if *of == id));
        if fields.keep_points {
            if let Some(item) = self.protected.get_mut(at) {
                item.stopped = true;
            }
            let text = format!("{} is backed up no more; what was taken stays", id.name());
            return Ok(vec![self.event(EventKind::Updated, &id, text)]);
        }
        Ok(self.drop_item(at))
    }

    /// The protected item with this id or name, or the only one of the VM with this name.
    pub(crate) fn find_item(&self, reference: &str) -> Result<usize, CommandError> {
        let is_item = |item: &ProtectedItem| {
            item.id.as_str().eq_ignore_ascii_case(reference)
                || item.id.name().eq_ignore_ascii_case(reference)
        };
        let is_source = |item: &ProtectedItem| {
            item.source.as_str().eq_ignore_ascii_case(reference)
                || item.source.name().eq_ignore_ascii_case(reference)
        };
        let which = |fits: &dyn Fn(&ProtectedItem) -> bool| -> Vec<usize> {
            let items = self.protected.iter().enumerate();
            items
                .filter(|(_, item)| fits(item))
                .map(|(at, _)| at)
                .collect()
        };
        let mut found = which(&is_item);
        if found.is_empty() {
            found = which(&is_source);
        }
        match found.as_slice() {
            [at] => Ok(*at),
            [] => Err(CommandError::NotFound {
                kind: "protected item",
                reference: reference.to_owned(),
                hint: super::offer_names(self.protected.iter().map(|item| item.id.name())),
                target: "item",
            }),
            several => Err(CommandError::Ambiguous {
                reference: reference.to_owned(),
                ids: several
                    .iter()
                    .filter_map(|at| self.protected.get(*at))
                    .map(|item| item.id.clone())
                    .collect(),
                target: "item",
            }),
        }
    }

    /// What a service keeps is the service's: it is changed by its own commands.
    pub(super) fn refuse_managed(
        id: &ResourceId,
        managed_by: Option<&ResourceId>,
    ) -> Result<(), CommandError> {
        match managed_by {
            None => Ok(()),
            Some(item) => Err(CommandError::NotAllowed {
                target: id.to_string(),
                message: format!(
                    "`{}` belongs to Azure VM Backup; use backupNow, changePolicy or stopProtection of {}",
                    id.name(),
                    item.name()
                ),
            }),
        }
    }

    /// Plans the next run of an item's schedule.
    pub(super) fn plan_backup(&mut self, id: &ResourceId) {
        self.agenda
            .cancel(|task| matches!(task, Task::Backup(of, _) if of == id));
        if let Some(item) = self.protected.iter().find(|item| item.id == *id) {
            let at = item.policy.schedule.next_after(self.now);
            self.agenda
                .plan(at, Task::Backup(id.clone(), item.schedule));
        }
    }
}

fn whose(fields: &Protect) -> String {
    match &fields.vault {
        Some(vault) => format!("Azure VM Backup in {vault}"),
        None => "a schedule of restore points".to_owned(),
    }
}

fn check_policy(policy: &BackupPolicy, service: BackupService) -> Result<(), CommandError> {
    policy.check(service).map_err(policy_refused)
}

fn policy_refused(error: PolicyError) -> CommandError {
    CommandError::Refused {
        code: RefusalCode::InvalidParameter,
        target: format!("policy.{}", error.field),
        message: error.to_string(),
        row_ids: error.row_ids,
    }
}

/// A refusal by a rule of the pages.
fn refused(
    code: RefusalCode,
    target: &str,
    message: String,
    row_ids: &'static [&'static str],
) -> CommandError {
    CommandError::Refused {
        code,
        target: target.to_owned(),
        message,
        row_ids,
    }
}

/// A duration of whole days.
fn days(days: u64) -> SimDuration {
    SimDuration::from_seconds(days.saturating_mul(86_400))
}

pub(super) fn invalid(target: &str, message: String) -> CommandError {
    CommandError::InvalidParameter {
        target: target.to_owned(),
        message,
    }
}

fn stopped(item: &ProtectedItem) -> CommandError {
    CommandError::NotAllowed {
        target: item.id.to_string(),
        message: format!(
            "the protection of `{}` is stopped; protect the VM anew under another name",
            item.id.name()
        ),
    }
}
