//! Bytes to text, whatever the shell made of them.

/// The text of an input: UTF-8 or UTF-16, with or without byte order mark.
pub(super) fn decode(data: &[u8]) -> Option<String> {
    match data {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // JSON starts with an ASCII character: a zero beside it tells the order.
        [first, 0, ..] if *first != 0 => utf16(data, u16::from_le_bytes),
        [0, first, ..] if *first != 0 => utf16(data, u16::from_be_bytes),
        _ => utf8(data),
    }
}

fn utf8(data: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(data).ok()?;
    (!text.contains('\0')).then(|| text.to_owned())
}

fn utf16(data: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, odd) = data.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_powershell_redirect_reads_like_plain_text() {
        let text = "[{\"name\": \"b\u{e4}r\"}]";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xFF, 0xFE], little.as_slice()].concat();
        let with_bom = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        for data in [text.as_bytes(), &little, &big, &marked, &with_bom] {
            assert_eq!(decode(data).as_deref(), Some(text));
        }
        assert_eq!(decode(&[0xFF, 0xFE, 0x5B]), None);
        assert_eq!(decode(&[0x89, 0x50, 0x4E, 0x47, 0x0D]), None);
    }
}
