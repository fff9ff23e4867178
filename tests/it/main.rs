//! Tests over the public surface of the engine.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

mod dialects;
mod http_file;
mod reports;
mod runbooks;
mod scenarios;
