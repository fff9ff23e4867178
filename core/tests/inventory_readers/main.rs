//! The readers of templates, plans, tables and restore points, and what they do with secrets.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod every_format;
mod points;
mod tables;
mod templates;
mod terraform;

use rplab_core::inventory::{Import, NamedInput, import};
use rplab_core::matrix::{AssessOptions, Verdict, assess};
use rplab_core::model::{FactValue, Machine, vocabulary};
use serde_json::{Value, json};

const SUB: &str = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg-mill/providers/Microsoft.Compute";

fn read(inputs: &[(&str, String)]) -> Import {
    let inputs: Vec<NamedInput> = inputs
        .iter()
        .map(|(name, text)| NamedInput::new(*name, text.as_bytes()))
        .collect();
    let import = import(&inputs).unwrap();
    vocabulary::validate(&import.fleet).unwrap();
    import
}

fn codes(import: &Import) -> Vec<&str> {
    let codes = import.problems.iter();
    codes.map(|problem| problem.code.as_str()).collect()
}

fn text(value: &str) -> FactValue {
    FactValue::Text(value.to_owned())
}

fn machine<'a>(import: &'a Import, name: &str) -> &'a Machine {
    let mut machines = import.fleet.machines.iter();
    machines.find(|machine| machine.name == name).unwrap()
}

fn verdict(import: &Import, name: &str) -> (Verdict, Vec<String>) {
    let report = assess(&import.fleet, &AssessOptions::default()).unwrap();
    let mut machines = report.machines.into_iter();
    let own = machines.find(|machine| machine.name == name).unwrap();
    (own.verdict, own.exclude_disks)
}

fn vm(name: &str) -> Value {
    json!({ "id": format!("{SUB}/virtualMachines/{name}"), "name": name, "location": "westeurope",
        "type": "Microsoft.Compute/virtualMachines", "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
        "storageProfile": { "osDisk": { "osType": "Linux", "name": format!("{name}-os"),
            "managedDisk": { "id": format!("{SUB}/disks/{name}-os"), "storageAccountType": "Premium_LRS" } }, "dataDisks": [] } })
}

fn disk(name: &str) -> Value {
    json!({ "id": format!("{SUB}/disks/{name}"), "name": name, "type": "Microsoft.Compute/disks", "location": "westeurope",
        "sku": { "name": "Premium_LRS" }, "diskSizeGB": 64 })
}

fn template() -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "prefix": { "type": "string", "defaultValue": "kiln" },
            "count": { "type": "int", "defaultValue": 2 },
            "dataSku": { "type": "string" },
            "adminPassword": { "type": "securestring", "defaultValue": "planted-in-a-template" }
        },
        "variables": { "logSku": "UltraSSD_LRS", "size": "[format('Standard_{0}', 'E4s_v5')]" },
        "resources": [
            { "type": "Microsoft.Network/virtualNetworks", "name": "net", "apiVersion": "2024-01-01" },
            { "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[concat(parameters('prefix'), '-log')]",
              "location": "[resourceGroup().location]", "sku": { "name": "[variables('logSku')]" }, "properties": { "diskSizeGB": 64 } },
            { "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": "[concat(parameters('prefix'), '-', copyIndex(1))]",
              "location": "northeurope", "copy": { "name": "vms", "count": "[parameters('count')]" },
              "properties": { "hardwareProfile": { "vmSize": "[variables('size')]" },
                "osProfile": { "adminPassword": "[parameters('adminPassword')]" },
                "storageProfile": {
                  "osDisk": { "osType": "Windows", "createOption": "FromImage", "managedDisk": { "storageAccountType": "Premium_LRS" } },
                  "copy": [{ "name": "dataDisks", "count": 2, "input": { "lun": "[copyIndex('dataDisks')]", "createOption": "Empty",
                    "diskSizeGB": 32, "managedDisk": { "storageAccountType": "StandardSSD_LRS" } } }] } } },
            { "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": "kiln-db", "location": "northeurope",
              "properties": { "storageProfile": {
                  "osDisk": { "osType": "Linux", "createOption": "FromImage", "managedDisk": { "storageAccountType": "Premium_LRS" } },
                  "dataDisks": [
                    { "lun": 0, "createOption": "Attach", "managedDisk": { "id": "[resourceId('Microsoft.Compute/disks', concat(parameters('prefix'), '-log'))]" } },
                    { "lun": 1, "createOption": "Empty", "managedDisk": { "storageAccountType": "[parameters('dataSku')]" } }] } } },
            { "type": "Microsoft.Compute/virtualMachines", "condition": "[equals(parameters('prefix'), 'other')]", "name": "never",
              "properties": { "storageProfile": { "osDisk": { "osType": "Linux" } } } }
        ]
    })
}

fn terraform() -> Value {
    let os = |sku: &str| json!([{ "name": "silo-os", "caching": "ReadWrite", "storage_account_type": sku, "disk_size_gb": 64, "diff_disk_settings": [], "disk_encryption_set_id": "" }]);
    json!({ "format_version": "1.0", "terraform_version": "1.9.5", "values": { "root_module": {
        "resources": [
            { "address": "azurerm_linux_virtual_machine.silo", "mode": "managed", "type": "azurerm_linux_virtual_machine", "values": {
                "id": format!("{SUB}/virtualMachines/silo"), "name": "silo", "location": "westeurope", "size": "Standard_D4s_v5", "zone": "1",
                "admin_password": "planted-in-a-plan", "custom_data": "cGxhbnRlZC1jdXN0b20=", "priority": "Spot", "eviction_policy": "Deallocate",
                "additional_capabilities": [{ "ultra_ssd_enabled": true }], "os_disk": os("Premium_LRS"), "network_interface_ids": ["n1", "n2"],
                "source_image_reference": [{ "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest" }] } },
            { "address": "azurerm_managed_disk.log", "mode": "managed", "type": "azurerm_managed_disk", "values": {
                "id": format!("{SUB}/disks/silo-log"), "name": "silo-log", "storage_account_type": "UltraSSD_LRS", "disk_size_gb": 256, "location": "westeurope", "max_shares": 1 } },
            { "address": "azurerm_resource_group.rg", "mode": "managed", "type": "azurerm_resource_group", "values": { "name": "rg-mill" } } ],
        "child_modules": [{ "resources": [
            { "address": "module.m.azurerm_virtual_machine_data_disk_attachment.a", "mode": "managed", "type": "azurerm_virtual_machine_data_disk_attachment", "values": {
                "virtual_machine_id": format!("{SUB}/virtualMachines/silo"), "managed_disk_id": format!("{SUB}/disks/silo-log"), "lun": 3, "caching": "None" } },
            { "address": "module.m.azurerm_windows_virtual_machine.w", "mode": "managed", "type": "azurerm_windows_virtual_machine", "values": {
                "name": "barn", "location": "westeurope", "size": "Standard_D2s_v5", "secure_boot_enabled": true, "vtpm_enabled": true, "os_disk": os("StandardSSD_LRS") } },
            { "address": "module.m.azapi_resource.z", "mode": "managed", "type": "azapi_resource", "values": {
                "type": "Microsoft.Compute/virtualMachines@2024-07-01", "name": "zap", "parent_id": SUB.split("/providers").next().unwrap(), "location": "eastus",
                "body": json!({ "properties": { "priority": "Spot", "storageProfile": { "osDisk": { "osType": "Linux", "managedDisk": { "id": format!("{SUB}/disks/zap-os") } } } } }).to_string() } },
            { "address": "data.azurerm_managed_disk.d", "mode": "data", "type": "azurerm_managed_disk", "values": { "name": "not-ours" } } ] }]
    } } })
}
