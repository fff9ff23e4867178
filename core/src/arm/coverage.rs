//! What the endpoint covers, as the page about it lists it.

use super::disks::NOT_SIMULATED;
use super::fields::BODIES;
use super::others::OTHER_ACTIONS;
use super::table::{OPERATIONS, Scope};

/// An operation that the endpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredOperation {
    /// Its name in the service's specification.
    pub name: &'static str,
    /// `GET`, `PUT` and so on.
    pub method: &'static str,
    /// What its path begins with.
    pub scope: &'static str,
    /// The rest of its path, with `{}` for names.
    pub path: &'static str,
    /// The first API version that has it; empty where that decides nothing.
    pub since: &'static str,
    /// `simulated` or `refused`.
    pub status: &'static str,
}

/// A value of a field that is refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedValue {
    /// The field's path in the body.
    pub path: &'static str,
    /// The value.
    pub value: &'static str,
    /// Why.
    pub why: &'static str,
}

/// Every value of a disk's body that is refused by name.
pub fn refused_values() -> impl Iterator<Item = RefusedValue> {
    NOT_SIMULATED.iter().map(|(value, why)| RefusedValue {
        path: "properties.creationData.createOption",
        value,
        why,
    })
}

/// A field of a body that the endpoint reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredField {
    /// What the names of the operations begin with that take it.
    pub operations: &'static str,
    /// Its path in the body.
    pub path: &'static str,
    /// `text`, `true or false`, `number`, `object`, `list`, or words parted by `|`.
    pub kind: &'static str,
    /// `simulated`, `kept`, `ignored` or `refused`.
    pub status: &'static str,
}

/// Every operation: those of the table in its order, then those that are refused by name.
pub fn covered_operations() -> impl Iterator<Item = CoveredOperation> {
    let named = OPERATIONS
        .iter()
        .filter(|operation| !operation.name.ends_with('_'));
    let own = named.map(|operation| CoveredOperation {
        name: operation.name,
        method: operation.method,
        scope: match operation.scope {
            Scope::Subscription => "subscription",
            Scope::Group => "resource group",
        },
        path: operation.path,
        since: operation.since,
        status: match operation.name {
            "DiskAccesses_UpdateAPrivateEndpointConnection" => "refused",
            _ => "simulated",
        },
    });
    own.chain(OTHER_ACTIONS.iter().map(|(name, path)| CoveredOperation {
        name,
        method: "POST",
        scope: "resource group",
        path,
        since: "",
        status: "refused",
    }))
}

/// Every field that has a line of its own; fields without one are kept.
pub fn covered_fields() -> impl Iterator<Item = CoveredField> {
    let all = BODIES
        .iter()
        .flat_map(|(operations, lines)| lines.lines().map(move |line| (*operations, line)));
    all.filter_map(|(operations, line)| {
        let mut words = line.split(' ');
        Some(CoveredField {
            operations,
            path: words.next()?,
            kind: match words.next()? {
                "s" => "text",
                "b" => "true or false",
                "n" => "number",
                "m" => "object",
                "l" => "list",
                words => words,
            },
            status: match words.next()? {
                "sim" | "echo" => "simulated",
                "kept" => "kept",
                "out" => "ignored",
                _ => "refused",
            },
        })
    })
}

/// Where the endpoint differs from the service on purpose.
pub const DEVIATIONS: &[&str] = &[
    "By default long-running work is over at the first poll; `longRunning: clock` lets the clock decide. Percent of copies and the end of access follow the clock in both.",
    "Resource groups and subscriptions need not be there before they are used, unless the lab is made with `strictScopes`.",
    "An API version is any date from the first version that had the operation; a later date than any published one is taken.",
    "A JSON body in which a property stands twice is refused; the service takes the last one.",
    "A field inside `properties` that the service does not know is kept and given back; the service refuses some of them.",
    "The counts in rate-limit headers are constants where the lab limits nothing. Requests are limited by the setting `throttling.requestsPerMinute`, points and copies by `limits.*PerHour`: then the headers count down.",
    "`Retry-After` comes with status 429 only, so that clients poll at their own pace; it is in seconds of the lab's clock.",
    "Disks are made Empty, FromImage and Import (both with zeros; an import gives its diskSizeGB), Restore or Copy. Snapshots are made Empty, by Copy or by CopyStart.",
    "A disk access has no private endpoints, which are resources of the network; an address under AllowPrivate reads as through one. A disk may name an access that is not there, unless the lab is made with `strictScopes`.",
    "Of the resources here only virtual machines have an `etag`, and take `If-Match` and `If-None-Match`, as in the service.",
    "A point of API version 2021-03-01 may have its fields beside `properties`, as the first client wrote them, or inside; answers have them inside.",
    "A copy of a snapshot to another region cannot be read until all of it has arrived by the clock, at the rate that one disk gets; its bytes do not share the bandwidth of restore point copies.",
    "Access to a disk reads its content as it was when access was given.",
    "Writing through an address is refused: addresses read.",
    "Swapping the OS disk of a VM is refused.",
    "Secrets in `osProfile` (`adminPassword`, `customData`) are taken and never given back, as by the service; `exactVersion` of an image is not found out.",
];
