//! The simulated service.

mod command;

pub use command::*;
