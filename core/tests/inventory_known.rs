//! A fleet is read as its resources alone are: whatever a VM differs in from others of its shape, in whatever order,
//! files and chunks they come.
//!
//! Two readers are told against each other: one import of all, and one import for each VM with its disks.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

use rplab_core::inventory::{Import, ImportError, InventoryReader, NamedInput, import};
use rplab_core::matrix::{AssessOptions, assess};
use rplab_core::prng::Stream;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// JSON as it is written: members keep their order and may be there twice.
#[derive(Clone, Debug)]
enum Written {
    Raw(String),
    List(Vec<Written>),
    Object(Vec<(String, Written)>),
}

impl Written {
    fn of(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(fields) => Self::Object(
                fields
                    .iter()
                    .map(|(name, value)| (serde_json::to_string(name).unwrap(), Self::of(value)))
                    .collect(),
            ),
            other => Self::Raw(other.to_string()),
        }
    }

    fn write(&self, to: &mut String) {
        match self {
            Self::Raw(text) => to.push_str(text),
            Self::List(items) => {
                to.push('[');
                for (at, item) in items.iter().enumerate() {
                    to.push_str(if at > 0 { ",\n " } else { "" });
                    item.write(to);
                }
                to.push(']');
            }
            Self::Object(fields) => {
                to.push('{');
                for (at, (name, value)) in fields.iter().enumerate() {
                    to.push_str(if at > 0 { "," } else { "" });
                    write!(to, "{name}: ").unwrap();
                    value.write(to);
                }
                to.push('}');
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Every composed value within, this one first.
    fn each(&mut self, change: &mut dyn FnMut(&mut Self)) {
        change(self);
        match self {
            Self::Raw(_) => {}
            Self::List(items) => items.iter_mut().for_each(|item| item.each(change)),
            Self::Object(fields) => fields.iter_mut().for_each(|(_, value)| value.each(change)),
        }
    }

    fn places(&mut self) -> u64 {
        let mut places = 0;
        self.each(&mut |_| places += 1);
        places
    }
}

/// What a value may become.
const VALUES: [&str; 24] = [
    "null",
    "true",
    "false",
    "0",
    "1",
    "7",
    "128.0",
    "-1",
    "12345678901234567890",
    "\"\"",
    "\" \"",
    "\"7\"",
    "\"true\"",
    "\"Other\"",
    "\"\\u00e9\\ud83d\\udc3b\"",
    "\"größe\"",
    "\"a\\\"b\\\\c\\/d\"",
    "[]",
    "{}",
    "[null]",
    "[\"1\",\"2\"]",
    "{\"a\":\"1\",\"a\":\"2\",\"A\":\"3\"}",
    "{\"id\":\"x\",\"name\":\"y\"}",
    "\"https://a/b?sig=abc\"",
];

/// One change somewhere in a resource; its own id and type stay.
fn change(resource: &mut Written, random: &mut Stream) {
    let count = resource.places();
    let wanted = random.below(count);
    let how = random.below(9);
    let value = VALUES[random.below(VALUES.len() as u64) as usize];
    let pick = random.below(1000) as usize;
    let mut at = 0;
    resource.each(&mut |place| {
        at += 1;
        if at != wanted + 1 {
            return;
        }
        match place {
            Written::Raw(text) => value.clone_into(text),
            Written::List(items) if items.is_empty() => items.push(Written::Raw(value.to_owned())),
            Written::List(items) => {
                let pick = pick % items.len();
                match how {
                    0 => drop(items.remove(pick)),
                    1 => items.reverse(),
                    2 => items.push(items[pick].clone()),
                    _ => items[pick] = Written::Raw(value.to_owned()),
                }
            }
            Written::Object(fields) if fields.is_empty() => {
                fields.push(("\"x\"".to_owned(), Written::Raw(value.to_owned())));
            }
            Written::Object(fields) => {
                let pick = pick % fields.len();
                let name = fields[pick].0.clone();
                let is_root = at == 1;
                match how {
                    0 if !is_root => drop(fields.remove(pick)),
                    1 => fields.reverse(),
                    2 if !is_root => fields.push((name, Written::Raw(value.to_owned()))),
                    3 if !is_root => fields.insert(0, (name, Written::Raw(value.to_owned()))),
                    4 if !name.contains('\\') => fields[pick].0 = name.to_uppercase(),
                    5 if !name.contains('\\') => {
                        fields[pick].0 = format!("\"\\u{:04x}{}", name.as_bytes()[1], &name[2..])
                    }
                    6 => fields.insert(
                        pick,
                        ("\"Note\"".to_owned(), Written::Raw(value.to_owned())),
                    ),
                    _ if !["\"id\"", "\"type\"", "\"properties\""].contains(&name.as_str()) => {
                        fields[pick].1 = Written::Raw(value.to_owned());
                    }
                    _ => {}
                }
            }
        }
    });
}

const LISTS: [(&str, &str); 2] = [
    (
        include_str!("../../tests/fixtures/inventory/az-vm-list-d.json"),
        include_str!("../../tests/fixtures/inventory/az-disk-list.json"),
    ),
    (
        include_str!("../../tests/fixtures/inventory/arm-vms.json"),
        include_str!("../../tests/fixtures/inventory/arm-disks.json"),
    ),
];

fn items(text: &str) -> Vec<Value> {
    match serde_json::from_str::<Value>(text).unwrap() {
        Value::Array(items) => items,
        other => other["value"].as_array().cloned().unwrap(),
    }
}

/// A VM and the disks that it names, all of this number.
fn groups() -> Vec<(Value, Vec<Value>)> {
    let mut groups = Vec::new();
    for (machines, disks) in LISTS {
        let disks = items(disks);
        for machine in items(machines) {
            let text = machine.to_string().to_lowercase();
            let own = disks.iter().filter(|disk| {
                let id = disk["id"].as_str().unwrap().to_lowercase();
                text.contains(&format!("\"{id}\""))
            });
            groups.push((machine, own.cloned().collect()));
        }
    }
    groups
}

/// The same resource with a name of its own, as have its disks.
fn numbered(resource: &Value, number: usize) -> Written {
    fn rename(value: &mut Value, is_named: bool, number: usize) {
        match value {
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| rename(item, is_named, number)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if name == "name" && is_named {
                        *value = format!("{}-{number}", value.as_str().unwrap_or_default()).into();
                    }
                    rename(
                        value,
                        ["osDisk", "dataDisks"].contains(&name.as_str()),
                        number,
                    );
                }
            }
            Value::String(text) => {
                let lower = text.to_lowercase();
                if lower.contains("/disks/") || lower.contains("/virtualmachines/") {
                    write!(text, "-{number}").unwrap();
                }
            }
            _ => {}
        }
    }
    let mut own = resource.clone();
    rename(&mut own, true, number);
    Written::of(&own)
}

type Told = BTreeMap<String, String>;

/// What was read, by id.
fn told(import: &Import) -> Told {
    let report = assess(&import.fleet, &AssessOptions::default()).unwrap();
    let mut told = Told::new();
    for (at, machine) in import.fleet.machines.iter().enumerate() {
        let prefix = format!("machines[{at}].");
        let own = import.preview.guessed.iter();
        let own = own.filter_map(|guess| Some((guess.path.strip_prefix(&prefix)?, guess)));
        let own: Vec<String> = own
            .map(|(path, guess)| format!("{path} {:?} {}", guess.value, guess.why))
            .collect();
        let judged = &report.machines[at];
        let whole = format!("{machine:?} {own:?} {judged:?}");
        let whole = whole.replace(&prefix, "");
        told.insert(machine.id.as_str().to_lowercase(), whole);
    }
    for disk in &import.fleet.disks {
        let id = disk.id.as_ref().unwrap().as_str().to_lowercase();
        told.insert(id, format!("{disk:?}"));
    }
    told
}

fn list(resources: &[&Written]) -> Vec<u8> {
    Written::List(resources.iter().map(|own| (*own).clone()).collect())
        .text()
        .into_bytes()
}

/// What is read of a VM with its disks where there is no other.
fn alone(machine: &Written, disks: &[Written]) -> Result<Import, ImportError> {
    let disks: Vec<&Written> = disks.iter().collect();
    import(&[
        NamedInput::new("machine", list(&[machine])),
        NamedInput::new("disks", list(&disks)),
    ])
}

#[test]
fn a_fleet_is_read_as_its_machines_alone() {
    let mut random = Stream::named(5, "fleet");
    let mut number = 0;
    let mut tried = 0;
    for (machine, disks) in groups() {
        for _ in 0..3 {
            // Some of one shape first, then ones with a few changes each.
            let mut all: Vec<(Written, Vec<Written>)> = Vec::new();
            for at in 0..24 {
                number += 1;
                let mut own = numbered(&machine, number);
                let mut its: Vec<Written> =
                    disks.iter().map(|disk| numbered(disk, number)).collect();
                if at > 1 {
                    for _ in 0..random.below(3) {
                        change(&mut own, &mut random);
                    }
                    for disk in &mut its {
                        if random.below(3) == 0 {
                            change(disk, &mut random);
                        }
                    }
                }
                // What cannot be taken alone is not taken beside others: it has no part in this.
                if alone(&own, &its).is_ok() {
                    all.push((own, its));
                }
            }
            let mut expected = Told::new();
            let mut unread = 0;
            let mut secrets = 0;
            for (own, its) in &all {
                let import = alone(own, its).unwrap();
                expected.extend(told(&import));
                unread += import
                    .preview
                    .not_understood
                    .iter()
                    .map(|field| field.count)
                    .sum::<u64>();
                secrets += import.preview.read.secrets_dropped;
            }
            // Shuffled, disks first, and in chunks.
            let mut order: Vec<&(Written, Vec<Written>)> = all.iter().collect();
            for at in (1..order.len()).rev() {
                order.swap(at, random.below(at as u64 + 1) as usize);
            }
            let machines: Vec<&Written> = order.iter().map(|(own, _)| own).collect();
            let its: Vec<&Written> = order.iter().flat_map(|(_, its)| its).collect();
            let inputs = [list(&its), list(&machines)];
            let mut reader = InventoryReader::new();
            let size = 1 + random.below(9000) as usize;
            for (at, input) in inputs.iter().enumerate() {
                reader.begin(&at.to_string());
                for chunk in input.chunks(size) {
                    reader.push(chunk);
                }
            }
            let together = reader.finish().unwrap();
            let read = told(&together);
            for (id, own) in &expected {
                assert_eq!(read.get(id), Some(own), "{id}");
                tried += 1;
            }
            assert_eq!(read.len(), expected.len());
            assert_eq!(
                together
                    .preview
                    .not_understood
                    .iter()
                    .map(|field| field.count)
                    .sum::<u64>(),
                unread
            );
            assert_eq!(together.preview.read.secrets_dropped, secrets);
        }
    }
    assert!(tried > 1000, "{tried}");
}
