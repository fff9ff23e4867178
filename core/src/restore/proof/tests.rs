//! A proof fails when one block is not what it was, wherever the damage was done.

use super::{DiskProof, DiskProving, ProofError, prove_disk};
use crate::cloud::{Cloud, Settings};
use crate::store::Source;
use crate::timeline::{Scenario, read_command};
use crate::units::BlockRange;
use serde_json::{Value, json};

fn command(cloud: &mut Cloud, value: Value) {
    cloud.execute(&read_command(value).unwrap()).unwrap();
}

fn restored() -> Cloud {
    restored_of(1, 1)
}

/// A disk of so many GiB, so many of them used, and the disk that was restored from it.
fn restored_of(size: u64, used: u64) -> Cloud {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/{kind}/{name}")
    };
    let mut cloud = Cloud::new(1, Scenario::default_start(), Settings::default());
    let disk = json!({ "name": "os", "id": id("disks", "os"), "role": "os", "sizeGiB": size,
                       "facts": { "sku": "Premium_LRS", "usedGiB": used } });
    for value in [
        json!({ "type": "createVirtualMachine", "id": id("virtualMachines", "vm"), "name": "vm",
                "location": "eastus", "facts": { "osType": "Windows" }, "disks": [disk] }),
        json!({ "type": "writeBytes", "disk": "os", "index": 700, "bytes": [1, 2, 3] }),
        json!({ "type": "createRestorePointCollection", "name": "rpc", "source": "vm" }),
        json!({ "type": "createRestorePoint", "collection": "rpc", "name": "p" }),
        json!({ "type": "advanceClock", "by": "PT1H" }),
        json!({ "type": "restoreDisk", "diskRestorePoint": "os", "restorePoint": "p", "name": "copy" }),
    ] {
        command(&mut cloud, value);
    }
    cloud
}

fn proof(cloud: &Cloud, disk: &str) -> Result<DiskProof, ProofError> {
    let (id, disk) = cloud.find_disk(disk, "disk").unwrap();
    let proof = prove_disk(cloud, id, disk)?;
    // Without digests the readings say the same.
    let agrees = DiskProving::new(cloud, id, disk)?.agrees()?;
    assert_eq!(agrees, proof.equal);
    Ok(proof)
}

#[test]
fn an_untouched_restore_is_proved_over_every_block() {
    let proof = proof(&restored(), "copy").unwrap();
    assert!(proof.equal && !proof.written_since);
    assert_eq!((proof.blocks_read, proof.first_difference), (1024, None));
}

#[test]
fn a_large_disk_is_proved_bit_by_bit_over_every_block() {
    let mut cloud = restored_of(1000, 40);
    let (id, disk) = cloud.find_disk("copy", "disk").unwrap();
    let (mut proving, mut steps, mut far) = (DiskProving::new(&cloud, id, disk).unwrap(), 0, 0);
    let proof = loop {
        if let Some(proof) = proving.go_on().unwrap() {
            break proof;
        }
        assert!(proving.thousandths() >= far, "it only goes on");
        far = proving.thousandths();
        steps += 1;
    };
    assert!(
        steps > 20 && far > 800,
        "{steps} steps, {far} of a thousand"
    );
    assert!(proof.equal);
    assert_eq!(proof.blocks_read, 40 * 1024);
    let whole = cloud.store().content_digest(Source::Head(disk.volume));
    assert_eq!(proof.restored_digest, whole.unwrap());
    // What differs late in the disk is found there.
    let volume = disk.volume;
    let late = BlockRange::new(1_000_000, 1_000_000).unwrap();
    cloud.store_mut().write(volume, late, 9).unwrap();
    let proof = self::proof(&cloud, "copy").unwrap();
    assert_eq!(
        (proof.equal, proof.first_difference),
        (false, Some(1_000_000))
    );
}

#[test]
fn one_damaged_block_of_the_point_fails_the_proof() {
    let mut cloud = restored();
    cloud.store_mut().damage_bytes();
    let proof = proof(&cloud, "copy").unwrap();
    assert!(!proof.equal);
    assert_eq!(
        proof.point_digest, proof.restored_digest,
        "both read the damage"
    );
    assert_ne!(
        proof.point_digest, proof.source_digest,
        "the record of writes knows better"
    );
    assert_eq!(proof.first_difference, Some(700));
}

#[test]
fn one_damaged_block_of_the_restored_disk_fails_the_proof() {
    let mut cloud = restored();
    let volume = cloud.find_disk("copy", "disk").unwrap().1.volume;
    cloud
        .store_mut()
        .write(volume, BlockRange::new(33, 33).unwrap(), 9)
        .unwrap();
    let proof = proof(&cloud, "copy").unwrap();
    assert!(
        !proof.equal && !proof.written_since,
        "nobody wrote it through the engine"
    );
    assert_eq!(proof.source_digest, proof.point_digest);
    assert_eq!(proof.first_difference, Some(33));
}

#[test]
fn what_was_not_restored_has_no_proof_and_neither_has_what_lost_its_point() {
    let mut cloud = restored();
    assert!(matches!(
        proof(&cloud, "os"),
        Err(ProofError::NotRestored { .. })
    ));
    command(
        &mut cloud,
        json!({ "type": "deleteRestorePoint", "restorePoint": "p" }),
    );
    command(&mut cloud, json!({ "type": "advanceClock", "by": "PT1H" }));
    assert!(matches!(
        proof(&cloud, "copy"),
        Err(ProofError::PointGone { .. })
    ));
}

#[test]
fn a_block_more_or_less_is_a_difference_wherever_it_is() {
    for index in [0, 63, 64, 1023, 1024, 999 * 1024] {
        let mut cloud = restored_of(1000, 1);
        let volume = cloud.find_disk("copy", "disk").unwrap().1.volume;
        let range = BlockRange::new(index, index).unwrap();
        let store = cloud.store_mut();
        if index < 1024 {
            store.trim(volume, range).unwrap();
        } else {
            store.write(volume, range, 5).unwrap();
        }
        let found = proof(&cloud, "copy").unwrap();
        assert_eq!((found.equal, found.first_difference), (false, Some(index)));
    }
}
