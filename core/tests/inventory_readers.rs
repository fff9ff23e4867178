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

use rplab_core::inventory::{Import, InventoryReader, NamedInput, import};
use rplab_core::matrix::{AssessOptions, Service, Verdict, assess};
use rplab_core::model::{DiskRole, FactValue, Machine, vocabulary};
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

#[test]
fn a_template_is_read_as_far_as_its_expressions_tell() {
    let import = read(&[("main.json", template().to_string())]);
    let names: Vec<&str> = import
        .fleet
        .machines
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    assert_eq!(names, ["kiln-1", "kiln-2", "kiln-db"]);
    let first = machine(&import, "kiln-1");
    assert_eq!(first.facts.get("vmSize"), Some(&text("Standard_E4s_v5")));
    let luns: Vec<Option<u32>> = first.disks.iter().map(|disk| disk.lun).collect();
    assert_eq!(luns, [None, Some(0), Some(1)]);
    // Windows without an image: only the generation and the release are open, not the disks.
    let report = assess(&import.fleet, &AssessOptions::default()).unwrap();
    assert!(
        report.machines[0]
            .missing
            .iter()
            .all(|fact| fact.disk.is_none()),
        "{:?}",
        report.machines[0].missing
    );
    let (_, excluded) = verdict(&import, "kiln-db");
    assert_eq!(
        excluded,
        ["kiln-log"],
        "the Ultra disk is found through its id"
    );
    let open = &report.machines[2].missing;
    assert!(
        open.iter()
            .any(|fact| fact.disk.as_deref() == Some("lun-1") && fact.fact == "sku"),
        "{open:?}"
    );
    for expression in ["[parameters('dataSku')]", "[resourceGroup().location]"] {
        assert!(
            import.problems.iter().any(
                |problem| problem.code == "NotResolved" && problem.message.contains(expression)
            ),
            "{expression}"
        );
    }
    assert!(codes(&import).contains(&"NotUsed"));
}

#[test]
fn a_template_from_bicep_with_symbolic_names_and_modules() {
    let inner = json!({ "contentVersion": "1.0.0.0", "parameters": { "name": { "type": "string" } },
        "resources": { "vm": { "type": "Microsoft.Compute/virtualMachines", "name": "[parameters('name')]", "location": "eastus",
            "properties": { "storageProfile": { "osDisk": { "osType": "Linux", "vhd": { "uri": "[reference('x').blob]" } } } } } } });
    let outer = json!({ "languageVersion": "2.0", "contentVersion": "1.0.0.0", "resources": { "module": {
        "type": "Microsoft.Resources/deployments", "name": "m", "properties": { "parameters": { "name": { "value": "[toLower('HULL')]" } }, "template": inner } } } });
    let import = read(&[("main.json", outer.to_string())]);
    assert_eq!(import.fleet.machines[0].name, "hull");
    assert_eq!(
        verdict(&import, "hull").0,
        Verdict::NotSupported,
        "an unmanaged disk, wherever its blob lies"
    );
}

/// What is nested speaks of what is around it, unless it says that it has a scope of its own.
#[test]
fn a_nested_template_has_the_scope_that_it_says() {
    let nested = |scope: Option<&str>| {
        let inner = json!({ "contentVersion": "1.0.0.0", "parameters": { "name": { "type": "string", "defaultValue": "inner" } },
            "resources": [{ "type": "Microsoft.Compute/virtualMachines", "location": "eastus",
                "name": "[concat(parameters('name'), '-', padLeft(string(copyIndex(1)), 2, '0'))]",
                "copy": { "name": "c", "count": "[length(variables('zones'))]" },
                "properties": { "storageProfile": { "osDisk": { "osType": "Linux", "createOption": "FromImage",
                    "managedDisk": { "storageAccountType": "Premium_LRS" } } } } }],
            "variables": { "zones": ["1"] } });
        let mut properties = json!({ "mode": "Incremental", "template": inner });
        if let Some(scope) = scope {
            properties["expressionEvaluationOptions"] = json!({ "scope": scope });
        }
        let outer = json!({ "contentVersion": "1.0.0.0", "parameters": { "name": { "type": "string", "defaultValue": "outer" } },
            "variables": { "zones": ["1", "2"] },
            "resources": [{ "type": "Microsoft.Resources/deployments", "name": "n", "properties": properties }] });
        let import = read(&[("main.json", outer.to_string())]);
        let names = import.fleet.machines.into_iter().map(|own| own.name);
        names.collect::<Vec<String>>()
    };
    assert_eq!(nested(None), ["outer-01", "outer-02"]);
    assert_eq!(nested(Some("Outer")), ["outer-01", "outer-02"]);
    assert_eq!(nested(Some("inner")), ["inner-01"]);
}

#[test]
fn a_template_that_lies_elsewhere_is_said_not_to_be_read() {
    let link =
        json!({ "uri": "https://st.blob.core.windows.net/t/vms.json?sig=planted-in-a-link" });
    let outer = json!({ "contentVersion": "1.0.0.0", "resources": [
        { "type": "Microsoft.Resources/deployments", "name": "n", "properties": { "templateLink": link } },
        { "type": "Microsoft.Compute/disks", "name": "d", "location": "eastus", "sku": { "name": "Premium_LRS" }, "properties": { "diskSizeGB": 4 } }] });
    let import = read(&[("main.json", outer.to_string())]);
    assert!(
        codes(&import).contains(&"LinkedTemplate"),
        "{:?}",
        import.problems
    );
    assert!(
        !rplab_core::json::write(&import)
            .to_string()
            .contains("planted")
    );
}

#[test]
fn a_template_that_grows_beyond_bounds_is_cut_off_and_said() {
    let mut variables = serde_json::Map::new();
    variables.insert("l0".to_owned(), json!("laugh"));
    for at in 1..15 {
        let ten = format!("variables('l{}'),", at - 1).repeat(10);
        variables.insert(format!("l{at}"), json!(format!("[concat({ten}'')]")));
    }
    let os = json!({ "osDisk": { "osType": "Linux", "name": "[variables('l14')]" } });
    let vm = |name: &str| json!({ "type": "Microsoft.Compute/virtualMachines", "name": name, "properties": { "storageProfile": os } });
    let endless = json!({ "contentVersion": "1", "variables": variables, "resources": [vm("a")] });
    let import = read(&[("laughs.json", endless.to_string())]);
    assert!(
        codes(&import).contains(&"TemplateTooLarge"),
        "{:?}",
        import.problems
    );
    let mut many = vm("[format('vm{0}', copyIndex())]");
    many["properties"]["storageProfile"]["osDisk"]["name"] = json!("os");
    many["copy"] = json!({ "name": "c", "count": 4_000_000_000_u64 });
    let endless = json!({ "contentVersion": "1", "resources": [many] });
    let import = read(&[("many.json", endless.to_string())]);
    assert!(codes(&import).contains(&"TemplateTooLarge"));
    assert!(import.fleet.machines.len() <= 5_000);
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

#[test]
fn terraforms_vms_and_disks_are_read_with_their_attachments() {
    let import = read(&[("show.json", terraform().to_string())]);
    let silo = machine(&import, "silo");
    for (fact, value) in [
        ("vmSize", text("Standard_D4s_v5")),
        ("priority", text("Spot")),
        ("ultraDiskEnabled", FactValue::Bool(true)),
        ("nicCount", FactValue::Integer(2)),
        (
            "imageReference",
            text("Canonical:ubuntu-24_04-lts:server:latest"),
        ),
        ("osType", text("Linux")),
    ] {
        assert_eq!(silo.facts.get(fact), Some(&value), "{fact}");
    }
    assert_eq!(silo.zones, ["1"]);
    assert_eq!(
        verdict(&import, "silo"),
        (Verdict::ExcludeDisk, vec!["silo-log".to_owned()])
    );
    assert_eq!(
        (silo.disks[1].lun, silo.disks[1].size_gib),
        (Some(3), Some(256))
    );
    let barn = machine(&import, "barn");
    assert_eq!(barn.facts.get("securityType"), Some(&text("TrustedLaunch")));
    assert_eq!(
        machine(&import, "zap").facts.get("priority"),
        Some(&text("Spot"))
    );
    assert!(machine(&import, "zap").id.to_string().starts_with(SUB));
    assert_eq!(import.fleet.machines.len(), 3);
    assert!(
        import.fleet.disks.is_empty(),
        "what is only looked up is not there"
    );
}

#[test]
fn a_state_file_of_terraform_is_read_too() {
    let values = terraform()["values"]["root_module"]["resources"][0]["values"].clone();
    let state = json!({ "version": 4, "terraform_version": "1.9.5", "lineage": "x", "resources": [
        { "mode": "managed", "type": "azurerm_linux_virtual_machine", "name": "silo", "instances": [{ "attributes": values }] }] });
    let import = read(&[("terraform.tfstate", state.to_string())]);
    assert_eq!(
        machine(&import, "silo").facts.get("priority"),
        Some(&text("Spot"))
    );
}

#[test]
fn what_is_declared_and_listed_is_one_machine_and_the_list_counts() {
    let list = json!([vm("silo"), vm("kiln-1")]).to_string();
    for inputs in [
        [
            ("show.json", terraform().to_string()),
            ("main.json", template().to_string()),
            ("az.json", list.clone()),
        ],
        [
            ("az.json", list.clone()),
            ("main.json", template().to_string()),
            ("show.json", terraform().to_string()),
        ],
    ] {
        let import = read(&inputs);
        let mut names: Vec<&str> = import
            .fleet
            .machines
            .iter()
            .map(|own| own.name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            ["barn", "kiln-1", "kiln-2", "kiln-db", "silo", "zap"]
        );
        for name in ["silo", "kiln-1"] {
            let own = machine(&import, name);
            assert_eq!(
                own.facts.get("vmSize"),
                Some(&text("Standard_D2s_v5")),
                "{name}"
            );
            assert!(own.id.to_string().starts_with(SUB));
        }
        assert_eq!(
            codes(&import)
                .iter()
                .filter(|code| **code == "DuplicateMachine")
                .count(),
            2
        );
    }
}

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

#[test]
fn points_that_are_there_count_against_the_limit() {
    let point = |collection: &str, n: usize, state: &str| {
        json!({ "id": format!("{SUB}/restorePointCollections/{collection}/restorePoints/p{n}"), "name": format!("p{n}"),
        "type": "Microsoft.Compute/restorePointCollections/restorePoints", "provisioningState": state })
    };
    let collection = |name: &str, source: String, points: Value| {
        json!({ "id": format!("{SUB}/restorePointCollections/{name}"), "name": name,
        "type": "Microsoft.Compute/restorePointCollections", "source": { "id": source, "location": "westeurope" }, "restorePoints": points })
    };
    let many: Vec<Value> = (0..499).map(|n| point("daily", n, "Succeeded")).collect();
    let vm_id = format!("{SUB}/virtualMachines/silo").to_uppercase();
    let inputs = [
        ("vms.json", json!([vm("silo"), vm("hull")]).to_string()),
        (
            "disks.json",
            json!([disk("silo-os"), disk("hull-os")]).to_string(),
        ),
        // As `list` shows it, and as `show` does.
        (
            "list.json",
            json!([
                collection("daily", vm_id.clone(), Value::Null),
                collection(
                    "far",
                    format!("{SUB}/restorePointCollections/daily"),
                    json!([point("far", 0, "Succeeded")])
                )
            ])
            .to_string(),
        ),
        (
            "show.json",
            collection("daily", vm_id, json!(many)).to_string(),
        ),
    ];
    let import = read(&inputs);
    let silo = machine(&import, "silo");
    assert_eq!(
        silo.facts.get("restorePointCollections"),
        Some(&FactValue::IntegerList(vec![499, 1]))
    );
    assert_eq!(
        silo.facts.get("restorePointsRetained"),
        Some(&FactValue::Integer(500))
    );
    assert_eq!(
        (
            import.preview.read.restore_point_collections,
            import.preview.read.restore_points
        ),
        (2, 500)
    );
    assert_eq!(
        verdict(&import, "silo").0,
        Verdict::NotSupported,
        "no room for another"
    );
    assert_eq!(verdict(&import, "hull").0, Verdict::Supported);
    let without = read(&inputs[..3]);
    assert_eq!(codes(&without), ["PointsNotListed"]);
    assert!(without.problems[0].message.contains("--restore-points"));
    let creating = collection(
        "now",
        format!("{SUB}/virtualMachines/hull"),
        json!([point("now", 1, "Creating")]),
    );
    let import = read(&[
        ("vms.json", json!([vm("hull")]).to_string()),
        ("c.json", creating.to_string()),
    ]);
    assert_eq!(
        machine(&import, "hull")
            .facts
            .get("restorePointCreationInProgress"),
        Some(&FactValue::Bool(true))
    );
}

#[test]
fn snapshots_are_counted() {
    let snapshot = json!({ "id": format!("{SUB}/snapshots/s"), "name": "s", "type": "Microsoft.Compute/snapshots", "creationData": { "createOption": "Copy" } });
    let import = read(&[("s.json", json!([snapshot]).to_string())]);
    assert_eq!(import.preview.read.snapshots, 1);
    assert!(import.problems.is_empty() && import.fleet.disks.is_empty());
}

#[test]
fn fields_that_are_not_understood_are_counted_and_listed() {
    let mut one = vm("silo");
    one["quantumProfile"] = json!({ "qubits": 4 });
    one["storageProfile"]["osDisk"]["warpFactor"] = json!(9);
    let mut two = one.clone();
    two["id"] = json!(format!("{SUB}/virtualMachines/hull"));
    let import = read(&[("vms.json", json!([one, two]).to_string())]);
    let told: Vec<(&str, u64, &str)> = import
        .preview
        .not_understood
        .iter()
        .map(|own| (own.field.as_str(), own.count, own.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("quantumProfile", 2, "vms.json[0]"),
            ("warpFactor", 2, "vms.json[0]")
        ]
    );
    assert!(
        read(&[("vms.json", json!([vm("a")]).to_string())])
            .preview
            .not_understood
            .is_empty()
    );
}

/// Whatever is planted, nothing that leaves the import has it.
#[test]
fn no_secret_survives_an_import() {
    let mut own = vm("silo");
    own["osProfile"] = json!({ "adminPassword": "planted-1", "customData": "planted-2", "secrets": [{ "vaultCertificates": [{ "certificateUrl": "https://kv/planted-3" }] }] });
    own["userData"] = json!("planted-4");
    own["resources"] = json!([{ "typePropertiesType": "CustomScript", "publisher": "Microsoft.Azure.Extensions", "protectedSettings": { "commandToExecute": "planted-5" }, "settings": { "key": "planted-6" } }]);
    own["storageProfile"]["osDisk"] = json!({ "osType": "Linux", "name": "os", "vhd": { "uri": "https://a.blob.core.windows.net/v/os.vhd?sv=2024&sig=planted-7%3D" } });
    own["tags"] = json!({ "dbPassword": "planted-8", "conn": "DefaultEndpointsProtocol=https;AccountKey=planted-9==;x=1", "cert": "-----BEGIN PRIVATE KEY-----planted-10" });
    own["priority"] = json!("sig=planted-11");
    let fleet = json!({ "machines": [{ "id": format!("{SUB}/virtualMachines/own"), "name": "own", "tags": { "apiKey": "planted-12" }, "disks": [
        { "name": "d", "facts": { "managed": false, "vhdUri": "https://a/b?sig=planted-13" } }] }] });
    let import = read(&[
        ("vms.json", json!([own, "planted-14"]).to_string()),
        ("main.json", template().to_string()),
        ("show.json", terraform().to_string()),
        (
            "own.csv",
            "machine,adminPassword,osName\nx,planted-15,password=planted-16\n".to_owned(),
        ),
        ("fleet.json", fleet.to_string()),
        (
            "warned.json",
            format!("WARNING: used token=planted-17\n{}", json!([vm("w")])),
        ),
    ]);
    let everything = rplab_core::json::write(&import).to_string();
    assert!(everything.contains("a.blob.core.windows.net"));
    if let Some(at) = everything.find("planted") {
        panic!("{}", &everything[at.saturating_sub(80)..at + 20]);
    }
    assert!(!everything.contains("cGxhbnRlZC1jdXN0b20="));
    assert!(
        import.preview.read.secrets_dropped >= 5,
        "{}",
        import.preview.read.secrets_dropped
    );
}

#[test]
fn pieces_of_any_size_read_like_the_whole() {
    let many: Vec<Value> = (0..40).map(|n| vm(&format!("vm{n}"))).collect();
    let disks: Vec<Value> = (0..40).map(|n| disk(&format!("vm{n}-os"))).collect();
    let lines: String = many.iter().map(|vm| format!("{vm}\n")).collect();
    let bodies = json!({ "value": many, "nextLink": null }).to_string();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(bodies.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let whole = read(&[
        ("in", json!(many).to_string()),
        ("disks", json!(disks).to_string()),
    ]);
    assert_eq!(whole.fleet.machines.len(), 40);
    for (name, data) in [
        ("lines", lines.into_bytes()),
        ("bodies", bodies.into_bytes()),
        ("utf16", utf16),
    ] {
        for size in [1, 7, 64, 4096] {
            let mut reader = InventoryReader::new();
            reader.begin(name);
            data.chunks(size).for_each(|chunk| reader.push(chunk));
            reader.begin("disks");
            reader.push(json!(disks).to_string().as_bytes());
            let import = reader.finish().unwrap();
            assert_eq!(import.fleet, whole.fleet, "{name} by {size}");
            assert!(import.problems.is_empty(), "{name}: {:?}", import.problems);
        }
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    let latin = [b"[\n {\"name\": \"b".as_slice(), &[0xE4], b"r\"}]"].concat();
    for (data, code, place) in [
        (latin, "BrokenJson", "line 2, column 13"),
        (b"[1, 2".to_vec(), "BrokenJson", "line 1, column 6"),
        (
            b"[{\"a\":\n1e999999}]".to_vec(),
            "BrokenJson",
            "line 2, column",
        ),
        (
            b"[{\"a\":1}\n,{\"b\":2,}]".to_vec(),
            "BrokenJson",
            "line 2, column 9",
        ),
        (
            format!("[{}{}]", "{\"a\":[".repeat(5000), "]}".repeat(5000)).into_bytes(),
            "BrokenJson",
            "line 1, column",
        ),
        (b"machine,osBits\n\"a,1\n".to_vec(), "Damaged", "line 2"),
        (
            [b"machine,osName\na,b".as_slice(), &[0xE4, 10]].concat(),
            "WrongInput",
            "UTF-8",
        ),
        (
            vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF],
            "Damaged",
            "gzip",
        ),
    ] {
        let error = import(&[NamedInput::new("in", data.clone())]).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(place), "{error}");
    }
    // The last of two equal keys counts, as everywhere.
    let twice = json!([vm("silo")])
        .to_string()
        .replacen('{', "{\"name\":\"other\",", 1);
    assert_eq!(read(&[("in", twice)]).fleet.machines.len(), 1);
}

#[test]
fn what_only_a_deployment_can_tell_of_a_vm_is_unknown_not_the_default() {
    let machine = |security: Value| {
        json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": { "kind": { "type": "string" }, "known": { "type": "string", "defaultValue": "Standard" } },
            "resources": [{
                "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": "vm-1", "location": "westeurope",
                "properties": {
                    "hardwareProfile": { "vmSize": "Standard_D2s_v5" },
                    "securityProfile": security,
                    "storageProfile": { "osDisk": { "createOption": "FromImage", "osType": "Linux", "managedDisk": { "storageAccountType": "Premium_LRS" } } },
                },
            }],
        })
    };
    let read = |security: Value| {
        let template = machine(security).to_string();
        let import = import(&[NamedInput::new("template.json", template)]).unwrap();
        let options = AssessOptions {
            service: Service::VmBackup,
            ..AssessOptions::default()
        };
        let judged = assess(&import.fleet, &options).unwrap().machines.remove(0);
        let asked = judged
            .missing
            .iter()
            .any(|missing| missing.fact == "securityType");
        (
            import.fleet.machines[0].facts.get("openFacts").cloned(),
            asked,
            judged.verdict,
        )
    };
    let (open, asked, _) = read(json!({ "securityType": "[parameters('known')]" }));
    assert_eq!((open, asked), (None, false));
    for unknown in [
        json!({ "securityType": "[parameters('kind')]" }),
        json!("[reference('other').securityProfile]"),
    ] {
        let (open, asked, verdict) = read(unknown.clone());
        let Some(FactValue::TextList(open)) = open else {
            panic!("{unknown}");
        };
        assert!(open.contains(&"securityType".to_owned()), "{open:?}");
        assert!(asked, "{unknown}");
        assert_eq!(verdict, Verdict::Unknown, "{unknown}");
    }
}

#[test]
fn incremental_snapshots_count_against_the_limit_of_their_disk() {
    let id = |kind: &str, name: &str| {
        format!("/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/{kind}/{name}")
    };
    let disk = json!([{ "type": "Microsoft.Compute/disks", "id": id("disks", "d"), "name": "d", "sku": { "name": "Premium_LRS" } }]);
    let snapshot = |number: usize, incremental: bool| {
        json!({
            "type": "Microsoft.Compute/snapshots", "id": id("snapshots", &format!("s{number}")), "name": format!("s{number}"),
            "incremental": incremental, "creationData": { "createOption": "Copy", "sourceResourceId": id("disks", "D") },
        })
    };
    let mut snapshots: Vec<Value> = (0..200).map(|number| snapshot(number, true)).collect();
    snapshots.push(snapshot(200, false));
    // Listed twice, it is one.
    snapshots.push(snapshot(7, true));
    let inputs = [
        NamedInput::new("disks", disk.to_string()),
        NamedInput::new("snapshots", json!(snapshots).to_string()),
    ];
    let import = import(&inputs).unwrap();
    assert_eq!(
        import.fleet.disks[0].facts["incrementalSnapshots"],
        FactValue::Integer(200)
    );
    assert_eq!(import.preview.read.snapshots, 202);
}
