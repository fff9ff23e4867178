//! What a forecast says.

use super::{ForecastMethod, Meter};
use crate::json::{Read, Write, answers};
use crate::matrix::Service;
use crate::units::{ByteCount, SimDuration, SimInstant};

/// Where points are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// In the VM's region: restore points, or the snapshots of a backup service.
    Snapshots,
    /// In a vault.
    Vault,
    /// In another region.
    Copies,
}

answers! {
    /// What becomes of a plan.
    Forecast {
        /// The plan's name.
        name: Option<String>,
        /// Its service.
        service: Service,
        /// When it begins.
        start_time: SimInstant,
        /// Until when it is foretold.
        end_time: SimInstant,
        /// How the typical figures came about. The low and the high ones are always in closed form.
        method: ForecastMethod,
        /// How many VMs are protected.
        machines: u64,
        /// What is kept where, over all VMs.
        tiers: Vec<TierForecast>,
        /// VMs that are alike, each with what becomes of one of them.
        groups: Vec<GroupForecast>,
        /// Limits that are in force, the one that is hit first in front; those that are not hit at the end.
        quota: Vec<QuotaForecast>,
        /// What it costs.
        cost: CostForecast,
        /// The plan's objectives, and whether they are met.
        objectives: Vec<ObjectiveResult>,
        /// What was taken for granted, with where it comes from.
        assumptions: Vec<PlanAssumption>,
        /// What somebody should know who reads the figures.
        notes: Vec<PlanNote>,
    }
    /// What is kept in one place, over all VMs of the plan.
    TierForecast {
        /// Which place.
        tier: Tier,
        /// The region.
        region: String,
        /// Points of one VM at the end.
        points: u64,
        /// Points of one VM at most.
        peak_points: u64,
        /// What all points take at the end.
        stored_bytes: ByteCount,
        /// The same with the low change rate.
        low_stored_bytes: ByteCount,
        /// The same with the high change rate.
        high_stored_bytes: ByteCount,
        /// The most that they take at once.
        peak_bytes: ByteCount,
        /// When they take the most.
        peak_at: SimInstant,
        /// What came here from another tier or region.
        transferred_bytes: ByteCount,
        /// Day by day from the start.
        days: TierDays,
    }
    /// Figures of each day from the start, in columns.
    TierDays {
        /// Points of one VM at its end.
        points: Vec<u64>,
        /// What all points take at its end, in bytes.
        stored_bytes: Vec<u64>,
        /// What they take on average over it, in bytes: what is billed.
        average_bytes: Vec<u64>,
        /// The same with the low change rate.
        low_average_bytes: Vec<u64>,
        /// The same with the high change rate.
        high_average_bytes: Vec<u64>,
        /// What came here that day, in bytes.
        transferred_bytes: Vec<u64>,
        /// The same with the low change rate.
        low_transferred_bytes: Vec<u64>,
        /// The same with the high change rate.
        high_transferred_bytes: Vec<u64>,
    }
    /// VMs of one region whose disks are alike.
    GroupForecast {
        /// Their names.
        machines: Vec<String>,
        /// What becomes of one of them.
        tiers: Vec<GroupTier>,
        /// How old the last usable point of one of them is, for each region that has any.
        rpo: Vec<RegionRpo>,
    }
    /// How old the last usable point of a VM in a region is, as it turns out.
    RegionRpo {
        /// The region.
        region: String,
        /// The oldest that it gets.
        worst: SimDuration,
        /// When.
        worst_at: SimInstant,
        /// From when on there is a usable point.
        first_usable_at: Option<SimInstant>,
        /// For how long after that there was none.
        without: SimDuration,
        /// The oldest on each day from the start, in seconds; empty for fleets of many kinds of VMs.
        days: Vec<u64>,
    }
    /// A limit of a service, and when the plan hits it.
    QuotaForecast {
        /// Which limit.
        limit: String,
        /// Of whom: each VM, or a subscription and a region.
        about: String,
        /// How many are allowed.
        allowed: u64,
        /// How many there are at most.
        most: u64,
        /// When there are so many first.
        most_at: SimInstant,
        /// When as many as are allowed are there.
        reached_at: Option<SimInstant>,
        /// When one more is refused first.
        refused_at: Option<SimInstant>,
        /// How many are refused until the end.
        refused: u64,
        /// What is counted.
        text: String,
        /// The rules that say so.
        row_ids: Vec<String>,
    }
    /// What a plan costs, in millionths of the currency.
    CostForecast {
        /// The name of the rates.
        profile: String,
        /// The currency.
        currency: String,
        /// With the low change rate, over all months.
        low_millionths: u64,
        /// As planned.
        typical_millionths: u64,
        /// With the high change rate.
        high_millionths: u64,
        /// Meters that run and have no rate: they are not in the sums.
        without_price: Vec<Meter>,
        /// Each month of the calendar that is foretold, the first and the last perhaps in part.
        months: Vec<CostMonth>,
    }
    /// What a plan costs in a month of the calendar (UTC).
    CostMonth {
        /// The month, such as `2026-01`.
        month: String,
        /// How many days of it are foretold.
        days: u64,
        /// With the low change rate.
        low_millionths: u64,
        /// As planned.
        typical_millionths: u64,
        /// With the high change rate.
        high_millionths: u64,
        /// Meter by meter.
        lines: Vec<CostLine>,
    }
    /// One meter in one region in one month.
    CostLine {
        /// The meter.
        meter: Meter,
        /// The region; empty where it has none.
        region: String,
        /// The unit of the quantities.
        unit: String,
        /// How many units, in millionths of one, with the low change rate.
        low_quantity_millionths: u64,
        /// As planned.
        quantity_millionths: u64,
        /// With the high change rate.
        high_quantity_millionths: u64,
        /// What a unit costs, where a rate says so.
        price_millionths: Option<u64>,
        /// What it comes to with the low change rate.
        low_millionths: Option<u64>,
        /// As planned.
        typical_millionths: Option<u64>,
        /// With the high change rate.
        high_millionths: Option<u64>,
        /// How the planned amount comes about.
        formula: String,
        /// The same with its values, and what it comes to.
        with_values: String,
        /// Each value, and where it comes from.
        values: Vec<ValueSource>,
    }
    /// A value in a formula.
    ValueSource {
        /// Its name there.
        name: String,
        /// The value.
        value: String,
        /// Where it comes from.
        source: String,
    }
    /// An objective, and whether the plan reaches it.
    ObjectiveResult {
        /// Which: `rpo`, `remoteRpo`, `region`, `retentionDays`, `restorableWithin`, `wholeVm` or `monthlyBudget`.
        objective: String,
        /// The region that it is about; empty where none is.
        region: String,
        /// What is asked for.
        asked: String,
        /// What is reached.
        achieved: String,
        /// Whether that is enough; nothing where it cannot be known.
        met: Option<bool>,
        /// The rules that say so, where one does.
        row_ids: Vec<String>,
    }
    /// What is kept of one VM in one place.
    GroupTier {
        /// Which place.
        tier: Tier,
        /// The region.
        region: String,
        /// What its points take at the end.
        stored_bytes: ByteCount,
        /// The most that they take at once.
        peak_bytes: ByteCount,
        /// What came here from another tier or region.
        transferred_bytes: ByteCount,
    }
    /// Something that was taken for granted.
    PlanAssumption {
        /// What: a setting or a field of the plan.
        name: String,
        /// Its value, with the unit.
        value: String,
        /// What it does and what it rests on.
        meaning: String,
    }
    /// Something to know.
    PlanNote {
        /// Whom or what it is about: a VM, a disk, or a field of the plan.
        about: String,
        /// What.
        text: String,
        /// The rules that say so.
        row_ids: Vec<String>,
    }
}

/// A plan that cannot be foretold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {}", self.said())]
pub struct PlanError {
    /// A stable word for the kind of error.
    pub code: String,
    /// The field of the plan, such as `copies[1].region`.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// The rules that say so, where one does.
    pub row_ids: Vec<String>,
}

impl PlanError {
    /// What is wrong, with the rules that say so behind it, without the field.
    #[must_use]
    pub fn said(&self) -> String {
        if self.row_ids.is_empty() {
            return self.message.clone();
        }
        [&self.message, " (", &self.row_ids.join(", "), ")"].concat()
    }

    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: "InvalidField".to_owned(),
            path: path.into(),
            message: message.into(),
            row_ids: Vec::new(),
        }
    }

    /// With the rules that say so.
    pub(super) fn by(mut self, rows: &[&str]) -> Self {
        self.row_ids = rows.iter().map(|row| (*row).to_owned()).collect();
        self
    }

    /// What a service does not take of a policy, at a place in the plan.
    pub(super) fn of_policy(path: &str, error: &crate::policy::PolicyError) -> Self {
        Self {
            code: "InvalidParameter".to_owned(),
            ..Self::new(format!("{path}.{}", error.field), &error.message).by(error.row_ids)
        }
    }

    /// What the engine refuses, at a place in the plan.
    pub(super) fn refused(path: &str, error: &crate::cloud::CommandError) -> Self {
        let told = crate::cloud::Rejection::from(error);
        let joint = if path.is_empty() { "" } else { "." };
        let path = match told.target {
            Some(target) if !target.starts_with('/') => format!("{path}{joint}{target}"),
            _ => path.to_owned(),
        };
        Self {
            code: told.code,
            path,
            message: told.message,
            row_ids: told.row_ids,
        }
    }
}
