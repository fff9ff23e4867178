//! How many points may still be created, and when again: the service counts the creations and copies of an hour.

use crate::arm::call::Call;
use crate::arm::error::Failure;
use crate::arm::http::Answer;
use crate::ids::ResourceId;
use crate::units::SimInstant;

const HOUR: i64 = 3600;

/// The creations or copies of the last hour: when each was.
fn lately<'c>(
    call: &'c Call<'_>,
    collection: &ResourceId,
    copies: bool,
    crash: Option<bool>,
) -> impl Iterator<Item = SimInstant> + 'c {
    let cloud = call.cloud();
    let now = cloud.now();
    let into = cloud.collections().get(collection);
    let vm = into.and_then(|into| cloud.virtual_machines().get(&into.source));
    let all = match (copies, into, vm) {
        (true, Some(into), _) => into.lately.as_slice(),
        (false, _, Some(vm)) => vm.lately.as_slice(),
        _ => &[],
    };
    let counts = move |kind: bool| crash.is_none_or(|crash| crash == kind);
    let recent = all.iter().filter(move |(_, kind)| counts(*kind));
    let recent = recent.map(|(at, _)| *at);
    recent.filter(move |at| now.since(*at).seconds() < HOUR as u64)
}

/// A refusal for coming too often says in how many seconds the oldest of the hour no longer counts.
pub(super) fn too_often(call: &Call<'_>, collection: &ResourceId, mut failure: Failure) -> Failure {
    if failure.status == 429 {
        let copies = call.at("properties.sourceRestorePoint").is_some();
        let crash = call.at("properties.consistencyMode").is_some();
        let first = lately(call, collection, copies, (!copies).then_some(crash)).min();
        let passed = first.map_or(0, |first| {
            call.cloud().now().unix_seconds() - first.unix_seconds()
        });
        failure.retry_after = Some((HOUR - passed).max(1));
    }
    failure
}

/// Tells how many may follow in this hour, where that is limited.
pub(super) fn tell(
    call: &Call<'_>,
    collection: &ResourceId,
    (copies, crash): (bool, bool),
    answer: &mut Answer,
) {
    let (name, setting) = match (copies, crash) {
        (true, _) => ("CopyRestorePoint", "limits.copiesPerCollectionPerHour"),
        (_, true) => (
            "CreateCrashConsistentRestorePoint",
            "limits.crashPointsPerHour",
        ),
        _ => (
            "CreateApplicationConsistentRestorePoint",
            "limits.applicationPointsPerHour",
        ),
    };
    let limit = call.cloud().settings().number(setting);
    let kind = (!copies).then_some(crash);
    let count = lately(call, collection, copies, kind).count() as u64;
    // Unlimited in the lab: what the service would say of the first.
    let left = if limit == 0 {
        2
    } else {
        limit.saturating_sub(count)
    };
    answer.header(
        "x-ms-ratelimit-remaining-resource",
        format!(
            "Microsoft.Compute/PutRestorePointResource;5,Microsoft.Compute/PutRestorePointSubscriptionMaximum;149,Microsoft.Compute/{name};{left}"
        ),
    );
}
