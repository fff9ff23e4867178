//! The file of services: what the matrix has on services other than restore points, and the examples of rows.
//!
//! It is as large as all the rest of the data, so a program may leave it out (without the feature `services`)
//! and give it once as text, when another service is asked about or before. It is known by its fingerprint.

#[cfg(not(feature = "services"))]
use std::sync::OnceLock;

/// A text that is not the file of services of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the file of services that belongs to this engine (its fingerprint is {found}, not {wanted}); take `{}` of the same version",
    services_file_name()
)]
pub struct OtherServicesFile {
    /// The fingerprint of this version's.
    pub wanted: String,
    /// The fingerprint of what was given.
    pub found: String,
}

/// The fingerprint of the file that belongs to this version.
const FINGERPRINT: &str = env!("SERVICES_FINGERPRINT");

/// What the file of this version is called where several versions may lie side by side.
#[must_use]
pub fn services_file_name() -> String {
    ["services-", FINGERPRINT, ".json"].concat()
}

/// Gives the engine its file of services. A second time does nothing, nor does it in a program that carries the file.
///
/// # Errors
/// Anything else than the file of just this version.
pub fn load_services(text: &str) -> Result<(), OtherServicesFile> {
    let found = super::fingerprint::fingerprint(text);
    if found != FINGERPRINT {
        return Err(OtherServicesFile {
            wanted: FINGERPRINT.to_owned(),
            found,
        });
    }
    #[cfg(not(feature = "services"))]
    GIVEN.get_or_init(|| Box::leak(Box::from(text)));
    Ok(())
}

/// Whether services other than restore points can be asked about.
#[must_use]
pub fn services_are_loaded() -> bool {
    content().is_some()
}

#[cfg(not(feature = "services"))]
static GIVEN: OnceLock<&'static str> = OnceLock::new();

#[cfg(not(feature = "services"))]
fn content() -> Option<&'static str> {
    GIVEN.get().copied()
}

#[cfg(feature = "services")]
const fn content() -> Option<&'static str> {
    Some(include_str!(concat!(env!("OUT_DIR"), "/services.json")))
}

/// The files of a folder of `core/data`, such as `examples/`, with their paths below it, each as text: who asks for one
/// reads that one only. None before they are loaded.
pub(super) fn files(folder: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = content().into_iter().flat_map(str::lines);
    lines.filter_map(move |line| {
        let (path, text) = file(line)?;
        Some((path.strip_prefix(folder)?, text))
    })
}

/// A line of the text: `"path":content`, in the object of all, which begins before the first and ends with the last.
fn file(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_suffix([',', '}'])?;
    let line = line.strip_prefix('{').unwrap_or(line);
    line.strip_prefix('"')?.split_once("\":")
}

#[cfg(test)]
mod tests {
    use super::{files, load_services, services_are_loaded, services_file_name};
    use crate::json;

    #[test]
    fn another_file_is_refused_and_named_with_what_to_take() {
        for text in ["", "{}", "[1]"] {
            let error = load_services(text).unwrap_err();
            assert_ne!(error.found, error.wanted);
            assert!(error.to_string().contains(&services_file_name()), "{error}");
        }
        assert!(services_are_loaded());
    }

    #[test]
    fn the_own_file_is_taken_any_number_of_times() {
        let own = include_str!(concat!(env!("OUT_DIR"), "/services.json"));
        assert_eq!(load_services(own), Ok(()));
        assert_eq!(load_services(own), Ok(()));
    }

    #[test]
    fn it_has_the_other_services_and_not_what_every_program_carries() {
        let paths: Vec<&str> = files("matrix/").map(|(path, _)| path).collect();
        assert!(paths.contains(&"vm-backup/compute.json"), "{paths:?}");
        assert!(paths.contains(&"disk-backup/limitations.json"));
        assert!(!paths.iter().any(|path| path.starts_with("restore-points")));
        assert_eq!(files("examples/").count(), 4);
        assert_eq!(files("pages/").count(), 2);
    }

    #[test]
    fn line_by_line_it_has_what_it_has_as_a_whole() {
        let own = include_str!(concat!(env!("OUT_DIR"), "/services.json"));
        let whole = json::parse(own).unwrap();
        let apart: Vec<_> = files("").collect();
        assert_eq!(apart.len(), whole.as_object().unwrap().len());
        for (path, text) in apart {
            assert_eq!(json::parse(text).unwrap(), whole[path], "{path}");
        }
    }
}
