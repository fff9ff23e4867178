//! Every row of the matrix, reached by a machine of its own.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{AssessOptions, Finding, JudgedBy, Verdict, assess, support_matrix};
use rplab_core::model::Fleet;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-rows/providers/Microsoft.Compute";

/// A plain Windows VM in East US with a premium OS disk and a premium data disk, and what differs from it.
struct Case {
    row: &'static str,
    machine: Value,
    os: Value,
    data: Value,
    options: Value,
}

fn case(row: &'static str, machine: Value) -> Case {
    Case {
        row,
        machine,
        os: json!({}),
        data: json!({}),
        options: json!({}),
    }
}

fn data(row: &'static str, facts: Value) -> Case {
    Case {
        data: facts,
        ..case(row, json!({}))
    }
}

fn os(row: &'static str, facts: Value) -> Case {
    Case {
        os: facts,
        ..case(row, json!({}))
    }
}

impl Case {
    fn asked(self, options: Value) -> Self {
        Self { options, ..self }
    }

    fn data(self, data: Value) -> Self {
        Self { data, ..self }
    }

    fn os(self, os: Value) -> Self {
        Self { os, ..self }
    }

    fn request(self, request: Value) -> Self {
        self.asked(json!({ "request": request }))
    }

    fn beyond(self, request: Value) -> Self {
        self.asked(json!({ "edition": "beyond", "request": request }))
    }

    fn findings(&self) -> Vec<Finding> {
        let mut facts = json!({ "osType": "Windows", "vmSize": "Standard_D4s_v5" });
        merge(&mut facts, &self.machine);
        let disk = |name: &str, role: &str, own: &Value| {
            let mut facts = json!({ "sku": "Premium_LRS" });
            merge(&mut facts, own);
            json!({ "name": name, "id": format!("{GROUP}/disks/{name}"), "role": role, "facts": facts })
        };
        let location = facts
            .as_object_mut()
            .and_then(|facts| facts.remove("location"));
        let fleet = json!({ "machines": [{
            "id": format!("{GROUP}/virtualMachines/vm"), "name": "vm",
            "location": location.unwrap_or_else(|| json!("eastus")), "facts": facts,
            "disks": [disk("os", "os", &self.os), disk("data", "data", &self.data)],
        }] });
        let fleet: Fleet = rplab_core::json::read(&fleet).unwrap();
        let options: AssessOptions = rplab_core::json::read(&self.options.clone()).unwrap();
        let mut report = assess(&fleet, &options).unwrap();
        report.machines.remove(0).findings
    }
}

fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().unwrap() {
        into[name] = value.clone();
    }
}

fn cases() -> Vec<Case> {
    let id = |name: &str| format!("{GROUP}/{name}");
    let flex =
        json!({ "scaleSetId": id("virtualMachineScaleSets/s"), "orchestrationMode": "Flexible" });
    let set = json!({ "availabilitySetId": id("availabilitySets/a") });
    let customer_key = json!({ "encryptionType": "EncryptionAtRestWithCustomerKey" });
    let double_key = json!({ "encryptionType": "EncryptionAtRestWithPlatformAndCustomerKeys" });
    let linux = json!({ "osType": "Linux" });
    let copy = json!({ "operation": "copyRestorePoint", "targetRegion": "West Europe" });
    let create = json!({ "targetRegion": "westeurope" });
    let private = json!({ "networkAccessPolicy": "AllowPrivate" });
    let crash = json!({ "consistency": "crash" });
    let application = json!({ "consistency": "application" });
    let moved = json!({ "operation": "moveVirtualMachine", "targetResourceGroup": "rg-other" });
    let out = |name: &str| json!({ "excludeDisks": [{ "id": id(&format!("DISKS/{name}")) }] });
    let confidential = json!({ "securityType": "ConfidentialVM" });
    let v6 = json!({ "securityType": "ConfidentialVM", "vmSize": "Standard_DC4es_v6", "location": "UAE North" });
    vec![
        case(
            "rp-extensions",
            json!({ "extensions": ["Contoso.Monitor"] }),
        ),
        case(
            "rp-trusted-launch",
            json!({ "securityType": "TrustedLaunch" }),
        ),
        case("rp-confidential", confidential.clone()),
        case("rp-security-type-not-named", confidential.clone())
            .asked(json!({ "edition": "2022-02" })),
        case("rp-generation-2", json!({ "hyperVGeneration": "V2" })),
        case("rp-nvme", json!({ "vmSize": "Standard_L8s_v2" })),
        case("rp-nvme-content", json!({ "localNvmeDisks": 2 })),
        case(
            "rp-proximity-placement-group",
            json!({ "proximityPlacementGroupId": id("proximityPlacementGroups/p") }),
        ),
        case("rp-availability-set", set.clone()),
        case("rp-availability-set-whole", set),
        case("rp-reserved-instance", json!({ "reservedInstance": true })),
        case(
            "rp-scale-set-uniform",
            json!({ "scaleSetId": id("virtualMachineScaleSets/s"), "orchestrationMode": "Uniform" }),
        ),
        case("rp-scale-set-flexible", flex.clone()),
        case("rp-scale-set-flexible-whole", flex),
        case("rp-spot", json!({ "priority": "Spot" })),
        case(
            "rp-dedicated-host",
            json!({ "hostGroupId": id("hostGroups/h") }),
        ),
        case("rp-pinned-node", json!({ "pinnedNode": true })),
        case(
            "rp-marketplace-image",
            json!({ "imageKind": "marketplace" }),
        ),
        case("rp-custom-image", json!({ "imageKind": "custom" })),
        case(
            "rp-hybrid-benefit",
            json!({ "licenseType": "Windows_Server" }),
        ),
        case(
            "rp-azure-migrate",
            json!({ "migratedByAzureMigrate": true }),
        ),
        case("rp-rbac", json!({ "rbacPolicies": true })),
        case("rp-temporary-disk", json!({ "temporaryDiskGiB": 16 })),
        case(
            "rp-temporary-disk-content",
            json!({ "temporaryDiskGiB": 16 }),
        ),
        case(
            "rp-accelerated-networking",
            json!({ "acceleratedNetworking": true }),
        ),
        case("rp-live-migrated", json!({ "liveMigrated": true })),
        case("rp-service-healed", json!({ "serviceHealed": true })),
        case("rp-managed-disk", json!({})),
        data("rp-unmanaged-data-disk", json!({ "managed": false })),
        data("rp-managed-disks-only", json!({ "managed": false })),
        os("rp-unmanaged-os-disk", json!({ "managed": false })),
        data("rp-ultra-disk", json!({ "sku": "UltraSSD_LRS" })),
        os("rp-ephemeral-os-disk", json!({ "ephemeral": true })),
        data("rp-shared-disk", json!({ "maxShares": 2 })),
        data("rp-host-caching", json!({ "caching": "ReadOnly" })),
        data("rp-standard-hdd", json!({ "sku": "Standard_LRS" })),
        data("rp-standard-ssd", json!({ "sku": "StandardSSD_LRS" })),
        data("rp-premium-ssd", json!({})),
        data("rp-zrs", json!({ "sku": "Premium_ZRS" })),
        data(
            "rp-premium-ssd-v2-not-named",
            json!({ "sku": "PremiumV2_LRS" }),
        ),
        data("rp-storage-type-not-named", json!({ "sku": "Glass_LRS" })),
        data(
            "rp-write-accelerator-not-named",
            json!({ "writeAcceleratorEnabled": true }),
        ),
        data("rp-sse-platform-key", json!({})),
        data("rp-sse-customer-key", customer_key.clone()),
        data("rp-double-encryption", double_key.clone()),
        case("rp-encryption-at-host", json!({ "encryptionAtHost": true })),
        case("rp-ade", json!({ "adeEnabled": true })),
        case("rp-windows-application", json!({})),
        case(
            "rp-windows-vss-broken",
            json!({ "vssWritersHealthy": false }),
        ),
        case(
            "rp-windows-application-without-writer",
            json!({ "applicationVssWriter": false }),
        ),
        case("rp-windows-file-system", json!({})).request(json!({ "consistency": "fileSystem" })),
        case("rp-linux-file-system", linux.clone()),
        case(
            "rp-linux-scripts",
            json!({ "osType": "Linux", "prePostScripts": true }),
        ),
        case("rp-linux-application-without-scripts", linux).request(application.clone()),
        case("rp-powered-off", json!({ "powerState": "deallocated" })),
        case("rp-agent", json!({ "agentStatus": "notReady" })),
        case("rp-crash-consistency", json!({})).request(crash.clone()),
        case("rp-api-version", json!({})).request(json!({ "apiVersion": "2020-12-01" })),
        case("rp-api-version-crash", json!({}))
            .request(json!({ "consistency": "crash", "apiVersion": "2021-03-01" })),
        case("rp-limit-200", json!({ "restorePointsCreatedEver": 200 }))
            .asked(json!({ "edition": "2022-02" })),
        case(
            "rp-limit-500",
            json!({ "restorePointCollections": [300, 200] }),
        ),
        case(
            "rp-concurrent-creation",
            json!({ "restorePointCreationInProgress": true }),
        ),
        case("rp-move", json!({ "restorePointsRetained": 1 })).request(moved.clone()),
        case("rp-move-mismatch", json!({ "restorePointsRetained": 1 })).request(moved.clone()),
        case("rp-preview-2022-02", json!({})).asked(json!({ "edition": "2022-02" })),
        case("rp-cross-region-preview", json!({})).request(copy.clone()),
        case("rp-regions-not-listed", json!({}))
            .request(json!({ "targetRegion": "Sweden Central" })),
        case("rp-region-americas", json!({})).request(json!({ "targetRegion": "West US 2" })),
        case("rp-region-asia-pacific", json!({}))
            .request(json!({ "targetRegion": "centralindia" })),
        case("rp-region-europe", json!({})).request(copy.clone()),
        data("rp-private-link-copy", private.clone()).request(copy.clone()),
        data("rp-private-link-create", private).request(create.clone()),
        data("rp-customer-key-copy", customer_key).request(copy.clone()),
        data("rp-customer-key-create", double_key).request(create.clone()),
        case(
            "rp-local-point-first",
            json!({ "restorePointsRetained": 0 }),
        )
        .request(copy.clone()),
        case("rp-create-elsewhere", json!({})).request(create.clone()),
        case("rp-copy", json!({})).request(copy),
        case("rp-disk-excluded", json!({})).request(out("Data")),
        case("rp-exclude-names-no-disk", json!({})).request(out("stranger")),
        case("rp-os-disk-left-out", json!({})).request(out("OS")),
        case("rp-nothing-left", json!({}))
            .os(json!({ "ephemeral": true }))
            .data(json!({ "sku": "UltraSSD_LRS" })),
        case("rp-beyond-confidential", confidential).beyond(json!({})),
        case("rp-beyond-confidential-preview", v6).beyond(application),
        data("rp-beyond-ultra", json!({ "sku": "PremiumV2_LRS" })).beyond(json!({})),
        data("rp-beyond-ultra-crash", json!({ "sku": "UltraSSD_LRS" })).beyond(crash.clone()),
        case("rp-beyond-crash", json!({})).beyond(crash.clone()),
        data("rp-beyond-crash-caching", json!({ "caching": "ReadWrite" })).beyond(crash.clone()),
        data(
            "rp-beyond-crash-write-accelerator",
            json!({ "writeAcceleratorEnabled": true }),
        )
        .beyond(crash),
        data("rp-beyond-unmanaged", json!({ "managed": false })).beyond(json!({})),
        case("rp-beyond-move", json!({ "restorePointsRetained": 3 })).beyond(moved),
        case("rp-beyond-vss", json!({ "vssWritersHealthy": false })).beyond(json!({})),
        case("rp-beyond-create-elsewhere", json!({})).beyond(create),
    ]
}

#[test]
fn every_row_that_facts_decide_is_reached() {
    let mut reached = BTreeSet::new();
    for case in cases() {
        let findings = case.findings();
        let finding = findings
            .iter()
            .find(|finding| finding.matrix_row == case.row);
        let all = findings.iter().map(|finding| finding.matrix_row.as_str());
        assert!(
            finding.is_some(),
            "{} is not in {:?}",
            case.row,
            all.collect::<Vec<_>>()
        );
        reached.insert(case.row.to_owned());
    }
    let rows = support_matrix().into_iter();
    let decided = rows.filter(|row| row.judged_by != JudgedBy::Engine);
    assert_eq!(decided.map(|row| row.id).collect::<BTreeSet<_>>(), reached);
}

#[test]
fn a_row_that_holds_says_what_the_matrix_says() {
    let rows = support_matrix();
    for case in cases() {
        let row = rows.iter().find(|row| row.id == case.row).unwrap();
        let findings = case.findings();
        let mut own = findings
            .iter()
            .filter(|finding| finding.matrix_row == case.row);
        let finding = own.next().unwrap();
        assert_eq!(finding.verdict, row.verdict, "{}", case.row);
        assert_eq!(own.count(), 0, "{} is listed once", case.row);
        assert!(!finding.citations.is_empty(), "{}", case.row);
        let ids = row.rules.iter().map(|rule| rule.id.clone());
        let ids: Vec<String> = ids.collect();
        assert!(
            finding.row_ids.iter().all(|id| ids.contains(id)),
            "{}",
            case.row
        );
    }
}

/// Two rows that hold for the same disk or machine by the same facts and say yes and no are a
/// contradiction of the pages, and the ledger has it.
#[test]
fn rows_disagree_only_where_the_ledger_says_so() {
    let rows = support_matrix();
    let facts = |finding: &Finding| {
        let row = rows.iter().find(|row| row.id == finding.matrix_row);
        row.map_or_else(Vec::new, |row| row.facts.clone())
    };
    let same_facts =
        |yes: &Finding, no: &Finding| !facts(yes).is_empty() && facts(yes) == facts(no);
    for case in cases() {
        let findings = case.findings();
        let yes = findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Supported);
        for yes in yes {
            let no = findings
                .iter()
                // Rows without rules are of later pages, which replace what the five say.
                .filter(|finding| !finding.row_ids.is_empty())
                .filter(|finding| finding.verdict >= Verdict::ExcludeDisk);
            for no in no.filter(|no| no.disks == yes.disks && same_facts(yes, no)) {
                let known = no.row_ids.iter().any(|id| yes.conflicts_with.contains(id));
                assert!(
                    known,
                    "{}: {} against {}",
                    case.row, yes.matrix_row, no.matrix_row
                );
            }
        }
    }
}
