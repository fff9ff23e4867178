//! Reports as files, and several partial reports as one.

use super::InputError;
use crate::matrix::Verdict;
use crate::report::{CANNOT_BE_PROTECTED, csv_cell};
use serde_json::Value;

/// A report as a text: `csv`, `json` or `markdown`.
///
/// # Errors
/// Another format.
pub fn export_report(report: &Value, format: &str) -> Result<String, InputError> {
    match format {
        "json" => Ok(report.to_string()),
        "csv" => Ok(csv(report)),
        "markdown" => Ok(markdown(report)),
        _ => Err(InputError::new(
            "UnknownFormat",
            "format",
            format!("`{format}` is no format; there are csv, json and markdown"),
        )),
    }
}

/// Reports on parts of a fleet as the report on the whole: the machines one after the other.
///
/// # Errors
/// No report, or reports on another service or by another edition than the first.
pub fn merge_reports(reports: Vec<Value>) -> Result<Value, InputError> {
    let mut machines: Vec<Value> = Vec::new();
    let mut whole: Option<Value> = None;
    for (at, mut report) in reports.into_iter().enumerate() {
        let path = format!("reports[{at}]");
        let own = report.get_mut("machines").and_then(Value::as_array_mut);
        let Some(own) = own.map(std::mem::take) else {
            let message = "a report has a list of machines";
            return Err(InputError::new("InvalidField", path + ".machines", message));
        };
        for name in ["service", "edition"] {
            if let Some(first) = whole
                .as_ref()
                .filter(|first| first.get(name) != report.get(name))
            {
                let message = format!(
                    "this report's {name} is {}, that of the first {}; judge all parts alike",
                    text(report.get(name)),
                    text(first.get(name))
                );
                return Err(InputError::new(
                    "ReportsDiffer",
                    format!("{path}.{name}"),
                    message,
                ));
            }
        }
        for mut machine in own {
            renumber(&mut machine, machines.len());
            machines.push(machine);
        }
        whole.get_or_insert(report);
    }
    let Some(mut whole) = whole else {
        let message = "there is no report to merge";
        return Err(InputError::new("NoInput", "reports", message));
    };
    if let Some(fields) = whole.as_object_mut() {
        fields.insert("machines".to_owned(), Value::Array(machines));
    }
    Ok(whole)
}

/// The fields to supply are named by the machine's place in the fleet.
fn renumber(machine: &mut Value, place: usize) {
    let missing = machine.get_mut("missing").and_then(Value::as_array_mut);
    let facts = missing.into_iter().flatten();
    // Where `az` does not show a fact, the field stands in both places.
    for place_of in facts.filter_map(Value::as_object_mut) {
        for name in ["field", "where"] {
            let Some(Value::String(field)) = place_of.get_mut(name) else {
                continue;
            };
            let rest = field.strip_prefix("machines[");
            if let Some((_, rest)) = rest.and_then(|rest| rest.split_once(']')) {
                *field = format!("machines[{place}]{rest}");
            }
        }
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| text(Some(item))).collect();
            items.join("; ")
        }
        Some(Value::Object(fields)) => {
            let fields: Vec<String> = fields.values().map(|value| text(Some(value))).collect();
            fields.join(" / ")
        }
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// A row for each finding; a machine without one has a row too.
fn csv(report: &Value) -> String {
    const OF_MACHINE: [&str; 4] = ["name", "id", "verdict", "excludeDisks"];
    const OF_FINDING: [&str; 9] = [
        "verdict",
        "subject",
        "disks",
        "label",
        "rowIds",
        "citations",
        "text",
        "remedy",
        "conflictsWith",
    ];
    let mut lines = String::from(
        "machine,id,verdict,excludeDisks,missing,findingVerdict,subject,disks,label,rowIds,citations,text,remedy,conflictsWith\r\n",
    );
    for machine in items(report, "machines") {
        let missing = items(machine, "missing")
            .iter()
            .map(|fact| text(fact.get("fact")));
        let missing: Vec<String> = missing.collect();
        let mut first = OF_MACHINE.map(|name| text(machine.get(name))).to_vec();
        first.push(missing.join("; "));
        let none = [Value::Null];
        let findings = items(machine, "findings");
        for finding in if findings.is_empty() { &none } else { findings } {
            let cells = first.iter().cloned();
            let cells = cells.chain(OF_FINDING.map(|name| text(finding.get(name))));
            let cells: Vec<String> = cells.map(|cell| csv_cell(&cell)).collect();
            lines.push_str(&cells.join(","));
            lines.push_str("\r\n");
        }
    }
    lines
}

fn markdown(report: &Value) -> String {
    let service = text(report.get("service"));
    let edition = text(report.get("edition"));
    let machines = items(report, "machines");
    let mut lines = format!(
        "# {service}, edition {edition}\n\n{} VMs.\n\n| VM | Verdict | Leave out | Missing | Decided by |\n|---|---|---|---|---|\n",
        machines.len()
    );
    for machine in machines {
        let verdict = machine.get("verdict");
        let mut findings = items(machine, "findings").iter();
        let decisive = findings.find(|finding| finding.get("verdict") == verdict);
        let reason = decisive.map(|finding| {
            let ids = text(finding.get("rowIds"));
            let remedy = text(finding.get("remedy"));
            format!("{} {remedy} [{ids}]", text(finding.get("text")))
        });
        let missing: Vec<String> = items(machine, "missing")
            .iter()
            .map(|fact| text(fact.get("fact")))
            .collect();
        let refused = verdict.and_then(Value::as_str) == Some(Verdict::NotSupported.as_str());
        let cells = [
            text(machine.get("name")),
            text(verdict),
            match refused {
                true => CANNOT_BE_PROTECTED.to_owned(),
                false => text(machine.get("excludeDisks")),
            },
            missing.join("; "),
            reason.unwrap_or_default(),
        ];
        let cells = cells.map(|cell| {
            cell.replace('\\', "\\\\")
                .replace('|', "\\|")
                .replace(['\n', '\r'], " ")
                .replace('<', "&lt;")
        });
        lines.push_str("| ");
        lines.push_str(&cells.join(" | "));
        lines.push_str(" |\n");
    }
    lines
}
