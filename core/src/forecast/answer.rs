//! What a forecast says.

use super::ForecastMethod;
use crate::json::{Read, Write};
use crate::matrix::Service;
use crate::units::{ByteCount, SimInstant};

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

macro_rules! state {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Write)]
            #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
            #[serde(rename_all = "camelCase")]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }
        )*
    };
}

state! {
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
#[error("{path}: {message}")]
pub struct PlanError {
    /// A stable word for the kind of error.
    pub code: String,
    /// The field of the plan, such as `copies[1].region`.
    pub path: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl PlanError {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: "InvalidField".to_owned(),
            path: path.into(),
            message: message.into(),
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
        }
    }
}
