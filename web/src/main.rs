//! The planner: renders what the core says and dispatches what the reader does. It decides nothing.

#![allow(
    unreachable_pub,
    reason = "the component macro writes the builders of private properties as `pub`"
)]

mod app;
mod components;
mod pages;
mod platform;
mod route;
mod session;
mod shell;
mod words;

fn main() {
    app::mount();
}
