//! What was asked and answered.

use crate::components::{CopyButton, Icon, Segments, act, follow, live};
use crate::pages::runbook::{dialect, dialects};
use leptos::prelude::*;
use rplab_core::api::{Answer, Request, RunbookItem, RunbookRequest, RunbookStep};
use std::sync::Arc;

/// The most of an answer that is shown.
const SHOWN_BYTES: usize = 64 * 1024;
/// The most exchanges that are kept.
const KEPT: usize = 200;

/// A request with its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(super) request: Request,
    pub(super) answer: Answer,
}

/// Every request of this visit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    pub(super) exchanges: RwSignal<Vec<Arc<Exchange>>>,
    /// The exchange that was chosen; the newest of one's own where none is.
    pub(super) shown: RwSignal<Option<Arc<Exchange>>>,
}

impl Console {
    /// Nothing asked yet.
    pub(crate) fn new() -> Self {
        Self {
            exchanges: RwSignal::new(Vec::new()),
            shown: RwSignal::new(None),
        }
    }

    /// The console of the surrounding page.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Notes a request and shows it.
    pub(super) fn note(self, request: Request, answer: Answer) {
        self.exchanges.update(|all| {
            if all.len() >= KEPT {
                all.remove(0);
            }
            all.push(Arc::new(Exchange { request, answer }));
        });
        self.shown.set(None);
    }

    /// The chosen exchange, or the newest one.
    fn chosen(self) -> Option<Arc<Exchange>> {
        let newest = || self.exchanges.with(|all| all.last().cloned());
        self.shown.get().or_else(newest)
    }
}

fn path(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| {
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    })
}

/// The last two segments of the path, for lists.
fn short(url: &str) -> String {
    let path = path(url).split('?').next().unwrap_or_default();
    let mut last: Vec<&str> = path.rsplit('/').take(2).collect();
    last.reverse();
    last.join("/")
}

const fn is_fine(status: u16) -> bool {
    status < 400
}

/// One line of a list of exchanges; pressed, it is shown whole.
pub(super) fn line(console: Console, exchange: Arc<Exchange>) -> AnyView {
    let status = exchange.answer.status;
    let icon = if is_fine(status) { "ok" } else { "no" };
    let (title, method) = (
        exchange.request.url.clone(),
        exchange.request.method.clone(),
    );
    let name = short(&title);
    let (same, mine) = (exchange.clone(), exchange);
    let here = move || {
        let chosen = console.chosen();
        chosen.is_some_and(|chosen| Arc::ptr_eq(&chosen, &same))
    };
    view! {
        <li>
            <button type="button" class="exchange" title=title aria-pressed=follow(move || here().to_string()) on:click=act(move || console.shown.set(Some(mine.clone())))>
                <span class=format!("glyph {icon}")><Icon name=icon /></span>
                <b class="mono">{method}</b>
                <span class="grow mono">{name}</span>
                <span class="number">{status}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Every request of one's own, newest first.
#[component]
pub(super) fn ExchangeList() -> impl IntoView {
    let console = Console::get();
    let entries = move || {
        let all = console.exchanges.get();
        let lines = all.into_iter().rev().map(|one| line(console, one));
        lines.collect_view()
    };
    view! {
        <section class="card" aria-labelledby="exchanges-title">
            <div class="card-head"><h2 id="exchanges-title">"Sent by you"</h2><span class="hint">{live(move || console.exchanges.with(Vec::len))}</span></div>
            {live(move || console.exchanges.with(Vec::is_empty).then(|| view! { <p class="card-body hint">"What you send is listed here, refusals too."</p> }))}
            <ol data-testid="exchanges">{live(entries)}</ol>
        </section>
    }
}

/// The chosen exchange: status, headers, body, and ways to take the request away.
#[component]
pub(super) fn ShownExchange() -> impl IntoView {
    let console = Console::get();
    let form = RwSignal::new("http".to_owned());
    let shown = move || {
        console
            .chosen()
            .map(|exchange| view! { <Shown exchange form /> })
    };
    view! { <div aria-live="polite">{live(shown)}</div> }
}

#[component]
fn Shown(exchange: Arc<Exchange>, form: RwSignal<String>) -> impl IntoView {
    let Answer {
        status,
        headers,
        body,
    } = exchange.answer.clone();
    let headers = headers
        .into_iter()
        .map(|(name, value)| view! { <dt class="mono">{name}</dt><dd class="mono">{value}</dd> });
    let tone = if is_fine(status) {
        "verdict ok solid"
    } else {
        "verdict no"
    };
    // Two of our own, and those of runbooks that fit a single request.
    let mut forms = vec![
        ("http".to_owned(), "HTTP".to_owned()),
        ("curl".to_owned(), "curl".to_owned()),
    ];
    forms.extend(dialects(2));
    let request = exchange.request.clone();
    let text = Signal::derive(move || written(&request, &form.get()));
    view! {
        <section class="card" aria-labelledby="answer-title" data-testid="answer">
            <div class="card-head"><h2 id="answer-title" class="grow">"Answer"</h2><span class=tone data-testid="answer-status">{status}</span></div>
            <div class="card-body stack wide">
                <pre class="code answer-body" tabindex="0" aria-label="Body of the answer" data-testid="answer-body">{shown_body(&body)}</pre>
                <details><summary>"Headers"</summary><dl class="pairs">{headers.collect_view()}</dl></details>
                <div class="stack">
                    <div class="line"><h3>"Take the request away"</h3><Segments label="Form" options=forms value=form /><span class="end"><CopyButton text label="Copy" /></span></div>
                    <pre class="code" tabindex="0" aria-label="The request" data-testid="request-text">{text}</pre>
                </div>
            </div>
        </section>
    }
}

/// A body for reading: JSON in lines, other text as it is, anything else by its length.
fn shown_body(body: &[u8]) -> String {
    if body.is_empty() {
        return "(no body)".to_owned();
    }
    let head = body.get(..SHOWN_BYTES).unwrap_or(body);
    match (
        serde_json::from_slice::<serde_json::Value>(body),
        std::str::from_utf8(head),
    ) {
        (Ok(value), _) if body.len() <= SHOWN_BYTES => format!("{value:#}"),
        (_, Ok(text)) if body.len() > SHOWN_BYTES => {
            format!("{text}\n\u{2026} {} bytes in all", body.len())
        }
        (_, Ok(text)) => text.to_owned(),
        _ => format!("({} bytes)", body.len()),
    }
}

/// The request as a step of a runbook.
fn as_step(request: &Request, form: &str) -> String {
    let address = path(&request.url);
    let (id, query) = address.split_once('?').unwrap_or((address, ""));
    let version = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("api-version="));
    let step = RunbookStep {
        title: format!("{} {}", request.method, short(&request.url)),
        items: vec![RunbookItem::Request(RunbookRequest {
            method: request.method.clone(),
            id: id.to_owned(),
            api_version: version.unwrap_or_default().to_owned(),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
        })],
        replayed: true,
        ..RunbookStep::default()
    };
    rplab_core::runbook::write(
        "A request",
        &rplab_core::api::version().engine,
        &[step],
        dialect(form),
    )
}

/// The request as text for another tool.
fn written(request: &Request, form: &str) -> String {
    if form != "curl" && form != "http" {
        return as_step(request, form);
    }
    let body = String::from_utf8_lossy(&request.body);
    let mut lines = Vec::new();
    if form == "curl" {
        lines.push(format!(
            "curl --request {} '{}'",
            request.method,
            shell(&request.url)
        ));
        lines.push("  --header \"Authorization: Bearer $TOKEN\"".to_owned());
        lines.extend(
            request
                .headers
                .iter()
                .map(|(name, value)| format!("  --header '{}: {}'", shell(name), shell(value))),
        );
        if !body.is_empty() {
            lines.push(format!("  --data '{}'", shell(&body)));
        }
        return lines.join(" \\\n");
    }
    lines.push(format!(
        "{} {} HTTP/1.1",
        request.method,
        path(&request.url)
    ));
    lines.push(format!("Host: {}", request.host()));
    lines.extend(
        request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}")),
    );
    if !body.is_empty() {
        lines.push(String::new());
        lines.push(body.into_owned());
    }
    lines.join("\n")
}

/// A text inside single quotes of a shell.
fn shell(text: &str) -> String {
    text.replace('\'', "'\\''")
}

#[cfg(test)]
mod tests {
    use super::{short, shown_body, written};
    use rplab_core::api::Request;

    #[test]
    fn a_request_is_written_so_that_a_shell_takes_it_whole() {
        let request = Request {
            method: "PUT".to_owned(),
            url: "https://management.azure.com/a/b's?api-version=1".to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: b"{\"a\":\"it's\"}".to_vec(),
        };
        let curl = written(&request, "curl");
        assert!(curl.contains("'https://management.azure.com/a/b'\\''s?api-version=1'"));
        assert!(curl.contains("--data '{\"a\":\"it'\\''s\"}'"));
        assert!(
            written(&request, "http")
                .starts_with("PUT /a/b's?api-version=1 HTTP/1.1\nHost: management.azure.com\n")
        );
        assert_eq!(short(&request.url), "a/b's");
    }

    #[test]
    fn a_body_that_is_no_text_is_told_by_its_length() {
        assert_eq!(shown_body(&[0xff, 0xfe, 0x00]), "(3 bytes)");
        assert_eq!(shown_body(b"{\"a\":1}"), "{\n  \"a\": 1\n}");
        assert_eq!(shown_body(b""), "(no body)");
    }
}
