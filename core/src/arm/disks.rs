//! Managed disks.

mod making;
mod tiers;

pub(super) use self::making::{NOT_SIMULATED, from_source};

use self::making::{create, create_option, restored_by, told};
use self::tiers::{PROVISIONED, tier};
use super::body::{Node, Object};
use super::call::{Call, Handled, keep, page, wrong};
use super::collections::{begin, is_in};
use super::error::Failure;
use super::fields;
use super::http::Answer;
use super::points::{encryption_type, sku, word};
use super::work::Work;
use crate::cloud::{
    Cloud, Command, DeleteDisk, ManagedDisk, ResizeDisk, SetNetworkAccess, UpdateDisk,
};
use crate::ids::{ResourceId, ResourceType};
use crate::model::{FactSet, FactValue};
use serde_json::Value;

const KIND: &str = "Microsoft.Compute/disks";
const GIB: u64 = 1 << 30;
const OPERATION: &str = "Disks_CreateOrUpdate";

/// `{ name, tier }` of a SKU.
pub(super) fn sku_node(sku: &str) -> Object<'_> {
    let mut object = Object::default();
    object.text("name", sku);
    let begin = sku.split('_').next().unwrap_or_default();
    let tier = match begin {
        "UltraSSD" => "Ultra",
        "StandardSSD" => "Standard",
        "PremiumV2" => "Premium",
        other => other,
    };
    object.text("tier", tier);
    object
}

/// The body of a disk.
pub(super) fn body(call: &Call<'_>, id: &ResourceId) -> Option<String> {
    print(
        call.cloud(),
        id,
        call.group.is_empty() && call.names.is_empty(),
    )
}

fn print(cloud: &Cloud, id: &ResourceId, upper: bool) -> Option<String> {
    let disk = cloud.disks().get(id)?;
    let facts = &disk.facts;
    let mut body = begin(&disk.name, id, upper, KIND);
    body.text("location", crate::matrix::normalise_region(&disk.location));
    if !disk.zones.is_empty() {
        let zones = disk.zones.iter();
        let zones = zones.map(|zone| Node::Text(zone.as_str().into()));
        body.put("zones", Node::List(zones.collect()));
    }
    let holder = cloud.attached_to(id);
    body.maybe("managedBy", holder.map(ResourceId::as_str));
    let name = sku(facts);
    body.object("sku", sku_node(name));
    body.object("properties", properties(cloud, id, disk, holder));
    Some(body.print(cloud.kept(id)))
}

fn properties<'c>(
    cloud: &'c Cloud,
    id: &ResourceId,
    disk: &'c ManagedDisk,
    holder: Option<&ResourceId>,
) -> Object<'c> {
    let facts = &disk.facts;
    let mut properties = Object::default();
    properties.maybe("osType", word(facts, "osType"));
    properties.maybe("hyperVGeneration", word(facts, "hyperVGeneration"));
    let mut creation = Object::default();
    match &disk.restored_from {
        Some(source) => {
            creation.unless_kept("createOption", restored_by(source));
            creation.text("sourceResourceId", source.as_str());
        }
        None => creation.unless_kept("createOption", "Empty"),
    }
    let provisioned = PROVISIONED.iter().find(|of| of.0 == sku(facts));
    match facts.get("logicalSectorSize") {
        Some(FactValue::Integer(size)) => {
            creation.number("logicalSectorSize", size.unsigned_abs());
        }
        _ if provisioned.is_some() => creation.number("logicalSectorSize", 4096),
        _ => {}
    }
    properties.object("creationData", creation);
    let gib = disk.size.0 / GIB;
    properties.number("diskSizeGB", gib);
    let tier = tier(sku(facts), gib);
    if let Some(((_, _, operations, throughput), _)) = tier {
        properties.number("diskIOPSReadWrite", *operations);
        properties.number("diskMBpsReadWrite", *throughput);
    }
    if let Some((_, operations, throughput)) = provisioned {
        let kept = cloud.kept(id);
        let mut unless_given = |name: &'static str, number| {
            let given = kept.and_then(|kept| kept.get("properties")?.get(name));
            properties.number(name, given.and_then(Value::as_u64).unwrap_or(number));
        };
        unless_given("diskIOPSReadWrite", *operations);
        unless_given("diskMBpsReadWrite", *throughput);
        if *operations < 1000 {
            unless_given("diskIOPSReadOnly", 100);
            unless_given("diskMBpsReadOnly", 13);
            properties.put("readOnly", Node::Bool(false));
        }
    }
    properties.object("encryption", encryption(facts));
    match facts.get("maxShares") {
        Some(FactValue::Integer(shares)) => properties.number("maxShares", shares.unsigned_abs()),
        _ if provisioned.is_some() => properties.number("maxShares", 1),
        _ => {}
    }
    properties.text(
        "networkAccessPolicy",
        word(facts, "networkAccessPolicy").unwrap_or("AllowAll"),
    );
    properties.maybe("diskAccessId", word(facts, "diskAccessId"));
    properties.text(
        "publicNetworkAccess",
        word(facts, "publicNetworkAccess").unwrap_or("Enabled"),
    );
    if let Some(kind) = word(facts, "diskSecurityType") {
        let mut profile = Object::default();
        profile.text("securityType", kind);
        properties.object("securityProfile", profile);
    }
    properties.text("timeCreated", Call::time(disk.time_created));
    let ready = disk.ready_at.is_none();
    properties.text(
        "provisioningState",
        if ready { "Succeeded" } else { "Updating" },
    );
    let running = |vm: &ResourceId| {
        let vm = cloud.virtual_machines().get(vm);
        vm.is_some_and(|vm| {
            !matches!(
                word(&vm.facts, "powerState"),
                Some("deallocated" | "hibernated")
            )
        })
    };
    let held = cloud.snapshots().get(id).is_some();
    let state = match holder {
        _ if held => "ActiveSAS",
        None => "Unattached",
        Some(vm) if running(vm) => "Attached",
        Some(_) => "Reserved",
    };
    properties.text("diskState", state);
    properties.number("diskSizeBytes", disk.size.0);
    properties.text("uniqueId", disk.unique_id.as_str());
    match (word(facts, "tier"), tier) {
        (Some(tier), _) => properties.text("tier", tier),
        (None, Some(((_, number, ..), true))) => properties.text("tier", format!("P{number}")),
        _ => {}
    }
    properties
}

pub(super) fn encryption(facts: &FactSet) -> Object<'_> {
    let mut encryption = Object::default();
    encryption.text("type", encryption_type(facts));
    encryption.maybe("diskEncryptionSetId", word(facts, "diskEncryptionSetId"));
    encryption
}

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c ManagedDisk), Failure> {
    let found = call
        .cloud()
        .disks()
        .get_key_value(&call.id(ResourceType::Disk));
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    let (id, _) = find(call)?;
    Ok(Answer::json(
        200,
        print(call.cloud(), id, false).unwrap_or_default(),
    ))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let ids = call.cloud().disks().keys().filter(|id| is_in(call, id));
    page(call, ids, |id| body(call, id))
}

/// The facts that a body gives.
fn facts(call: &Call<'_>) -> Result<FactSet, Failure> {
    let mut facts = FactSet::new();
    call.words(
        &mut facts,
        &[
            ("sku", "sku.name"),
            ("osType", "properties.osType"),
            ("hyperVGeneration", "properties.hyperVGeneration"),
            ("encryptionType", "properties.encryption.type"),
            (
                "diskEncryptionSetId",
                "properties.encryption.diskEncryptionSetId",
            ),
            ("networkAccessPolicy", "properties.networkAccessPolicy"),
            ("diskAccessId", "properties.diskAccessId"),
            ("publicNetworkAccess", "properties.publicNetworkAccess"),
            (
                "diskSecurityType",
                "properties.securityProfile.securityType",
            ),
            ("tier", "properties.tier"),
        ],
    )?;
    for (fact, path) in [
        ("maxShares", "properties.maxShares"),
        (
            "logicalSectorSize",
            "properties.creationData.logicalSectorSize",
        ),
    ] {
        if let Some(number) = call.number(path)? {
            let number = i64::try_from(number).map_err(|_| wrong(path, "a smaller number"))?;
            facts.insert(fact.to_owned(), FactValue::Integer(number));
        }
    }
    Ok(facts)
}

fn zones(call: &Call<'_>) -> Vec<String> {
    let zones = call.at("zones").and_then(Value::as_array);
    let zones = zones.into_iter().flatten().filter_map(Value::as_str);
    zones.map(str::to_owned).collect()
}

/// The first answer of work on a disk: what was asked for.
pub(super) fn echo(
    call: &Call<'_>,
    of: Option<(&ResourceId, &'static str)>,
    location: &str,
) -> String {
    let mut body = Object::default();
    if let Some((id, kind)) = of {
        body.text("name", id.name());
        body.text("id", id.as_str());
        body.text("type", kind);
    }
    body.text("location", location);
    for name in ["tags", "zones", "sku", "identity"] {
        if let Some(given) = call.at(name) {
            body.put(name, Node::Given(given));
        }
    }
    let given = super::call::fields(call.at("properties").unwrap_or(&Value::Null));
    let mut given = Value::Object(given);
    if let Some(fields) = given.as_object_mut() {
        fields.insert("provisioningState".to_owned(), "Updating".into());
    }
    body.put("properties", Node::Raw(crate::json::text(&given)));
    body.print(None)
}

/// The first answer of work on disks, and where to ask for its end.
pub(super) fn begun(
    call: &Call<'_>,
    status: u16,
    body: Option<String>,
    place: usize,
    location: &str,
) -> Answer {
    let work = Work {
        place,
        location: crate::matrix::normalise_region(location),
        of_disks: true,
        monitored: true,
    };
    call.begun(status, body, &work)
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::Disk);
    if call.cloud().disks().contains_key(&id) {
        return update(call, &id, true);
    }
    let location = call.needs("location")?.to_owned();
    let policy = call.text("properties.networkAccessPolicy")?;
    let named = call.text("properties.diskAccessId")?;
    super::disk_accesses::check_named(call, policy.unwrap_or("AllowAll"), named, &location)?;
    let create = create(call, &id, &location)?;
    make(call, &id, create, (OPERATION, KIND), &location)
}

/// Carries out what makes a disk or snapshot, keeps what it was given beside, and answers that it has begun.
pub(super) fn make(
    call: &mut Call<'_>,
    id: &ResourceId,
    create: Command,
    (operation, kind): (&str, &'static str),
    location: &str,
) -> Handled {
    let mut commands = vec![create];
    let made = match &create_option(&commands) {
        Some(option) => told(fields::kept(operation, &call.body), option),
        None => fields::kept(operation, &call.body),
    };
    if !made.is_null() {
        commands.push(keep(id, made));
    }
    let place = call.carry_out_all(commands)?;
    let region = crate::matrix::normalise_region(location);
    let body = echo(call, Some((id, kind)), &region);
    Ok(begun(call, 202, Some(body), place, location))
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.0.clone();
    update(call, &id, false)
}

/// Changes a disk that is there.
fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    let disk = find(call)?.1.clone();
    let same_place = |location: &str| crate::cloud::same_region(location, &disk.location);
    if let Some(location) = call.text("location")?
        && !same_place(location)
    {
        let message = format!(
            "The resource '{}' already exists in location '{}' in resource group '{}'. A resource with the same name cannot be created in location '{location}'. Please select a new resource name.",
            id.name(),
            disk.location,
            call.group
        );
        return Err(Failure::new(409, "InvalidResourceLocation", message));
    }
    let mut commands = Vec::new();
    if let Some(size_gib) = call.number("properties.diskSizeGB")?
        && size_gib != disk.size.0 / GIB
    {
        commands.push(Command::ResizeDisk(ResizeDisk {
            disk: id.to_string(),
            size_gib,
        }));
    }
    let mut facts = facts(call)?;
    let policy = facts.remove("networkAccessPolicy");
    let access = facts.remove("diskAccessId");
    if policy.is_some() || access.is_some() {
        let own = |name| word(&disk.facts, name);
        let policy = call.text("properties.networkAccessPolicy")?;
        let policy = policy.or_else(|| own("networkAccessPolicy"));
        let policy = policy.unwrap_or("AllowAll");
        let named = call.text("properties.diskAccessId")?;
        let named = named.or_else(|| own("diskAccessId").filter(|_| policy == "AllowPrivate"));
        super::disk_accesses::check_named(call, policy, named, &disk.location)?;
    }
    let changed = |name: &str, value: &FactValue| disk.facts.get(name) != Some(value);
    let before = |name| word(&disk.facts, name).map(str::to_owned);
    let text = |fact| match fact {
        Some(FactValue::Text(text)) => Some(text),
        _ => None,
    };
    let old = (
        before("networkAccessPolicy").unwrap_or_else(|| "AllowAll".to_owned()),
        before("diskAccessId"),
    );
    let policy = text(policy).unwrap_or_else(|| old.0.clone());
    let disk_access = text(access)
        .or_else(|| old.1.clone())
        .filter(|_| policy == "AllowPrivate");
    if (&policy, &disk_access) != (&old.0, &old.1) {
        commands.push(Command::SetNetworkAccess(SetNetworkAccess {
            disk: id.to_string(),
            policy,
            disk_access,
        }));
    }
    let facts: FactSet = facts
        .into_iter()
        .filter(|(name, value)| changed(name, value))
        .collect();
    if !facts.is_empty() {
        commands.push(Command::UpdateDisk(UpdateDisk {
            disk: id.to_string(),
            facts,
            remove: Vec::new(),
        }));
    }
    commands.extend(changed_kept(call, id, OPERATION, whole));
    if commands.is_empty() {
        return Ok(Answer::json(
            200,
            print(call.cloud(), id, false).unwrap_or_default(),
        ));
    }
    let place = call.carry_out_all(commands)?;
    let region = crate::matrix::normalise_region(&disk.location);
    let body = echo(call, Some((id, KIND)), &region);
    Ok(begun(call, 202, Some(body), place, &disk.location))
}

/// The command that changes what is kept, where that changes.
pub(super) fn changed_kept(
    call: &Call<'_>,
    id: &ResourceId,
    operation: &str,
    whole: bool,
) -> Option<Command> {
    let before = call.cloud().kept(id).cloned().unwrap_or_default();
    let mut given = fields::kept(operation, &call.body);
    let disk = call.cloud().disks().get(id);
    let snapshot = call.cloud().snapshots().get(id).filter(|_| disk.is_none());
    match (disk, snapshot) {
        (Some(disk), _) => {
            let from = disk.restored_from.as_ref();
            given = told(given, from.map_or("Empty", restored_by));
        }
        (None, Some(snapshot)) if snapshot.collection == *id => given = told(given, "Empty"),
        _ => {}
    }
    let mut kept = super::call::fields(if whole { &given } else { &before });
    if !whole {
        super::call::merge(&mut kept, &given);
    }
    if let Some(tags) = call.at("tags") {
        kept.insert("tags".to_owned(), tags.clone());
    }
    (kept != super::call::fields(&before)).then(|| keep(id, Value::Object(kept)))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::Disk);
    let Some(disk) = call.cloud().disks().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = disk.location.clone();
    let place = call.carry_out(Command::DeleteDisk(DeleteDisk {
        disk: id.to_string(),
    }))?;
    Ok(begun(call, 202, None, place, &location))
}

/// The id and region of the disk that the path names.
pub(super) fn named(call: &Call<'_>) -> Result<(ResourceId, String), Failure> {
    find(call).map(|(id, disk)| (id.clone(), disk.location.clone()))
}
