//! Plans and states of Terraform.

use super::{SUB, machine, read, terraform, text, verdict};
use rplab_core::matrix::Verdict;
use rplab_core::model::FactValue;
use serde_json::json;

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
