//! SHA-256 digests over canonical bytes.
//!
//! State is digested as its JSON text: maps are ordered, numbers are integers written in decimal,
//! so the text, and with it the digest, is the same natively and in WebAssembly.

use crate::json::{Text, Write, Writer};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io;

/// A SHA-256 digest; prints as lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
pub struct Digest(#[cfg_attr(feature = "wasm", tsify(type = "string"))] pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |half: u8| char::from(if half < 10 { b'0' } else { b'a' - 10 } + half);
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        f.write_str(&digits.map(digit).collect::<String>())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Write for Digest {
    fn write(&self, to: &mut Writer<'_>) {
        to.text(&self.to_string());
    }
}

/// Collects bytes into a [`Digest`].
#[derive(Clone, Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// An empty hasher.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds a number as eight little-endian bytes.
    pub fn update_u64(&mut self, value: u64) {
        self.0.update(value.to_le_bytes());
    }

    /// Adds a value as its JSON text. Only for types without floats or unordered maps.
    pub fn update_json<T: Write + ?Sized>(&mut self, value: &T) {
        value.write(&mut Writer::new(&mut Text::new(self)));
    }

    /// The digest of everything added.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Hasher;

    #[test]
    fn the_digest_is_sha_256_in_lower_case_hex() {
        let mut hasher = Hasher::new();
        hasher.update(b"abc");
        assert_eq!(
            hasher.finish().to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
