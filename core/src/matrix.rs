//! The support matrix.
