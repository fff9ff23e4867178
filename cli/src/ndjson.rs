//! `rplab check --ndjson`: a VM on each line in, its judgement on each line out, in the same order. No more
//! than a line is held, so any engine that runs a program over lines can spread it over machines.

use std::io::{BufRead, BufReader, Write as _};

use rplab_core::api::{AssessOptions, InputError, InventoryReader};
use rplab_core::json::write;
use rplab_core::matrix::{Judgements, MachineAssessment};
use serde_json::json;

use crate::Refusal;
use crate::arguments::open;

/// Whether every machine can be protected. A line that is none is answered by its error.
pub(crate) fn check(files: &[String], options: &AssessOptions) -> Result<bool, Refusal> {
    let stdin = ["-".to_owned()];
    let files = if files.is_empty() { &stdin } else { files };
    let mut judgements = Judgements::new(options).map_err(InputError::from)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut all, mut malformed) = (true, 0_u64);
    for file in files {
        let mut lines = BufReader::with_capacity(1 << 16, open(file)?);
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line);
            if read.map_err(|error| Refusal(format!("{file}: {error}")))? == 0 {
                break;
            }
            number += 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            let document = match judge(&line, &format!("{file}:{number}"), &mut judgements) {
                Ok(machine) => {
                    all &= machine.verdict.is_protectable();
                    write(&machine)
                }
                Err(error) => {
                    malformed += 1;
                    json!({ "error": write(&error) })
                }
            };
            if writeln!(out, "{document}").is_err() {
                // The reader has gone away.
                return Ok(all);
            }
        }
    }
    let _gone = out.flush();
    match malformed {
        0 => Ok(all),
        1 => Err(Refusal(
            "a line is not one VM; its place in the output has the error".to_owned(),
        )),
        n => Err(Refusal(format!(
            "{n} lines are not one VM each; their places in the output have the errors"
        ))),
    }
}

fn judge(
    line: &[u8],
    name: &str,
    judgements: &mut Judgements,
) -> Result<MachineAssessment, InputError> {
    let mut reader = InventoryReader::new();
    reader.begin(name);
    // The end of the line is no part of it: what is cut off is cut off on its line.
    reader.push(line.trim_ascii_end());
    let import = reader.finish_without_preview()?;
    let mut judged = Vec::new();
    judgements.assess_all(&import.fleet, &mut |machine| judged.push(machine))?;
    match (judged.pop(), judged.len()) {
        (Some(machine), 0) => Ok(machine),
        (found, more) => Err(InputError {
            code: "NotOneVm".to_owned(),
            path: name.to_owned(),
            message: format!(
                "expected one VM, found {}",
                more + usize::from(found.is_some())
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use rplab_core::matrix::Judgements;
    use serde_json::Value;

    #[test]
    fn a_line_is_one_vm() {
        let mut judgements = Judgements::new(&Default::default()).unwrap();
        let fleet = rplab_core::json::write(&rplab_core::inventory::sample_fleet());
        for own in fleet["machines"].as_array().unwrap() {
            let line = own.to_string();
            let machine = judge(line.as_bytes(), "in:1", &mut judgements).unwrap();
            assert_eq!(Value::from(machine.name), own["name"]);
        }
        for (line, code) in [
            (fleet.to_string(), "NotOneVm"),
            ("{".to_owned(), "BrokenJson"),
            ("x".to_owned(), "WrongInput"),
        ] {
            assert_eq!(
                judge(line.as_bytes(), "in:1", &mut judgements)
                    .unwrap_err()
                    .code,
                code
            );
        }
    }
}
