//! What tells one text from another: FNV-1a over its bytes, 64 bits as hexadecimal digits.
//!
//! No defence against forgery, none is needed: it tells files of different versions apart. The build script and
//! the project's commands include this very file.

/// The fingerprint of a text.
#[must_use]
pub(crate) fn fingerprint(text: &str) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = text.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, step);
    format!("{hash:016x}")
}
