//! Azure Disk Backup: incremental snapshots of one disk, kept by a policy (page 004).

use super::{check_policy, invalid, policy_refused, refused};
use crate::cloud::assessment::text_fact;
use crate::cloud::lookup::{check_name, same_region};
use crate::cloud::{
    Cloud, Command, CommandError, CreateSnapshot, EventKind, Executed, ManagedDisk, Protect,
    ProtectedItem, RecoveryPoint, RefusalCode, SetIdentityRoles,
};
use crate::ids::{ResourceId, ResourceType};
use crate::matrix::Edition;
use crate::model::{ConsistencyMode, FactValue};
use crate::policy::BackupService;

/// The roles that a backup needs of the vault's identity, and the one that a restore needs (S4-20a, S4-20b).
const BACKUP_ROLES: &[&str] = &["Disk Backup Reader", "Disk Snapshot Contributor"];
pub(super) const RESTORE_ROLES: &[&str] = &["Disk Restore Operator"];

impl Cloud {
    pub(super) fn protect_disk(&mut self, fields: &Protect) -> Executed {
        let (disk_id, disk) = self.find_disk(&fields.virtual_machine, "virtualMachine")?;
        check_policy(&fields.policy, fields.service)?;
        let (most, _) = self.settings.disk_limits();
        fields
            .policy
            .check_backups_of_disk(most)
            .map_err(policy_refused)?;
        for (field, given) in [
            ("excludeDisks", !fields.exclude_disks.is_empty()),
            ("copyTo", !fields.copy_to.is_empty()),
            ("crossRegionRestore", fields.cross_region_restore.is_some()),
        ] {
            if given {
                let message = "Azure Disk Backup protects one disk, in its own region".to_owned();
                return Err(invalid(field, message));
            }
        }
        let vault = fields.vault.as_deref().unwrap_or_default();
        check_name(vault).map_err(|_| {
            invalid(
                "vault",
                "name the Backup vault that the disk is protected in".to_owned(),
            )
        })?;
        let name = fields.name.as_deref().unwrap_or(&disk.name);
        check_name(name).map_err(|message| invalid("name", message))?;
        let group = snapshot_group(disk_id, fields.snapshot_resource_group.as_deref())?;
        self.refuse_disk(disk_id, disk, fields)?;
        let id = format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.DataProtection/backupVaults/{vault}/backupInstances/{name}",
            disk_id.subscription(),
            disk_id.resource_group()
        );
        let id: ResourceId = id
            .parse()
            .map_err(|error| invalid("vault", format!("{error}")))?;
        let same = |item: &&ProtectedItem| {
            item.service == BackupService::DiskBackup && item.source == *disk_id || item.id == id
        };
        if let Some(other) = self.protected.iter().find(same) {
            return Err(CommandError::AlreadyExists {
                id: other.id.clone(),
            });
        }
        self.refuse_elsewhere(&id, &disk.location, &["S4-11b"])?;
        self.refuse_other_vault(&id, fields, None)?;
        let text = format!("{} is protected by Azure Disk Backup in {vault}", disk.name);
        let item = ProtectedItem {
            id: id.clone(),
            service: fields.service,
            vault: fields.vault.clone(),
            source: disk_id.clone(),
            policy: fields.policy.clone(),
            exclude_disks: Vec::new(),
            collection: group,
            vault_collection: None,
            copy_to: Vec::new(),
            secondary: None,
            secondary_since: None,
            vault_redundancy: fields.vault_redundancy.clone(),
            cross_region_restore: None,
            interfaces: None,
            roles: fields.identity_roles.clone().map(|roles| (roles, self.now)),
            stopped: false,
            schedule: 0,
            taken: 0,
            job: None,
            on_demand: Vec::new(),
            points: Vec::new(),
            last_failure: None,
        };
        self.protected.push(item);
        self.plan_backup(&id);
        self.plan_cleanup(&id);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    /// What page 004 does not let a disk be protected for.
    fn refuse_disk(
        &self,
        id: &ResourceId,
        disk: &ManagedDisk,
        fields: &Protect,
    ) -> Result<(), CommandError> {
        let name = &disk.name;
        let on =
            |facts: &crate::model::FactSet| facts.get("adeEnabled") == Some(&FactValue::Bool(true));
        let holder = self.attached_to(id);
        let holder = holder.and_then(|vm| self.virtual_machines.get(vm));
        let encrypted = on(&disk.facts) || holder.is_some_and(|vm| on(&vm.facts));
        if encrypted {
            let message = format!(
                "`{name}` has Azure Disk Encryption; use Azure VM Backup or restore points"
            );
            return Err(refused(
                RefusalCode::UserErrorDiskNotSupported,
                id.as_str(),
                message,
                &["S4-14"],
            ));
        }
        let ultra = text_fact(&disk.facts, "sku") == Some("UltraSSD_LRS");
        if ultra && self.settings.edition() < Edition::Beyond {
            let message =
                format!("`{name}` is an Ultra disk, of which this service takes no snapshots");
            return Err(refused(
                RefusalCode::UserErrorDiskNotSupported,
                id.as_str(),
                message,
                &["S4-04d"],
            ));
        }
        if disk.location.is_empty() {
            let message = format!("the region of `{name}` is unknown; import it with its location");
            return Err(invalid("virtualMachine", message));
        }
        match &fields.vault_location {
            Some(region) if !same_region(region, &disk.location) => {
                let message = format!(
                    "the vault is in {region} and `{name}` in {}; use a Backup vault in the region of the disk",
                    disk.location
                );
                Err(refused(
                    RefusalCode::InvalidParameter,
                    "vaultLocation",
                    message,
                    &["S4-11b"],
                ))
            }
            _ => Ok(()),
        }
    }

    /// Gives the identity of a vault its roles; they work a few minutes later.
    pub(in crate::cloud) fn set_identity_roles(&mut self, fields: &SetIdentityRoles) -> Executed {
        let at = self.find_item(&fields.item)?;
        let now = self.now;
        let later = now.plus(self.settings.roles_take());
        let Some(item) = self
            .protected
            .get_mut(at)
            .filter(|item| item.service == BackupService::DiskBackup)
        else {
            let message = "only a vault of Azure Disk Backup has roles to be given".to_owned();
            return Err(invalid("item", message));
        };
        let had = |role: &String| match &item.roles {
            None => true,
            Some((roles, since)) => {
                *since <= now && roles.iter().any(|own| own.eq_ignore_ascii_case(role))
            }
        };
        let since = if fields.roles.iter().all(had) {
            now
        } else {
            later
        };
        item.roles = Some((fields.roles.clone(), since));
        let id = item.id.clone();
        let text = format!("the vault of {} has its roles from {since} on", id.name());
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }

    /// Refuses where the vault's identity lacks a role, or has it not long enough.
    pub(super) fn refuse_roles(
        &self,
        item: &ProtectedItem,
        needed: &[&str],
    ) -> Result<(), CommandError> {
        let Some((roles, since)) = &item.roles else {
            return Ok(());
        };
        let (message, rows): (String, &'static [&'static str]) = if roles.is_empty() {
            ("the vault's identity has no roles".to_owned(), &["S4-20a"])
        } else if let Some(lacking) = needed
            .iter()
            .find(|role| !roles.iter().any(|given| given.eq_ignore_ascii_case(role)))
        {
            let message = format!(
                "the vault's identity lacks `{lacking}`; owner, contributor and the like do not do instead"
            );
            (message, &["S4-20b"])
        } else if *since > self.now {
            (
                format!("the vault's roles work from {since} on; try again then"),
                &["S4-20c"],
            )
        } else {
            return Ok(());
        };
        let code = RefusalCode::UserErrorNotEnoughPermissionsOnSnapshotRG;
        Err(refused(code, item.id.as_str(), message, rows))
    }

    /// Takes a snapshot of the disk: there at once, and nothing goes to the vault (S4-06b).
    pub(super) fn back_up_disk(&mut self, at: usize, on_demand_days: Option<u64>) -> Executed {
        let Some(item) = self.protected.get(at) else {
            return Ok(Vec::new());
        };
        self.refuse_roles(item, BACKUP_ROLES)?;
        // A name that another's snapshot has in that group is left to it.
        let mut number = item.taken;
        let (name, snapshot) = loop {
            number += 1;
            let name = format!("{}-{number}", item.id.name());
            let snapshot = ResourceId::new(
                item.collection.subscription(),
                item.collection.resource_group(),
                ResourceType::Snapshot,
                &name,
            );
            if !self.snapshots.contains_key(&snapshot) {
                break (name, snapshot);
            }
        };
        let id = item.id.clone();
        let first_of_day = self.first_of_day(item);
        let command = Command::CreateSnapshot(CreateSnapshot {
            name: snapshot.to_string(),
            source: Some(item.source.to_string()),
            size_gib: None,
            location: None,
            incremental: Some(true),
        });
        let taken = self.carry_out(&command)?;
        let point = RecoveryPoint {
            name: name.clone(),
            time: self.now,
            keep_until: on_demand_days.map(|days| self.now.plus(super::days(days))),
            first_of_day: first_of_day && on_demand_days.is_none(),
            consistency_mode: ConsistencyMode::CrashConsistent,
            snapshot: Some(snapshot),
            vault: None,
        };
        if let Some(item) = self.protected.get_mut(at) {
            item.taken = number;
            item.points.push(point);
            item.last_failure = None;
        }
        let text = format!("backup {name} of {} begins", id.name());
        let mut events = vec![self.event(EventKind::BackupStarted, &id, text)];
        events.extend(taken);
        let text = format!("backup {name} of {} is there, as a snapshot", id.name());
        events.push(self.event(EventKind::BackupSucceeded, &id, text));
        Ok(events)
    }
}

/// The resource group of a disk's snapshots: of the disk's subscription (S4-12), by name or id.
fn snapshot_group(disk: &ResourceId, given: Option<&str>) -> Result<ResourceId, CommandError> {
    let Some(given) = given else {
        return Ok(ResourceId::group(
            disk.subscription(),
            disk.resource_group(),
        ));
    };
    let group = if given.starts_with('/') {
        let scope = ResourceId::scope(given);
        scope.ok_or_else(|| {
            invalid(
                "snapshotResourceGroup",
                format!("`{given}` is no resource group"),
            )
        })?
    } else {
        check_name(given).map_err(|message| invalid("snapshotResourceGroup", message))?;
        ResourceId::group(disk.subscription(), given)
    };
    if group
        .subscription()
        .eq_ignore_ascii_case(disk.subscription())
    {
        return Ok(ResourceId::group(
            disk.subscription(),
            group.resource_group(),
        ));
    }
    let message = format!(
        "snapshots of `{}` lie in its own subscription; choose a resource group there",
        disk.name()
    );
    Err(refused(
        RefusalCode::InvalidParameter,
        "snapshotResourceGroup",
        message,
        &["S4-12", "S4-19a", "S4-19b"],
    ))
}
