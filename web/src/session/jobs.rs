//! Work that takes long, in a worker: what is asked, what is heard of it, and how it is stopped.
//!
//! The worker has the engine of the npm package. It is asked by one of
//! - `{ "work": "inventory", "options": … }`, with files: parts are `{ "machines": […] }` and `{ "verdicts": […] }`,
//!   the result is the import without its machines;
//!   One of more VMs than `keepAbove` stays in the worker; then the result is the head of the import with `large` in it;
//! - `{ "work": "rows" | "take" | "csv" | "forget", "fleet": true, … }`: of the large fleet that stays, see `large-fleet.js`;
//! - `{ "work": "plans", "plans": […] }`: a part for each, `{ "place": …, "foretold": … }` or `{ "place": …, "wrong": "…" }`;
//!   the result holds them against each other, where all can be foretold;
//! - `{ "work": "breaker", "plan": …, "options": … }`: the result is what breaks the plan;
//! - `{ "work": "function", "name": "runScenario", "args": […] }`: a function of the package;
//! - `{ "work": "lab", "scenario": …, "name": "report", "args": […] }`: a function of a lab that went the scenario's way.

use crate::platform;
use rplab_core::api::InputError;
use rplab_core::json;
use rplab_core::matrix::services_file_name;
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    /// What it does now, in a word of the worker.
    pub(crate) what: String,
    /// How much of it is done.
    pub(crate) done: f64,
    /// How much there is.
    pub(crate) total: f64,
}

/// What is heard of a job. The last word is `Done` or `Failed`, unless it was stopped.
#[derive(Debug)]
pub(crate) enum Heard {
    /// It goes on.
    Progress(Progress),
    /// A part of the result.
    Part(Value),
    /// The result, or what is left of it.
    Done(Value),
    /// Why there is none.
    Failed(InputError),
}

/// A job that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Job(u32);

/// A file for a job.
#[derive(Clone, Debug)]
pub(crate) struct JobFile {
    /// Its name.
    pub(crate) name: String,
    /// Its bytes, in the page's memory and not in the planner's.
    pub(crate) data: js_sys::Uint8Array,
}

impl Job {
    /// Starts a job in a worker of its own, which is loaded with the first one.
    pub(crate) fn start(
        request: &Value,
        files: &[JobFile],
        mut hear: impl FnMut(Heard) + 'static,
    ) -> Self {
        let inputs = js_sys::Array::new();
        for file in files {
            let input = js_sys::Object::new();
            // A plain object takes every field.
            let _ = js_sys::Reflect::set(&input, &"name".into(), &file.name.as_str().into());
            let _ = js_sys::Reflect::set(&input, &"data".into(), &file.data);
            inputs.push(&input);
        }
        let answer =
            Closure::<dyn FnMut(String, String)>::new(move |kind: String, text: String| {
                hear(heard(&kind, &text));
            });
        let id = platform::start_job(
            &request.to_string(),
            JsValue::from(inputs),
            &services_file_name(),
            &answer,
        );
        // The worker's answers come after this call; the memory of a job is given back with the page.
        answer.forget();
        Self(id)
    }

    /// Stops it at once. Nothing more is heard.
    pub(crate) fn stop(self) {
        platform::cancel_job(self.0);
    }
}

fn heard(kind: &str, text: &str) -> Heard {
    let value = json::parse(text).unwrap_or_default();
    let word = |name: &str| {
        let word = value.get(name).and_then(Value::as_str);
        word.unwrap_or_default().to_owned()
    };
    let number = |name: &str| value.get(name).and_then(Value::as_f64).unwrap_or_default();
    match kind {
        "progress" => Heard::Progress(Progress {
            what: word("what"),
            done: number("done"),
            total: number("total"),
        }),
        "part" => Heard::Part(value),
        "done" => Heard::Done(value),
        _ => Heard::Failed(InputError {
            code: word("code"),
            path: word("path"),
            message: word("message"),
        }),
    }
}
