//! The bench as a WebAssembly module in Node: `run.mjs` gives it a clock and takes its lines.
#![cfg(target_arch = "wasm32")]
#![allow(
    unsafe_code,
    reason = "imports and exports of a module without a binding generator"
)]

#[link(wasm_import_module = "bench")]
unsafe extern "C" {
    /// Nanoseconds since some moment.
    safe fn now() -> f64;
    /// Takes a line: where it starts in memory and its bytes.
    safe fn say(start: *const u8, bytes: usize);
}

/// What Node calls.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn measure(quick: bool) {
    crate::run(quick);
}

/// What Node calls for the lifecycle; whether it was measured to its end.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn lifecycle(quick: bool) -> bool {
    let done = crate::lifecycle::run(quick);
    done.map_err(|error| line(&error)).is_ok()
}

pub(crate) fn nanoseconds() -> f64 {
    now()
}

pub(crate) fn line(text: &str) {
    say(text.as_ptr(), text.len());
}
