//! The documentation site: an mdBook whose simulations are the element, with the scenarios of the library.

use std::fs;
use std::path::Path;

use crate::failure::{Doing, Outcome};
use crate::{element, npm_package, process, setup, workspace};

/// The site's folder in `dist/`.
const FOLDER: &str = "docs";

/// Builds the site beside the planner, from the element of the package that was built last.
pub(crate) fn build(dist: &Path) -> Outcome<()> {
    let mdbook = setup::mdbook()?;
    let folder = dist.join(FOLDER);
    let mut command = process::command(mdbook.join("mdbook"));
    command
        .arg("build")
        .arg(workspace::root().join("docs/book"))
        .arg("--dest-dir")
        .arg(&folder);
    process::watched("mdbook", &mut command)?;
    copy_files(
        &npm_package::staged().join(element::FOLDER),
        &folder.join(element::FOLDER),
    )?;
    copy_files(
        &workspace::npm_tools().join("scenarios"),
        &folder.join("scenarios"),
    )
}

/// Copies the files of a folder, not its folders.
pub(crate) fn copy_files(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to).doing(|| format!("creating {}", to.display()))?;
    for entry in fs::read_dir(from)
        .doing(|| format!("reading {}", from.display()))?
        .flatten()
        .filter(|entry| process::is_file(&entry.path()))
    {
        let name = entry.file_name();
        fs::copy(entry.path(), to.join(&name)).doing(|| format!("copying {}", name.display()))?;
    }
    Ok(())
}
