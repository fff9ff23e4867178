//! Debian packages, where this is a Debian and the rights are there.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::process;

/// `None` on a system without apt.
pub(crate) fn present() -> bool {
    process::on_path(&["apt-get"]).is_some()
}

/// Whether apt would install a version of the package that will do; its package lists are fetched anew where
/// they are missing, or know an older version only.
pub(crate) fn offers(package: &str, will_do: impl Fn(&str) -> bool) -> bool {
    let offered = || look_up(package).is_some_and(|version| will_do(&version));
    let updated = || {
        let mut update = privileged(&["apt-get", "update"]).ok()?;
        process::watched("apt-update", &mut update).ok()
    };
    offered() || (updated().is_some() && offered())
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

/// Installs without asking; with fresh package lists where the present ones are out of date. Fails with
/// the command to run by hand.
pub(crate) fn install(log: &str, packages: &[&str]) -> Outcome<()> {
    let by_hand = |failure: Failure| {
        let command = format!(
            "sudo apt-get install --no-install-recommends {}",
            packages.join(" ")
        );
        Failure::by_hand(failure.to_string(), command)
    };
    let mut words = vec![
        "apt-get",
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
    ];
    words.extend(packages);
    let attempt = || {
        let mut command = privileged(&words)?;
        process::watched(log, command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    if process::answer(&mut simulated(packages)).is_some() && attempt().is_ok() {
        return Ok(());
    }
    privileged(&["apt-get", "update"])
        .and_then(|mut update| process::watched("apt-update", &mut update))
        .and_then(|()| attempt())
        .map_err(by_hand)
}

/// Whether apt knows the packages, without installing them.
fn simulated(packages: &[&str]) -> Command {
    let mut command = process::command("apt-get");
    command
        .args(["install", "--simulate", "--no-install-recommends"])
        .args(packages);
    command
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
