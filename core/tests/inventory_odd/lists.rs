//! Lists of classic VMs, and disks of one name.

use super::{GROUP, asked, judged, mill, problems, read};
use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{Service, Verdict};
use rplab_core::model::FactValue;
use serde_json::json;

#[test]
fn the_list_of_classic_vms_is_read_and_what_it_does_not_tell_is_asked_for() {
    const OLD: &str = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/old";
    let list = json!([{ "changedTime": "2026-01-02T03:04:05+00:00", "createdTime": null, "extendedLocation": null, "id": OLD, "identity": null,
        "kind": null, "location": "westeurope", "managedBy": null, "name": "old", "plan": null, "properties": null,
        "provisioningState": "Succeeded", "resourceGroup": "g", "sku": null, "tags": { "owner": "mill" }, "type": "Microsoft.ClassicCompute/virtualMachines" }]);
    // As az writes it, as ARM writes types at times, and beside a VM of today.
    for text in [
        list.to_string(),
        list.to_string()
            .replace("Microsoft.ClassicCompute", "microsoft.classiccompute"),
        json!([list[0], mill()[0], mill()[1], mill()[2]]).to_string(),
    ] {
        let import = read(text);
        assert_eq!(problems(&import), ["ClassicVm in[0]"]);
        assert_eq!(import.preview.left_out, []);
        let old = &import.fleet.machines[0];
        assert_eq!((old.name.as_str(), old.tags.len()), ("old", 1));
        assert_eq!(old.facts.get("classic"), Some(&FactValue::Bool(true)));
        // Its disks are blobs, of which points hold none, and how many there are the list does not say.
        let points = &judged(&import, Service::RestorePoints, false)[0];
        assert_eq!(points.verdict, Verdict::NotSupported);
        let backup = &judged(&import, Service::VmBackup, false)[0];
        assert_eq!(backup.verdict, Verdict::Unknown);
        assert!(asked(backup).contains(&("sizeGiB", Some("os"))));
        assert!(
            import
                .preview
                .guessed
                .iter()
                .any(|own| own.path == "machines[0].disks[0].facts.managed")
        );
    }
    // A table beside it tells the rest.
    let table = "machine,disk,role,sizeGiB,osType,osName,vmSize\nold,old-os,os,127,Windows,Windows Server 2016,Standard_A2\n";
    let inputs = [
        NamedInput::new("in", list.to_string()),
        NamedInput::new("disks.csv", table),
    ];
    let both = import(&inputs).unwrap();
    assert_eq!(both.fleet.machines.len(), 1);
    assert_eq!(
        both.fleet.machines[0].disks.len(),
        1,
        "a VM has one OS disk"
    );
    let backup = &judged(&both, Service::VmBackup, false)[0];
    assert_ne!(backup.verdict, Verdict::Unknown, "{:?}", asked(backup));
    // Alone, a table does too.
    let import = read("machine,classic\nold,true\n");
    assert_eq!(
        import.fleet.machines[0].facts.get("classic"),
        Some(&FactValue::Bool(true))
    );
    // A list cut down to names is not one.
    let cut = json!([{ "name": "old", "type": "Microsoft.ClassicCompute/virtualMachines" }]);
    assert_eq!(problems(&read(cut.to_string())), ["MissingId in[0]"]);
}

/// Disks of two resource groups may have one name, and lists are edited by hand.
#[test]
fn disks_of_one_name_are_told_apart() {
    let alike = |ids: [&str; 2]| {
        let mut machine = mill()[0].clone();
        let storage = &mut machine["properties"]["storageProfile"];
        storage["osDisk"]["managedDisk"]["id"] = json!(ids[0]);
        storage["dataDisks"][0]["managedDisk"]["id"] = json!(ids[1]);
        storage["osDisk"]["name"] = json!("Mill");
        storage["dataDisks"][0]["name"] = json!("mill");
        let import = read(machine.to_string());
        let disks = import.fleet.machines[0].disks.iter();
        let names: Vec<String> = disks.map(|disk| disk.name.clone()).collect();
        assert!(
            problems(&import)
                .iter()
                .any(|told| told.starts_with("DisksAlike "))
        );
        names
    };
    let other = GROUP.replace("rg-mill", "rg-other");
    let [os, data] = [format!("{GROUP}/disks/a"), format!("{GROUP}/disks/b")];
    assert_eq!(alike([&os, &data]), ["Mill", "b"]);
    let [os, data] = [format!("{GROUP}/disks/mill"), format!("{other}/disks/mill")];
    assert_eq!(alike([&os, &data]), ["Mill", "mill (2)"]);
}
