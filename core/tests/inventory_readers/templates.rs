//! Templates, their expressions, and what is nested in them.

use super::{codes, machine, read, template, text, verdict};
use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{AssessOptions, Service, Verdict, assess};
use rplab_core::model::FactValue;
use serde_json::{Value, json};

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
