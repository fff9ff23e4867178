//! Asking and each step are bounded, however large the disks and however little room there is.

use crate::cloud::{Cloud, Command, SettingValue, Settings};
use crate::timeline::read_command;
use crate::units::SimInstant;
use serde_json::{Value, json};

fn command(text: Value) -> Command {
    read_command(text).unwrap()
}

/// A VM whose disks are of so many GiB, of which so many are written.
fn cloud(block_bytes: u64, memory_mib: u64, disks: &[(u64, u64)]) -> Cloud {
    let mut settings = Settings::default();
    for (name, number) in [
        ("blockSizeBytes", block_bytes),
        ("memoryLimitMiB", memory_mib),
    ] {
        settings.set(name, SettingValue::Integer(number)).unwrap();
    }
    let mut cloud = Cloud::new(1, SimInstant::from_unix_seconds(1_767_571_200), settings);
    let disks = disks.iter().enumerate().map(|(lun, (size, used))| {
        json!({ "name": format!("vm-{lun}"), "sizeGiB": size, "facts": { "usedGiB": used } })
    });
    let disks: Vec<Value> = disks.collect();
    let machine = json!({ "type": "createVirtualMachine", "name": "vm", "location": "eastus", "facts": { "osType": "Windows" }, "disks": disks });
    cloud.execute(&command(machine)).unwrap();
    cloud
}

#[test]
fn asking_about_an_attack_and_each_step_of_it_are_bounded_with_little_room_too() {
    const LARGE: &[(u64, u64)] = &[(16_384, 64), (16_384, 64)];
    let attack =
        command(json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm" }));
    let mut ends = Vec::new();
    for (block_bytes, memory_mib, disks) in [
        (4096, 1024, LARGE),
        // Only what is on the disks tells that it fits.
        (4096, 30, LARGE),
        // A small disk after a large one does not make it be written.
        (1 << 20, 1024, &[(32_767, 20_000), (4, 4)]),
    ] {
        let mut at_once = cloud(block_bytes, memory_mib, disks);
        let mut bit_by_bit = at_once.clone();
        at_once.execute(&attack).unwrap();
        let before = bit_by_bit.work();
        bit_by_bit.execute_but_writing(&attack).unwrap();
        let asking = bit_by_bit.work() - before;
        assert!(asking < 1000, "{asking} with {block_bytes}, {memory_mib}");
        let mut last = bit_by_bit.work();
        loop {
            let is_done = bit_by_bit.write_some(1);
            let step = bit_by_bit.work() - last;
            assert!(step < 1000, "{step} with {block_bytes}, {memory_mib}");
            last = bit_by_bit.work();
            if is_done {
                break;
            }
        }
        assert!(last - before > 300_000);
        for mut end in [at_once, bit_by_bit] {
            let memory = end.store.memory();
            assert!(memory.used_bytes <= memory.limit_bytes);
            end.settings = Settings::default();
            ends.push((block_bytes, end.digest()));
        }
    }
    for (block_bytes, digest) in &ends {
        let like = ends.iter().find(|(other, _)| other == block_bytes);
        assert_eq!(Some(*digest), like.map(|(_, digest)| *digest));
    }
}

#[test]
fn whatever_the_room_an_attack_that_fits_ends_in_the_same_state_and_one_that_does_not_is_none() {
    const DISKS: &[(u64, u64)] = &[(512, 8), (1024, 7), (2048, 9)];
    let attack =
        command(json!({ "type": "injectFault", "fault": "massEncryption", "target": "vm" }));
    let (mut refused, mut ends) = (0, Vec::new());
    for memory_mib in (5..=12).chain([16, 24, 40]) {
        let mut cloud = cloud(4096, memory_mib, DISKS);
        for text in [
            json!({ "type": "createRestorePointCollection", "name": "c", "source": "vm" }),
            json!({ "type": "createRestorePoint", "collection": "c", "name": "p", "atOnce": true }),
            json!({ "type": "writeBlocks", "disk": "vm-1", "first": 77, "last": 900_000 }),
        ] {
            cloud.execute(&command(text)).unwrap();
        }
        let before = cloud.digest();
        let mut at_once = cloud.clone();
        let outcome = at_once.execute(&attack);
        assert_eq!(cloud.refusal(&attack), outcome.clone().err());
        assert_eq!(cloud.execute_but_writing(&attack), outcome);
        if outcome.is_err() {
            assert!(cloud.is_written() && ends.is_empty(), "{memory_mib}");
            assert_eq!((cloud.digest(), at_once.digest()), (before, before));
            refused += 1;
            continue;
        }
        while !cloud.write_some(1) {}
        for mut end in [at_once, cloud] {
            let memory = end.store.memory();
            assert!(memory.used_bytes <= memory.limit_bytes, "{memory_mib}");
            end.store.check_invariants().unwrap();
            end.settings = Settings::default();
            ends.push(end.digest());
        }
    }
    assert!(refused > 0 && ends.len() > 8, "{refused}, {}", ends.len());
    assert!(ends.iter().all(|digest| Some(digest) == ends.first()));
}
