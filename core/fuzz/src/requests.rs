//! Requests to the endpoint, put together as the bytes of an input say.

use crate::input::Input;
use rplab_core::api::Request;

#[path = "../../tests/support/requests.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod parts;

use parts::Parts;

/// The most requests of an input: each one is judged by digests of the whole lab.
const MOST: usize = 24;

/// The requests of an input.
fn requests(input: &Input) -> Vec<Request> {
    let parts = Parts::new();
    let steps = input.steps().take(MOST);
    let request = |step: &[u8]| {
        let mut bytes = step.iter().copied();
        parts.request(&mut |count| usize::from(bytes.next().unwrap_or_default()) % count)
    };
    steps.map(request).collect()
}

/// Plays an input. Panics where an answer is not what every answer is, a refusal changed something, or the lab
/// comes back otherwise from its file.
pub(crate) fn play(input: &Input) {
    let mut lab = parts::lab();
    for request in requests(input) {
        let _carried_out = parts::check(&mut lab, &request);
    }
    parts::check_file(&lab);
}

/// The requests, for people.
pub(crate) fn show(input: &Input) {
    for request in requests(input) {
        let body = String::from_utf8_lossy(&request.body);
        println!("fuzz      {} {} {body}", request.method, request.url);
    }
}
