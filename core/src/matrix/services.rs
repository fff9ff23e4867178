//! The file of services: what the matrix has on services other than restore points, and the examples of rows.
//!
//! It is as large as all the rest of the data, so a program may leave it out (without the feature `services`)
//! and give it once as text, when another service is asked about or before. It is known by its fingerprint.

use crate::json;
use serde_json::Value;
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
    GIVEN.get_or_init(|| json::parse(text).unwrap_or_default());
    Ok(())
}

/// Whether services other than restore points can be asked about.
#[must_use]
pub fn services_are_loaded() -> bool {
    content().is_some()
}

#[cfg(not(feature = "services"))]
static GIVEN: OnceLock<Value> = OnceLock::new();

#[cfg(not(feature = "services"))]
fn content() -> Option<&'static Value> {
    GIVEN.get()
}

#[cfg(feature = "services")]
fn content() -> Option<&'static Value> {
    static CARRIED: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    let text = include_str!(concat!(env!("OUT_DIR"), "/services.json"));
    Some(CARRIED.get_or_init(|| json::parse(text).unwrap_or_default()))
}

/// The files of a folder of `core/data`, such as `examples/`, with their paths below it; none before they are loaded.
pub(super) fn files(folder: &str) -> Vec<(&'static str, &'static Value)> {
    let mut found = Vec::new();
    let files = content().and_then(Value::as_object);
    for (path, content) in files.into_iter().flatten() {
        if let Some(name) = path.strip_prefix(folder) {
            found.push((name, content));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{files, load_services, services_are_loaded, services_file_name};

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
        let paths = files("matrix/").into_iter().map(|(path, _)| path);
        let paths: Vec<&str> = paths.collect();
        assert!(paths.contains(&"vm-backup/compute.json"), "{paths:?}");
        assert!(paths.contains(&"disk-backup/limitations.json"));
        assert!(!paths.iter().any(|path| path.starts_with("restore-points")));
        assert!(!files("examples/").is_empty());
        assert_eq!(files("pages/").len(), 2);
    }
}
