//! What is nobody else's business is not kept, or not shown to others.

use super::{mill, read};
use rplab_core::model::FactValue;
use serde_json::json;

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
