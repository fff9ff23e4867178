//! `cargo xtask bench`: measurements, kept as rows.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::{process, workspace};

/// A bench prints its rows as lines of JSON among what it says to people; the rows go to
/// `target/bench/NAME.jsonl`.
pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    let quick = flags.switch("--quick");
    let wanted = flags.next_word();
    flags.finish()?;
    let names = names()?;
    let chosen: Vec<&String> = names
        .iter()
        .filter(|name| wanted.as_ref().is_none_or(|wanted| wanted == *name))
        .collect();
    if chosen.is_empty() {
        let wanted = wanted.unwrap_or_default();
        return Err(Failure::new(format!(
            "no bench `{wanted}` in core/benches; there are: {}",
            names.join(", ")
        )));
    }
    let folder = workspace::target().join("bench");
    fs::create_dir_all(&folder).doing(|| format!("creating {}", folder.display()))?;
    for name in chosen {
        let rows = measure(name, quick)?;
        let file = folder.join(format!("{name}.jsonl"));
        fs::write(&file, rows).doing(|| format!("writing {}", file.display()))?;
        println!("bench     {name}: {}", workspace::shown(&file));
    }
    Ok(ExitCode::SUCCESS)
}

fn names() -> Outcome<Vec<String>> {
    let folder: PathBuf = workspace::root().join("core/benches");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder).doing(|| format!("reading {}", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .strip_suffix(".rs")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    Ok(names)
}

fn measure(name: &str, quick: bool) -> Outcome<String> {
    let mut cargo = process::command("cargo");
    cargo.args(["bench", "-p", "rplab-core", "--bench", name]);
    if quick {
        cargo.args(["--", "--quick"]);
    }
    let mut rows = String::new();
    let ended_well = process::read_lines(&mut cargo, |line| {
        if line.starts_with('{') {
            rows.push_str(line);
            rows.push('\n');
        }
    })?;
    if ended_well {
        Ok(rows)
    } else {
        Err(Failure::new(format!("the bench `{name}` failed")))
    }
}
