//! What a user has: an empty folder with the packed package installed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Outcome};
use crate::{process, workspace};

pub(crate) struct Consumer {
    folder: PathBuf,
}

impl Consumer {
    pub(super) fn install(tarball: &Path) -> Outcome<Self> {
        let folder =
            std::env::temp_dir().join(format!("restore-point-lab-consumer-{}", std::process::id()));
        fs::create_dir_all(&folder).doing(|| format!("creating {}", folder.display()))?;
        let consumer = Self { folder };
        let manifest = "{ \"private\": true, \"type\": \"module\" }\n";
        fs::write(consumer.folder.join("package.json"), manifest)
            .doing(|| "writing package.json".to_owned())?;
        let mut npm = process::command("npm");
        npm.args(["install", "--offline", "--no-audit", "--no-fund"])
            .arg(tarball)
            .current_dir(&consumer.folder);
        process::watched("npm-install", &mut npm)?;
        Ok(consumer)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The installed package.
    pub(crate) fn package(&self) -> PathBuf {
        self.folder.join("node_modules/restore-point-lab")
    }

    /// Copies the files of `tests/FROM` with this ending into the folder, so that `import "restore-point-lab"`
    /// finds the installed package; their names.
    pub(crate) fn bring(&self, from: &str, ending: &str) -> Outcome<Vec<String>> {
        let source = workspace::npm_tools().join(from);
        let mut names = Vec::new();
        for entry in fs::read_dir(&source)
            .doing(|| format!("reading {}", source.display()))?
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(ending) {
                fs::copy(entry.path(), self.folder.join(&name))
                    .doing(|| format!("copying {name}"))?;
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        // Left behind in the temporary folder at worst.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
