//! Restores, proved: what came back is what was there.

mod digest_of;
mod proof;

pub use digest_of::digest_of;
pub use proof::{DiskProof, ProofError, prove_disk};
