//! `rplab check --ndjson` holds a line, whatever the number of lines.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot run the command should stop"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

fn line(number: usize) -> String {
    let id = format!(
        "/subscriptions/4f0a2c1e-7d3b-4a58-8f6e-9b1c2d3e4f50/resourceGroups/rg-{}/providers/Microsoft.Compute",
        number % 50
    );
    let size = ["Standard_D2s_v5", "Standard_E8ds_v5", "Standard_B2ms"][number % 3];
    let system = ["Windows", "Linux"][number % 2];
    format!(
        r#"{{"id":"{id}/virtualMachines/vm-{number}","name":"vm-{number}","location":"westeurope","type":"Microsoft.Compute/virtualMachines","hardwareProfile":{{"vmSize":"{size}"}},"tags":{{"number":"{number}"}},"storageProfile":{{"osDisk":{{"name":"vm-{number}-os","osType":"{system}","managedDisk":{{"id":"{id}/disks/vm-{number}-os","storageAccountType":"Premium_LRS"}}}},"dataDisks":[]}}}}"#
    )
}

/// The most memory that the command had after so many lines, in KiB.
fn peak(lines: usize) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rplab"))
        .args(["check", "--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = command.stdin.take().unwrap();
    let output = BufReader::new(command.stdout.take().unwrap());
    let writer = std::thread::spawn(move || {
        for number in 0..lines {
            writeln!(input, "{}", line(number)).unwrap();
        }
    });
    let (mut answered, mut most) = (0, 0);
    for (number, answer) in output.lines().map(Result::unwrap).enumerate() {
        assert!(answer.contains(&format!("\"vm-{number}\"")), "{answer}");
        answered = number + 1;
        // Once the command has ended there is nothing to be looked at; what was seen last counts.
        if answered % 100 == 0 {
            let path = format!("/proc/{}/status", command.id());
            let told = std::fs::read_to_string(path).unwrap_or_default();
            let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let peak = peak.and_then(|peak| peak.split_whitespace().next()?.parse().ok());
            most = peak.unwrap_or(most);
        }
    }
    writer.join().unwrap();
    command.wait().unwrap();
    assert_eq!(answered, lines);
    most
}

#[test]
fn ten_times_the_lines_take_no_more_memory() {
    let (few, many) = (peak(2_000), peak(20_000));
    assert!(few > 1_000, "{few} KiB");
    assert!(many < few + 4_096, "{few} KiB, then {many} KiB");
}
