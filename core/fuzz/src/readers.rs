//! The readers of inventories under inputs guided by what they reach in their code: nothing panics, nothing takes
//! long, and how an input is cut into pieces changes nothing.
#![allow(
    clippy::disallowed_methods,
    reason = "whether a reader hangs is a matter of the time that people wait"
)]

use crate::coverage::{self, Reached};
use rplab_core::api::{Import, InputError, InventoryReader};
use rplab_core::prng::Stream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Runs of each reader.
pub(crate) const RUNS: u64 = 200;
/// No input of these sizes may take longer, on however busy a machine.
const LONGEST: Duration = Duration::from_secs(20);
/// Inputs grow no further.
const MOST: usize = 16 << 10;

/// Words that readers look for, and what troubles them.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "null",
    "true",
    "-0",
    "1e999",
    "128.0",
    "99999999999999999999",
    "\\u0000",
    "\\ud83d",
    "\\\"",
    "\u{feff}",
    "\n",
    "\r\n",
    "[parameters('p')]",
    "[concat('a','b')]",
    "[variables('v')]",
    "[copyIndex()]",
    "\"value\":[",
    "\"data\":{\"columns\":[],\"rows\":[]}",
    "\"properties\":{",
    "\"id\":\"/\"",
    "\"type\":\"Microsoft.Compute/disks\"",
    "\"storageProfile\":{}",
    "\"machines\":[",
    "\"resources\":[",
    "\"schemaVersion\":1",
    "machine,disk,fact",
    "\"maxShares\":-1",
    "\"zones\":{}",
    "\"tags\":[]",
    "[[[[[[[[[[",
];

/// The readers, each with inputs to start from: files of `tests/fixtures/inventory`, or texts.
const READERS: &[(&str, &[&str])] = &[
    ("az vm list", &["az-vm-list-d.json"]),
    ("az disk list", &["az-disk-list.json"]),
    (
        "az vmss vm list",
        &["vmss-instances.json", "scale-sets.json"],
    ),
    ("PowerShell", &["get-azvm.json", "get-azvm-cut-off.json"]),
    ("ARM bodies", &["arm-vm.json", "arm-disks.json"]),
    (
        "Resource Graph JSON",
        &["resource-graph.json", "resource-graph-table.json"],
    ),
    ("Resource Graph CSV", &["resource-graph.csv"]),
    ("templates", &["template.json"]),
    (
        "Terraform",
        &[
            r#"{"format_version":"1.2","terraform_version":"1.9","values":{"root_module":{"resources":[{"address":"azurerm_managed_disk.d","mode":"managed","type":"azurerm_managed_disk","name":"d","values":{"name":"d","id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d","storage_account_type":"Premium_LRS","disk_size_gb":64}},{"address":"azurerm_linux_virtual_machine.v","mode":"managed","type":"azurerm_linux_virtual_machine","values":{"name":"v","size":"Standard_D2s_v5","os_disk":[{"name":"o","caching":"ReadWrite"}]}},{"type":"azapi_resource","values":{"type":"Microsoft.Compute/disks@2023-04-02","name":"a","body":"{\"properties\":{}}"}}],"child_modules":[]}}}"#,
            "terraform.tfstate",
        ],
    ),
    (
        "our own CSV",
        &[
            "machine,location,osType,disk,role,lun,sizeGiB,disk.sku\nvm1,eastus,Windows,os,os,,128,Premium_LRS\nvm1,,,d,data,0,64,UltraSSD_LRS\n",
        ],
    ),
    (
        "our own fleet",
        &[
            r#"{"machines":[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v","name":"v","location":"eastus","facts":{"osType":"Linux","restorePointCollections":[3,4],"locks":[{"level":"ReadOnly","scope":"virtualMachine"}]},"disks":[{"name":"o","role":"os","sizeGiB":64,"facts":{"maxShares":2}}]}]}"#,
        ],
    ),
    (
        "restore points",
        &[
            r#"[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/restorePointCollections/c","properties":{"source":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v"},"restorePoints":[{"name":"p","properties":{"provisioningState":"Creating"}}]}},{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/snapshots/s","type":"Microsoft.Compute/snapshots","properties":{"incremental":true}}]"#,
        ],
    ),
    (
        "NDJSON",
        &[
            "{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/a\"}\n{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/b\",\"name\":\"b\"}\n",
        ],
    ),
    ("UTF-16", &["\u{feff}utf-16"]),
    ("gzip", &["\u{1f}gzip"]),
];

fn seed(word: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/inventory");
    let list = "[{\"id\":\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/a\",\"name\":\"a\"}]";
    match word {
        "\u{feff}utf-16" => [0xFF, 0xFE]
            .into_iter()
            .chain(list.encode_utf16().flat_map(u16::to_le_bytes))
            .collect(),
        // Stored, not deflated, with a sum that will not fit once anything changes; most of it is header.
        "\u{1f}gzip" => vec![
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 0, 0xFD, 0xFF, b'[', b']', 0x29, 0x4C, 0xBB,
            0x0D, 2, 0, 0, 0,
        ],
        _ => {
            let mut text =
                std::fs::read(folder.join(word)).unwrap_or_else(|_| word.as_bytes().to_vec());
            text.truncate(MOST);
            text
        }
    }
}

fn read(input: &[u8], size: usize) -> Result<Import, InputError> {
    let mut reader = InventoryReader::new();
    reader.begin("input");
    for piece in input.chunks(size.max(1)) {
        reader.push(piece);
    }
    reader.finish().map_err(InputError::from)
}

/// Reads an input whole and in pieces. Panics where that is not the same.
fn play(input: &[u8]) {
    let whole = read(input, input.len());
    let cut = 1 + input.len() % 61;
    assert_eq!(whole, read(input, cut), "in pieces of {cut}");
}

fn changed(input: &[u8], other: &[u8], stream: &mut Stream) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..1 + stream.below(3) {
        let place = |stream: &mut Stream, length: usize| stream.below(length as u64 + 1) as usize;
        let one = place(stream, bytes.len());
        let two = place(stream, bytes.len());
        let (from, until) = (one.min(two), one.max(two));
        match stream.below(8) {
            0 => drop(bytes.drain(from..until.min(from + 200))),
            1 => {
                let again = bytes[from..until.min(from + 400)].to_vec();
                bytes.splice(until..until, again);
            }
            2 => {
                let start = place(stream, other.len());
                let end = other.len().min(start + 400);
                bytes.splice(from..from, other[start..end].to_vec());
            }
            3 => bytes.truncate(until),
            4 | 5 => {
                let word = WORDS[stream.below(WORDS.len() as u64) as usize];
                bytes.splice(from..from, word.bytes());
            }
            6 => {
                // A scalar of the text becomes another.
                let word = WORDS[stream.below(WORDS.len() as u64) as usize];
                let end = bytes[from..].iter().position(|byte| b",}]".contains(byte));
                let end = end.map_or(bytes.len(), |end| from + end);
                bytes.splice(from..end, word.bytes());
            }
            _ if !bytes.is_empty() => {
                let at = stream.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << stream.below(8);
            }
            _ => {}
        }
    }
    bytes.truncate(MOST);
    bytes
}

/// Every reader in turn; the first input that it fails at is printed.
pub(crate) fn fuzz(runs: u64, seed_number: u64) -> Result<ExitCode, String> {
    for (name, seeds) in READERS {
        let mut stream = Stream::named(seed_number, name);
        let mut reached = Reached::nothing();
        let mut corpus: Vec<Vec<u8>> = Vec::new();
        let mut at_first = 0;
        let firsts = seeds.len() as u64;
        for run in 0..firsts + runs {
            let input = match seeds.get(usize::try_from(run).unwrap_or(usize::MAX)) {
                Some(word) => seed(word),
                None => {
                    let mut one = || &corpus[stream.below(corpus.len() as u64) as usize];
                    let (input, other) = (one(), one());
                    changed(input, other, &mut stream)
                }
            };
            coverage::clear();
            let start = Instant::now();
            let failed = catch_unwind(AssertUnwindSafe(|| play(&input))).is_err();
            if failed || start.elapsed() > LONGEST {
                println!(
                    "fuzz      {name}, run {run} FAILED after {:?}:\n{}",
                    start.elapsed(),
                    String::from_utf8_lossy(&input)
                );
                return Ok(ExitCode::FAILURE);
            }
            if reached.add() > 0 || run < firsts {
                corpus.push(input);
            }
            if run + 1 == firsts {
                at_first = reached.edges();
            }
        }
        println!(
            "fuzz      {name}: {runs} runs, {} inputs kept, {} edges ({at_first} at first)",
            corpus.len(),
            reached.edges()
        );
        if runs >= 100 && reached.edges() <= at_first {
            return Err(format!(
                "{name}: nothing new was reached: the guide does not work"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
