//! What becomes of the outputs of other tools.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own fixture should stop"
)]

use rplab_core::inventory::{Import, ImportError, NamedInput, Severity, import};
use rplab_core::matrix::{AssessOptions, AssessReport, Verdict, assess};
use rplab_core::model::{FactValue, Machine, vocabulary};
use std::path::Path;

fn file(name: &str) -> NamedInput {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/inventory");
    NamedInput::new(name, std::fs::read(folder.join(name)).unwrap())
}

fn read(names: &[&str]) -> Import {
    let inputs: Vec<NamedInput> = names.iter().map(|name| file(name)).collect();
    let import = import(&inputs).unwrap();
    vocabulary::validate(&import.fleet).unwrap();
    import
}

fn refused(input: NamedInput) -> ImportError {
    import(&[input]).unwrap_err()
}

fn machine<'a>(import: &'a Import, name: &str) -> &'a Machine {
    let mut machines = import.fleet.machines.iter();
    machines.find(|machine| machine.name == name).unwrap()
}

fn fact<'a>(machine: &'a Machine, name: &str) -> Option<&'a str> {
    match machine.facts.get(name) {
        Some(FactValue::Text(text)) => Some(text),
        _ => None,
    }
}

fn judged(import: &Import) -> AssessReport {
    assess(&import.fleet, &AssessOptions::default()).unwrap()
}

fn problems<'a>(import: &'a Import, code: &str) -> Vec<&'a str> {
    let problems = import
        .problems
        .iter()
        .filter(|problem| problem.code == code);
    problems.map(|problem| problem.path.as_str()).collect()
}

#[test]
fn an_az_list_and_its_disks_are_judged_as_a_reader_would() {
    let import = read(&["az-vm-list-d.json", "az-disk-list.json"]);
    assert!(import.problems.is_empty(), "{:?}", import.problems);
    let expected = [
        ("mill-sql", Verdict::ExcludeDisk, "mill-sql-log"),
        ("silo-fs-a", Verdict::ExcludeDisk, "silo-witness"),
        ("silo-fs-b", Verdict::ExcludeDisk, "silo-witness"),
        ("hull-web", Verdict::ExcludeDisk, "hull-web-os"),
        ("barn-old", Verdict::NotSupported, "barn-old-data"),
        ("mint-app", Verdict::Supported, ""),
        ("mint-ade", Verdict::Supported, ""),
        ("kiln-spot", Verdict::Caveat, ""),
        ("seal-kv", Verdict::Supported, ""),
        ("loom_7a1c2b", Verdict::Unknown, ""),
        ("keel-cache", Verdict::Caveat, ""),
        ("dusk-lost", Verdict::Unknown, ""),
    ];
    let report = judged(&import);
    assert_eq!(report.machines.len(), expected.len());
    for (machine, (name, verdict, excluded)) in report.machines.iter().zip(expected) {
        assert_eq!((machine.name.as_str(), machine.verdict), (name, verdict));
        assert_eq!(machine.exclude_disks.join(" "), excluded, "{name}");
    }
    let rows = |name: &str| {
        let machine = report
            .machines
            .iter()
            .find(|machine| machine.name == name)
            .unwrap();
        let ids = machine
            .findings
            .iter()
            .flat_map(|finding| finding.row_ids.clone());
        ids.collect::<Vec<String>>()
    };
    for (name, row) in [
        ("mill-sql", "S0-07"),
        ("mill-sql", "S0-22"),
        ("mill-sql", "S0-09"),
        ("hull-web", "S0-04"),
        ("mint-app", "S0-31"),
        ("mint-app", "S0-32"),
        ("mint-app", "S0-33"),
        ("mint-ade", "S0-34"),
        ("mint-ade", "S0-06"),
        ("kiln-spot", "S0-16"),
        ("kiln-spot", "S0-27"),
        ("seal-kv", "S0-08"),
        ("keel-cache", "S0-10"),
        ("keel-cache", "S0-17"),
        ("keel-cache", "S0-21"),
        ("keel-cache", "S0-29"),
    ] {
        assert!(rows(name).contains(&row.to_owned()), "{name}: {row}");
    }
}

#[test]
fn the_preview_says_what_was_read_guessed_and_missing() {
    let import = read(&["az-vm-list-d.json", "az-disk-list.json"]);
    let read = &import.preview.read;
    assert_eq!((read.inputs, read.machines), (2, 12));
    assert_eq!((read.attached_disks, read.unattached_disks), (20, 1));
    let missing: Vec<_> = import
        .preview
        .missing
        .iter()
        .map(|fact| fact.fact.as_str())
        .collect();
    assert_eq!(missing, ["maxShares", "orchestrationMode"]);
    assert_eq!(import.preview.missing[0].where_, "az disk list -o json");
    assert_eq!(import.preview.missing[0].subjects.len(), 2);
    let guessed = import
        .preview
        .guessed
        .iter()
        .map(|guess| guess.path.as_str());
    assert!(
        guessed
            .clone()
            .any(|path| path == "machines[0].facts.osName"),
        "{:?}",
        import.preview.guessed
    );
    let keys = import
        .preview
        .guessed
        .iter()
        .filter(|guess| guess.fact == "encryptionType");
    assert_eq!(keys.count(), 0, "the disks' own bodies tell");
    assert!(
        import
            .assumed
            .iter()
            .any(|fact| fact.fact == "restorePointsRetained" && fact.subjects == 12)
    );
}

#[test]
fn without_the_disk_list_every_guess_and_gap_is_said() {
    let import = read(&["az-vm-list-d.json"]);
    let report = judged(&import);
    let sql = &report.machines[0];
    assert_eq!(sql.verdict, Verdict::Unknown);
    assert_eq!(
        sql.exclude_disks,
        ["mill-sql-log"],
        "the VM itself tells that it is Ultra"
    );
    let spot = report
        .machines
        .iter()
        .find(|machine| machine.name == "kiln-spot")
        .unwrap();
    let facts: Vec<&str> = spot.missing.iter().map(|fact| fact.fact.as_str()).collect();
    assert_eq!(facts, ["maxShares", "sku"]);
    let shared = import
        .preview
        .guessed
        .iter()
        .filter(|guess| guess.fact == "maxShares");
    assert_eq!(
        shared.map(|guess| &guess.value).collect::<Vec<_>>(),
        [&FactValue::Integer(2); 2]
    );
    let keys = import
        .preview
        .guessed
        .iter()
        .filter(|guess| guess.fact == "encryptionType");
    assert_eq!(keys.count(), 2);
}

#[test]
fn bodies_of_arm_read_like_the_output_of_az() {
    let flat = read(&["az-vm-list-d.json", "az-disk-list.json"]);
    let nested = read(&["arm-vms.json", "arm-disks.json"]);
    assert_eq!(
        problems(&nested, "ListIncomplete"),
        ["arm-vms.json.nextLink"]
    );
    for own in &nested.fleet.machines {
        let mut own = own.clone();
        let mut other = machine(&flat, &own.name).clone();
        for machine in [&mut own, &mut other] {
            // Only one of them has an instance view, and the words of `-d`.
            for fact in ["powerState", "agentStatus", "osName", "hyperVGeneration"] {
                machine.facts.remove(fact);
            }
        }
        assert_eq!(own, other);
    }
    let sql = machine(&nested, "mill-sql");
    assert_eq!(fact(sql, "osName"), Some("Windows Server 2022 Datacenter"));
    assert_eq!(
        (fact(sql, "powerState"), fact(sql, "agentStatus")),
        (Some("running"), Some("ready"))
    );
    let single = read(&["arm-vm.json", "arm-disks.json"]);
    assert_eq!(single.fleet.machines.len(), 1);
    assert_eq!(single.fleet.machines[0].disks.len(), 2);
}

#[test]
fn a_scale_set_tells_the_mode_of_its_members() {
    let import = read(&["az-vm-list-d.json", "az-disk-list.json", "scale-sets.json"]);
    assert_eq!(
        fact(machine(&import, "loom_7a1c2b"), "orchestrationMode"),
        Some("Flexible")
    );
    let import = read(&["vmss-instances.json"]);
    let instance = machine(&import, "weft_0");
    assert_eq!(fact(instance, "orchestrationMode"), Some("Uniform"));
    assert!(
        fact(instance, "scaleSetId")
            .unwrap()
            .ends_with("/virtualMachineScaleSets/weft")
    );
    assert!(
        import
            .preview
            .guessed
            .iter()
            .any(|guess| guess.fact == "orchestrationMode")
    );
    assert_eq!(judged(&import).machines[0].verdict, Verdict::NotSupported);
}

#[test]
fn resource_graph_is_read_as_json_as_a_table_and_as_csv() {
    let json = read(&["resource-graph.json"]);
    let csv = read(&["resource-graph.csv"]);
    assert_eq!(json.fleet, csv.fleet);
    let spot = machine(&json, "kiln-spot");
    assert_eq!(fact(spot, "powerState"), Some("deallocated"));
    assert_eq!(
        spot.disks[0].facts.get("sku"),
        Some(&FactValue::Text("StandardSSD_LRS".to_owned()))
    );
    let table = read(&["resource-graph-table.json"]);
    assert_eq!(fact(machine(&table, "kiln-spot"), "priority"), Some("Spot"));
    assert_eq!(
        problems(&table, "ListIncomplete"),
        ["resource-graph-table.json.resultTruncated"]
    );
}

#[test]
fn powershell_is_read_where_it_was_not_cut_off() {
    let import = read(&["get-azvm.json"]);
    let vm = machine(&import, "seal-kv");
    assert_eq!(
        (fact(vm, "osType"), fact(vm, "securityType")),
        (Some("Windows"), Some("ConfidentialVM"))
    );
    let import = read(&["get-azvm-cut-off.json"]);
    assert_eq!(
        problems(&import, "TruncatedByPowerShell"),
        ["get-azvm-cut-off.json.storageProfile"]
    );
    assert!(
        import.problems[0].message.contains("-Depth"),
        "{:?}",
        import.problems
    );
}

/// `ConvertTo-Json` cuts at its depth, 2 unless it is told: what stands there instead says what was there.
#[test]
fn what_powershell_cut_off_further_down_is_seen_too() {
    let whole = file("get-azvm.json");
    let whole: serde_json::Value = serde_json::from_slice(&whole.data).unwrap();
    let cuts: [(&str, serde_json::Value); 4] = [
        (
            "/StorageProfile/OsDisk/ManagedDisk",
            "@{StorageAccountType=Premium_LRS}".into(),
        ),
        (
            "/StorageProfile/OsDisk",
            "Microsoft.Azure.Management.Compute.Models.OSDisk".into(),
        ),
        (
            "/StorageProfile/DataDisks",
            serde_json::json!(["System.Object[]"]),
        ),
        (
            "/StorageProfile/DataDisks",
            "System.Collections.Generic.List`1[DataDisk]".into(),
        ),
    ];
    for (path, cut) in cuts {
        let mut list = whole.clone();
        let vm = if list.is_array() {
            &mut list[0]
        } else {
            &mut list
        };
        *vm.pointer_mut(path).unwrap() = cut;
        let import = import(&[NamedInput::new("cut.json", list.to_string())]).unwrap();
        assert_eq!(import.fleet.machines.len(), 0, "{path}");
        assert_eq!(import.problems[0].code, "TruncatedByPowerShell", "{path}");
    }
}

#[test]
fn a_shells_encoding_makes_no_difference() {
    let plain = file("az-vm-list-d.json");
    let text = String::from_utf8(plain.data.clone()).unwrap();
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units).collect();
    let bom = [&[0xEF, 0xBB, 0xBF], plain.data.as_slice()].concat();
    let expected = import(&[plain]).unwrap();
    for data in [utf16, bom] {
        let read = import(&[NamedInput::new("az-vm-list-d.json", data)]).unwrap();
        assert_eq!(read, expected);
    }
    let warned = read(&["with-warning.json"]);
    assert_eq!(warned.fleet.machines.len(), 1);
    assert_eq!(problems(&warned, "TextBeforeJson"), ["with-warning.json"]);
}

#[test]
fn an_entry_that_cannot_be_taken_is_named() {
    let import = read(&["some-left-out.json"]);
    let names = import
        .fleet
        .machines
        .iter()
        .map(|machine| machine.name.as_str());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["mint-app", "barn-classic", "seal-kv"]
    );
    for (code, path) in [
        ("MissingId", "some-left-out.json[0]"),
        ("ClassicVm", "some-left-out.json[2]"),
        ("NoStorageProfile", "some-left-out.json[3].storageProfile"),
        ("NotAResource", "some-left-out.json[4]"),
        ("DuplicateMachine", "some-left-out.json[5]"),
        ("InvalidId", "some-left-out.json[6].id"),
        ("UnknownValue", "some-left-out.json[7].priority"),
    ] {
        assert_eq!(problems(&import, code), [path], "{code}");
    }
    let errors = import
        .problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error);
    assert_eq!(errors.count(), import.preview.left_out.len());
    let later = machine(&import, "mint-app").location.as_deref();
    assert_eq!(later, Some("swedencentral"), "the later word counts");
}

#[test]
fn a_broken_file_names_line_and_column() {
    let broken = file("broken.json");
    let lines = broken.data.split(|byte| *byte == b'\n').count() as u64;
    let ImportError::BrokenJson {
        line,
        column,
        reason,
        ..
    } = refused(broken)
    else {
        unreachable!("the file is broken JSON");
    };
    assert_eq!(line, lines);
    assert!(column > 10 && reason.contains("EOF"), "{column} {reason}");
}

#[test]
fn a_wrong_file_says_what_it_looks_like_and_what_to_do() {
    for (name, looks_like, instead) in [
        (
            "nics.json",
            "resources of type Microsoft.Network/networkInterfaces",
            "az vm list",
        ),
        ("table.txt", "az table output", "-o json"),
        ("names.tsv", "az tsv output", "-o json"),
        ("error.txt", "an error message of az", "az login"),
        ("denied.txt", "an error message of az", "az account set"),
        ("arm-error.json", "an error answer of ARM", "subscription"),
        ("portal.html", "an HTML or XML page", "az vm list"),
        ("cost-report.csv", "a CSV file", "properties"),
        ("list.yaml", "YAML or plain text", "-o json"),
        ("main.bicep", "a Bicep or Terraform file", "az bicep build"),
    ] {
        let error = refused(file(name));
        assert_eq!((error.code(), error.path()), ("WrongInput", name));
        let message = error.to_string();
        assert!(
            message.contains(looks_like) && message.contains(instead),
            "{message}"
        );
    }
    assert_eq!(import(&[]).unwrap_err(), ImportError::NoInput);
    let png = NamedInput::new("shot.png", *b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert!(refused(png).to_string().contains("a binary file"));
    assert!(
        refused(NamedInput::new("none.json", "  \n"))
            .to_string()
            .contains("an empty file")
    );
}

#[test]
fn one_bad_input_does_not_spoil_the_others() {
    let import = read(&["error.txt", "az-vm-list-d.json", "nics.json"]);
    assert_eq!(import.fleet.machines.len(), 12);
    assert_eq!(problems(&import, "WrongInput"), ["error.txt", "nics.json"]);
}

#[test]
fn an_empty_list_is_read_and_said() {
    let import = import(&[NamedInput::new("none.json", "[]")]).unwrap();
    assert_eq!(problems(&import, "NothingListed"), ["none.json"]);
}

#[test]
fn a_fleet_reads_as_it_was_written() {
    let first = read(&["az-vm-list-d.json", "az-disk-list.json"]);
    let text = rplab_core::json::write(&first.fleet).to_string();
    let again = import(&[NamedInput::new("fleet.json", text)]).unwrap();
    assert_eq!(again.fleet, first.fleet);
    let scenario = serde_json::json!({ "schemaVersion": 1, "fleet": rplab_core::json::write(&first.fleet), "commands": [] });
    let again = import(&[NamedInput::new("s.json", scenario.to_string())]).unwrap();
    assert_eq!(again.fleet, first.fleet);
    let wrong = "{\"machines\": [{\"id\": \"x\", \"name\": \"vm\"}]}";
    let import = import(&[NamedInput::new("bad.json", wrong)]);
    assert!(import.unwrap_err().to_string().contains("machines[0].id"));
}

#[test]
fn a_later_body_without_instance_view_keeps_the_earlier_view() {
    let import = read(&["az-vm-list-d.json", "arm-vm.json"]);
    assert_eq!(problems(&import, "DuplicateMachine"), ["arm-vm.json"]);
    assert_eq!(
        fact(machine(&import, "mint-app"), "powerState"),
        Some("running")
    );
}

/// A small generator, so that a failure can be repeated.
fn noise(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn a_damaged_input_is_read_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/inventory");
    let mut seed = 7;
    for entry in std::fs::read_dir(folder).unwrap() {
        let data = std::fs::read(entry.unwrap().path()).unwrap();
        for _ in 0..24 {
            let mut damaged = data.clone();
            let at = noise(&mut seed) as usize % damaged.len();
            match noise(&mut seed) % 3 {
                0 => damaged.truncate(at),
                1 => damaged[at] = noise(&mut seed) as u8,
                _ => drop(damaged.drain(at..(at + 9).min(data.len()))),
            }
            if let Ok(import) = import(&[NamedInput::new("damaged", damaged)]) {
                vocabulary::validate(&import.fleet).unwrap();
                assert!(assess(&import.fleet, &AssessOptions::default()).is_ok());
            }
        }
    }
    for deep in ["[".repeat(100_000), "{\"value\":".repeat(100_000)] {
        let error = refused(NamedInput::new("deep.json", deep));
        assert_eq!(error.code(), "BrokenJson");
    }
}

/// What the import says of a restore point in progress, where its states were read in this order.
fn in_progress(states: &[&str]) -> Option<FactValue> {
    let group = "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg-a/providers/Microsoft.Compute";
    let points = states.iter().map(|state| {
        format!(
            r#"{{"id":"{group}/restorePointCollections/rpc/restorePoints/p","name":"p","properties":{{{state}}}}}"#
        )
    });
    let points: Vec<String> = points.collect();
    let text = format!(
        r#"[{{"id":"{group}/virtualMachines/vm","name":"vm","location":"westeurope","storageProfile":{{"osDisk":{{"osType":"Linux","managedDisk":{{"id":"{group}/disks/os"}}}}}}}},
            {{"id":"{group}/restorePointCollections/rpc","name":"rpc","properties":{{"source":{{"id":"{group}/virtualMachines/vm"}}}}}},{}]"#,
        points.join(",")
    );
    let import = import(&[NamedInput::new("states", text.into_bytes())]).unwrap();
    let facts = &machine(&import, "vm").facts;
    facts.get("restorePointCreationInProgress").cloned()
}

#[test]
fn the_later_state_of_a_restore_point_counts() {
    let [creating, done, none] = [
        r#""provisioningState":"Creating""#,
        r#""provisioningState":"Succeeded""#,
        "",
    ];
    let (yes, no) = (Some(FactValue::Bool(true)), Some(FactValue::Bool(false)));
    let is = |states: &[&str]| in_progress(states).or(Some(FactValue::Bool(false)));
    assert_eq!(is(&[creating]), yes);
    assert_eq!(is(&[done]), no);
    // As a recording has it: the answer to the request, and what was asked later.
    assert_eq!(is(&[creating, done]), no);
    assert_eq!(is(&[creating, done, done]), no);
    assert_eq!(is(&[done, creating]), yes);
    assert_eq!(is(&[creating, none]), yes);
}

#[test]
fn disks_without_a_vm_are_said_to_be_that() {
    let import = read(&["az-disk-list.json"]);
    let told: Vec<&str> = problems(&import, "NoMachine");
    assert_eq!(told, ["az-disk-list.json"]);
    let first = import.problems.first().unwrap();
    assert!(first.message.contains("az vm list"), "{}", first.message);
    let with_machines = read(&["az-disk-list.json", "az-vm-list-d.json"]);
    assert!(problems(&with_machines, "NoMachine").is_empty());
}
