//! The address of a request, taken apart.

use super::answer::Trouble;

/// `https://md-ACCOUNT.ANYTHING/PATH?QUERY`, decoded where it has to be.
pub(super) struct Address<'a> {
    /// What stands behind `md-` in the first part of the host.
    pub(super) account: Option<&'a str>,
    /// Container and name, without the first slash.
    pub(super) path: &'a str,
    query: Vec<(String, String)>,
}

impl<'a> Address<'a> {
    pub(super) fn read(url: &'a str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let (host, rest) = rest.split_once('/')?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let query = query.split('#').next().unwrap_or_default();
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((decoded(name)?, decoded(value)?));
        }
        let name = host.split('.').next().unwrap_or_default();
        Some(Self {
            account: name.strip_prefix("md-"),
            path,
            query: pairs,
        })
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// It stands there twice.
    pub(super) fn parameter(&self, name: &'static str) -> Result<Option<&str>, Trouble> {
        let mut values = self
            .query
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Trouble::bad_parameter(name)),
        }
    }
}

/// Text with its `%XX` as bytes; none where that is no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}
