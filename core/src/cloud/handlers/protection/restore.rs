//! Restores from recovery points, by the methods of page 003 ("Supported restore methods") and page 004.

use super::disk::RESTORE_ROLES;
use super::{invalid, refused};
use crate::cloud::assessment::text_fact;
use crate::cloud::handlers::restore::{Changes, usable, zone_exists};
use crate::cloud::lookup::{check_name, same_region};
use crate::cloud::{
    AttachedDisk, Attachment, Cloud, CommandError, DiskRestorePoint, Event, EventKind, Executed,
    ProtectedItem, RecoveryPoint, RefusalCode, RestoreBackup, RestoreMethod, RestorePoint,
    RestoreTier,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{DiskRole, FactSet, FactValue};
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

type Rows = &'static [&'static str];

fn is(facts: &FactSet, name: &str) -> bool {
    facts.get(name) == Some(&FactValue::Bool(true))
}

/// The rules that name what is wrong, the message, and whether it is so.
type Rule = (bool, Rows, &'static str);

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

    /// What a method makes, where the service has it.
    fn makes(
        &self,
        fields: &RestoreBackup,
        item: &ProtectedItem,
    ) -> Result<RestoreMethod, CommandError> {
        use RestoreMethod as M;
        let id = item.id.as_str();
        match (item.service, fields.method) {
            (BackupService::DiskBackup, M::NewDisk) => Ok(M::NewDisk),
            (BackupService::DiskBackup, M::ReplaceExisting | M::ReplaceSource) => {
                let message =
                    "Azure Disk Backup restores to a new disk only; ask for newDisk".to_owned();
                Err(refused(
                    RefusalCode::UserErrorRestoreNotSupported,
                    id,
                    message,
                    &["S4-07a"],
                ))
            }
            (BackupService::DiskBackup, M::CrossRegion) => {
                let message = "a disk is restored in the region of its snapshot; for another region copy restore points".to_owned();
                Err(refused(
                    RefusalCode::UserErrorRestoreNotSupported,
                    id,
                    message,
                    &["S4-13b"],
                ))
            }
            (BackupService::RestorePoints, M::CreateNewVm | M::RestoreDisks) => Ok(fields.method),
            (BackupService::VmBackup, M::CrossRegion | M::CrossSubscription | M::CrossZonal) => {
                let rows: [Rows; 3] = [&["S3-46d"], &["S3-47b"], &["S3-48b"]];
                match fields.makes {
                    None | Some(M::CreateNewVm) => Ok(M::CreateNewVm),
                    Some(M::RestoreDisks) => Ok(M::RestoreDisks),
                    Some(_) => {
                        let [region, subscription, zone] = rows;
                        let rows = match fields.method {
                            M::CrossRegion => region,
                            M::CrossSubscription => subscription,
                            _ => zone,
                        };
                        let message =
                            "this makes a new VM or new disks; nothing is replaced".to_owned();
                        Err(refused(
                            RefusalCode::UserErrorRestoreNotSupported,
                            id,
                            message,
                            rows,
                        ))
                    }
                }
            }
            (
                BackupService::VmBackup,
                M::CreateNewVm | M::RestoreDisks | M::ReplaceExisting | M::FileRecovery,
            ) => Ok(fields.method),
            _ => {
                let message = "this service does not restore that way: Azure Disk Backup makes a newDisk, points of a schedule createNewVm or restoreDisks, and newDisk is of Azure Disk Backup alone";
                Err(invalid("method", message.to_owned()))
            }
        }
    }

    /// The tier that is read.
    fn tier(
        &self,
        fields: &RestoreBackup,
        item: &ProtectedItem,
        recovery: &RecoveryPoint,
    ) -> Result<RestoreTier, CommandError> {
        let id = item.id.as_str();
        let name = &recovery.name;
        let vaulted = recovery
            .vault
            .as_ref()
            .and_then(|vault| self.restore_points.get(vault));
        let vaulted = vaulted.is_some_and(|vault| !vault.is_replicating());
        let needs: Option<(RestoreTier, Rows)> = match fields.method {
            RestoreMethod::CrossRegion => Some((RestoreTier::Secondary, &["S3-46b"])),
            RestoreMethod::CrossSubscription if item.service == BackupService::VmBackup => {
                let secondary = fields.tier == Some(RestoreTier::Secondary);
                Some((
                    RestoreTier::Vault,
                    if secondary { &["S3-47d"] } else { &["S3-47c"] },
                ))
            }
            RestoreMethod::CrossZonal => Some((RestoreTier::Vault, &["S3-48c"])),
            _ => None,
        };
        let Some((needed, rows)) = needs else {
            return match fields.tier {
                Some(RestoreTier::Secondary) => Err(invalid(
                    "tier",
                    "only crossRegion reads the copy in the paired region".to_owned(),
                )),
                Some(tier) => Ok(tier),
                None if recovery.snapshot.is_some() => Ok(RestoreTier::Snapshot),
                None => Ok(RestoreTier::Vault),
            };
        };
        let refusal = |message| {
            Err(refused(
                RefusalCode::UserErrorRestoreNotSupported,
                id,
                message,
                rows,
            ))
        };
        if fields.tier.is_some_and(|tier| tier != needed) {
            return refusal("this method does not read that tier; leave tier out".to_owned());
        }
        if needed == RestoreTier::Vault {
            return if vaulted {
                Ok(needed)
            } else {
                refusal(format!(
                    "`{name}` is in the snapshot tier only; wait until it is in the vault"
                ))
            };
        }
        let Some(pair) = &item.secondary else {
            return refusal("the vault keeps nothing in the paired region; it needs geo-redundancy and crossRegionRestore".to_owned());
        };
        match self.in_secondary_from(item, recovery) {
            Some(from) if from <= self.now => Ok(needed),
            Some(from) => refusal(format!(
                "`{name}` is in {pair} from {from} on; take an older point, or wait"
            )),
            None => refusal(format!(
                "`{name}` is not in the vault, so it does not come to {pair}"
            )),
        }
    }

    /// Refuses what the pages do not restore that way.
    fn refuse_method(
        &self,
        fields: &RestoreBackup,
        item: &ProtectedItem,
        point: &RestorePoint,
        makes: RestoreMethod,
    ) -> Result<(), CommandError> {
        if item.service == BackupService::DiskBackup {
            self.refuse_roles(item, RESTORE_ROLES)?;
            let elsewhere = fields.target_region.as_deref();
            if elsewhere.is_some_and(|region| !same_region(region, &point.location)) {
                let message = format!(
                    "the disk is made in {}, where the snapshot is",
                    point.location
                );
                return Err(refused(
                    RefusalCode::UserErrorRestoreNotSupported,
                    "targetRegion",
                    message,
                    &["S4-13b"],
                ));
            }
            return Ok(());
        }
        if item.service != BackupService::VmBackup {
            return Ok(());
        }
        let facts = &point.configuration.facts;
        let of_disks =
            |wrong: &dyn Fn(&FactSet) -> bool| point.disks.iter().any(|disk| wrong(&disk.facts));
        let text = |name: &str| text_fact(facts, name).unwrap_or_default();
        let encrypted = is(facts, "adeEnabled") || of_disks(&|facts| is(facts, "adeEnabled"));
        let trusted = text("securityType") == "TrustedLaunch";
        let confidential = text("securityType") == "ConfidentialVM";
        let sku = |wanted: &str| {
            of_disks(&|facts| text_fact(facts, "sku").is_some_and(|sku| sku.starts_with(wanted)))
        };
        let has = |name: &str| {
            !matches!(
                facts.get(name),
                None | Some(FactValue::Bool(false) | FactValue::Integer(0))
            ) && !matches!(text(name), "none" | "None")
        };
        let vm = self.virtual_machines.get(&item.source);
        let exists = vm.is_some_and(|vm| vm.unique_id == point.virtual_machine_unique_id);
        let region = fields.target_region.as_deref();
        let elsewhere = region.is_some_and(|region| !same_region(region, &point.location));
        let new_vm = makes == RestoreMethod::CreateNewVm;
        let mut rules: Vec<Rule> = vec![
            (
                is(facts, "planRemovedFromMarketplace") && makes != RestoreMethod::RestoreDisks,
                &["S3-18b"],
                "the plan of its image is no longer sold; restore its disks",
            ),
            (
                new_vm && has("plan"),
                &["S3-72c"],
                "its image was bought, and the purchase is not in the point; restore its disks",
            ),
            (
                new_vm && is(facts, "diagnosticSettings"),
                &["S3-76b"],
                "it has diagnostic settings, with which a new VM cannot be made; restore its disks",
            ),
            (
                new_vm && has("availabilitySetId"),
                &["S3-70b"],
                "it is of an availability set, into which no VM is created from a point; restore its disks and deploy a VM of them, or replaceExisting",
            ),
        ];
        match fields.method {
            RestoreMethod::CreateNewVm => rules.push((elsewhere, &["S3-43c"], "a new VM is made in the region of its source; ask for crossRegion")),
            RestoreMethod::ReplaceExisting => rules.extend::<[Rule; 4]>([
                (!exists, &["S3-45b"], "the VM is gone, so there are no disks to replace; make a new one"),
                (encrypted, &["S3-45g"], "disks of an encrypted VM are not replaced; make a new VM"),
                (is(facts, "classic"), &["S3-45j"], "disks of a classic VM are not replaced; make a new one"),
                (is(facts, "generalized"), &["S3-45k"], "disks of a generalised VM are not replaced; make a new one"),
            ]),
            RestoreMethod::CrossRegion => rules.extend::<[Rule; 5]>([
                (elsewhere, &["S3-46a"], "it goes to the paired region only"),
                (confidential, &["S3-86g"], "confidential VMs are not restored in the paired region"),
                (sku("UltraSSD"), &["S3-99f"], "it has Ultra disks, which are not restored in the paired region"),
                (sku("PremiumV2"), &["S3-100f"], "it has Premium SSD v2 disks, which are not restored in the paired region"),
                (has("identityType"), &["S3-84c"], "it has managed identities, which are not restored in the paired region"),
            ]),
            RestoreMethod::CrossSubscription => rules.extend::<[Rule; 3]>([
                (elsewhere, &["S3-47d"], "another subscription is restored to in the VM's region only"),
                (encrypted, &["S3-47f"], "encrypted VMs stay in their subscription"),
                (trusted, &["S3-47g"], "Trusted Launch VMs stay in their subscription"),
            ]),
            RestoreMethod::CrossZonal => rules.extend::<[Rule; 4]>([
                (elsewhere, &["S3-48a"], "it stays in the VM's region"),
                (point.configuration.zones.is_empty(), &["S3-48a"], "it is in no zone, and the page speaks of zone-pinned VMs only; restore without a zone"),
                (encrypted, &["S3-48d"], "encrypted VMs stay in their zone"),
                (trusted, &["S3-48e"], "Trusted Launch VMs stay in their zone"),
            ]),
            RestoreMethod::FileRecovery => {
                let from = |disk: &&DiskRestorePoint| fields.disks.is_empty() && point.disks.len() == 1
                    || fields.disks.iter().any(|name| name.eq_ignore_ascii_case(&disk.name));
                let asked: Vec<&DiskRestorePoint> = point.disks.iter().filter(from).collect();
                let wrong = |test: &dyn Fn(&FactSet) -> bool| asked.iter().any(|disk| test(&disk.facts));
                rules.extend::<[Rule; 9]>([
                    (encrypted, &["S3-50", "S3-91b"], "no files are recovered from an encrypted VM; restore its disks"),
                    (matches!(text("storageAccountNetwork"), "selectedNetworks" | "none"), &["S3-51"], "its storage account is open to some networks only"),
                    (has("storageSpaces"), &["S3-52"], "no files are recovered from Storage Spaces; restore its disks"),
                    (wrong(&|facts| text_fact(facts, "sku") == Some("UltraSSD_LRS")), &["S3-55", "S3-56d"], "no files are recovered from an Ultra disk"),
                    (wrong(&|facts| matches!(facts.get("maxShares"), Some(FactValue::Integer(shares)) if *shares > 1)), &["S3-56a"], "no files are recovered from a shared disk"),
                    (is(facts, "deduplication"), &["S3-56c", "S3-94c"], "the vault does not know the format of deduplicated volumes; restore the VM"),
                    (wrong(&|facts| is(facts, "writeAcceleratorEnabled")), &["S3-56e"], "no files are recovered from a disk with write accelerator"),
                    (trusted, &["S3-85f"], "no files are recovered of Trusted Launch VMs; restore its disks"),
                    (confidential, &["S3-86h"], "no files are recovered of confidential VMs; restore its disks"),
                ]);
            }
            _ => {}
        }
        if let Some((_, rows, message)) = rules.into_iter().find(|rule| rule.0) {
            let message = format!("`{}`: {message}", point.configuration.name);
            return Err(refused(
                RefusalCode::UserErrorRestoreNotSupported,
                item.id.as_str(),
                message,
                rows,
            ));
        }
        let needs = match fields.method {
            RestoreMethod::ReplaceExisting => ("stagingLocation", &fields.staging_location),
            RestoreMethod::CrossSubscription => ("targetSubscription", &fields.target_subscription),
            RestoreMethod::CrossZonal => ("targetZone", &fields.target_zone),
            _ => return Ok(()),
        };
        match needs.1 {
            Some(_) => Ok(()),
            None => Err(invalid(needs.0, "this method needs it".to_owned())),
        }
    }

    /// The zones that it is restored in.
    fn zones(
        &self,
        fields: &RestoreBackup,
        point: &RestorePoint,
        tier: RestoreTier,
    ) -> Result<Vec<String>, CommandError> {
        match &fields.target_zone {
            Some(zone) if zone_exists(&point.location, zone) => Ok(vec![zone.clone()]),
            Some(zone) => Err(invalid(
                "targetZone",
                format!("{} has no zone `{zone}`", point.location),
            )),
            None if tier == RestoreTier::Secondary => Ok(Vec::new()),
            None => Ok(point.configuration.zones.clone()),
        }
    }
}

/// Whether a disk of a point has the place of an attached one: both the OS disk, or the same logical unit.
fn same_place(own: &Attachment, captured: &DiskRestorePoint) -> bool {
    own.role == captured.role && (own.role == DiskRole::Os || own.lun == captured.lun)
}
