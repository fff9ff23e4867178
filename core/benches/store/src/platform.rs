//! Where the bench runs.

/// As in the rows.
pub(crate) const NAME: &str = if cfg!(target_arch = "wasm32") {
    "wasm"
} else {
    "native"
};

/// Blocks of the array without history: all of 1 TiB natively. A single allocation of 2 GiB is refused
/// in wasm32, so the array covers half there and is written modulo its length.
pub(crate) const ARRAY_BLOCKS: usize = if cfg!(target_arch = "wasm32") {
    1 << 27
} else {
    1 << 28
};

/// A line of the report.
pub(crate) fn say(line: &str) {
    #[cfg(not(target_arch = "wasm32"))]
    println!("{line}");
    #[cfg(target_arch = "wasm32")]
    crate::node::line(line);
}
