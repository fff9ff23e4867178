//! Faults to inject, each with its consequence; what does not apply here says why.

use super::{command, refusal, run};
use crate::components::{Action, Choice, Icon, Look, follow, reason_of, soon};
use crate::pages::lifecycle::bench::Bench;
use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::FaultState;
use serde_json::{Map, Value};

/// Whom a fault befalls.
#[derive(Clone, Copy)]
enum Victim {
    Machine,
    Disk,
    KeySet,
    Region,
    Zone,
    CopyRegion,
    Copy,
    PointsGroup,
    Point,
}

/// A fault: its word, what happens, and what follows.
const FAULTS: [(&str, &str, &str, Victim); 15] = [
    (
        "agentNotReady",
        "VM agent stops answering",
        "points come out crash-consistent or fail",
        Victim::Machine,
    ),
    (
        "vssFailing",
        "VSS writers fail",
        "the next point is file-system-consistent",
        Victim::Machine,
    ),
    (
        "scriptsFailing",
        "Pre and post scripts fail",
        "a Linux guest gives file-system consistency",
        Victim::Machine,
    ),
    (
        "throttled",
        "Too many requests",
        "the service refuses for a while",
        Victim::Machine,
    ),
    (
        "massEncryption",
        "Everything is encrypted",
        "churn jumps to 100 %: find the last clean point",
        Victim::Machine,
    ),
    (
        "silentCorruption",
        "Content goes bad without a sign",
        "later points hold the damage",
        Victim::Disk,
    ),
    (
        "diskDetached",
        "A data disk is detached",
        "it is not in later points",
        Victim::Disk,
    ),
    (
        "accidentalDelete",
        "The chosen point is deleted by mistake",
        "what only it had is gone",
        Victim::Point,
    ),
    (
        "lockPlaced",
        "A lock on the points' group",
        "clean-up stops, the limit comes closer",
        Victim::PointsGroup,
    ),
    (
        "keyDisabled",
        "The key is disabled",
        "disks under it cannot be captured or restored",
        Victim::KeySet,
    ),
    (
        "keyDeleted",
        "The key is deleted",
        "what lies under it is lost",
        Victim::KeySet,
    ),
    (
        "copyStalled",
        "Copies stand still",
        "the other region falls behind",
        Victim::CopyRegion,
    ),
    (
        "copyFailed",
        "The copy of a point fails",
        "it is not restorable there",
        Victim::Copy,
    ),
    (
        "zoneDown",
        "The VM's zone is down",
        "nothing in it can be reached",
        Victim::Zone,
    ),
    (
        "regionDown",
        "The VM's region is down",
        "only copies elsewhere are left",
        Victim::Region,
    ),
];

const LASTS: [(&str, &str); 5] = [
    ("", "until it is cleared"),
    ("PT1H", "for 1 h"),
    ("PT6H", "for 6 h"),
    ("P1D", "for 1 d"),
    ("P3D", "for 3 d"),
];

/// The card.
#[component]
pub(crate) fn FaultMenu() -> impl IntoView {
    let lasts = RwSignal::new(String::new());
    let options = LASTS
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec();
    view! {
        <section class="card" aria-labelledby="faults-title" data-testid="faults">
            <div class="card-head"><h2 id="faults-title" class="grow">"Inject a fault"</h2></div>
            <div class="card-body stack">
                <Choice label="How long" options=Signal::stored(options) value=lasts testid="fault-lasts" />
            </div>
            <ul class="faults">{FAULTS.map(|(fault, title, consequence, victim)| soon(move || view! { <OneFault fault title consequence victim lasts /> }.into_any())).collect_view()}</ul>
        </section>
    }
}

#[component]
fn OneFault(
    fault: &'static str,
    title: &'static str,
    consequence: &'static str,
    victim: Victim,
    lasts: RwSignal<String>,
) -> impl IntoView {
    let session = Session::get();
    let bench = Bench::get();
    let wanted = Memo::new(move |_| {
        let target = target(session, bench, victim)?;
        let mut fields = Map::new();
        fields.insert("fault".to_owned(), Value::from(fault));
        if let Some(name) = another_name(session, fault, &target) {
            fields.insert("name".to_owned(), Value::from(name));
        }
        fields.insert("target".to_owned(), Value::from(target));
        let lasts = lasts.get();
        if !lasts.is_empty() {
            fields.insert("for".to_owned(), Value::from(lasts));
        }
        command("injectFault", fields)
    });
    let reason = reason_of(move || wanted.with(|wanted| refusal(session, wanted)));
    let said = move || reason.get().unwrap_or_else(|| consequence.to_owned());
    let id = format!("fault-{fault}");
    view! {
        <li class="fault" class:off=follow(move || reason.with(Option::is_some))>
            <span class="glyph caveat"><Icon name="flash" /></span>
            <span class="grow"><b>{title}</b><span class="hint block" id=id.clone()>{said}</span></span>
            <Action label=format!("Inject: {title}") icon="play" only_icon=true look=Look::Quiet small=true reason described_by=id testid=format!("inject-{fault}") on_press=move || run(session, wanted.get_untracked()) />
        </li>
    }
}

/// A name for a fault where the same one is there for others only: for one target there is one.
fn another_name(session: Session, fault: &str, target: &str) -> Option<String> {
    session.state.with(|state| {
        let of_fault = |name: &str| {
            let rest = name.strip_prefix(fault);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        let same = |other: &FaultState| of_fault(&other.name) && other.target == target;
        let taken = |name: &str| state.faults.iter().any(|other| other.name == name);
        if !taken(fault) || state.faults.iter().any(same) {
            return None;
        }
        let mut numbered = (2..).map(|number| format!("{fault}-{number}"));
        numbered.find(|name| !taken(name))
    })
}

/// Whom the fault befalls here; the error says what is missing.
fn target(session: Session, bench: Bench, victim: Victim) -> Result<String, String> {
    let missing = |words: &str| words.to_owned();
    let place = || {
        bench.machine.with(|machine| {
            machine
                .as_ref()
                .map(|machine| (machine.location.clone(), machine.zones.clone()))
        })
    };
    match victim {
        Victim::Machine => bench.machine_id().ok_or_else(|| missing("There is no VM")),
        Victim::Disk => bench
            .disk
            .with(|disk| disk.as_ref().map(|disk| disk.id.to_string()))
            .ok_or_else(|| missing("The VM has no managed disk")),
        Victim::Point => bench
            .chosen()
            .map(|point| point.id.to_string())
            .ok_or_else(|| missing("There is no point yet")),
        Victim::KeySet => session
            .state
            .with(|state| {
                state
                    .disk_encryption_sets
                    .first()
                    .map(|set| set.id.to_string())
            })
            .ok_or_else(|| {
                missing("There is no disk encryption set; make one under Do something else")
            }),
        Victim::Region => place()
            .map(|(location, _)| location)
            .ok_or_else(|| missing("There is no VM")),
        Victim::Zone => match place() {
            Some((location, zones)) => zones
                .first()
                .map(|zone| format!("{location}/{zone}"))
                .ok_or_else(|| missing("The VM is in no zone")),
            None => Err(missing("There is no VM")),
        },
        Victim::CopyRegion => copy(bench, |location, _| location)
            .ok_or_else(|| missing("There is no copy in another region")),
        Victim::Copy => {
            copy(bench, |_, id| id).ok_or_else(|| missing("There is no copy in another region"))
        }
        Victim::PointsGroup => bench
            .collections
            .with(|all| all.first().map(|own| own.id.resource_group().to_owned()))
            .ok_or_else(|| missing("There is no collection yet")),
    }
}

/// The newest copy of the VM's points.
fn copy(bench: Bench, read: fn(String, String) -> String) -> Option<String> {
    bench.points.with(|points| {
        let mut copies = points.iter().filter(|point| point.replication.is_some());
        copies
            .next_back()
            .map(|point| read(point.location.clone(), point.id.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::{FAULTS, LASTS};
    use rplab_core::api::Command;
    use serde_json::json;

    #[test]
    fn every_fault_is_one_of_the_lab() {
        for (fault, ..) in FAULTS {
            for (lasts, _) in LASTS.iter().skip(1) {
                let fields = json!({ "fault": fault, "target": "vm", "for": lasts });
                assert!(
                    Command::from_fields("injectFault", &fields)
                        .unwrap()
                        .is_ok(),
                    "{fault} {lasts}"
                );
            }
        }
    }
}
