//! `cargo xtask audit`: what a user downloads, against budgets, and the package's own checks.

use std::process::ExitCode;

use crate::failure::{Failure, Outcome};
use crate::flags::Flags;
use crate::server::{Mount, Server};
use crate::{npm_package, planner, process, setup};

const ENGINE_BUDGET_BYTES: u32 = 150_000;
const FIRST_LOAD_BUDGET_BYTES: u32 = 450_000;

pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let tools = setup::for_planner()?;
    let chromium = setup::browser()?;
    let dist = planner::build(&tools)?;
    npm_package::build(&tools, Some(&dist))?;
    let url = Server::bind(0, vec![Mount::new("/", dist.clone())])?.start();

    let mut publint = tools.command("publint");
    let publint_passed =
        process::read_lines(publint.arg("--strict").arg(npm_package::staged()), |_| {})?;
    let mut sizes = tools.command("node");
    sizes
        .arg("tests/packaging/sizes.mjs")
        .env("RPLAB_CHROMIUM", chromium)
        .env("RPLAB_URL", url)
        .env("RPLAB_DIST", dist)
        .env(
            "RPLAB_ENGINE",
            npm_package::staged().join(npm_package::MODULE),
        )
        .env("RPLAB_ENGINE_BUDGET", ENGINE_BUDGET_BYTES.to_string())
        .env(
            "RPLAB_FIRST_LOAD_BUDGET",
            FIRST_LOAD_BUDGET_BYTES.to_string(),
        );
    let sizes_passed = process::read_lines(&mut sizes, |_| {})?;
    match (publint_passed, sizes_passed) {
        (true, true) => Ok(ExitCode::SUCCESS),
        (false, _) => Err(Failure::new("publint found problems")),
        (true, false) => Err(Failure::new("over budget, or not measured")),
    }
}
