//! Forecasts of plans: what they take, cost and achieve, held against the engine that runs them and against the pages.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

#[cfg(target_arch = "wasm32")]
#[macro_use]
extern crate rplab_wasm_test;

mod ages;
mod breaker;
mod calibrated;
mod compared;
mod cost;
mod elsewhere;
mod exact;
mod guest;
mod kept;
mod limits;
mod mixed;
mod plans;
mod refused;
mod restorable;
