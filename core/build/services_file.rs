//! The file of services: all that the support matrix has on services other than restore points, as one JSON object
//! from the path of each file in `core/data` to its content, one in a line: it is read line by line.
//!
//! It is not inside the WebAssembly, and is fetched beside it or when it is needed. The build script makes it
//! for the programs that carry it, and the project's commands (which include this very file) for the packages.

use super::fingerprint::fingerprint;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders of `core/data` that are in the file as a whole.
const FOLDERS: [&str; 3] = ["matrix", "pages", "examples"];

/// The folder in them that every program carries.
const CARRIED: &str = "matrix/restore-points";

/// The file of services.
pub(crate) struct ServicesFile {
    /// Its text.
    pub(crate) text: String,
    /// What tells it from those of other versions.
    pub(crate) fingerprint: String,
}

/// Puts the file together.
pub(crate) fn services_file(data: &Path) -> io::Result<ServicesFile> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        find(&data.join(folder), &mut paths)?;
    }
    paths.sort();
    let mut text = String::new();
    for path in paths {
        let name = path.strip_prefix(data).unwrap_or(&path);
        // The same on every system.
        let name = name.to_string_lossy().replace('\\', "/");
        text.push_str(if text.is_empty() { "{" } else { ",\n" });
        text.extend(["\"", &name, "\":"]);
        text.push_str(&compact(&fs::read_to_string(&path)?));
    }
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    let fingerprint = fingerprint(&text);
    Ok(ServicesFile { text, fingerprint })
}

fn find(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.ends_with(CARRIED) {
            continue;
        }
        if path.is_dir() {
            find(&path, paths)?;
        } else if path.extension().is_some_and(|ending| ending == "json") {
            paths.push(path);
        }
    }
    Ok(())
}

/// JSON without the space between its words.
pub(crate) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for character in json.chars() {
        if !in_text && character.is_ascii_whitespace() {
            continue;
        }
        if character == '"' && !escaped {
            in_text = !in_text;
        }
        escaped = in_text && character == '\\' && !escaped;
        compact.push(character);
    }
    compact
}
