//! What a runbook consists of, whatever its dialect.

use crate::cloud::Command;
use crate::json::Write;
use crate::units::SimInstant;
use serde_json::Value;

/// One step: what one command of the lab comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RunbookStep {
    /// When the lab did it; not said in the steps of a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<SimInstant>,
    /// What it is about, in a sentence.
    pub title: String,
    /// What the requests do not say of what was asked; it stands in the title too.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unsaid: String,
    /// Requests and waits, in their order.
    pub items: Vec<RunbookItem>,
    /// Whether the requests, sent to the lab's own endpoint, end in the state that the lab is in.
    pub replayed: bool,
    /// Whether the lab let the work be over at that very instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_once: Option<bool>,
    /// What no request does, as commands of the lab: beside the requests, or in their place where they are
    /// not replayed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lab: Vec<Command>,
}

/// A request, or a wait for what requests began.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum RunbookItem {
    /// A request.
    Request(RunbookRequest),
    /// A wait.
    Wait(RunbookWait),
}

/// A request to Azure Resource Manager.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RunbookRequest {
    /// `PUT`, `PATCH`, `POST` or `DELETE`.
    pub method: String,
    /// The resource's id, with the action behind it for a `POST`.
    pub id: String,
    /// The API version.
    pub api_version: String,
    /// The body; `null` where there is none.
    #[cfg_attr(feature = "wasm", tsify(type = "unknown"))]
    pub body: Value,
}

/// A condition that the next request needs.
#[derive(Clone, Debug, PartialEq, Eq, Write)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct RunbookWait {
    /// The resource's id.
    pub id: String,
    /// The API version.
    pub api_version: String,
    /// Whether its instance view is read, which tells how far a copy is.
    pub instance_view: bool,
}

impl RunbookWait {
    /// The field of the answer that is looked at.
    #[must_use]
    pub fn field(&self) -> &'static str {
        if self.instance_view {
            "properties.instanceView.statuses[0].code"
        } else {
            "properties.provisioningState"
        }
    }

    /// What it has to be.
    #[must_use]
    pub fn value(&self) -> &'static str {
        if self.instance_view {
            "ReplicationState/succeeded"
        } else {
            "Succeeded"
        }
    }

    /// Path and query of the request that reads it.
    pub(super) fn address(&self) -> String {
        let expand = if self.instance_view {
            "&$expand=instanceView"
        } else {
            ""
        };
        super::request::address(&self.id, &self.api_version) + expand
    }
}

impl RunbookStep {
    /// Its requests.
    pub fn requests(&self) -> impl Iterator<Item = &RunbookRequest> {
        self.items.iter().filter_map(|item| match item {
            RunbookItem::Request(request) => Some(request),
            RunbookItem::Wait(_) => None,
        })
    }
}
