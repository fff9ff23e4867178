//! Makes `#[test]` run under wasm-bindgen's test runner.
//!
//! A crate that says `#[cfg(all(test, target_arch = "wasm32"))] #[macro_use] extern crate rplab_wasm_test;`
//! compiles every `#[test]` of its own for Node, without a line in its test modules.

#[cfg(target_arch = "wasm32")]
pub use wasm_bindgen_test::wasm_bindgen_test as test;
