//! The endpoint of Azure Resource Manager, in memory.
//!
//! A request goes by one table of operations to a handler, which reads the state and changes it by the
//! commands of [`cloud`](crate::cloud): what a request did stands in the log like everything else. Bodies
//! are the service's, key by key; what a resource is given and the lab does not simulate is kept beside it.

mod access;
mod body;
mod call;
mod collections;
mod coverage;
mod disk_accesses;
mod disks;
mod encryption_sets;
mod error;
mod fields;
mod http;
mod instant_access;
mod machines;
mod operation;
mod others;
mod points;
mod route;
mod snapshots;
mod table;
mod url;
mod work;

pub use coverage::{
    CoveredField, CoveredOperation, DEVIATIONS, RefusedValue, covered_fields, covered_operations,
    refused_values,
};
pub use http::{Answer, Request};

use crate::timeline::Timeline;

/// How the endpoint behaves beside what is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// Whether long-running work is over at the first poll, instead of when time says so.
    pub first_poll: bool,
    /// Whether a resource group has to be there before it is used.
    pub strict_scopes: bool,
}

/// The answer to one request too many: come again in so many seconds.
#[must_use]
pub fn too_many(seconds: i64) -> Answer {
    let message = "The request is being throttled as the limit has been reached for the operation type. Please try again later.";
    let failure = error::Failure {
        retry_after: Some(seconds),
        ..error::Failure::new(429, "TooManyRequests", message)
    };
    let mut answer = failure.answer();
    answer.header("x-ms-ratelimit-remaining-subscription-reads", "0");
    answer
}

/// Tells how many requests may follow in this minute, where that is limited.
pub fn tell_remaining(answer: &mut Answer, left: u64) {
    for (name, value) in &mut answer.headers {
        if name.starts_with("x-ms-ratelimit-remaining-subscription") {
            *value = left.to_string();
        }
    }
}

/// Answers a request.
pub fn handle(timeline: &mut Timeline, mode: &Mode, request: &Request) -> Answer {
    let mut answer = match route::route(timeline, mode, request) {
        Ok(answer) => answer,
        Err(failure) if failure.status == 0 => {
            return Answer {
                status: 0,
                headers: Vec::new(),
                body: failure.code.into_bytes(),
            };
        }
        Err(failure) => failure.answer(),
    };
    answer.header("cache-control", "no-cache");
    answer.header("pragma", "no-cache");
    answer.header("expires", "-1");
    answer.header("x-content-type-options", "nosniff");
    answer.header(
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    );
    let number = timeline.log().len().to_string();
    let id = timeline.cloud().guid_of(&(request.url.clone() + &number));
    answer.header("x-ms-request-id", id);
    answer
}
