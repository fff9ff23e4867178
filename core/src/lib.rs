//! Restore Point Lab's core: Azure VM restore points as a deterministic simulation.
//!
//! Pure Rust: no I/O, no platform time, no randomness of its own. [`api`] is the boundary that the
//! npm package, the planner and the native commands share; everything else is reached through it
//! or, in Rust, directly. `ARCHITECTURE.md` has the map and the table of who may use whom.

// The tests run again as WebAssembly, where this stands for the ordinary `#[test]`.
#[cfg(all(test, target_arch = "wasm32"))]
#[macro_use]
extern crate rplab_wasm_test;

pub mod api;
pub mod arm;
pub mod blob;
pub mod clock;
pub mod cloud;
pub mod digest;
pub mod forecast;
pub mod ids;
pub mod inventory;
pub mod json;
pub mod matrix;
pub mod model;
pub mod order;
pub mod parts;
pub mod policy;
pub mod prng;
pub mod report;
pub mod restore;
mod room;
pub mod runbook;
pub mod store;
pub mod timeline;
pub mod transitions;
pub mod units;
