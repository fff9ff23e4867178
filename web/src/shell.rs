//! What surrounds every page.

mod banner;
mod drop_zone;
mod find;
mod header;
mod intake;
mod keys;
mod navigation;
mod offline;
mod passing;
mod project_list;
mod scenario_file;
mod scenario_menu;
mod share;
mod theme;
mod toasts;

pub(crate) use banner::Banner;
pub(crate) use drop_zone::DropZone;
pub(crate) use find::{FindPart, Finder};
pub(crate) use header::{Header, choose_edition, edition_name};
pub(crate) use intake::{Intake, LargeFleet, Pending};
pub(crate) use keys::{KeysPart, shortcuts, single_keys};
pub(crate) use navigation::{Navigation, Tabs};
pub(crate) use offline::keep_offline;
pub(crate) use project_list::ProjectPart;
pub(crate) use share::{SharePart, Sharing};
pub(crate) use theme::Theme;
pub(crate) use toasts::Toasts;
