//! The packed package with the official clients, in bundles, and served to a client in another language.

use std::fs;
use std::path::{Path, PathBuf};

use super::node::node_test;
use super::{Context, Counted};
use crate::failure::{Doing, Outcome};
use crate::{setup, workspace};

pub(super) fn run(context: &Context) -> Outcome<Counted> {
    let folder = official_clients(&context.consumer()?.package())?;
    let python = setup::python()?.display().to_string();
    let chromium = context.browser()?.display().to_string();
    let mut files: Vec<String> = fs::read_dir(&folder)
        .doing(|| format!("reading {}", folder.display()))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".test.mjs"))
        .collect();
    files.sort();
    let output = workspace::target().join("sdk").display().to_string();
    let tarball = workspace::target()
        .join("npm")
        .join(format!(
            "restore-point-lab-{}.tgz",
            crate::versions::WORKSPACE
        ))
        .display()
        .to_string();
    let mdbook = setup::mdbook()?.join("mdbook").display().to_string();
    let environment = [
        ("RPLAB_MDBOOK", mdbook.as_str()),
        ("RPLAB_CHROMIUM", chromium.as_str()),
        ("RPLAB_PYTHON", python.as_str()),
        ("RPLAB_TARBALL", tarball.as_str()),
        ("RPLAB_OUTPUT", output.as_str()),
    ];
    node_test(context, "sdk", &folder, &files, &environment, 1)
}

/// The folder of the official clients, with the package among them.
pub(crate) fn official_clients(package: &Path) -> Outcome<PathBuf> {
    let folder = setup::sdk()?;
    let installed = folder.join("node_modules/restore-point-lab");
    workspace::clear(&installed)?;
    copy(package, &installed)?;
    Ok(folder)
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to).doing(|| format!("creating {}", to.display()))?;
    for entry in fs::read_dir(from)
        .doing(|| format!("reading {}", from.display()))?
        .flatten()
    {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).doing(|| format!("copying {}", source.display()))?;
        }
    }
    Ok(())
}
