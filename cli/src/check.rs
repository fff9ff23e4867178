//! `rplab check`: what can be protected, by whom, and which row decides.

use rplab_core::api::{AssessOptions, AssessReport, Import, NamedInput, assess, import_inventory};
use rplab_core::digest::{Digest, Hasher};
use rplab_core::matrix::{MachineAssessment, Verdict};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::Refusal;
use crate::arguments::{Arguments, read};

/// The whole answer, as `--json` prints it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    import: &'a Import,
    report: &'a AssessReport,
    digest: Digest,
}

/// Whether every machine can be protected.
pub(crate) fn check(mut arguments: Arguments) -> Result<bool, Refusal> {
    let json = arguments.switch("--json");
    let options = options(&mut arguments)?;
    let files = arguments.files()?;
    if files.is_empty() {
        return Err(Refusal(
            "name a file to check, or - for the standard input".to_owned(),
        ));
    }
    let inputs: Vec<NamedInput> = files
        .iter()
        .map(|file| Ok(NamedInput::new(file, read(file)?)))
        .collect::<Result<_, Refusal>>()?;
    let import = import_inventory(&inputs)?;
    let report = assess(&import.fleet, &options)?;
    let digest = digest_of(&report)?;
    let answer = Answer {
        import: &import,
        report: &report,
        digest,
    };
    if json {
        let text =
            serde_json::to_string_pretty(&answer).map_err(|error| Refusal(error.to_string()))?;
        say!("{text}");
    } else {
        print(&answer);
    }
    Ok(report
        .machines
        .iter()
        .all(|machine| machine.verdict <= Verdict::ExcludeDisk))
}

/// The digest of a report: of its JSON text with the fields of every object in alphabetical order, which is
/// also how the npm package gives it.
fn digest_of(report: &AssessReport) -> Result<Digest, Refusal> {
    let value = serde_json::to_value(report).map_err(|error| Refusal(error.to_string()))?;
    let mut hasher = Hasher::new();
    hasher.update_json(&value);
    Ok(hasher.finish())
}

/// Options by the names of the assessment, read as the assessment reads them.
fn options(arguments: &mut Arguments) -> Result<AssessOptions, Refusal> {
    let mut given = Map::new();
    for (flag, name) in [("--service", "service"), ("--edition", "edition")] {
        if let Some(value) = arguments.value(flag)? {
            given.insert(name.to_owned(), Value::String(value));
        }
    }
    given.insert("strict".to_owned(), json!(arguments.switch("--strict")));
    rplab_core::json::read(&Value::Object(given)).map_err(|error| Refusal(error.to_string()))
}

fn print(answer: &Answer<'_>) {
    let machines = &answer.report.machines;
    let widest = machines
        .iter()
        .map(|machine| machine.name.chars().count())
        .max()
        .unwrap_or(0)
        .max(2);
    say!("{:<widest$}  {:<13} decided by", "VM", "verdict");
    for machine in machines {
        say!(
            "{:<widest$}  {:<13} {}",
            machine.name,
            machine.verdict.as_str(),
            reason(machine)
        );
    }
    for problem in &answer.import.problems {
        say!("{}: {} ({})", problem.path, problem.message, problem.code);
    }
    say!("{} VMs, digest {}", machines.len(), answer.digest);
}

/// The first finding that decides, the disks to leave out, the facts to supply.
fn reason(machine: &MachineAssessment) -> String {
    let mut parts = Vec::new();
    if let Some(finding) = machine
        .findings
        .iter()
        .find(|finding| finding.verdict == machine.verdict)
    {
        parts.push(format!("{} [{}]", finding.text, finding.row_ids.join(" ")));
    }
    if !machine.exclude_disks.is_empty() {
        parts.push(format!("leave out {}", machine.exclude_disks.join(", ")));
    }
    if machine.verdict == Verdict::Unknown {
        let mut missing: Vec<&str> = machine
            .missing
            .iter()
            .map(|missing| missing.where_.as_str())
            .collect();
        missing.dedup();
        parts.push(format!("supply what {} shows", missing.join(", ")));
    }
    parts.join("; ")
}
