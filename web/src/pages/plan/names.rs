//! What the words of a forecast are called on the page.

use super::draft::FILLED;
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

/// What the form calls the field that a refusal begins with.
pub(super) fn field(refusal: &str) -> Option<&'static str> {
    of_path(refusal.split_once(": ")?.0)
}

/// The field of the form that a refusal is about; the form's own refusals begin with its name.
pub(super) fn marked(refusal: &str) -> Option<&'static str> {
    field(refusal).or_else(|| refusal.starts_with(FILLED).then_some(FILLED))
}

/// What the form calls a field of the plan.
fn of_path(path: &str) -> Option<&'static str> {
    // What is no number is refused before the plan is one.
    Some(match path.strip_prefix("plan.").unwrap_or(path) {
        "changeThousandthsPerDay" => "Changed a day, per mille",
        "horizonDays" => "Days foretold",
        "policy.schedule.intervalHours" => "Every hours",
        "policy.schedule.time" => "At, UTC",
        "policy.instantRestoreDays" => "Instant restore days",
        "policy.dailyRetentionDays" => "Every point, days",
        "policy.weeklyRetention.weeks" => "Sunday's, weeks",
        "policy.monthlyRetention.months" => "First of a month, months",
        "policy.yearlyRetention.years" => "First of January, years",
        "policy.keepLast" => "The newest, always",
        "copies[0].policy.dailyRetentionDays" => "Keep there, days",
        "objectives.rpo" => "RPO, hours",
        "objectives.remoteRpo" => "RPO there, hours",
        "objectives.retentionDays" => "Reach back, days",
        "objectives.monthlyBudgetMillionths" => "Budget a month",
        "guest.scope" => "Protect",
        "guest.intervalMinutes" => "On the server's disk every, minutes",
        "guest.diskRecoveryPoints" => "Points there",
        rate if rate.starts_with("rates.") => "Rates",
        _ => return None,
    })
}

/// Whom or what a note is about, as the page calls it.
pub(super) fn about(name: &str) -> &str {
    match name {
        "settings.edition" => "Edition",
        "service" => "Service",
        "guest.diskRecoveryPoints" => "Points on the server's disk",
        other => of_path(other).unwrap_or(other),
    }
}

/// Whom or what a limit is about. Those of a subscription in a region begin with its id, which nobody knows by heart: of
/// the only one of a plan it is enough to say that it is this one.
pub(super) fn limited(all: &[Value], one: &Value) -> String {
    let about = |one: &Value| text(one, "/about");
    let about_one = about(one);
    let Some((subscription, region)) = about_one.split_once(", ") else {
        return about_one;
    };
    let another = |other: &Value| {
        let about = about(other);
        about
            .split_once(", ")
            .is_some_and(|(other, _)| other != subscription)
    };
    if all.iter().any(another) {
        format!("subscription {subscription}, {region}")
    } else {
        format!("this subscription, {region}")
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
    use super::{about, field, limited, marked, metered, objective};
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
        assert_eq!(
            field("policy.keepLast: no number"),
            Some("The newest, always")
        );
        assert_eq!(field("plan.horizonDays: no number"), Some("Days foretold"));
        assert_eq!(field("fleet.machines[0]: no number"), None);
        assert_eq!(about("policy.schedule.intervalHours"), "Every hours");
        assert_eq!(about("vm-app-01"), "vm-app-01");
        let full = "Full where nobody says it, per cent";
        assert_eq!(marked(&format!("{full}: a whole number")), Some(full));
        assert_eq!(marked("horizonDays: no number"), Some("Days foretold"));
    }
    #[test]
    fn a_subscription_is_named_by_its_id_only_where_there_are_several() {
        let about = |about: &str| json!({ "about": about });
        let (vm, one) = (about("each VM"), about("4f0a, eastus"));
        let (there, other) = (about("4f0a, westus"), about("9b1c, eastus"));
        let few = [vm.clone(), one.clone(), there];
        assert_eq!(limited(&few, &vm), "each VM");
        assert_eq!(limited(&few, &one), "this subscription, eastus");
        let two = [one.clone(), other];
        assert_eq!(limited(&two, &one), "subscription 4f0a, eastus");
    }
}
