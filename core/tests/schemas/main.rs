//! The JSON Schemas that ship, made from the types of the crate as they are written, and held against what
//! the engine says about each command. `UPDATE=1` writes the files anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]
#![cfg(not(target_arch = "wasm32"))]

mod documents;
mod schema;
mod source;

use rplab_core::cloud::Command;
use rplab_core::timeline::read_command;
use serde_json::{Map, Value, json};
use source::Source;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[test]
fn the_schemas_say_what_the_types_are() {
    let source = Source::read();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas");
    for (name, schema) in [
        ("scenario", documents::scenario(&source)),
        ("fleet", documents::fleet(&source)),
        ("facts", documents::all_facts(&source)),
        ("reports", documents::reports(&source)),
        ("plan", documents::plan(&source)),
    ] {
        let made = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let file = folder.join(format!("{name}.schema.json"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == made,
            "the schema of {name} has changed; write it anew with UPDATE=1"
        );
    }
}

/// What the engine says when a command has these fields; nothing where it reads them.
fn said(kind: &str, fields: &Map<String, Value>) -> String {
    let mut fields = fields.clone();
    fields.insert("type".to_owned(), kind.into());
    read_command(Value::Object(fields))
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

/// The words between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// What a command needs at least, found by asking again until the engine reads it.
fn needed(kind: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    for _ in 0..20 {
        let told = said(kind, &fields);
        if told.is_empty() {
            return fields;
        }
        if let Some((_, name)) = told.split_once("missing field ") {
            let name = quoted(name).remove(0);
            let value = match name.as_str() {
                "policy" if kind != "setNetworkAccess" => {
                    json!({ "schedule": { "frequency": "Daily" } })
                }
                _ => json!("a"),
            };
            fields.insert(name, value);
            continue;
        }
        let last = fields
            .keys()
            .find(|name| told.contains(&format!("{name}:")));
        let name = last.unwrap_or_else(|| panic!("{kind}: {told}")).clone();
        let value = match told.split_once("expected one of ") {
            Some((_, words)) => json!(quoted(words).remove(0)),
            None if told.contains("a whole number") => json!(1),
            None if told.contains("a list") => json!([]),
            None if told.contains("an object") => json!({}),
            None => json!(true),
        };
        fields.insert(name, value);
    }
    panic!("{kind} needs more than is found out");
}

/// Every command, every field: what the schema knows and needs is what the engine knows and needs.
#[test]
fn the_schema_of_a_command_is_what_the_engine_reads() {
    let source = Source::read();
    let schema = documents::scenario(&source);
    assert_eq!(
        source
            .commands
            .iter()
            .map(|listed| listed.tag.as_str())
            .collect::<Vec<_>>(),
        Command::TYPES
    );
    for listed in &source.commands {
        let kind = listed.tag.as_str();
        let of_it = &schema["$defs"][&listed.fields];
        let aliases: BTreeSet<&String> = of_it["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, schema)| schema.get("$comment").is_some())
            .map(|(name, _)| name)
            .collect();
        let known: BTreeSet<&String> = of_it["properties"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| {
                !matches!(name.as_str(), "at" | "type" | "with") && !aliases.contains(name)
            })
            .collect();
        let told = said(
            kind,
            &Map::from_iter([("no-such-field".to_owned(), json!(1))]),
        );
        let (_, words) = told.split_once("expected one of ").unwrap();
        let words = quoted(words);
        assert_eq!(known, words.iter().collect(), "{kind}");
        for alias in aliases {
            let told = said(kind, &Map::from_iter([(alias.clone(), json!("a"))]));
            assert!(!told.contains("unknown field"), "{kind}.{alias}: {told}");
        }
        if kind == "createVirtualMachine" {
            continue;
        }
        let of_alias = of_it["allOf"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|either| &either["oneOf"][0]["required"][0]);
        let required: BTreeSet<&str> = of_it["required"]
            .as_array()
            .unwrap()
            .iter()
            .chain(of_alias)
            .filter_map(Value::as_str)
            .filter(|name| *name != "type")
            .collect();
        let needs = needed(kind);
        assert_eq!(
            required,
            needs.keys().map(String::as_str).collect(),
            "{kind}"
        );
    }
}
