//! Finding resources by id or by bare name.

use super::{
    Cloud, CommandError, DiskRestorePoint, ManagedDisk, RestorePoint, RestorePointCollection,
    VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::order::{Index, SmallMap, Table};

/// At most this many names are offered where one was not found.
const OFFERED_NAMES: usize = 5;

fn find<'a, R>(
    resources: &'a Table<R>,
    reference: &str,
    kind: &'static str,
    target: &'static str,
) -> Result<(&'a ResourceId, &'a R), CommandError> {
    let (id, slot) = named(resources.index(), reference, kind, target)?;
    let resource = resources.at(slot);
    let resource = resource.ok_or_else(|| not_found(resources.index(), reference, kind, target))?;
    Ok((id, resource))
}

/// The id that is given, or the only one with the name that is given, and its number.
fn named<'a>(
    index: &'a Index,
    reference: &str,
    kind: &'static str,
    target: &'static str,
) -> Result<(&'a ResourceId, u32), CommandError> {
    // Every id there is well formed, and so is a text that is one of them.
    if reference.starts_with('/')
        && let Some(found) = index.entry_of(reference.trim_end_matches('/'))
    {
        return Ok(found);
    }
    let mut named = Vec::new();
    for (id, slot) in index.iter() {
        if id.name().eq_ignore_ascii_case(reference) {
            named.push((id, slot));
        }
    }
    match named.as_slice() {
        [] => Err(not_found(index, reference, kind, target)),
        [found] => Ok(*found),
        _ => Err(CommandError::Ambiguous {
            reference: reference.to_owned(),
            ids: named.into_iter().map(|(id, _)| id.clone()).collect(),
            target,
        }),
    }
}

fn not_found(
    index: &Index,
    reference: &str,
    kind: &'static str,
    target: &'static str,
) -> CommandError {
    CommandError::NotFound {
        kind,
        reference: reference.to_owned(),
        hint: offer(index.iter().count(), index.iter().map(|(id, _)| id)),
        target,
    }
}

fn offer<'a>(count: usize, ids: impl Iterator<Item = &'a ResourceId>) -> String {
    let names: Vec<&str> = ids.take(OFFERED_NAMES).map(ResourceId::name).collect();
    match count {
        0 => "there is none yet".to_owned(),
        _ if count > OFFERED_NAMES => format!("there are {count}, among them {}", names.join(", ")),
        _ => format!("there is {}", names.join(", ")),
    }
}

/// The id that a name given for a new resource stands for: the id itself, or one beside `beside`.
pub(super) fn new_id(
    name: &str,
    kind: ResourceType,
    beside: Option<&ResourceId>,
    target: &'static str,
) -> Result<ResourceId, CommandError> {
    let invalid = |message| CommandError::InvalidParameter {
        target: target.to_owned(),
        message,
    };
    if name.starts_with('/') {
        let id: ResourceId = name.parse().map_err(|error| invalid(format!("{error}")))?;
        return if id.is(kind) {
            Ok(id)
        } else {
            Err(invalid(format!(
                "`{name}` is the id of a {}, not of a {}",
                id.resource_type(),
                kind.as_str()
            )))
        };
    }
    check_name(name).map_err(invalid)?;
    Ok(beside.map_or_else(
        || ResourceId::named(kind, name),
        |beside| beside.sibling(kind, name),
    ))
}

/// A name that can be part of an id.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty()
        || name.len() > 260
        || name.starts_with(' ')
        || name.ends_with([' ', '.'])
        || name.chars().any(|letter| {
            letter.is_control() || matches!(letter, '/' | '\\' | '?' | '#' | '%' | '&' | '<' | '>')
        })
    {
        return Err(format!(
            "`{name}` cannot be a name: give 1 to 260 characters without / \\ ? # % & < >, with no space around and no dot behind"
        ));
    }
    Ok(())
}

/// A region that Azure has, in any spelling.
pub(super) fn check_region(target: &str, name: &str) -> Result<(), CommandError> {
    if crate::matrix::region_exists(name) {
        return Ok(());
    }
    Err(CommandError::InvalidParameter {
        target: target.to_owned(),
        message: format!(
            "`{name}` is no region that the lab has; give one as Azure writes it, such as eastus2 or westeurope"
        ),
    })
}

/// How many tags a resource may have, and how long their names and values may be, in characters.
const TAGS: (usize, usize, usize) = (50, 512, 256);

/// Tags that Azure takes.
pub(super) fn check_tags(tags: &SmallMap<String, String>) -> Result<(), CommandError> {
    check_each_tag(
        &mut tags
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

/// As [`check_tags`], of names and values.
pub(super) fn check_each_tag(
    tags: &mut dyn Iterator<Item = (&str, &str)>,
) -> Result<(), CommandError> {
    let (most, longest_name, longest_value) = TAGS;
    let invalid = |target: String, message| Err(CommandError::InvalidParameter { target, message });
    for (at, (name, value)) in tags.enumerate() {
        if at >= most {
            let message = format!("a resource has {most} tags at most; leave some out");
            return invalid("tags".to_owned(), message);
        }
        let begin: String = name.chars().take(20).collect();
        for (what, text, longest) in [
            ("name", name, longest_name),
            ("value", value, longest_value),
        ] {
            let length = text.chars().count();
            if length > longest {
                let message = format!(
                    "the {what} of the tag `{begin}` has {length} characters; {longest} are the most, shorten it"
                );
                return invalid(format!("tags.{begin}"), message);
            }
        }
    }
    Ok(())
}

/// Whether two names are of one region, in any spelling.
#[must_use]
pub fn same_region(one: &str, other: &str) -> bool {
    crate::matrix::normalise_region(one) == crate::matrix::normalise_region(other)
}

impl Cloud {
    /// The VM that `reference` names.
    pub(crate) fn find_virtual_machine(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<(&ResourceId, &VirtualMachine), CommandError> {
        find(&self.virtual_machines, reference, "virtual machine", target)
    }

    /// The disk with this id, where the text is one.
    pub(crate) fn disk_by_id(&self, text: &str) -> Option<&ResourceId> {
        if !text.starts_with('/') {
            return None;
        }
        let found = self.disks.index().entry_of(text.trim_end_matches('/'));
        found.map(|(id, _)| id)
    }

    /// The disk that `reference` names.
    pub(crate) fn find_disk(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<(&ResourceId, &ManagedDisk), CommandError> {
        find(&self.disks, reference, "disk", target)
    }

    /// The collection that `reference` names.
    pub(crate) fn find_collection(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<(&ResourceId, &RestorePointCollection), CommandError> {
        find(
            &self.collections,
            reference,
            "restore point collection",
            target,
        )
    }

    /// The restore point that `reference` names.
    pub(crate) fn find_restore_point(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<(&ResourceId, &RestorePoint), CommandError> {
        find(&self.restore_points, reference, "restore point", target)
    }

    /// The snapshot that `reference` names.
    pub(crate) fn find_snapshot(
        &self,
        reference: &str,
        target: &'static str,
    ) -> Result<(&ResourceId, &RestorePoint), CommandError> {
        let (id, snapshot) = find(&self.snapshots, reference, "snapshot", target)?;
        if id.is(ResourceType::Snapshot) {
            return Ok((id, snapshot));
        }
        Err(not_found(
            self.snapshots.index(),
            reference,
            "snapshot",
            target,
        ))
    }

    /// The disk restore point with this id, or of the disk with this name in `point`.
    pub(crate) fn find_disk_restore_point(
        &self,
        reference: &str,
        point: Option<&str>,
        target: &'static str,
    ) -> Result<(&RestorePoint, &DiskRestorePoint), CommandError> {
        let whole = reference.starts_with('/').then(|| reference.parse().ok());
        let id: Option<ResourceId> = whole.flatten();
        let snapshot = id.as_ref().and_then(|id| self.snapshots.get(id));
        if let Some((snapshot, disk)) = snapshot.and_then(|it| Some((it, it.disks.first()?))) {
            return Ok((snapshot, disk));
        }
        let parent = match (point, &id) {
            (Some(point), _) => Some(self.find_restore_point(point, "restorePoint")?.1),
            (None, Some(id)) => id
                .parent()
                .and_then(|parent| self.restore_points.get(&parent)),
            (None, None) => None,
        };
        let is_named = |disk: &DiskRestorePoint| {
            id.as_ref()
                .is_some_and(|id| disk.id == *id || (point.is_some() && disk.disk == *id))
                || disk.id.name().eq_ignore_ascii_case(reference)
                || (point.is_some() && disk.name.eq_ignore_ascii_case(reference))
        };
        let found = match parent {
            Some(point) => disk_of(point, &is_named),
            None => {
                let mut points = self.restore_points.values();
                points.find_map(|point| disk_of(point, &is_named))
            }
        };
        found.ok_or_else(|| CommandError::NotFound {
            kind: "disk restore point",
            reference: reference.to_owned(),
            hint: match parent {
                Some(point) => format!("{} holds {}", point.name, names(point)),
                None => "give its id, or the disk's name together with restorePoint".to_owned(),
            },
            target,
        })
    }
}

/// The first disk of a point that something holds for, with the point.
fn disk_of<'a>(
    point: &'a RestorePoint,
    holds: &dyn Fn(&DiskRestorePoint) -> bool,
) -> Option<(&'a RestorePoint, &'a DiskRestorePoint)> {
    let disk = point.disks.iter().find(|disk| holds(disk))?;
    Some((point, disk))
}

fn names(point: &RestorePoint) -> String {
    point
        .disks
        .iter()
        .map(|disk| disk.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
