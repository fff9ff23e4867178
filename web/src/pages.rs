//! The pages.

mod api;
mod fleet;
mod lifecycle;
mod matrix;
mod parts;
mod report;
mod restore;
mod scenarios;
mod support;
mod tour;

pub(crate) use api::{ApiPage, Console};
pub(crate) use fleet::{Editor, EditorDialog, FleetPage};
pub(crate) use lifecycle::{LifecycleEmbed, LifecyclePage};
pub(crate) use matrix::MatrixPage;
pub(crate) use report::ReportPage;
pub(crate) use restore::RestorePage;
pub(crate) use scenarios::ScenariosPage;
pub(crate) use support::{Asked, SupportPage};
pub(crate) use tour::{Tour, TourCard};
