//! Proofs of restored disks and VMs.

use super::{InputError, Lab, Proof};
use crate::cloud::Attachment;
use crate::restore::{DiskProof, ProofError, prove_disk};

impl Lab {
    /// Proves a restored disk, or every disk of a restored VM, by reading and hashing every block.
    ///
    /// # Errors
    /// Nothing of that name, it was not restored, or its restore point is gone.
    pub fn prove(&self, restored: &str) -> Result<Proof, InputError> {
        let cloud = self.timeline.cloud();
        if let Ok((id, vm)) = cloud.find_virtual_machine(restored, "restored") {
            let Some(point) = &vm.restored_from else {
                let message = format!("`{}` was not restored from a restore point", vm.name);
                return Err(InputError::new("NotRestored", "restored", message));
            };
            let disks: Vec<DiskProof> = vm
                .attachments
                .iter()
                .filter_map(Attachment::managed)
                .filter_map(|id| cloud.disks().get_key_value(id))
                .filter(|(_, disk)| disk.restored_from.is_some())
                .map(|(id, disk)| prove_disk(cloud, id, disk))
                .collect::<Result<_, _>>()?;
            return Ok(Proof {
                subject: id.clone(),
                restore_point: point.clone(),
                equal: disks.iter().all(|disk| disk.equal),
                disks,
            });
        }
        let (id, disk) = cloud.find_disk(restored, "restored")?;
        let proof = prove_disk(cloud, id, disk)?;
        let point = proof
            .disk_restore_point
            .parent()
            .unwrap_or_else(|| proof.disk_restore_point.clone());
        Ok(Proof {
            subject: id.clone(),
            restore_point: point,
            equal: proof.equal,
            disks: vec![proof],
        })
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
