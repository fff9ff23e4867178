//! Text taken apart into the cells of a tape.

use super::{Cell, Extent, Kind, Span, Tape, UNESCAPED};

/// How deep values may be nested.
const MAX_DEPTH: usize = 100;
/// The longest text: spans have 31 bits.
const MAX_LENGTH: usize = 1 << 30;

impl Tape {
    /// Takes the object that the text begins with. `None` where there is no whole one, or one that is not plain.
    #[inline(never)]
    pub fn take(&mut self, text: &[u8]) -> Option<Extent> {
        self.cells.clear();
        self.unescaped.clear();
        let text = text.get(..MAX_LENGTH.min(text.len()))?;
        if text.first() != Some(&b'{') {
            return None;
        }
        let mut reader = Reader {
            tape: self,
            text,
            at: 0,
            lines: 0,
            line_start: 0,
        };
        reader.value(Span::default(), 0, 0)?;
        Some(Extent {
            length: reader.at,
            lines: reader.lines,
            line_start: reader.line_start,
        })
    }
}

struct Reader<'t, 'a> {
    tape: &'t mut Tape,
    text: &'a [u8],
    at: usize,
    lines: u64,
    line_start: usize,
}

impl Reader<'_, '_> {
    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = self.byte()?;
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' => {
                    self.lines += 1;
                    self.line_start = self.at + 1;
                }
                _ => return Some(byte),
            }
            self.at += 1;
        }
    }

    fn value(&mut self, key: Span, tag: u32, depth: usize) -> Option<()> {
        let place = self.tape.cells.len();
        self.tape.cells.push(Cell {
            kind: Kind::Null,
            tag,
            key,
            value: Span::default(),
            next: 0,
        });
        let (kind, value) = match self.next()? {
            b'"' => (Kind::Text, self.string()?),
            b'{' => (Kind::Object, self.members(depth)?),
            b'[' => (Kind::List, self.items(depth)?),
            b't' => (Kind::True, self.word(*b"true")?),
            b'f' => {
                self.at += 1;
                (Kind::False, self.word(*b"alse")?)
            }
            b'n' => (Kind::Null, self.word(*b"null")?),
            _ => (Kind::Number, self.number()?),
        };
        let next = u32::try_from(self.tape.cells.len()).ok()?;
        let cell = self.tape.cells.get_mut(place)?;
        (cell.kind, cell.value, cell.next) = (kind, value, next);
        Some(())
    }

    fn members(&mut self, depth: usize) -> Option<Span> {
        self.at += 1;
        if self.next()? == b'}' || depth > MAX_DEPTH {
            self.at += 1;
            return (depth <= MAX_DEPTH).then_some(Span::default());
        }
        loop {
            if self.next()? != b'"' {
                return None;
            }
            let key = self.string()?;
            let name = if key.start & UNESCAPED == 0 {
                self.text.get(key.start as usize..key.end as usize)?
            } else {
                let name = self.tape.unescaped.as_bytes();
                name.get((key.start & !UNESCAPED) as usize..(key.end & !UNESCAPED) as usize)?
            };
            let letter = |byte: Option<&u8>| u32::from(byte.map_or(0, u8::to_ascii_lowercase));
            let length = u32::try_from(name.len() & 0xFFFF).ok()?;
            let tag = length << 16 | letter(name.first()) << 8 | letter(name.last());
            if self.next()? != b':' {
                return None;
            }
            self.at += 1;
            self.value(key, tag, depth + 1)?;
            match self.next()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(Span::default());
                }
                _ => return None,
            }
        }
    }

    fn items(&mut self, depth: usize) -> Option<Span> {
        self.at += 1;
        if self.next()? == b']' || depth > MAX_DEPTH {
            self.at += 1;
            return (depth <= MAX_DEPTH).then_some(Span::default());
        }
        loop {
            self.value(Span::default(), 0, depth + 1)?;
            match self.next()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(Span::default());
                }
                _ => return None,
            }
        }
    }

    /// Takes a word of so many letters: a number is compared with a number, for there are millions of them.
    fn word<const N: usize>(&mut self, word: [u8; N]) -> Option<Span> {
        let fits = self.text.get(self.at..)?.first_chunk::<N>() == Some(&word);
        self.at += N;
        fits.then_some(Span::default())
    }

    fn span(start: usize, end: usize) -> Option<Span> {
        Some(Span {
            start: u32::try_from(start).ok()?,
            end: u32::try_from(end).ok()?,
        })
    }

    /// A number that is written plainly; one in the notation of science may be out of any range.
    fn number(&mut self) -> Option<Span> {
        let start = self.at;
        self.at += usize::from(self.byte()? == b'-');
        let whole = self.digits();
        let leading_zero = whole > 1 && self.text.get(self.at - whole) == Some(&b'0');
        if whole == 0 || whole > 300 || leading_zero {
            return None;
        }
        if self.byte()? == b'.' {
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.byte()?, b'e' | b'E') {
            return None;
        }
        Self::span(start, self.at)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// Goes on to the next byte of a text that is not just itself.
    fn plain(&mut self) -> Option<u8> {
        // Eight at a time, as long as none is a quote, a backslash or a control character.
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let rest = self.text.get(self.at..)?;
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
        for eight in rest.as_chunks::<8>().0 {
            let word = u64::from_le_bytes(*eight);
            let quote = zero(word ^ (ONES * 0x22));
            let backslash = zero(word ^ (ONES * 0x5C));
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
            if quote | backslash | control != 0 {
                break;
            }
            self.at += 8;
        }
        loop {
            let byte = self.byte()?;
            if matches!(byte, b'"' | b'\\' | 0..0x20) {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn string(&mut self) -> Option<Span> {
        self.at += 1;
        let start = self.at;
        match self.plain()? {
            b'"' => {
                self.at += 1;
                Self::span(start, self.at - 1)
            }
            b'\\' => self.escaped(start),
            _ => None,
        }
    }

    /// A text with escapes; `start` is where it began.
    fn escaped(&mut self, start: usize) -> Option<Span> {
        let first = self.tape.unescaped.len();
        let mut from = start;
        loop {
            let plain = self.text.get(from..self.at)?;
            self.tape
                .unescaped
                .push_str(std::str::from_utf8(plain).ok()?);
            match self.byte()? {
                b'"' => {
                    self.at += 1;
                    let span = Self::span(first, self.tape.unescaped.len())?;
                    let mark = |place: u32| place | UNESCAPED;
                    return Some(Span {
                        start: mark(span.start),
                        end: mark(span.end),
                    });
                }
                b'\\' => {
                    let escaped = self.escape()?;
                    self.tape.unescaped.push(escaped);
                    from = self.at;
                    self.plain()?;
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        self.at += 2;
        Some(match self.text.get(self.at - 1)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                if (0xD800..0xDC00).contains(&unit) {
                    self.word(*b"\\u")?;
                    let low = self.unit()?.checked_sub(0xDC00)?;
                    let pair = 0x10000 + ((unit - 0xD800) << 10) + low;
                    return (low < 0x400).then(|| char::from_u32(pair))?;
                }
                return char::from_u32(unit);
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let digit = |unit: u32, byte: &u8| Some(unit * 16 + char::from(*byte).to_digit(16)?);
        digits.iter().try_fold(0, digit)
    }
}
