//! Restores from recovery points, by the methods of page 003 ("Supported restore methods") and page 004: what is made, and how.

use super::{invalid, refused};
use crate::cloud::handlers::restore::{Changes, usable};
use crate::cloud::lookup::check_name;
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, DiskRestorePoint, Event, EventKind, Executed,
    ProtectedItem, RecoveryPoint, RefusalCode, RestoreBackup, RestoreMethod, RestorePoint,
    RestoreTier,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{DiskRole, FactSet};
use crate::policy::BackupService;
use crate::units::SimInstant;

/// What a restore from a recovery point will do, with nothing standing against it.
#[derive(Clone, Debug)]
pub struct RestorePlan {
    /// The protected item, by its place.
    pub(crate) item: usize,
    /// The point that is read, as it is to come back: its region is that of the restore.
    pub(crate) point: RestorePoint,
    /// The id of that point.
    pub(crate) point_id: ResourceId,
    /// Where it is read from.
    pub(crate) tier: RestoreTier,
    /// What is made in the end: `createNewVm`, `restoreDisks`, `replaceExisting` or `fileRecovery`.
    pub(crate) makes: RestoreMethod,
    /// What the new VM is called.
    pub(crate) machine: ResourceId,
    /// The new disks, each with its source.
    pub(crate) disks: Vec<(ResourceId, DiskRestorePoint)>,
    zones: Vec<String>,
}

impl Cloud {
    pub(in crate::cloud) fn restore_backup(&mut self, fields: &RestoreBackup) -> Executed {
        let plan = self.plan_restore(fields)?;
        let mut events = Vec::new();
        let subject = plan.point_id.clone();
        match plan.makes {
            RestoreMethod::FileRecovery => {
                let text = format!(
                    "{} is mounted: files and folders can be taken out of it",
                    fields.recovery_point
                );
                events.push(self.event(EventKind::Noted, &subject, text));
            }
            RestoreMethod::ReplaceExisting => {
                events.extend(self.begin_backup(plan.item, None, true)?);
                events.extend(self.make_disks(&plan)?);
                events.extend(self.replace_disks(&plan));
            }
            RestoreMethod::CreateNewVm => {
                let mut point = plan.point.clone();
                point.configuration.zones.clone_from(&plan.zones);
                point.disks = plan.disks.iter().map(|(_, disk)| disk.clone()).collect();
                events.extend(self.make_disks(&plan)?);
                let names = plan.disks.iter().map(|(id, _)| id.clone()).collect();
                let mut facts = point.configuration.facts.clone();
                // Spot VMs come back as regular ones, with the interfaces of when protection began.
                for fact in ["priority", "evictionPolicy", "hostGroupId"] {
                    facts.remove(fact);
                }
                if plan.tier == RestoreTier::Secondary {
                    facts.remove("identityType");
                }
                if let Some(count) = self
                    .protected
                    .get(plan.item)
                    .and_then(|item| item.interfaces.clone())
                {
                    facts.insert("nicCount".to_owned(), count);
                }
                point.configuration.facts = facts;
                events.extend(self.make_machine(
                    &plan.machine,
                    &subject,
                    &point,
                    names,
                    plan.zones.clone(),
                ));
            }
            _ => {
                events.extend(self.make_disks(&plan)?);
                if plan.makes == RestoreMethod::RestoreDisks {
                    let text = "a template is written that makes a VM of these disks".to_owned();
                    events.push(self.event(EventKind::Noted, &subject, text));
                }
            }
        }
        Ok(events)
    }

    fn make_disks(&mut self, plan: &RestorePlan) -> Executed {
        let mut events = Vec::new();
        for (id, source) in &plan.disks {
            let mut source = source.clone();
            // A disk comes back without the write accelerator (S4-05b).
            source.facts.remove("writeAcceleratorEnabled");
            let mut point = plan.point.clone();
            point.configuration.zones.clone_from(&plan.zones);
            point.replication = None;
            events.push(self.make_restored(id, &point, &source, Changes::default())?);
        }
        Ok(events)
    }

    /// Puts restored disks in the place of the VM's own, which stay beside it (S3-45d, S3-45f).
    fn replace_disks(&mut self, plan: &RestorePlan) -> Vec<Event> {
        let Some(vm) = self.virtual_machines.get_mut(&plan.machine) else {
            return Vec::new();
        };
        let mut replaced = 0;
        for (id, source) in &plan.disks {
            let own = vm
                .attachments
                .iter_mut()
                .find(|own| same_place(own, source));
            if let Some(own) = own {
                own.disk = AttachedDisk::Managed(id.clone());
                replaced += 1;
            }
        }
        let left = vm.attachments.len() - replaced;
        vm.restored_from = Some(plan.point_id.clone());
        let missing = plan.point.disks.len() - plan.disks.len();
        let text = format!(
            "{replaced} disks of {} are replaced; the old ones stay in their resource group",
            vm.name
        );
        let mut events = vec![self.event(EventKind::Restored, &plan.machine, text)];
        if left + missing > 0 {
            let text = format!(
                "point and VM differ in their disks: {left} of the VM stay as they are, {missing} of the point have no place in it"
            );
            events.push(self.event(EventKind::Noted, &plan.machine, text));
        }
        events
    }

    /// The recovery point that is named, with its item.
    pub(crate) fn find_recovery_point(
        &self,
        name: &str,
        item: Option<&str>,
    ) -> Result<(usize, &ProtectedItem, &RecoveryPoint), CommandError> {
        let within = match item {
            Some(item) => Some(self.find_item(item)?),
            None => None,
        };
        let mut found = Vec::new();
        for (at, item) in self.protected.iter().enumerate() {
            if within.is_some_and(|within| within != at) {
                continue;
            }
            let points = item.points.iter();
            let named = points.filter(|point| point.name.eq_ignore_ascii_case(name));
            found.extend(named.map(|point| (at, item, point)));
        }
        match found.as_slice() {
            [found] => Ok(*found),
            [] => Err(CommandError::NotFound {
                kind: "recovery point",
                reference: name.to_owned(),
                hint: crate::cloud::handlers::offer_names(
                    self.protected
                        .iter()
                        .flat_map(|item| &item.points)
                        .map(|point| point.name.as_str()),
                ),
                target: "recoveryPoint",
            }),
            several => Err(CommandError::Ambiguous {
                reference: name.to_owned(),
                ids: several.iter().map(|(_, item, _)| item.id.clone()).collect(),
                target: "item",
            }),
        }
    }

    /// When a point of a vault is in the paired region; `None` where it never will be.
    #[must_use]
    pub fn in_secondary_from(
        &self,
        item: &ProtectedItem,
        point: &RecoveryPoint,
    ) -> Option<SimInstant> {
        item.secondary.as_ref()?;
        let vault = self.restore_points.get(point.vault.as_ref()?)?;
        let arrived = vault.replication.as_ref()?.completed?;
        let arrived = item
            .secondary_since
            .map_or(arrived, |since| since.max(arrived));
        Some(arrived.plus(self.settings.vault_secondary()))
    }

    /// What a restore will do, or what stands against it.
    pub(crate) fn plan_restore(&self, fields: &RestoreBackup) -> Result<RestorePlan, CommandError> {
        let (at, item, recovery) =
            self.find_recovery_point(&fields.recovery_point, fields.item.as_deref())?;
        let makes = self.makes(fields, item)?;
        let tier = self.tier(fields, item, recovery)?;
        let held = match tier {
            RestoreTier::Snapshot => recovery.snapshot.as_ref(),
            RestoreTier::Vault | RestoreTier::Secondary => recovery.vault.as_ref(),
        };
        let point = held.and_then(|id| {
            let own = self.restore_points.get_key_value(id);
            own.or_else(|| self.snapshots.get_key_value(id))
        });
        let Some((point_id, point)) = point else {
            return Err(CommandError::NotAllowed {
                target: item.id.to_string(),
                message: format!("`{}` is not in that tier", recovery.name),
            });
        };
        usable(point, point_id)?;
        let mut point = point.clone();
        if tier == RestoreTier::Secondary {
            point.location = item.secondary.clone().unwrap_or_default();
            for disk in &mut point.disks {
                // Keys belong to a region.
                disk.facts.remove("diskEncryptionSetId");
                disk.facts.remove("encryptionType");
            }
        }
        self.refuse_method(fields, item, &point, makes)?;
        let zones = self.zones(fields, &point, tier)?;
        if let Some(fault) = self.is_down(&point.location, &zones) {
            return Err(refused(
                RefusalCode::InternalOperationError,
                &point.location,
                format!("{} is down", fault.target),
                &[],
            ));
        }
        for disk in &point.disks {
            self.refuse_key(disk, &FactSet::new())
                .map_err(|error| match error {
                    CommandError::Refused {
                        code,
                        target,
                        message,
                        ..
                    } if item.service == BackupService::DiskBackup => {
                        refused(code, &target, message, &["S4-15b"])
                    }
                    error => error,
                })?;
        }
        let source = &item.source;
        let name = match &fields.name {
            Some(name) => name.clone(),
            None => format!("{}-restored", source.name()),
        };
        check_name(&name).map_err(|message| invalid("name", message))?;
        let new = |kind, name: &str| {
            let subscription = fields.target_subscription.as_deref();
            let group = fields.target_resource_group.as_deref();
            ResourceId::new(
                subscription.unwrap_or(source.subscription()),
                group.unwrap_or(source.resource_group()),
                kind,
                name,
            )
        };
        for (field, given) in [
            ("targetSubscription", &fields.target_subscription),
            ("targetResourceGroup", &fields.target_resource_group),
        ] {
            given
                .as_deref()
                .map_or(Ok(()), check_name)
                .map_err(|message| invalid(field, message))?;
        }
        let replaces = makes == RestoreMethod::ReplaceExisting;
        let machine = if replaces {
            source.clone()
        } else {
            new(ResourceType::VirtualMachine, &name)
        };
        let mut disks: Vec<(ResourceId, DiskRestorePoint)> = Vec::new();
        for disk in &point.disks {
            let place = |vm: &crate::cloud::VirtualMachine| {
                vm.attachments.iter().any(|own| same_place(own, disk))
            };
            let has_place = !replaces || self.virtual_machines.get(&machine).is_some_and(place);
            let wanted = fields.disks.is_empty()
                || fields.disks.iter().any(|name| {
                    name.eq_ignore_ascii_case(&disk.name)
                        || name.eq_ignore_ascii_case(disk.disk.as_str())
                });
            if !has_place || !wanted || makes == RestoreMethod::FileRecovery {
                continue;
            }
            let plain = match (item.service, &fields.name) {
                (BackupService::DiskBackup, _) => name.clone(),
                _ => format!("{name}-{}", disk.name),
            };
            let numbered = (2_u64..).map(|number| format!("{plain}-{number}"));
            let mut names = std::iter::once(plain.clone()).chain(numbered);
            let free = names.find_map(|name| {
                let id = new(ResourceType::Disk, &name);
                (!disks.iter().any(|(known, _)| *known == id)).then_some(id)
            });
            if let Some(id) = free {
                if self.disks.contains_key(&id) {
                    return Err(CommandError::AlreadyExists { id });
                }
                disks.push((id, disk.clone()));
            }
        }
        let makes_vm = makes == RestoreMethod::CreateNewVm;
        if makes_vm && self.virtual_machines.contains_key(&machine) {
            return Err(CommandError::AlreadyExists { id: machine });
        }
        if makes_vm && !disks.iter().any(|(_, disk)| disk.role == DiskRole::Os) {
            return Err(CommandError::NotAllowed {
                target: point_id.to_string(),
                message: format!(
                    "`{}` gives no OS disk, so no VM can be built of it; restore its disks",
                    recovery.name
                ),
            });
        }
        if disks.is_empty() && makes != RestoreMethod::FileRecovery {
            let message = "none of the point's disks is restored by that".to_owned();
            return Err(invalid("disks", message));
        }
        let made = disks.iter().map(|(id, _)| id);
        for id in made.chain(makes_vm.then_some(&machine)) {
            if let Some(missing) = self.scope_missing(id) {
                return Err(missing);
            }
            if let Some(lock) = self.lock_on(id, false) {
                return Err(crate::cloud::handlers::lock::locked(id, lock));
            }
        }
        Ok(RestorePlan {
            item: at,
            point_id: point_id.clone(),
            point,
            tier,
            makes,
            machine,
            disks,
            zones,
        })
    }
}

/// Whether a disk of a point has the place of an attached one: both the OS disk, or the same logical unit.
fn same_place(own: &Attachment, captured: &DiskRestorePoint) -> bool {
    own.role == captured.role && (own.role == DiskRole::Os || own.lun == captured.lun)
}
