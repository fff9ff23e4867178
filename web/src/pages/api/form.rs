//! A request of one's own.

use super::examples::{Sample, samples};
use super::exchange::Console;
use crate::components::{Action, Choice, Field, Look, Reason, follow, live};
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::Request;

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "PATCH", "DELETE"];
const HOST: &str = "https://management.azure.com";

/// Method, path and body.
#[component]
pub(super) fn RequestForm() -> impl IntoView {
    let session = Session::get();
    let console = Console::get();
    let known = Memo::new(move |_| samples(session));
    let first = known.with_untracked(|known| known.first().cloned());
    let text =
        |read: fn(Sample) -> String| RwSignal::new(first.clone().map(read).unwrap_or_default());
    let (method, path, body) = (
        RwSignal::new("GET".to_owned()),
        text(|sample| sample.path),
        text(|sample| sample.body),
    );
    let take = move |title: String| {
        let found = known
            .with_untracked(|known| known.iter().find(|sample| sample.title == title).cloned());
        if let Some(sample) = found {
            method.set(sample.method.to_owned());
            path.set(sample.path);
            body.set(sample.body);
        }
    };
    let reason = Signal::derive(move || {
        if session.cursor.with(Option::is_some) {
            return Some(
                "You look at the past, which stays as it was; go back to now to ask".to_owned(),
            );
        }
        let json = body.with(|body| {
            body.trim().is_empty() || serde_json::from_str::<serde_json::Value>(body).is_ok()
        });
        (!json).then(|| "The body is not JSON".to_owned())
    });
    let send = move || {
        let (path, body) = (path.get_untracked(), body.get_untracked());
        let path = path.trim();
        let url = if path.contains("://") {
            path.to_owned()
        } else {
            format!("{HOST}/{}", path.trim_start_matches('/'))
        };
        let mut headers = Vec::new();
        if !body.trim().is_empty() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let request = Request {
            method: method.get_untracked(),
            url,
            headers,
            body: body.trim().as_bytes().to_vec(),
        };
        let answer = session.ask(&request);
        console.note(request, answer);
    };
    let methods = METHODS
        .map(|method| (method.to_owned(), method.to_owned()))
        .to_vec();
    let titles = move || {
        known.get().into_iter().map(|sample| view! { <option value=sample.title.clone()>{sample.title.clone()}</option> }).collect_view()
    };
    view! {
        <section class="card" aria-labelledby="request-title">
            <div class="card-head"><h2 id="request-title">"Send a request"</h2></div>
            <div class="card-body stack wide">
                <label class="field">"Example"
                    <select class="input" data-testid="api-example" on:change:target=move |event| take(event.target().value())>
                        <option value="">"Choose one to fill the form"</option>
                        {live(titles)}
                    </select>
                </label>
                <div class="request-line">
                    <Choice label="Method" options=Signal::stored(methods) value=method testid="api-method" />
                    <Field label="Path or address" value=path testid="api-path" />
                </div>
                <label class="field">"Body"
                    <textarea class="input mono" rows="6" spellcheck="false" data-testid="api-body" prop:value=follow(move || body.get()) on:input:target=move |event| body.set(event.target().value())></textarea>
                </label>
                <div class="line"><Action label="Send" icon="play" look=Look::Primary reason described_by="send-reason" testid="api-send" on_press=send /><Reason id="send-reason" reason /></div>
            </div>
        </section>
    }
}
