//! A reader of `.http` files, and a runner that sends them to a lab's endpoint. It knows the format and the
//! lines that begin with `# lab`, and nothing of how runbooks are written.

use rplab_core::api::{Json, Lab, LongRunning, Request};
use serde_json::Value;
use std::collections::BTreeMap;

/// What stands between two `###`.
#[derive(Debug, Default)]
pub(crate) struct Region {
    pub(crate) title: String,
    pub(crate) comments: Vec<String>,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// Reads a file; variables are filled in.
pub(crate) fn read(text: &str) -> Vec<Region> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut regions = vec![Region::default()];
    let mut in_body = false;
    let mut in_headers = false;
    for line in text.lines() {
        let region = regions.last_mut().unwrap();
        if let Some(title) = line.strip_prefix("###") {
            regions.push(Region {
                title: title.trim().to_owned(),
                ..Region::default()
            });
            (in_body, in_headers) = (false, false);
        } else if in_body {
            region.body += &fill(line, &variables);
            region.body.push('\n');
        } else if in_headers {
            match line.split_once(':') {
                _ if line.is_empty() => in_body = true,
                Some((name, value)) => region
                    .headers
                    .push((name.to_owned(), fill(value.trim(), &variables))),
                None => panic!("no header: {line}"),
            }
        } else if let Some(comment) = line.strip_prefix('#') {
            region.comments.push(comment.trim().to_owned());
        } else if let Some((name, value)) =
            line.strip_prefix('@').and_then(|line| line.split_once('='))
        {
            variables.insert(name.trim().to_owned(), value.trim().to_owned());
        } else if let Some((method, url)) = line.split_once(' ') {
            region.method = method.to_owned();
            region.url = fill(url, &variables);
            in_headers = true;
        } else {
            assert_eq!(line, "", "a line that is none of a request");
        }
    }
    regions
}

fn fill(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut rest = text;
    let mut filled = String::new();
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap();
        filled += before;
        filled += variables
            .get(name.trim())
            .unwrap_or_else(|| panic!("no variable {name}"));
        rest = after;
    }
    filled + rest
}

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Run {
    /// Requests that were sent, by method and type.
    pub(crate) sent: BTreeMap<String, usize>,
    /// Commands of the lab that were carried out beside them, by type.
    pub(crate) beside: BTreeMap<String, usize>,
    /// Commands that stood for requests, by type.
    pub(crate) instead: BTreeMap<String, usize>,
    /// Waits whose condition was looked at.
    pub(crate) waits: usize,
}

/// Sends a file to a lab that is at its start.
pub(crate) fn run(text: &str, lab: &mut Lab) -> Run {
    let mut run = Run::default();
    let mut step: Vec<Region> = Vec::new();
    for region in read(text).into_iter().skip(1) {
        if !region.title.is_empty() {
            run.step(&std::mem::take(&mut step), lab);
        }
        step.push(region);
    }
    run.step(&step, lab);
    run
}

impl Run {
    fn step(&mut self, regions: &[Region], lab: &mut Lab) {
        let Some(first) = regions.first() else { return };
        let words: Vec<&str> = first
            .comments
            .iter()
            .filter_map(|line| line.strip_prefix("lab "))
            .collect();
        let commands = words.iter().filter(|word| word.starts_with('{'));
        let commands: Vec<Value> = commands
            .map(|word| serde_json::from_str(word).unwrap())
            .collect();
        if let Some(at) = words.iter().find_map(|word| word.strip_prefix("at ")) {
            let at = rplab_core::json::read(&Value::from(at)).unwrap();
            if lab.state().time < at {
                assert!(lab.advance_to(at).is_ok());
            }
        }
        let instead = words.contains(&"instead");
        lab.set_long_running(if words.contains(&"over at once") {
            LongRunning::FirstPoll
        } else {
            LongRunning::Clock
        });
        if !instead {
            regions
                .iter()
                .filter(|region| !region.method.is_empty())
                .for_each(|region| self.send(region, lab));
        }
        lab.set_long_running(LongRunning::Clock);
        let has_requests = regions.iter().any(|region| !region.method.is_empty());
        for command in commands {
            let kind = command["type"].as_str().unwrap().to_owned();
            let outcome = lab.dispatch_json(command).unwrap();
            assert!(outcome.is_ok(), "{kind}: {outcome:?}");
            let tally = if instead && has_requests {
                &mut self.instead
            } else {
                &mut self.beside
            };
            *tally.entry(kind).or_default() += 1;
        }
    }

    fn send(&mut self, region: &Region, lab: &mut Lab) {
        let answer = lab.request(&Request {
            method: region.method.clone(),
            url: region.url.clone(),
            headers: region.headers.clone(),
            body: region.body.clone().into_bytes(),
        });
        let body = String::from_utf8(answer.body).unwrap();
        assert!(
            answer.status < 400,
            "{} {}: {} {body}",
            region.method,
            region.url,
            answer.status
        );
        let until = region
            .comments
            .iter()
            .find_map(|line| line.strip_prefix("Repeat until "));
        if let Some(until) = until {
            let (field, value) = until.trim_end_matches('.').split_once(" is ").unwrap();
            let path = format!("/{}", field.replace(['.', '['], "/").replace(']', ""));
            let body: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                body.pointer(&path),
                Some(&Value::from(value)),
                "{}: {body}",
                region.url
            );
            self.waits += 1;
            return;
        }
        let path = region.url.split('?').next().unwrap();
        let behind = path.split("/providers/").last().unwrap();
        let kind: Vec<&str> = behind.split('/').skip(1).step_by(2).collect();
        *self
            .sent
            .entry(format!("{} {}", region.method, kind.join("/")))
            .or_default() += 1;
    }
}

/// The lab at the start of a scenario.
pub(crate) fn origin(scenario: &Value) -> Lab {
    let mut options = serde_json::Map::new();
    for name in ["seed", "startTime", "settings", "fleet"] {
        if let Some(value) = scenario.get(name) {
            options.insert(name.to_owned(), value.clone());
        }
    }
    Json::new_lab(Some(Value::Object(options))).unwrap()
}
