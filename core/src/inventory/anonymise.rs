//! A fleet that can be shown to others: names, ids, addresses and tags replaced, the same by the same.

use crate::ids::ResourceId;
use crate::ids::ResourceType;
use crate::model::vocabulary::{FactSubject, FactType, entry};
use crate::model::{Disk, FactSet, FactValue, Fleet};
use crate::order::{Index, SmallMap};

/// The numbers of the names that were met.
#[derive(Default)]
struct Names {
    numbers: Index,
    count: u32,
}

/// The fleet with every name, id and address replaced, and without tags. Equal names, in any case, stay
/// equal; regions, zones, sizes and what rules ask for stay as they are.
#[must_use]
pub fn anonymised(fleet: &Fleet) -> Fleet {
    let mut fleet = fleet.clone();
    let mut names = Names::default();
    for machine in &mut fleet.machines {
        machine.id = names.id(&machine.id);
        machine.name = names.name("vm", &machine.name);
        machine.tags = SmallMap::new();
    }
    // Names first: a text that has one of them in it is replaced.
    for machine in &mut fleet.machines {
        machine.disks.iter_mut().for_each(|disk| names.disk(disk));
    }
    fleet.disks.iter_mut().for_each(|disk| names.disk(disk));
    for machine in &mut fleet.machines {
        names.facts(FactSubject::Machine, &mut machine.facts);
        for disk in &mut machine.disks {
            names.facts(FactSubject::Disk, &mut disk.facts);
        }
    }
    for disk in &mut fleet.disks {
        names.facts(FactSubject::Disk, &mut disk.facts);
    }
    fleet
}

/// How the names of makers begin whose images and extensions anyone can have.
const MAKERS: &str = "microsoft,canonical,redhat,suse,oracle,openlogic,debian,credativ,coreos,kinvolk,almalinux,resf,linuxagent,azure,dependencyagent,monitoringagent,iaasantimalware,customscript,runcommand,vmsnapshot,vmaccess,dsc";

/// Words of names of systems and databases.
const PRODUCTS: &str = "windows,windowsserver,ubuntuserver,server,client,datacenter,enterprise,standard,pro,core,edition,linux,ubuntu,debian,red,hat,rhel,centos,suse,sles,opensuse,oracle,alma,almalinux,rocky,coreos,flatcar,fedora,freebsd,sql,mysql,mariadb,postgresql,postgres,sap,hana,mongodb,db2,express,lts,r2,sp1,none";

/// Whether a name is of a maker that anyone may know.
fn is_public(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    MAKERS.split(',').any(|maker| lower.starts_with(maker))
}

/// Whether a word is of a product's name or a version.
fn is_product(word: &str) -> bool {
    let is_version = word.bytes().any(|own| own.is_ascii_digit())
        && word
            .bytes()
            .all(|own| own.is_ascii_digit() || matches!(own, b'.' | b'c' | b'g' | b'v'));
    is_version
        || PRODUCTS
            .split(',')
            .any(|own| own.eq_ignore_ascii_case(word))
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        let key = ResourceId::named(ResourceType::Disk, name);
        if let Some(number) = self.numbers.get(&key) {
            return number;
        }
        self.count += 1;
        self.numbers.insert(key, self.count);
        self.count
    }

    fn name(&mut self, prefix: &str, name: &str) -> String {
        format!("{prefix}-{}", self.number(name))
    }

    fn disk(&mut self, disk: &mut Disk) {
        disk.id = disk.id.as_ref().map(|id| self.id(id));
        disk.name = self.name("disk", &disk.name);
    }

    fn id(&mut self, id: &ResourceId) -> ResourceId {
        self.path(id.as_str())
            .parse()
            .unwrap_or_else(|_| id.clone())
    }

    /// An id in any form: types stay, what stands behind them is replaced.
    fn path(&mut self, path: &str) -> String {
        let mut made = String::new();
        let mut kind = "";
        for segment in path.split('/').skip(1) {
            let own = match kind {
                "subscriptions" => format!("00000000-0000-0000-0000-{:012}", self.number(segment)),
                "resourcegroups" => self.name("group", segment),
                "virtualmachines" => self.name("vm", segment),
                "disks" => self.name("disk", segment),
                "" | "providers" => segment.to_owned(),
                _ => self.name("name", segment),
            };
            made = format!("{made}/{own}");
            // Types and names take turns; a namespace is followed by a type.
            kind = match kind {
                "" => match segment.to_ascii_lowercase().as_str() {
                    "subscriptions" => "subscriptions",
                    "resourcegroups" => "resourcegroups",
                    "providers" => "providers",
                    "virtualmachines" => "virtualmachines",
                    "disks" => "disks",
                    _ => "other",
                },
                _ => "",
            };
        }
        made
    }

    fn facts(&mut self, subject: FactSubject, facts: &mut FactSet) {
        if subject == FactSubject::Machine {
            self.makers(facts);
        }
        let names: Vec<String> = facts.keys().cloned().collect();
        for name in names {
            let is_presence =
                entry(subject, &name).is_some_and(|own| own.value_type == FactType::Presence);
            match facts.get_mut(&name) {
                // That there is one is all that rules ask for.
                Some(value @ FactValue::Text(_)) if is_presence => *value = FactValue::Bool(true),
                Some(FactValue::Text(text)) => *text = self.text(text),
                Some(FactValue::TextList(texts)) => {
                    texts.iter_mut().for_each(|text| *text = self.text(text));
                }
                _ => {}
            }
        }
    }

    /// What is not of a maker that anyone may know: images, purchases, extensions, and what is called after them.
    fn makers(&mut self, facts: &mut FactSet) {
        let image = facts.get("imageReference");
        let is_own = matches!(image, Some(FactValue::Text(image)) if !is_public(image));
        for (name, prefix) in [
            ("imageReference", "image"),
            ("plan", "plan"),
            ("extendedLocation", "zone"),
        ] {
            if let Some(FactValue::Text(text)) = facts.get_mut(name)
                && !is_public(text)
                && !text.starts_with('/')
                && !text.is_empty()
            {
                *text = self.name(prefix, text);
            }
        }
        if let Some(FactValue::TextList(own)) = facts.get_mut("extensions") {
            for text in own.iter_mut().filter(|own| !is_public(own)) {
                *text = self.name("extension", text);
            }
        }
        for (name, prefix, is_own) in [("osName", "system", is_own), ("database", "database", true)]
        {
            if let Some(FactValue::Text(text)) = facts.get_mut(name)
                && is_own
            {
                let words = text.split(|c: char| !c.is_alphanumeric() && c != '.');
                let words = words.filter(|word| is_product(word));
                let kept = words.collect::<Vec<&str>>().join(" ");
                if kept.is_empty() {
                    *text = self.name(prefix, text);
                } else {
                    *text = kept;
                }
            }
        }
    }

    fn text(&mut self, text: &str) -> String {
        if text.starts_with('/') {
            return self.path(text);
        }
        if text.contains("://") {
            return format!("https://{}.example/", self.name("host", text));
        }
        let mut words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
        let names_one = words.any(|word| {
            let key = ResourceId::named(ResourceType::Disk, word);
            !word.is_empty() && self.numbers.get(&key).is_some()
        });
        if names_one {
            self.name("text", text)
        } else {
            text.to_owned()
        }
    }
}
