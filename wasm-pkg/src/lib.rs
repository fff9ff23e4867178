//! The engine of the npm package `restore-point-lab`: the functions of [`rplab_core::api`] behind
//! wasm-bindgen. The TypeScript in `ts/` is its only caller.

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the engine.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
