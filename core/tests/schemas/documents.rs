//! The schemas that ship.

use super::schema::{Document, Way};
use super::source::{Serde, Shape, Source};
use rplab_core::cloud::SETTINGS;
use rplab_core::matrix::Edition;
use rplab_core::model::vocabulary::{FactSubject, FactType, vocabulary};
use rplab_core::timeline::SCENARIO_SCHEMA_VERSION;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)
}

/// The facts of machines or of disks, as the vocabulary has them.
pub(crate) fn facts(of_disk: bool) -> Value {
    let subject = if of_disk {
        FactSubject::Disk
    } else {
        FactSubject::Machine
    };
    let of_it = vocabulary().iter().filter(|entry| entry.subject == subject);
    let properties: Map<String, Value> = of_it
        .map(|entry| {
            let mut schema = fact(&entry.value_type);
            schema["description"] = json!(entry.meaning);
            (entry.name.clone(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn fact(of: &FactType) -> Value {
    match of {
        FactType::Bool => json!({ "type": "boolean" }),
        FactType::Presence => json!({ "type": ["boolean", "integer", "string"], "minimum": 0 }),
        FactType::Integer { min } => json!({ "type": "integer", "minimum": min }),
        FactType::Text => json!({ "type": "string" }),
        FactType::OneOf(words) => {
            // In any case.
            let letter =
                |letter: char| match (letter.to_ascii_lowercase(), letter.to_ascii_uppercase()) {
                    (lower, upper) if lower != upper => format!("[{upper}{lower}]"),
                    _ if letter.is_ascii_alphanumeric() || matches!(letter, '_' | ' ') => {
                        letter.to_string()
                    }
                    _ => format!("\\u{:04x}", u32::from(letter)),
                };
            let words_in_any_case: Vec<String> = words
                .iter()
                .map(|word| word.chars().map(letter).collect())
                .collect();
            json!({ "type": "string", "examples": words, "pattern": format!("^({})$", words_in_any_case.join("|")) })
        }
        FactType::Locks => {
            json!({ "type": "array", "items": { "type": "object", "required": ["level", "scope"], "additionalProperties": false, "properties": {
            "level": { "enum": ["CanNotDelete", "ReadOnly"] },
            "scope": { "enum": ["virtualMachine", "virtualMachineResourceGroup", "restorePointResourceGroup", "vaultResourceGroup"] },
        } } })
        }
        FactType::IntegerList => {
            json!({ "type": "array", "items": { "type": "integer", "minimum": 0 } })
        }
        FactType::TextList => json!({ "type": "array", "items": { "type": "string" } }),
    }
}

/// The schema of a command without its instant; every command that there is, by its `type`.
pub(crate) fn command(to: &mut Document<'_>) -> Value {
    if !to.defs.contains_key("Command") {
        to.defs.insert("Command".to_owned(), Value::Null);
        let kinds: Vec<&str> = to
            .source
            .commands
            .iter()
            .map(|listed| listed.tag.as_str())
            .collect();
        let mut cases = Vec::new();
        for listed in &to.source.commands {
            let mut found = to
                .source
                .find(&listed.fields, &file("cloud/command.rs"))
                .clone();
            if let Shape::Inner(inner) = &found.shape
                && let syn::Type::Path(inner) = inner.as_ref()
            {
                let name = inner.path.segments.last().unwrap().ident.to_string();
                found = to.source.find(&name, &file("model/fleet.rs")).clone();
            }
            let Shape::Struct(members) = &found.shape else {
                panic!("{} has no fields", listed.tag)
            };
            // What is saved was completed; what is given need not be.
            let way = std::mem::replace(&mut to.way, Way::Read);
            let mut schema = to.object(
                members,
                &Serde {
                    camel_case: true,
                    ..Serde::default()
                },
                &found.file,
                &listed.fields,
            );
            to.way = way;
            schema["description"] = json!(listed.doc);
            schema["properties"]["type"] = json!({ "const": listed.tag });
            schema["properties"]["with"] = json!({ "const": "previous", "description": "It belongs to the command before: undo takes both back." });
            schema["properties"]["at"] = json!({ "type": "string", "description": "An instant, or a duration after startTime; at once where it is left out." });
            schema["required"]
                .as_array_mut()
                .unwrap()
                .push(json!("type"));
            if listed.tag == "createVirtualMachine" {
                // Its id follows from its name, and its name from its id.
                schema["required"] = json!(["type"]);
                schema["anyOf"] = json!([{ "required": ["id"] }, { "required": ["name"] }]);
            }
            to.defs.insert(listed.fields.clone(), schema);
            cases.push(json!({ "if": { "properties": { "type": { "const": listed.tag } } }, "then": { "$ref": format!("#/$defs/{}", listed.fields) } }));
        }
        let whole = json!({ "type": "object", "required": ["type"], "properties": { "type": { "enum": kinds } }, "allOf": cases });
        to.defs.insert("Command".to_owned(), whole);
    }
    json!({ "$ref": "#/$defs/Command" })
}

fn settings() -> Value {
    let mut properties = Map::new();
    properties.insert(
        "edition".to_owned(),
        json!({ "enum": Edition::ALL.map(Edition::as_str) }),
    );
    for kind in SETTINGS {
        let schema = json!({ "type": "integer", "minimum": kind.range.0, "maximum": kind.range.1, "description": kind.meaning });
        // By its dotted name, or nested.
        if let Some((group, name)) = kind.name.split_once('.') {
            let nested = properties.entry(group).or_insert_with(
                || json!({ "type": "object", "additionalProperties": false, "properties": {} }),
            );
            nested["properties"][name] = schema.clone();
        }
        properties.insert(kind.name.to_owned(), schema);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

pub(crate) fn scenario(source: &Source) -> Value {
    let mut to = Document::new(source, Way::Read);
    let scenario = file("timeline/scenario.rs");
    let mut root = to.definition(&source.find("Given", &scenario).clone(), "Given");
    root["description"] = json!(
        "A lab in a file: seed, start, settings, fleet, commands, expectations. What is null counts as left out."
    );
    root["required"] = json!([]);
    let properties = &mut root["properties"];
    properties["schemaVersion"] = json!({ "anyOf": [{ "type": "integer", "minimum": 1, "maximum": SCENARIO_SCHEMA_VERSION }, { "type": "null" }] });
    properties["settings"] = json!({ "anyOf": [settings(), { "type": "null" }] });
    let commands = command(&mut to);
    root["properties"]["commands"] =
        json!({ "anyOf": [{ "type": "array", "items": commands }, { "type": "null" }] });
    to.defs["Expectation"]["anyOf"] = json!(
        [
            "digest",
            "restorePoints",
            "storedBytes",
            "rejected",
            "state",
            "rpo",
            "restoresProved"
        ]
        .map(|claim| json!({ "required": [claim] }))
    );
    to.finish("A scenario of Restore Point Lab", root)
}

pub(crate) fn fleet(source: &Source) -> Value {
    let mut to = Document::new(source, Way::Read);
    let root = to.named("Fleet", &file("model/fleet.rs"));
    to.finish("A fleet of Restore Point Lab", root)
}

pub(crate) fn plan(source: &Source) -> Value {
    let mut to = Document::new(source, Way::Read);
    let plan = file("forecast/plan.rs");
    let mut root = to.definition(&source.find("Plan", &plan).clone(), "Plan");
    root["description"] = json!(
        "What is protected, by which service, how often, how long, where, and at what rates."
    );
    root["properties"]["settings"] = settings();
    to.finish("A plan of Restore Point Lab", root)
}

pub(crate) fn all_facts(source: &Source) -> Value {
    let mut to = Document::new(source, Way::Read);
    to.defs.insert("MachineFacts".to_owned(), facts(false));
    to.defs.insert("DiskFacts".to_owned(), facts(true));
    let root =
        json!({ "anyOf": [{ "$ref": "#/$defs/MachineFacts" }, { "$ref": "#/$defs/DiskFacts" }] });
    to.finish("Facts of Restore Point Lab about machines and disks", root)
}

pub(crate) fn reports(source: &Source) -> Value {
    let mut to = Document::new(source, Way::Written);
    let api = file("api/report.rs");
    let kinds = [
        "Report",
        "RunResult",
        "AssessReport",
        "Import",
        "Explanation",
        "Proof",
        "Forecast",
        "PlanComparison",
        "RateProfile",
        "Calibration",
        "MachineRpo",
        "BreakerReport",
        "Rehearsal",
    ];
    let root: Vec<Value> = kinds.iter().map(|kind| to.named(kind, &api)).collect();
    to.finish(
        "What Restore Point Lab answers: of a lab, a run, an assessment, an import",
        json!({ "anyOf": root }),
    )
}
