//! The pages.

mod fleet;
mod lifecycle;
mod parts;
mod restore;
mod support;

pub(crate) use fleet::{Editor, EditorDialog, FleetPage};
pub(crate) use lifecycle::{LifecycleEmbed, LifecyclePage};
pub(crate) use restore::RestorePage;
pub(crate) use support::SupportPage;
