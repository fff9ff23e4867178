//! What surrounds every page.

mod drop_zone;
mod header;
mod intake;
mod keys;
mod navigation;
mod scenario_menu;
mod theme;
mod toasts;

pub(crate) use drop_zone::DropZone;
pub(crate) use header::{Header, choose_edition, edition_name};
pub(crate) use intake::{Intake, Pending};
pub(crate) use keys::shortcuts;
pub(crate) use navigation::{Navigation, Tabs};
pub(crate) use theme::Theme;
pub(crate) use toasts::Toasts;
