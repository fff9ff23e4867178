//! Copy-on-write block store.
