//! Values, sizes and keys that are not understood are told, and never taken for the default.

use super::{asked, judged, mill, problems, read, verdict};
use rplab_core::matrix::{MachineAssessment, Service, Verdict};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

#[test]
fn a_value_that_is_not_understood_is_told_and_never_taken_for_the_default() {
    let known = read(mill().to_string());
    assert_eq!(problems(&known), Vec::<String>::new());
    assert_eq!(verdict(&known, Service::VmBackup), Verdict::Supported);
    for (place, value, fact) in [
        ("/2/properties/maxShares", json!(2.5), "in[2].maxShares"),
        ("/2/properties/maxShares", json!("two"), "in[2].maxShares"),
        ("/2/properties/maxShares", json!({}), "in[2].maxShares"),
        ("/2/properties/maxShares", json!(-1), "in[2].maxShares"),
        (
            "/2/properties/maxShares",
            json!(9_007_199_254_740_993_i64),
            "in[2].maxShares",
        ),
        (
            "/2/properties/networkAccessPolicy",
            json!("Foo"),
            "in[2].networkAccessPolicy",
        ),
        (
            "/0/properties/securityProfile/securityType",
            json!("SuperNew"),
            "in[0].securityType",
        ),
        (
            "/0/properties/securityProfile/securityType",
            json!(["a"]),
            "in[0].securityType",
        ),
    ] {
        let mut odd = mill();
        let (parent, name) = place.rsplit_once('/').unwrap();
        odd.pointer_mut(parent).unwrap()[name] = value.clone();
        let import = read(odd.to_string());
        assert_eq!(
            problems(&import),
            [format!("UnknownValue {fact}")],
            "{value}"
        );
        assert_eq!(
            verdict(&import, Service::VmBackup),
            Verdict::Unknown,
            "{place} {value}"
        );
        let fact = fact.rsplit_once('.').unwrap().1;
        let open = [
            &import.fleet.machines[0].facts,
            &import.fleet.machines[0].disks[1].facts,
        ]
        .into_iter()
        .find_map(|facts| facts.get("openFacts").cloned());
        assert_eq!(open, Some(FactValue::TextList(vec![fact.to_owned()])));
    }
    // The VM's own word on the type of a disk stands where the disk's is not understood.
    let mut odd = mill();
    odd[2]["sku"] = json!({ "name": 5 });
    let import = read(odd.to_string());
    assert_eq!(problems(&import), ["UnknownValue in[2].sku"]);
}

#[test]
fn a_size_that_no_disk_has_is_told_and_costs_nothing_else() {
    for size in [
        json!(-5),
        json!(128.5),
        json!("40000 GB"),
        json!(18_446_744_073_709_551_615_u64),
        json!(9_007_199_254_740_993_i64),
        json!({}),
    ] {
        // The second VM is of the shape of the first.
        let mut all = mill().as_array().unwrap().clone();
        let second = mill().to_string().replace("mill", "silo");
        let mut second: Value = serde_json::from_str(&second).unwrap();
        second[2]["properties"]["diskSizeGB"] = size.clone();
        all.extend(second.as_array().unwrap().clone());
        let import = read(json!(all).to_string());
        assert_eq!(
            problems(&import),
            ["UnknownValue in[5].diskSizeGB"],
            "{size}"
        );
        assert_eq!(import.fleet.machines[1].disks[1].size_gib, None);
        assert_eq!(import.preview.read.provisioned_gib, 3 * 128, "{size}");
        assert_eq!(import.preview.read.machines, 2);
    }
}

#[test]
fn a_size_that_was_not_read_is_asked_for_where_a_limit_of_size_decides() {
    let mut odd = mill();
    odd[2]["properties"]["diskSizeGB"] = json!("a lot");
    let table =
        "machine,disk,role,sizeGiB,sku\nm,m-os,os,127,Premium_LRS\nm,m-d0,data,a lot,Premium_LRS\n";
    for (text, disk) in [(odd.to_string(), "mill-d0"), (table.to_owned(), "m-d0")] {
        let import = read(text);
        let judged = &judged(&import, Service::VmBackup, false)[0];
        assert_eq!(judged.verdict, Verdict::Unknown, "{disk}");
        let about = |own: &&(&str, Option<&str>)| own.0 == "sizeGiB";
        let asked = asked(judged);
        assert_eq!(
            asked.iter().filter(about).collect::<Vec<_>>(),
            [&("sizeGiB", Some(disk))]
        );
        let missing = judged.missing.iter().find(|own| own.fact == "sizeGiB");
        let missing = missing.unwrap();
        assert_eq!(missing.field, "machines[0].disks[1].sizeGiB");
        assert_eq!(missing.where_, "az disk list -o json");
        assert_eq!(missing.row_ids, ["S3-88a", "S3-88b"], "{disk}");
        let too_large = missing.verdict_for.get("32769");
        assert_eq!(too_large, Some(&Verdict::NotSupported), "{disk}");
        if disk == "mill-d0" {
            let within = missing.verdict_for.get("32768");
            assert_eq!(within, Some(&Verdict::Supported));
        }
        // No row about restore points asks for sizes.
        let fine = verdict(&import, Service::RestorePoints);
        assert_eq!(fine, Verdict::Supported, "{disk}");
    }
}

#[test]
fn a_size_that_nobody_gave_is_assumed_and_said_and_asked_for_where_nothing_is_assumed() {
    let mut silent = mill();
    silent[2]["properties"]
        .as_object_mut()
        .unwrap()
        .remove("diskSizeGB");
    let import = read(silent.to_string());
    let of_size = |judged: &MachineAssessment| {
        let assumed = judged.assumed.iter().filter(|own| own.fact == "sizeGiB");
        let disks = assumed.filter_map(|own| own.disk.clone());
        disks.collect::<Vec<_>>()
    };
    let lenient = &judged(&import, Service::VmBackup, false)[0];
    assert_eq!(lenient.verdict, Verdict::Supported);
    assert_eq!(of_size(lenient), ["mill-d0"]);
    let strict = &judged(&import, Service::VmBackup, true)[0];
    assert_eq!(strict.verdict, Verdict::Unknown);
    assert!(asked(strict).contains(&("sizeGiB", Some("mill-d0"))));
    assert!(!asked(strict).contains(&("sizeGiB", Some("mill-os"))));
    // Where only the VM's word on the disk is there, the disk itself has to be read.
    let alone = read(json!([mill()[0]]).to_string());
    let alone = &judged(&alone, Service::VmBackup, false)[0];
    assert!(asked(alone).contains(&("sizeGiB", Some("mill-d0"))));
    // Sizes that are there and too large together need no further one.
    let mut large = mill();
    large[1]["properties"]["diskSizeGB"] = json!(300_000);
    large[2]["properties"]["diskSizeGB"] = json!({});
    let large = &judged(&read(large.to_string()), Service::VmBackup, false)[0];
    assert_eq!(large.verdict, Verdict::NotSupported);
    assert_eq!(asked(large), []);
}

#[test]
fn a_key_that_is_there_twice_is_told_with_its_place() {
    let text = mill().to_string().replacen(
        "\"diskSizeGB\":128",
        "\"maxShares\":2,\"diskSizeGB\":128,\"maxShares\":1",
        1,
    );
    let twice = problems(&read(text.clone()));
    assert_eq!(twice, ["DuplicateKey in[1].properties.maxShares"]);
    // Also of a second resource of the same shape.
    let other = text.replace("mill", "silo");
    let both = format!("{text}\n{other}");
    assert_eq!(problems(&read(both)).len(), 2);
}
