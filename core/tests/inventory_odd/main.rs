//! What is odd in an inventory is told with its place, and what is not known of a VM never becomes a default.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod deployment;
mod lists;
mod secrets;
mod tables;
mod terraform;
mod values;

use rplab_core::inventory::{Import, NamedInput, import};
use rplab_core::matrix::{AssessOptions, MachineAssessment, Service, Verdict, assess};
use serde_json::{Value, json};

const GROUP: &str = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg-mill/providers/Microsoft.Compute";

fn read(text: impl Into<Vec<u8>>) -> Import {
    import(&[NamedInput::new("in", text)]).unwrap()
}

/// Code and place of each problem.
fn problems(import: &Import) -> Vec<String> {
    let told = import.problems.iter();
    told.map(|own| format!("{} {}", own.code, own.path))
        .collect()
}

fn verdict(import: &Import, service: Service) -> Verdict {
    judged(import, service, false)[0].verdict
}

/// What is said of each VM, with everything asked that a service needs to know.
fn judged(import: &Import, service: Service, strict: bool) -> Vec<MachineAssessment> {
    let service = if service == Service::VmBackup {
        "vmBackup"
    } else {
        "restorePoints"
    };
    let options = json!({ "service": service, "policy": { "type": "Standard" }, "vault": { "location": "westeurope" }, "strict": strict });
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    assess(&import.fleet, &options).unwrap().machines
}

/// A VM with an OS disk and a data disk, with their own bodies, all of it known.
fn mill() -> Value {
    let attached = |name: &str| {
        json!({ "name": name, "caching": "None", "createOption": "Attach", "osType": "Windows",
            "managedDisk": { "id": format!("{GROUP}/disks/{name}"), "storageAccountType": "Premium_LRS" } })
    };
    let mut data = attached("mill-d0");
    data["lun"] = json!(0);
    data.as_object_mut().unwrap().remove("osType");
    let disk = |name: &str| {
        json!({ "id": format!("{GROUP}/disks/{name}"), "name": name, "type": "Microsoft.Compute/disks", "location": "westeurope",
            "sku": { "name": "Premium_LRS" }, "properties": { "diskSizeGB": 128, "hyperVGeneration": "V2",
                "encryption": { "type": "EncryptionAtRestWithPlatformKey" } } })
    };
    json!([
        { "id": format!("{GROUP}/virtualMachines/mill"), "name": "mill", "type": "Microsoft.Compute/virtualMachines", "location": "westeurope",
            "properties": { "hardwareProfile": { "vmSize": "Standard_D4s_v5" }, "securityProfile": {},
                "storageProfile": { "osDisk": attached("mill-os"), "dataDisks": [data],
                    "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2", "version": "latest" } } } },
        disk("mill-os"),
        disk("mill-d0"),
    ])
}

/// What is asked of a VM, as fact and disk.
fn asked(judged: &MachineAssessment) -> Vec<(&str, Option<&str>)> {
    let missing = judged.missing.iter();
    missing
        .map(|own| (own.fact.as_str(), own.disk.as_deref()))
        .collect()
}
