//! `rplab check`: what can be protected, by whom, and which row decides.

use rplab_core::api::{AssessOptions, AssessReport, Import, InputError, InventoryReader, assess};
use rplab_core::digest::{Digest, Hasher};
use rplab_core::json::write;
use rplab_core::matrix::{MachineAssessment, Verdict};
use serde_json::{Map, Value, json};

use crate::Refusal;
use crate::arguments::{Arguments, pieces, read};
use crate::ndjson;

/// The whole answer, as `--json` prints it.
struct Answer<'a> {
    import: &'a Import,
    report: &'a AssessReport,
    digest: Digest,
}

impl Answer<'_> {
    fn json(&self) -> Value {
        json!({
            "import": write(self.import),
            "report": write(self.report),
            "digest": self.digest.to_string(),
        })
    }
}

/// Whether every machine can be protected.
pub(crate) fn check(mut arguments: Arguments) -> Result<bool, Refusal> {
    let json = arguments.switch("--json");
    let options = options(&mut arguments)?;
    let lines = arguments.switch("--ndjson");
    let files = arguments.files()?;
    if json && lines {
        return Err(Refusal(
            "--json and --ndjson do not go together: --json answers with one document, --ndjson with a line for each VM; leave one of them out".to_owned(),
        ));
    }
    if lines {
        return ndjson::check(&files, &options);
    }
    if files.is_empty() {
        return Err(Refusal(
            "name a file to check, or - for the standard input".to_owned(),
        ));
    }
    let mut reader = InventoryReader::new();
    for file in &files {
        reader.begin(file);
        pieces(file, &mut |piece| reader.push(piece))?;
    }
    let import = reader.finish().map_err(InputError::from)?;
    let report = assess(&import.fleet, &options)?;
    let digest = digest_of(&report);
    let answer = Answer {
        import: &import,
        report: &report,
        digest,
    };
    if json {
        say!("{:#}", answer.json());
    } else {
        print(&answer);
    }
    // What was read is told all the same, but it is not the answer on all that was given.
    let unread = files.len() as u64 - import.preview.read.inputs.min(files.len() as u64);
    if unread > 0 {
        return Err(Refusal(format!(
            "{unread} of {} inputs cannot be used; what is wrong is said above",
            files.len()
        )));
    }
    let losses = has_losses(&import);
    if report.machines.is_empty() && !losses {
        return Err(Refusal(
            "there is no VM to judge in what was given; list VMs with `az vm list -o json`"
                .to_owned(),
        ));
    }
    let mut machines = report.machines.iter();
    Ok(machines.all(|machine| machine.verdict.is_protectable()) && !losses)
}

/// Whether VMs or disks were left out, which nothing can be said of.
fn has_losses(import: &Import) -> bool {
    let mut left_out = import.preview.left_out.iter();
    left_out.any(|left| left.why != "NotUsed")
}

/// The digest of a report: of its JSON text with the fields of every object in alphabetical order, which is
/// also how the npm package gives it.
fn digest_of(report: &AssessReport) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update_json(&write(report));
    hasher.finish()
}

/// Options by the names of the assessment, read as the assessment reads them. A file has what is asked beyond the
/// service and the edition: the vault, the policy, the restore.
fn options(arguments: &mut Arguments) -> Result<AssessOptions, Refusal> {
    let mut given = match arguments.value("--options")? {
        Some(file) => options_of(&file)?,
        None => Map::new(),
    };
    for (flag, name) in [("--service", "service"), ("--edition", "edition")] {
        if let Some(value) = arguments.value(flag)? {
            given.insert(name.to_owned(), Value::String(value));
        }
    }
    if arguments.switch("--strict") {
        given.insert("strict".to_owned(), json!(true));
    }
    rplab_core::json::read(&Value::Object(given))
        .map_err(|error| Refusal(format!("{error} (at {})", error.path())))
}

fn options_of(file: &str) -> Result<Map<String, Value>, Refusal> {
    let text = read(file)?;
    match serde_json::from_slice(&text) {
        Ok(Value::Object(options)) => Ok(options),
        Ok(_) => Err(Refusal(format!(
            "{file}: expected an object with the options of an assessment"
        ))),
        Err(error) => Err(Refusal(format!("{file} is no JSON: {error}"))),
    }
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
