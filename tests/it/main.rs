//! Tests over the public surface of the engine.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

mod http_file;
mod runbooks;
mod scenarios;
