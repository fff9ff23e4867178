//! What a plan costs: quantities times rates, month by month, each figure with its formula.
//!
//! Money and quantities are whole millionths. A quantity is rounded once, an amount once; sums are of what is shown.

use super::answer::{CostForecast, CostLine, CostMonth, TierForecast, ValueSource};
use super::prepare::Prepared;
use super::{Meter, Rate, RateProfile, Tier};
use crate::ids::ResourceId;
use crate::matrix::{Service, normalise_region};
use crate::model::{Disk, FactValue};
use crate::units::{ByteCount, Date, GIB, MIB};

const MILLION: u128 = 1_000_000;
const GB: u64 = 1_000_000_000;
/// What one read of a snapshot brings at most, as far as transactions are counted; our assumption.
const READ: u64 = 4 * MIB;
/// Hours that a restored VM's disks stay, where nothing is said.
const RESTORED_HOURS: u64 = 24;

/// Quantities of one meter in one region: low, typical, high; as a fraction.
struct Quantity {
    meter: Meter,
    region: String,
    counts: [u128; 3],
    per: u128,
    unit: &'static str,
    formula: &'static str,
    values: Vec<ValueSource>,
}

/// The cost of every month that is foretold.
pub(super) fn cost(
    prepared: &Prepared<'_>,
    profile: &RateProfile,
    tiers: &[TierForecast],
) -> CostForecast {
    let mut months: Vec<CostMonth> = Vec::new();
    let mut from = 0;
    let first_day = prepared.start.unix_seconds().div_euclid(86_400);
    let days = i64::try_from(prepared.days).unwrap_or_default();
    while from < days {
        let date = Date::from_days(first_day + from);
        let rest = date.days_in_month() - date.day + 1;
        let to = (from + rest).min(days);
        months.push(month(prepared, profile, tiers, date, (from, to)));
        from = to;
    }
    let sum = |of: fn(&CostMonth) -> u64| months.iter().map(of).fold(0, u64::saturating_add);
    let mut missing: Vec<Meter> = Vec::new();
    for line in months.iter().flat_map(|month| &month.lines) {
        let used = line.quantity_millionths > 0 && line.price_millionths.is_none();
        if used && !missing.contains(&line.meter) {
            missing.push(line.meter);
        }
    }
    CostForecast {
        profile: profile.name.clone(),
        currency: profile.currency.clone(),
        low_millionths: sum(|month| month.low_millionths),
        typical_millionths: sum(|month| month.typical_millionths),
        high_millionths: sum(|month| month.high_millionths),
        without_price: missing,
        months,
    }
}

fn month(
    prepared: &Prepared<'_>,
    profile: &RateProfile,
    tiers: &[TierForecast],
    date: Date,
    (from, to): (i64, i64),
) -> CostMonth {
    let in_month = u64::try_from(date.days_in_month()).unwrap_or(30);
    let days_in_month = profile.days_in_month.unwrap_or(in_month).max(1);
    let of_days = Days {
        from: usize::try_from(from).unwrap_or_default(),
        to: usize::try_from(to).unwrap_or_default(),
        in_month: days_in_month,
        unit: if profile.gibibytes { GIB } else { GB },
        unit_name: if profile.gibibytes { "GiB" } else { "GB" },
        given: profile.days_in_month.is_some(),
    };
    let mut quantities = Vec::new();
    for tier in tiers {
        of_tier(tier, &of_days, &mut quantities);
    }
    of_fleet(prepared, &of_days, &mut quantities);
    let lines: Vec<CostLine> = quantities
        .into_iter()
        .map(|quantity| line(profile, quantity))
        .collect();
    let sum =
        |of: fn(&CostLine) -> Option<u64>| lines.iter().filter_map(of).fold(0, u64::saturating_add);
    CostMonth {
        month: format!("{:04}-{:02}", date.year, date.month),
        days: u64::try_from(to - from).unwrap_or_default(),
        low_millionths: sum(|line| line.low_millionths),
        typical_millionths: sum(|line| line.typical_millionths),
        high_millionths: sum(|line| line.high_millionths),
        lines,
    }
}

/// Days of a forecast that lie in one month.
struct Days {
    from: usize,
    to: usize,
    in_month: u64,
    unit: u64,
    unit_name: &'static str,
    given: bool,
}

impl Days {
    fn sum(&self, of: &[u64]) -> u128 {
        let days = of.iter().take(self.to).skip(self.from);
        days.map(|bytes| u128::from(*bytes)).sum()
    }

    fn values(&self, bytes: u128) -> Vec<ValueSource> {
        let source = if self.given {
            "the rates"
        } else {
            "the calendar"
        };
        vec![
            value(
                "bytes",
                bytes.to_string(),
                "the forecast: averages of the days, summed",
            ),
            value(
                "bytesPerUnit",
                self.unit.to_string(),
                "the rates: GB or GiB",
            ),
            value("daysInMonth", self.in_month.to_string(), source),
        ]
    }

    fn count(&self) -> u128 {
        (self.to.saturating_sub(self.from)) as u128
    }
}

fn value(name: &str, value: String, source: &str) -> ValueSource {
    ValueSource {
        name: name.to_owned(),
        value,
        source: source.to_owned(),
    }
}

fn of_tier(tier: &TierForecast, days: &Days, found: &mut Vec<Quantity>) {
    let meter = match tier.tier {
        Tier::Snapshots => Meter::StoredSource,
        Tier::Vault => Meter::StoredVault,
        Tier::Copies => Meter::StoredTarget,
    };
    let of = &tier.days;
    let counts = [
        days.sum(&of.low_average_bytes),
        days.sum(&of.average_bytes),
        days.sum(&of.high_average_bytes),
    ];
    found.push(Quantity {
        meter,
        region: tier.region.clone(),
        per: u128::from(days.unit) * u128::from(days.in_month),
        unit: if days.unit == GIB {
            "GiB-month"
        } else {
            "GB-month"
        },
        formula: "bytes / bytesPerUnit / daysInMonth",
        values: days.values(counts.get(1).copied().unwrap_or_default()),
        counts,
    });
    if tier.tier != Tier::Copies {
        return;
    }
    let moved = [
        days.sum(&of.low_transferred_bytes),
        days.sum(&of.transferred_bytes),
        days.sum(&of.high_transferred_bytes),
    ];
    let typical = moved.get(1).copied().unwrap_or_default().to_string();
    let bytes = || {
        value(
            "bytes",
            typical.clone(),
            "the forecast: what travels in the month",
        )
    };
    found.push(Quantity {
        meter: Meter::Transfer,
        region: tier.region.clone(),
        counts: moved,
        per: u128::from(days.unit),
        unit: days.unit_name,
        formula: "bytes / bytesPerUnit",
        values: vec![
            bytes(),
            value(
                "bytesPerUnit",
                days.unit.to_string(),
                "the rates: GB or GiB",
            ),
        ],
    });
    found.push(Quantity {
        meter: Meter::Transactions,
        region: tier.region.clone(),
        counts: moved,
        per: u128::from(READ) * 10_000,
        unit: "10,000 reads",
        formula: "bytes / bytesPerRead / 10000",
        values: vec![
            bytes(),
            value(
                "bytesPerRead",
                READ.to_string(),
                "assumed: no page says how a copy reads",
            ),
        ],
    });
}

/// What is counted in VMs, and restores.
fn of_fleet(prepared: &Prepared<'_>, days: &Days, found: &mut Vec<Quantity>) {
    let plan = prepared.plan;
    let share = days.count();
    let in_month = u128::from(days.in_month);
    let of_month = |days_there: u128| {
        [
            value(
                "days",
                days_there.to_string(),
                "the plan: days of the month",
            ),
            value(
                "daysInMonth",
                in_month.to_string(),
                if days.given {
                    "the rates"
                } else {
                    "the calendar"
                },
            ),
        ]
    };
    if matches!(plan.service, Service::VmBackup) {
        let (mut small, mut steps) = (0_u128, 0_u128);
        for group in &prepared.groups {
            let size: u64 = group
                .disks
                .iter()
                .map(|disk| disk.used.0)
                .fold(0, u64::saturating_add);
            let machines = group.machines.len() as u128;
            let step = u128::from(days.unit) * 500;
            if u128::from(size) <= u128::from(days.unit) * 50 {
                small += machines;
            } else {
                steps += machines * u128::from(size).div_ceil(step);
            }
        }
        let (up_to, begun) = if days.unit == GIB {
            ("VM-month up to 50 GiB", "VM-month for each 500 GiB begun")
        } else {
            ("VM-month up to 50 GB", "VM-month for each 500 GB begun")
        };
        for (meter, count, unit) in [
            (Meter::InstanceFeeSmall, small, up_to),
            (Meter::InstanceFee, steps, begun),
        ] {
            let mut values = vec![value(
                "instances",
                count.to_string(),
                "the fleet: usedGiB of its disks",
            )];
            values.extend(of_month(share));
            found.push(Quantity {
                meter,
                region: String::new(),
                counts: [count * share; 3],
                per: in_month,
                unit,
                formula: "instances * days / daysInMonth",
                values,
            });
        }
    }
    let restores = u128::from(plan.restores_per_month.unwrap_or_default());
    let machines = plan.fleet.machines.len() as u128;
    if restores == 0 || machines == 0 {
        return;
    }
    let sizes = prepared.groups.iter().map(|group| {
        let one = group
            .disks
            .iter()
            .map(|disk| u128::from(disk.size.0))
            .sum::<u128>();
        one * group.machines.len() as u128
    });
    let mean = sizes.sum::<u128>() / machines;
    let hours = u128::from(plan.restored_disk_hours.unwrap_or(RESTORED_HOURS));
    let instant = instant_sizes(prepared) / machines;
    let of_instant = "the fleet: size of the Ultra disks and Premium SSD v2 disks of the mean VM, which alone have instant access";
    for (meter, mean, source, counts, per, unit, formula) in [
        (
            Meter::RestoreFee,
            instant,
            of_instant,
            instant * restores * share,
            u128::from(days.unit) * in_month,
            days.unit_name,
            "bytes * restores / bytesPerUnit * days / daysInMonth",
        ),
        (
            Meter::RestoredDisk,
            mean,
            "the fleet: size of the disks of the mean VM",
            mean * restores * share * hours,
            u128::from(days.unit) * in_month * in_month * 24,
            if days.unit == GIB {
                "GiB-month"
            } else {
                "GB-month"
            },
            "bytes * restores / bytesPerUnit * hours / 24 / daysInMonth * days / daysInMonth",
        ),
    ] {
        if meter == Meter::RestoreFee && mean == 0 {
            continue;
        }
        let mut values = vec![
            value("bytes", mean.to_string(), source),
            value(
                "restores",
                restores.to_string(),
                "the plan: restoresPerMonth",
            ),
            value("hours", hours.to_string(), "the plan: restoredDiskHours"),
            value(
                "bytesPerUnit",
                days.unit.to_string(),
                "the rates: GB or GiB",
            ),
        ];
        values.extend(of_month(share));
        found.push(Quantity {
            meter,
            region: String::new(),
            counts: [counts; 3],
            per,
            unit,
            formula,
            values,
        });
    }
}

/// Bytes of the disks whose restore points can give instant access, whose restores have a fee: Ultra and Premium
/// SSD v2. Points of services have none.
fn instant_sizes(prepared: &Prepared<'_>) -> u128 {
    let plan = prepared.plan;
    if plan.service != Service::RestorePoints {
        return 0;
    }
    let mut sum = 0;
    for machine in &plan.fleet.machines {
        let left_out = prepared.excluded(machine);
        let out = |disk: &Disk| {
            let id = disk.id.as_ref().map(ResourceId::as_str);
            left_out.iter().any(|own| {
                own.id.eq_ignore_ascii_case(&disk.name)
                    || id.is_some_and(|id| id.eq_ignore_ascii_case(&own.id))
            })
        };
        for disk in machine.disks.iter().filter(|disk| !out(disk)) {
            let Some(FactValue::Text(sku)) = disk.facts.get("sku") else {
                continue;
            };
            if sku.starts_with("UltraSSD") || sku.starts_with("PremiumV2") {
                sum += u128::from(ByteCount::from_gib(disk.size_gib.unwrap_or_default()).0);
            }
        }
    }
    sum
}

/// A fraction in whole millionths, half of one rounded up.
fn millionths(count: u128, per: u128) -> u64 {
    let per = per.max(1);
    let rounded = (count.saturating_mul(2 * MILLION) / per).div_ceil(2);
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

fn line(profile: &RateProfile, quantity: Quantity) -> CostLine {
    let rate = profile.rate(quantity.meter, &quantity.region);
    let [low, typical, high] = quantity.counts.map(|count| millionths(count, quantity.per));
    let price = |quantity: u64| {
        rate.map(|rate| {
            millionths(
                u128::from(quantity) * u128::from(rate.price_millionths),
                MILLION * MILLION,
            )
        })
    };
    let mut values = quantity.values;
    if let Some(rate) = rate {
        values.push(ValueSource {
            name: "price".to_owned(),
            value: decimal(rate.price_millionths),
            source: format!("{}, {}", rate.source, rate.as_of),
        });
    }
    let mut with_values = quantity.formula.to_owned();
    for value in &values {
        with_values = replaced(&with_values, &value.name, &value.value);
    }
    let formula = if rate.is_some() { " * price" } else { "" };
    let price_text = rate.map(|rate| format!(" * {}", decimal(rate.price_millionths)));
    let amount =
        price(typical).map(|amount| format!(" = {} {}", decimal(amount), profile.currency));
    CostLine {
        meter: quantity.meter,
        region: quantity.region,
        unit: quantity.unit.to_owned(),
        low_quantity_millionths: low,
        quantity_millionths: typical,
        high_quantity_millionths: high,
        price_millionths: rate.map(|rate| rate.price_millionths),
        low_millionths: price(low),
        typical_millionths: price(typical),
        high_millionths: price(high),
        formula: [quantity.formula, formula].concat(),
        with_values: [
            with_values.as_str(),
            price_text.as_deref().unwrap_or_default(),
            amount.as_deref().unwrap_or_default(),
        ]
        .concat(),
        values,
    }
}

/// A word of a formula replaced by its value.
fn replaced(formula: &str, name: &str, value: &str) -> String {
    let words = formula
        .split(' ')
        .map(|word| if word == name { value } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Millionths as a decimal fraction without zeros at its end.
pub(super) fn decimal(millionths: u64) -> String {
    let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    let text = format!("{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl RateProfile {
    /// The rate of a meter in a region: its own, or the one for every region.
    #[must_use]
    pub fn rate(&self, meter: Meter, region: &str) -> Option<&Rate> {
        let of_meter = |rate: &&Rate| rate.meter == meter;
        let own = |rate: &&Rate| {
            let named = rate.region.as_deref().map(normalise_region);
            named.is_some_and(|named| named == region)
        };
        let mut rates = self.rates.iter().filter(of_meter);
        rates
            .clone()
            .find(own)
            .or_else(|| rates.find(|rate| rate.region.is_none()))
    }
}
