//! Requests in tests: addressed, sent to a lab, answered with JSON.

use rplab_core::api::{Lab, Request};
use serde_json::Value;

/// Where Azure answers.
pub(crate) const HOST: &str = "https://management.azure.com";

/// What most suites are about: one group's computing.
pub(crate) const B: &str = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute";

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

    /// The status, and the code of a refusal.
    pub(crate) fn code(&self) -> (u16, &str) {
        let code = self.body["error"]["code"].as_str();
        (self.status, code.unwrap_or_default())
    }
}

/// The address of a path, from the root or else below [`B`], in a version.
pub(crate) fn address(path: &str, version: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    let path = match path.starts_with('/') {
        true => path.to_owned(),
        false => format!("{B}/{path}"),
    };
    format!("{HOST}{path}{mark}api-version={version}")
}

/// Sends a request to a path of [`address`].
pub(crate) fn ask(lab: &mut Lab, method: &str, path: &str, version: &str, body: &Value) -> Reply {
    send(lab, method, &address(path, version), body)
}

/// Reads what is there.
pub(crate) fn read(lab: &mut Lab, path: &str, version: &str) -> Value {
    let reply = ask(lab, "GET", path, version, &Value::Null);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.body
}

/// Sends what is taken.
pub(crate) fn taken(lab: &mut Lab, method: &str, path: &str, version: &str, body: &Value) -> Reply {
    let reply = ask(lab, method, path, version, body);
    assert!(reply.status < 300, "{path}: {}", reply.body);
    reply
}

/// Sends what is taken and has ended when it is asked about.
pub(crate) fn done(lab: &mut Lab, method: &str, path: &str, version: &str, body: &Value) -> Reply {
    let reply = taken(lab, method, path, version, body);
    if let Some(address) = reply.header("azure-asyncoperation") {
        let polled = send(lab, "GET", address, &Value::Null);
        let ended = (polled.status, polled.body["status"].as_str());
        assert_eq!(ended, (200, Some("Succeeded")), "{path}: {}", polled.body);
    }
    reply
}

/// Sends what changes nothing.
pub(crate) fn without_effect(
    lab: &mut Lab,
    method: &str,
    path: &str,
    version: &str,
    body: &Value,
) -> Reply {
    let before = lab.digest();
    let reply = ask(lab, method, path, version, body);
    assert_eq!(lab.digest(), before, "{path}");
    reply
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
