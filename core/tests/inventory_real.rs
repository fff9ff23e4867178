//! Imports whatever files a folder has, when `RPLAB_REAL_INPUTS` names one.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its inputs should stop"
)]

use rplab_core::inventory::{NamedInput, import};
use rplab_core::matrix::{AssessOptions, assess};
use rplab_core::model::vocabulary::validate;
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

#[test]
fn every_real_input_is_read_or_refused_with_a_reason() {
    let Ok(folder) = std::env::var("RPLAB_REAL_INPUTS") else {
        println!("RPLAB_REAL_INPUTS is not set: no real inputs were read");
        return;
    };
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    println!("{} real inputs under {folder}", paths.len());
    assert!(!paths.is_empty());
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let input = NamedInput::new(name.clone(), std::fs::read(&path).unwrap());
        let import = match import(&[input]) {
            Ok(import) => import,
            Err(error) => {
                println!("{name}: refused: {error}");
                continue;
            }
        };
        validate(&import.fleet).unwrap();
        let report = assess(&import.fleet, &AssessOptions::default()).unwrap();
        println!("{name}: {:?}", import.preview.read);
        for machine in &report.machines {
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
}
