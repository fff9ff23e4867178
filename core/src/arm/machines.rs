//! Virtual machines.

use super::body::{Node, Object};
use super::call::{Call, Handled, at, keep, linked, missing, number_at, page, text_at, wrong};
use super::collections::{is_in, tags, upper_group};
use super::error::Failure;
use super::fields;
use super::http::Answer;
use super::operation::Work;
use super::points::{security, sku, word};
use crate::cloud::{
    AttachDisk, AttachedDisk, Attachment, Cloud, Command, DeallocateVirtualMachine, DeleteDisk,
    DeleteVirtualMachine, DetachDisk, ResizeDisk, RestoreDisk, StartVirtualMachine,
    UpdateVirtualMachine, VirtualMachine,
};
use crate::ids::{ResourceId, ResourceType};
use crate::inventory::NamedInput;
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use serde_json::{Value, json};

const KIND: &str = "Microsoft.Compute/virtualMachines";
const OPERATION: &str = "VirtualMachines_CreateOrUpdate";
const GIB: u64 = 1 << 30;

fn find<'c>(call: &'c Call<'_>) -> Result<(&'c ResourceId, &'c VirtualMachine), Failure> {
    let id = call.id(ResourceType::VirtualMachine);
    let found = call.cloud().virtual_machines().get_key_value(&id);
    found.ok_or_else(|| Failure::not_found(KIND, call.group, call.name(0)))
}

/// The body of a VM. `state` is its provisioning state where work on it was begun a moment ago.
fn body(call: &Call<'_>, id: &ResourceId, state: Option<&'static str>) -> Option<String> {
    let cloud = call.cloud();
    let vm = cloud.virtual_machines().get(id)?;
    let kept = cloud.kept(id);
    let mut body = Object::default();
    body.text("name", vm.name.as_str());
    let upper = call.group.is_empty();
    body.text(
        "id",
        if upper {
            upper_group(id)
        } else {
            id.to_string()
        },
    );
    body.text("type", KIND);
    body.text("location", crate::matrix::normalise_region(&vm.location));
    match kept.and_then(|kept| kept.get("tags")) {
        Some(tags) => body.put("tags", Node::Given(tags)),
        None if !vm.tags.is_empty() => body.put("tags", Node::Texts(&vm.tags)),
        None => {}
    }
    if !vm.zones.is_empty() {
        let zones = vm.zones.iter();
        let zones = zones.map(|zone| Node::Text(zone.as_str().into()));
        body.put("zones", Node::List(zones.collect()));
    }
    let mut properties = Object::default();
    properties.text("vmId", vm.unique_id.as_str());
    let mut hardware = Object::default();
    hardware.text(
        "vmSize",
        word(&vm.facts, "vmSize").unwrap_or("Standard_D2s_v5"),
    );
    properties.object("hardwareProfile", hardware);
    properties.object("storageProfile", storage(cloud, vm));
    if let Some(profile) = security(&vm.facts) {
        properties.object("securityProfile", profile);
    }
    for fact in ["licenseType", "priority", "evictionPolicy"] {
        properties.maybe(fact, word(&vm.facts, fact));
    }
    let ready = if vm.ready_at.is_none() {
        "Succeeded"
    } else {
        "Creating"
    };
    properties.text("provisioningState", state.unwrap_or(ready));
    if call.expands("instanceView") && state.is_none() {
        properties.object("instanceView", instance_view(cloud, id, vm));
    }
    if !call.expands("userData") {
        // Given back only where it is asked for.
        properties.put("userData", Node::Nothing);
    }
    properties.text("timeCreated", created(cloud, id, vm));
    body.object("properties", properties);
    let etag = kept
        .and_then(|kept| kept.get("etag"))
        .and_then(Value::as_str);
    if call.since("2024-03-01") {
        body.text("etag", etag.unwrap_or("\"1\""));
    } else {
        body.put("etag", Node::Nothing);
    }
    Some(body.print(kept))
}

/// When a VM was made: noted by the endpoint, or else when its OS disk was.
fn created(cloud: &Cloud, id: &ResourceId, vm: &VirtualMachine) -> String {
    let noted = cloud
        .kept(id)
        .and_then(|kept| at(kept, "properties.timeCreated"));
    if let Some(noted) = noted.and_then(Value::as_str) {
        return noted.to_owned();
    }
    let os = vm.attachments.first().and_then(Attachment::managed);
    let disk = os.and_then(|os| cloud.disks().get(os));
    Call::time(disk.map_or_else(|| cloud.now(), |disk| disk.time_created))
}

fn storage<'c>(cloud: &'c Cloud, vm: &'c VirtualMachine) -> Object<'c> {
    let mut storage = Object::default();
    let mut data = Vec::new();
    for attachment in &vm.attachments {
        let object = attached(cloud, vm, attachment);
        if attachment.role == DiskRole::Os {
            storage.object("osDisk", object);
        } else {
            data.push(object.into());
        }
    }
    storage.put("dataDisks", Node::List(data));
    storage.maybe("diskControllerType", word(&vm.facts, "diskControllerType"));
    storage
}

fn attached<'c>(
    cloud: &'c Cloud,
    vm: &'c VirtualMachine,
    attachment: &'c Attachment,
) -> Object<'c> {
    let os = attachment.role == DiskRole::Os;
    let (name, facts, id, size) = match &attachment.disk {
        AttachedDisk::Managed(id) => match cloud.disks().get(id) {
            Some(disk) => (
                disk.name.as_str(),
                Some(&disk.facts),
                Some(id),
                disk.size.0 / GIB,
            ),
            None => (id.name(), None, Some(id), 0),
        },
        AttachedDisk::Unmanaged(disk) => (
            disk.name.as_str(),
            Some(&disk.facts),
            None,
            disk.size_gib.unwrap_or_default(),
        ),
    };
    let fact = |name| facts.and_then(|facts| word(facts, name));
    let mut object = Object::default();
    if os {
        object.maybe(
            "osType",
            word(&vm.facts, "osType").or_else(|| fact("osType")),
        );
    } else if let Some(lun) = attachment.lun {
        object.number("lun", u64::from(lun));
    }
    object.text("name", name);
    let from_image = os && word(&vm.facts, "imageReference").is_some();
    object.unless_kept(
        "createOption",
        if from_image { "FromImage" } else { "Attach" },
    );
    object.text(
        "caching",
        fact("caching").unwrap_or(if os { "ReadWrite" } else { "None" }),
    );
    if let Some(id) = id {
        let mut managed = Object::default();
        managed.text("storageAccountType", facts.map_or("Standard_LRS", sku));
        if let Some(set) = fact("diskEncryptionSetId") {
            managed.reference("diskEncryptionSet", set);
        }
        managed.text("id", id.as_str());
        object.object("managedDisk", managed);
    }
    object.unless_kept("deleteOption", "Detach");
    if size > 0 {
        object.number("diskSizeGB", size);
    }
    if !os {
        object.put("toBeDetached", Node::Bool(false));
    }
    if facts
        .is_some_and(|facts| super::points::flag(facts, "writeAcceleratorEnabled") == Some(true))
    {
        object.put("writeAcceleratorEnabled", Node::Bool(true));
    }
    object
}

fn status(code: &'static str, level: &'static str, shown: &'static str) -> Object<'static> {
    let mut status = Object::default();
    status.text("code", code);
    status.text("level", level);
    status.text("displayStatus", shown);
    status
}

/// What the host and the guest report.
fn instance_view<'c>(cloud: &'c Cloud, id: &ResourceId, vm: &'c VirtualMachine) -> Object<'c> {
    let time = created(cloud, id, vm);
    let (power, shown, runs) = match word(&vm.facts, "powerState").unwrap_or("running") {
        "starting" => ("PowerState/starting", "VM starting", false),
        "stopping" => ("PowerState/stopping", "VM stopping", false),
        "stopped" => ("PowerState/stopped", "VM stopped", false),
        "deallocating" => ("PowerState/deallocating", "VM deallocating", false),
        "deallocated" | "hibernated" => ("PowerState/deallocated", "VM deallocated", false),
        _ => ("PowerState/running", "VM running", true),
    };
    let mut view = Object::default();
    if runs {
        let kept = cloud.kept(id);
        let computer = kept.and_then(|kept| at(kept, "properties.osProfile.computerName"));
        view.maybe("computerName", computer.and_then(Value::as_str));
        view.maybe("osName", word(&vm.facts, "osName"));
        let agent = word(&vm.facts, "agentStatus").unwrap_or("ready");
        if agent != "notInstalled" {
            let ready = agent == "ready";
            let mut state = if ready {
                status("ProvisioningState/succeeded", "Info", "Ready")
            } else {
                status("ProvisioningState/Unavailable", "Warning", "Not Ready")
            };
            state.text(
                "message",
                if ready {
                    "Guest Agent is running"
                } else {
                    "VM Agent is unresponsive."
                },
            );
            state.text("time", Call::time(cloud.now()));
            let mut vm_agent = Object::default();
            vm_agent.text("vmAgentVersion", if ready { "2.9.0.4" } else { "Unknown" });
            vm_agent.put("statuses", Node::List(vec![state.into()]));
            if ready {
                vm_agent.put("extensionHandlers", Node::List(Vec::new()));
            }
            view.object("vmAgent", vm_agent);
        }
    }
    let done = || {
        let mut state = status(
            "ProvisioningState/succeeded",
            "Info",
            "Provisioning succeeded",
        );
        state.text("time", time.clone());
        state
    };
    let disks = vm.attachments.iter().map(|attachment| {
        let name = match &attachment.disk {
            AttachedDisk::Managed(id) => cloud.disks().get(id).map_or(id.name(), |disk| &disk.name),
            AttachedDisk::Unmanaged(disk) => &disk.name,
        };
        let mut object = Object::default();
        object.text("name", name);
        object.put("statuses", Node::List(vec![done().into()]));
        object.into()
    });
    view.put("disks", Node::List(disks.collect()));
    view.maybe("hyperVGeneration", word(&vm.facts, "hyperVGeneration"));
    view.put(
        "statuses",
        Node::List(vec![done().into(), status(power, "Info", shown).into()]),
    );
    view
}

pub(super) fn get(call: &mut Call<'_>) -> Handled {
    call.check_expand(&["instanceView", "userData", "resiliencyView"])?;
    let id = find(call)?.0;
    Ok(Answer::json(200, body(call, id, None).unwrap_or_default()))
}

pub(super) fn view(call: &mut Call<'_>) -> Handled {
    let (id, vm) = find(call)?;
    Ok(Answer::json(
        200,
        instance_view(call.cloud(), id, vm).print(None),
    ))
}

pub(super) fn list(call: &mut Call<'_>) -> Handled {
    let call = &*call;
    let cloud = call.cloud();
    let machines = cloud.virtual_machines().iter();
    let in_region = |vm: &VirtualMachine| match call.names.first() {
        Some(region) => crate::cloud::same_region(&vm.location, region),
        None => true,
    };
    let ids = machines.filter(|(id, vm)| is_in(call, id) && in_region(vm));
    page(call, ids.map(|(id, _)| id), |id| body(call, id, None))
}

/// Refuses a request whose `If-Match` or `If-None-Match` does not hold.
fn check_etag(call: &Call<'_>, id: &ResourceId) -> Result<(), Failure> {
    let there = call.cloud().virtual_machines().contains_key(id);
    let own = call.cloud().kept(id).and_then(|kept| kept.get("etag"));
    let own = own.and_then(Value::as_str).unwrap_or("\"1\"");
    let same = |given: &str| {
        there
            && (given == "*"
                || given
                    .split(',')
                    .any(|given| given.trim().trim_matches('"') == own.trim_matches('"')))
    };
    let fits = call.request.header("if-match").is_none_or(same)
        && !call.request.header("if-none-match").is_some_and(same);
    if fits {
        return Ok(());
    }
    let message =
        "The condition of the request is not met: the resource has another etag, or is not there.";
    Err(Failure::new(412, "PreconditionFailed", message))
}

pub(super) fn put(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::VirtualMachine);
    check_etag(call, &id)?;
    if call.cloud().virtual_machines().contains_key(&id) {
        return update(call, &id, true);
    }
    let location = call.needs("location")?.to_owned();
    if call.at("properties").is_none() {
        return Err(missing("properties"));
    }
    let (commands, disks) = create(call, &id, &location)?;
    let place = call.carry_out_all(commands)?;
    let _made = disks;
    let body = body(call, &id, Some("Creating"));
    Ok(call.begun(201, body, work(place, location)))
}

fn work(place: usize, location: String) -> Work {
    Work {
        place,
        location,
        of_disks: false,
        monitored: false,
    }
}

/// The commands that make a VM as its body says.
fn create(
    call: &Call<'_>,
    id: &ResourceId,
    location: &str,
) -> Result<(Vec<Command>, usize), Failure> {
    let mut machine = read(call, id)?;
    machine.location = Some(location.to_owned());
    machine.facts.remove("powerState");
    machine.facts.remove("agentStatus");
    let mut commands = Vec::new();
    let storage = call
        .at("properties.storageProfile")
        .cloned()
        .unwrap_or_default();
    let mut disks = Vec::new();
    for (at, mut disk) in std::mem::take(&mut machine.disks).into_iter().enumerate() {
        disk.facts.remove("resourceRead");
        let (path, given) = place(&storage, &disk);
        let made = new_disk(call, id, &mut disk, &path, &given, at, location)?;
        commands.extend(made);
        disks.push(disk);
    }
    complete(call.cloud(), &mut machine, disks.first());
    machine.disks = disks;
    machine.tags = tags(call)?.unwrap_or_default();
    let count = commands.len();
    commands.push(Command::CreateVirtualMachine(machine));
    let kept = fields::kept(OPERATION, &call.body);
    commands.push(keep(id, noted(call, kept)));
    Ok((commands, count))
}

/// What is kept of a VM, with what the endpoint notes itself.
fn noted(call: &Call<'_>, kept: Value) -> Value {
    let mut kept = super::call::fields(&kept);
    let mut properties = super::call::fields(kept.get("properties").unwrap_or(&Value::Null));
    properties.insert(
        "timeCreated".to_owned(),
        Call::time(call.cloud().now()).into(),
    );
    if let Some(Value::Object(profile)) = properties.get_mut("osProfile") {
        for (name, value) in [
            ("secrets", json!([])),
            ("allowExtensionOperations", json!(true)),
            ("requireGuestProvisionSignal", json!(true)),
        ] {
            profile.entry(name).or_insert(value);
        }
    }
    kept.insert("properties".to_owned(), Value::Object(properties));
    kept.insert("etag".to_owned(), "\"1\"".into());
    Value::Object(kept)
}

/// The machine of a body, by the reader of inventories.
fn read(call: &Call<'_>, id: &ResourceId) -> Result<Machine, Failure> {
    let mut whole = super::call::fields(&call.body);
    whole.insert("id".to_owned(), id.as_str().into());
    whole.insert("name".to_owned(), id.name().into());
    whole.insert("type".to_owned(), KIND.into());
    whole.remove("resources");
    let text = Value::Object(whole).to_string();
    let unclear = |message: String| Failure::invalid("properties.storageProfile", message);
    let import = crate::inventory::import(&[NamedInput::new("body", text)])
        .map_err(|error| unclear(error.to_string()))?;
    let mut machines = import.fleet.machines.into_iter();
    machines
        .next()
        .ok_or_else(|| missing("properties.storageProfile.osDisk"))
}

/// Where a disk stands in the body, and what is given there.
fn place(storage: &Value, disk: &Disk) -> (String, Value) {
    if disk.role == Some(DiskRole::Os) {
        let given = storage.get("osDisk").cloned().unwrap_or_default();
        return ("properties.storageProfile.osDisk".to_owned(), given);
    }
    let list = storage.get("dataDisks").and_then(Value::as_array);
    let mut list = list.into_iter().flatten().enumerate();
    let own = list.find(|(_, item)| {
        let lun = item.get("lun").and_then(Value::as_u64);
        lun == disk.lun.map(u64::from)
    });
    own.map_or_else(
        || {
            (
                "properties.storageProfile.dataDisks".to_owned(),
                Value::Null,
            )
        },
        |(at, item)| {
            (
                format!("properties.storageProfile.dataDisks[{at}]"),
                item.clone(),
            )
        },
    )
}

/// Gives a disk of a new VM its id; the command that restores it, where it comes from a point.
fn new_disk(
    call: &Call<'_>,
    vm: &ResourceId,
    disk: &mut Disk,
    path: &str,
    given: &Value,
    number: usize,
    location: &str,
) -> Result<Option<Command>, Failure> {
    let option = text_at(given, "createOption", &format!("{path}.createOption"))?;
    let option = option.ok_or_else(|| missing(&format!("{path}.createOption")))?;
    let unmanaged = given.get("vhd").is_some() || at(given, "diffDiskSettings.option").is_some();
    if unmanaged && disk.id.is_none() {
        return Ok(None);
    }
    if disk.role == Some(DiskRole::Data) && disk.lun.is_none() {
        return Err(missing(&format!("{path}.lun")));
    }
    if let Some(text) = text_at(given, "managedDisk.id", &format!("{path}.managedDisk.id"))? {
        disk.id = Some(linked(text, &format!("{path}.managedDisk.id"))?);
    }
    let kind = if disk.role == Some(DiskRole::Os) {
        "OsDisk_1"
    } else {
        "DataDisk"
    };
    if disk.id.is_none() {
        let name = match text_at(given, "name", &format!("{path}.name"))? {
            Some(name) => name.to_owned(),
            None => {
                let guid = call.cloud().guid_of(&format!("{vm} {number}"));
                let nth = if number == 0 {
                    String::new()
                } else {
                    format!("_{}", number - 1)
                };
                format!("{}_{kind}{nth}_{}", vm.name(), guid.replace('-', ""))
            }
        };
        disk.id = Some(vm.sibling(ResourceType::Disk, &name));
    }
    let Some(id) = &disk.id else { return Ok(None) };
    disk.name = id.name().to_owned();
    let there = call.cloud().disks().get(id);
    if option == "Attach" {
        let Some(there) = there else {
            return Err(Failure {
                target: Some(format!("{path}.managedDisk.id")),
                ..Failure::not_found("Microsoft.Compute/disks", id.resource_group(), id.name())
            });
        };
        if !crate::cloud::same_region(&there.location, location) {
            let message = format!(
                "Disk {} cannot be attached to the VM because it is not in the same location as the VM.",
                id.name()
            );
            return Err(Failure::new(409, "OperationNotAllowed", message));
        }
        return Ok(None);
    }
    let source = text_at(
        given,
        "sourceResource.id",
        &format!("{path}.sourceResource.id"),
    )?;
    if let (true, Some(source)) = (matches!(option, "Restore" | "Copy"), source) {
        let source = linked(source, &format!("{path}.sourceResource.id"))?;
        return Ok(Some(super::disks::from_source(
            call,
            &source,
            &format!("{path}.sourceResource.id"),
            location,
            RestoreDisk {
                disk_restore_point: source.to_string(),
                restore_point: None,
                name: id.to_string(),
                size_gib: number_at(given, "diskSizeGB", &format!("{path}.diskSizeGB"))?,
                sku: text_at(given, "managedDisk.storageAccountType", path)?.map(str::to_owned),
                zones: Vec::new(),
                disk_encryption_set: text_at(given, "managedDisk.diskEncryptionSet.id", path)?
                    .map(str::to_owned),
                at_once: call.at_once(),
            },
        )?));
    }
    if there.is_some() {
        let message = format!(
            "The disk '{}' exists already; attach it with createOption Attach.",
            id.name()
        );
        return Err(Failure::new(409, "ConflictingUserInput", message));
    }
    if disk.size_gib.is_none() {
        if option == "Empty" {
            return Err(missing(&format!("{path}.diskSizeGB")));
        }
        disk.size_gib = Some(30);
    }
    if !disk.facts.contains_key("sku") {
        disk.facts
            .insert("sku".to_owned(), FactValue::Text("Premium_LRS".to_owned()));
    }
    Ok(None)
}

/// What follows about a VM from its image and its OS disk, where the body does not say.
fn complete(cloud: &Cloud, machine: &mut Machine, os: Option<&Disk>) {
    let there = os.and_then(|os| cloud.disks().get(os.id.as_ref()?));
    let restored = there.and_then(|disk| {
        let source = disk.restored_from.as_ref()?;
        cloud.restore_points().get(&source.parent()?)
    });
    for fact in ["osType", "hyperVGeneration", "osName"] {
        if machine.facts.contains_key(fact) {
            continue;
        }
        let own = there.and_then(|disk| disk.facts.get(fact));
        let captured = restored.and_then(|point| point.configuration.facts.get(fact));
        if let Some(value) = own.or(captured) {
            machine.facts.insert(fact.to_owned(), value.clone());
        }
    }
    if !machine.facts.contains_key("osType") {
        let image = word(&machine.facts, "imageReference").unwrap_or_default();
        let windows = image.to_ascii_lowercase().contains("windows");
        let kind = if windows { "Windows" } else { "Linux" };
        machine
            .facts
            .insert("osType".to_owned(), FactValue::Text(kind.to_owned()));
    }
    if !machine.facts.contains_key("hyperVGeneration") {
        let trusted = word(&machine.facts, "securityType").is_some_and(|kind| kind != "Standard");
        let generation = if trusted { "V2" } else { "V1" };
        machine.facts.insert(
            "hyperVGeneration".to_owned(),
            FactValue::Text(generation.to_owned()),
        );
    }
}

pub(super) fn patch(call: &mut Call<'_>) -> Handled {
    let id = find(call)?.0.clone();
    check_etag(call, &id)?;
    update(call, &id, false)
}

/// Changes a VM: what its body says, and with `whole` nothing else.
fn update(call: &mut Call<'_>, id: &ResourceId, whole: bool) -> Handled {
    let Some(vm) = call.cloud().virtual_machines().get(id).cloned() else {
        return Err(Failure::not_found(KIND, call.group, call.name(0)));
    };
    if let Some(location) = call.text("location")?
        && !crate::cloud::same_region(location, &vm.location)
    {
        let message = format!(
            "The resource '{}' already exists in location '{}' in resource group '{}'. A resource with the same name cannot be created in location '{location}'. Please select a new resource name.",
            id.name(),
            vm.location,
            call.group
        );
        return Err(Failure::new(409, "InvalidResourceLocation", message));
    }
    let mut commands = changed_facts(call, id, &vm)?;
    commands.extend(changed_disks(call, id, &vm)?);
    let before = call.cloud().kept(id).cloned().unwrap_or_default();
    let given = fields::kept("VirtualMachines_Update", &call.body);
    let mut kept = super::call::fields(&before);
    if whole {
        let time = at(&before, "properties.timeCreated").cloned();
        kept = super::call::fields(&given);
        if let Some(time) = time {
            let properties = kept.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("timeCreated".to_owned(), time);
            }
        }
    } else {
        super::call::merge(&mut kept, &given);
    }
    if let Some(tags) = call.at("tags") {
        tags_checked(call)?;
        kept.insert("tags".to_owned(), tags.clone());
    }
    kept.remove("etag");
    let mut unchanged = super::call::fields(&before);
    let etag = unchanged.remove("etag");
    let number = etag.as_ref().and_then(Value::as_str).unwrap_or("\"1\"");
    let number = number.trim_matches('"').parse::<u64>().unwrap_or(1);
    if commands.is_empty() && kept == unchanged {
        return Ok(Answer::json(200, body(call, id, None).unwrap_or_default()));
    }
    kept.insert("etag".to_owned(), format!("\"{}\"", number + 1).into());
    commands.push(keep(id, Value::Object(kept)));
    let place = call.carry_out_all(commands)?;
    let body = body(call, id, Some("Updating"));
    Ok(call.begun(200, body, work(place, vm.location)))
}

fn tags_checked(call: &Call<'_>) -> Result<(), Failure> {
    tags(call).map(drop)
}

fn changed_facts(
    call: &Call<'_>,
    id: &ResourceId,
    vm: &VirtualMachine,
) -> Result<Vec<Command>, Failure> {
    let mut facts = FactSet::new();
    call.words(
        &mut facts,
        &[
            ("vmSize", "properties.hardwareProfile.vmSize"),
            ("securityType", "properties.securityProfile.securityType"),
            ("licenseType", "properties.licenseType"),
            ("priority", "properties.priority"),
            (
                "diskControllerType",
                "properties.storageProfile.diskControllerType",
            ),
            ("availabilitySetId", "properties.availabilitySet.id"),
            (
                "proximityPlacementGroupId",
                "properties.proximityPlacementGroup.id",
            ),
            ("hostId", "properties.host.id"),
        ],
    )?;
    for (fact, path) in [
        (
            "secureBoot",
            "properties.securityProfile.uefiSettings.secureBootEnabled",
        ),
        (
            "vTpm",
            "properties.securityProfile.uefiSettings.vTpmEnabled",
        ),
        (
            "encryptionAtHost",
            "properties.securityProfile.encryptionAtHost",
        ),
        (
            "ultraDiskEnabled",
            "properties.additionalCapabilities.ultraSSDEnabled",
        ),
        (
            "hibernationEnabled",
            "properties.additionalCapabilities.hibernationEnabled",
        ),
    ] {
        match call.at(path) {
            Some(Value::Bool(value)) => {
                drop(facts.insert(fact.to_owned(), FactValue::Bool(*value)))
            }
            Some(_) => return Err(wrong(path, "true or false")),
            None => {}
        }
    }
    let facts: FactSet = facts
        .into_iter()
        .filter(|(name, value)| vm.facts.get(name.as_str()) != Some(value))
        .collect();
    let change = (!facts.is_empty()).then(|| {
        Command::UpdateVirtualMachine(UpdateVirtualMachine {
            virtual_machine: id.to_string(),
            facts,
            remove: Vec::new(),
        })
    });
    Ok(change.into_iter().collect())
}

/// Attaches, makes, resizes and detaches disks so that the VM has those of the body.
fn changed_disks(
    call: &Call<'_>,
    id: &ResourceId,
    vm: &VirtualMachine,
) -> Result<Vec<Command>, Failure> {
    let mut commands = Vec::new();
    let os_path = "properties.storageProfile.osDisk";
    let os = vm
        .attachments
        .iter()
        .find(|attachment| attachment.role == DiskRole::Os);
    let os = os.and_then(Attachment::managed);
    if let Some(given) = call.id_at(&format!("{os_path}.managedDisk.id"))?
        && os != Some(&given)
    {
        let message = "Changing property 'osDisk.managedDisk.id' is not allowed: swapping the OS disk is not simulated.";
        return Err(Failure::invalid("osDisk.managedDisk.id", message));
    }
    commands.extend(resized(
        call,
        os,
        call.number(&format!("{os_path}.diskSizeGB"))?,
    ));
    let path = "properties.storageProfile.dataDisks";
    let Some(list) = call.at(path) else {
        return Ok(commands);
    };
    let list = list.as_array().ok_or_else(|| wrong(path, "a list"))?;
    let mut stay = Vec::new();
    let mut attach = Vec::new();
    for (at, given) in list.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let lun = number_at(given, "lun", &format!("{path}.lun"))?
            .ok_or_else(|| missing(&format!("{path}.lun")))?;
        let lun = u32::try_from(lun).map_err(|_| wrong(&format!("{path}.lun"), "a LUN"))?;
        if given.get("toBeDetached") == Some(&Value::Bool(true)) {
            continue;
        }
        let own = vm
            .attachments
            .iter()
            .find(|attachment| attachment.lun == Some(lun));
        let named = text_at(given, "managedDisk.id", &format!("{path}.managedDisk.id"))?;
        let named = named
            .map(|text| linked(text, &format!("{path}.managedDisk.id")))
            .transpose()?;
        let name = text_at(given, "name", &format!("{path}.name"))?;
        let same = |disk: &ResourceId| match (&named, name) {
            (Some(named), _) => named == disk,
            (None, Some(name)) => disk.name().eq_ignore_ascii_case(name),
            (None, None) => true,
        };
        if let Some(disk) = own.and_then(Attachment::managed).filter(|disk| same(disk)) {
            commands.extend(resized(
                call,
                Some(disk),
                number_at(given, "diskSizeGB", &path)?,
            ));
            stay.push(disk.clone());
            continue;
        }
        let mut disk = Disk {
            name: String::new(),
            id: named,
            role: Some(DiskRole::Data),
            lun: Some(lun),
            size_gib: number_at(given, "diskSizeGB", &format!("{path}.diskSizeGB"))?,
            location: Some(vm.location.clone()),
            zones: vm.zones.clone(),
            facts: FactSet::new(),
        };
        if let Some(sku) = text_at(given, "managedDisk.storageAccountType", &path)? {
            disk.facts
                .insert("sku".to_owned(), FactValue::Text(sku.to_owned()));
        }
        let number = usize::try_from(lun).unwrap_or_default() + 1;
        let restored = new_disk(call, id, &mut disk, &path, given, number, &vm.location)?;
        let Some(disk_id) = disk.id.clone() else {
            continue;
        };
        match restored {
            Some(command) => attach.push(command),
            None if !call.cloud().disks().contains_key(&disk_id) => {
                attach.push(Command::CreateDisk(crate::cloud::CreateDisk {
                    name: disk_id.to_string(),
                    location: vm.location.clone(),
                    zones: disk.zones,
                    size_gib: disk.size_gib.unwrap_or_default(),
                    facts: disk.facts,
                }));
            }
            None => {}
        }
        stay.push(disk_id.clone());
        attach.push(Command::AttachDisk(AttachDisk {
            virtual_machine: id.to_string(),
            disk: disk_id.to_string(),
            lun: Some(lun),
        }));
    }
    for attachment in vm
        .attachments
        .iter()
        .filter(|attachment| attachment.role == DiskRole::Data)
    {
        if let Some(disk) = attachment.managed().filter(|disk| !stay.contains(disk)) {
            commands.push(Command::DetachDisk(DetachDisk {
                disk: disk.to_string(),
            }));
        }
    }
    commands.extend(attach);
    Ok(commands)
}

fn resized(call: &Call<'_>, disk: Option<&ResourceId>, size: Option<u64>) -> Option<Command> {
    let id = disk?;
    let own = call.cloud().disks().get(id)?.size.0 / GIB;
    let size_gib = size.filter(|size| *size != own)?;
    Some(Command::ResizeDisk(ResizeDisk {
        disk: id.to_string(),
        size_gib,
    }))
}

pub(super) fn delete(call: &mut Call<'_>) -> Handled {
    let id = call.id(ResourceType::VirtualMachine);
    let Some(vm) = call.cloud().virtual_machines().get(&id) else {
        return Ok(Answer::empty(204));
    };
    let location = vm.location.clone();
    let kept = call
        .cloud()
        .kept(&id)
        .and_then(|kept| at(kept, "properties.storageProfile"));
    let goes = |attachment: &&Attachment| {
        let place = match (kept, attachment.lun) {
            (Some(kept), None) => kept.get("osDisk"),
            (Some(kept), Some(lun)) => {
                let list = kept.get("dataDisks").and_then(Value::as_array);
                let mut list = list.into_iter().flatten();
                list.find(|item| item.get("lun").and_then(Value::as_u64) == Some(u64::from(lun)))
            }
            (None, _) => None,
        };
        place
            .and_then(|place| place.get("deleteOption"))
            .and_then(Value::as_str)
            == Some("Delete")
    };
    let disks = vm
        .attachments
        .iter()
        .filter(goes)
        .filter_map(Attachment::managed);
    let disks = disks.map(|disk| {
        Command::DeleteDisk(DeleteDisk {
            disk: disk.to_string(),
        })
    });
    let own = Command::DeleteVirtualMachine(DeleteVirtualMachine {
        virtual_machine: id.to_string(),
    });
    let commands = std::iter::once(own).chain(disks).collect();
    let place = call.carry_out_all(commands)?;
    let work = Work {
        monitored: true,
        ..work(place, location)
    };
    Ok(call.begun(202, None, work))
}

/// Sets the power state by a command.
fn power(call: &mut Call<'_>, command: impl FnOnce(String) -> Command) -> Handled {
    let (id, vm) = find(call)?;
    let (id, location) = (id.to_string(), vm.location.clone());
    let place = call.carry_out(command(id))?;
    let work = Work {
        monitored: true,
        ..work(place, location)
    };
    Ok(call.begun(202, None, work))
}

pub(super) fn start(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        Command::StartVirtualMachine(StartVirtualMachine { virtual_machine })
    })
}

pub(super) fn deallocate(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        Command::DeallocateVirtualMachine(DeallocateVirtualMachine { virtual_machine })
    })
}

/// Takes a Spot VM away, as its eviction policy says.
pub(super) fn evict(call: &mut Call<'_>) -> Handled {
    let (id, vm) = find(call)?;
    let virtual_machine = id.to_string();
    if word(&vm.facts, "priority") != Some("Spot") {
        let message = "Operation 'simulateEviction' is allowed only for Spot Virtual Machines";
        return Err(Failure::new(409, "OperationNotAllowed", message));
    }
    let deletes = word(&vm.facts, "evictionPolicy") == Some("Delete");
    call.carry_out(if deletes {
        Command::DeleteVirtualMachine(DeleteVirtualMachine { virtual_machine })
    } else {
        Command::DeallocateVirtualMachine(DeallocateVirtualMachine { virtual_machine })
    })?;
    Ok(Answer::empty(204))
}

pub(super) fn power_off(call: &mut Call<'_>) -> Handled {
    power(call, |virtual_machine| {
        let state = FactValue::Text("stopped".to_owned());
        Command::UpdateVirtualMachine(UpdateVirtualMachine {
            virtual_machine,
            facts: FactSet::from([("powerState".to_owned(), state)]),
            remove: Vec::new(),
        })
    })
}
