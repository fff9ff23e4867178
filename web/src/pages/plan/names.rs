//! What the words of a forecast are called on the page.

use super::text;
use serde_json::Value;

/// An objective, with its region where it has one.
pub(super) fn objective(one: &Value) -> String {
    let name = match text(one, "/objective").as_str() {
        "rpo" => "RPO",
        "remoteRpo" => "RPO in",
        "region" => "Points in",
        "retentionDays" => "Reach back",
        "restorableWithin" => "Restorable within",
        "wholeVm" => "What must come back",
        "monthlyBudget" => "Budget a month",
        other => return other.to_owned(),
    };
    placed(name, &text(one, "/region"))
}

/// What is metered, with its region where it has one.
pub(super) fn metered(line: &Value) -> String {
    let region = text(line, "/region");
    let comma = if region.is_empty() { "" } else { "," };
    placed(&format!("{}{comma}", meter(&text(line, "/meter"))), &region)
}

/// What is metered.
pub(super) fn meter(word: &str) -> &str {
    match word {
        "storedSource" => "Points",
        "storedTarget" => "Copies",
        "storedVault" => "Vault",
        "transfer" => "Transfer",
        "transactions" => "Transactions of copies",
        "instanceFeeSmall" => "Protected VMs up to 50 GB",
        "instanceFee" => "Protected VMs",
        "restoreFee" => "Restores with instant access",
        "restoredDisk" => "Restored disks",
        other => other,
    }
}

/// Where points are kept.
pub(super) fn tier(tier: &Value) -> String {
    match text(tier, "/tier").as_str() {
        "snapshots" => "Snapshots",
        "vault" => "Vault",
        "copies" => "Copies",
        other => return other.to_owned(),
    }
    .to_owned()
}

/// The same with its region.
pub(super) fn tier_there(one: &Value) -> String {
    placed(&tier(one), &text(one, "/region"))
}

fn placed(name: &str, region: &str) -> String {
    if region.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {region}")
    }
}

#[cfg(test)]
mod tests {
    use super::{metered, objective};
    use serde_json::json;

    #[test]
    fn words_of_a_forecast_have_names() {
        let one = json!({ "objective": "remoteRpo", "region": "westeurope" });
        assert_eq!(objective(&one), "RPO in westeurope");
        assert_eq!(
            objective(&json!({ "objective": "rpo", "region": "" })),
            "RPO"
        );
        let line = json!({ "meter": "storedSource", "region": "eastus2" });
        assert_eq!(metered(&line), "Points, eastus2");
    }
}
