//! The scenario as a file for the reader.

use crate::components::download;
use crate::session::Session;
use leptos::prelude::*;

/// Hands the open scenario to the reader as a file.
pub(crate) fn save_file(session: Session) {
    let name = file_name(&session.name.get_untracked());
    session.with_file(true, move |text| {
        download(session, &name, "application/json", &text);
    });
}

/// The name of a scenario's file: what every system takes in a name.
pub(crate) fn file_name(scenario: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    let name: String = scenario.trim().to_lowercase().chars().map(plain).collect();
    let name = name.trim_matches('-');
    format!(
        "{}.scenario.json",
        if name.is_empty() {
            "restore-point-lab"
        } else {
            name
        }
    )
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_takes_only_letters_of_the_scenarios_name() {
        assert_eq!(file_name("Contoso retail"), "contoso-retail.scenario.json");
        assert_eq!(file_name("../a<b>\u{202e}?"), "a-b.scenario.json");
        assert_eq!(file_name(" / "), "restore-point-lab.scenario.json");
    }
}
