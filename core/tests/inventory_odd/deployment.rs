//! What of a template only a deployment can tell is asked for, and not taken for none.

use super::{asked, judged, problems, read, verdict};
use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{AssessOptions, Service, Verdict, assess};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

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
