//! The endpoint of a lab: requests as official clients send them.

use super::{BlobRequest, Lab, LongRunning};
use crate::arm::{self, Answer, Mode, Request};

impl Lab {
    /// Answers a request as the service does: ARM, or, by its host, the page blob behind a granted address.
    ///
    /// What it changes stands in the log as commands. A request that is refused changes nothing.
    pub fn request(&mut self, request: &Request) -> Answer {
        if is_blob_host(request.host()) {
            let read = self.read_blob(&BlobRequest {
                method: &request.method,
                url: &request.url,
                headers: &request.headers,
            });
            return Answer {
                status: read.status,
                headers: read.headers,
                body: read.body,
            };
        }
        let mode = Mode {
            first_poll: self.options().long_running != Some(LongRunning::Clock),
            strict_scopes: self.options().strict_scopes,
        };
        let cloud = self.timeline.cloud();
        let (limit, now) = (cloud.settings().requests_per_minute(), cloud.now());
        let minute = now.unix_seconds().div_euclid(60);
        if self.requests.0 != minute {
            self.requests = (minute, 0);
        }
        if limit > 0 && self.requests.1 >= limit {
            let left = 60 - now.unix_seconds().rem_euclid(60);
            return arm::too_many(left);
        }
        self.requests.1 += 1;
        let mut answer = arm::handle(&mut self.timeline, &mode, request);
        if answer.status == 0 {
            // It was not answered, and comes again.
            self.requests.1 = self.requests.1.saturating_sub(1);
            return answer;
        }
        if limit > 0 {
            arm::tell_remaining(&mut answer, limit.saturating_sub(self.requests.1));
        }
        answer
    }
}

/// Whether a host is one of page blobs.
fn is_blob_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.contains(".blob.") || host.contains(".disk.storage.")
}
