//! Debian packages, where this is a Debian and the rights are there.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::process;

/// `None` on a system without apt.
pub(crate) fn present() -> bool {
    process::on_path(&["apt-get"]).is_some()
}

/// The version of a package that apt would install, its package lists fetched where they are missing.
pub(crate) fn candidate(package: &str) -> Option<String> {
    look_up(package).or_else(|| {
        process::watched("apt-update", &mut privileged(&["apt-get", "update"]).ok()?).ok()?;
        look_up(package)
    })
}

fn look_up(package: &str) -> Option<String> {
    let shown = process::answer(process::command("apt-cache").args([
        "show",
        "--no-all-versions",
        package,
    ]))?;
    shown
        .lines()
        .find_map(|line| line.strip_prefix("Version: "))
        .map(str::to_owned)
}

/// The packages that one depends on.
pub(crate) fn dependencies(package: &str) -> Vec<String> {
    let shown = process::answer(process::command("apt-cache").args(["depends", package]))
        .unwrap_or_default();
    shown
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "))
        .map(str::to_owned)
        .collect()
}

/// Installs without asking. Fails with the command to run by hand where the rights are missing.
pub(crate) fn install(log: &str, packages: &[&str]) -> Outcome<()> {
    let mut words = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
    words.extend(packages);
    let by_hand = format!(
        "sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    );
    let mut command =
        privileged(&words).map_err(|failure| Failure::by_hand(failure.to_string(), &by_hand))?;
    process::watched(log, command.env("DEBIAN_FRONTEND", "noninteractive"))
        .map_err(|failure| Failure::by_hand(failure.to_string(), &by_hand))
}

/// The command as root: as it is where we are, through sudo where that asks for no password.
pub(crate) fn privileged(words: &[&str]) -> Outcome<Command> {
    let is_root = process::answer(process::command("id").arg("-u")).as_deref() == Some("0");
    let mut command = if is_root {
        process::command(words.first().copied().unwrap_or_default())
    } else if process::answer(process::command("sudo").args(["-n", "true"])).is_some() {
        let mut command = process::command("sudo");
        command
            .arg("-n")
            .arg(words.first().copied().unwrap_or_default());
        command
    } else {
        return Err(Failure::new(
            "this needs root, and sudo asks for a password",
        ));
    };
    command.args(words.iter().skip(1));
    Ok(command)
}
