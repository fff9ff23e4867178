//! `cargo xtask audit`: what a user downloads, against budgets, the package's own checks, and Lighthouse on every page.

use std::process::ExitCode;

use crate::failure::{Failure, Outcome};
use crate::flags::Flags;
use crate::server::{Mount, Server};
use crate::{npm_package, planner, process, setup};

const FIRST_LOAD_BUDGET_BYTES: u32 = 300_000;

pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let tools = setup::for_builds()?;
    let chromium = setup::browser()?;
    let lighthouse = setup::lighthouse()?;
    let dist = planner::build(&tools)?;
    npm_package::build(&tools, Some(&dist))?;
    let url = Server::bind(0, vec![Mount::new("/", dist.clone())])?.start();

    let mut publint = tools.command("publint");
    let publint_passed =
        process::read_lines(publint.arg("--strict").arg(npm_package::staged()), |_| {})?;
    let mut sizes = tools.command("node");
    sizes
        .arg("tests/packaging/sizes.mjs")
        .env("RPLAB_CHROMIUM", &chromium)
        .env("RPLAB_URL", url)
        .env("RPLAB_DIST", &dist)
        .env(
            "RPLAB_ENGINE",
            npm_package::staged().join(npm_package::ENGINE),
        )
        .env("RPLAB_ENGINE_BUDGETS", npm_package::budgets())
        .env(
            "RPLAB_FIRST_LOAD_BUDGET",
            FIRST_LOAD_BUDGET_BYTES.to_string(),
        );
    let sizes_passed = process::read_lines(&mut sizes, |_| {})?;
    let mut pages = tools.command("node");
    pages
        .arg(lighthouse.join("lighthouse.mjs"))
        .env("RPLAB_CHROMIUM", &chromium)
        .env("RPLAB_DIST", &dist);
    let pages_passed = process::read_lines(&mut pages, |_| {})?;
    let checks = [
        (publint_passed, "publint found problems"),
        (pages_passed, "Lighthouse found problems on a page"),
        (sizes_passed, "over budget, or not measured"),
    ];
    let troubles: Vec<&str> = checks
        .iter()
        .filter_map(|(passed, trouble)| (!passed).then_some(*trouble))
        .collect();
    if troubles.is_empty() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::new(troubles.join("; ")))
    }
}
