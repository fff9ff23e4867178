//! The table of commands: what each is called, and what it takes.

use crate::session::Session;
use leptos::prelude::*;
use rplab_core::api::LabState;
use rplab_core::matrix::cross_region_regions;

/// What a field takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Machine,
    Disk,
    FreeDisk,
    Collection,
    CopyCollection,
    Point,
    DiskPoint,
    KeySet,
    Snapshot,
    SnapshotSource,
    Group,
    Item,
    Resource,
    Region,
    /// Values with their words.
    Words(&'static [(&'static str, &'static str)]),
    /// JSON texts with their words.
    Json(&'static [(&'static str, &'static str)]),
    /// A text; left out while it is empty. What stands there while it is.
    Text(&'static str),
    /// A whole number; what it starts as.
    Number(&'static str),
}

/// A field.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: Kind,
}

/// A command.
pub(super) struct Deed {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) group: &'static str,
    pub(super) inputs: &'static [Input],
}

const fn input(name: &'static str, label: &'static str, kind: Kind) -> Input {
    Input { name, label, kind }
}

const MACHINE: Input = input("virtualMachine", "VM", Kind::Machine);
const ITEM: Input = input("item", "Protected item", Kind::Item);
const DISK_POINT: Input = input("diskRestorePoint", "Disk restore point", Kind::DiskPoint);

const POLICIES: Kind = Kind::Json(&[
    (
        r#"{"type":"Standard","schedule":{"frequency":"Daily","time":"02:00"},"dailyRetentionDays":30}"#,
        "Standard, daily at 02:00, 30 days",
    ),
    (
        r#"{"type":"Enhanced","schedule":{"frequency":"Hourly","intervalHours":4},"dailyRetentionDays":30}"#,
        "Enhanced, every 4 h, 30 days",
    ),
    (
        r#"{"type":"Standard","schedule":{"frequency":"Weekly","weekdays":["Sunday"],"time":"02:00"},"weeklyRetention":{"weeks":12}}"#,
        "Standard, weekly on Sunday, 12 weeks",
    ),
    (
        r#"{"schedule":{"frequency":"Daily","time":"02:00"},"dailyRetentionDays":14}"#,
        "Own automation, daily, 14 days",
    ),
]);

/// Every command that the form offers, in groups.
pub(super) const DEEDS: &[Deed] = &[
    Deed {
        tag: "createRestorePointCollection",
        title: "Make a collection in another region",
        group: "Copies",
        inputs: &[
            input("source", "Source collection", Kind::Collection),
            input("location", "Region", Kind::Region),
            input("name", "Name", Kind::Text("points-copy")),
        ],
    },
    Deed {
        tag: "copyRestorePoint",
        title: "Copy a point to another region",
        group: "Copies",
        inputs: &[
            input("restorePoint", "Point", Kind::Point),
            input("collection", "Collection there", Kind::CopyCollection),
            input("name", "Name", Kind::Text("as the point")),
        ],
    },
    Deed {
        tag: "grantAccess",
        title: "Grant access to a disk restore point",
        group: "Access",
        inputs: &[
            DISK_POINT,
            input("durationSeconds", "Seconds", Kind::Number("3600")),
        ],
    },
    Deed {
        tag: "revokeAccess",
        title: "Revoke access",
        group: "Access",
        inputs: &[DISK_POINT],
    },
    Deed {
        tag: "setNetworkAccess",
        title: "Set a disk's network access",
        group: "Access",
        inputs: &[
            input("disk", "Disk", Kind::Disk),
            input(
                "policy",
                "Policy",
                Kind::Words(&[
                    ("AllowAll", "AllowAll"),
                    ("AllowPrivate", "AllowPrivate"),
                    ("DenyAll", "DenyAll"),
                ]),
            ),
            input("diskAccess", "Disk access", Kind::Text("for AllowPrivate")),
        ],
    },
    Deed {
        tag: "protect",
        title: "Protect a VM by a policy",
        group: "Backup",
        inputs: &[
            MACHINE,
            input(
                "service",
                "By",
                Kind::Words(&[
                    ("vmBackup", "Azure VM Backup"),
                    ("restorePoints", "Restore points of your own"),
                ]),
            ),
            input("vault", "Vault", Kind::Text("needed by VM Backup")),
            input("policy", "Policy", POLICIES),
        ],
    },
    Deed {
        tag: "changePolicy",
        title: "Change the policy",
        group: "Backup",
        inputs: &[ITEM, input("policy", "Policy", POLICIES)],
    },
    Deed {
        tag: "backupNow",
        title: "Back up now",
        group: "Backup",
        inputs: &[
            ITEM,
            input("retainDays", "Keep for days", Kind::Number("30")),
        ],
    },
    Deed {
        tag: "cancelJob",
        title: "Cancel the running backup",
        group: "Backup",
        inputs: &[ITEM],
    },
    Deed {
        tag: "runCleanup",
        title: "Clean up now",
        group: "Backup",
        inputs: &[ITEM],
    },
    Deed {
        tag: "stopProtection",
        title: "Stop protection",
        group: "Backup",
        inputs: &[
            ITEM,
            input(
                "keepPoints",
                "Its points",
                Kind::Json(&[("true", "stay"), ("false", "go")]),
            ),
        ],
    },
    Deed {
        tag: "createSnapshot",
        title: "Take a snapshot",
        group: "Snapshots",
        inputs: &[
            input("source", "Of", Kind::SnapshotSource),
            input("name", "Name", Kind::Text("snap-1")),
            input(
                "incremental",
                "Kind",
                Kind::Json(&[("true", "incremental"), ("false", "full")]),
            ),
        ],
    },
    Deed {
        tag: "deleteSnapshot",
        title: "Delete a snapshot",
        group: "Snapshots",
        inputs: &[input("snapshot", "Snapshot", Kind::Snapshot)],
    },
    Deed {
        tag: "placeLock",
        title: "Place a lock",
        group: "Locks and keys",
        inputs: &[
            input("scope", "On", Kind::Resource),
            input(
                "level",
                "Level",
                Kind::Words(&[("CanNotDelete", "CanNotDelete"), ("ReadOnly", "ReadOnly")]),
            ),
            input("name", "Name", Kind::Text("by its scope")),
        ],
    },
    Deed {
        tag: "createDiskEncryptionSet",
        title: "Make a disk encryption set",
        group: "Locks and keys",
        inputs: &[
            input("name", "Name", Kind::Text("des-1")),
            input("location", "Region", Kind::Region),
        ],
    },
    Deed {
        tag: "setKeyState",
        title: "Enable, disable or delete a key",
        group: "Locks and keys",
        inputs: &[
            input("diskEncryptionSet", "Disk encryption set", Kind::KeySet),
            input(
                "state",
                "Its key",
                Kind::Words(&[
                    ("disabled", "disabled"),
                    ("deleted", "deleted"),
                    ("enabled", "enabled"),
                ]),
            ),
        ],
    },
    Deed {
        tag: "deallocateVirtualMachine",
        title: "Stop and deallocate a VM",
        group: "VM and guest",
        inputs: &[MACHINE],
    },
    Deed {
        tag: "startVirtualMachine",
        title: "Start a VM",
        group: "VM and guest",
        inputs: &[MACHINE],
    },
    Deed {
        tag: "setAgent",
        title: "Set what the VM agent reports",
        group: "VM and guest",
        inputs: &[
            MACHINE,
            input(
                "status",
                "It says",
                Kind::Words(&[
                    ("notReady", "not ready"),
                    ("ready", "ready"),
                    ("notInstalled", "not installed"),
                ]),
            ),
        ],
    },
    Deed {
        tag: "setVssWriters",
        title: "Set the VSS writers",
        group: "VM and guest",
        inputs: &[
            MACHINE,
            input(
                "healthy",
                "They",
                Kind::Json(&[("false", "fail"), ("true", "are healthy")]),
            ),
        ],
    },
    Deed {
        tag: "setScripts",
        title: "Set pre and post scripts",
        group: "VM and guest",
        inputs: &[
            MACHINE,
            input(
                "installed",
                "They",
                Kind::Json(&[("true", "are installed"), ("false", "are not")]),
            ),
        ],
    },
    Deed {
        tag: "moveVirtualMachine",
        title: "Move a VM to another group",
        group: "VM and guest",
        inputs: &[
            MACHINE,
            input("resourceGroup", "Group", Kind::Text("rg-new")),
        ],
    },
    Deed {
        tag: "deleteVirtualMachine",
        title: "Delete a VM; its disks and points stay",
        group: "VM and guest",
        inputs: &[MACHINE],
    },
    Deed {
        tag: "resizeDisk",
        title: "Make a disk larger",
        group: "Disks",
        inputs: &[
            input("disk", "Disk", Kind::Disk),
            input("sizeGiB", "GiB", Kind::Number("1024")),
        ],
    },
    Deed {
        tag: "detachDisk",
        title: "Detach a data disk",
        group: "Disks",
        inputs: &[input("disk", "Disk", Kind::Disk)],
    },
    Deed {
        tag: "attachDisk",
        title: "Attach a disk",
        group: "Disks",
        inputs: &[MACHINE, input("disk", "Disk", Kind::FreeDisk)],
    },
    Deed {
        tag: "deleteDisk",
        title: "Delete an unattached disk; its points stay",
        group: "Disks",
        inputs: &[input("disk", "Disk", Kind::FreeDisk)],
    },
    Deed {
        tag: "deleteRestorePointCollection",
        title: "Delete a collection with its points",
        group: "Collections and groups",
        inputs: &[input("collection", "Collection", Kind::Collection)],
    },
    Deed {
        tag: "createResourceGroup",
        title: "Make a resource group",
        group: "Collections and groups",
        inputs: &[
            input("name", "Name", Kind::Text("rg-new")),
            input("location", "Region", Kind::Region),
        ],
    },
    Deed {
        tag: "deleteResourceGroup",
        title: "Delete an empty resource group",
        group: "Collections and groups",
        inputs: &[input("name", "Group", Kind::Group)],
    },
];

type Options = Vec<(String, String)>;

fn pair(value: impl ToString, words: impl Into<String>) -> (String, String) {
    (value.to_string(), words.into())
}

/// What a field can be given now; `None` for one that is typed.
pub(super) fn options(session: Session, kind: Kind) -> Option<Options> {
    match kind {
        Kind::Text(_) | Kind::Number(_) => None,
        Kind::Words(words) | Kind::Json(words) => Some(
            words
                .iter()
                .map(|(value, words)| pair(value, *words))
                .collect(),
        ),
        Kind::Region => Some(
            cross_region_regions()
                .into_iter()
                .map(|region| pair(region, region))
                .collect(),
        ),
        kind => Some(session.state.with(|state| of_state(state, kind))),
    }
}

fn of_state(state: &LabState, kind: Kind) -> Options {
    let machines = || {
        state
            .virtual_machines
            .iter()
            .map(|machine| pair(&machine.id, machine.name.clone()))
    };
    let disks = |free: bool| {
        let all = state
            .disks
            .iter()
            .filter(move |disk| !free || disk.attached_to.is_none());
        all.map(|disk| pair(&disk.id, disk.name.clone()))
    };
    let collections = |copies: bool| {
        let all = state
            .restore_point_collections
            .iter()
            .filter(move |own| own.source_collection.is_some() == copies);
        all.map(|own| pair(&own.id, format!("{} ({})", own.name, own.location)))
    };
    let points = || {
        state.restore_points.iter().map(|point| {
            pair(
                &point.id,
                format!("{} ({})", point.name, point.collection.name()),
            )
        })
    };
    let groups = || {
        state
            .resource_groups
            .iter()
            .map(|group| pair(&group.name, group.name.clone()))
    };
    let snapshots = || {
        state
            .snapshots
            .iter()
            .map(|snapshot| pair(&snapshot.id, snapshot.name.clone()))
    };
    match kind {
        Kind::Machine => machines().collect(),
        Kind::Disk => disks(false).collect(),
        Kind::FreeDisk => disks(true).collect(),
        Kind::Collection => collections(false).collect(),
        Kind::CopyCollection => collections(true).collect(),
        Kind::Point => points().collect(),
        Kind::DiskPoint => {
            let mut all = Options::new();
            for point in &state.restore_points {
                all.extend(
                    point
                        .disks
                        .iter()
                        .map(|disk| pair(&disk.id, format!("{} in {}", disk.name, point.name))),
                );
            }
            all
        }
        Kind::KeySet => state
            .disk_encryption_sets
            .iter()
            .map(|set| pair(&set.id, set.name.clone()))
            .collect(),
        Kind::Snapshot => snapshots().collect(),
        Kind::SnapshotSource => disks(false).chain(snapshots()).collect(),
        Kind::Group => groups().collect(),
        Kind::Item => state
            .protected_items
            .iter()
            .map(|item| pair(&item.id, item.name.clone()))
            .collect(),
        Kind::Resource => {
            let groups = groups().map(|(name, words)| (name, format!("group {words}")));
            groups
                .chain(machines())
                .chain(collections(false))
                .chain(disks(false))
                .chain(points())
                .collect()
        }
        Kind::Region | Kind::Words(_) | Kind::Json(_) | Kind::Text(_) | Kind::Number(_) => {
            Options::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEDS, Kind};
    use rplab_core::api::Command;
    use serde_json::{Map, Value};

    /// Every command of the table is one of the lab, and takes the fields that the table gives it.
    #[test]
    fn every_deed_is_a_command_that_takes_its_fields() {
        for deed in DEEDS {
            let mut fields = Map::new();
            for input in deed.inputs {
                let value = match input.kind {
                    Kind::Number(text) => serde_json::from_str(text).unwrap(),
                    Kind::Json(all) => {
                        for (text, _) in all {
                            fields
                                .insert(input.name.to_owned(), serde_json::from_str(text).unwrap());
                            // The others of the form follow.
                        }
                        continue;
                    }
                    Kind::Words(all) => Value::from(all[0].0),
                    _ => Value::from("some"),
                };
                fields.insert(input.name.to_owned(), value);
            }
            let read = Command::from_fields(deed.tag, &Value::Object(fields)).expect(deed.tag);
            assert_eq!(read.unwrap().type_name(), deed.tag);
        }
    }
}
