//! The pages that are fetched when they are first opened. The fleet comes with the planner itself.

use super::api::ApiPage;
use super::lifecycle::LifecyclePage;
use super::matrix::MatrixPage;
use super::plan::PlanPage;
use super::report::ReportPage;
use super::restore::RestorePage;
use super::scenarios::ScenariosPage;
use super::support::SupportPage;
use crate::later::{NotFetched, Show};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

#[wasm_split(support, fallible)]
pub(crate) fn support() -> Result<Show, NotFetched> {
    Ok(|| view! { <SupportPage /> }.into_any())
}

#[wasm_split(lifecycle, fallible)]
pub(crate) fn lifecycle() -> Result<Show, NotFetched> {
    Ok(|| view! { <LifecyclePage /> }.into_any())
}

#[wasm_split(restore, fallible)]
pub(crate) fn restore() -> Result<Show, NotFetched> {
    Ok(|| view! { <RestorePage /> }.into_any())
}

#[wasm_split(plan, fallible)]
pub(crate) fn plan() -> Result<Show, NotFetched> {
    Ok(|| view! { <PlanPage /> }.into_any())
}

#[wasm_split(scenarios, fallible)]
pub(crate) fn scenarios() -> Result<Show, NotFetched> {
    Ok(|| view! { <ScenariosPage /> }.into_any())
}

#[wasm_split(report, fallible)]
pub(crate) fn report() -> Result<Show, NotFetched> {
    Ok(|| view! { <ReportPage /> }.into_any())
}

#[wasm_split(api, fallible)]
pub(crate) fn api() -> Result<Show, NotFetched> {
    Ok(|| view! { <ApiPage /> }.into_any())
}

#[wasm_split(matrix, fallible)]
pub(crate) fn matrix() -> Result<Show, NotFetched> {
    Ok(|| view! { <MatrixPage /> }.into_any())
}
