//! `cargo xtask test`: every suite, cheap ones first, and one exact sum at the end.

mod browser;
mod consumer;
mod node;
mod rust;
mod sdk;
mod spark;
mod types;

pub(crate) use sdk::official_clients;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::{Failure, Outcome};
use crate::flags::Flags;
use crate::setup::{self, Tools};
use crate::tally::Tally;
use crate::timing::Stopwatch;
use crate::{npm_package, planner};
use consumer::Consumer;

/// A name, and what runs it and counts. An error is a suite that died.
type Suite = (&'static str, fn(&Context) -> Outcome<Counted>);

const SUITES: [Suite; 6] = [
    ("rust", rust::native),
    ("wasm", rust::wasm),
    ("types", types::run),
    ("node", node::run),
    ("sdk", sdk::run),
    ("browser", browser::run),
];

/// Suites that run only where they are named: they take minutes, or a runtime that few have.
const SLOW: [Suite; 2] = [("large", browser::large), ("spark", spark::run)];

fn all() -> impl Iterator<Item = Suite> {
    SUITES.into_iter().chain(SLOW)
}

/// What a suite's run came to: its counts, and whether its process ended well.
pub(crate) struct Counted {
    pub(crate) tally: Tally,
    pub(crate) ended_well: bool,
}

impl Counted {
    /// A suite that dies without saying how many tests failed, or that runs none, has failed.
    fn verdict(self) -> (Tally, Option<&'static str>) {
        let mut tally = self.tally;
        let trouble = match (self.ended_well, tally.failed, tally.total()) {
            (false, 0, _) => Some("ended badly without naming a failed test"),
            (true, _, 0) => Some("ran no test"),
            _ => None,
        };
        if trouble.is_some() {
            tally.failed += 1;
        }
        (tally, trouble)
    }
}

/// What the suites share, made when the first of them needs it.
pub(crate) struct Context {
    tools: Result<Tools, String>,
    browser: Option<Result<PathBuf, String>>,
    planner: OnceCell<Result<PathBuf, String>>,
    consumer: OnceCell<Result<Consumer, String>>,
}

impl Context {
    pub(crate) fn tools(&self) -> Outcome<&Tools> {
        self.tools.as_ref().map_err(Failure::new)
    }

    pub(crate) fn browser(&self) -> Outcome<&PathBuf> {
        match &self.browser {
            Some(found) => found.as_ref().map_err(Failure::new),
            None => Err(Failure::new("no browser was set up")),
        }
    }

    /// The folder of the built planner.
    pub(crate) fn planner(&self) -> Outcome<&PathBuf> {
        let made = self.planner.get_or_init(|| {
            let built = self.tools().and_then(planner::build);
            built.map_err(|failure| failure.to_string())
        });
        made.as_ref().map_err(Failure::new)
    }

    /// An empty folder with the packed package installed.
    pub(crate) fn consumer(&self) -> Outcome<&Consumer> {
        let made = self.consumer.get_or_init(|| {
            let consumer = self.tools().and_then(|tools| {
                let tarball = npm_package::build(tools, Some(self.planner()?))?;
                Consumer::install(&tarball)
            });
            consumer.map_err(|failure| failure.to_string())
        });
        made.as_ref().map_err(Failure::new)
    }
}

/// `cargo xtask test [SUITE...]`
pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    let chosen = chosen(flags.rest())?;
    let needs = |name: &str| chosen.iter().any(|(suite, _)| *suite == name);
    let context = Context {
        tools: setup::for_builds().map_err(|failure| failure.to_string()),
        browser: ["browser", "sdk", "large"]
            .into_iter()
            .any(needs)
            .then(|| setup::browser().map_err(|failure| failure.to_string())),
        planner: OnceCell::new(),
        consumer: OnceCell::new(),
    };
    let mut sum = Tally::default();
    let mut lines = Vec::new();
    for (name, suite) in chosen {
        println!("\nsuite     {name}");
        let watch = Stopwatch::start();
        let (tally, trouble) = match suite(&context) {
            Ok(counted) => counted.verdict(),
            Err(failure) => {
                println!("suite     {name}: {failure}");
                (
                    Tally {
                        failed: 1,
                        ..Tally::default()
                    },
                    Some("died"),
                )
            }
        };
        let trouble = trouble.map_or_else(String::new, |trouble| format!("  ({trouble})"));
        lines.push(format!(
            "suite     {name:<10} {:<36} {:>14}{trouble}",
            tally.to_string(),
            watch.elapsed()
        ));
        sum += tally;
    }
    drop(context);
    println!();
    for line in lines {
        println!("{line}");
    }
    println!("{sum}");
    Ok(if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(names: Vec<String>) -> Outcome<Vec<Suite>> {
    if names.is_empty() {
        return Ok(SUITES.to_vec());
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| !all().any(|(suite, _)| suite == *name))
    {
        let known: Vec<&str> = all().map(|(name, _)| name).collect();
        let known = known.join(", ");
        return Err(Failure::new(format!(
            "no suite `{unknown}`; there are {known}"
        )));
    }
    Ok(all()
        .filter(|(suite, _)| names.iter().any(|name| name == suite))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(passed: u64, failed: u64, ended_well: bool) -> (Tally, Option<&'static str>) {
        Counted {
            tally: Tally {
                passed,
                failed,
                skipped: 0,
            },
            ended_well,
        }
        .verdict()
    }

    #[test]
    fn a_suite_that_dies_or_runs_nothing_has_failed() {
        assert_eq!(
            verdict(7, 0, true),
            (
                Tally {
                    passed: 7,
                    failed: 0,
                    skipped: 0
                },
                None
            )
        );
        assert_eq!(
            verdict(7, 2, false),
            (
                Tally {
                    passed: 7,
                    failed: 2,
                    skipped: 0
                },
                None
            )
        );
        assert_eq!(verdict(7, 0, false).0.failed, 1);
        assert_eq!(verdict(0, 0, false).0.failed, 1);
        assert_eq!(verdict(0, 0, true).0.failed, 1);
    }

    #[test]
    fn an_unknown_suite_is_refused_by_name() {
        let failure = chosen(vec!["rust".into(), "rusty".into()]).err().unwrap();
        assert_eq!(
            failure.to_string(),
            "no suite `rusty`; there are rust, wasm, types, node, sdk, browser, large, spark"
        );
    }
}
