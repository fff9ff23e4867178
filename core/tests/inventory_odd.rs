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

use rplab_core::inventory::{Import, NamedInput, import};
use rplab_core::matrix::{AssessOptions, Service, Verdict, assess};
use rplab_core::model::{DiskRole, FactValue};
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
    let service = if service == Service::VmBackup {
        "vmBackup"
    } else {
        "restorePoints"
    };
    let options = json!({ "service": service, "policy": { "type": "Standard" }, "vault": { "location": "westeurope" } });
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    let report = assess(&import.fleet, &options).unwrap();
    report.machines[0].verdict
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

fn template(storage: &Value, condition: Option<&str>) -> String {
    let mut vm = json!({
        "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2024-07-01", "name": "t1", "location": "westeurope",
        "properties": { "hardwareProfile": { "vmSize": "Standard_D2s_v3" }, "storageProfile": {
            "imageReference": { "publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2019-Datacenter", "version": "latest" },
            "osDisk": { "osType": "Windows", "createOption": "FromImage", "managedDisk": { "storageAccountType": "Premium_LRS" } } } },
    });
    let own = vm["properties"]["storageProfile"].as_object_mut().unwrap();
    own.extend(storage.as_object().unwrap().clone());
    if let Some(condition) = condition {
        vm["condition"] = json!(condition);
    }
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "parameters": { "n": { "type": "int" }, "m": { "type": "int", "defaultValue": 0 } }, "resources": [vm],
    })
    .to_string()
}

#[test]
fn data_disks_that_only_a_deployment_can_tell_are_not_taken_for_none() {
    let copy = |count: &str, sku: &str| {
        json!({ "copy": [{ "name": "dataDisks", "count": count, "input": {
            "lun": "[copyIndex('dataDisks')]", "createOption": "Empty", "managedDisk": { "storageAccountType": sku } } }] })
    };
    for (storage, expected) in [
        (json!({}), Verdict::Supported),
        (
            copy("[parameters('m')]", "UltraSSD_LRS"),
            Verdict::Supported,
        ),
        (
            copy("[parameters('n')]", "UltraSSD_LRS"),
            Verdict::ExcludeDisk,
        ),
        (copy("[parameters('n')]", "Premium_LRS"), Verdict::Unknown),
        (
            json!({ "dataDisks": "[parameters('n')]" }),
            Verdict::Unknown,
        ),
    ] {
        let import = read(template(&storage, None));
        assert_eq!(
            verdict(&import, Service::RestorePoints),
            expected,
            "{storage}"
        );
        let is_open = expected != Verdict::Supported;
        assert_eq!(
            !import.problems.is_empty(),
            is_open,
            "{:?}",
            import.problems
        );
        assert_eq!(
            !import.preview.missing.is_empty(),
            expected == Verdict::Unknown
        );
    }
}

#[test]
fn a_condition_that_only_a_deployment_can_tell_is_told() {
    let import = read(template(&json!({}), Some("[parameters('n')]")));
    assert_eq!(import.fleet.machines.len(), 1);
    assert_eq!(problems(&import), ["NotResolved in.resources[0].condition"]);
    let import = read(template(&json!({}), Some("[equals(1, 1)]")));
    assert!(import.problems.is_empty(), "{:?}", import.problems);
}

fn plan(expressions: &Value, suffix: &str) -> Value {
    let resource = |kind: &str, name: &str, values: Value| json!({ "address": format!("{kind}.{name}{suffix}"), "mode": "managed", "type": kind, "name": name, "values": values });
    let vm = "azurerm_linux_virtual_machine";
    json!({ "format_version": "1.2", "terraform_version": "1.7.0",
        "planned_values": { "root_module": { "resources": [
            resource(vm, "a", json!({ "name": "tfa", "location": "westeurope", "size": "Standard_E4s_v5",
                "identity": [{ "type": "SystemAssigned" }],
                "os_disk": [{ "caching": "ReadWrite", "storage_account_type": "Premium_LRS" }] })),
            resource("azurerm_managed_disk", "d", json!({ "name": "tfd", "location": "westeurope", "storage_account_type": "UltraSSD_LRS", "disk_size_gb": 1024 })),
            resource("azurerm_virtual_machine_data_disk_attachment", "x", json!({ "lun": 3, "caching": "None" })),
        ] } },
        "configuration": { "root_module": { "resources": [{
            "address": "azurerm_virtual_machine_data_disk_attachment.x", "mode": "managed",
            "type": "azurerm_virtual_machine_data_disk_attachment", "name": "x", "expressions": expressions }] } } })
}

#[test]
fn a_plan_of_new_resources_is_joined_by_what_its_configuration_refers_to() {
    let refers = |vm: &str, disk: &str| {
        json!({ "virtual_machine_id": { "references": [format!("{vm}.id"), vm] },
            "managed_disk_id": { "references": [format!("{disk}.id"), disk] } })
    };
    let (vm, disk) = ("azurerm_linux_virtual_machine.a", "azurerm_managed_disk.d");
    for suffix in ["", "[0]", "[\"east\"]"] {
        let import = read(plan(&refers(vm, disk), suffix).to_string());
        assert_eq!(problems(&import), Vec::<String>::new(), "{suffix}");
        assert_eq!(
            verdict(&import, Service::RestorePoints),
            Verdict::ExcludeDisk
        );
        let own = &import.fleet.machines[0];
        assert_eq!((own.disks.len(), own.disks[1].lun), (2, Some(3)));
        assert!(import.fleet.disks.is_empty());
        assert_eq!(
            own.facts.get("identityType"),
            Some(&FactValue::Text("SystemAssigned".to_owned()))
        );
    }
    // In a module.
    let mut inner = plan(&refers(vm, disk), "");
    let mut planned = inner["planned_values"]["root_module"].take();
    for resource in planned["resources"].as_array_mut().unwrap() {
        resource["address"] =
            format!("module.m[0].{}", resource["address"].as_str().unwrap()).into();
    }
    planned["address"] = json!("module.m[0]");
    inner["planned_values"]["root_module"] = json!({ "child_modules": [planned] });
    let module = inner["configuration"]["root_module"].take();
    inner["configuration"]["root_module"] =
        json!({ "module_calls": { "m": { "module": module } } });
    let import = read(inner.to_string());
    assert_eq!(
        verdict(&import, Service::RestorePoints),
        Verdict::ExcludeDisk,
        "{:?}",
        import.problems
    );
    // Where the configuration does not tell, every VM that it may be has a disk that nobody knows.
    for expressions in [
        json!({}),
        refers("each.value", disk),
        refers(vm, "local.disk"),
    ] {
        let import = read(plan(&expressions, "").to_string());
        let told = verdict(&import, Service::RestorePoints);
        assert_eq!(told, Verdict::Unknown, "{expressions}");
        assert!(
            problems(&import)
                .iter()
                .any(|own| own.starts_with("AttachmentUnclear")),
            "{:?}",
            import.problems
        );
    }
}

#[test]
fn a_table_tells_what_it_cannot_take() {
    let import = read(
        "machine,disk,role,sizeGiB,lun,diskId,sku,maxShares\nvm1,o,os,-1,x,y,Premium_LRS,1\nvm1,e,banana,abc,1,,Premium_LRS,two\n",
    );
    let expected = [
        "UnknownValue in:2.lun",
        "UnknownValue in:2.sizeGiB",
        "UnknownValue in:2.diskId",
        "UnknownValue in:3.sizeGiB",
        "UnknownValue in:3.role",
        "UnknownValue in:3.maxShares",
    ];
    assert_eq!(problems(&import), expected);
    for (csv, expected) in [
        (
            "machine,location,osType\nvm1,westeurope,Windows\nvm1,northeurope,Linux\n",
            "DuplicateMachine in:3",
        ),
        (
            "machine,osType,osType\nvm1,Windows,Linux\n",
            "DuplicateColumn in:1",
        ),
        ("machine,osType\nvm1,Windows,surplus\n", "SurplusCells in:2"),
    ] {
        assert_eq!(problems(&read(csv)), [expected]);
    }
    let rows = "machine,location,disk,role,sku\nvm1,westeurope,o,os,Premium_LRS\nvm1,,d,data,Premium_LRS\n";
    assert_eq!(problems(&read(rows)), Vec::<String>::new());
}

#[test]
fn the_role_of_a_disk_that_nobody_told_is_a_guess() {
    let roles = |rows: &str| {
        let import = read(format!("machine,disk,sizeGiB,sku,maxShares\n{rows}"));
        let disks = import.fleet.machines[0].disks.iter();
        let disks: Vec<(String, Option<DiskRole>)> =
            disks.map(|disk| (disk.name.clone(), disk.role)).collect();
        let guessed = import.preview.guessed.iter();
        let guessed = guessed
            .filter(|own| own.fact == "role")
            .map(|own| own.path.clone());
        (disks, guessed.collect::<Vec<_>>(), problems(&import))
    };
    let (os, data) = (Some(DiskRole::Os), Some(DiskRole::Data));
    let told = roles("vm1,data1,100,UltraSSD_LRS,1\nvm1,vm1-os,30,Premium_LRS,1\n");
    assert_eq!(
        told.0,
        [("vm1-os".to_owned(), os), ("data1".to_owned(), data)]
    );
    assert_eq!(
        told.1,
        ["machines[0].disks[1].role", "machines[0].disks[0].role"]
    );
    assert!(told.2.is_empty(), "{:?}", told.2);
    let told = roles("vm1,one,100,Premium_LRS,1\nvm1,two,30,Premium_LRS,1\n");
    assert_eq!(told.0, [("one".to_owned(), data), ("two".to_owned(), data)]);
    assert_eq!(told.2, ["RoleUnclear in:2"]);
    let told = roles("vm1,one,100,Premium_LRS,1\n");
    assert_eq!(told.0, [("one".to_owned(), os)]);
}

#[test]
fn a_row_about_a_name_of_several_vms_is_left_out_and_said() {
    let vms = mill();
    let other = vms[0].to_string().replace("rg-mill", "rg-other");
    let list = format!("[{},{other}]", vms[0]);
    let inputs = [
        NamedInput::new("list", list),
        NamedInput::new("rows", "machine,agentStatus\nmill,notReady\n"),
    ];
    let import = import(&inputs).unwrap();
    assert_eq!(import.fleet.machines.len(), 2);
    let left: Vec<&str> = import
        .preview
        .left_out
        .iter()
        .map(|own| own.path.as_str())
        .collect();
    assert_eq!(left, ["rows:2"]);
    assert!(problems(&import).contains(&"AmbiguousName rows:2".to_owned()));
}

#[test]
fn no_secret_is_kept_in_a_tag() {
    for (name, value) in [
        ("token", "S3CR"),
        ("sas-token", "S3CR"),
        ("Pass Phrase", "S3CR"),
        ("note", "{\"password\":\"S3CR\"}"),
        ("note", "pwd: S3CR"),
        ("note", "https://u:S3CR@host/x"),
        ("note", "Authorization: Bearer S3CR"),
        ("note", "https://f.example/api?code=S3CR&x=1"),
        ("note", "AWS_SECRET_ACCESS_KEY=S3CR"),
        ("note", "ghp_S3CRS3CRS3CRS3CRS3CR"),
    ] {
        let mut vms = mill();
        vms[0]["tags"] = json!({ name: value, "owner": "team a: west=1" });
        let import = read(vms.to_string());
        let tags = &import.fleet.machines[0].tags;
        assert!(
            !tags.values().any(|own| own.contains("S3CR")),
            "{name}: {value}"
        );
        assert_eq!(tags.get("owner").unwrap(), "team a: west=1");
    }
}

#[test]
fn what_terraform_has_beyond_the_table_is_counted() {
    let mut plan = plan(&json!({}), "");
    let resources = plan
        .pointer_mut("/planned_values/root_module/resources")
        .unwrap();
    resources[0]["values"]["mystery_field"] = json!("x");
    resources[0]["values"]["admin_password"] = json!("S3CR");
    resources[0]["values"]["custom_data"] = json!("S3CR");
    resources[1]["values"]["public_network_access_enabled"] = json!(false);
    let older = json!({ "address": "azurerm_virtual_machine.o", "mode": "managed", "type": "azurerm_virtual_machine", "name": "o", "values": { "name": "old" } });
    resources.as_array_mut().unwrap().push(older.clone());
    resources.as_array_mut().unwrap().remove(2);
    let import = read(plan.to_string());
    assert_eq!(import.preview.read.secrets_dropped, 2);
    let fields = import.preview.not_understood.iter();
    let fields: Vec<&str> = fields.map(|own| own.field.as_str()).collect();
    assert_eq!(fields, ["mystery_field"]);
    let access = import.fleet.disks[0]
        .facts
        .get("publicNetworkAccess")
        .cloned();
    assert_eq!(access, Some(FactValue::Text("Disabled".to_owned())));
    assert_eq!(import.preview.left_out.len(), 1);
    assert!(import.preview.left_out[0].what.contains("old"));
    // Alone, it is named too.
    *plan
        .pointer_mut("/planned_values/root_module/resources")
        .unwrap() = json!([older]);
    let error =
        rplab_core::inventory::import(&[NamedInput::new("in", plan.to_string())]).unwrap_err();
    assert_eq!(error.code(), "NothingTaken");
    assert!(
        error
            .to_string()
            .contains("`old`, of type azurerm_virtual_machine"),
        "{error}"
    );
}

#[test]
fn classic_vms_are_given_as_a_table() {
    let classic = json!([{ "id": "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/old",
        "name": "old", "type": "Microsoft.ClassicCompute/virtualMachines", "location": "westeurope" }]);
    let error = import(&[NamedInput::new("in", classic.to_string())]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("columns `machine` and `classic`"),
        "{error}"
    );
    let import = read("machine,classic\nold,true\n");
    assert_eq!(
        import.fleet.machines[0].facts.get("classic"),
        Some(&FactValue::Bool(true))
    );
}

#[test]
fn what_a_private_maker_calls_its_things_is_not_shown_to_others() {
    let mut import = read(mill().to_string());
    let text = |text: &str| FactValue::Text(text.to_owned());
    let facts = &mut import.fleet.machines[0].facts;
    for (name, value) in [
        ("plan", text("contosocorp:contoso-private-offer:p")),
        (
            "imageReference",
            text("contosocorp:contoso-private-offer:gold:latest"),
        ),
        ("osName", text("contoso-private-windows-server 2019")),
        ("extendedLocation", text("contoso-edge")),
        ("database", text("Oracle 19c CONTOSO-ERP")),
        (
            "extensions",
            FactValue::TextList(vec![
                "Contoso.Internal.ContosoAgent".to_owned(),
                "Microsoft.Azure.Extensions.CustomScript".to_owned(),
            ]),
        ),
    ] {
        facts.insert(name.to_owned(), value);
    }
    let own = rplab_core::inventory::anonymised(&import.fleet);
    let facts = &own.machines[0].facts;
    for value in facts.values() {
        assert!(
            !format!("{value:?}").to_lowercase().contains("contoso"),
            "{value:?}"
        );
    }
    assert_eq!(facts.get("osName"), Some(&text("windows server 2019")));
    assert_eq!(facts.get("database"), Some(&text("Oracle 19c")));
    let Some(FactValue::TextList(extensions)) = facts.get("extensions") else {
        panic!("{facts:?}");
    };
    assert_eq!(extensions[1], "Microsoft.Azure.Extensions.CustomScript");
    // What anyone can have stays.
    let known = rplab_core::inventory::anonymised(&read(mill().to_string()).fleet);
    let known = &known.machines[0].facts;
    assert_eq!(
        known.get("imageReference"),
        Some(&text(
            "MicrosoftWindowsServer:WindowsServer:2022-datacenter-g2:latest"
        ))
    );
    assert_eq!(
        known.get("osName"),
        Some(&text("WindowsServer 2022-datacenter-g2"))
    );
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
