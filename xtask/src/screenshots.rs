//! `cargo xtask screenshots`: every page of the planner at three widths, light and dark, into `docs/screenshots/`.

use std::fs;
use std::process::ExitCode;

use crate::failure::{Doing, Failure, Outcome};
use crate::flags::Flags;
use crate::server::{Mount, Server};
use crate::{planner, process, setup, workspace};

pub(crate) fn run(flags: &mut Flags) -> Outcome<ExitCode> {
    flags.finish()?;
    let tools = setup::for_builds()?;
    let chromium = setup::browser()?;
    let dist = planner::build(&tools)?;
    let url = Server::bind(0, vec![Mount::new("/", dist)])?.start();
    let folder = workspace::root().join("docs/screenshots");
    fs::create_dir_all(&folder).doing(|| format!("creating {}", folder.display()))?;
    let mut node = tools.command("node");
    node.arg(workspace::npm_tools().join("e2e/screenshots.mjs"))
        .arg(&folder)
        .env("RPLAB_CHROMIUM", &chromium)
        .env("RPLAB_URL", url);
    if process::read_lines(&mut node, |_| {})? {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::new("a page could not be drawn".to_owned()))
    }
}
