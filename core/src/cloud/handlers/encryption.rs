//! Disk encryption sets with their keys, and from where disks can be reached.

use crate::cloud::assessment::text_fact;
use crate::cloud::lookup::new_id;
use crate::cloud::{
    Cloud, CommandError, CreateDiskEncryptionSet, DeleteDiskEncryptionSet, DiskEncryptionSet,
    DiskRestorePoint, EventKind, Executed, RefusalCode, SetKeyState, SetNetworkAccess,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{FactSet, FactValue};
use crate::order::SmallMap;

const CUSTOMER_KEY: &str = "EncryptionAtRestWithCustomerKey";
const BOTH_KEYS: &str = "EncryptionAtRestWithPlatformAndCustomerKeys";
/// The facts that tell of a disk's encryption.
const TYPE: &str = "encryptionType";
pub(super) const SET: &str = "diskEncryptionSetId";

/// Whether these facts put a disk under a platform key alone, and so under no set.
pub(super) fn is_under_platform_key(facts: &FactSet) -> bool {
    !facts.contains_key(SET) && text_fact(facts, TYPE) == Some("EncryptionAtRestWithPlatformKey")
}

/// The refusal for a key that cannot be used.
pub(super) fn key_refusal(id: &ResourceId, message: String) -> CommandError {
    CommandError::Refused {
        code: RefusalCode::DiskRestorePointClientError,
        target: id.to_string(),
        message,
        row_ids: &[],
    }
}

fn one_of<'a>(target: &str, given: &str, known: &[&'a str]) -> Result<&'a str, CommandError> {
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(given));
    found
        .copied()
        .ok_or_else(|| CommandError::InvalidParameter {
            target: target.to_owned(),
            message: format!("`{given}` is no {target}; give {}", known.join(", ")),
        })
}

impl Cloud {
    pub(in crate::cloud) fn create_encryption_set(
        &mut self,
        fields: &CreateDiskEncryptionSet,
    ) -> Executed {
        let id = new_id(&fields.name, ResourceType::DiskEncryptionSet, None, "name")?;
        if self.encryption_sets.iter().any(|set| set.id == id) {
            return Err(CommandError::AlreadyExists { id });
        }
        let encryption_type = fields.encryption_type.as_deref().unwrap_or(CUSTOMER_KEY);
        let encryption_type = one_of(
            "encryptionType",
            encryption_type,
            &[CUSTOMER_KEY, BOTH_KEYS],
        )?;
        let default_key = || format!("https://lab.vault.azure.net/keys/{}", id.name());
        let set = DiskEncryptionSet {
            id: id.clone(),
            location: crate::matrix::normalise_region(&fields.location),
            key: fields.key.clone().unwrap_or_else(default_key),
            encryption_type: encryption_type.to_owned(),
            key_state: "enabled".to_owned(),
        };
        let text = format!("{} is there with the key {}", id.name(), set.key);
        self.encryption_sets.push(set);
        Ok(vec![self.event(EventKind::Created, &id, text)])
    }

    pub(in crate::cloud) fn set_key_state(&mut self, fields: &SetKeyState) -> Executed {
        let state = one_of("state", &fields.state, &["enabled", "disabled", "deleted"])?;
        let set = self.find_encryption_set(&fields.disk_encryption_set, "diskEncryptionSet")?;
        let id = set.id.clone();
        if let Some(set) = self.encryption_sets.iter_mut().find(|set| set.id == id) {
            state.clone_into(&mut set.key_state);
            if let Some(key) = &fields.key {
                key.clone_into(&mut set.key);
            }
        }
        let text = format!("the key of {} is {state}", id.name());
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }

    pub(in crate::cloud) fn delete_encryption_set(
        &mut self,
        fields: &DeleteDiskEncryptionSet,
    ) -> Executed {
        let set = self.find_encryption_set(&fields.disk_encryption_set, "diskEncryptionSet")?;
        let id = set.id.clone();
        if let Some(user) = self.under_encryption_set(&id).next() {
            return Err(CommandError::NotAllowed {
                target: id.to_string(),
                message: format!(
                    "`{}` is under {}; put it under another set, or delete it, first",
                    user.name(),
                    id.name()
                ),
            });
        }
        self.encryption_sets.retain(|set| set.id != id);
        self.forget_kept(&id);
        let text = format!("{} is gone", id.name());
        Ok(vec![self.event(EventKind::Deleted, &id, text)])
    }

    /// Disks, snapshots and disk restore points under a set.
    pub(crate) fn under_encryption_set<'c>(
        &'c self,
        set: &'c ResourceId,
    ) -> impl Iterator<Item = &'c ResourceId> {
        let points = self.restore_points.values().chain(self.snapshots.values());
        let captured = points.flat_map(|point| &point.disks);
        let captured = captured.map(|disk| (&disk.id, &disk.facts));
        let disks = self.disks.iter().map(|(id, disk)| (id, &disk.facts));
        let under = |facts: &FactSet| {
            let named = text_fact(facts, "diskEncryptionSetId");
            named.is_some_and(|named| named.eq_ignore_ascii_case(set.as_str()))
        };
        let all = disks.chain(captured);
        all.filter(move |(_, facts)| under(facts)).map(|(id, _)| id)
    }

    /// Puts captured disks under the sets that are given for them, by the disk or the disk restore point.
    pub(super) fn put_under_sets(
        &self,
        disks: &mut [DiskRestorePoint],
        sources: &[DiskRestorePoint],
        given: &SmallMap<String, String>,
        location: &str,
    ) -> Result<(), CommandError> {
        for (name, set) in given.iter() {
            let named = |disk: &DiskRestorePoint| {
                let ids = [&disk.disk, &disk.id];
                ids.iter().any(|id| id.as_str().eq_ignore_ascii_case(name))
                    || disk.name.eq_ignore_ascii_case(name)
            };
            let Some(at) = sources.iter().position(named) else {
                return Err(CommandError::InvalidParameter {
                    target: "diskEncryptionSets".to_owned(),
                    message: format!(
                        "`{name}` is no disk that is captured; {}",
                        super::offer_names(sources.iter().map(|disk| disk.name.as_str()))
                    ),
                });
            };
            let facts = self.under_set(set, location)?;
            if let Some(disk) = disks.get_mut(at) {
                disk.facts.extend(facts);
                if let Some(trouble) = self.key_trouble(&disk.name, &disk.facts) {
                    return Err(key_refusal(&disk.id, trouble));
                }
            }
        }
        Ok(())
    }

    pub(in crate::cloud) fn set_network_access(&mut self, fields: &SetNetworkAccess) -> Executed {
        let policy = one_of(
            "policy",
            &fields.policy,
            &["AllowAll", "AllowPrivate", "DenyAll"],
        )?;
        let id = self.find_disk(&fields.disk, "disk")?.0.clone();
        let private = policy == "AllowPrivate";
        let access = self.private_access(fields, &id, private)?;
        if let Some(disk) = self.disks.get_mut(&id) {
            let word = |word: &str| FactValue::Text(word.to_owned());
            disk.facts
                .insert("networkAccessPolicy".to_owned(), word(policy));
            match access {
                Some(access) => disk.facts.insert("diskAccessId".to_owned(), word(&access)),
                None => disk.facts.remove("diskAccessId"),
            };
        }
        let text = format!("{} can be reached as {policy} says", id.name());
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }

    /// The disk access that a private disk is read through: the one that is given, or the one that it has. It is in
    /// the disk's region.
    fn private_access(
        &self,
        fields: &SetNetworkAccess,
        disk: &ResourceId,
        private: bool,
    ) -> Result<Option<String>, CommandError> {
        let wrong = |message: String| {
            Err(CommandError::InvalidParameter {
                target: "diskAccess".to_owned(),
                message,
            })
        };
        let Some(held) = self.disks.get(disk) else {
            return Ok(None);
        };
        if !private {
            return match &fields.disk_access {
                Some(_) => {
                    wrong("only AllowPrivate goes with a disk access; leave it out".to_owned())
                }
                None => Ok(None),
            };
        }
        let own = match held.facts.get("diskAccessId") {
            Some(FactValue::Text(own)) if !own.is_empty() => Some(own),
            _ => None,
        };
        let Some(named) = fields.disk_access.as_ref().or(own) else {
            return wrong(
                "AllowPrivate needs the disk access that the disk is read through; give its id"
                    .to_owned(),
            );
        };
        let access = named.parse::<ResourceId>().ok();
        let Some(access) = access.filter(|id| {
            id.resource_type()
                .eq_ignore_ascii_case("Microsoft.Compute/diskAccesses")
        }) else {
            return wrong(format!(
                "`{named}` is no id of a disk access; give /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Compute/diskAccesses/NAME"
            ));
        };
        let kept = self.kept(&access).and_then(|kept| kept.get("location"));
        let place = kept.and_then(serde_json::Value::as_str);
        match place.filter(|place| !crate::cloud::same_region(place, &held.location)) {
            Some(place) => wrong(format!(
                "`{}` is in {place} and the disk in {}; they have to be in one region",
                access.name(),
                held.location
            )),
            None => Ok(Some(named.clone())),
        }
    }

    /// The disk encryption set with this id or name.
    pub(crate) fn find_encryption_set(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<&DiskEncryptionSet, CommandError> {
        let id = reference.parse::<ResourceId>().ok();
        let named = |set: &&DiskEncryptionSet| match &id {
            Some(id) => set.id == *id,
            None => set.id.name().eq_ignore_ascii_case(reference),
        };
        let names = || super::offer_names(self.encryption_sets.iter().map(|set| set.id.name()));
        self.encryption_sets
            .iter()
            .find(named)
            .ok_or_else(|| CommandError::NotFound {
                kind: "disk encryption set",
                reference: reference.to_owned(),
                hint: names(),
                target,
            })
    }

    /// What is wrong with the key of a disk with these facts. A set that the lab does not hold is in order.
    pub(in crate::cloud) fn key_trouble(&self, disk: &str, facts: &FactSet) -> Option<String> {
        let set = text_fact(facts, "diskEncryptionSetId").filter(|id| !id.is_empty())?;
        let set = self.find_encryption_set(set, "").ok()?;
        (set.key_state != "enabled").then(|| {
            format!(
                "the key of {} is {}, and `{disk}` is encrypted with it; enable the key again",
                set.id.name(),
                set.key_state
            )
        })
    }

    /// Facts that a disk is to have: a set that they name is there, in the disk's region and subscription, and
    /// gives the type of the encryption.
    pub(super) fn encrypt(
        &self,
        facts: &mut FactSet,
        disk: &ResourceId,
        location: &str,
    ) -> Result<(), CommandError> {
        let Some(given) = text_fact(facts, SET).filter(|set| !set.is_empty()) else {
            return Ok(());
        };
        let set = self.find_encryption_set(given, "facts.diskEncryptionSetId")?;
        let wrong = |field: &str, message: String| {
            let target = format!("facts.{field}");
            Err(CommandError::InvalidParameter { target, message })
        };
        let (name, own) = (set.id.name(), set.id.subscription());
        if !crate::cloud::same_region(&set.location, location) {
            return wrong(
                SET,
                format!(
                    "`{name}` is in {} and the disk in {location}; give a set of that region",
                    set.location
                ),
            );
        }
        if !own.eq_ignore_ascii_case(disk.subscription()) {
            return wrong(
                SET,
                format!(
                    "`{name}` is in the subscription {own} and the disk in {}; give a set of that subscription",
                    disk.subscription()
                ),
            );
        }
        let kind = &set.encryption_type;
        if let Some(given) = text_fact(facts, TYPE).filter(|given| given != kind) {
            return wrong(
                TYPE,
                format!("`{name}` is for {kind}, not for {given}; leave encryptionType out"),
            );
        }
        let known = [(SET, set.id.to_string()), (TYPE, kind.clone())];
        let known = known.map(|(name, value)| (name.to_owned(), FactValue::Text(value)));
        facts.extend(known);
        Ok(())
    }

    /// The facts of a disk put under a set.
    pub(super) fn under_set(
        &self,
        reference: &str,
        location: &str,
    ) -> Result<FactSet, CommandError> {
        let set = self.find_encryption_set(reference, "diskEncryptionSet")?;
        if !crate::cloud::same_region(&set.location, location) {
            return Err(CommandError::InvalidParameter {
                target: "diskEncryptionSet".to_owned(),
                message: format!(
                    "`{}` is in {} and the disk in {location}; give a set of that region",
                    set.id.name(),
                    set.location
                ),
            });
        }
        let facts = [
            (TYPE, set.encryption_type.clone()),
            (SET, set.id.to_string()),
        ];
        let facts = facts.map(|(name, value)| (name.to_owned(), FactValue::Text(value)));
        Ok(facts.into_iter().collect())
    }
}
