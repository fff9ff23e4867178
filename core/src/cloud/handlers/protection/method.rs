//! Which restores from a recovery point there are: what a method makes, where it reads from, and what the pages refuse.

use super::disk::RESTORE_ROLES;
use super::{invalid, refused};
use crate::cloud::assessment::text_fact;
use crate::cloud::handlers::restore::zone_exists;
use crate::cloud::lookup::same_region;
use crate::cloud::{
    Cloud, CommandError, DiskRestorePoint, ProtectedItem, RecoveryPoint, RefusalCode,
    RestoreBackup, RestoreMethod, RestorePoint, RestoreTier,
};
use crate::model::{FactSet, FactValue};
use crate::policy::BackupService;

type Rows = &'static [&'static str];

fn is(facts: &FactSet, name: &str) -> bool {
    facts.get(name) == Some(&FactValue::Bool(true))
}

/// The rules that name what is wrong, the message, and whether it is so.
type Rule = (bool, Rows, &'static str);

impl Cloud {
    /// What a method makes, where the service has it.
    pub(super) fn makes(
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
    pub(super) fn tier(
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
    pub(super) fn refuse_method(
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
    pub(super) fn zones(
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
