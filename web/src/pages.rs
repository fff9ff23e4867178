//! The pages.

mod fleet;
mod lifecycle;
mod restore;
mod support;

pub(crate) use fleet::FleetPage;
pub(crate) use lifecycle::LifecyclePage;
pub(crate) use restore::RestorePage;
pub(crate) use support::SupportPage;
