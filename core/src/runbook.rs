//! Runbooks: what was done in a lab, as texts that do it in Azure.
//!
//! Commands become steps: requests to Azure Resource Manager, waits for what goes on, and what no request
//! does. Every dialect is written from the same steps, and the requests are tried on the lab's own endpoint
//! while they are made, so a step says of itself whether its requests end in the same state.

mod asked;
mod backup;
mod declare;
mod facts;
mod http;
mod idiom;
mod language;
mod plan;
mod record;
mod request;
mod script;
mod step;
mod target;
mod template;
mod terraform;
mod translate;

pub(crate) use asked::to_fill;
pub use plan::plan_steps;
pub use record::record;
pub use step::{RunbookItem, RunbookRequest, RunbookStep, RunbookWait};

use crate::json::{Read, Write};

/// The language of a runbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Dialect {
    /// Requests in a `.http` file.
    Rest,
    /// A bash script of `az` commands.
    AzCli,
    /// A PowerShell script of Az cmdlets.
    PowerShell,
    /// An ARM template.
    ArmTemplate,
    /// A Bicep file.
    Bicep,
    /// Terraform: azurerm where it has the resource, azapi otherwise.
    Terraform,
}

/// The steps in a dialect; `title` and `engine` stand in the first lines.
#[must_use]
pub fn write(title: &str, engine: &str, steps: &[RunbookStep], dialect: Dialect) -> String {
    let head = [
        title.to_owned(),
        format!("Made by Restore Point Lab {engine}. Read it before you run it."),
    ];
    match dialect {
        Dialect::Rest => http::write(&head, steps),
        Dialect::AzCli => script::write(&head, steps, &script::AZ),
        Dialect::PowerShell => script::write(&head, steps, &script::POWERSHELL),
        Dialect::ArmTemplate => template::write(&head, steps, language::Language::Json),
        Dialect::Bicep => template::write(&head, steps, language::Language::Bicep),
        Dialect::Terraform => terraform::write(&head, steps),
    }
}
