//! The table of ways to restore, for each VM.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::api::{Json, restore_methods};
use rplab_core::matrix::{AssessOptions, MachineRestores, RestoreQuestion, Verdict};
use rplab_core::model::Fleet;
use serde_json::{Value, json};

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute";

fn machine(name: &str, facts: Value, data: Value) -> Value {
    let mut own = json!({ "osType": "Windows", "osName": "Windows Server 2022 Datacenter", "vmSize": "Standard_D4s_v5" });
    let mut disk = json!({ "sku": "Premium_LRS" });
    for (into, from) in [(&mut own, facts), (&mut disk, data)] {
        for (name, value) in from.as_object().unwrap() {
            into[name] = value.clone();
        }
    }
    json!({
        "id": format!("{GROUP}/virtualMachines/{name}"), "name": name, "location": "eastus2", "zones": ["1"],
        "facts": own,
        "disks": [
            { "name": format!("{name}-os"), "id": format!("{GROUP}/disks/{name}-os"), "role": "os", "facts": { "sku": "Premium_LRS" } },
            { "name": format!("{name}-data"), "id": format!("{GROUP}/disks/{name}-data"), "role": "data", "lun": 0, "facts": disk },
        ],
    })
}

fn table(machines: Value, options: Value) -> Vec<MachineRestores> {
    let fleet: Fleet = rplab_core::json::read(&json!({ "machines": machines })).unwrap();
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    restore_methods(&fleet, &options).unwrap()
}

fn vm_backup() -> Value {
    json!({ "service": "vmBackup", "policy": { "type": "Enhanced" }, "vault": { "location": "eastus2" } })
}

/// A word for each method, in the order of the page: y, n or ? as a planner shows it.
fn words(machine: &MachineRestores) -> String {
    let word = |verdict| match verdict {
        Verdict::Supported | Verdict::Caveat => 'y',
        Verdict::NotSupported => 'n',
        _ => '?',
    };
    let methods = machine.methods.iter();
    methods.map(|method| word(method.verdict)).collect()
}

#[test]
fn each_vm_has_its_own_table() {
    let machines = json!([
        machine("plain", json!({}), json!({})),
        machine("ade", json!({ "adeEnabled": true }), json!({})),
        machine(
            "trusted",
            json!({ "securityType": "TrustedLaunch" }),
            json!({}),
        ),
        machine("generalized", json!({ "generalized": true }), json!({})),
        machine("ultra", json!({}), json!({ "sku": "UltraSSD_LRS" })),
        machine("shared", json!({}), json!({ "maxShares": 2 })),
    ]);
    let table = table(machines, vm_backup());
    let expected = [
        ("plain", "yyyyyyy"),
        // Replaced, moved and opened it cannot be: only restored as a whole, or in the paired region.
        ("ade", "yynynnn"),
        ("trusted", "yyyynnn"),
        ("generalized", "yynyyyy"),
        ("ultra", "yyynyyn"),
        ("shared", "nnnnnnn"),
    ];
    for (machine, (name, expected)) in table.iter().zip(expected) {
        assert_eq!(
            (machine.name.as_str(), words(machine).as_str()),
            (name, expected)
        );
    }
}

#[test]
fn an_answer_names_the_rows_that_decide_it() {
    let table = table(
        json!([machine("vm", json!({ "adeEnabled": true }), json!({}))]),
        vm_backup(),
    );
    let of = |method: &str| {
        let mut methods = table[0].methods.iter();
        methods.find(|own| own.method == method).unwrap()
    };
    assert_eq!(of("replaceExisting").rows, ["vmb-replace-encrypted"]);
    assert_eq!(of("replaceExisting").row_ids, ["S3-45g"]);
    assert_eq!(of("fileRecovery").row_ids, ["S3-50", "S3-91b"]);
    assert!(of("createNewVm").row_ids.contains(&"S3-43a".to_owned()));
    assert!(
        of("createNewVm")
            .rows
            .iter()
            .all(|row| row != "vmb-managed-disk")
    );
}

#[test]
fn what_is_not_known_is_asked_for() {
    let mut options = vm_backup();
    options["policy"] = json!({});
    let table = table(
        json!([machine("vm", json!({}), json!({ "sku": "UltraSSD_LRS" }))]),
        options,
    );
    let new_vm = &table[0].methods[0];
    assert_eq!(new_vm.verdict, Verdict::Unknown);
    assert_eq!(new_vm.missing, ["policy.type"]);
}

#[test]
fn disk_backup_makes_new_disks_only_and_restore_points_have_no_such_rows() {
    let machines = json!([machine("vm", json!({}), json!({}))]);
    let options = json!({ "service": "diskBackup", "vault": { "location": "eastus2" } });
    assert_eq!(words(&table(machines.clone(), options)[0]), "yn");
    assert_eq!(words(&table(machines, json!({}))[0]), "");
}

#[test]
fn options_of_another_shape_are_refused_with_the_place() {
    let fleet = json!({ "machines": [] });
    let refused = Json::restore_methods(&fleet, &json!({ "restore": { "methud": "newDisk" } }));
    assert_eq!(refused.unwrap_err().path, "options.restore.methud");
}

#[test]
fn way_by_way_it_takes_a_judgement_each_and_comes_to_the_same() {
    let machines = json!({ "machines": [machine("app", json!({}), json!({})), machine("db", json!({}), json!({ "sku": "UltraSSD_LRS" }))] });
    let fleet: Fleet = rplab_core::json::read(&machines).unwrap();
    for (options, ways) in [
        (vm_backup(), 7),
        (json!({ "service": "diskBackup" }), 2),
        (json!({}), 0),
    ] {
        let options: AssessOptions = rplab_core::json::read(&options).unwrap();
        let mut asking = RestoreQuestion::new(&fleet, &options);
        let mut judged = 1;
        while asking.step().unwrap() {
            judged += 1;
        }
        assert_eq!(judged, 1 + ways, "once without any way, then way by way");
        assert!(!asking.step().unwrap(), "there is nothing more to judge");
        assert_eq!(asking.answers(), restore_methods(&fleet, &options).unwrap());
    }
}
