//! The pages.

mod api;
mod fleet;
mod lifecycle;
mod matrix;
mod parts;
mod plan;
mod report;
mod restore;
mod runbook;
mod scenarios;
mod support;
mod tour;

pub(crate) use api::{ApiPage, Console};
pub(crate) use fleet::{Editor, EditorDialog, FleetPage};
pub(crate) use lifecycle::{Branch, LifecycleEmbed, LifecyclePage};
pub(crate) use matrix::MatrixPage;
pub(crate) use plan::{PlanPage, Plans};
pub(crate) use report::{Evidence, ReportPage};
pub(crate) use restore::RestorePage;
pub(crate) use scenarios::ScenariosPage;
pub(crate) use support::{Asked, SupportPage};
pub(crate) use tour::{Tour, TourCard};
