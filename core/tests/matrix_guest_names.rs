//! Which rows on guest systems a name reaches, as the guest, an image or a person writes it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::json::read;
use rplab_core::matrix::{AssessOptions, assess};
use rplab_core::model::Fleet;
use serde_json::json;

const LISTED: [&str; 9] = [
    "S3-19a", "S3-19b", "S3-19c", "S3-19d", "S3-19e", "S3-19f", "S3-19g", "S3-19h", "S3-19i",
];

/// The rows of the list of Windows systems that are found to hold, with their verdicts.
fn rows(name: &str) -> Vec<(String, Vec<String>)> {
    let group = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute";
    let fleet: Fleet = read(&json!({ "machines": [{
        "id": format!("{group}/virtualMachines/vm"), "name": "vm", "location": "eastus",
        "facts": { "osType": "Windows", "osName": name },
        "disks": [{ "name": "os", "id": format!("{group}/disks/os"), "role": "os", "sizeGiB": 127,
                    "facts": { "sku": "Premium_LRS" } }],
    }] }))
    .unwrap();
    let options: AssessOptions = read(&json!({ "service": "vmBackup" })).unwrap();
    let report = assess(&fleet, &options).unwrap();
    let findings = report.machines[0].findings.iter();
    let of_list =
        findings.filter(|finding| LISTED.contains(&finding.row_ids.first().map_or("", |id| id)));
    of_list
        .map(|finding| (finding.verdict.as_str().to_owned(), finding.row_ids.clone()))
        .collect()
}

#[test]
fn a_windows_name_reaches_the_row_of_its_release_and_no_other() {
    for (name, row) in [
        ("Windows Server 2022 Datacenter", "S3-19c"),
        ("Windows Server 2012 R2 Standard", "S3-19f"),
        ("WindowsServer 2019-datacenter-gensecond", "S3-19d"),
        ("Server 2016", "S3-19e"),
        // Images of SQL Server name its release and that of Windows.
        ("sql2019-ws2022 enterprise", "S3-19c"),
        ("sql2019-ws2019 standard", "S3-19d"),
        ("SQL2016SP2-WS2019 Web", "S3-19d"),
        ("SQL2014SP3-WS2012R2 Enterprise", "S3-19f"),
        ("SQL2012SP4-WS2012 Enterprise", "S3-19g"),
        ("SQL Server 2019 on Windows Server 2022", "S3-19c"),
        // Those of desktops name it short.
        ("office-365 win11-23h2-avd-m365", "S3-19a"),
        ("office-365 win10-22h2-avd-m365-g2", "S3-19b"),
        ("windows-11 win11-22h2-ent", "S3-19a"),
    ] {
        let expected = [("supported".to_owned(), vec![row.to_owned()])];
        assert_eq!(rows(name), expected, "{name}");
    }
}

#[test]
fn a_windows_name_that_the_list_does_not_have_reaches_none_of_its_rows() {
    for name in [
        "Windows Server 2003",
        "Windows Server 2025 Datacenter",
        "sql2022-ws2025 standard-gen2",
        "Windows 7 Enterprise",
        // Of these releases the page lists other editions.
        "Windows Server 2012 R2 Essentials",
        "WindowsServerEssentials windows server 2016 essentials",
        "Windows Storage Server 2016 Standard",
        "Windows Server 2008 R2 Foundation",
    ] {
        let expected = [(
            "undocumented".to_owned(),
            LISTED.map(str::to_owned).to_vec(),
        )];
        assert_eq!(rows(name), expected, "{name}");
    }
}
