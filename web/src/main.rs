//! The planner: renders what the core says and dispatches what the reader does. It decides nothing.

#![allow(
    unreachable_pub,
    reason = "the component macro writes the builders of private properties as `pub`"
)]

mod app;
mod components;
mod element;
mod later;
mod pages;
mod platform;
mod route;
mod session;
mod shell;
mod turns;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

fn main() {
    // The module is loaded by the planner's page and by the element; each says what it wants.
}

/// Puts the planner into the page.
#[wasm_bindgen(js_name = startPlanner)]
pub fn start_planner() {
    turns::begin();
    app::mount();
}
