//! Our own CSV: a row for a machine or one of its disks, a column for each fact. See `docs/inventory.md`.

use super::assemble::{Assembly, warning};
use super::collect::Found;
use super::facts::{FactWriter, SIZE, Spot, UNKNOWN_VALUE};
use super::{Problem, disk, machine, secrets};
use crate::ids::{DEFAULT_RESOURCE_GROUP, DEFAULT_SUBSCRIPTION, ResourceId, ResourceType};
use crate::model::vocabulary::{FactSubject, FactType, entry};
use crate::model::{
    Disk, DiskRole, FactSet, FactValue, LockLevel, LockScope, Machine, ResourceLock,
};
use crate::order::SmallMap;

/// Takes a row.
pub(super) fn row(
    header: &[String],
    record: &[String],
    path: &str,
    found: &mut Found,
    assembly: &mut Assembly,
) {
    let cell = |name: &str| {
        let mut columns = header.iter().zip(record);
        let column = columns.rfind(|(column, _)| column.eq_ignore_ascii_case(name));
        column
            .map(|(_, cell)| cell.as_str())
            .filter(|cell| !cell.is_empty())
    };
    let Some((id, is_placeholder)) = machine_id(&cell) else {
        let what = "a row whose column `machine` has neither a name nor a resource id";
        return found.leave_out(path, what, "InvalidId");
    };
    let mut disk = cell("disk").map(|name| disk(name, &cell, path, &mut found.problems));
    let mut surplus = record.iter().skip(header.len());
    if surplus.any(|cell| !cell.is_empty()) {
        let message = format!(
            "the row has {} cells, the header {}; what is beyond is not read",
            record.len(),
            header.len()
        );
        found.problems.push(warning("SurplusCells", path, message));
    }
    let mut of_machine = FactWriter::new(
        FactSubject::Machine,
        Spot::Resource(path),
        &mut found.problems,
    );
    let mut others = Vec::new();
    for (column, cell) in header
        .iter()
        .zip(record)
        .filter(|(_, cell)| !cell.is_empty())
    {
        match kind_of(FactSubject::Machine, column) {
            Some((name, kind))
                if disk.is_none() || kind_of(FactSubject::Disk, column).is_none() =>
            {
                of_machine.put(name, value(kind, cell));
            }
            _ => others.push((column, cell)),
        }
    }
    let facts = of_machine.finish();
    let mut of_disk = FactWriter::new(FactSubject::Disk, Spot::Resource(path), &mut found.problems);
    for (column, cell) in others {
        match kind_of(FactSubject::Disk, column).filter(|_| disk.is_some()) {
            Some((name, kind)) => of_disk.put(name, value(kind, cell)),
            None if is_column(column) => {}
            None => assembly.not_understood(column, path),
        }
    }
    if let Some(disk) = &mut disk {
        if disk.size_gib.is_none() && cell(SIZE).is_some() {
            of_disk.no_size(SIZE);
        }
        disk.facts = of_disk.finish();
    }
    let machine = Machine {
        name: id.name().to_owned(),
        id,
        location: cell("location").map(str::to_owned),
        zones: words(cell("zones").unwrap_or_default()),
        tags: SmallMap::new(),
        facts,
        disks: disk.into_iter().collect(),
    };
    found.took_row();
    assembly.row(machine, is_placeholder, path);
}

fn is_column(name: &str) -> bool {
    const COLUMNS: [&str; 9] = [
        "machine",
        "subscription",
        "resourceGroup",
        "location",
        "zones",
        "disk",
        "diskId",
        "role",
        "lun",
    ];
    let mut columns = COLUMNS.into_iter().chain([SIZE]);
    columns.any(|column| column.eq_ignore_ascii_case(name))
}

/// The id of the row's machine, and whether it was made up from its name.
fn machine_id<'c>(cell: &impl Fn(&str) -> Option<&'c str>) -> Option<(ResourceId, bool)> {
    let machine = cell("machine")?;
    if machine.starts_with('/') {
        return Some((machine.parse().ok()?, false));
    }
    let (subscription, group) = (cell("subscription"), cell("resourceGroup"));
    let id = ResourceId::new(
        subscription.unwrap_or(DEFAULT_SUBSCRIPTION),
        group.unwrap_or(DEFAULT_RESOURCE_GROUP),
        ResourceType::VirtualMachine,
        machine,
    );
    // A name with a slash in it would make another id.
    let id: ResourceId = id.as_str().parse().ok()?;
    let whole = id.name() == machine;
    whole.then_some((id, subscription.is_none() || group.is_none()))
}

fn disk<'c>(
    name: &str,
    cell: &impl Fn(&str) -> Option<&'c str>,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Disk {
    let lun = cell("lun").and_then(|lun| lun.parse().ok());
    if lun.is_none() && cell("lun").is_some() {
        problems.push(machine::no_lun(format!("{path}.lun")));
    }
    let size_gib = disk::is_size(cell(SIZE).and_then(|size| size.parse().ok()));
    let role = cell("role").unwrap_or_default().to_ascii_lowercase();
    let role = match role.as_str() {
        "os" => Some(DiskRole::Os),
        "data" => Some(DiskRole::Data),
        _ => {
            if !role.is_empty() {
                let message = format!(
                    "`{role}` is no role of a disk; expected os or data. The role is left open"
                );
                problems.push(warning(UNKNOWN_VALUE, &format!("{path}.role"), message));
            }
            // Only data disks have a LUN; of the others the disks together tell.
            lun.map(|_| DiskRole::Data)
        }
    };
    let id = cell("diskId").and_then(|id| id.parse().ok());
    if id.is_none() && cell("diskId").is_some() {
        let message = "this is no resource id; the disk is taken by its name".to_owned();
        problems.push(warning(UNKNOWN_VALUE, &format!("{path}.diskId"), message));
    }
    Disk {
        name: name.to_owned(),
        id,
        role,
        lun,
        size_gib,
        location: None,
        zones: Vec::new(),
        facts: FactSet::new(),
    }
}

/// The fact of a column, in any case.
fn kind_of(subject: FactSubject, column: &str) -> Option<(&'static str, &'static FactType)> {
    let own = entry(subject, column).or_else(|| {
        let mut entries = crate::model::vocabulary::vocabulary().iter();
        entries.find(|entry| entry.subject == subject && entry.name.eq_ignore_ascii_case(column))
    })?;
    (!secrets::is_secret(&own.name)).then_some((own.name.as_str(), &own.value_type))
}

/// What a cell says about a fact of a kind; what does not fit stays a text and is refused with its place.
fn value(kind: &FactType, cell: &str) -> FactValue {
    let text = || FactValue::Text(cell.to_owned());
    let flag = match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    };
    let number = || cell.parse().ok().map(FactValue::Integer);
    match kind {
        FactType::Bool => flag.map(FactValue::Bool),
        FactType::Presence if number().is_none() => flag.map(FactValue::Bool),
        FactType::Presence | FactType::Integer { .. } => number(),
        FactType::IntegerList => {
            let numbers: Option<Vec<i64>> =
                words(cell).iter().map(|word| word.parse().ok()).collect();
            numbers.map(FactValue::IntegerList)
        }
        FactType::TextList => Some(FactValue::TextList(words(cell))),
        FactType::Locks => {
            let locks: Option<Vec<ResourceLock>> =
                words(cell).iter().map(|word| lock(word)).collect();
            locks.map(FactValue::Locks)
        }
        FactType::Text | FactType::OneOf(_) => None,
    }
    .unwrap_or_else(text)
}

fn words(cell: &str) -> Vec<String> {
    let words = cell.split([';', ' ', '|']).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// `ReadOnly@virtualMachine`; without the place, on the VM.
fn lock(word: &str) -> Option<ResourceLock> {
    let (level, scope) = word.split_once('@').unwrap_or((word, "virtualMachine"));
    let level = match level.to_ascii_lowercase().as_str() {
        "cannotdelete" => LockLevel::CanNotDelete,
        "readonly" => LockLevel::ReadOnly,
        _ => return None,
    };
    let scope = match scope.to_ascii_lowercase().as_str() {
        "virtualmachine" => LockScope::VirtualMachine,
        "virtualmachineresourcegroup" => LockScope::VirtualMachineResourceGroup,
        "restorepointresourcegroup" => LockScope::RestorePointResourceGroup,
        "vaultresourcegroup" => LockScope::VaultResourceGroup,
        _ => return None,
    };
    Some(ResourceLock { level, scope })
}
