//! What a plan of Terraform does not tell until it is applied, and what it has beyond the table of fields.

use super::{problems, read, verdict};
use rplab_core::inventory::NamedInput;
use rplab_core::matrix::{Service, Verdict};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

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
