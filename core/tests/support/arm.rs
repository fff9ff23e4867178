//! Requests in tests: sent to a lab, answered with JSON.

use rplab_core::api::{Lab, Request};
use serde_json::Value;

/// An answer with its body as JSON; `null` where it has none.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Reply {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Sends a request; `null` is no body.
pub(crate) fn send(lab: &mut Lab, method: &str, url: &str, body: &Value) -> Reply {
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    send_bytes(lab, method, url, body)
}

/// Sends a request with a body as it is.
pub(crate) fn send_bytes(lab: &mut Lab, method: &str, url: &str, body: Vec<u8>) -> Reply {
    let request = Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body,
    };
    let answer = lab.request(&request);
    let body = match answer.body.as_slice() {
        [] => Value::Null,
        bytes => serde_json::from_slice(bytes).unwrap(),
    };
    Reply {
        status: answer.status,
        headers: answer
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body,
    }
}
