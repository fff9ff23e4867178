//! The facts of the vocabulary in groups, each with the rows that it has a part in.

use super::Editor;
use super::fact_input::FactInput;
use crate::components::{Icon, act, follow, live};
use crate::route::{Page, address_of};
use crate::session::Session;
use crate::words;
use leptos::prelude::*;
use rplab_core::api::support_matrix;
use rplab_core::model::vocabulary::{FactEntry, FactSubject, vocabulary};
use rplab_core::model::{FactSet, FactValue, Machine};
use rplab_core::order::SmallMap;

/// Groups as an administrator thinks of them: a title, and the facts in it. What no group names stands in the last one.
const GROUPS: [(&str, &[&str]); 9] = [
    (
        "Size and system",
        &[
            "vmSize",
            "osType",
            "osName",
            "osBits",
            "vCpus",
            "memoryGiB",
            "hyperVGeneration",
            "imageKind",
            "imageReference",
            "plan",
            "planRemovedFromMarketplace",
            "licenseType",
            "extendedLocation",
            "diskControllerType",
            "generalized",
            "powerState",
            "hibernationEnabled",
        ],
    ),
    (
        "Storage",
        &[
            "managed",
            "vhdUri",
            "ephemeral",
            "caching",
            "writeAcceleratorEnabled",
            "maxShares",
            "logicalSectorSize",
            "tier",
            "diskState",
            "incrementalSnapshots",
            "usedGiB",
            "ultraDiskEnabled",
            "localNvmeDisks",
            "temporaryDiskGiB",
            "performanceTierChanged",
            "diskAdded",
            "diskResized",
            "storageAccountSse",
            "storageAccountNetwork",
            "migratedToManagedDisks",
            "classic",
        ],
    ),
    (
        "Encryption and security",
        &[
            "securityType",
            "secureBoot",
            "vTpm",
            "encryptionAtHost",
            "adeEnabled",
            "encryptionType",
            "diskEncryptionSetId",
            "securityEncryptionType",
            "diskSecurityType",
            "keyState",
            "identityType",
            "rbacPolicies",
            "securityFeaturesDisabled",
            "resourceRead",
        ],
    ),
    (
        "Network",
        &[
            "nicCount",
            "acceleratedNetworking",
            "proxyConfigured",
            "proxyAuthenticated",
            "internetAccess",
            "ipAllocation",
            "staticIpAddress",
            "publicIpAddress",
            "reservedIpAddresses",
            "networkSecurityGroup",
            "loadBalancer",
            "trafficManager",
            "azureDns",
            "customDns",
            "specialNetworkSettings",
            "endpoints",
            "serviceEndpoints",
            "networkAccessPolicy",
            "diskAccessId",
            "publicNetworkAccess",
        ],
    ),
    (
        "Availability and placement",
        &[
            "availabilitySetId",
            "proximityPlacementGroupId",
            "scaleSetId",
            "orchestrationMode",
            "hostId",
            "hostGroupId",
            "pinnedNode",
            "priority",
            "evictionPolicy",
            "reservedInstance",
            "liveMigrated",
            "serviceHealed",
            "migratedByAzureMigrate",
            "migratedToAzure",
        ],
    ),
    (
        "Guest: agent and consistency",
        &[
            "agentStatus",
            "vssWritersHealthy",
            "applicationVssWriter",
            "prePostScripts",
            "pythonVersion",
            "extensions",
            "machineTimeChanged",
            "machineTimeReverted",
            "subscriptionEnrolled",
        ],
    ),
    (
        "Guest: volumes and applications",
        &[
            "deduplication",
            "refs",
            "storageSpaces",
            "dynamicDisks",
            "lvmOrRaid",
            "clusterSharedVolumes",
            "nfsMounts",
            "dockerMountPoints",
            "scaleOutFileServer",
            "domainController",
            "database",
            "databaseVersion",
        ],
    ),
    (
        "Locks, backup and points",
        &[
            "locks",
            "diagnosticSettings",
            "vmBackupEnabled",
            "marsAgent",
            "protectionAgent",
            "recoveryPoints",
            "restorePointCollections",
            "restorePointsRetained",
            "restorePointsCreatedEver",
            "restorePointCreationInProgress",
            "pointDisksManaged",
        ],
    ),
    ("Everything else", &[]),
];

/// The place of the group that a fact stands in.
fn group_of(fact: &str) -> usize {
    let found = GROUPS.iter().position(|(_, facts)| facts.contains(&fact));
    found.unwrap_or(GROUPS.len() - 1)
}

/// For each fact the rows of the matrix that it has a part in: their ids and labels.
#[derive(Clone, Copy)]
struct Deciding(Memo<SmallMap<String, Vec<(String, String)>>>);

impl Deciding {
    fn new(session: Session) -> Self {
        Self(Memo::new(move |_| {
            session.services.track();
            let mut found: SmallMap<String, Vec<(String, String)>> = SmallMap::new();
            for row in support_matrix() {
                for fact in row.facts {
                    let mut rows = found.get(&fact).cloned().unwrap_or_default();
                    rows.push((row.id.clone(), row.label.clone()));
                    found.insert(fact, rows);
                }
            }
            found
        }))
    }
}

/// Every fact of a subject: of the VM, or of one of its disks.
#[component]
pub(crate) fn FactGroups(subject: FactSubject, disk: Option<usize>) -> impl IntoView {
    let sought = RwSignal::new(String::new());
    let deciding = Deciding::new(Session::get());
    let of_subject = move |group: usize| {
        // The SKU has its own place in the disk's form.
        vocabulary()
            .iter()
            .filter(move |entry| entry.subject == subject && group_of(&entry.name) == group)
            .filter(move |entry| subject == FactSubject::Machine || entry.name != "sku")
    };
    let group = move |(at, (title, _)): (usize, (&'static str, &'static [&'static str]))| {
        let count = of_subject(at).count();
        (count > 0).then(|| {
            view! {
                <details class="fact-group" open=follow(move || !sought.with(String::is_empty) || (subject == FactSubject::Disk && at == 1))>
                    <summary>{title} " " <span class="hint">{count}</span></summary>
                    <div class="fact-grid">{of_subject(at).map(|entry| view! { <FactRow entry disk sought deciding /> }).collect_view()}</div>
                </details>
            }
        })
    };
    view! {
        <label class="search"><Icon name="search" /><span class="unseen">"Find a fact"</span><input type="search" placeholder="Find a fact" data-testid="fact-search" bind:value=sought /></label>
        {GROUPS.into_iter().enumerate().map(group).collect_view()}
    }
}

fn facts(machine: &Machine, disk: Option<usize>) -> Option<&FactSet> {
    match disk {
        Some(index) => machine.disks.get(index).map(|disk| &disk.facts),
        None => Some(&machine.facts),
    }
}

#[component]
fn FactRow(
    entry: &'static FactEntry,
    disk: Option<usize>,
    sought: RwSignal<String>,
    deciding: Deciding,
) -> impl IntoView {
    let editor = Editor::get();
    let open = RwSignal::new(false);
    let rows = move || {
        deciding
            .0
            .with(|all| all.get(&entry.name).cloned().unwrap_or_default())
    };
    let count = move || u64::try_from(rows().len()).unwrap_or(0);
    let link = |(id, label): (String, String)| {
        let to = address_of(Page::Matrix, &id);
        view! { <li><a href=to target="_blank" rel="noopener">{label}</a></li> }
    };
    let value = Memo::new(move |_| {
        editor.machine(|machine| {
            facts(machine, disk)
                .and_then(|facts| facts.get(&entry.name))
                .cloned()
        })
    });
    let set = Callback::new(move |value: Option<FactValue>| {
        editor.change(|machine| {
            let facts = match disk {
                Some(index) => machine.disks.get_mut(index).map(|disk| &mut disk.facts),
                None => Some(&mut machine.facts),
            };
            let Some(facts) = facts else { return };
            match value {
                Some(value) => facts.insert(entry.name.clone(), value),
                None => facts.remove(&entry.name),
            };
        });
    });
    let found = move || {
        let sought = sought.get().trim().to_lowercase();
        sought.is_empty()
            || entry.name.to_lowercase().contains(&sought)
            || entry.meaning.to_lowercase().contains(&sought)
    };
    view! {
        <div hidden=follow(move || !found()) class:known=follow(move || value.with(Option::is_some))>
            <FactInput entry value=Signal::from(value) set />
            {live(move || (count() > 0).then(|| view! {
                <button type="button" class="link-button hint" aria-expanded=follow(move || open.get().to_string()) data-testid=format!("decides-{}", entry.name) on:click=act(move || open.update(|open| *open = !*open))>
                    {format!("{}: decides {}", entry.name, words::count(count(), "row", "rows"))}
                </button>
                {live(move || open.get().then(|| view! { <ul class="bullets">{rows().into_iter().map(link).collect_view()}</ul> }))}
            }))}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, group_of};
    use rplab_core::model::vocabulary::vocabulary;

    #[test]
    fn every_fact_of_machines_and_disks_has_a_group_and_groups_name_only_facts() {
        let known = |name: &str| vocabulary().iter().any(|entry| entry.name == name);
        for (title, facts) in GROUPS {
            for fact in facts {
                assert!(known(fact), "{title} names {fact}");
            }
        }
        for entry in vocabulary() {
            assert!(group_of(&entry.name) < GROUPS.len());
        }
    }
}
