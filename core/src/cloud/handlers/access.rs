//! Access to disk restore points through an address that is good for a while.

use crate::cloud::assessment::text_fact;
use crate::cloud::{
    AccessGrant, Cloud, CommandError, DiskRestorePoint, EventKind, Executed, GrantAccess,
    RefusalCode, RestorePoint, RevokeAccess, Task,
};
use crate::digest::{Digest, Hasher};
use crate::ids::{ResourceId, ResourceType};
use crate::model::ProvisioningState;
use crate::units::{SimDuration, SimInstant};

/// The longest time that an address is asked for at once.
const LONGEST_SECONDS: u64 = i32::MAX as u64;

/// HMAC-SHA-256 under the lab's key: its two passes, each after the key.
#[derive(Clone, Debug)]
pub(in crate::cloud) struct Signer {
    inner: Hasher,
    outer: Hasher,
}

impl Signer {
    pub(in crate::cloud) fn new(key: u64) -> Self {
        let mut block = [0_u8; 64];
        for (to, from) in block.iter_mut().zip(key.to_le_bytes()) {
            *to = from;
        }
        let keyed = |pad: u8| {
            let mut hasher = Hasher::new();
            hasher.update(&block.map(|byte| byte ^ pad));
            hasher
        };
        let (inner, outer) = (keyed(0x36), keyed(0x5c));
        Self { inner, outer }
    }

    fn sign(&self, message: &[u8]) -> Digest {
        let after = |pass: &Hasher, message: &[u8]| {
            let mut hasher = pass.clone();
            hasher.update(message);
            hasher.finish()
        };
        after(&self.outer, &after(&self.inner, message).0)
    }
}

/// Compares in a time that does not depend on where two texts differ.
fn equal(one: &str, other: &str) -> bool {
    one.len() == other.len() && all_equal(one.bytes().zip(other.bytes()))
}

/// Whether all pairs are equal, looking at every one of them wherever the first differs.
fn all_equal(pairs: impl Iterator<Item = (u8, u8)>) -> bool {
    let sum = |sum, (one, other)| std::hint::black_box(sum | (one ^ other));
    pairs.fold(0, sum) == 0
}

/// What an address reads.
#[derive(Clone, Copy, Debug)]
pub enum SignedRead<'a> {
    /// This disk restore point.
    Open(&'a RestorePoint, &'a DiskRestorePoint),
    /// Nothing: it was never given, was altered, ran out or was taken back, and nobody learns which.
    Refused,
    /// Nothing: it was given, and what it read is no more.
    Gone,
}

impl Cloud {
    pub(in crate::cloud) fn grant_access(&mut self, fields: &GrantAccess) -> Executed {
        let disk = self.disk_by_id(&fields.disk_restore_point).cloned();
        if let Some(disk) = disk.filter(|_| fields.restore_point.is_none()) {
            self.hold_disk(&disk)?;
        }
        let (point, disk) = self.find_disk_restore_point(
            &fields.disk_restore_point,
            fields.restore_point.as_deref(),
            "diskRestorePoint",
        )?;
        if !(1..=LONGEST_SECONDS).contains(&fields.duration_seconds) {
            return Err(CommandError::InvalidParameter {
                target: "durationSeconds".to_owned(),
                message: format!("give 1 to {LONGEST_SECONDS} seconds"),
            });
        }
        super::restore::usable(point, &disk.id)?;
        if text_fact(&disk.facts, "networkAccessPolicy") == Some("DenyAll") {
            return Err(CommandError::NotAllowed {
                target: disk.id.to_string(),
                message: format!(
                    "`{}` was captured with the network access policy DenyAll; nobody reads it by an address",
                    disk.name
                ),
            });
        }
        if let Some(trouble) = self.key_trouble(&disk.name, &disk.facts) {
            return Err(super::encryption::key_refusal(&disk.id, trouble));
        }
        let (id, new) = (disk.id.clone(), disk.access.is_none());
        let asked = self
            .now
            .plus(SimDuration::from_seconds(fields.duration_seconds));
        let until = disk
            .access
            .as_ref()
            .map_or(asked, |grant| grant.until.max(asked));
        let grant = AccessGrant {
            id: match &disk.access {
                Some(grant) => grant.id.clone(),
                None => self.guids.guid(),
            },
            until,
        };
        let text = format!(
            "{} can be read until {until} at {}{}",
            id.name(),
            self.address(&id, &grant.id),
            if new {
                ""
            } else {
                ", the same address as before"
            }
        );
        self.set_access(&id, Some(grant));
        self.agenda.plan(until, Task::EndAccess(id.clone()));
        Ok(vec![self.event(EventKind::AccessGranted, &id, text)])
    }

    pub(in crate::cloud) fn revoke_access(&mut self, fields: &RevokeAccess) -> Executed {
        let (_, disk) = self.find_disk_restore_point(
            &fields.disk_restore_point,
            fields.restore_point.as_deref(),
            "diskRestorePoint",
        )?;
        let (id, was_there) = (disk.id.clone(), disk.access.is_some());
        self.set_access(&id, None);
        self.agenda
            .cancel(|task| matches!(task, Task::EndAccess(other) if *other == id));
        let (kind, text) = match was_there {
            true => (EventKind::AccessEnded, "ended"),
            false => (EventKind::Noted, "was not given, so nothing ended"),
        };
        let text = format!("access to {} {text}", id.name());
        Ok(vec![self.event(kind, &id, text)])
    }

    /// The clock says that an address may be over: it is, unless it was made to last longer.
    pub(in crate::cloud) fn end_access(&mut self, id: &ResourceId) -> Option<crate::cloud::Event> {
        let (_, disk) = self.find_disk_restore_point(id.as_str(), None, "").ok()?;
        disk.access
            .as_ref()
            .filter(|grant| grant.until <= self.now)?;
        self.set_access(id, None);
        let text = format!("access to {} ran out", id.name());
        Some(self.event(EventKind::AccessEnded, id, text))
    }

    fn set_access(&mut self, id: &ResourceId, access: Option<AccessGrant>) {
        if access.is_none() && id.is(ResourceType::Disk) {
            return self.let_go_of_disk(id);
        }
        let change = |point: &mut RestorePoint| {
            if let Some(disk) = point.disks.iter_mut().find(|disk| disk.id == *id) {
                disk.access = access;
            }
        };
        match id.parent() {
            Some(parent) => {
                self.restore_points.change(&parent, change);
            }
            None => {
                self.snapshots.get_mut(id).map(change);
            }
        }
    }

    /// Refuses the deletion of points while an address reads one of their disks.
    pub(in crate::cloud) fn refuse_accessed<'a>(
        points: impl Iterator<Item = &'a RestorePoint>,
    ) -> Result<(), CommandError> {
        let mut disks = points.flat_map(|point| &point.disks);
        let held = disks.find_map(|disk| Some((disk, disk.access.as_ref()?)));
        held.map_or(Ok(()), |(disk, grant)| {
            Err(CommandError::Refused {
                code: RefusalCode::DiskRestorePointUsedByCustomer,
                target: disk.id.to_string(),
                message: format!(
                    "an address reads {} until {}; end that with revokeAccess before the deletion",
                    disk.id.name(),
                    grant.until
                ),
                row_ids: &[],
            })
        })
    }

    /// The address of a grant.
    #[must_use]
    pub fn address(&self, id: &ResourceId, grant: &str) -> String {
        let (account, path) = self.place(id);
        let signature = self.signature(&account, &path, grant);
        format!(
            "https://md-{account}.z12.blob.storage.azure.net/{path}?sv=2018-03-28&sr=b&si={grant}&sig={signature}"
        )
    }

    /// Where a disk restore point is read: the storage account, and the path in it.
    fn place(&self, id: &ResourceId) -> (String, String) {
        let place = id.as_str().to_ascii_lowercase();
        let place = self.signer.sign(place.as_bytes());
        let letters = |from| -> String {
            let letters = place.0.iter().skip(from).take(12);
            letters.map(|byte| char::from(b'a' + byte % 26)).collect()
        };
        (letters(0), letters(12) + "/abcd")
    }

    fn signature(&self, account: &str, path: &str, grant: &str) -> String {
        let signed = format!("{account}/{path}\n{grant}");
        self.signer.sign(signed.as_bytes()).to_string()
    }

    /// What the parts of an address read now.
    #[must_use]
    pub fn signed_read(
        &self,
        account: &str,
        path: &str,
        grant: &str,
        signature: &str,
    ) -> SignedRead<'_> {
        if !equal(&self.signature(account, path, grant), signature) {
            return SignedRead::Refused;
        }
        let mut ended = false;
        for point in self.readable() {
            for disk in &point.disks {
                let access = disk.access.as_ref();
                if access.is_some_and(|access| access.id == grant && access.until > self.now)
                    && point.state == ProvisioningState::Succeeded
                {
                    return SignedRead::Open(point, disk);
                }
                ended = ended || {
                    let place = self.place(&disk.id);
                    place.0 == account && place.1 == path
                };
            }
        }
        let of_disk = |id: &ResourceId| {
            let place = self.place(id);
            place.0 == account && place.1 == path
        };
        if ended || self.disks.keys().any(of_disk) {
            SignedRead::Refused
        } else {
            SignedRead::Gone
        }
    }

    /// Everything that addresses read.
    fn readable(&self) -> impl Iterator<Item = &RestorePoint> {
        self.restore_points.values().chain(self.snapshots.values())
    }

    /// The disk restore point that an address reads now, and until when.
    ///
    /// # Errors
    /// The address was never given, was altered, ran out or was taken back: nobody learns which.
    pub fn open(
        &self,
        address: &str,
    ) -> Result<(&RestorePoint, &DiskRestorePoint, SimInstant), CommandError> {
        let mut found = None;
        for point in self.readable() {
            for disk in &point.disks {
                if let Some(grant) = &disk.access
                    && equal(&self.address(&disk.id, &grant.id), address)
                    && point.state == ProvisioningState::Succeeded
                    && grant.until > self.now
                {
                    found = Some((point, disk, grant.until));
                }
            }
        }
        found.ok_or_else(|| CommandError::Refused {
            code: RefusalCode::AuthenticationFailed,
            target: "address".to_owned(),
            message: "this address reads nothing now: it was never given, was altered, ran out or was taken back".to_owned(),
            row_ids: &[],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{all_equal, equal};

    /// However early two signatures differ, or not at all, as many bytes are looked at.
    #[test]
    fn every_byte_is_compared_wherever_the_first_differs() {
        let own = [7_u8; 64];
        for differs in 0..=own.len() {
            let mut other = own;
            other
                .iter_mut()
                .skip(differs)
                .take(1)
                .for_each(|byte| *byte = 8);
            let mut compared = 0;
            let pairs = own.into_iter().zip(other).inspect(|_| compared += 1);
            assert_eq!(all_equal(pairs), differs == own.len());
            assert_eq!(compared, own.len(), "the first difference is at {differs}");
        }
        assert!(equal("abc", "abc") && !equal("abc", "abd") && !equal("abc", "ab"));
        assert!(equal("", ""));
    }
}
