//! Reports as documents to hand over.

use super::{InputError, Lab, Report};
use crate::json::{self, Read};
use crate::matrix::Verdict;
use crate::report::{CANNOT_BE_PROTECTED, Document, Section, named};
use crate::timeline::Outcome;
use crate::units::ByteCount;
use serde_json::Value;

/// Which document is wanted, and what it says beside what the lab itself knows.
#[derive(Debug, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentRequest {
    /// `markdown`, `html`, `csv` or `json`.
    pub format: String,
    /// Its title; the scenario's where left out.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional))]
    pub title: Option<String>,
    /// A plan.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional, type = "Plan"))]
    pub plan: Option<Value>,
    /// What becomes of the plan.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional, type = "Forecast"))]
    pub forecast: Option<Value>,
    /// A rehearsal, as evidence.
    #[serde(default)]
    #[cfg_attr(feature = "wasm", tsify(optional, type = "Rehearsal"))]
    pub rehearsal: Option<Value>,
}

/// What each of them always has.
const FORECAST: [&str; 4] = ["service", "startTime", "tiers", "cost"];
const REHEARSAL: [&str; 4] = ["source", "point", "steps", "proofs"];

impl DocumentRequest {
    /// Refuses what no forecast or rehearsal is, and a forecast of another plan.
    fn check(&self) -> Result<(), InputError> {
        let refused =
            |path: String, message: String| Err(InputError::new("InvalidField", path, message));
        for (given, name, fields) in [
            (&self.forecast, "forecast", FORECAST),
            (&self.rehearsal, "rehearsal", REHEARSAL),
        ] {
            let Some(given) = given else { continue };
            let lacks = fields.into_iter().find(|field| given.get(field).is_none());
            if let Some(field) = lacks {
                let message = format!("it has no {field}; give what {name}() answered, as it is");
                return refused(format!("{name}.{field}"), message);
            }
        }
        let (Some(plan), Some(forecast)) = (&self.plan, &self.forecast) else {
            return Ok(());
        };
        let service = Value::from("restorePoints");
        let null = Value::Null;
        let told = |name: &str| forecast.get(name).unwrap_or(&null);
        let machines = plan.pointer("/fleet/machines").and_then(Value::as_array);
        let machines = machines.map(|all| Value::from(all.len()));
        let machines = machines.as_ref().unwrap_or_else(|| told("machines"));
        let own = |name: &str| plan.get(name).unwrap_or(&null);
        let service = plan.get("service").unwrap_or(&service);
        for (field, of_plan) in [
            ("name", own("name")),
            ("service", service),
            ("machines", machines),
        ] {
            let told = told(field);
            if told != of_plan {
                let message = format!(
                    "the forecast has {told} and the plan beside it {of_plan}; foretell that plan, or leave one of them out"
                );
                return refused(format!("forecast.{field}"), message);
            }
        }
        Ok(())
    }
}

impl Lab {
    /// The report as a document: verdicts, points, figures, assumptions, commands, and what is given beside them.
    ///
    /// # Errors
    /// Another format, something that no forecast or rehearsal is, or a forecast of another plan than the one beside it.
    pub fn report_document(&self, request: &DocumentRequest) -> Result<String, InputError> {
        request.check()?;
        let mut report = self.report()?;
        if request.title.is_some() {
            report.title.clone_from(&request.title);
        }
        let beside = [
            ("Plan", "plan", &request.plan),
            ("Forecast", "forecast", &request.forecast),
            ("Rehearsal", "rehearsal", &request.rehearsal),
        ];
        if request.format == "json" {
            let own = std::iter::once(("report".to_owned(), json::write(&report)));
            let given = beside
                .iter()
                .filter_map(|(_, name, value)| Some(((*name).to_owned(), (*value).clone()?)));
            return Ok(json::object(own.chain(given)).to_string());
        }
        let raw = request.format == "csv";
        let mut document = report.document(raw);
        for (heading, _, value) in beside {
            if let Some(value) = value {
                document.sections.extend(sections(heading, value, raw));
            }
        }
        if !raw {
            // People read names; whoever needs the ids has them in the CSV and the JSON.
            let rows = document
                .sections
                .iter_mut()
                .flat_map(|section| &mut section.rows);
            for cell in rows.flatten() {
                *cell = named(cell);
            }
        }
        match request.format.as_str() {
            "markdown" => Ok(document.markdown()),
            "html" => Ok(document.html()),
            "csv" => Ok(document.csv()),
            other => Err(InputError::new(
                "UnknownFormat",
                "format",
                format!("`{other}` is no format; there are csv, html, json and markdown"),
            )),
        }
    }
}

fn section(
    heading: impl Into<String>,
    mut text: Vec<String>,
    columns: &[&str],
    rows: Vec<Vec<String>>,
) -> Section {
    // A heading with nothing below it leaves open whether something is missing.
    if text.is_empty() && rows.is_empty() {
        text.push("None yet.".to_owned());
    }
    Section {
        heading: heading.into(),
        text,
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows,
    }
}

impl Report {
    /// The report as a document; with `raw`, sizes are numbers of bytes and settings what they are set to.
    pub(super) fn document(&self, raw: bool) -> Document {
        let size =
            |bytes: ByteCount| shown("Bytes", &Value::from(bytes.0), raw).unwrap_or_default();
        let about = vec![
            format!(
                "{} to {}, engine {}, support matrix {}, edition {}, seed {}.",
                self.start_time,
                self.state.time,
                self.version.engine,
                self.version.matrix_revision,
                self.support.edition.as_str(),
                self.seed
            ),
            format!("Digest {}.", self.digest),
        ];
        let verdicts = self.support.machines.iter().map(|machine| {
            let decisive = machine
                .findings
                .iter()
                .filter(|finding| finding.verdict == machine.verdict);
            let rows: Vec<&str> = decisive
                .flat_map(|finding| finding.row_ids.iter().map(String::as_str))
                .collect();
            let missing: Vec<&str> = machine
                .missing
                .iter()
                .map(|fact| fact.fact.as_str())
                .collect();
            // Where the whole VM is refused, leaving out its disks gains nothing.
            let leave_out = match (machine.verdict, raw) {
                (Verdict::NotSupported, true) => String::new(),
                (Verdict::NotSupported, false) => CANNOT_BE_PROTECTED.to_owned(),
                _ => machine.exclude_disks.join("; "),
            };
            vec![
                machine.name.clone(),
                machine.verdict.as_str().to_owned(),
                leave_out,
                missing.join("; "),
                rows.join(" "),
            ]
        });
        let points = self.state.restore_points.iter().flat_map(|point| {
            point.disks.iter().map(move |disk| {
                vec![
                    point.name.clone(),
                    point.virtual_machine.name().to_owned(),
                    point.time_created.to_string(),
                    format!("{:?}", point.provisioning_state),
                    disk.name.clone(),
                    if disk.full { "full" } else { "incremental" }.to_owned(),
                    size(disk.added_bytes),
                    size(disk.referenced_bytes),
                    size(disk.unique_bytes),
                ]
            })
        });
        let stored = self.stored.iter().map(|disk| {
            vec![
                disk.disk.clone(),
                disk.restore_points.to_string(),
                size(disk.stored_bytes),
            ]
        });
        let log = self.log.iter().map(|entry| {
            let outcome = match &entry.outcome {
                Outcome::Ok { events } => {
                    let texts: Vec<&str> = events.iter().map(|event| event.text.as_str()).collect();
                    texts.join("; ")
                }
                Outcome::Rejected { error } => {
                    format!("refused, {}: {}", error.code, error.message)
                }
            };
            vec![
                entry.at.to_string(),
                entry.command.type_name().to_owned(),
                outcome,
            ]
        });
        let assumptions = self.assumptions.iter().map(|assumption| {
            let setting = &assumption.setting;
            vec![
                setting.name.to_string(),
                match raw {
                    true => setting.value.to_string(),
                    false => setting.in_words(),
                },
                setting.meaning.to_string(),
            ]
        });
        let mut held = vec![format!("{} stored.", self.state.stored_bytes)];
        if self.state.held_bytes != ByteCount::ZERO {
            held.push(format!(
                "{} more are held for restored disks whose point is deleted.",
                self.state.held_bytes
            ));
        }
        let title = self.title.as_deref().unwrap_or("Restore Point Lab report");
        Document {
            title: title.to_owned(),
            sections: vec![
                section("What this is", about, &[], Vec::new()),
                section(
                    "Support by restore points",
                    Vec::new(),
                    &["VM", "verdict", "leave out", "missing", "decided by"],
                    verdicts.collect(),
                ),
                section(
                    "Restore points",
                    held,
                    &[
                        "point",
                        "VM",
                        "captured",
                        "state",
                        "disk",
                        "kind",
                        "added",
                        "referenced",
                        "unique",
                    ],
                    points.collect(),
                ),
                section(
                    "What points take",
                    Vec::new(),
                    &["disk", "points", "stored"],
                    stored.collect(),
                ),
                section(
                    "Commands",
                    Vec::new(),
                    &["at", "command", "what came of it"],
                    log.collect(),
                ),
                section(
                    "Assumptions",
                    Vec::new(),
                    &["setting", "value", "meaning"],
                    assumptions.collect(),
                ),
            ],
        }
    }
}

/// The most items of a list that one cell shows.
const MOST_IN_A_CELL: usize = 12;

/// A value in a cell; `None` where it is more than a cell shows.
fn shown(name: &str, value: &Value, raw: bool) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => match number.as_u64() {
            Some(bytes) if !raw && (name.ends_with("Bytes") || name.starts_with("bytes")) => {
                Some(ByteCount(bytes).to_string())
            }
            _ => Some(number.to_string()),
        },
        Value::Array(items) if items.len() <= MOST_IN_A_CELL => {
            let items = items.iter().map(|item| shown(name, item, raw));
            Some(items.collect::<Option<Vec<_>>>()?.join("; "))
        }
        Value::Array(_) => None,
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields
                .map(|(name, value)| Some(format!("{} {}", words(name), shown(name, value, raw)?)));
            Some(fields.collect::<Option<Vec<_>>>()?.join(", "))
        }
        Value::Bool(_) => Some(value.to_string()),
    }
}

/// A name of a field in words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// What an object says: its own values, then each of its lists as a table.
fn sections(heading: &str, value: &Value, raw: bool) -> Vec<Section> {
    let mut own = Vec::new();
    let mut inner = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let heading = format!("{heading}: {}", words(name));
        match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                inner.push(table(heading, items, raw))
            }
            Value::Object(_) if shown(name, value, raw).is_none_or(|text| text.len() > 80) => {
                inner.extend(sections(&heading, value, raw))
            }
            value => own.extend(shown(name, value, raw).map(|text| vec![words(name), text])),
        }
    }
    let mut all = vec![section(heading, Vec::new(), &["field", "value"], own)];
    all.append(&mut inner);
    all.retain(|section| !section.rows.is_empty());
    all
}

/// A list of objects as a table of what cells show.
fn table(heading: String, items: &[Value], raw: bool) -> Section {
    let mut names: Vec<&str> = Vec::new();
    for (name, value) in items.iter().filter_map(Value::as_object).flatten() {
        if !names.contains(&name.as_str()) && shown(name, value, raw).is_some() {
            names.push(name);
        }
    }
    let rows = items.iter().map(|item| {
        let cell = |name: &&str| shown(name, item.get(*name)?, raw);
        names
            .iter()
            .map(|name| cell(name).unwrap_or_default())
            .collect()
    });
    Section {
        heading,
        text: Vec::new(),
        columns: names.iter().map(|name| words(name)).collect(),
        rows: rows.collect(),
    }
}
