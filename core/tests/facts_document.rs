//! `docs/facts.md`, the vocabulary of facts, is made from the data and from what the editor shows.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read its own files should stop"
)]

use rplab_core::json::write;
use rplab_core::matrix::{AssessOptions, assess};
use rplab_core::model::FactValue;
use rplab_core::model::Fleet;
use rplab_core::model::vocabulary::{Absence, FactEntry, FactSubject, FactType, vocabulary};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

const EDITOR: &str = include_str!("../../web/src/pages/fleet/editor/facts.rs");

/// The editor's groups: titles, and the facts in each.
fn groups() -> Vec<(String, Vec<String>)> {
    let start = EDITOR.find("const GROUPS").unwrap();
    let text = EDITOR.get(start..).unwrap();
    let text = text.get(..text.find("];").unwrap()).unwrap();
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut is_title = false;
    for line in text.lines().skip(1).map(str::trim) {
        is_title |= line.starts_with('(');
        let mut words = line.split('"').skip(1).step_by(2);
        let mut word = words.next();
        if is_title && let Some(title) = word {
            groups.push((title.to_owned(), Vec::new()));
            is_title = false;
            word = words.next();
        }
        let own = groups.last_mut().into_iter();
        own.for_each(|(_, facts)| {
            facts.extend(word.into_iter().chain(words.by_ref()).map(str::to_owned))
        });
    }
    groups
}

fn in_editor(name: &str, groups: &[(String, Vec<String>)]) -> String {
    let mut own = groups.iter();
    let found = own.find(|(_, facts)| facts.iter().any(|fact| fact == name));
    let (title, _) = found.or(groups.last()).unwrap();
    title.clone()
}

fn value(value: &FactValue) -> String {
    write(value).to_string()
}

fn absence(entry: &FactEntry) -> String {
    match &entry.absence {
        Absence::ServiceDefault(own) => format!("the service's default, {}", value(own)),
        Absence::DiskDefault(own) => {
            format!(
                "{} where the disk's own resource was read, else unknown",
                value(own)
            )
        }
        Absence::Assumed(own) => format!("{} is assumed, and said so", value(own)),
        Absence::Unknown => "unknown: it is asked for".to_owned(),
    }
}

fn in_csv(entry: &FactEntry) -> String {
    let how = match &entry.value_type {
        FactType::Bool => "`true` or `false`",
        FactType::Presence => "`true`, `false`, a number or a name",
        FactType::Integer { .. } => "a whole number",
        FactType::Text => "a text",
        FactType::OneOf(_) => "one of the words",
        FactType::Locks => "`ReadOnly@virtualMachineResourceGroup`, several by semicolons",
        FactType::IntegerList => "numbers, separated by semicolons",
        FactType::TextList => "texts, separated by semicolons",
    };
    let row = match entry.subject {
        FactSubject::Disk => " in a row with `disk`",
        _ => "",
    };
    format!("column `{}`{row}: {how}", entry.name)
}

/// Whether a question may have this value at a path.
fn is_taken(path: &str, value: &Value) -> bool {
    let steps = path.rsplit('.');
    let options = steps.fold(value.clone(), |inner, step| json!({ step: inner }));
    let read = rplab_core::json::read::<AssessOptions>(&options);
    read.is_ok_and(|options| assess(&Fleet::default(), &options).is_ok())
}

/// The type of an option and what its absence means, by what can be said: a word for silence is none that can.
fn asked(entry: &FactEntry) -> (String, String) {
    let kind = match &entry.value_type {
        FactType::Presence => {
            "an object with `include` or `exclude`: a list of names, ids or logical unit numbers"
                .to_owned()
        }
        FactType::OneOf(words) => {
            let words = words
                .iter()
                .filter(|word| is_taken(&entry.name, &json!(word)));
            let words: Vec<&str> = words.map(String::as_str).collect();
            format!("one of {}", words.join(", "))
        }
        other => other.describe(),
    };
    let silence = match &entry.absence {
        Absence::ServiceDefault(own) | Absence::Assumed(own) => !is_taken(&entry.name, &write(own)),
        _ => false,
    };
    let absence = if silence {
        "nothing is asked".to_owned()
    } else {
        absence(entry)
    };
    (kind, absence)
}

/// Each value that the document gives for an option can be asked.
#[test]
fn what_is_written_of_an_option_can_be_asked() {
    let document = document();
    let (_, options) = document.split_once("## Of the question").unwrap();
    for row in options.lines().filter(|row| row.starts_with("| `")) {
        let mut cells = row.split(" | ");
        let path = cells.next().unwrap().trim_matches(['|', ' ', '`']);
        let words = cells.next().unwrap().strip_prefix("one of ");
        for word in words.into_iter().flat_map(|words| words.split(", ")) {
            assert!(is_taken(path, &json!(word)), "{path}: {word}");
        }
        let absent = cells.next().unwrap();
        let default = absent.strip_prefix("the service's default, ");
        let default = default.or_else(|| absent.strip_suffix(" is assumed, and said so"));
        if let Some(value) = default {
            let value = serde_json::from_str(value).unwrap();
            assert!(is_taken(path, &value), "{path}: {value}");
        }
    }
    assert!(is_taken(
        "request.selectiveDisk",
        &json!({ "exclude": ["data", 3] })
    ));
}

fn document() -> String {
    let groups = groups();
    let mut text = String::from(
        "# Facts\n\nThe vocabulary: what a VM or a disk can be told to be. Made from `core/data/facts.json`; change the data, then run the \
         tests with `UPDATE=1`.\n\nThe editor has each fact in the section that is named. In our own CSV \
         (see [inventory](inventory.md#our-own-csv)) each is a column.\n",
    );
    for (subject, title) in [
        (FactSubject::Machine, "Of a VM"),
        (FactSubject::Disk, "Of a disk"),
        (FactSubject::Asked, "Of the question"),
    ] {
        let _ = write!(
            text,
            "\n## {title}\n\n| Fact | Type | Absent means | In ARM | `az` shows it | Editor | CSV | What it says |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        );
        if subject == FactSubject::Asked {
            text.truncate(text.len() - "| Fact | Type | Absent means | In ARM | `az` shows it | Editor | CSV | What it says |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n".len());
            text.push_str("Options of `assess`, by their path; they are asked with a fleet and are no part of it.\n\n| Option | Type | Absent means | What it says |\n| --- | --- | --- | --- |\n");
        }
        for entry in vocabulary().iter().filter(|entry| entry.subject == subject) {
            if subject == FactSubject::Asked {
                let (kind, absence) = asked(entry);
                let _ = writeln!(
                    text,
                    "| `{}` | {kind} | {absence} | {} |",
                    entry.name, entry.meaning
                );
                continue;
            }
            let kind = entry.value_type.describe();
            let arm = entry.arm.as_ref().map_or_else(
                || "never".to_owned(),
                |source| format!("`{}`, `{}`", source.resource, source.path),
            );
            let az = entry
                .az
                .as_ref()
                .map_or_else(|| "no".to_owned(), |az| format!("`{az}`"));
            let _ = writeln!(
                text,
                "| <a id=\"{}-{}\"></a>`{}` | {} | {} | {arm} | {az} | {} | {} | {} |",
                title.rsplit(' ').next().unwrap_or_default().to_lowercase(),
                entry.name,
                entry.name,
                kind.replace('|', "\\|"),
                absence(entry),
                in_editor(&entry.name, &groups),
                in_csv(entry),
                entry.meaning.replace('|', "\\|"),
            );
        }
    }
    text
}

#[test]
fn the_page_of_facts_is_up_to_date() {
    let groups = groups();
    assert!(
        groups.len() > 5 && groups.iter().map(|(_, facts)| facts.len()).sum::<usize>() > 100,
        "{groups:?}"
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/facts.md");
    let made = document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let same = written.replace("\r\n", "\n") == made;
    assert!(
        same,
        "docs/facts.md is not what the data says; run this test with UPDATE=1"
    );
}
