//! Reads of page blobs.

use super::{BlobAnswer, BlobRequest, Lab};

impl Lab {
    /// Answers a request for the page blob behind a signed address. Changes nothing.
    #[must_use]
    pub fn read_blob(&self, request: &BlobRequest<'_>) -> BlobAnswer {
        crate::blob::answer(self.timeline.cloud(), request)
    }
}
