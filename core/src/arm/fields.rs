//! The fields of bodies: what type each has, and whether it is simulated, kept or refused.
//!
//! One line for each field, `PATH TYPE STATUS`. A type is `s` a text, `b` true or false, `n` a number, `m` an
//! object, `l` a list, or words parted by `|`. A status is `sim` (simulated), `kept` (taken and given back,
//! without effect), `echo` (simulated, and given back as it was), `out` (the service's to say: passed over) or `no` (refused). What stands in no line is kept.

use super::error::Failure;
use serde_json::{Map, Value};

/// The bodies that are read, by what the names of their operations begin with.
pub(super) const BODIES: &[(&str, &str)] = &[
    ("RestorePointCollections_", COLLECTION),
    ("RestorePoints_Create", POINT),
    ("DiskRestorePoint_GrantAccess", GRANT),
    ("Disks_GrantAccess", GRANT),
    ("Snapshots_GrantAccess", GRANT),
    ("Disks_", DISK),
    ("Snapshots_", SNAPSHOT),
    ("VirtualMachines_", MACHINE),
    ("DiskEncryptionSets_", SET),
    ("Keys_", KEY),
    ("Vaults_", VAULT),
    ("ResourceGroups_", NAMED),
    ("ManagementLocks_", LOCK),
];

const COLLECTION: &str = "\
location s sim
tags m sim
properties m sim
properties.source m sim
properties.source.id s sim
properties.source.location s out
properties.instantAccess b kept
properties.restorePointCollectionId s out
properties.restorePoints l out
properties.provisioningState s out";

const POINT: &str = "\
properties m sim
properties.excludeDisks l sim
properties.excludeDisks[] m sim
properties.excludeDisks[].id s sim
properties.consistencyMode s sim
properties.sourceRestorePoint m sim
properties.sourceRestorePoint.id s sim
properties.instantAccessDurationMinutes n kept
properties.sourceMetadata m sim
properties.sourceMetadata.storageProfile m sim
properties.sourceMetadata.storageProfile.osDisk m sim
properties.sourceMetadata.storageProfile.osDisk.managedDisk m sim
properties.sourceMetadata.storageProfile.osDisk.managedDisk.id s sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.sourceDiskRestorePoint m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.sourceDiskRestorePoint.id s sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.diskEncryptionSet m sim
properties.sourceMetadata.storageProfile.osDisk.diskRestorePoint.encryption.diskEncryptionSet.id s sim
properties.sourceMetadata.storageProfile.dataDisks l sim
properties.sourceMetadata.storageProfile.dataDisks[] m sim
properties.sourceMetadata.storageProfile.dataDisks[].lun n out
properties.sourceMetadata.storageProfile.dataDisks[].managedDisk m sim
properties.sourceMetadata.storageProfile.dataDisks[].managedDisk.id s sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.sourceDiskRestorePoint m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.sourceDiskRestorePoint.id s sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.diskEncryptionSet m sim
properties.sourceMetadata.storageProfile.dataDisks[].diskRestorePoint.encryption.diskEncryptionSet.id s sim
properties.timeCreated s out
properties.provisioningState s out
properties.instanceView m out";

const GRANT: &str = "\
access None|Read|Write sim
durationInSeconds n sim
fileFormat VHD|VHDX sim
getSecureVMGuestStateSAS b kept";

const DISK: &str = "\
location s sim
zones l sim
zones[] s sim
tags m kept
sku m sim
sku.name Standard_LRS|Premium_LRS|StandardSSD_LRS|UltraSSD_LRS|Premium_ZRS|StandardSSD_ZRS|PremiumV2_LRS sim
sku.tier s out
extendedLocation m kept
managedBy s out
managedByExtended l out
properties m sim
properties.osType Windows|Linux sim
properties.hyperVGeneration V1|V2 sim
properties.purchasePlan m kept
properties.supportedCapabilities m kept
properties.supportsHibernation b kept
properties.acceleratedNetwork b kept
properties.creationData m sim
properties.creationData.createOption Empty|Attach|FromImage|Import|Copy|Restore|Upload|CopyStart|ImportSecure|UploadPreparedSecure|CopyFromSanSnapshot kept
properties.creationData.sourceResourceId s sim
properties.creationData.sourceUniqueId s out
properties.creationData.imageReference m kept
properties.creationData.galleryImageReference m kept
properties.creationData.sourceUri s kept
properties.creationData.storageAccountId s kept
properties.creationData.uploadSizeBytes n kept
properties.creationData.logicalSectorSize n sim
properties.creationData.performancePlus b kept
properties.diskSizeGB n sim
properties.diskSizeBytes n out
properties.diskIOPSReadWrite n kept
properties.diskMBpsReadWrite n kept
properties.diskIOPSReadOnly n kept
properties.diskMBpsReadOnly n kept
properties.burstingEnabled b kept
properties.optimizedForFrequentAttach b kept
properties.encryption m sim
properties.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys sim
properties.encryption.diskEncryptionSetId s sim
properties.encryptionSettingsCollection m kept
properties.maxShares n sim
properties.networkAccessPolicy AllowAll|AllowPrivate|DenyAll sim
properties.diskAccessId s sim
properties.publicNetworkAccess Enabled|Disabled sim
properties.dataAccessAuthMode AzureActiveDirectory|None kept
properties.securityProfile m sim
properties.securityProfile.securityType TrustedLaunch|ConfidentialVM_VMGuestStateOnlyEncryptedWithPlatformKey|ConfidentialVM_DiskEncryptedWithPlatformKey|ConfidentialVM_DiskEncryptedWithCustomerKey|ConfidentialVM_NonPersistedTPM sim
properties.securityProfile.secureVMDiskEncryptionSetId s kept
properties.tier s sim
properties.timeCreated s out
properties.provisioningState s out
properties.diskState s out
properties.uniqueId s out";

const SNAPSHOT: &str = "\
location s sim
tags m kept
sku m sim
sku.name Standard_LRS|Premium_LRS|Standard_ZRS kept
sku.tier s out
extendedLocation m kept
managedBy s out
properties m sim
properties.osType Windows|Linux kept
properties.hyperVGeneration V1|V2 kept
properties.purchasePlan m kept
properties.supportedCapabilities m kept
properties.supportsHibernation b kept
properties.creationData m sim
properties.creationData.createOption Copy|CopyStart|Empty|Import|Restore|FromImage|Upload|Attach|ImportSecure|UploadPreparedSecure|CopyFromSanSnapshot kept
properties.creationData.sourceResourceId s sim
properties.creationData.sourceUniqueId s out
properties.creationData.instantAccessDurationMinutes n kept
properties.diskSizeGB n sim
properties.diskSizeBytes n out
properties.encryption m sim
properties.encryption.type EncryptionAtRestWithPlatformKey|EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys kept
properties.encryption.diskEncryptionSetId s kept
properties.incremental b sim
properties.incrementalSnapshotFamilyId s out
properties.networkAccessPolicy AllowAll|AllowPrivate|DenyAll kept
properties.diskAccessId s kept
properties.publicNetworkAccess Enabled|Disabled kept
properties.dataAccessAuthMode AzureActiveDirectory|None kept
properties.securityProfile m kept
properties.immutabilityPolicy m kept
properties.copyCompletionError m out
properties.completionPercent n out
properties.snapshotAccessState s out
properties.timeCreated s out
properties.provisioningState s out
properties.diskState s out
properties.uniqueId s out";

const MACHINE: &str = "\
location s sim
zones l sim
zones[] s sim
tags m sim
plan m sim
identity m kept
extendedLocation m kept
etag s out
managedBy s out
resources l out
properties m sim
properties.vmId s out
properties.provisioningState s out
properties.timeCreated s out
properties.instanceView m out
properties.hardwareProfile m sim
properties.hardwareProfile.vmSize s sim
properties.hardwareProfile.vmSizeProperties m kept
properties.storageProfile m sim
properties.storageProfile.imageReference m kept
properties.storageProfile.diskControllerType SCSI|NVMe sim
properties.storageProfile.alignRegionalDisksToVMZone b kept
properties.storageProfile.osDisk m sim
properties.storageProfile.osDisk.osType Windows|Linux sim
properties.storageProfile.osDisk.name s sim
properties.storageProfile.osDisk.createOption FromImage|Empty|Attach|Copy|Restore kept
properties.storageProfile.osDisk.caching None|ReadOnly|ReadWrite sim
properties.storageProfile.osDisk.diskSizeGB n sim
properties.storageProfile.osDisk.deleteOption Delete|Detach kept
properties.storageProfile.osDisk.writeAcceleratorEnabled b sim
properties.storageProfile.osDisk.encryptionSettings m kept
properties.storageProfile.osDisk.image m kept
properties.storageProfile.osDisk.vhd m kept
properties.storageProfile.osDisk.diffDiskSettings m kept
properties.storageProfile.osDisk.managedDisk m sim
properties.storageProfile.osDisk.managedDisk.id s sim
properties.storageProfile.osDisk.managedDisk.storageAccountType s sim
properties.storageProfile.osDisk.managedDisk.diskEncryptionSet m kept
properties.storageProfile.osDisk.managedDisk.diskEncryptionSet.id s kept
properties.storageProfile.osDisk.managedDisk.securityProfile m kept
properties.storageProfile.dataDisks l sim
properties.storageProfile.dataDisks[] m sim
properties.storageProfile.dataDisks[].lun n sim
properties.storageProfile.dataDisks[].name s sim
properties.storageProfile.dataDisks[].createOption FromImage|Empty|Attach|Copy|Restore kept
properties.storageProfile.dataDisks[].caching None|ReadOnly|ReadWrite sim
properties.storageProfile.dataDisks[].diskSizeGB n sim
properties.storageProfile.dataDisks[].deleteOption Delete|Detach kept
properties.storageProfile.dataDisks[].toBeDetached b kept
properties.storageProfile.dataDisks[].writeAcceleratorEnabled b sim
properties.storageProfile.dataDisks[].vhd m kept
properties.storageProfile.dataDisks[].image m kept
properties.storageProfile.dataDisks[].sourceResource m echo
properties.storageProfile.dataDisks[].sourceResource.id s echo
properties.storageProfile.dataDisks[].managedDisk m sim
properties.storageProfile.dataDisks[].managedDisk.id s sim
properties.storageProfile.dataDisks[].managedDisk.storageAccountType s sim
properties.storageProfile.dataDisks[].managedDisk.diskEncryptionSet m kept
properties.storageProfile.dataDisks[].managedDisk.diskEncryptionSet.id s kept
properties.osProfile m kept
properties.osProfile.computerName s kept
properties.osProfile.adminUsername s kept
properties.osProfile.adminPassword s out
properties.osProfile.customData s out
properties.networkProfile m kept
properties.networkProfile.networkInterfaces l kept
properties.securityProfile m sim
properties.securityProfile.securityType Standard|TrustedLaunch|ConfidentialVM sim
properties.securityProfile.uefiSettings m sim
properties.securityProfile.uefiSettings.secureBootEnabled b sim
properties.securityProfile.uefiSettings.vTpmEnabled b sim
properties.securityProfile.encryptionAtHost b kept
properties.diagnosticsProfile m kept
properties.additionalCapabilities m kept
properties.availabilitySet m kept
properties.availabilitySet.id s kept
properties.proximityPlacementGroup m kept
properties.proximityPlacementGroup.id s kept
properties.virtualMachineScaleSet m kept
properties.virtualMachineScaleSet.id s kept
properties.host m kept
properties.host.id s kept
properties.hostGroup m kept
properties.hostGroup.id s kept
properties.priority Regular|Low|Spot kept
properties.evictionPolicy Deallocate|Delete kept
properties.billingProfile m kept
properties.licenseType s kept
properties.extensionsTimeBudget s kept
properties.platformFaultDomain n kept
properties.scheduledEventsProfile m kept
properties.userData s kept
properties.capacityReservation m kept
properties.applicationProfile m kept";

const SET: &str = "\
location s sim
tags m kept
identity m kept
identity.type s kept
properties m sim
properties.encryptionType EncryptionAtRestWithCustomerKey|EncryptionAtRestWithPlatformAndCustomerKeys|ConfidentialVmEncryptedWithCustomerKey sim
properties.activeKey m sim
properties.activeKey.keyUrl s sim
properties.activeKey.sourceVault m kept
properties.activeKey.sourceVault.id s kept
properties.rotationToLatestKeyVersionEnabled b kept
properties.federatedClientId s kept
properties.previousKeys l out
properties.provisioningState s out";

const KEY: &str = "\
tags m kept
properties m sim
properties.kty s kept
properties.keySize n kept
properties.keyOps l kept
properties.curveName s kept
properties.attributes m sim
properties.attributes.enabled b sim
properties.attributes.exp n kept
properties.attributes.nbf n kept
properties.keyUri s out
properties.keyUriWithVersion s out";

const NAMED: &str = "\
location s sim
tags m kept
managedBy s kept
properties m kept
properties.provisioningState s out
properties.vaultUri s out";

const VAULT: &str = "\
location s kept
tags m kept
properties m kept
properties.provisioningState s out
properties.vaultUri s out";

const LOCK: &str = "\
properties m sim
properties.level CanNotDelete|ReadOnly|NotSpecified sim
properties.notes s kept
properties.owners l kept";

/// Fields that every resource has, and what ARM puts into it itself.
const COMMON: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "zones",
    "sku",
    "kind",
    "plan",
    "identity",
    "properties",
    "etag",
    "eTag",
    "managedBy",
    "managedByExtended",
    "extendedLocation",
    "resources",
    "systemData",
    "placement",
];

/// One line.
#[derive(Clone, Copy, Debug)]
struct Field {
    path: &'static str,
    kind: &'static str,
    status: &'static str,
}

/// The lines for the body of an operation.
struct Lines(&'static str);

impl Lines {
    fn of(operation: &str) -> Option<Self> {
        let mut bodies = BODIES.iter();
        let found = bodies.find(|(begin, _)| operation.starts_with(begin))?;
        Some(Self(found.1))
    }

    fn all(&self) -> impl Iterator<Item = Field> + use<> {
        self.0.lines().filter_map(|line| {
            let mut words = line.split(' ');
            Some(Field {
                path: words.next()?,
                kind: words.next()?,
                status: words.next()?,
            })
        })
    }

    fn find(&self, path: &str) -> Option<Field> {
        self.0.lines().find_map(|line| {
            let rest = line.strip_prefix(path)?.strip_prefix(' ')?;
            let (kind, status) = rest.split_once(' ')?;
            Some(Field {
                path: line.get(..path.len())?,
                kind,
                status,
            })
        })
    }

    /// The spelling of a field that stands in another case.
    fn spelling(&self, path: &str) -> Option<&'static str> {
        let found = self
            .all()
            .find(|field| field.path.eq_ignore_ascii_case(path));
        found.map(|field| field.path.rsplit('.').next().unwrap_or(field.path))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Whether a body says nothing.
fn is_blank(body: &Value) -> bool {
    body.as_object().is_none_or(Map::is_empty)
}

/// Checks the types of the fields that are known, and brings their names into the service's spelling.
pub(super) fn check(operation: &str, body: &mut Value) -> Result<(), Failure> {
    let Some(lines) = Lines::of(operation).filter(|_| !is_blank(body)) else {
        return Ok(());
    };
    if let (false, Value::Object(fields)) = (std::ptr::eq(lines.0, GRANT), &*body) {
        let known = |name: &str| COMMON.iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some(name) = fields.keys().find(|name| !known(name)) {
            let message = format!(
                "The request content was invalid and could not be deserialized: 'Could not find member '{name}' on object of type 'ResourceDefinition'. Path '{name}'.'."
            );
            return Err(Failure::new(400, "InvalidRequestContent", message));
        }
    }
    check_value(&lines, "", body)
}

fn check_value(lines: &Lines, path: &str, value: &mut Value) -> Result<(), Failure> {
    if let Some(field) = lines.find(path)
        && !value.is_null()
    {
        check_field(field, value)?;
    }
    match value {
        Value::Object(fields) if path == "tags" => {
            if let Some((name, _)) = fields.iter().find(|(_, tag)| !tag.is_string()) {
                return Err(super::call::wrong(&join(path, name), "a text"));
            }
        }
        Value::Object(fields) if lines.all().any(|field| field.path.len() > path.len()) => {
            let other_case = |name: &String| {
                let path = join(path, name);
                lines
                    .find(&path)
                    .is_none()
                    .then(|| lines.spelling(&path))
                    .flatten()
            };
            if fields.keys().any(|name| other_case(name).is_some()) {
                let taken = std::mem::take(fields);
                for (name, value) in taken {
                    let spelling = other_case(&name).map(str::to_owned);
                    fields.insert(spelling.unwrap_or(name), value);
                }
            }
            for (name, value) in fields {
                check_value(lines, &join(path, name), value)?;
            }
        }
        Value::Array(items) => {
            let path = format!("{path}[]");
            for item in items {
                if item.is_null() && lines.find(&path).is_some() {
                    return Err(super::call::wrong(&path, "no null"));
                }
                check_value(lines, &path, item)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn check_field(field: Field, value: &mut Value) -> Result<(), Failure> {
    let expected = match (field.kind, &*value) {
        ("s", Value::String(_))
        | ("b", Value::Bool(_))
        | ("n", Value::Number(_))
        | ("m", Value::Object(_))
        | ("l", Value::Array(_)) => return Ok(()),
        ("s", _) => "a text".to_owned(),
        ("b", _) => "true or false".to_owned(),
        ("n", _) => "a number".to_owned(),
        ("m", _) => "an object".to_owned(),
        ("l", _) => "a list".to_owned(),
        (words, Value::String(word)) => {
            let mut known = words.split('|');
            if let Some(known) = known.find(|known| known.eq_ignore_ascii_case(word)) {
                *value = Value::from(known);
                return Ok(());
            }
            format!("one of {}, found '{word}'", words.replace('|', ", "))
        }
        (words, _) => format!("one of {}", words.replace('|', ", ")),
    };
    Err(super::call::wrong(field.path, &expected))
}

/// What is kept of a body: all that is not simulated and not the service's to say.
pub(super) fn kept(operation: &str, body: &Value) -> Value {
    let Some(lines) = Lines::of(operation).filter(|_| !is_blank(body)) else {
        return Value::Null;
    };
    let mut kept = strip(&lines, "", body).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut kept {
        for own in ["id", "name", "type", "systemData"] {
            fields.remove(own);
        }
    }
    if kept.as_object().is_none_or(Map::is_empty) {
        Value::Null
    } else {
        kept
    }
}

fn strip(lines: &Lines, path: &str, value: &Value) -> Option<Value> {
    let field = lines.find(path);
    let status = field.map_or("kept", |field| field.status);
    match value {
        Value::Null => None,
        Value::Object(fields) if status != "out" && path != "tags" => {
            let inner = fields.iter().filter_map(|(name, value)| {
                let is_place = name == "lun" && path.ends_with("[]");
                let kept = if is_place {
                    Some(value.clone())
                } else {
                    strip(lines, &join(path, name), value)
                };
                Some((name.clone(), kept?))
            });
            let inner = crate::json::object(inner);
            let blank = inner.as_object().is_some_and(Map::is_empty);
            (!blank || (fields.is_empty() && status == "kept")).then_some(inner)
        }
        Value::Array(items) if status == "sim" => {
            let path = format!("{path}[]");
            let items = items.iter().filter_map(|item| strip(lines, &path, item));
            let items: Vec<Value> = items.collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        // Tags that are given and empty come back empty.
        Value::Object(fields) if path == "tags" && fields.is_empty() => Some(value.clone()),
        _ if matches!(status, "kept" | "echo") => Some(value.clone()),
        _ => None,
    }
}

/// A name that stands twice in one object of a JSON text, in any case.
pub(super) fn repeated(text: &str) -> Option<String> {
    let mut objects: Vec<Option<Vec<String>>> = Vec::new();
    let mut rest = text.char_indices();
    let mut last: Option<String> = None;
    while let Some((at, c)) = rest.next() {
        match c {
            '{' => objects.push(Some(Vec::new())),
            '[' => objects.push(None),
            '}' | ']' => drop(objects.pop()),
            '"' => {
                let mut end = at;
                while let Some((place, c)) = rest.next() {
                    end = place;
                    match c {
                        '\\' => drop(rest.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                let quoted = text.get(at..=end).unwrap_or_default();
                last = Some(if quoted.contains('\\') {
                    match crate::json::parse(quoted) {
                        Ok(Value::String(name)) => name,
                        _ => String::new(),
                    }
                } else {
                    quoted.trim_matches('"').to_owned()
                });
            }
            ':' => {
                let name = last.take().unwrap_or_default();
                if let Some(Some(names)) = objects.last_mut() {
                    if names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                        return Some(name);
                    }
                    names.push(name);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{BODIES, Lines, check, kept, repeated};
    use serde_json::{Value, json};

    #[test]
    fn a_name_that_stands_twice_in_one_object_is_found() {
        assert_eq!(
            repeated(r#"{"a":{"b":1},"b":"a:b","c":[{"b":1},{"b":2}]}"#),
            None
        );
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"x":{"a":1,"A":2}}"#,
            r#"[{"a":1,"\u0061":"b"}]"#,
            r#"{"a":"\"","b":[],"a":{}}"#,
        ] {
            assert!(
                repeated(text).is_some_and(|name| name.eq_ignore_ascii_case("a")),
                "{text}"
            );
        }
    }

    #[test]
    fn every_line_has_a_type_and_a_status() {
        for (operation, text) in BODIES {
            let fields: Vec<_> = Lines::of(operation).unwrap().all().collect();
            assert_eq!(fields.len(), text.lines().count());
            for field in fields {
                assert!(
                    ["sim", "kept", "echo", "out", "no"].contains(&field.status),
                    "{field:?}"
                );
                assert!(
                    field.kind.len() == 1 || field.kind.contains('|'),
                    "{field:?}"
                );
            }
        }
    }

    #[test]
    fn wrong_types_are_told_with_their_place_and_names_are_spelled() {
        let mut body = json!({ "Location": "eastus", "properties": { "DiskSizeGB": 4, "networkaccesspolicy": "allowall" } });
        check("Disks_CreateOrUpdate", &mut body).unwrap();
        assert_eq!(
            body,
            json!({ "location": "eastus", "properties": { "diskSizeGB": 4, "networkAccessPolicy": "AllowAll" } })
        );
        for (operation, _) in BODIES {
            for field in Lines::of(operation).unwrap().all() {
                let mut wrong = if field.kind == "b" {
                    json!(3)
                } else {
                    json!(true)
                };
                for name in field.path.split('.').rev() {
                    if let Some(list) = name.strip_suffix("[]") {
                        wrong = json!({ list: [wrong] });
                    } else {
                        wrong = json!({ name: wrong });
                    }
                }
                let refused = check(operation, &mut wrong).unwrap_err();
                assert_eq!(
                    (refused.status, refused.target.as_deref()),
                    (400, Some(field.path))
                );
            }
        }
    }

    #[test]
    fn what_is_not_simulated_is_kept() {
        let body = json!({ "location": "eastus", "tags": {}, "properties": {
            "vmId": "x", "osProfile": { "computerName": "c", "secrets": [] }, "hardwareProfile": { "vmSize": "s" },
            "storageProfile": { "dataDisks": [{ "lun": 3, "name": "n", "deleteOption": "Detach" }] },
            "newThing": [1, null] } });
        assert_eq!(
            kept("VirtualMachines_CreateOrUpdate", &body),
            json!({ "tags": {}, "properties": {
                "osProfile": { "computerName": "c", "secrets": [] },
                "storageProfile": { "dataDisks": [{ "lun": 3, "deleteOption": "Detach" }] },
                "newThing": [1, null] } })
        );
        assert_eq!(
            kept("Disks_CreateOrUpdate", &json!({ "location": "x" })),
            Value::Null
        );
    }
}
