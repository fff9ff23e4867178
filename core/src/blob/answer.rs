//! What is asked and answered, and the troubles of a request.

use crate::store::StoreError;

/// A request for a blob, as it comes over the wire.
#[derive(Clone, Copy, Debug)]
pub struct BlobRequest<'a> {
    /// `GET`, `HEAD`.
    pub method: &'a str,
    /// The whole address.
    pub url: &'a str,
    /// Names in any case, with their values.
    pub headers: &'a [(String, String)],
}

impl<'a> BlobRequest<'a> {
    pub(super) fn is_head(&self) -> bool {
        self.method.eq_ignore_ascii_case("HEAD")
    }

    /// The value of a header.
    ///
    /// # Errors
    /// It stands there twice.
    pub(super) fn header(&self, name: &'static str) -> Result<Option<&'a str>, Trouble> {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Trouble::bad_header(name)),
        }
    }
}

/// An answer as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body; what a header says of its length holds for the whole where a part was asked for.
    pub body: Vec<u8>,
}

impl BlobAnswer {
    pub(super) fn new(status: u16, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub(super) fn add(&mut self, name: &'static str, value: String) {
        self.headers.push((name, value));
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as XML, with its length.
    pub(super) fn set_xml(&mut self, text: String) {
        self.add("content-type", "application/xml".to_owned());
        self.add("content-length", text.len().to_string());
        self.body = text.into_bytes();
    }
}

/// Why a request is not served: the storage service's status, code and message.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) status: u16,
    code: &'static str,
    message: &'static str,
    /// What the message is about, and a header that goes with it.
    about: Option<(&'static str, String)>,
}

impl Trouble {
    pub(super) const AUTHENTICATION: Self = Self::new(
        403,
        "AuthenticationFailed",
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    );
    pub(super) const PERMISSION: Self = Self::new(
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
    );
    pub(super) const NOT_FOUND: Self =
        Self::new(404, "BlobNotFound", "The specified blob does not exist.");
    pub(super) const VERB: Self = Self::new(
        405,
        "UnsupportedHttpVerb",
        "The resource doesn't support specified Http Verb.",
    );
    pub(super) const CONDITION: Self = Self::new(
        412,
        "ConditionNotMet",
        "The condition specified using HTTP conditional header(s) is not met.",
    );
    pub(super) const UNCHANGED: Self = Self::new(304, "ConditionNotMet", "");
    pub(super) const PREVIOUS_GONE: Self = Self::new(
        409,
        "PreviousSnapshotNotFound",
        "The previous snapshot is not found.",
    );
    pub(super) const PREVIOUS_NEWER: Self = Self::new(
        400,
        "PreviousSnapshotCannotBeNewer",
        "The prevsnapshot query parameter value cannot be newer than snapshot query parameter value.",
    );
    pub(super) const PREVIOUS_OF_OTHER: Self = Self::new(
        409,
        "PreviousSnapshotOperationNotSupported",
        "Differential Get Page Ranges is not supported on the previous snapshot.",
    );
    pub(super) const TOO_LARGE: Self = Self::new(
        400,
        "OutOfRangeInput",
        "The lab carries at most 64 MiB in one answer: ask for ranges, or read through blobHttpClient or serve, which stream.",
    );

    pub(super) const fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            code,
            message,
            about: None,
        }
    }

    pub(super) fn bad_parameter(name: &'static str) -> Self {
        Self::new(
            400,
            "InvalidQueryParameterValue",
            "Value for one of the query parameters specified in the request URI is invalid.",
        )
        .with("QueryParameterName", name.to_owned())
    }

    pub(super) fn bad_header(name: &'static str) -> Self {
        Self::new(
            400,
            "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format.",
        )
        .with("HeaderName", name.to_owned())
    }

    pub(super) fn unsupported_header(name: &'static str) -> Self {
        Self::new(
            400,
            "UnsupportedHeader",
            "One of the HTTP headers specified in the request is not supported.",
        )
        .with("HeaderName", name.to_owned())
    }

    pub(super) fn beyond(length: u64) -> Self {
        Self::new(
            416,
            "InvalidRange",
            "The range specified is invalid for the current size of the resource.",
        )
        .with("content-range", format!("bytes */{length}"))
    }

    pub(super) fn store(error: &StoreError) -> Self {
        Self::new(500, "InternalError", "The lab's store refused the reading.")
            .with("Reason", error.to_string())
    }

    fn with(self, name: &'static str, value: String) -> Self {
        Self {
            about: Some((name, value)),
            ..self
        }
    }

    pub(super) fn answer(self, is_head: bool) -> BlobAnswer {
        let mut answer = BlobAnswer::new(self.status, Vec::new());
        answer.add("x-ms-error-code", self.code.to_owned());
        let mut detail = String::new();
        match self.about {
            Some(("content-range", value)) => answer.add("content-range", value),
            Some((name, value)) => {
                detail = format!("<{name}>{}</{name}>", escaped(&value));
            }
            None => {}
        }
        if !is_head && self.status != 304 {
            answer.set_xml(format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{}</Code><Message>{}</Message>{detail}</Error>",
                self.code, self.message
            ));
        }
        answer
    }
}

/// Text as XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
