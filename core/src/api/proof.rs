//! Proofs of restored disks and VMs.

use super::{DiskProving, InputError, Lab, Proof};
use crate::cloud::Attachment;
use crate::ids::ResourceId;
use crate::restore::{DiskProof, ProofError, prove_disk};

impl Lab {
    /// Proves a restored disk, or every disk of a restored VM, by reading and hashing every block.
    ///
    /// # Errors
    /// Nothing of that name, it was not restored, or its restore point is gone.
    pub fn prove(&self, restored: &str) -> Result<Proof, InputError> {
        let mut proving = self.begin_proof(restored)?;
        while !proving.go_on()? {}
        Ok(proving.end())
    }

    /// Begins to prove a restored disk, or every disk of a restored VM, bit by bit.
    ///
    /// # Errors
    /// Nothing of that name, it was not restored, or its restore point is gone.
    pub fn begin_proof(&self, restored: &str) -> Result<Proving<'_>, InputError> {
        let cloud = self.timeline.cloud();
        if let Ok((id, vm)) = cloud.find_virtual_machine(restored, "restored") {
            let Some(point) = &vm.restored_from else {
                let message = format!("`{}` was not restored from a restore point", vm.name);
                return Err(InputError::new("NotRestored", "restored", message));
            };
            let attached = vm.attachments.iter().filter_map(Attachment::managed);
            let disks = attached.filter_map(|id| cloud.disks().get_key_value(id));
            let disks = disks
                .filter(|(_, disk)| disk.restored_from.is_some())
                .map(|(id, disk)| DiskProving::new(cloud, id, disk))
                .collect::<Result<_, _>>()?;
            return Ok(Proving::new(id, Some(point.clone()), disks));
        }
        let (id, disk) = cloud.find_disk(restored, "restored")?;
        let disks = vec![DiskProving::new(cloud, id, disk)?];
        Ok(Proving::new(id, None, disks))
    }

    /// Whether there is a restored disk, and every one whose point is still there is proved.
    #[must_use]
    pub fn restores_proved(&self) -> bool {
        let cloud = self.timeline.cloud();
        let restored = cloud
            .disks()
            .iter()
            .filter(|(_, disk)| disk.restored_from.is_some());
        let mut proofs = restored
            .map(|(id, disk)| prove_disk(cloud, id, disk))
            .filter(|proof| !matches!(proof, Err(ProofError::PointGone { .. })))
            .peekable();
        proofs.peek().is_some() && proofs.all(|proof| proof.is_ok_and(|proof| proof.equal))
    }
}

/// A proof on its way.
#[derive(Debug)]
pub struct Proving<'a> {
    subject: ResourceId,
    /// The point, where it is not told by the disk.
    point: Option<ResourceId>,
    all: usize,
    /// The disk that is read now last.
    left: Vec<DiskProving<'a>>,
    done: Vec<DiskProof>,
}

impl<'a> Proving<'a> {
    fn new(
        subject: &ResourceId,
        point: Option<ResourceId>,
        mut disks: Vec<DiskProving<'a>>,
    ) -> Self {
        disks.reverse();
        Self {
            subject: subject.clone(),
            point,
            all: disks.len(),
            left: disks,
            done: Vec::new(),
        }
    }

    /// Reads a little more. Whether all is read.
    ///
    /// # Errors
    /// The block store refused a reading.
    pub fn go_on(&mut self) -> Result<bool, InputError> {
        if let Some(disk) = self.left.last_mut()
            && let Some(proof) = disk.go_on()?
        {
            self.done.push(proof);
            self.left.pop();
        }
        Ok(self.left.is_empty())
    }

    /// Of a thousand, how much was read.
    #[must_use]
    pub fn thousandths(&self) -> u64 {
        let of_this = self.left.last().map_or(0, DiskProving::thousandths);
        (self.done.len() as u64 * 1000 + of_this) / (self.all as u64).max(1)
    }

    /// The proof over what was read.
    #[must_use]
    pub fn end(self) -> Proof {
        let of_disk = |proof: &DiskProof| {
            let point = proof.disk_restore_point.parent();
            point.unwrap_or_else(|| proof.disk_restore_point.clone())
        };
        let point = self.point.or_else(|| self.done.first().map(of_disk));
        Proof {
            restore_point: point.unwrap_or_else(|| self.subject.clone()),
            subject: self.subject,
            equal: self.done.iter().all(|disk| disk.equal),
            disks: self.done,
        }
    }
}
