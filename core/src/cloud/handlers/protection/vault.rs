//! Vaults: where one is, what redundancy it has, and what it refuses for what it protects already.

use super::{invalid, refused};
use crate::cloud::lookup::check_name;
use crate::cloud::{Cloud, CommandError, Protect, ProtectedItem, RefusalCode};
use crate::ids::ResourceId;
use crate::matrix;
use crate::policy::BackupService;

impl Cloud {
    /// What is protected in the vault of an item.
    pub(super) fn of_vault<'a>(
        &'a self,
        id: &'a ResourceId,
    ) -> impl Iterator<Item = &'a ProtectedItem> {
        let all = self.protected.iter();
        all.filter(|item| is_of_vault(item, id))
    }

    /// The redundancy of the vault of an item, where it was said.
    pub(super) fn redundancy_of<'a>(&'a self, id: &'a ResourceId) -> Option<&'a str> {
        let mut said = self.of_vault(id);
        said.find_map(|item| item.vault_redundancy.as_deref())
    }

    /// A vault has one redundancy, and restores in the paired region or does not: what it has is not changed while it
    /// protects others. `usual` is what it is made with where nobody says otherwise.
    pub(super) fn refuse_other_vault(
        &self,
        id: &ResourceId,
        fields: &Protect,
        usual: Option<&str>,
    ) -> Result<(), CommandError> {
        is_geo_redundant(fields.vault_redundancy.as_deref())?;
        let Some(first) = self.of_vault(id).next() else {
            return Ok(());
        };
        let (vault, name) = (first.vault.as_deref().unwrap_or_default(), first.id.name());
        let known = self.redundancy_of(id).or(usual);
        if let (Some(known), Some(given)) = (known, &fields.vault_redundancy)
            && !known.eq_ignore_ascii_case(given)
        {
            let message = format!(
                "the vault {vault} is {known} and protects {name}; leave vaultRedundancy out, or name another vault"
            );
            return Err(invalid("vaultRedundancy", message));
        }
        let said = |other: bool| {
            let mut all = self.of_vault(id);
            let all = all.find(|item| item.cross_region_restore == Some(other));
            all.filter(|_| fields.cross_region_restore == Some(!other))
        };
        if let Some(other) = said(true).or_else(|| said(false)) {
            let does = if other.secondary.is_some() {
                "restores"
            } else {
                "does not restore"
            };
            let message = format!(
                "the vault {vault} {does} in the paired region, as was said for {}; leave crossRegionRestore out, or name another vault",
                other.id.name()
            );
            return Err(invalid("crossRegionRestore", message));
        }
        Ok(())
    }

    /// A vault is in one region: the one of what it protects already.
    pub(super) fn refuse_elsewhere(
        &self,
        id: &ResourceId,
        region: &str,
        row_ids: &'static [&'static str],
    ) -> Result<(), CommandError> {
        let other = self.of_vault(id).find_map(|item| {
            let disk = self.disks.get(&item.source).map(|disk| &disk.location);
            let held = self.collections.get(&item.collection);
            let place = disk.or(held.map(|held| &held.location))?;
            let elsewhere = !crate::cloud::same_region(place, region);
            elsewhere.then_some(place)
        });
        match other {
            Some(place) => {
                let message = format!(
                    "the vault is in {place}, where it protects others; name another vault for what is in {region}"
                );
                Err(refused(
                    RefusalCode::InvalidParameter,
                    "vault",
                    message,
                    row_ids,
                ))
            }
            None => Ok(()),
        }
    }

    /// The id of an item in a vault.
    pub(super) fn vault_item(
        &self,
        vm: &ResourceId,
        name: &str,
        fields: &Protect,
    ) -> Result<ResourceId, CommandError> {
        let Some(vault) = fields.vault.as_deref() else {
            let message = "name the Recovery Services vault that the VM is protected in".to_owned();
            return Err(invalid("vault", message));
        };
        check_name(vault).map_err(|message| invalid("vault", message))?;
        let id = format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.RecoveryServices/vaults/{vault}/protectedItems/{name}",
            vm.subscription(),
            vm.resource_group()
        );
        id.parse()
            .map_err(|error| invalid("vault", format!("{error}")))
    }
}

/// Whether something is protected in the same vault as the item of this id.
pub(super) fn is_of_vault(item: &ProtectedItem, id: &ResourceId) -> bool {
    let vault = |id: &ResourceId| {
        let mut above = id.as_str().rsplitn(3, '/');
        above.nth(2).map(str::to_lowercase)
    };
    item.service != BackupService::RestorePoints && vault(&item.id) == vault(id)
}

/// A vault stands in the region of what it protects.
pub(super) fn refuse_vault(fields: &Protect, region: &str) -> Result<(), CommandError> {
    if let Some(vault) = &fields.vault_location
        && !crate::cloud::same_region(vault, region)
    {
        let message = format!(
            "the vault is in {vault} and the VM in {region}; use a vault in the VM's region"
        );
        return Err(refused(
            RefusalCode::InvalidParameter,
            "vaultLocation",
            message,
            &["S3-09a"],
        ));
    }
    Ok(())
}

/// The region that points of a vault in this one are copied to; none where its redundancy or its settings do not
/// do that.
pub(crate) fn secondary_of(
    redundancy: Option<&str>,
    cross_region_restore: Option<bool>,
    region: &str,
) -> Result<Option<String>, CommandError> {
    let geo = is_geo_redundant(redundancy)?;
    if cross_region_restore != Some(true) {
        return Ok(None);
    }
    if !geo {
        let message = "only a geo-redundant vault restores in the paired region".to_owned();
        return Err(refused(
            RefusalCode::InvalidParameter,
            "crossRegionRestore",
            message,
            &["S3-46b"],
        ));
    }
    match matrix::region(region).and_then(|region| region.pair.clone()) {
        Some(pair) => Ok(Some(pair)),
        None => {
            let message = format!("{region} has no paired region");
            Err(refused(
                RefusalCode::InvalidParameter,
                "crossRegionRestore",
                message,
                &["S3-46a"],
            ))
        }
    }
}

/// Whether a vault is, which it is where nobody says otherwise.
fn is_geo_redundant(redundancy: Option<&str>) -> Result<bool, CommandError> {
    let redundancy = redundancy.unwrap_or("GeoRedundant");
    match redundancy.to_ascii_lowercase().as_str() {
        "georedundant" => Ok(true),
        "zoneredundant" | "locallyredundant" => Ok(false),
        _ => {
            let message = "give GeoRedundant, ZoneRedundant or LocallyRedundant".to_owned();
            Err(invalid("vaultRedundancy", message))
        }
    }
}
