//! Restores, proved: what came back is what was there.

mod content_digest;
mod proof;

pub use content_digest::{ContentHasher, digest_of};
pub use proof::{DiskProof, ProofError, prove_disk};
