//! Spans of bytes and how they are asked for.

use super::answer::{BlobRequest, Trouble};

/// Bytes from `first` up to, but without, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u64,
    pub(super) end: u64,
}

impl Span {
    pub(super) const fn len(self) -> u64 {
        self.end.saturating_sub(self.first)
    }

    /// The part of a file of `length` bytes that `x-ms-range`, or else `Range`, asks for.
    ///
    /// # Errors
    /// What is no `bytes=FIRST-LAST` or `bytes=FIRST-`, and a span that begins behind the end.
    pub(super) fn asked(request: &BlobRequest<'_>, length: u64) -> Result<Option<Self>, Trouble> {
        let (name, text) = match request.header("x-ms-range")? {
            Some(text) => ("x-ms-range", text),
            None => match request.header("range")? {
                Some(text) => ("range", text),
                None => return Ok(None),
            },
        };
        let (first, last) = read(text).ok_or_else(|| Trouble::bad_header(name))?;
        let end = last.map_or(length, |last| last.saturating_add(1).min(length));
        if first < end {
            Ok(Some(Self { first, end }))
        } else {
            Err(Trouble::beyond(length))
        }
    }

    /// Copies what lies in both spans from the bytes of `at` to the bytes of this one.
    pub(super) fn copy(self, at: Self, from: &[u8], to: &mut [u8]) {
        let (first, end) = (self.first.max(at.first), self.end.min(at.end));
        let place = |base: u64| {
            let start = usize::try_from(first.checked_sub(base)?).ok()?;
            Some(start..usize::try_from(end.checked_sub(base)?).ok()?)
        };
        if first < end
            && let Some(to) = place(self.first).and_then(|place| to.get_mut(place))
            && let Some(from) = place(at.first).and_then(|place| from.get(place))
        {
            to.copy_from_slice(from);
        }
    }
}

fn read(text: &str) -> Option<(u64, Option<u64>)> {
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let last = match last {
        "" => None,
        last => Some(number(last)?),
    };
    Some((number(first)?, last))
}
