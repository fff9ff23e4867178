//! Terraform's `show -json` and state files: the attributes of azurerm's VMs and disks in ARM's places.

use super::address;
use super::assemble::{PLACEHOLDER, warning};
use super::collect::Found;
use super::declared::{MADE, OPEN, REST, id_of, is_read, name_it};
use super::node::Node;
use super::secrets::is_secret;
use super::unread::{is_known, is_opaque};
use crate::json;
use crate::order::Index;
use serde_json::{Map, Value};

const VM: &str = "Microsoft.Compute/virtualMachines";
const DISK: &str = "Microsoft.Compute/disks";
const ATTACHMENT: &str = "azurerm_virtual_machine_data_disk_attachment";

/// `attribute>place`, of `azurerm_linux_virtual_machine` and `azurerm_windows_virtual_machine`.
const VM_FIELDS: &str = "location zone>zones tags size>hardwareProfile.vmSize identity.type>identity.type priority eviction_policy>evictionPolicy \
license_type>licenseType dedicated_host_id>host.id dedicated_host_group_id>hostGroup.id \
availability_set_id>availabilitySet.id proximity_placement_group_id>proximityPlacementGroup.id \
virtual_machine_scale_set_id>virtualMachineScaleSet.id edge_zone>extendedLocation.name \
disk_controller_type>storageProfile.diskControllerType network_interface_ids>networkProfile.networkInterfaces \
encryption_at_host_enabled>securityProfile.encryptionAtHost secure_boot_enabled>securityProfile.uefiSettings.secureBootEnabled \
vtpm_enabled>securityProfile.uefiSettings.vTpmEnabled \
additional_capabilities.ultra_ssd_enabled>additionalCapabilities.ultraSSDEnabled \
additional_capabilities.hibernation_enabled>additionalCapabilities.hibernationEnabled \
source_image_id>storageProfile.imageReference.id source_image_reference.publisher>storageProfile.imageReference.publisher \
source_image_reference.offer>storageProfile.imageReference.offer source_image_reference.sku>storageProfile.imageReference.sku \
source_image_reference.version>storageProfile.imageReference.version plan.publisher>plan.publisher plan.product>plan.product \
plan.name>plan.name public_ip_address>publicIps os_disk.name>storageProfile.osDisk.name os_disk.caching>storageProfile.osDisk.caching \
os_disk.disk_size_gb>storageProfile.osDisk.diskSizeGB \
os_disk.write_accelerator_enabled>storageProfile.osDisk.writeAcceleratorEnabled \
os_disk.storage_account_type>storageProfile.osDisk.managedDisk.storageAccountType \
os_disk.disk_encryption_set_id>storageProfile.osDisk.managedDisk.diskEncryptionSet.id \
os_disk.security_encryption_type>storageProfile.osDisk.managedDisk.securityProfile.securityEncryptionType \
os_disk.diff_disk_settings.option>storageProfile.osDisk.diffDiskSettings.option os_managed_disk_id>storageProfile.osDisk.managedDisk.id";

/// The same, of `azurerm_managed_disk`.
const DISK_FIELDS: &str = "location zone>zones tags storage_account_type>sku.name disk_size_gb>diskSizeGB max_shares>maxShares \
disk_encryption_set_id>encryption.diskEncryptionSetId network_access_policy>networkAccessPolicy disk_access_id>diskAccessId \
hyper_v_generation>hyperVGeneration os_type>osType tier security_type>securityProfile.securityType \
logical_sector_size>creationData.logicalSectorSize encryption_settings.enabled>encryptionSettingsCollection.enabled";

/// The resources of a plan or state.
pub(super) fn resources(
    document: &Map<String, Value>,
    path: &str,
    found: &mut Found,
) -> Vec<(String, Value)> {
    let mut listed = Vec::new();
    // A plan that is not applied says what is planned; the rest of it is what was there before.
    for key in ["values", "planned_values"] {
        let root = document
            .get(key)
            .and_then(|values| values.get("root_module"));
        if let (Some(root), true) = (root, listed.is_empty()) {
            modules(root, &format!("{path}.{key}"), 0, &mut listed);
        }
    }
    for resource in Node::of(document.get("resources")).list() {
        let address = [resource.get("type").text(), resource.get("name").text()];
        let address = address.map(Option::unwrap_or_default).join(".");
        for instance in resource.get("instances").list() {
            listed.push((
                format!("{path}.{address}"),
                resource.get("type").text().unwrap_or_default(),
                instance.get("attributes"),
            ));
        }
    }
    let mut others = 0;
    let mut declared: Vec<(String, Value)> = Vec::new();
    for (path, kind, values) in &listed {
        let made = match *kind {
            "azurerm_linux_virtual_machine" => machine(*values, unknown(document, path), "Linux"),
            "azurerm_windows_virtual_machine" => {
                machine(*values, unknown(document, path), "Windows")
            }
            "azurerm_managed_disk" => Some(disk(*values, unknown(document, path))),
            ATTACHMENT => None,
            "azurerm_virtual_machine" => {
                let name = values.get("name").text().unwrap_or("?");
                let what = format!(
                    "`{name}`, of type {kind}: this older form of a VM is not read; give `az vm list -o json`, or declare it as azurerm_linux_virtual_machine or azurerm_windows_virtual_machine"
                );
                found.leave_out(path, &what, "NotRead");
                None
            }
            "azapi_resource" => azapi(*values),
            _ => {
                others += 1;
                None
            }
        };
        declared.extend(made.map(|resource| (path.clone(), resource)));
    }
    let mut places = Index::default();
    for (at, (_, resource)) in (0_u32..).zip(&declared) {
        let id = Node::Value(resource).get("id").text();
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            places.insert(id, at);
        }
    }
    for (place, kind, values) in &listed {
        if *kind != ATTACHMENT {
            continue;
        }
        if let Err((code, message)) = attach(document, place, *values, &places, &mut declared) {
            found
                .problems
                .push(warning(code, place, message.to_owned()));
        }
    }
    if others > 0 {
        let message = format!("{others} resources of other types are not used");
        found.problems.push(warning("NotUsed", path, message));
    }
    declared
}

fn modules<'a>(
    module: &'a Value,
    path: &str,
    depth: usize,
    listed: &mut Vec<(String, &'a str, Node<'a>)>,
) {
    let module = Node::Value(module);
    for resource in module.get("resources").list() {
        let is_data = resource.get("mode").text() == Some("data");
        if let (Some(kind), false) = (resource.get("type").text(), is_data) {
            let address = resource.get("address").text().unwrap_or(kind);
            listed.push((format!("{path}.{address}"), kind, resource.get("values")));
        }
    }
    for child in module.get("child_modules").list() {
        if let (Some(child), true) = (child.value(), depth < 32) {
            modules(child, path, depth + 1, listed);
        }
    }
}

/// The value of an attribute; a block is a list of one.
fn attribute<'a>(values: Node<'a>, path: &str) -> Option<&'a Value> {
    let mut at = values;
    for name in path.split('.') {
        if let Node::Value(Value::Array(items)) = at {
            at = Node::of(items.first());
        }
        at = at.get(name);
    }
    at.value().filter(|value| value.as_str() != Some(""))
}

/// What only applying a plan tells of the resource at a place, by attribute.
fn unknown<'a>(document: &'a Map<String, Value>, place: &str) -> Node<'a> {
    let address = place.split_once(".planned_values.").map(|(_, own)| own);
    let mut changes = Node::of(document.get("resource_changes")).list();
    let own = changes.find(|change| address.is_some() && change.get("address").text() == address);
    own.map_or(Node::Nothing, |own| own.at("change.after_unknown"))
}

/// Puts a value at a place, with the objects around it.
fn put(resource: &mut Value, place: &str, value: Value) {
    let mut at = resource;
    for name in place.split('.') {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Some(fields) = at.as_object_mut() else {
            return;
        };
        at = fields.entry(name).or_insert(Value::Null);
    }
    *at = value;
}

/// The fields of a table at ARM's places.
fn translated(values: Node<'_>, unknown: Node<'_>, table: &str, kind: &str) -> Value {
    let mut resource = Value::Null;
    for field in table.split_ascii_whitespace() {
        let (from, to) = field.split_once('>').unwrap_or((field, field));
        let is_unknown = || attribute(unknown, from) == Some(&Value::Bool(true));
        if let Some(value) = attribute(values, from) {
            put(&mut resource, to, value.clone());
        } else if from.ends_with("_id") && from != "os_managed_disk_id" && is_unknown() {
            // There is one, whichever it will be.
            put(&mut resource, to, "(known after apply)".into());
        } else if from.ends_with("storage_account_type") && is_unknown() {
            let at_vm = from.starts_with("os_disk");
            let holder = if at_vm { "storageProfile.osDisk." } else { "" };
            put(&mut resource, &[holder, OPEN].concat(), vec!["sku"].into());
        }
    }
    let name = values.get("name").text().unwrap_or("unnamed");
    name_it(&mut resource, kind, name);
    if let (Some(id), Some(fields)) = (values.get("id").text(), resource.as_object_mut()) {
        fields.insert("id".to_owned(), id.into());
        json::take(fields, PLACEHOLDER);
    }
    let mut beyond = Vec::new();
    rest(values, table, "", &mut beyond);
    if !beyond.is_empty() {
        put(&mut resource, REST, Value::Array(beyond));
    }
    resource
}

/// Collects what a table does not have, one object for each, to be counted, and secrets with it. Attributes within
/// blocks are called by their paths.
fn rest(values: Node<'_>, table: &str, within: &str, beyond: &mut Vec<Value>) {
    values.members(&mut |name, _, value| {
        let path = [within, name].concat();
        let is_read = ["id", "name", "resource_group_name"].contains(&path.as_str())
            || table.split_ascii_whitespace().any(|field| {
                let from = field.split_once('>').map_or(field, |(from, _)| from);
                from == path
            });
        if is_read || is_opaque(name) || value.bool() == Some(false) || value.is_empty() {
            return;
        }
        let is_block = value.list().any(|item| item.kind_of() == "an object");
        // Of what is within blocks more is known to decide nothing, by ARM's names.
        let is_told = !within.is_empty() && is_known(&name.replace('_', ""));
        if is_block && !is_secret(name) {
            let within = [&path, "."].concat();
            for item in value.list() {
                rest(item, table, &within, beyond);
            }
        } else if let (Some(value), false) = (value.value(), is_told) {
            beyond.push(Value::Object(Map::from_iter([(path, value.clone())])));
        }
    });
}

fn machine(values: Node<'_>, unknown: Node<'_>, os_type: &str) -> Option<Value> {
    let mut vm = translated(values, unknown, VM_FIELDS, VM);
    put(&mut vm, "storageProfile.osDisk.osType", os_type.into());
    if attribute(values, "os_managed_disk_id").is_none() {
        put(
            &mut vm,
            &format!("storageProfile.osDisk.{MADE}"),
            true.into(),
        );
    }
    let security = [
        "os_disk.security_encryption_type",
        "secure_boot_enabled",
        "vtpm_enabled",
    ];
    let said = security.map(|path| attribute(values, path));
    let kind = match said {
        [Some(Value::String(_)), ..] => Some("ConfidentialVM"),
        [_, secure, tpm] if [secure, tpm].contains(&Some(&Value::Bool(true))) => {
            Some("TrustedLaunch")
        }
        _ => None,
    };
    if let Some(kind) = kind {
        put(&mut vm, "securityProfile.securityType", kind.into());
    }
    Some(vm)
}

fn disk(values: Node<'_>, unknown: Node<'_>) -> Value {
    let mut disk = translated(values, unknown, DISK_FIELDS, DISK);
    if Node::Value(&disk)
        .at("encryption.diskEncryptionSetId")
        .exists()
    {
        put(
            &mut disk,
            "encryption.type",
            super::machine::CUSTOMER_KEY.into(),
        );
    }
    if let Some(Value::Bool(is_public)) = attribute(values, "public_network_access_enabled") {
        let word = if *is_public { "Enabled" } else { "Disabled" };
        put(&mut disk, "publicNetworkAccess", word.into());
    }
    disk
}

/// `azapi_resource` has the body as ARM has it, as an object or as a text.
fn azapi(values: Node<'_>) -> Option<Value> {
    let kind = values.get("type").text()?.split('@').next()?;
    if !is_read(kind) {
        return None;
    }
    let body = values.get("body").value()?;
    let mut resource = match body {
        Value::String(text) => json::parse(text).ok()?,
        object => object.clone(),
    };
    let name = values.get("name").text()?;
    name_it(&mut resource, kind, name);
    if let Some(kind) = attribute(values, "identity.type") {
        put(&mut resource, "identity.type", kind.clone());
    }
    let fields = resource.as_object_mut()?;
    if let Some(location) = values.get("location").text() {
        fields.insert("location".to_owned(), location.into());
    }
    let parent = values.get("parent_id").text();
    let made = parent.map(|parent| {
        let own = id_of(kind, name);
        let at = own.find("/providers/").unwrap_or(0);
        format!("{parent}{}", own.get(at..).unwrap_or_default())
    });
    if let Some(id) = values.get("id").text().map(str::to_owned).or(made) {
        fields.insert("id".to_owned(), id.into());
        json::take(fields, PLACEHOLDER);
    }
    Some(resource)
}

/// Adds an attached disk to its VM; to every VM that it may be, as a disk that nobody knows, where that is not told.
fn attach(
    document: &Map<String, Value>,
    place: &str,
    values: Node<'_>,
    places: &Index,
    declared: &mut [(String, Value)],
) -> Result<(), (&'static str, &'static str)> {
    let expressions = address::expressions(document, place);
    let referred = |attribute: &str, kind: &str, declared: &[(String, Value)]| {
        let own = (0..).zip(declared).filter(|(_, (_, own))| is_of(own, kind));
        let own: Vec<(usize, &str)> = own.map(|(at, (path, _))| (at, path.as_str())).collect();
        let references = expressions.get(attribute).get("references");
        address::referred(references, place, &own)
    };
    let all = |declared: &[(String, Value)]| -> Vec<usize> {
        let vms = (0..).zip(declared).filter(|(_, (_, own))| is_of(own, VM));
        vms.map(|(at, _)| at).collect()
    };
    let mut is_told = true;
    let vms = match values.get("virtual_machine_id").text() {
        Some(id) => {
            let at = id.parse().ok().and_then(|id| places.get(&id));
            let Some(at) = at else {
                return Err((
                    "VmNotThere",
                    "the VM of this attachment is not in the file; the disk is taken as unattached",
                ));
            };
            vec![at as usize]
        }
        None => match referred("virtual_machine_id", VM, declared) {
            vms if vms.is_empty() => {
                is_told = false;
                all(declared)
            }
            vms => vms,
        },
    };
    let disk = match values.get("managed_disk_id").text() {
        Some(id) => Some(id.to_owned()),
        None => match referred("managed_disk_id", DISK, declared).as_slice() {
            [at] => declared
                .get(*at)
                .and_then(|(_, disk)| Node::Value(disk).get("id").text())
                .map(str::to_owned),
            _ => None,
        },
    };
    let disk = disk.filter(|_| is_told && vms.len() == 1);
    for at in vms {
        let Some((_, vm)) = declared.get_mut(at) else {
            continue;
        };
        list_disk(vm, values, disk.as_deref());
    }
    if disk.is_some() {
        return Ok(());
    }
    Err((
        "AttachmentUnclear",
        "which disk of which VM this attaches is only known when the plan is applied; each VM that it may be has a disk of which nothing is known. Give `az vm list -o json` and `az disk list -o json` afterwards",
    ))
}

fn is_of(resource: &Value, kind: &str) -> bool {
    Node::Value(resource).get("type").text() == Some(kind)
}

/// Lists a disk in the body of its VM.
fn list_disk(vm: &mut Value, values: Node<'_>, disk: Option<&str>) -> Option<()> {
    let mut entry = Value::Null;
    for field in [
        "lun>lun",
        "caching>caching",
        "write_accelerator_enabled>writeAcceleratorEnabled",
    ] {
        let (from, to) = field.split_once('>')?;
        if let Some(value) = attribute(values, from) {
            put(&mut entry, to, value.clone());
        }
    }
    match disk {
        Some(disk) => put(&mut entry, "managedDisk.id", disk.into()),
        None => put(&mut entry, "name", "attachment".into()),
    }
    let storage = vm.get_mut("storageProfile")?.as_object_mut()?;
    let disks = storage
        .entry("dataDisks")
        .or_insert(Value::Array(Vec::new()));
    disks.as_array_mut()?.push(entry);
    Some(())
}
