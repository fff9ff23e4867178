//! Files for the reader.

use crate::session::{Session, Tone};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Hands a text to the reader as a file, and says so.
pub(crate) fn download(session: Session, name: &str, text: &str, media_type: &str) {
    match hand_over(name, text, media_type) {
        Ok(()) => session.tell(Tone::Done, format!("Saved {name}.")),
        Err(_) => session.tell(Tone::No, "The browser did not allow the download."),
    }
}

/// Hands the open scenario to the reader as a file.
pub(crate) fn save_file(session: Session) {
    let name = file_name(&session.name.get_untracked());
    download(session, &name, &session.written(true), "application/json");
}

/// The name of a scenario's file: what every system takes in a name.
pub(crate) fn file_name(scenario: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = scenario.trim().to_lowercase().chars().map(plain).collect();
    let name = name.trim_matches('-');
    format!("{}.scenario.json", if name.is_empty() { "restore-point-lab" } else { name })
}

fn hand_over(name: &str, text: &str, media_type: &str) -> Result<(), JsValue> {
    let blob = gloo::file::Blob::new_with_options(text, Some(media_type));
    let url = gloo::file::ObjectUrl::from(blob);
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.unchecked_ref::<web_sys::HtmlElement>().click();
    Ok(())
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
