//! The ways that a rehearsal can take, and why a point has not all of them.

use crate::components::{follow, live};
use leptos::prelude::*;
use rplab_core::cloud::RestoreMethod;
use rplab_core::json;
use rplab_core::policy::BackupService;
use rplab_core::restore::methods_of;
use serde_json::Value;

/// Ways that can be rehearsed, with their words. Which of them a point has is told by the service that it is one of.
const METHODS: [(&str, &str); 9] = [
    ("createNewVm", "New VM"),
    ("restoreDisks", "Disks only"),
    ("replaceExisting", "Replace the disks in place"),
    ("crossRegion", "Another region"),
    ("crossSubscription", "Another subscription"),
    ("crossZonal", "Another zone"),
    ("fileRecovery", "Single files"),
    ("newDisk", "New disk (Disk Backup)"),
    ("replaceSource", "In place (Disk Backup)"),
];

/// The method that a word of the select names.
pub(super) fn read_method(word: &str) -> RestoreMethod {
    json::read(&Value::from(word)).unwrap_or_default()
}

/// Why points of `service` are not restored in a way, and what has to be done first.
pub(super) fn no_way(service: BackupService, word: &str) -> Option<&'static str> {
    let method = read_method(word);
    if methods_of(service).contains(&method) {
        return None;
    }
    if methods_of(BackupService::RestorePoints).contains(&method) {
        return Some(
            "Needs a restore point, or a recovery point of Azure VM Backup: choose one under From",
        );
    }
    Some(if methods_of(BackupService::DiskBackup).contains(&method) {
        "Needs a recovery point of Azure Disk Backup: protect a disk of this VM by a policy on Lifecycle first, and choose its point under From"
    } else {
        "Needs a recovery point of Azure VM Backup: protect this VM by a policy on Lifecycle first, and choose its point under From"
    })
}

/// The select.
#[component]
pub(super) fn MethodChoice(
    /// Whose point it is.
    service: Memo<BackupService>,
    /// The chosen method.
    method: RwSignal<String>,
) -> impl IntoView {
    // What the point cannot be restored by stays in the list, disabled.
    let option = move |(value, words): (&'static str, &'static str)| {
        view! { <option value=value disabled=follow(move || no_way(service.get(), value).is_some()) selected=follow(move || method.with(|method| method == value))>{words}</option> }
    };
    view! {
        <label class="field">"Method"
            <select class="input" aria-describedby="rehearsal-missing" data-testid="rehearsal-method" on:change:target=move |event| method.set(event.target().value())>
                {METHODS.map(option).collect_view()}
            </select>
        </label>
    }
}

/// What is disabled in it, and what would have to be done first.
#[component]
pub(super) fn MissingMethods(
    /// Whose point it is.
    service: Memo<BackupService>,
) -> impl IntoView {
    let missing = move || {
        let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
        for (value, words) in METHODS {
            let Some(reason) = no_way(service.get(), value) else {
                continue;
            };
            match told.iter_mut().find(|(own, _)| *own == reason) {
                Some((_, ways)) => ways.push(words),
                None => told.push((reason, vec![words])),
            }
        }
        let line = |(reason, ways): (&'static str, Vec<&'static str>)| view! { <li>{ways.join(", ")} ": " {reason} "."</li> };
        told.into_iter().map(line).collect_view()
    };
    view! { <ul class="bullets hint" id="rehearsal-missing" data-testid="rehearsal-missing">{live(missing)}</ul> }
}
