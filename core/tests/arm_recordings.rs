//! Sessions that were recorded against the live service, replayed against a lab: those in the folder that
//! `RPLAB_REAL_INPUTS` names, or in `../shared/real` beside the project, or else the project's own of the
//! same shapes. It says which.
//!
//! Resources that a session reads before it makes them are made first, from what it reads. Addresses of
//! operations are mapped to the lab's own; a poll that found its work running is asked before time passes.
//! Compared are statuses, the headers that clients go by, and bodies by their keys and types. A key that
//! only one of the two has is told, unless it is one that differs by the version or the luck of the day.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[path = "support/arm.rs"]
#[allow(dead_code, reason = "shared by several suites")]
mod wire;

use rplab_core::api::{Json, Lab};
use rplab_core::units::SimDuration;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use wire::{Reply, send};

/// Headers that clients go by.
const HEADERS: &[&str] = &[
    "azure-asyncoperation",
    "location",
    "azure-asyncnotification",
];

/// Keys that a body may have or not: the service's version, image and region decide.
const FREE: &[&str] = &[
    // Found out about an image and its guest.
    "exactVersion",
    "computerName",
    "osName",
    "osVersion",
    "vmAgentVersion",
    "extensionHandlers",
    "message",
    // By the version of the service, not of the request.
    "etag",
    "snapshotAccessState",
];

fn folder() -> (&'static str, PathBuf) {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let beside = project.join("../shared/real");
    match std::env::var_os("RPLAB_REAL_INPUTS") {
        Some(named) => (
            "the recordings of RPLAB_REAL_INPUTS",
            PathBuf::from(named).join("recordings"),
        ),
        None if beside.is_dir() => (
            "the recordings beside the project",
            beside.join("recordings"),
        ),
        None => (
            "the project's own recordings",
            project.join("tests/fixtures/recordings"),
        ),
    }
}

/// A recording's interaction.
struct Step<'r> {
    method: &'r str,
    url: &'r str,
    asked: &'r Value,
    status: u16,
    headers: &'r Map<String, Value>,
    answered: &'r Value,
}

fn steps(recording: &Value) -> Vec<Step<'_>> {
    let steps = recording["interactions"].as_array().unwrap().iter();
    let steps = steps.map(|step| Step {
        method: step["request"]["method"].as_str().unwrap(),
        url: step["request"]["uri"].as_str().unwrap(),
        asked: &step["request"]["body"],
        status: u16::try_from(step["response"]["status"].as_u64().unwrap()).unwrap(),
        headers: step["response"]["headers"].as_object().unwrap(),
        answered: &step["response"]["body"],
    });
    steps.collect()
}

fn path(url: &str) -> String {
    let rest = url.split_once("://").unwrap().1;
    let path = rest.split_once('/').unwrap().1;
    path.split('?').next().unwrap().to_ascii_lowercase()
}

/// Makes what a step reads and no step before it made.
fn seed(lab: &mut Lab, step: &Step<'_>, before: &[Step<'_>]) {
    let own = path(step.url);
    let read = step.method == "GET" && step.status == 200 && step.answered.get("type").is_some();
    // What lies in another resource comes with that one.
    let inside = own
        .split_once("/providers/")
        .is_none_or(|(_, rest)| rest.split('/').count() > 3);
    if !read || inside || before.iter().any(|step| path(step.url) == own) {
        return;
    }
    let mut body = step.answered.clone();
    let fields = body.as_object_mut().unwrap();
    for own in ["name", "id", "type", "etag", "resources"] {
        fields.remove(own);
    }
    fields["properties"]
        .as_object_mut()
        .unwrap()
        .remove("instanceView");
    let is_disk = own.contains("/disks/");
    if is_disk {
        fields["properties"]["creationData"] = json!({ "createOption": "Empty" });
    }
    put(lab, step.url, &body);
}

fn put(lab: &mut Lab, url: &str, body: &Value) {
    let url = url
        .replace("$expand=instanceView&", "")
        .replace("&$expand=instanceView", "");
    let made = send(lab, "PUT", &url, body);
    assert!(made.status < 300, "{url}: {}", made.body);
}

/// Every key and type of a recorded body stands in the lab's, and the other way round.
/// Only a list over a subscription may be longer than the lab's: other sessions left something there.
fn compare(
    at: &str,
    recorded: &Value,
    own: &Value,
    over_subscription: bool,
    found: &mut Vec<String>,
) {
    match (recorded, own) {
        (Value::Object(recorded), Value::Object(own)) => {
            for (name, value) in recorded {
                match own.get(name) {
                    Some(own) => compare(
                        &format!("{at}.{name}"),
                        value,
                        own,
                        over_subscription,
                        found,
                    ),
                    None if FREE.contains(&name.as_str()) => {}
                    None => found.push(format!("{at}.{name} is missing")),
                }
            }
            for name in own.keys() {
                if !recorded.contains_key(name) && !FREE.contains(&name.as_str()) {
                    found.push(format!("{at}.{name} is more than recorded"));
                }
            }
        }
        (Value::Array(recorded), Value::Array(own)) => {
            let few = match over_subscription && at == ".value" {
                true => own.is_empty() && !recorded.is_empty(),
                false => own.len() < recorded.len(),
            };
            if recorded.len() < own.len() || few {
                let told = format!(
                    "{at} has {} items, recorded were {}",
                    own.len(),
                    recorded.len()
                );
                found.push(told);
            }
            for (place, own) in own.iter().enumerate() {
                let named = |like: &&Value| {
                    own.get("name").is_some() && like.get("name") == own.get("name")
                };
                let like = recorded.iter().find(named).or_else(|| recorded.get(place));
                if let Some(like) = like {
                    compare(
                        &format!("{at}[{place}]"),
                        like,
                        own,
                        over_subscription,
                        found,
                    );
                }
            }
        }
        (Value::String(recorded), Value::String(own)) => {
            // Words of a closed list are the same.
            let is_word = [
                "provisioningState",
                "status",
                "createOption",
                "diskState",
                "consistencyMode",
                "code",
                "tier",
                "type",
            ];
            let name = at.rsplit('.').next().unwrap_or_default();
            let unready =
                recorded.contains("Unavailable") || recorded == "Creating" && own == "Creating";
            if is_word.contains(&name) && !unready && recorded != own {
                found.push(format!("{at} is {own}, recorded was {recorded}"));
            }
        }
        (recorded, own) => {
            let same = std::mem::discriminant(recorded) == std::mem::discriminant(own);
            let figures = ["SizeGB", "Bytes", "ReadWrite"];
            let is_figure = figures.iter().any(|end| at.ends_with(end));
            if !same || is_figure && recorded != own {
                found.push(format!("{at} is {own}, recorded was {recorded}"));
            }
        }
    }
}

/// The lab's address for a recorded one, and recorded ids of disk restore points mapped to the lab's.
#[derive(Default)]
struct Mapped(Vec<(String, String)>);

impl Mapped {
    fn own(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (recorded, own) in &self.0 {
            text = text.replace(recorded, own);
        }
        text
    }

    fn learn(&mut self, recorded: &Value, own: &Value) {
        match (recorded, own) {
            (Value::Object(recorded), Value::Object(own)) => {
                for (name, value) in recorded {
                    if let Some(own) = own.get(name) {
                        self.learn(value, own);
                    }
                }
            }
            (Value::Array(recorded), Value::Array(own)) => {
                for (recorded, own) in recorded.iter().zip(own) {
                    self.learn(recorded, own);
                }
            }
            (Value::String(recorded), Value::String(own)) => {
                let known = self.0.iter().any(|(known, _)| known == recorded);
                if recorded != own
                    && !known
                    && (recorded.contains("/diskRestorePoints/") || recorded.contains("blob."))
                {
                    self.0.push((recorded.clone(), own.clone()));
                }
            }
            _ => {}
        }
    }

    fn headers(&mut self, step: &Step<'_>, own: &Reply, found: &mut Vec<String>) {
        for name in HEADERS {
            let recorded = step.headers.get(*name).and_then(Value::as_str);
            match (recorded, own.header(name)) {
                (Some(recorded), Some(own)) => {
                    let shape = |url: &str| {
                        url.contains("/DiskOperations/") && url.contains("monitor=true")
                    };
                    if shape(recorded) != shape(own) {
                        found.push(format!("{name} is {own}, recorded was {recorded}"));
                    }
                    if recorded.starts_with("https://") {
                        self.0.push((recorded.to_owned(), own.to_owned()));
                    }
                }
                (None, None) => {}
                (recorded, own) => {
                    found.push(format!("{name} is {own:?}, recorded was {recorded:?}"))
                }
            }
        }
        // Longer addresses first: one may begin with another.
        self.0
            .sort_by_key(|(recorded, _)| std::cmp::Reverse(recorded.len()));
    }
}

fn replay(name: &str, recording: &Value) -> Vec<String> {
    let mut lab = Json::new_lab(Some(json!({ "longRunning": "clock" }))).unwrap();
    let steps = steps(recording);
    let mut mapped = Mapped::default();
    let mut found = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        seed(&mut lab, step, &steps[..number]);
        let url = mapped.own(step.url);
        let asked: Value = serde_json::from_str(&mapped.own(&step.asked.to_string())).unwrap();
        // Time passes until the work is over, where the recording found it over.
        let finished =
            step.answered["status"] == "Succeeded" || step.answered["status"] == "Failed";
        let later = number > 0 && step.method != "GET";
        if later {
            assert!(lab.advance(SimDuration::from_seconds(30)).is_ok());
        }
        let mut own = send(&mut lab, step.method, &url, &asked);
        for _ in 0..60 {
            if !(finished && own.body["status"] == "InProgress") {
                break;
            }
            assert!(lab.advance(SimDuration::from_seconds(30)).is_ok());
            own = send(&mut lab, step.method, &url, &asked);
        }
        let mut wrong = Vec::new();
        if own.status != step.status {
            wrong.push(format!(
                "status {}, recorded {}: {}",
                own.status, step.status, own.body
            ));
        } else {
            let over = !path(step.url).contains("/resourcegroups/");
            compare("", step.answered, &own.body, over, &mut wrong);
        }
        mapped.headers(step, &own, &mut wrong);
        mapped.learn(step.answered, &own.body);
        let told = wrong.into_iter().map(|wrong| {
            format!(
                "{name}[{number}] {} {}: {wrong}",
                step.method,
                path(step.url)
            )
        });
        found.extend(told);
    }
    // What the session changed stands in the scenario.
    let saved = rplab_core::json::write(&lab.export_scenario());
    assert_eq!(
        Lab::from_scenario(saved).unwrap().digest(),
        lab.digest(),
        "{name}"
    );
    found
}

#[test]
fn recorded_sessions_are_answered_alike() {
    let (which, folder) = folder();
    replay_all(which, &folder);
}

#[test]
fn own_sessions_are_answered_alike() {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    replay_all(
        "the project's own recordings",
        &project.join("tests/fixtures/recordings"),
    );
}

fn replay_all(which: &str, folder: &std::path::Path) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    // Past the capture of output: whoever runs the tests is told which recordings these are.
    let told = format!("{which}: {} under {}\n", files.len(), folder.display());
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(!files.is_empty());
    let mut found = Vec::new();
    for file in files {
        let recording: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        found.extend(replay(
            &file.file_stem().unwrap().to_string_lossy(),
            &recording,
        ));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
