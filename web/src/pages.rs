//! The pages.

mod api;
mod fleet;
pub(crate) mod later;
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

pub(crate) use api::Console;
pub(crate) use fleet::{Editor, EditorPart, FleetPage};
pub(crate) use lifecycle::{Branch, LifecycleEmbed};
pub(crate) use plan::Plans;
pub(crate) use report::Evidence;
pub(crate) use support::{Asked, judged_fleet};
pub(crate) use tour::{Tour, TourPart};
