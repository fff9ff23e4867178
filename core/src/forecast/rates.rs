//! What things cost: rates as data, each with its unit, the day it was seen and where.

use crate::json::{self, Read, Write};

/// Rates of one price list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RateProfile {
    /// A name, such as `illustrative`.
    pub name: String,
    /// The currency as it is printed, such as `USD`.
    pub currency: String,
    /// Whether prices are for a GiB of 2^30 bytes; a GB of 10^9 where not.
    pub gibibytes: bool,
    /// Days of a month that prices are for; the days of the very month where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_in_month: Option<u64>,
    /// The rates. A meter without one stays without a price.
    pub rates: Vec<Rate>,
}

/// The price of one meter.
#[derive(Clone, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rate {
    /// What is metered.
    pub meter: Meter,
    /// The region that it holds in; every one that no other rate names where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Millionths of the currency for one unit of the meter.
    pub price_millionths: u64,
    /// The day, month or year that it was seen.
    pub as_of: String,
    /// Where it was seen.
    pub source: String,
}

/// What is metered, with the unit that a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Meter {
    /// Points in the VM's region: GB and month.
    StoredSource,
    /// Copies in another region: GB and month.
    StoredTarget,
    /// Points in a vault: GB and month.
    StoredVault,
    /// What travels to another region: GB.
    Transfer,
    /// Read operations on snapshots that are copied: 10,000 of them.
    Transactions,
    /// A VM of at most 50 GB that a vault protects: VM and month.
    InstanceFeeSmall,
    /// A larger one: each 500 GB that it has begun, and month.
    InstanceFee,
    /// A restore of a disk whose restore points give instant access, Ultra or Premium SSD v2: GB of the disk.
    RestoreFee,
    /// A restored disk: GB of its size and month.
    RestoredDisk,
}

/// The profiles that ship: one without any rate, and one with rates that were seen somewhere.
#[must_use]
pub fn rate_profiles() -> Vec<RateProfile> {
    json::embedded(include_str!("../../data/rates.json"))
}
