//! Addresses: host, path and query, decoded and without tricks.

use std::borrow::Cow;

/// The longest address that is read.
const LONGEST: usize = 8 * 1024;

/// An address in its parts.
#[derive(Clone, Debug)]
pub(super) struct Address<'a> {
    /// Scheme and host, such as `https://management.azure.com`.
    pub(super) origin: &'a str,
    /// The segments of the path, decoded.
    pub(super) path: Vec<Cow<'a, str>>,
    /// The query, decoded, in its order.
    pub(super) query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Address<'a> {
    /// Takes an address apart.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(url: &'a str) -> Result<Self, String> {
        if url.len() > LONGEST {
            return Err(format!("the address is longer than {LONGEST} characters"));
        }
        if url.chars().any(|c| c.is_control() || c == ' ' || c == '\\') {
            return Err("the address has characters that no address has".to_owned());
        }
        let start = url.find("://").ok_or("the address has no host")? + 3;
        let rest = url.get(start..).unwrap_or_default();
        let length = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at_checked(length).unwrap_or_default();
        if host.is_empty() {
            return Err("the address has no host".to_owned());
        }
        let origin = url.get(..start + length).unwrap_or_default();
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.strip_prefix('/').unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        let segments = path.split('/').filter(|_| !path.is_empty());
        let path: Vec<Cow<'a, str>> = segments.map(segment).collect::<Result<_, _>>()?;
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name, true)?, decode(value, true)?))
        });
        Ok(Self {
            origin,
            path,
            query: query.collect::<Result<_, String>>()?,
        })
    }

    /// A parameter of the query, its name in any case; one that is given twice counts as the first.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        let found = query.find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }
}

/// A segment of the path: no empty one, none that leads elsewhere.
fn segment(text: &str) -> Result<Cow<'_, str>, String> {
    let text = decode(text, false)?;
    if text.is_empty() || text == "." || text == ".." {
        return Err("the path has an empty segment, or one of dots".to_owned());
    }
    Ok(text)
}

/// Text without percent signs; a `+` in a query is a space.
fn decode(text: &str, query: bool) -> Result<Cow<'_, str>, String> {
    let has = |mark| text.contains(mark);
    if !(has('%') || query && has('+')) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let code = digit().and_then(|high| Some(high * 16 + digit()?));
                let code = code.and_then(|code| u8::try_from(code).ok());
                code.ok_or("a percent sign without two digits stands in the address")?
            }
            b'+' if query => b' ',
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| "the address is no UTF-8".to_owned())?;
    if text.chars().any(char::is_control) {
        return Err("the address has characters that no address has".to_owned());
    }
    Ok(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_taken_apart_and_decoded() {
        let address = Address::parse(
            "https://management.azure.com/subscriptions/s/x%2Fy/?%24expand=instanceView&Api-Version=1+2",
        )
        .unwrap();
        assert_eq!(address.origin, "https://management.azure.com");
        assert_eq!(address.path, ["subscriptions", "s", "x/y"]);
        assert_eq!(address.parameter("$expand"), Some("instanceView"));
        assert_eq!(address.parameter("api-version"), Some("1 2"));
    }

    #[test]
    fn tricks_are_refused() {
        for wrong in [
            "",
            "/subscriptions",
            "https://",
            "https:///x",
            "https://h/a//b",
            "https://h/a/../b",
            "https://h/a/%2e%2e/b",
            "https://h/a%0d%0ax",
            "https://h/a\r\nx",
            "https://h/a%zz",
            "https://h/a%2",
            "https://h/%ff",
            "https://h/?a=%00",
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Address::parse(&format!("https://h/{}", "x".repeat(9000))).is_err());
    }
}
