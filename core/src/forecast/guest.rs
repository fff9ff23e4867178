//! What backs up from within the guest: the MARS agent, DPM and MABS. Nothing of it is simulated block by block;
//! what it protects, how often and for how long is told and held against its limits, each by its rule.

use super::answer::{GroupForecast, PlanNote, QuotaForecast};
use super::prepare::Prepared;
use super::rollout::Rollout;
use super::{Plan, PlanError, rpo};
use crate::json::{Read, Write};
use crate::matrix::Service;
use crate::model::{FactValue, Machine};
use crate::units::SimDuration;

/// Machines of which it is told one by one that they cannot be protected so.
const MOST_NOTES: usize = 20;
/// Minutes between two points on a server's disk at most; our assumption.
const LONGEST: u64 = 7 * 24 * 60;

/// What an agent in the guest backs up, and what the server of DPM or MABS keeps on its own disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Write, Read)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GuestBackup {
    /// What is protected: `files`, `folders`, `volumes`, and with DPM or MABS also `systemState`, `bareMetal` and
    /// `application`; `files` where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The workload: `SQL Server`, `file server`, and so on. SQL Server may be backed up more often, and of file
    /// servers fewer points are kept on the server's disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// Where the server of DPM backs up to beside its disk: `vault` where left out, or `tape`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Minutes between two points on the disk of the server of DPM or MABS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u64>,
    /// How many points the disk of that server keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_recovery_points: Option<u64>,
}

impl GuestBackup {
    fn is(&self, workload: &str) -> bool {
        let given = self.workload.as_deref().unwrap_or_default();
        given.to_ascii_lowercase().contains(workload)
    }

    fn tape(&self) -> bool {
        self.destination.as_deref() == Some("tape")
    }

    /// Minutes between two points on the server's disk at least, and the rule.
    fn shortest(&self) -> (u64, &'static str) {
        if self.is("sql") {
            (15, "S3-39a")
        } else {
            (60, "S3-39b")
        }
    }

    /// Points on the server's disk at most, and the rule.
    fn most_points(&self) -> (u64, &'static str) {
        if self.is("file") {
            (64, "S3-42a")
        } else {
            (448, "S3-42b")
        }
    }
}

/// How often a service goes to the vault in a day at most, and the rules; nothing for what is not in the guest.
pub(super) fn most_a_day(service: Service) -> Option<(u64, &'static [&'static str])> {
    match service {
        Service::Mars => Some((3, &["S3-11", "S3-38"])),
        Service::DpmMabs => Some((2, &["S3-12"])),
        _ => None,
    }
}

/// Whether a service in the guest can have this plan.
pub(super) fn check(plan: &Plan) -> Result<(), PlanError> {
    let blank = GuestBackup::default();
    let guest = plan.guest.as_ref().unwrap_or(&blank);
    let Some((most, rows)) = most_a_day(plan.service) else {
        return match &plan.guest {
            None => Ok(()),
            Some(_) => Err(PlanError::new(
                "guest",
                "only MARS, DPM and MABS back up from within the guest; leave it out",
            )),
        };
    };
    let refused = |field: &str, message: String, rows: &[&str]| {
        Err(PlanError::new(format!("guest.{field}"), message).by(rows))
    };
    let mars = plan.service == Service::Mars;
    let scope = guest.scope.as_deref().unwrap_or("files");
    let offered: &[&str] = if mars {
        &["files", "folders", "volumes"]
    } else {
        &[
            "files",
            "folders",
            "volumes",
            "systemState",
            "bareMetal",
            "application",
        ]
    };
    if !offered.contains(&scope) {
        let message = format!(
            "`{scope}` is not what it protects; give {}",
            offered.join(", ")
        );
        let row = if mars { "S3-02a" } else { "S3-03a" };
        return refused("scope", message, &[row]);
    }
    for (field, given) in [
        ("intervalMinutes", guest.interval_minutes.is_some()),
        ("diskRecoveryPoints", guest.disk_recovery_points.is_some()),
        ("destination", guest.destination.is_some()),
    ] {
        if mars && given {
            let message = "only a server of DPM or MABS has a disk of its own; leave it out";
            return refused(field, message.to_owned(), &["S3-03c"]);
        }
    }
    if !matches!(guest.destination.as_deref(), None | Some("vault" | "tape")) {
        return refused(
            "destination",
            "give vault or tape".to_owned(),
            &["S3-03b", "S3-42c"],
        );
    }
    let (shortest, row) = guest.shortest();
    if guest.interval_minutes.is_some_and(|given| given < shortest) {
        let message = format!("give {shortest} minutes or more for this workload");
        return refused("intervalMinutes", message, &[row]);
    }
    if guest.interval_minutes.is_some_and(|given| given > LONGEST) {
        let message = format!("give {LONGEST} minutes or less: a week");
        return refused("intervalMinutes", message, &[]);
    }
    let (points, row) = guest.most_points();
    if guest
        .disk_recovery_points
        .is_some_and(|given| given > points)
    {
        let message = format!("the server's disk keeps {points} points of this workload at most");
        return refused("diskRecoveryPoints", message, &[row]);
    }
    if guest.disk_recovery_points == Some(0) {
        let message = "the server's disk keeps one point or more; leave it out where it keeps none";
        return refused("diskRecoveryPoints", message.to_owned(), &[]);
    }
    // Tape counts no points and no runs (S3-42c).
    let most = if guest.tape() { u64::MAX } else { most };
    plan.policy
        .check_in_guest(most, rows)
        .map_err(|error| PlanError::of_policy("policy", &error))
}

/// What such a plan protects and gives back, and which VMs it cannot protect.
pub(super) fn notes(plan: &Plan) -> Vec<PlanNote> {
    let mars = plan.service == Service::Mars;
    if most_a_day(plan.service).is_none() {
        return Vec::new();
    }
    let note = |about: &str, text: String, rows: &[&str]| PlanNote {
        about: about.to_owned(),
        text,
        row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
    };
    let mut notes = if mars {
        vec![
            note(
                "service",
                "files, folders and volumes of Windows VMs are protected, by an agent in each"
                    .to_owned(),
                &["S3-02a"],
            ),
            note(
                "service",
                "files and folders come back; no VM and no disk does".to_owned(),
                &["S3-02c"],
            ),
        ]
    } else {
        vec![
            note("service", "files, folders, volumes, system state, bare metal and application data of Windows VMs are protected, by an agent in each and a server".to_owned(), &["S3-03a", "S3-03c"]),
            note("service", "the same comes back; no Azure VM and no disk of one does".to_owned(), &["S3-03d"]),
        ]
    };
    let text = "what it takes is not foretold, so it has no price: it backs up from within the guest, which nothing here simulates";
    notes.push(note("service", text.to_owned(), &[]));
    let guest = plan.guest.as_ref();
    if let Some((minutes, kept)) =
        guest.and_then(|guest| Some((guest.interval_minutes?, guest.disk_recovery_points?)))
    {
        let reach = SimDuration::from_seconds(minutes.saturating_mul(kept).saturating_mul(60));
        let text = format!(
            "{kept} points on the server's disk, one every {minutes} minutes, reach back {reach}"
        );
        let (_, row) = guest.map(GuestBackup::most_points).unwrap_or_default();
        notes.push(note("guest.diskRecoveryPoints", text, &[row]));
    }
    let row = if mars { "S3-24" } else { "S3-25" };
    let linux = plan.fleet.machines.iter();
    let linux = linux.filter(|machine| !is_protected(machine));
    let linux = linux.take(MOST_NOTES);
    notes.extend(linux.map(|machine| {
        note(
            &machine.name,
            "Linux VMs in Azure are not protected so".to_owned(),
            &[row],
        )
    }));
    notes
}

/// Whether an agent in the guest can protect a VM.
fn is_protected(machine: &Machine) -> bool {
    !matches!(machine.facts.get("osType"), Some(FactValue::Text(system)) if system == "Linux")
}

/// VMs of one region: how old the last point gets, if every backup succeeds. Those that cannot be protected so never
/// have one.
pub(super) fn groups(prepared: &Prepared<'_>, rollout: &Rollout) -> Vec<GroupForecast> {
    let mut found: Vec<(bool, GroupForecast)> = Vec::new();
    for group in &prepared.groups {
        let machines = group.machines.iter();
        let machines = machines.filter_map(|at| prepared.plan.fleet.machines.get(*at));
        for machine in machines {
            let protected = is_protected(machine);
            let known = found.iter_mut().find(|(own, known)| {
                *own == protected && known.rpo.iter().any(|rpo| rpo.region == group.region)
            });
            if let Some((_, known)) = known {
                known.machines.push(machine.name.clone());
                continue;
            }
            let Some(tier) = rollout.tiers.first() else {
                continue;
            };
            let mut changes = rpo::usable(prepared, rollout, tier, None);
            if !protected {
                changes.clear();
            }
            let (start, end) = (prepared.start, prepared.end);
            let mut age = rpo::achieved(&changes, start, end, &group.region, true);
            let guest = prepared.plan.guest.as_ref();
            if let Some(minutes) = guest.and_then(|guest| guest.interval_minutes) {
                // The server's own disk has younger ones.
                let own = SimDuration::from_seconds(minutes.saturating_mul(60));
                age.worst = age.worst.min(own);
                let seconds = own.seconds();
                age.days
                    .iter_mut()
                    .for_each(|worst| *worst = seconds.min(*worst));
            }
            let group = GroupForecast {
                machines: vec![machine.name.clone()],
                tiers: Vec::new(),
                rpo: vec![age],
            };
            found.push((protected, group));
        }
    }
    found.into_iter().map(|(_, group)| group).collect()
}

/// The limits of the service, as far as the plan touches them.
pub(super) fn limits(prepared: &Prepared<'_>, found: &mut Vec<QuotaForecast>) {
    let plan = prepared.plan;
    let Some((most, rows)) = most_a_day(plan.service) else {
        return;
    };
    let guest = plan.guest.as_ref();
    let first = plan.policy.schedule.next_after(prepared.start);
    let mut limit = |name: &str, (asked, allowed): (u64, u64), text: &str, rows: &[&str]| {
        found.push(QuotaForecast {
            limit: name.to_owned(),
            about: "each VM".to_owned(),
            allowed,
            most: asked,
            most_at: first,
            reached_at: (asked >= allowed).then_some(first),
            refused_at: None,
            refused: 0,
            text: text.to_owned(),
            row_ids: rows.iter().map(|row| (*row).to_owned()).collect(),
        });
    };
    if !guest.is_some_and(GuestBackup::tape) {
        let runs = plan.policy.schedule.runs_a_day();
        limit(
            "schedulesPerDay",
            (runs, most),
            "scheduled backups to the vault in a day",
            rows,
        );
    }
    if let Some(kept) = guest.and_then(|guest| guest.disk_recovery_points) {
        let (allowed, row) = guest.map(GuestBackup::most_points).unwrap_or_default();
        limit(
            "diskRecoveryPoints",
            (kept, allowed),
            "points on the disk of the server",
            &[row],
        );
    }
}
