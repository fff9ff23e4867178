//! Bytes to text, whatever the shell made of them: gzip, byte order marks, UTF-16.

use super::formats;
use super::gzip::{Gunzip, is_gzip};

/// What stands for a character that is none: no UTF-8 text has it, so its reader will say where it is.
const NO_CHARACTER: u8 = 0xFF;

/// Two bytes as a unit of UTF-16.
type Unit = fn([u8; 2]) -> u16;

#[derive(Debug)]
enum Encoding {
    /// Not known yet: fewer than four bytes came.
    Open(Vec<u8>),
    Utf8,
    Utf16(Utf16),
}

/// UTF-16 so far: the order of its bytes, and half a unit or half a pair that waits for the rest.
#[derive(Debug)]
struct Utf16 {
    unit: Unit,
    odd: Option<u8>,
    high: Option<u16>,
}

/// The text of an input while it comes in.
#[derive(Debug)]
pub(super) struct Decoder {
    gunzip: Option<Gunzip>,
    /// The first bytes, until there are enough to tell what they begin.
    first: Option<Vec<u8>>,
    encoding: Encoding,
}

impl Decoder {
    pub(super) const fn new() -> Self {
        Self {
            gunzip: None,
            first: Some(Vec::new()),
            encoding: Encoding::Open(Vec::new()),
        }
    }

    /// Whether an input whose next bytes these are is packed.
    pub(super) fn is_packed(&self, chunk: &[u8]) -> bool {
        let begun = self.first.as_ref().is_some_and(|first| {
            let mut bytes = first.iter().chain(chunk);
            let head = [bytes.next(), bytes.next()];
            matches!(head, [Some(first), Some(second)] if is_gzip(&[*first, *second]))
        });
        begun || self.gunzip.is_some()
    }

    /// Decodes a chunk into UTF-8; `out` gets it, piece by piece.
    pub(super) fn push(
        &mut self,
        chunk: &[u8],
        out: &mut dyn FnMut(&[u8]),
    ) -> Result<(), &'static str> {
        let Some(mut first) = self.first.take() else {
            return self.decoded(chunk, out);
        };
        first.extend_from_slice(chunk);
        if first.len() < 2 {
            self.first = Some(first);
            return Ok(());
        }
        self.gunzip = is_gzip(&first).then(formats::packed);
        self.decoded(&first, out)
    }

    fn decoded(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8])) -> Result<(), &'static str> {
        let encoding = &mut self.encoding;
        match &mut self.gunzip {
            None => encoding.push(chunk, out),
            Some(gunzip) => {
                return formats::unpack(gunzip, chunk, &mut |text| encoding.push(text, out));
            }
        }
        Ok(())
    }

    /// The input ends.
    pub(super) fn finish(&mut self, out: &mut dyn FnMut(&[u8])) -> Result<(), &'static str> {
        if let Some(first) = self.first.take() {
            self.decoded(&first, out)?;
        }
        let ended = self.gunzip.as_ref().map_or(Ok(()), Gunzip::finish);
        if let Encoding::Open(first) = &mut self.encoding {
            let first = std::mem::take(first);
            self.encoding.decide(&first, out);
        }
        if let Encoding::Utf16(Utf16 { odd, high, .. }) = &self.encoding
            && (odd.is_some() || high.is_some())
        {
            out(&[NO_CHARACTER]);
        }
        ended
    }
}

impl Encoding {
    fn push(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Utf8 => out(chunk),
            Self::Utf16(text) => text.push(chunk, out),
            Self::Open(first) => {
                first.extend_from_slice(chunk);
                if first.len() >= 4 {
                    let first = std::mem::take(first);
                    self.decide(&first, out);
                }
            }
        }
    }

    /// The encoding by the first bytes; they are decoded with it.
    fn decide(&mut self, first: &[u8], out: &mut dyn FnMut(&[u8])) {
        let (unit, rest): (Unit, &[u8]) = match first {
            [0xFF, 0xFE, rest @ ..] => (u16::from_le_bytes, rest),
            [0xFE, 0xFF, rest @ ..] => (u16::from_be_bytes, rest),
            // JSON starts with an ASCII character: a zero beside it tells the order.
            [start, 0, ..] if *start != 0 => (u16::from_le_bytes, first),
            [0, start, ..] if *start != 0 => (u16::from_be_bytes, first),
            _ => {
                *self = Self::Utf8;
                return out(first.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(first));
            }
        };
        let mut text = Utf16 {
            unit,
            odd: None,
            high: None,
        };
        text.push(rest, out);
        *self = Self::Utf16(text);
    }
}

impl Utf16 {
    fn push(&mut self, chunk: &[u8], out: &mut dyn FnMut(&[u8])) {
        let mut text = Vec::with_capacity(chunk.len() / 2 + 4);
        for byte in chunk {
            let Some(first) = self.odd.take() else {
                self.odd = Some(*byte);
                continue;
            };
            let unit = (self.unit)([first, *byte]);
            let mut push = |decoded: Option<char>| match decoded {
                Some(character) => {
                    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => text.push(NO_CHARACTER),
            };
            if let Some(high) = self.high.take() {
                if (0xDC00..0xE000).contains(&unit) {
                    let pair =
                        0x10000 + ((u32::from(high) & 0x3FF) << 10) + (u32::from(unit) & 0x3FF);
                    push(char::from_u32(pair));
                    continue;
                }
                push(None);
            }
            if (0xD800..0xDC00).contains(&unit) {
                self.high = Some(unit);
            } else {
                push(char::from_u32(u32::from(unit)));
            }
        }
        out(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::Decoder;

    fn decode(data: &[u8], size: usize) -> Result<Vec<u8>, &'static str> {
        let mut text = Vec::new();
        let mut decoder = Decoder::new();
        for chunk in data.chunks(size) {
            decoder.push(chunk, &mut |more| text.extend_from_slice(more))?;
        }
        decoder.finish(&mut |more| text.extend_from_slice(more))?;
        Ok(text)
    }

    /// Deflated without compression, as every gzip may be.
    fn gzip(data: &[u8]) -> Vec<u8> {
        let deflated = miniz_oxide::deflate::compress_to_vec(data, 6);
        let sum = !super::super::gzip::checksum(u32::MAX, data);
        let header = [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, b'n', b'.', b'j', 0];
        let length = u32::try_from(data.len()).unwrap();
        [
            &header[..],
            &deflated,
            &sum.to_le_bytes(),
            &length.to_le_bytes(),
        ]
        .concat()
    }

    #[test]
    fn a_powershell_redirect_reads_like_plain_text() {
        let text = "[{\"name\": \"b\u{e4}r \u{1F43B}\u{1F43B}\"}]";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xFF, 0xFE], little.as_slice()].concat();
        let with_bom = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        let packed = gzip(text.as_bytes());
        let twice = gzip(&marked);
        for data in [
            text.as_bytes(),
            &little,
            &big,
            &marked,
            &with_bom,
            &packed,
            &twice,
        ] {
            for size in [1, 2, 3, 7, 1000] {
                assert_eq!(decode(data, size).unwrap(), text.as_bytes(), "{size}");
            }
        }
        let members = [packed.as_slice(), packed.as_slice()].concat();
        assert_eq!(
            decode(&members, 5).unwrap(),
            [text, text].concat().as_bytes()
        );
        // A lone half of a pair, or of a unit.
        for cut in [
            &[0xFF, 0xFE, 0x5B][..],
            &[0xFF, 0xFE, 0x3D, 0xD8],
            &[0xFF, 0xFE, 0x3D, 0xD8, 0x5B, 0],
        ] {
            assert!(decode(cut, 9).unwrap().contains(&0xFF), "{cut:?}");
        }
    }

    #[test]
    fn damaged_gzip_is_refused() {
        let text = "[1, 2, 3]".repeat(1000);
        let packed = gzip(text.as_bytes());
        for cut in 2..packed.len() {
            assert!(decode(&packed[..cut], 64).is_err(), "{cut}");
        }
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 0x10;
            // Name, time and length are not looked at; nothing else changes unnoticed.
            if let Ok(read) = decode(&damaged, 64) {
                assert!(read == text.as_bytes() || at < 2, "{at}");
            }
        }
    }
}
