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
}
