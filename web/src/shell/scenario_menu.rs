//! The scenario's name and what can be done with it as a whole.

use super::Intake;
use super::navigation::MorePages;
use crate::app::{SAMPLE_NAME, sample_lab};
use crate::components::{Icon, act, live};
use crate::session::{Session, Tone};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// The menu behind the scenario's name.
#[component]
pub(crate) fn ScenarioMenu() -> impl IntoView {
    let session = Session::get();
    let intake = Intake::get();
    let chooser = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = chooser.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(input) = chooser.get_untracked()
            && let Some(files) = input.files()
        {
            intake.take_files(session, files);
            input.set_value("");
        }
    };
    let start_over = move |_| match sample_lab() {
        Ok(lab) => {
            session.replace(lab, Some(SAMPLE_NAME.to_owned()));
            session.tell(Tone::Undo, "Started over with the sample fleet.");
        }
        Err(error) => session.tell(Tone::No, error.message),
    };
    view! {
        <button type="button" class="button quiet" popovertarget="scenario-menu" data-testid="scenario" title="Scenario">
            <span class="scenario-name">{live(move || session.name.get())}</span>
            <Icon name="down" />
        </button>
        <div id="scenario-menu" class="menu" popover="auto">
            <label>"Name" <input class="input" bind:value=session.name /></label>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="export" on:click=act(move || export(session))>
                <Icon name="export" />
                "Export scenario file"
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" on:click=choose>
                <Icon name="import" />
                "Open scenario file"
            </button>
            <button type="button" popovertarget="scenario-menu" popovertargetaction="hide" data-testid="start-over" on:click=start_over>
                <Icon name="again" />
                "Start over with the sample"
            </button>
            <MorePages />
            <p>"The file has the fleet, the seed and every command: whoever opens it sees what you see."</p>
        </div>
        <input class="unseen" type="file" accept=".json,application/json" tabindex="-1" aria-label="Scenario file" data-testid="scenario-file" node_ref=chooser on:change=chosen />
    }
}

fn export(session: Session) {
    let mut scenario = session.present(rplab_core::api::Lab::export_scenario);
    scenario.title = Some(session.name.get_untracked());
    let text = format!("{:#}", rplab_core::json::write(&scenario));
    let name = format!(
        "{}.scenario.json",
        session
            .name
            .get_untracked()
            .to_lowercase()
            .replace(' ', "-")
    );
    match download(&name, &text) {
        Ok(()) => session.tell(Tone::Done, format!("Exported {name}.")),
        Err(_) => session.tell(Tone::No, "The browser did not allow the download."),
    }
}

/// Hands a text to the reader as a file.
fn download(name: &str, text: &str) -> Result<(), JsValue> {
    let blob = gloo::file::Blob::new_with_options(text, Some("application/json"));
    let url = gloo::file::ObjectUrl::from(blob);
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    wasm_bindgen::JsCast::unchecked_ref::<web_sys::HtmlElement>(&link).click();
    Ok(())
}
