//! What is at work or in the way: faults, locks, open addresses, keys, and what is protected.

use super::{of_texts, refusal, run};
use crate::components::{Action, live};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::{Command, LabState};
use rplab_core::cloud::Lock;

/// A line, with what ends it.
struct Standing {
    what: String,
    about: String,
    ends: Vec<(&'static str, Result<Command, String>)>,
}

fn standing(state: &LabState) -> Vec<Standing> {
    let mut all = Vec::new();
    let name = |id: &str| id.rsplit('/').next().unwrap_or(id).to_owned();
    for fault in &state.faults {
        all.push(Standing {
            what: format!("Fault {}", fault.name),
            about: format!(
                "{}{}",
                name(&fault.target),
                if fault.active { "" } else { ", later" }
            ),
            ends: vec![("Clear", of_texts("clearFault", &[("name", &fault.name)]))],
        });
    }
    for lock in &state.locks {
        all.push(Standing {
            what: format!("Lock {}", lock.level),
            about: format!("{} on {}", lock.name, name(&lock.scope)),
            ends: vec![(
                "Remove",
                of_texts(
                    "removeLock",
                    &[("name", &Lock::id_on(&lock.scope, &lock.name))],
                ),
            )],
        });
    }
    for set in state
        .disk_encryption_sets
        .iter()
        .filter(|set| set.key_state != "enabled")
    {
        let fields = [("diskEncryptionSet", set.id.as_str()), ("state", "enabled")];
        all.push(Standing {
            what: format!("Key {}", set.key_state),
            about: set.name.clone(),
            ends: vec![("Enable", of_texts("setKeyState", &fields))],
        });
    }
    for point in &state.restore_points {
        for disk in &point.disks {
            let Some(access) = &disk.access else { continue };
            all.push(Standing {
                what: format!("Address of {} in {}", disk.name, point.name),
                about: format!("until {}", words::short_instant(access.until)),
                ends: vec![(
                    "Revoke",
                    of_texts("revokeAccess", &[("diskRestorePoint", disk.id.as_str())]),
                )],
            });
        }
    }
    for item in &state.protected_items {
        let next = item.next_backup.map_or_else(
            || "no backup planned".to_owned(),
            |at| format!("next backup {}", words::short_instant(at)),
        );
        let count = u64::try_from(item.recovery_points.len()).unwrap_or(0);
        let mut about = format!(
            "{next}, {}",
            words::count(count, "recovery point", "recovery points")
        );
        if let Some(job) = &item.job {
            about = format!("{about}; {:?} of {}", job.phase, job.recovery_point);
        }
        if let Some(failure) = &item.last_failure {
            about = format!("{about}; last failure {}", failure.code);
        }
        let of = [("item", item.id.as_str())];
        all.push(Standing {
            what: format!("Protected: {}", item.name),
            about,
            ends: vec![
                ("Back up now", of_texts("backupNow", &of)),
                ("Clean up", of_texts("runCleanup", &of)),
                ("Stop", of_texts("stopProtection", &of)),
            ],
        });
    }
    all
}

/// The card; nothing where nothing stands.
#[component]
pub(crate) fn InForce() -> impl IntoView {
    let session = Session::get();
    let lines = move || {
        let all = session.state.with(|state| standing(state));
        (!all.is_empty()).then(|| {
            view! {
                <section class="card" aria-labelledby="in-force-title" data-testid="in-force">
                    <div class="card-head"><h2 id="in-force-title">"At work"</h2></div>
                    <ul>{all.into_iter().map(|line| view! { <Line line /> }).collect_view()}</ul>
                </section>
            }
        })
    };
    live(lines)
}

#[component]
fn Line(line: Standing) -> impl IntoView {
    let session = Session::get();
    let ends = line.ends.into_iter().map(|(label, command)| {
        let reason = refusal(session, &command);
        view! { <Action label small=true reason=Signal::stored(reason) on_press=move || run(session, command.clone()) /> }
    });
    view! {
        <li class="disk-verdict standing">
            <span class="grow"><b>{line.what}</b><span class="hint block">{line.about}</span></span>
            <span class="line">{ends.collect_view()}</span>
        </li>
    }
}
