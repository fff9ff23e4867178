//! The JSON Schema of scenarios, made from what the engine itself says about each command: which fields
//! it knows, which it misses, what it expects there. `UPDATE=1` writes the file anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test panics where it fails"
)]
#![cfg(not(target_arch = "wasm32"))]

use rplab_core::api::run_scenario;
use rplab_core::cloud::Command;
use rplab_core::timeline::{SCENARIO_SCHEMA_VERSION, read_command};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

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

/// The schema of a field, from what the engine expects where it finds `false`.
fn field(kind: &str, name: &str) -> Value {
    let needed = needed(kind);
    let probe = |value: Value| {
        let mut fields = needed.clone();
        fields.insert(name.to_owned(), value);
        said(kind, &fields)
    };
    let told = probe(json!(false));
    let expects = |words: &str| told.contains(&format!("expected {words}"));
    if expects("a text") || expects("a word") {
        // A closed list of words names them all when it is given another.
        let told = probe(json!("no such word"));
        match told.split_once("expected one of ") {
            Some((_, words)) if told.contains("unknown variant") => {
                json!({ "enum": quoted(words) })
            }
            _ => json!({ "type": "string" }),
        }
    } else if expects("a whole number or a word") {
        json!({ "type": ["integer", "string"] })
    } else if expects("a whole number") {
        json!({ "type": "integer", "minimum": 0 })
    } else if expects("a list") {
        json!({ "type": "array" })
    } else if expects("an object") {
        json!({ "type": "object" })
    } else {
        assert!(!told.contains("expected"), "{kind}.{name}: {told}");
        json!({ "type": "boolean" })
    }
}

fn command(kind: &str) -> Value {
    let told = said(
        kind,
        &Map::from_iter([("no-such-field".to_owned(), json!(1))]),
    );
    let (_, known) = told
        .split_once("expected one of ")
        .unwrap_or_else(|| panic!("{kind}: {told}"));
    let mut properties = Map::new();
    properties.insert("at".to_owned(), json!({ "type": "string", "description": "An instant, or a duration after startTime; at once where it is left out." }));
    properties.insert("type".to_owned(), json!({ "const": kind }));
    for name in quoted(known) {
        let schema = field(kind, &name);
        properties.insert(name, schema);
    }
    json!({ "type": "object", "properties": properties, "required": ["type"] })
}

fn schema() -> Value {
    let kinds = Command::TYPES;
    let commands: Vec<Value> = Command::TYPES.iter().map(|kind| {
        json!({ "if": { "properties": { "type": { "const": kind } } }, "then": command(kind) })
    }).collect();
    let text = || json!({ "type": "string" });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of Restore Point Lab",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "schemaVersion": { "type": "integer", "minimum": 1, "maximum": SCENARIO_SCHEMA_VERSION },
            "engineVersion": text(),
            "matrixRevision": text(),
            "title": text(),
            "seed": { "type": "integer", "minimum": 0 },
            "startTime": { "type": "string", "format": "date-time" },
            "settings": { "type": "object" },
            "fleet": { "type": "object", "properties": { "machines": { "type": "array" }, "disks": { "type": "array" } }, "additionalProperties": false },
            "commands": { "type": "array", "items": { "type": "object", "required": ["type"], "properties": { "type": { "enum": kinds } }, "allOf": commands } },
            "expectations": { "type": "array", "items": { "type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
                "afterCommands": { "type": "integer", "minimum": 0 },
                "digest": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                "restorePoints": { "type": "array", "items": text() },
                "storedBytes": { "type": "integer", "minimum": 0 },
                "rejected": text(),
                "state": { "type": "object", "description": "Values of the state by their path, such as restorePoints/rp-1/disks/data/addedBytes." },
                "restoresProved": { "type": "boolean" },
            } } },
        },
    })
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas/scenario.schema.json")
}

#[test]
fn the_schema_says_what_the_engine_reads() {
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file().parent().unwrap()).unwrap();
        std::fs::write(file(), &made).unwrap();
    }
    let kept = std::fs::read_to_string(file()).unwrap();
    assert!(
        kept == made,
        "the schema has changed; write it anew with UPDATE=1"
    );
}

/// The part of JSON Schema that the file uses.
fn fits(schema: &Value, value: &Value, path: &str) -> Result<(), String> {
    let fail = |what: &str| Err(format!("{path}: {what}"));
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => value.is_boolean(),
    };
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind)) {
        return fail("of another type");
    }
    if schema.get("const").is_some_and(|only| only != value)
        || schema["enum"]
            .as_array()
            .is_some_and(|words| !words.contains(value))
    {
        return fail("another word");
    }
    if let Some(fields) = value.as_object() {
        let known = schema["properties"].as_object();
        for (name, value) in fields {
            match known.and_then(|known| known.get(name)) {
                Some(schema) => fits(schema, value, &format!("{path}/{name}"))?,
                None if schema["additionalProperties"] == json!(false) => {
                    return fail(&format!("has {name}"));
                }
                None => {}
            }
        }
        for name in schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            if !fields.contains_key(name) {
                return fail(&format!("misses {name}"));
            }
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(&schema["items"], item, &format!("{path}/{at}"))?;
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if fits(&part["if"], value, path).is_ok() {
            fits(&part["then"], value, path)?;
        }
    }
    Ok(())
}

#[test]
fn the_library_fits_the_schema_and_malformed_words_do_not() {
    let schema = schema();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let scenario: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        fits(&schema, &scenario, "").unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    for wrong in [
        json!({ "colour": "red" }),
        json!({ "schemaVersion": "2" }),
        json!({ "commands": [{ "type": "fly" }] }),
        json!({ "commands": [{ "disk": "os" }] }),
        json!({ "commands": [{ "type": "injectFault", "fault": "meteor", "target": "vm" }] }),
        json!({ "commands": [{ "type": "writeBlocks", "disk": 5, "first": 0, "last": 1 }] }),
        json!({ "expectations": [{ "claims": 1 }] }),
    ] {
        assert!(fits(&schema, &wrong, "").is_err(), "{wrong}");
        assert!(run_scenario(wrong.clone()).is_err(), "{wrong}");
    }
}
