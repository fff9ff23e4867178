//! Imports whatever files a folder has: the one that `RPLAB_REAL_INPUTS` names, or `../shared/real`
//! beside the project, or else the project's own fixtures of the same kinds. It says which.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its inputs should stop"
)]

use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{AssessOptions, assess};
use rplab_core::model::vocabulary::validate;
use std::io::Write as _;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap();
    for entry in entries.map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else {
            found.push(entry);
        }
    }
    found.sort();
}

/// Which inputs are read, and where they are.
fn folder() -> (&'static str, PathBuf) {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let beside = project.join("../shared/real");
    match std::env::var_os("RPLAB_REAL_INPUTS") {
        Some(named) => ("the real inputs of RPLAB_REAL_INPUTS", named.into()),
        None if beside.is_dir() => ("the real inputs beside the project", beside),
        None => (
            "the project's own fixtures",
            project.join("tests/fixtures/inventory"),
        ),
    }
}

/// Real inputs that hold VMs or disks and nothing else.
fn is_inventory(path: &Path) -> bool {
    let named = |folder: &str| path.iter().any(|part| part == folder);
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    (named("vms") || named("lists")) && !name.is_some_and(|name| name.starts_with("snapshot"))
}

/// What a reader of the pages says of VMs in the real inputs, each file read by itself. Of a VM whose disks are not there
/// it is not known whether they are shared; a member of a scale set may be of either mode; unmanaged disks are not captured;
/// what a template makes is as it says.
const READ_BY_HAND: &[(&str, &str, &str)] = &[
    (
        "unmanaged-in-availability-set.json",
        "vrfvm",
        "NotSupported",
    ),
    ("ade-encryptionSettings.json", "vm1", "Unknown"),
    ("dedicated-host.json", "vm1", "Unknown"),
    ("encryption-at-host.json", "vm1", "Unknown"),
    ("trusted-launch.json", "vm000004", "Unknown"),
    ("spot-deallocated.json", "vm-simulate-eviction2", "Unknown"),
    ("vmss-flex-member-ppg.json", "vm1", "Unknown"),
    (
        "201-vm-vmss-flexible-orchestration-mode.json",
        "MyVM01",
        "Unknown",
    ),
    ("101-vm-multiple-data-disk.json", "myVM", "Supported"),
    ("101-vm-simple-rhel-unmanaged.json", "{vmName}", "Supported"),
    (
        "301-vm-32-data-disks-high-iops.json",
        "vm-high-iops",
        "Supported",
    ),
    (
        "custodian_VMTest.virtual_machine.json",
        "cctestvm",
        "Unknown",
    ),
    ("az-vm-list.json", "vm_000004", "Unknown"),
    ("resource-graph-query.json", "vm_000004", "Unknown"),
    ("resource-graph-query.json", "vm1-000008", "Caveat"),
    ("resource-graph-export.csv", "vm1-000008", "Caveat"),
];

#[test]
fn every_real_input_is_read_or_refused_with_a_reason() {
    let (set, folder) = folder();
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    // Past the capture of output: whoever runs the tests is told which inputs these are.
    let told = format!("{set}: {} under {}\n", paths.len(), folder.display());
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(paths.len() > 20);
    let mut machines = 0;
    let mut agreed = 0;
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let input = NamedInput::new(name.clone(), std::fs::read(&path).unwrap());
        let import = match import(&[input]) {
            Ok(import) => import,
            Err(error) => {
                println!("{name}: refused: {error}");
                assert!(!is_inventory(&path), "{name}: {error}");
                continue;
            }
        };
        validate(&import.fleet).unwrap();
        let report = assess(&import.fleet, &AssessOptions::default()).unwrap();
        println!("{name}: {:?}", import.preview.read);
        machines += report.machines.len();
        for machine in &report.machines {
            let read = READ_BY_HAND
                .iter()
                .find(|(file, vm, _)| *file == name && *vm == machine.name);
            if let Some((_, _, verdict)) = read {
                let found = format!("{:?}", machine.verdict);
                assert_eq!(found, *verdict, "{name}: {}", machine.name);
                agreed += 1;
            }
            assert!(
                !machine.findings.is_empty(),
                "{name}: {} is not judged",
                machine.name
            );
            let facts = machine.missing.iter().map(|fact| fact.fact.as_str());
            println!(
                "  {} {:?} exclude {:?} missing {:?}",
                machine.name,
                machine.verdict,
                machine.exclude_disks,
                facts.collect::<Vec<_>>()
            );
            for finding in &machine.findings {
                println!(
                    "      {:?} {} {:?} {:?}",
                    finding.verdict, finding.label, finding.row_ids, finding.disks
                );
            }
        }
        for disk in &import.fleet.disks {
            println!("  disk {} {:?}", disk.name, disk.facts);
        }
        for problem in &import.problems {
            println!(
                "  {:?} {} {}: {}",
                problem.severity, problem.code, problem.path, problem.message
            );
        }
        for guess in &import.preview.guessed {
            println!(
                "  guessed {} = {:?}: {}",
                guess.path, guess.value, guess.why
            );
        }
    }
    assert!(machines > 8, "only {machines} machines were judged");
    let own = set.starts_with("the project's own");
    assert!(own || agreed > 10, "{agreed} verdicts were read by hand");
}
