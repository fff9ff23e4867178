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
use rplab_core::matrix::{AssessOptions, MachineAssessment, Service, Verdict, assess};
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

/// What is asked of a VM, as fact and disk.
fn asked(judged: &MachineAssessment) -> Vec<(&str, Option<&str>)> {
    let missing = judged.missing.iter();
    missing
        .map(|own| (own.fact.as_str(), own.disk.as_deref()))
        .collect()
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
fn what_only_a_deployment_can_tell_of_a_disk_is_asked_for() {
    let declared = |disk: Value, attached: Value| {
        let mut own = json!({ "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "d0", "location": "westeurope",
            "sku": { "name": "Premium_LRS" }, "properties": { "diskSizeGB": 128, "creationData": { "createOption": "Empty" } } });
        for (name, value) in disk.as_object().unwrap() {
            match name.as_str() {
                "sku" | "properties" => own[name] = value.clone(),
                _ => own["properties"][name] = value.clone(),
            }
        }
        let mut listed = json!({ "lun": 0, "createOption": "Attach", "managedDisk": { "id": "[resourceId('Microsoft.Compute/disks', 'd0')]" } });
        listed
            .as_object_mut()
            .unwrap()
            .extend(attached.as_object().unwrap().clone());
        let vm = template(&json!({ "dataDisks": [listed] }), None);
        let mut template: Value = serde_json::from_str(&vm).unwrap();
        template["parameters"]["s"] = json!({ "type": "string" });
        template["resources"].as_array_mut().unwrap().push(own);
        let import = read(template.to_string());
        assert_eq!(import.fleet.machines[0].disks.len(), 2);
        import
    };
    let none = || json!({});
    let known = declared(none(), none());
    assert_eq!(verdict(&known, Service::RestorePoints), Verdict::Supported);
    let s = "[parameters('s')]";
    for (disk, attached, fact, service) in [
        (
            json!({ "sku": { "name": s } }),
            none(),
            "sku",
            Service::RestorePoints,
        ),
        (json!({ "sku": s }), none(), "sku", Service::RestorePoints),
        (
            json!({ "maxShares": s }),
            none(),
            "maxShares",
            Service::RestorePoints,
        ),
        (
            json!({ "properties": s }),
            none(),
            "maxShares",
            Service::RestorePoints,
        ),
        (
            json!({ "diskSizeGB": s }),
            none(),
            "sizeGiB",
            Service::VmBackup,
        ),
        (
            none(),
            json!({ "writeAcceleratorEnabled": s }),
            "writeAcceleratorEnabled",
            Service::RestorePoints,
        ),
    ] {
        let import = declared(disk.clone(), attached);
        let open = import.fleet.machines[0].disks[1].facts.get("openFacts");
        let Some(FactValue::TextList(open)) = open else {
            panic!("{fact}: {disk}");
        };
        assert!(open.iter().any(|own| own == fact), "{open:?}");
        let judged = &judged(&import, service, false)[0];
        assert_eq!(judged.verdict, Verdict::Unknown, "{fact}: {disk}");
        assert!(asked(judged).contains(&(fact, Some("d0"))), "{disk}");
    }
    // A disk that is made with its VM.
    for disks in [
        json!({ "dataDisks": [{ "lun": 0, "createOption": "Empty", "diskSizeGB": s, "managedDisk": { "storageAccountType": "Premium_LRS" } }] }),
        json!({ "copy": [{ "name": "dataDisks", "count": 2, "input": { "lun": "[copyIndex('dataDisks')]", "createOption": "Empty", "diskSizeGB": s,
            "managedDisk": { "storageAccountType": "Premium_LRS" } } }] }),
    ] {
        let import = read(template(&disks, None));
        let judged = &judged(&import, Service::VmBackup, false)[0];
        assert!(
            asked(judged).contains(&("sizeGiB", Some("lun-0"))),
            "{:?}",
            asked(judged)
        );
    }
}

#[test]
fn a_row_that_a_spreadsheet_cut_off_is_left_out_and_said() {
    let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
    let row = |own: &Value| {
        let text = |name: &str| own[name].as_str().unwrap_or_default().to_owned();
        let cells = [
            text("id"),
            text("name"),
            text("type"),
            text("location"),
            own["sku"].to_string(),
            own["properties"].to_string(),
        ];
        cells.map(|cell| quoted(&cell)).join(",")
    };
    let mill = mill();
    let header = "id,name,type,location,sku,properties";
    let whole = format!(
        "{header}\r\n{}\r\n{}\r\n{}",
        row(&mill[0]),
        row(&mill[1]),
        row(&mill[2])
    );
    assert_eq!(problems(&read(whole.clone())), Vec::<String>::new());
    // In the middle of a cell of JSON, as at 32,767 characters; and a file whose end is missing.
    let cut = whole.replacen("\"\"diskSizeGB\"\":128", "", 1);
    let cell = cut.replacen("\"\"hyperVGeneration\"\":\"\"V2\"\"}\"", "\"", 1);
    let end = whole.rfind("\"\"Premium_LRS").unwrap() + 1;
    for (text, problem) in [
        (cell, "CutOff in:3"),
        (whole[..end].to_owned(), "CutOff in:4"),
    ] {
        let import = read(text.clone());
        assert!(
            problems(&import).contains(&problem.to_owned()),
            "{:?}",
            problems(&import)
        );
        let judged = &judged(&import, Service::RestorePoints, false)[0];
        assert_eq!(judged.verdict, Verdict::Unknown, "{problem}: {text}");
    }
}

#[test]
fn what_a_plan_tells_only_when_it_is_applied_is_not_taken_for_none() {
    let mut plan = plan(&json!({}), "");
    plan["resource_changes"] = json!([
        { "address": "azurerm_linux_virtual_machine.a", "change": { "after_unknown": { "availability_set_id": true, "id": true, "os_disk": [{ "disk_encryption_set_id": true, "name": true }] } } },
        { "address": "azurerm_managed_disk.d", "change": { "after_unknown": { "disk_encryption_set_id": true, "max_shares": true, "storage_account_type": true } } },
    ]);
    plan.pointer_mut("/planned_values/root_module/resources/1/values")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("storage_account_type");
    let import = read(plan.to_string());
    let vm = &import.fleet.machines[0];
    let text = |text: &str| Some(FactValue::Text(text.to_owned()));
    let later = text("(known after apply)");
    assert_eq!(vm.facts.get("availabilitySetId").cloned(), later);
    for facts in [&vm.disks[0].facts, &import.fleet.disks[0].facts] {
        assert_eq!(facts.get("diskEncryptionSetId").cloned(), later);
        let customer = text("EncryptionAtRestWithCustomerKey");
        assert_eq!(facts.get("encryptionType").cloned(), customer);
    }
    let open = import.fleet.disks[0].facts.get("openFacts").cloned();
    assert_eq!(open, Some(FactValue::TextList(vec!["sku".to_owned()])));
}

#[test]
fn a_condition_that_only_a_deployment_can_tell_is_told() {
    let import = read(template(&json!({}), Some("[parameters('n')]")));
    assert_eq!(import.fleet.machines.len(), 1);
    assert_eq!(problems(&import), ["NotResolved in.resources[0].condition"]);
    let import = read(template(&json!({}), Some("[equals(1, 1)]")));
    assert!(import.problems.is_empty(), "{:?}", import.problems);
}

/// A template's VM with a member of its own.
fn template_with(name: &str, value: &Value) -> String {
    let mut template: Value = serde_json::from_str(&template(&json!({}), None)).unwrap();
    template["resources"][0][name] = value.clone();
    template.to_string()
}

#[test]
fn an_expression_that_is_nested_too_deep_is_said_to_be_so() {
    let nested = |deep: usize| {
        let (open, close) = ("concat('v', ".repeat(deep), ")".repeat(deep));
        json!(format!("[{open}'m'{close}]"))
    };
    let known = read(template_with("name", &nested(63)));
    assert_eq!(known.problems, []);
    assert_eq!(known.fleet.machines[0].name, "v".repeat(63) + "m");
    // Without a name there is no VM, and the import says why.
    let alone = import(&[NamedInput::new("in", template_with("name", &nested(64)))]);
    let refused = alone.unwrap_err().to_string();
    assert!(refused.contains("nested more than 64 deep"), "{refused}");
    for deep in [64, 5_000] {
        let mut two: Value = serde_json::from_str(&template_with("name", &nested(deep))).unwrap();
        let sound: Value = serde_json::from_str(&template(&json!({}), None)).unwrap();
        let resources = two["resources"].as_array_mut().unwrap();
        resources.push(sound["resources"][0].clone());
        let both = read(two.to_string());
        assert_eq!(both.fleet.machines.len(), 1);
        let told = both.problems.iter().find(|own| own.code == "TooDeep");
        let told = told.unwrap_or_else(|| panic!("{:?}", both.problems));
        assert_eq!(told.path, "in.resources[0]");
        assert!(
            told.message.contains("name") && told.message.contains("more than 64 deep"),
            "{}",
            told.message
        );
        let left_out = both.preview.left_out.iter();
        assert_eq!(left_out.filter(|own| own.why == "TooDeep").count(), 1);
    }
    let mut deep: Value = serde_json::from_str(&template(&json!({}), None)).unwrap();
    deep["resources"][0]["properties"]["hardwareProfile"]["vmSize"] = nested(5_000);
    let size = read(deep.to_string());
    assert_eq!(problems(&size), ["TooDeep in.resources[0]"]);
    let open = size.fleet.machines[0].facts.get("openFacts").cloned();
    assert_eq!(open, Some(FactValue::TextList(vec!["vmSize".to_owned()])));
    // A name that nobody can tell leaves its VM out too, and not silently.
    let nameless = template_with("name", &json!("[concat('a']"));
    let refused = import(&[NamedInput::new("in", nameless)]).unwrap_err();
    let refused = refused.to_string();
    assert!(
        refused.contains("name cannot be told without a deployment"),
        "{refused}"
    );
}

#[test]
fn zones_that_only_a_deployment_can_tell_are_not_taken_for_none() {
    let across_zones = json!({ "service": "vmBackup", "policy": { "type": "Standard" }, "vault": { "location": "westeurope" },
        "restore": { "method": "crossZonal", "targetZone": "3" } });
    let options: AssessOptions = rplab_core::json::read(&across_zones).unwrap();
    for (zones, is_open, known) in [
        (json!("[parameters('n')]"), true, &[] as &[&str]),
        (json!(["[parameters('n')]"]), true, &[]),
        (json!("[array(reference('x').zone)]"), true, &[]),
        (json!([]), false, &[]),
        (json!(null), false, &[]),
        (
            json!("[if(equals(parameters('m'), 0), null(), array(string(parameters('m'))))]"),
            false,
            &[],
        ),
        (
            json!("[array(string(add(parameters('m'), 2)))]"),
            false,
            &["2"],
        ),
    ] {
        let import = read(template_with("zones", &zones));
        let vm = &import.fleet.machines[0];
        assert_eq!(vm.zones, known, "{zones}");
        let open = vm.facts.get("openFacts").cloned();
        let expected = is_open.then(|| FactValue::TextList(vec!["zones".to_owned()]));
        assert_eq!(open, expected, "{zones}");
        let told = problems(&import);
        assert_eq!(told.is_empty(), !is_open, "{zones} {told:?}");
        let judged = &assess(&import.fleet, &options).unwrap().machines[0];
        let missing: Vec<&str> = judged.missing.iter().map(|own| own.fact.as_str()).collect();
        assert_eq!(missing.contains(&"zones"), is_open, "{zones} {missing:?}");
        if is_open {
            assert_eq!(judged.verdict, Verdict::Unknown);
            let zones = judged
                .missing
                .iter()
                .find(|own| own.fact == "zones")
                .unwrap();
            assert_eq!(zones.field, "machines[0].zones");
            let verdicts: Vec<&str> = zones.verdict_for.keys().map(String::as_str).collect();
            assert_eq!(verdicts, ["1", "none"]);
        }
    }
    // Who says them in a table or in the editor has answered.
    let import = read(template_with("zones", &json!("[parameters('n')]")));
    let mut fleet = import.fleet;
    fleet.machines[0].zones = vec!["1".to_owned()];
    let judged = &assess(&fleet, &options).unwrap().machines[0];
    assert!(judged.missing.iter().all(|own| own.fact != "zones"));
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
        "UnknownValue in:2.diskId",
        "UnknownValue in:2.sizeGiB",
        "UnknownValue in:3.role",
        "UnknownValue in:3.maxShares",
        "UnknownValue in:3.sizeGiB",
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
    resources[0]["values"]["os_disk"][0]["odd_field"] = json!(7);
    resources[0]["values"]["os_disk"][0]["diff_disk_settings"] =
        json!([{ "placement": "CacheDisk", "other": "x" }]);
    resources[0]["values"]["identity"][0]["principal_id"] =
        json!("0f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50");
    resources[0]["values"]["new_block"] = json!([{ "inner": { "deep": "x", "shared_key": "S3CR", "off": false, "none": null } }, { "inner": { "deep": "y" } }]);
    resources[0]["values"]["new_list"] = json!(["a", "b"]);
    let older = json!({ "address": "azurerm_virtual_machine.o", "mode": "managed", "type": "azurerm_virtual_machine", "name": "o", "values": { "name": "old" } });
    resources.as_array_mut().unwrap().push(older.clone());
    resources.as_array_mut().unwrap().remove(2);
    let import = read(plan.to_string());
    assert_eq!(import.preview.read.secrets_dropped, 3);
    let fields = import.preview.not_understood.iter();
    let fields: Vec<(&str, u64)> = fields.map(|own| (own.field.as_str(), own.count)).collect();
    assert_eq!(
        fields,
        [
            ("mystery_field", 1),
            ("new_block.inner.deep", 2),
            ("new_list", 1),
            ("os_disk.diff_disk_settings.other", 1),
            ("os_disk.odd_field", 1),
        ]
    );
    assert!(!format!("{import:?}").contains("S3CR"));
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
