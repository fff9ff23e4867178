//! A virtual machine's body.

mod attached;
mod classic;

pub(super) use self::attached::{CUSTOMER_KEY, disk_name, lun, no_lun, place_of};

use self::attached::disks;
use self::classic::{classic, is_classic};
use super::facts::{FactWriter, Spot};
use super::guesses::Guesses;
use super::instance::{self, InstanceView};
use super::node::Node;
use super::{Guess, Problem, Severity, secrets};
use crate::ids::ResourceId;
use crate::model::vocabulary::FactSubject;
use crate::model::{Disk, DiskRole, FactSet, FactValue, Machine};
use crate::order::{self, SmallMap};

/// A machine as its own body tells it, and what was concluded on the way.
#[derive(Clone, Debug)]
pub(super) struct MachineBody {
    pub(super) path: String,
    pub(super) machine: Machine,
    pub(super) has_instance_view: bool,
    pub(super) guesses: Guesses,
    pub(super) origin: Origin,
    /// Whether its restore points were counted.
    pub(super) has_points: bool,
    /// Whether its id was made up from its name.
    pub(super) is_placeholder: bool,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The service, in the words of one of its tools.
    Service,
    /// A template or a plan: what is to be there.
    Declared,
    /// A fleet in our own form.
    Own,
    /// Rows of a table, which supply what they know.
    Row,
}

impl MachineBody {
    /// A machine in our own form.
    pub(super) fn own(machine: Machine, path: &str, origin: Origin) -> Self {
        Self {
            path: path.to_owned(),
            machine,
            has_instance_view: false,
            guesses: Guesses::default(),
            origin,
            has_points: false,
            is_placeholder: false,
        }
    }

    /// A machine that is declared.
    pub(super) fn declare(&mut self, is_placeholder: bool) {
        self.origin = Origin::Declared;
        self.is_placeholder = is_placeholder;
    }

    /// Whether a row says something else than was said of the machine or of one of its disks.
    pub(super) fn contradicts(&self, row: &Machine) -> bool {
        let own = &self.machine;
        let differs = |one: &FactSet, other: &FactSet| {
            let mut facts = one.iter();
            facts.any(|(name, value)| other.get(name).is_some_and(|other| other != value))
        };
        let disks_differ = row.disks.iter().any(|disk| {
            let own = own.disks.iter().find(|own| is_same(own, disk));
            own.is_some_and(|own| {
                differs(&own.facts, &disk.facts)
                    || own.size_gib.is_some()
                        && disk.size_gib.is_some_and(|_| own.size_gib != disk.size_gib)
                    || own.role.is_some() && disk.role.is_some_and(|_| own.role != disk.role)
                    || own.lun.is_some() && disk.lun.is_some_and(|_| own.lun != disk.lun)
            })
        });
        disks_differ
            || differs(&own.facts, &row.facts)
            || own.location.is_some() && row.location.is_some() && own.location != row.location
            || !own.zones.is_empty() && !row.zones.is_empty() && own.zones != row.zones
    }

    /// Concludes the roles of disks that nobody told: one of them is the OS disk, unless another is.
    pub(super) fn tell_roles(&mut self, problems: &mut Vec<Problem>) {
        let disks = &mut self.machine.disks;
        if disks.iter().all(|disk| disk.role.is_some()) {
            return;
        }
        let has_os = disks.iter().any(|disk| disk.role == Some(DiskRole::Os));
        let is_open = |disk: &Disk| disk.role.is_none();
        let tells = |disk: &Disk| {
            let name = disk.name.to_ascii_lowercase();
            is_open(disk)
                && (disk.facts.contains_key("osType")
                    || disk.facts.contains_key(GENERATION)
                    || name.contains("osdisk")
                    || name.split(['-', '_', '.']).any(|word| word == "os"))
        };
        let only = |is: &dyn Fn(&Disk) -> bool| {
            let mut places = (0..).zip(disks.iter()).filter(|(_, disk)| is(disk));
            let first: Option<(usize, _)> = places.next();
            first.filter(|_| places.next().is_none()).map(|(at, _)| at)
        };
        let os = if has_os {
            None
        } else {
            only(&tells).or_else(|| only(&is_open))
        };
        if os.is_none() && !has_os {
            problems.push(Problem {
                code: "RoleUnclear".to_owned(),
                path: self.path.clone(),
                message: "nothing tells which of the disks is the OS disk; all are taken as data disks. Give the column `role`".to_owned(),
                severity: Severity::Warning,
            });
        }
        let mut guessed = Vec::new();
        for (at, disk) in disks
            .iter_mut()
            .enumerate()
            .filter(|(_, disk)| is_open(disk))
        {
            let (role, word) = if Some(at) == os {
                (DiskRole::Os, "os")
            } else {
                (DiskRole::Data, "data")
            };
            disk.role = Some(role);
            guessed.push((at, word));
        }
        // The OS disk comes first.
        if let Some(own) = os.filter(|at| *at < disks.len()) {
            let disk = disks.remove(own);
            disks.insert(0, disk);
            for (at, _) in &mut guessed {
                *at = if *at == own {
                    0
                } else {
                    *at + usize::from(*at < own)
                };
            }
        }
        for (at, word) in guessed {
            self.guesses.push(Guess {
                path: format!("disks[{at}].role"),
                fact: "role".to_owned(),
                value: FactValue::Text(word.to_owned()),
                why: "the table has neither role nor lun for it".to_owned(),
            });
        }
    }

    /// Adds what rows of a table say; their facts count.
    pub(super) fn supply(&mut self, row: Machine) {
        let machine = &mut self.machine;
        machine.location = row.location.or(machine.location.take());
        if !row.zones.is_empty() {
            machine.zones = row.zones;
        }
        for (name, value) in &row.facts {
            machine.facts.insert(name.clone(), value.clone());
            self.guesses
                .drop_where(|guess| guess.path.strip_prefix("facts.") == Some(name));
        }
        for disk in row.disks {
            let mut disks = machine.disks.iter();
            let same = disks.position(|own| is_same(own, &disk)).or_else(|| {
                // A VM has one OS disk, whatever it is called.
                let is_os = |own: &Disk| own.role == disk.role && disk.role == Some(DiskRole::Os);
                machine.disks.iter().position(is_os)
            });
            match same.and_then(|at| machine.disks.get_mut(at)) {
                Some(own) => {
                    own.id = own.id.take().or(disk.id);
                    own.role = disk.role.or(own.role);
                    own.lun = disk.lun.or(own.lun);
                    own.size_gib = disk.size_gib.or(own.size_gib);
                    for (name, value) in &disk.facts {
                        own.facts.insert(name.clone(), value.clone());
                    }
                }
                // The OS disk comes first.
                None if disk.role == Some(DiskRole::Os) => machine.disks.insert(0, disk),
                None => machine.disks.push(disk),
            }
        }
    }
}

/// Whether a row means this disk.
fn is_same(own: &Disk, row: &Disk) -> bool {
    own.name.eq_ignore_ascii_case(&row.name) || row.id.is_some() && own.id == row.id
}

/// Why a machine could not be taken.
pub(super) struct NoMachine {
    pub(super) code: &'static str,
    pub(super) path: String,
    pub(super) what: String,
}

/// Reads a VM body, flattened or as ARM answers it.
pub(super) fn read(
    node: Node,
    id: ResourceId,
    path: &str,
    problems: &mut Vec<Problem>,
) -> Result<MachineBody, NoMachine> {
    if is_classic(&id) {
        return Ok(classic(node, id, path, problems));
    }
    let storage = node.property("storageProfile");
    check_storage(storage, path)?;
    let mut guesses = Vec::new();
    let view = instance::read(node);
    let mut facts = FactWriter::new(FactSubject::Machine, Spot::Resource(path), problems);
    placement(node, &id, &mut facts, &mut guesses);
    image(node, &mut facts);
    security(node, &mut facts);
    facts.open_at(node);
    guest(node, &view, &mut facts, &mut guesses);
    let facts = facts.finish();
    let disks = disks(storage, path, problems, &mut guesses);
    let facts = second_generation(facts, &mut guesses);
    Ok(MachineBody {
        path: path.to_owned(),
        machine: Machine {
            name: node.get("name").text().unwrap_or(id.name()).to_owned(),
            id,
            location: node.get("location").text().map(str::to_owned),
            zones: node.get("zones").texts(),
            tags: tags(node.get("tags")),
            facts,
            disks,
        },
        has_instance_view: view.there,
        guesses: guesses.into(),
        origin: Origin::Service,
        has_points: false,
        is_placeholder: false,
    })
}

/// A security type that needs generation 2 tells the generation, where nothing else does. The OS disk's own body may yet.
pub(super) fn second_generation(mut facts: FactSet, guesses: &mut Vec<Guess>) -> FactSet {
    let kind = facts.get("securityType");
    let trusted = kind.is_some_and(|kind| *kind != FactValue::Text("Standard".to_owned()));
    if trusted && !facts.contains_key(GENERATION) {
        facts.insert(GENERATION.to_owned(), FactValue::Text("V2".to_owned()));
        guesses.push(guess(
            GENERATION,
            "V2",
            "this security type needs generation 2",
        ));
    }
    facts
}

pub(super) const GENERATION: &str = "hyperVGeneration";

fn check_storage(storage: Node, path: &str) -> Result<(), NoMachine> {
    let refused = |code, member: &str, what: &str| {
        Err(NoMachine {
            code,
            path: format!("{path}{member}"),
            what: what.to_owned(),
        })
    };
    let is_cut = |disk: Node| disk.text().is_some() || disk.get("managedDisk").text().is_some();
    let mut disks = storage.get("dataDisks").list();
    if storage.text().is_some() || is_cut(storage.get("osDisk")) || disks.any(is_cut) {
        return refused(
            "TruncatedByPowerShell",
            ".storageProfile",
            "a VM whose storageProfile was cut off by ConvertTo-Json; give it -Depth 10",
        );
    }
    if !storage.exists() {
        let what = "a VM without storageProfile: a list that a query cut down; use `az vm list -o json` without --query";
        return refused("NoStorageProfile", ".storageProfile", what);
    }
    if !storage.get("osDisk").exists() {
        return refused(
            "NoOsDisk",
            ".storageProfile.osDisk",
            "a VM without an OS disk",
        );
    }
    Ok(())
}

fn placement(node: Node, id: &ResourceId, facts: &mut FactWriter, guesses: &mut Vec<Guess>) {
    let size = node.property("hardwareProfile.vmSize");
    let of_sku = || node.get("sku").get("name");
    facts.text_at("vmSize", if size.exists() { size } else { of_sku() });
    for (fact, path) in [
        ("priority", "priority"),
        ("evictionPolicy", "evictionPolicy"),
        ("licenseType", "licenseType"),
        ("hostId", "host.id"),
        ("hostGroupId", "hostGroup.id"),
        ("availabilitySetId", "availabilitySet.id"),
        ("proximityPlacementGroupId", "proximityPlacementGroup.id"),
        ("scaleSetId", "virtualMachineScaleSet.id"),
        ("extendedLocation", "extendedLocation.name"),
        ("diskControllerType", "storageProfile.diskControllerType"),
    ] {
        facts.text_at(fact, node.property(path));
    }
    facts.text_at("identityType", node.get("identity").get("type"));
    let capabilities = node.property("additionalCapabilities");
    facts.flag_at("ultraDiskEnabled", capabilities.get("ultraSSDEnabled"));
    facts.flag_at("hibernationEnabled", capabilities.get("hibernationEnabled"));
    let nics = node.property("networkProfile.networkInterfaces");
    if nics.exists() {
        facts.integer("nicCount", i64::try_from(nics.list().count()).ok());
    }
    let public = node.get("publicIps").text();
    facts.flag("publicIpAddress", public.map(|_| true));
    if let Some(scale_set) = id.parent() {
        facts.text("scaleSetId", Some(scale_set.as_str()));
        facts.text("orchestrationMode", Some("Uniform"));
        guesses.push(guess(
            "orchestrationMode",
            "Uniform",
            "its id lies below its scale set, as instances of Uniform mode do",
        ));
    }
}

fn image(node: Node, facts: &mut FactWriter) {
    let image = node.property("storageProfile.imageReference");
    let id = ["id", "sharedGalleryImageId", "communityGalleryImageId"].into_iter();
    let id = id.filter_map(|key| image.get(key).text()).next();
    let named = ["publisher", "offer", "sku", "version"].map(|key| image.get(key).text());
    match (named, id) {
        ([Some(publisher), offer, sku, version], _) => {
            facts.text("imageKind", Some("marketplace"));
            let rest = [offer, sku, version].map(|part| part.unwrap_or("*"));
            let reference = format!("{publisher}:{}", rest.join(":"));
            facts.text("imageReference", Some(&reference));
        }
        (_, Some(id)) => {
            let marketplace = id.to_ascii_lowercase().contains("/artifacttypes/vmimage/");
            facts.text(
                "imageKind",
                Some(if marketplace { "marketplace" } else { "custom" }),
            );
            facts.text("imageReference", Some(id));
        }
        _ => facts.text("imageKind", Some("none")),
    }
    let plan = ["publisher", "product", "name"].map(|key| node.get("plan").get(key).text());
    if let [Some(publisher), Some(product), Some(name)] = plan {
        facts.text("plan", Some(&format!("{publisher}:{product}:{name}")));
    }
}

fn security(node: Node, facts: &mut FactWriter) {
    let profile = node.property("securityProfile");
    facts.text_at("securityType", profile.get("securityType"));
    facts.flag_at("secureBoot", profile.at("uefiSettings.secureBootEnabled"));
    facts.flag_at("vTpm", profile.at("uefiSettings.vTpmEnabled"));
    facts.flag_at("encryptionAtHost", profile.get("encryptionAtHost"));
    let extensions = extensions(node);
    let of_disk = node
        .property("storageProfile.osDisk.encryptionSettings.enabled")
        .bool();
    let of_view = instance::disks_encrypted(node);
    let extension = extensions
        .iter()
        .any(|name| name.contains("AzureDiskEncryption"));
    let ade = of_disk.or(of_view).or(extension.then_some(true));
    facts.flag("adeEnabled", ade);
    if !extensions.is_empty() {
        facts.put("extensions", FactValue::TextList(extensions));
    }
}

/// The extensions of a VM: publisher and type, in the several spellings of `az`, ARM and the instance view.
fn extensions(node: Node) -> Vec<String> {
    let of_resources = node.get("resources").list().filter_map(|resource| {
        let kind = [
            "typePropertiesType",
            "virtualMachineExtensionType",
            "properties.type",
        ];
        let kind = kind.into_iter().find_map(|path| resource.at(path).text())?;
        let publisher = resource.property("publisher").text();
        Some(publisher.map_or_else(
            || kind.to_owned(),
            |publisher| format!("{publisher}.{kind}"),
        ))
    });
    let of_view = node.property("instanceView.extensions").list();
    let of_view = of_view.filter_map(|extension| extension.get("type").text().map(str::to_owned));
    order::few(of_resources.chain(of_view))
}

fn guest(node: Node, view: &InstanceView, facts: &mut FactWriter, guesses: &mut Vec<Guess>) {
    let written = node.property("storageProfile.osDisk.osType");
    // PowerShell writes the enumeration's number.
    let number = written.integer().and_then(|number| match number {
        0 => Some("Windows"),
        1 => Some("Linux"),
        _ => None,
    });
    let profile = node.property("osProfile");
    let by_profile = match (
        profile.get("windowsConfiguration").exists(),
        profile.get("linuxConfiguration").exists(),
    ) {
        (true, false) => Some("Windows"),
        (false, true) => Some("Linux"),
        _ => None,
    };
    let os_type = written.text().or(number).or(by_profile);
    facts.text("osType", os_type);
    if os_type.is_none() {
        facts.odd("osType", written);
    }
    if let Some(os_type) = os_type.filter(|_| !written.exists()) {
        guesses.push(guess(
            "osType",
            os_type,
            "taken from osProfile; the OS disk does not say",
        ));
    }
    facts.text("osName", view.os_name);
    if view.os_name.is_none() {
        let image = node.property("storageProfile.imageReference");
        if let Some(offer) = image.get("offer").text() {
            let name = format!("{offer} {}", image.get("sku").text().unwrap_or_default());
            facts.text("osName", Some(name.trim_end()));
            guesses.push(guess(
                "osName",
                name.trim_end(),
                "taken from the image; the guest may have been upgraded",
            ));
        }
    }
    facts.text("powerState", view.power_state);
    facts.text("agentStatus", view.agent_status);
    facts.text("hyperVGeneration", view.hyper_v_generation);
    facts.flag("generalized", view.generalized.then_some(true));
}

pub(super) fn tags(node: Node) -> SmallMap<String, String> {
    let mut tags = SmallMap::new();
    node.members(&mut |name, _, value| {
        let value = value.word().unwrap_or_default();
        let value = if secrets::is_secret(name) {
            secrets::HIDDEN
        } else {
            value
        };
        tags.insert(name.to_owned(), value.to_owned());
    });
    tags
}

fn guess(fact: &str, value: &str, why: &str) -> Guess {
    Guess {
        path: format!("facts.{fact}"),
        fact: fact.to_owned(),
        value: FactValue::Text(value.to_owned()),
        why: why.to_owned(),
    }
}
