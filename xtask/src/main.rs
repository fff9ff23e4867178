//! The project commands: `cargo xtask serve | test | fuzz | package | bench | audit | run | check | setup`.
//!
//! Without dependencies on purpose: this is the first thing that a fresh clone compiles.

mod audit;
mod bench;
mod element;
mod failure;
#[path = "../../core/src/matrix/fingerprint.rs"]
mod fingerprint;
mod flags;
mod fuzz;
mod lint;
mod native;
mod npm_package;
mod parts;
mod planner;
mod process;
mod screenshots;
mod server;
#[path = "../../core/build/services_file.rs"]
mod services_file;
mod setup;
mod shrink;
mod site;
mod suites;
mod tally;
mod timing;
mod versions;
mod workspace;

use std::process::ExitCode;

use failure::Outcome;
use flags::Flags;

const USAGE: &str = "\
usage: cargo xtask COMMAND
  serve [--port N]            set up, build the planner, serve it at http://127.0.0.1:8080
  test [SUITE...]             set up, run every suite; the last line is `N passed, N failed`
  fuzz [--target store|requests] [--runs N] [--seed N]
                              the block store, or the endpoint, under operations guided by coverage; the tests have
                              a short run of each
  package                     target/npm/restore-point-lab-X.Y.Z.tgz, dist/ and the planner as one file in it
  audit                       sizes against their budgets, the package's own checks, Lighthouse
  screenshots                 every page of the planner at three widths, light and dark, into docs/screenshots
  bench [NAME] [--quick]      measurements, as rows in target/bench/*.jsonl
  run SCENARIO [--json]       play a scenario natively
  check FILE... [--json]      assess an inventory natively
  setup                       only the set-up
  clippy-wasm                 clippy for wasm32, with the compiler that the set-up chose";

fn main() -> ExitCode {
    let mut flags = Flags::from_arguments(std::env::args().skip(1));
    match dispatch(&mut flags) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(flags: &mut Flags) -> Outcome<ExitCode> {
    match flags.next_word().as_deref() {
        Some("serve") => planner::serve(flags),
        Some("test") => suites::run(flags),
        Some("fuzz") => fuzz::run(flags),
        Some("package") => npm_package::package(flags),
        Some("audit") => audit::run(flags),
        Some("screenshots") => screenshots::run(flags),
        Some("bench") => bench::run(flags),
        Some("run") => native::forward("run", flags),
        Some("check") => native::forward("check", flags),
        Some("setup") => setup::command(flags),
        Some("clippy-wasm") => lint::wasm(flags),
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        Some(other) => Err(failure::Failure::new(format!(
            "no command `{other}`\n{USAGE}"
        ))),
    }
}
