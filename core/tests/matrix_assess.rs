//! What an assessment answers, as a reader of the pages would expect it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture should stop"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::matrix::{AssessOptions, MachineAssessment, Verdict, assess};
use rplab_core::model::Fleet;
use serde_json::{Value, json};

const GROUP: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-assess/providers/Microsoft.Compute";

fn disk(name: &str, role: &str, facts: Value) -> Value {
    json!({ "name": name, "id": format!("{GROUP}/disks/{name}"), "role": role, "facts": facts })
}

fn fleet(facts: Value, disks: Value) -> Fleet {
    let machine = json!({
        "id": format!("{GROUP}/virtualMachines/vm"), "name": "vm", "location": "eastus",
        "facts": facts, "disks": disks,
    });
    rplab_core::json::read(&json!({ "machines": [machine] })).unwrap()
}

fn judged(facts: Value, disks: Value, options: Value) -> MachineAssessment {
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    let mut report = assess(&fleet(facts, disks), &options).unwrap();
    report.machines.remove(0)
}

fn linux() -> Value {
    json!({ "osType": "Linux", "vmSize": "Standard_D4s_v5" })
}

fn premium() -> Value {
    json!({ "sku": "Premium_LRS" })
}

fn missing(machine: &MachineAssessment) -> Vec<(&str, &str)> {
    let facts = machine.missing.iter();
    facts
        .map(|fact| (fact.fact.as_str(), fact.field.as_str()))
        .collect()
}

#[test]
fn a_plain_vm_is_supported_and_says_what_was_assumed() {
    let machine = judged(linux(), json!([disk("os", "os", premium())]), json!({}));
    assert_eq!(machine.verdict, Verdict::Supported);
    assert!(machine.missing.is_empty() && machine.exclude_disks.is_empty());
    let assumed: Vec<&str> = machine
        .assumed
        .iter()
        .map(|fact| fact.fact.as_str())
        .collect();
    assert!(
        assumed.contains(&"agentStatus") && assumed.contains(&"restorePointsRetained"),
        "{assumed:?}"
    );
    assert!(
        !assumed.contains(&"vssWritersHealthy"),
        "a Linux VM has no VSS: {assumed:?}"
    );
}

#[test]
fn a_vm_is_as_good_as_its_worst_disk() {
    let disks = json!([
        disk("os", "os", premium()),
        disk("ultra", "data", json!({ "sku": "UltraSSD_LRS" })),
        disk(
            "shared",
            "data",
            json!({ "sku": "Premium_LRS", "maxShares": 3 })
        ),
    ]);
    let machine = judged(linux(), disks, json!({}));
    assert_eq!(machine.verdict, Verdict::ExcludeDisk);
    assert_eq!(machine.exclude_disks, ["ultra", "shared"]);
    let verdicts: Vec<Verdict> = machine.disks.iter().map(|disk| disk.verdict).collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Supported,
            Verdict::ExcludeDisk,
            Verdict::ExcludeDisk
        ]
    );
    let first = &machine.findings[0];
    assert_eq!(
        (first.verdict, first.disks.as_slice()),
        (Verdict::ExcludeDisk, &["ultra".to_owned()][..])
    );
    assert_eq!(first.row_ids, ["S0-03", "S0-39a", "S1-09a", "S2-15a"]);
    assert_eq!(
        first.citations[0].page,
        "000 Support matrix for VM restore points (2022-07-05)"
    );
    assert_eq!(first.citations[0].row, "VMs using Ultra Disks");
    assert!(first.conflicts_with.contains(&"S3-99a".to_owned()));
}

/// The gravest word counts, and what is less grave is said all the same.
#[test]
fn verdicts_combine_in_their_order() {
    let set = json!({ "osType": "Linux", "availabilitySetId": "/availabilitySets/a" });
    let mut uniform = set.clone();
    uniform["scaleSetId"] = json!("/virtualMachineScaleSets/s");
    uniform["orchestrationMode"] = json!("Uniform");
    let ladder = [
        ("os", premium()),
        ("ultra", json!({ "sku": "UltraSSD_LRS" })),
        ("v2", json!({ "sku": "PremiumV2_LRS" })),
        (
            "unread",
            json!({ "sku": "Premium_LRS", "resourceRead": false }),
        ),
    ];
    let with = |facts: &Value, count: usize| {
        let disks = ladder.iter().take(count).map(|(name, facts)| {
            let role = if *name == "os" { "os" } else { "data" };
            disk(name, role, facts.clone())
        });
        judged(facts.clone(), disks.collect(), json!({}))
    };
    for (facts, disks, verdict) in [
        (&uniform, 4, Verdict::NotSupported),
        (&set, 4, Verdict::Unknown),
        (&set, 3, Verdict::Undocumented),
        (&set, 2, Verdict::ExcludeDisk),
        (&set, 1, Verdict::Caveat),
        (&linux(), 1, Verdict::Supported),
    ] {
        assert_eq!(with(facts, disks).verdict, verdict);
    }
    let all = with(&uniform, 4);
    let said: Vec<&str> = all
        .findings
        .iter()
        .map(|own| own.matrix_row.as_str())
        .collect();
    for row in [
        "rp-scale-set-uniform",
        "rp-premium-ssd-v2-not-named",
        "rp-ultra-disk",
        "rp-availability-set-whole",
        "rp-managed-disk",
    ] {
        assert!(said.contains(&row), "{row}: {said:?}");
    }
    assert!(
        all.findings
            .is_sorted_by(|one, other| one.verdict >= other.verdict)
    );
}

#[test]
fn what_only_the_disk_resource_tells_is_asked_for_where_that_is_not_there() {
    let unread = json!({ "sku": "Premium_LRS", "resourceRead": false });
    let machine = judged(
        linux(),
        json!([disk("os", "os", premium()), disk("d", "data", unread)]),
        json!({}),
    );
    assert_eq!(machine.verdict, Verdict::Unknown);
    assert_eq!(
        missing(&machine),
        [("maxShares", "machines[0].disks[1].facts.maxShares")]
    );
    assert_eq!(
        machine.missing[0].az.as_deref(),
        Some("az disk list -o json")
    );
    assert_eq!(machine.missing[0].where_, "az disk list -o json");
    assert_eq!(machine.missing[0].decides, "VMs using shared disks");
    let verdict_for: Vec<_> = machine.missing[0].verdict_for.clone().into_iter().collect();
    assert_eq!(
        verdict_for,
        [
            ("1".to_owned(), Verdict::Supported),
            ("2".to_owned(), Verdict::ExcludeDisk)
        ]
    );
    assert_eq!(machine.findings[0].verdict, Verdict::Unknown);
}

#[test]
fn a_fact_that_changes_nothing_is_not_asked_for() {
    let ultra = json!({ "sku": "UltraSSD_LRS", "resourceRead": false });
    let disks = json!([disk("os", "os", premium()), disk("d", "data", ultra)]);
    let machine = judged(linux(), disks.clone(), json!({}));
    assert_eq!(
        (machine.verdict, missing(&machine)),
        (Verdict::ExcludeDisk, vec![])
    );
    let uniform = json!({ "osType": "Linux", "scaleSetId": "x", "orchestrationMode": "Uniform" });
    let unread = json!([disk("os", "os", json!({ "resourceRead": false }))]);
    let machine = judged(uniform, unread, json!({}));
    assert_eq!(
        (machine.verdict, missing(&machine)),
        (Verdict::NotSupported, vec![])
    );
}

#[test]
fn the_mode_of_a_scale_set_must_be_supplied() {
    let member = json!({ "osType": "Linux", "scaleSetId": "x" });
    let machine = judged(member, json!([disk("os", "os", premium())]), json!({}));
    assert_eq!(machine.verdict, Verdict::Unknown);
    assert_eq!(
        missing(&machine),
        [("orchestrationMode", "machines[0].facts.orchestrationMode")]
    );
}

#[test]
fn strict_turns_assumptions_into_questions() {
    let disks = json!([disk("os", "os", premium())]);
    let machine = judged(linux(), disks.clone(), json!({ "strict": true }));
    assert_eq!(machine.verdict, Verdict::Unknown);
    assert!(machine.assumed.is_empty());
    assert!(machine.missing.iter().any(|fact| fact.fact == "powerState"));
    let answered = json!({
        "osType": "Linux", "vmSize": "Standard_D4s_v5", "powerState": "running", "agentStatus": "ready",
        "temporaryDiskGiB": 0, "localNvmeDisks": 0, "restorePointsRetained": 0,
        "restorePointCreationInProgress": false,
    });
    let machine = judged(answered, disks, json!({ "strict": true }));
    assert_eq!(
        (machine.verdict, missing(&machine)),
        (Verdict::Supported, vec![])
    );
}

#[test]
fn leaving_out_an_ephemeral_os_disk_keeps_the_data_disks_only() {
    let disks = json!([
        disk(
            "os",
            "os",
            json!({ "ephemeral": true, "sku": "Standard_LRS" })
        ),
        disk("data", "data", premium()),
    ]);
    let machine = judged(linux(), disks, json!({}));
    assert_eq!(
        (machine.verdict, machine.exclude_disks.as_slice()),
        (Verdict::ExcludeDisk, &["os".to_owned()][..])
    );
    let ephemeral = machine
        .findings
        .iter()
        .find(|finding| finding.row_ids.contains(&"S0-04".to_owned()));
    assert!(ephemeral.unwrap().text.contains("no VM can be rebuilt"));
    let alone = json!([disk("os", "os", json!({ "ephemeral": true }))]);
    assert_eq!(
        judged(linux(), alone, json!({})).verdict,
        Verdict::NotSupported
    );
}

#[test]
fn an_unmanaged_os_disk_cannot_be_left_out() {
    let blob = |name: &str, role: &str| json!({ "name": name, "role": role, "facts": { "managed": false } });
    for edition in ["2022-02", "2022-07", "2023-07", "beyond"] {
        let disks = json!([blob("os", "os"), blob("data", "data")]);
        let machine = judged(linux(), disks, json!({ "edition": edition }));
        assert_eq!(machine.verdict, Verdict::NotSupported, "{edition}");
        let advice = machine
            .findings
            .iter()
            .any(|finding| finding.row_ids.contains(&"S0-02".to_owned()));
        assert_eq!(
            advice,
            edition.starts_with("2022-07") || edition.starts_with("2023"),
            "{edition}"
        );
    }
    let mixed = json!([disk("os", "os", premium()), blob("data", "data")]);
    let machine = judged(linux(), mixed, json!({}));
    assert_eq!(
        (machine.verdict, machine.exclude_disks.as_slice()),
        (Verdict::ExcludeDisk, &["data".to_owned()][..])
    );
}

#[test]
fn disks_are_excluded_by_id_in_any_case() {
    let disks = json!([
        disk("os", "os", premium()),
        disk("d", "data", json!({ "sku": "UltraSSD_LRS" }))
    ]);
    let request = |id: String| json!({ "request": { "excludeDisks": [{ "id": id }] } });
    let loud = format!("{GROUP}/disks/d").to_uppercase();
    let machine = judged(linux(), disks.clone(), request(loud));
    assert_eq!(
        (machine.verdict, machine.exclude_disks.as_slice()),
        (Verdict::Supported, &["d".to_owned()][..])
    );
    for wrong in [
        "d".to_owned(),
        format!("{GROUP}/disks/other"),
        String::new(),
    ] {
        let machine = judged(linux(), disks.clone(), request(wrong.clone()));
        assert_eq!(machine.verdict, Verdict::NotSupported, "`{wrong}`");
    }
    let os_out = judged(linux(), disks.clone(), request(format!("{GROUP}/disks/os")));
    assert_eq!(
        os_out.verdict,
        Verdict::NotSupported,
        "the ultra disk has to go too, so nothing is left"
    );
}

#[test]
fn a_private_link_keeps_a_disk_from_crossing_regions_unless_it_is_left_out() {
    let private = json!({ "sku": "Premium_LRS", "networkAccessPolicy": "AllowPrivate" });
    let disks = json!([disk("os", "os", premium()), disk("p", "data", private)]);
    let target = |region: &str| json!({ "request": { "targetRegion": region } });
    assert_eq!(
        judged(linux(), disks.clone(), target("East US")).verdict,
        Verdict::Supported
    );
    assert_eq!(
        judged(linux(), disks.clone(), target("West Europe")).verdict,
        Verdict::NotSupported
    );
    let mut options = target("West Europe");
    options["request"]["excludeDisks"] = json!([{ "id": format!("{GROUP}/disks/p") }]);
    assert_eq!(
        judged(linux(), disks.clone(), options).verdict,
        Verdict::Caveat
    );
    assert_eq!(
        judged(linux(), disks, target("Sweden Central")).verdict,
        Verdict::NotSupported
    );
}

#[test]
fn a_copy_cannot_be_judged_without_the_region_of_the_vm() {
    let mut fleet = fleet(linux(), json!([disk("os", "os", premium())]));
    fleet.machines[0].location = None;
    let options = json!({ "request": { "targetRegion": "westeurope" } });
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    let machine = assess(&fleet, &options).unwrap().machines.remove(0);
    assert_eq!(machine.verdict, Verdict::Unknown);
    assert_eq!(missing(&machine), [("location", "machines[0].location")]);
}

#[test]
fn the_limit_of_points_follows_the_edition_and_counts_every_collection() {
    let verdict = |facts: Value, edition: &str| {
        let mut all = linux();
        for (name, value) in facts.as_object().unwrap() {
            all[name] = value.clone();
        }
        judged(
            all,
            json!([disk("os", "os", premium())]),
            json!({ "edition": edition }),
        )
        .verdict
    };
    let collections = |points: Value| json!({ "restorePointCollections": points });
    assert_eq!(
        verdict(collections(json!([499])), "2023-07"),
        Verdict::Supported
    );
    assert_eq!(
        verdict(collections(json!([250, 250])), "2023-07"),
        Verdict::NotSupported
    );
    assert_eq!(
        verdict(collections(json!([150, 50])), "2022-02"),
        Verdict::NotSupported
    );
    // Deleted points count against "can be created", not against "retained".
    let deleted = json!({ "restorePointsCreatedEver": 900, "restorePointsRetained": 4 });
    assert_eq!(verdict(deleted.clone(), "2022-02"), Verdict::NotSupported);
    assert_eq!(verdict(deleted, "2022-07"), Verdict::Supported);
}

#[test]
fn each_consistency_has_its_first_api_version() {
    let verdict = |consistency: &str, version: &str| {
        let request = json!({ "request": { "consistency": consistency, "apiVersion": version } });
        let windows = json!({ "osType": "Windows" });
        judged(windows, json!([disk("os", "os", premium())]), request).verdict
    };
    assert_eq!(verdict("application", "2020-12-01"), Verdict::NotSupported);
    assert_eq!(verdict("application", "2021-03-01"), Verdict::Supported);
    assert_eq!(verdict("crash", "2021-03-01"), Verdict::NotSupported);
    assert_eq!(verdict("crash", "2021-07-01"), Verdict::Caveat);
}

#[test]
fn the_guest_decides_the_consistency() {
    let verdict = |facts: Value, request: Value| {
        let machine = judged(
            facts,
            json!([disk("os", "os", premium())]),
            json!({ "request": request }),
        );
        machine.verdict
    };
    let application = json!({ "consistency": "application" });
    assert_eq!(verdict(linux(), json!({})), Verdict::Supported);
    assert_eq!(verdict(linux(), application.clone()), Verdict::Caveat);
    let scripts = json!({ "osType": "Linux", "prePostScripts": true });
    assert_eq!(verdict(scripts, application.clone()), Verdict::Supported);
    let broken = json!({ "osType": "Windows", "vssWritersHealthy": false });
    assert_eq!(verdict(broken.clone(), application), Verdict::NotSupported);
    assert_eq!(
        verdict(broken, json!({ "consistency": "crash" })),
        Verdict::Caveat
    );
    let off =
        json!({ "osType": "Windows", "powerState": "deallocated", "agentStatus": "notReady" });
    assert_eq!(verdict(off, json!({})), Verdict::Caveat);
}

#[test]
fn an_edition_knows_only_the_pages_of_its_time() {
    let confidential = json!({ "osType": "Windows", "securityType": "ConfidentialVM" });
    let verdict = |edition: &str| {
        let machine = judged(
            confidential.clone(),
            json!([disk("os", "os", premium())]),
            json!({ "edition": edition }),
        );
        let pages = machine
            .findings
            .iter()
            .flat_map(|finding| &finding.citations);
        let matrix_page = pages
            .clone()
            .any(|citation| citation.page.starts_with("000"));
        (machine.verdict, matrix_page)
    };
    assert_eq!(verdict("2021-01"), (Verdict::Undocumented, false));
    assert_eq!(verdict("2022-02"), (Verdict::Undocumented, false));
    assert_eq!(verdict("2022-07"), (Verdict::Supported, true));
    assert_eq!(verdict("2023-07"), (Verdict::Supported, true));
    assert_eq!(verdict("beyond"), (Verdict::NotSupported, true));
}

#[test]
fn a_vm_without_any_disk_is_not_passed() {
    let machine = judged(linux(), json!([]), json!({}));
    assert_eq!(machine.verdict, Verdict::Unknown);
    assert_eq!(missing(&machine), [("disks", "machines[0].disks")]);
}

#[test]
fn machines_and_disks_that_cannot_be_told_apart_are_refused_with_their_place() {
    let machine = |id: &str, name: &str, disk_name: &str| {
        json!({
            "id": format!("{GROUP}/virtualMachines/{id}"), "name": name, "location": "eastus",
            "facts": linux(), "disks": [disk("os", "os", premium()), { "name": disk_name }],
        })
    };
    let refused = |fleet: Value| {
        let fleet: Fleet = rplab_core::json::read(&fleet).unwrap();
        let error = assess(&fleet, &AssessOptions::default()).unwrap_err();
        (error.code(), error.path().to_owned(), error.to_string())
    };
    let twice = json!({ "machines": [machine("a", "a", "d"), machine("b", "b", "d"), machine("A", "c", "d")] });
    let (code, path, message) = refused(twice);
    assert_eq!((code, path.as_str()), ("InvalidField", "machines[2].id"));
    assert!(message.contains("machines[0]"), "{message}");
    for (fleet, path) in [
        (
            json!({ "machines": [machine("a", "", "d")] }),
            "machines[0].name",
        ),
        (
            json!({ "machines": [machine("b", "b", "d"), machine("a", "a", "")] }),
            "machines[1].disks[1].name",
        ),
        (
            json!({ "machines": [], "disks": [{ "name": "" }] }),
            "disks[0].name",
        ),
    ] {
        let (code, found, _) = refused(fleet);
        assert_eq!((code, found.as_str()), ("InvalidField", path));
    }
}

#[test]
fn wrong_facts_are_refused_by_name_and_place() {
    let refused = |facts: Value, of_disk: Value| {
        let fleet = fleet(facts, json!([disk("os", "os", of_disk)]));
        let error = assess(&fleet, &AssessOptions::default()).unwrap_err();
        (error.code(), error.path().to_owned(), error.to_string())
    };
    let (code, path, message) = refused(linux(), json!({ "maxShare": 2 }));
    assert_eq!(
        (code, path.as_str()),
        ("UnknownFact", "machines[0].disks[0].facts.maxShare")
    );
    assert!(message.contains("did you mean `maxShares`"), "{message}");
    let (code, path, message) = refused(json!({ "osType": "Plan9" }), premium());
    assert_eq!(
        (code, path.as_str()),
        ("WrongValue", "machines[0].facts.osType")
    );
    assert!(
        message.contains("one of Windows, Linux") && message.contains("`Plan9`"),
        "{message}"
    );
    let (_, _, message) = refused(linux(), json!({ "maxShares": "two" }));
    assert!(message.contains("a whole number, 1 or more"), "{message}");
}

#[test]
fn wrong_options_are_refused_by_name() {
    let refused = |options: Value| {
        rplab_core::json::read::<AssessOptions>(&options)
            .unwrap_err()
            .to_string()
    };
    assert!(refused(json!({ "editon": "2023-07" })).contains("`editon`"));
    assert!(refused(json!({ "request": { "excludeDisk": [] } })).contains("`excludeDisk`"));
    assert!(refused(json!({ "edition": "2024-01" })).contains("2024-01"));
    let options = json!({ "request": { "apiVersion": "latest" } });
    let options: AssessOptions = rplab_core::json::read(&options).unwrap();
    let error = assess(&fleet(linux(), json!([])), &options).unwrap_err();
    assert_eq!(error.path(), "request.apiVersion");
}

#[test]
fn every_option_of_the_contract_is_taken() {
    let options = json!({
        "service": "restorePoints", "edition": "2023-07", "strict": false,
        "request": {
            "operation": "protect", "consistency": "application", "apiVersion": "2022-03-01-preview",
            "excludeDisks": [], "targetRegion": "eastus", "targetResourceGroup": "rg", "method": "portal",
            "selectiveDisk": { "include": ["data01", 3] }, "configuredFrom": "vmBlade", "scope": "virtualMachine",
            "workload": "sql", "destination": "vault", "intervalMinutes": 15, "schedulesPerDay": 2,
            "diskRecoveryPoints": 200, "multiDiskConsistency": true, "multiVmConsistency": false
        },
        "policy": {
            "type": "Enhanced", "schedule": { "frequency": "Hourly", "intervalHours": 4 },
            "instantRestoreDays": 7, "dailyRetentionDays": 30, "operationalRetentionDays": 7
        },
        "vault": {
            "kind": "RecoveryServicesVault", "location": "eastus", "subscriptionId": "s", "tenantId": "t",
            "redundancy": "GeoRedundant", "crossRegionRestore": true, "identityRoles": ["Disk Backup Reader"]
        },
        "snapshotResourceGroup": { "id": "/subscriptions/s/resourceGroups/rg", "subscriptionId": "s" },
        "restore": {
            "method": "createNewVm", "as": "createNewVm", "pointTier": "snapshot", "pointInSecondary": false,
            "vmExists": true, "fromDisk": "os", "targetRegion": "eastus", "targetZone": "1",
            "targetSubscription": "s", "targetTenant": "t", "targetResourceGroup": "rg",
            "targetVirtualNetwork": "vnet", "targetAvailabilitySet": "as", "targetVm": "vm2",
            "targetOs": "Windows Server 2022", "targetStorageAccounts": ["st1"],
            "stagingLocation": "st1", "diskEncryptionSetId": "des"
        }
    });
    let read: AssessOptions = rplab_core::json::read(&options.clone()).unwrap();
    assert_eq!(
        rplab_core::json::write(&read)["restore"],
        options["restore"]
    );
    let machine = judged(linux(), json!([disk("os", "os", premium())]), options);
    assert_eq!(
        machine.verdict,
        Verdict::Caveat,
        "a Linux VM without scripts, asked for application consistency"
    );
}
