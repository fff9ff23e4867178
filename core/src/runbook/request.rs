//! Addresses of requests, and requests to the lab's own endpoint.

use super::language::one_line;
use super::{RunbookItem, RunbookRequest, RunbookWait};
use crate::arm::Request;
use serde_json::Value;
use std::fmt::Write as _;

/// Path and query of a request about a resource.
pub(super) fn address(id: &str, api_version: &str) -> String {
    let mut path = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _written = write!(path, "%{byte:02X}");
        }
    }
    format!("{path}?api-version={api_version}")
}

/// A request on a resource.
pub(super) fn request(
    method: &str,
    id: impl ToString,
    api_version: &str,
    body: Value,
) -> RunbookItem {
    RunbookItem::Request(RunbookRequest {
        method: method.to_owned(),
        id: id.to_string(),
        api_version: api_version.to_owned(),
        body,
    })
}

impl RunbookRequest {
    /// Path and query.
    pub(super) fn address(&self) -> String {
        address(&self.id, &self.api_version)
    }

    /// The request as the lab's endpoint takes it.
    #[must_use]
    pub fn request(&self) -> Request {
        let body = match &self.body {
            Value::Null => String::new(),
            body => one_line(body),
        };
        Request {
            method: self.method.clone(),
            url: format!("https://management.azure.com{}", self.address()),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into_bytes(),
        }
    }
}

impl RunbookWait {
    /// One look at what is waited for, as the lab's endpoint takes it.
    #[must_use]
    pub fn request(&self) -> Request {
        Request {
            method: "GET".to_owned(),
            url: format!("https://management.azure.com{}", self.address()),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }
}
