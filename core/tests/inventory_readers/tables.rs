//! Our own CSV.

use super::{codes, machine, read, text, verdict, vm};
use rplab_core::model::{DiskRole, FactValue};
use serde_json::json;

#[test]
fn our_own_csv_makes_machines_and_supplies_facts() {
    let csv = "machine,location,osType,osName,vmSize,disk,role,lun,sizeGiB,sku,maxShares,locks,colour\r\n\
        seal,westeurope,linux,Ubuntu 22.04,Standard_D2s_v5,seal-os,os,,30,Premium_LRS,1,ReadOnly@virtualMachineResourceGroup,red\r\n\
        seal,,,,,seal-log,data,4,64,UltraSSD_LRS,1,,\r\n\
        mint,,,,,,,,,,,,\r\n";
    let import = read(&[("own.csv", csv.to_owned())]);
    let seal = machine(&import, "seal");
    assert_eq!(
        seal.disks
            .iter()
            .map(|disk| (disk.name.as_str(), disk.role, disk.lun))
            .collect::<Vec<_>>(),
        [
            ("seal-os", Some(DiskRole::Os), None),
            ("seal-log", Some(DiskRole::Data), Some(4))
        ]
    );
    assert_eq!(seal.disks[0].facts.get("sku"), Some(&text("Premium_LRS")));
    assert!(matches!(seal.facts.get("locks"), Some(FactValue::Locks(locks)) if locks.len() == 1));
    assert_eq!(verdict(&import, "seal").1, ["seal-log"]);
    assert_eq!(import.preview.not_understood[0].field, "colour");
    // A row for a VM that is listed elsewhere supplies what the list does not know, in either order.
    let rows =
        "machine;osBits;powerState;disk;maxShares\nSILO;32;deallocated;;\nsilo;;;silo-os;3\n"
            .to_owned();
    let list = json!([vm("silo")]).to_string();
    for inputs in [
        [("az.json", list.clone()), ("own.csv", rows.clone())],
        [("own.csv", rows.clone()), ("az.json", list.clone())],
    ] {
        let import = read(&inputs);
        let silo = machine(&import, "silo");
        assert_eq!(import.fleet.machines.len(), 1);
        assert_eq!(silo.facts.get("osBits"), Some(&FactValue::Integer(32)));
        assert_eq!(silo.facts.get("vmSize"), Some(&text("Standard_D2s_v5")));
        assert_eq!(
            silo.disks[0].facts.get("maxShares"),
            Some(&FactValue::Integer(3))
        );
        assert!(import.problems.is_empty(), "{:?}", import.problems);
    }
    let wrong = read(&[(
        "own.csv",
        "machine,osBits,priority\na,many,Cheap\na/b,,\n".to_owned(),
    )]);
    assert_eq!(codes(&wrong), ["UnknownValue", "UnknownValue", "InvalidId"]);
    assert!(
        wrong
            .problems
            .iter()
            .all(|problem| problem.path.starts_with("own.csv:")),
        "{:?}",
        wrong.problems
    );
}
