//! How long a fleet takes to be read and judged natively. `cargo xtask bench fleet` makes the files and compares with
//! `JSON.parse`; by hand: `cargo bench -p rplab-core --bench fleet -- FILE...`.
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(
    clippy::disallowed_methods,
    reason = "a bench measures the time that people wait"
)]

use rplab_core::api::{AssessOptions, InventoryReader};
use rplab_core::matrix::{Judgements, Service, Verdict};
use std::fs::File;
use std::io::Read;
use std::time::Instant;

/// The most memory that the process had so far, in MiB; 0 where the platform does not say.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn row(what: &str, seconds: f64, more: &str) {
    println!(
        "{{\"bench\":\"fleet\",\"where\":\"native\",\"what\":\"{what}\",\"seconds\":{seconds:.3}{more},\"peakMiB\":{}}}",
        peak_mib()
    );
}

fn main() -> Result<(), String> {
    let words = std::env::args().skip(1);
    let files: Vec<String> = words.filter(|word| !word.starts_with("--")).collect();
    if files.is_empty() {
        println!("bench     fleet: name the files to read");
        return Ok(());
    }
    let start = Instant::now();
    let mut reader = InventoryReader::new();
    let mut bytes = 0_u64;
    let mut piece = vec![0; 1 << 20];
    for name in &files {
        let said = |error: std::io::Error| format!("{name}: {error}");
        reader.begin(name);
        let mut file = File::open(name).map_err(said)?;
        loop {
            let read = file.read(&mut piece).map_err(said)?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            reader.push(piece.get(..read).unwrap_or_default());
        }
    }
    row(
        "read",
        start.elapsed().as_secs_f64(),
        &format!(",\"bytes\":{bytes}"),
    );
    let import = reader.finish().map_err(|error| error.to_string())?;
    let fleet = import.fleet;
    row(
        "imported",
        start.elapsed().as_secs_f64(),
        &format!(",\"machines\":{}", fleet.machines.len()),
    );
    for (service, name) in [
        (Service::RestorePoints, "restorePoints"),
        (Service::VmBackup, "vmBackup"),
        (Service::DiskBackup, "diskBackup"),
    ] {
        let before = Instant::now();
        let options = AssessOptions {
            service,
            ..AssessOptions::default()
        };
        let judgements = Judgements::new(&options);
        let mut judgements = judgements.map_err(|error| error.to_string())?;
        let (mut protectable, mut kinds) = (0_u64, 0_u32);
        for machine in &fleet.machines {
            let kind = judgements.kind(machine);
            kinds = kinds.max(kind + 1);
            let judged = judgements.of_kind(kind);
            protectable +=
                u64::from(judged.is_some_and(|judged| judged.verdict <= Verdict::ExcludeDisk));
        }
        row(
            name,
            before.elapsed().as_secs_f64(),
            &format!(",\"protectable\":{protectable},\"kinds\":{kinds}"),
        );
        let before = Instant::now();
        let mut findings = 0;
        for (at, machine) in fleet.machines.iter().enumerate() {
            findings += judgements.assess(at, machine).findings.len();
        }
        row(
            &format!("{name}, each written out"),
            before.elapsed().as_secs_f64(),
            &format!(",\"findings\":{findings}"),
        );
    }
    row("all", start.elapsed().as_secs_f64(), "");
    Ok(())
}
