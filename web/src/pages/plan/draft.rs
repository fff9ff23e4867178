//! The plan at hand: what the form has, and the plan that it makes.

use crate::session::{Session, is_meant};
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Lab, calibrate, rate_profiles};
use rplab_core::json;
use rplab_core::model::{Disk, FactValue, Fleet};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Both plans, and which one is edited. They last as long as the page is open.
#[derive(Clone, Copy)]
pub(crate) struct Plans {
    pub(super) drafts: [Draft; 2],
    pub(super) shown: RwSignal<String>,
}

impl Plans {
    /// A tiered plan, and one point a day.
    pub(crate) fn new() -> Self {
        let tiered = Draft::new("Tiered", "Hourly");
        // Both are held against the same objectives; otherwise it would be no comparison.
        let daily = Draft {
            rpo_hours: tiered.rpo_hours,
            remote_rpo_hours: tiered.remote_rpo_hours,
            reach_days: tiered.reach_days,
            budget: tiered.budget,
            region: tiered.region,
            whole_vm: tiered.whole_vm,
            filled: tiered.filled,
            ..Draft::new("One a day", "Daily")
        };
        tiered.weeks.set("26".to_owned());
        tiered.months.set("12".to_owned());
        daily.days.set("90".to_owned());
        Self {
            drafts: [tiered, daily],
            shown: RwSignal::new("a".to_owned()),
        }
    }

    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Which of the two is edited: 0 or 1.
    pub(super) fn place(self) -> usize {
        usize::from(self.shown.with(|shown| shown == "b"))
    }

    /// The one that is edited.
    pub(super) fn chosen(self) -> Draft {
        let [first, second] = self.drafts;
        match self.place() {
            0 => first,
            _ => second,
        }
    }
}

/// What the form has; an empty text leaves a field out.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) name: RwSignal<String>,
    pub(super) service: RwSignal<String>,
    pub(super) whom: RwSignal<String>,
    pub(super) frequency: RwSignal<String>,
    pub(super) interval: RwSignal<String>,
    pub(super) time: RwSignal<String>,
    pub(super) policy_type: RwSignal<String>,
    pub(super) instant_days: RwSignal<String>,
    /// How the vault keeps what is in it, and whether that can be restored in the paired region.
    pub(super) redundancy: RwSignal<String>,
    pub(super) cross_region: RwSignal<String>,
    pub(super) days: RwSignal<String>,
    pub(super) weeks: RwSignal<String>,
    pub(super) months: RwSignal<String>,
    pub(super) years: RwSignal<String>,
    pub(super) keep_last: RwSignal<String>,
    /// What an agent in the guest protects, and what the server of DPM or MABS keeps on its disk.
    pub(super) guest: GuestDraft,
    pub(super) copy_region: RwSignal<String>,
    pub(super) copy_days: RwSignal<String>,
    pub(super) rpo_hours: RwSignal<String>,
    pub(super) remote_rpo_hours: RwSignal<String>,
    pub(super) reach_days: RwSignal<String>,
    pub(super) budget: RwSignal<String>,
    pub(super) region: RwSignal<String>,
    pub(super) whole_vm: RwSignal<String>,
    pub(super) change: RwSignal<String>,
    /// How full disks are of which nobody says it, in hundredths.
    pub(super) filled: RwSignal<String>,
    pub(super) horizon: RwSignal<String>,
    /// Prices in the currency, by meter; see [`METERS`].
    pub(super) rates: [RwSignal<String>; METERS.len()],
}

/// What the form calls how full disks are of which nobody says it.
pub(super) const FILLED: &str = "Full where nobody says it, per cent";

/// The fact that says how much is on a disk.
const USED: &str = "usedGiB";

/// Disks of a known size of which nobody says how much is on them.
fn unmeasured(fleet: &mut Fleet) -> impl Iterator<Item = &mut Disk> {
    let machines = fleet.machines.iter_mut();
    let disks = machines.flat_map(|machine| &mut machine.disks);
    disks.filter(|disk| disk.size_gib.is_some() && !disk.facts.contains_key(USED))
}

/// What is metered: its word in a plan, and what its price is for.
pub(super) const METERS: [(&str, &str); 5] = [
    ("storedSource", "Points, a GB and month"),
    ("storedTarget", "Copies, a GB and month"),
    ("storedVault", "Vault, a GB and month"),
    ("transfer", "Transfer, a GB"),
    ("instanceFee", "Protected VM, a month"),
];

impl Draft {
    fn new(name: &str, frequency: &str) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            name: text(name),
            service: text("restorePoints"),
            whom: text("machine"),
            frequency: text(frequency),
            interval: text("4"),
            time: text("02:00"),
            policy_type: text("Enhanced"),
            instant_days: text(""),
            redundancy: text("GeoRedundant"),
            cross_region: text(""),
            days: text("28"),
            weeks: text(""),
            months: text(""),
            years: text(""),
            keep_last: text(""),
            guest: GuestDraft::new(),
            copy_region: text(""),
            copy_days: text("14"),
            rpo_hours: text("25"),
            remote_rpo_hours: text(""),
            reach_days: text(""),
            budget: text(""),
            region: text(""),
            whole_vm: text(""),
            change: text("45"),
            filled: text("50"),
            horizon: text("365"),
            rates: METERS.map(|(meter, _)| RwSignal::new(illustrative_price(meter))),
        }
    }

    /// The followed VM, or the fleet.
    fn fleet(self, session: Session) -> Fleet {
        let reference = session.machine.get().unwrap_or_default();
        let whole = self.whom.with(|whom| whom == "fleet");
        session.fleet.with(|fleet| Fleet {
            machines: fleet
                .machines
                .iter()
                .filter(|machine| whole || is_meant(&reference, &machine.id, &machine.name))
                .cloned()
                .collect(),
            disks: Vec::new(),
        })
    }

    /// How many of its disks are taken as full as the form says: what is on a disk is in no inventory.
    pub(super) fn assumed_filled(self, session: Session) -> usize {
        let mut fleet = self.fleet(session);
        unmeasured(&mut fleet).count()
    }

    /// Reads how much the plan's disks change off the sizes of the points that the lab has of them; how many points
    /// it rests on, none where a disk has no two.
    pub(super) fn calibrate(self, session: Session) -> u64 {
        let fleet = untrack(|| self.fleet(session));
        let ours = |disk: &str| {
            let mut disks = fleet.machines.iter().flat_map(|machine| &machine.disks);
            disks.any(|own| own.id.as_ref().is_some_and(|id| id.as_str() == disk))
        };
        let (mut samples, mut used, mut changed) = (0, 0_u128, 0_u128);
        for disk in session.read(Lab::observed_disks) {
            if !ours(&disk.disk) {
                continue;
            }
            for found in calibrate(&[disk]).unwrap_or_default() {
                samples += found.samples;
                used += u128::from(found.used_bytes.0);
                changed +=
                    u128::from(found.used_bytes.0) * u128::from(found.change_thousandths_per_day);
            }
        }
        if samples > 0 {
            self.change.set((changed / used.max(1)).to_string());
        }
        samples
    }

    /// How full those disks are taken.
    pub(super) fn per_cent_filled(self) -> Result<u64, String> {
        self.filled.with(|text| {
            let text = text.trim();
            let number = text.parse::<u64>().ok().filter(|number| *number <= 100);
            number.ok_or_else(|| {
                format!("{FILLED}: a whole number from 0 to 100, and this is `{text}`")
            })
        })
    }

    /// The plan for the followed VM, or for the fleet; why there is none, with the field.
    pub(super) fn plan(self, session: Session) -> Result<Value, String> {
        let mut fleet = self.fleet(session);
        let mut filled = None;
        for disk in unmeasured(&mut fleet) {
            let filled = match filled {
                Some(filled) => filled,
                None => *filled.insert(self.per_cent_filled()?),
            };
            let used = disk.size_gib.unwrap_or_default().saturating_mul(filled) / 100;
            let used = FactValue::Integer(i64::try_from(used).unwrap_or_default());
            disk.facts.insert(USED.to_owned(), used);
        }
        let excluded = session.report.with(|report| {
            let machines = report
                .as_ref()
                .map(|report| report.machines.as_slice())
                .unwrap_or_default();
            let of_plan = machines.iter().filter(|machine| {
                fleet
                    .machines
                    .iter()
                    .any(|own| own.id.as_str() == machine.id)
            });
            of_plan
                .flat_map(|machine| {
                    machine.exclude_disks.iter().map(|disk| {
                        // The assessment names disks; a request takes their ids.
                        let mut own = fleet.machines.iter().flat_map(|own| &own.disks);
                        let known = own.find(|own| own.name == *disk);
                        let id = known.and_then(|own| own.id.as_ref());
                        json!({ "id": id.map_or_else(|| disk.clone(), ToString::to_string) })
                    })
                })
                .collect::<Vec<_>>()
        });
        let service = self.service.get();
        let mut plan = Map::new();
        plan.insert("name".to_owned(), Value::from(self.name.get()));
        plan.insert("service".to_owned(), Value::from(service.clone()));
        plan.insert("fleet".to_owned(), json::write(&fleet));
        plan.insert("policy".to_owned(), self.policy(&service));
        plan.insert(
            "changeThousandthsPerDay".to_owned(),
            whole_number(self.change),
        );
        plan.insert("horizonDays".to_owned(), whole_number(self.horizon));
        if service == "restorePoints" {
            plan.insert("excludeDisks".to_owned(), Value::from(excluded));
        }
        if service == "vmBackup" {
            let redundancy = Value::from(self.redundancy.get());
            plan.insert("vaultRedundancy".to_owned(), redundancy);
            if given(self.cross_region) {
                plan.insert("crossRegionRestore".to_owned(), Value::from(true));
            }
        }
        if in_guest(&service) {
            plan.insert("guest".to_owned(), self.guest.written(&service));
        }
        let region = self.copy_region.get();
        if !region.is_empty() && service == "restorePoints" {
            let policy = json!({ "schedule": { "frequency": "Daily", "time": "08:00" }, "dailyRetentionDays": whole_number(self.copy_days) });
            plan.insert(
                "copies".to_owned(),
                json!([{ "region": region, "policy": policy }]),
            );
        }
        let mut objectives = Map::new();
        // What is no number is refused as it was typed.
        let hours = |field: RwSignal<String>| match whole_number(field) {
            Value::Number(hours) => Value::from(format!("PT{hours}H")),
            typed => typed,
        };
        if given(self.rpo_hours) {
            objectives.insert("rpo".to_owned(), hours(self.rpo_hours));
        }
        if given(self.reach_days) {
            objectives.insert("retentionDays".to_owned(), whole_number(self.reach_days));
        }
        if given(self.budget) {
            objectives.insert(
                "monthlyBudgetMillionths".to_owned(),
                self.budget
                    .with(|text| millionths(text, words::decimal_mark())),
            );
        }
        let region = self.region.get();
        if !region.is_empty() {
            objectives.insert("regions".to_owned(), json!([region]));
            if given(self.remote_rpo_hours) {
                objectives.insert("remoteRpo".to_owned(), hours(self.remote_rpo_hours));
            }
        }
        if given(self.whole_vm) {
            objectives.insert("wholeVm".to_owned(), Value::from(true));
        }
        if !objectives.is_empty() {
            plan.insert("objectives".to_owned(), Value::Object(objectives));
        }
        // A rate that was left as it is keeps its source; one of the reader's own is theirs.
        let mut rates: Vec<Value> = Vec::new();
        for ((meter, _), rate) in METERS
            .iter()
            .zip(self.rates)
            .filter(|(_, rate)| given(*rate))
        {
            if rate.get() == illustrative_price(meter) {
                rates.extend(illustrative(meter));
            } else {
                let price = rate.with(|text| millionths(text, words::decimal_mark()));
                rates.push(json!({ "meter": meter, "priceMillionths": price, "asOf": "as entered", "source": "entered by you" }));
            }
        }
        if !rates.is_empty() {
            plan.insert(
                "rates".to_owned(),
                json!({ "name": "illustrative, and what you entered", "currency": "USD", "gibibytes": false, "rates": rates }),
            );
        }
        Ok(Value::Object(plan))
    }

    fn policy(self, service: &str) -> Value {
        let mut schedule = Map::new();
        let frequency = self.frequency.get();
        if frequency == "Hourly" {
            schedule.insert("intervalHours".to_owned(), whole_number(self.interval));
        }
        if frequency == "Weekly" {
            schedule.insert("weekdays".to_owned(), json!(["Sunday"]));
        }
        schedule.insert("frequency".to_owned(), Value::from(frequency));
        schedule.insert("time".to_owned(), Value::from(self.time.get()));
        let mut policy = Map::new();
        policy.insert("schedule".to_owned(), Value::Object(schedule));
        if service == "vmBackup" {
            policy.insert("type".to_owned(), Value::from(self.policy_type.get()));
            if given(self.instant_days) {
                policy.insert(
                    "instantRestoreDays".to_owned(),
                    whole_number(self.instant_days),
                );
            }
        }
        if given(self.days) {
            policy.insert("dailyRetentionDays".to_owned(), whole_number(self.days));
        }
        if given(self.weeks) {
            policy.insert(
                "weeklyRetention".to_owned(),
                json!({ "weekdays": ["Sunday"], "weeks": whole_number(self.weeks) }),
            );
        }
        if given(self.months) {
            policy.insert(
                "monthlyRetention".to_owned(),
                json!({ "on": "1", "months": whole_number(self.months) }),
            );
        }
        if given(self.years) {
            policy.insert(
                "yearlyRetention".to_owned(),
                json!({ "months": [1], "on": "1", "years": whole_number(self.years) }),
            );
        }
        if given(self.keep_last) && service == "restorePoints" {
            policy.insert("keepLast".to_owned(), whole_number(self.keep_last));
        }
        Value::Object(policy)
    }
}

/// What an agent in the guest protects: the word of a plan, and what it is called. Not every service takes each; the
/// engine says so, with its row.
pub(super) const SCOPES: [(&str, &str); 6] = [
    ("files", "files"),
    ("folders", "folders"),
    ("volumes", "volumes"),
    ("systemState", "system state"),
    ("bareMetal", "bare metal"),
    ("application", "application data"),
];

/// Whether a service backs up from within the guest.
pub(super) fn in_guest(service: &str) -> bool {
    matches!(service, "mars" | "dpmMabs")
}

/// What the form has of a backup from within the guest.
#[derive(Clone, Copy)]
pub(super) struct GuestDraft {
    pub(super) scope: RwSignal<String>,
    pub(super) workload: RwSignal<String>,
    pub(super) destination: RwSignal<String>,
    pub(super) minutes: RwSignal<String>,
    pub(super) points: RwSignal<String>,
}

impl GuestDraft {
    fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            scope: text("files"),
            workload: text("file server"),
            destination: text("vault"),
            minutes: text(""),
            points: text(""),
        }
    }

    fn written(self, service: &str) -> Value {
        let mut guest = Map::new();
        guest.insert("scope".to_owned(), Value::from(self.scope.get()));
        if service == "dpmMabs" {
            guest.insert("workload".to_owned(), Value::from(self.workload.get()));
            guest.insert(
                "destination".to_owned(),
                Value::from(self.destination.get()),
            );
            for (name, field) in [
                ("intervalMinutes", self.minutes),
                ("diskRecoveryPoints", self.points),
            ] {
                if given(field) {
                    guest.insert(name.to_owned(), whole_number(field));
                }
            }
        }
        Value::Object(guest)
    }
}

fn given(field: RwSignal<String>) -> bool {
    field.with(|text| !text.trim().is_empty())
}

/// The illustrative rates of a meter, each region's own among them.
fn illustrative(meter: &str) -> Vec<Value> {
    static PROFILES: OnceLock<Value> = OnceLock::new();
    let profiles = PROFILES.get_or_init(|| json::write(&rate_profiles()));
    let named =
        |profile: &&Value| profile.get("name").and_then(Value::as_str) == Some("illustrative");
    let profile = profiles.as_array().and_then(|all| all.iter().find(named));
    let rates = profile
        .and_then(|profile| profile.get("rates"))
        .and_then(Value::as_array);
    let own = |rate: &&Value| rate.get("meter").and_then(Value::as_str) == Some(meter);
    rates.into_iter().flatten().filter(own).cloned().collect()
}

/// The illustrative price that holds wherever no region has its own; empty where there is none.
fn illustrative_price(meter: &str) -> String {
    let all = illustrative(meter);
    let general = all.iter().find(|rate| rate.get("region").is_none());
    let price = general
        .and_then(|rate| rate.get("priceMillionths"))
        .and_then(Value::as_u64);
    price.map_or_else(String::new, |price| {
        let text = format!("{}.{:06}", price / 1_000_000, price % 1_000_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

/// A whole number, or the text itself, which the engine then refuses by name.
fn whole_number(field: RwSignal<String>) -> Value {
    field.with(|text| {
        text.trim()
            .parse::<u64>()
            .map_or_else(|_| Value::from(text.trim()), Value::from)
    })
}

/// `0.05` as 50,000; a text that is no amount stays a text, which the engine then refuses by name.
///
/// Decimals begin at a point, or at the mark that the reader's language has for them. There is one of either, for
/// thousands are not grouped; and where that mark is another, `1.234` may be either of two numbers and is none.
pub(super) fn millionths(text: &str, mark: char) -> Value {
    let text = text.trim();
    let (whole, part) = text.split_once(['.', mark]).unwrap_or((text, ""));
    let is_group = part.len() == 3 && matches!(whole.len(), 1..=3) && !whole.starts_with('0');
    if mark != '.' && text.contains('.') && is_group {
        return Value::from(text);
    }
    let fits = |digits: &str| digits.chars().all(|digit| digit.is_ascii_digit());
    if !fits(whole) || !fits(part) || part.len() > 6 || (whole.is_empty() && part.is_empty()) {
        return Value::from(text);
    }
    let whole = if whole.is_empty() {
        Ok(0)
    } else {
        whole.parse::<u64>()
    };
    let part = format!("{part:0<6}").parse::<u64>();
    match (
        whole.ok().and_then(|whole| whole.checked_mul(1_000_000)),
        part,
    ) {
        (Some(whole), Ok(part)) => Value::from(whole.saturating_add(part)),
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::millionths;
    use serde_json::json;

    #[test]
    fn amounts_are_read_to_the_millionth_and_nothing_else_is() {
        let english = |text: &str| millionths(text, '.');
        assert_eq!(english("0.05"), json!(50_000));
        assert_eq!(english("1.234"), json!(1_234_000));
        assert_eq!(english("12"), json!(12_000_000));
        assert_eq!(english(".000001"), json!(1));
        for refused in ["1,5", "1,234", "1,234.5", "0.0000001", "1.2.3", ""] {
            assert_eq!(english(refused), json!(refused));
        }
    }

    #[test]
    fn decimals_begin_where_the_reader_s_language_has_them_begin_or_at_a_point() {
        let german = |text: &str| millionths(text, ',');
        for (text, read) in [
            ("0,05", 50_000),
            ("0.05", 50_000),
            ("1,234", 1_234_000),
            ("0.125", 125_000),
            ("1234.5", 1_234_500_000),
            ("1234", 1_234_000_000),
        ] {
            assert_eq!(german(text), json!(read), "{text}");
        }
        // A thousand and more, or one and a part of it; and what has both.
        for refused in ["1.234", "12.345", "1.234,5", "1,234.5", "1,2,3", ","] {
            assert_eq!(german(refused), json!(refused));
        }
    }
}
