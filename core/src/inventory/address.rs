//! Addresses of a plan's resources, and what its configuration refers to.

use super::node::Node;
use serde_json::{Map, Value};

/// `module.NAME[KEY].TYPE.NAME[KEY]`, taken apart.
struct Address<'a> {
    /// The modules, with the dot behind them.
    modules: &'a str,
    kind: &'a str,
    name: &'a str,
    /// With its brackets; empty where there is none.
    key: &'a str,
}

/// The first step of an address and the rest behind its dot; a key may have dots in it.
fn step(address: &str) -> (&str, &str) {
    let (mut in_key, mut in_text) = (false, false);
    for (at, byte) in address.bytes().enumerate() {
        match byte {
            b'"' => in_text = !in_text,
            b'[' if !in_text => in_key = true,
            b']' if !in_text => in_key = false,
            b'.' if !in_key => {
                let step = address.get(..at).unwrap_or_default();
                return (step, address.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (address, "")
}

fn without_key(step: &str) -> (&str, &str) {
    let at = step.find('[').unwrap_or(step.len());
    step.split_at_checked(at).unwrap_or((step, ""))
}

/// The address at the end of a place such as `plan.json.planned_values.module.m.TYPE.NAME`.
fn parse(place: &str) -> Option<Address<'_>> {
    let (_, address) = place.split_once("planned_values.")?;
    let mut rest = address;
    loop {
        let (first, behind) = step(rest);
        if first != "module" {
            let (name, _) = step(behind);
            let (name, key) = without_key(name);
            let modules = address.get(..address.len() - rest.len())?;
            return (!name.is_empty()).then_some(Address {
                modules,
                kind: first,
                name,
                key,
            });
        }
        rest = step(behind).1;
    }
}

/// The expressions of the resource at a place.
pub(super) fn expressions<'a>(document: &'a Map<String, Value>, place: &str) -> Node<'a> {
    let Some(own) = parse(place) else {
        return Node::Nothing;
    };
    let mut module = Node::of(document.get("configuration")).get("root_module");
    let mut modules = own.modules;
    while !modules.is_empty() {
        let (name, behind) = step(step(modules).1);
        let calls = module.get("module_calls");
        module = calls.get(without_key(name).0).get("module");
        modules = behind;
    }
    let mut resources = module.get("resources").list();
    let resource = resources.find(|resource| {
        resource.get("type").text() == Some(own.kind)
            && resource.get("name").text() == Some(own.name)
    });
    resource.map_or(Node::Nothing, |resource| resource.get("expressions"))
}

/// Which of some resources a list of references from a place means. More than one where that is not told.
pub(super) fn referred(references: Node<'_>, place: &str, among: &[(usize, &str)]) -> Vec<usize> {
    let Some(own) = parse(place) else {
        return Vec::new();
    };
    let mut found: Vec<(usize, &str)> = Vec::new();
    for reference in references.list().filter_map(Node::text) {
        let (kind, rest) = step(reference);
        let (name, key) = without_key(step(rest).0);
        for (at, other) in among {
            let other = parse(other).filter(|other| {
                other.modules == own.modules
                    && (other.kind, other.name) == (kind, name)
                    && (key.is_empty() || key == other.key)
            });
            if let Some(other) = other
                && found.iter().all(|(own, _)| own != at)
            {
                found.push((*at, other.key));
            }
        }
    }
    // Each instance refers to the one of its own key.
    if found.len() > 1
        && let Some(one) = found
            .iter()
            .find(|(_, key)| *key == own.key && !key.is_empty())
    {
        return vec![one.0];
    }
    found.into_iter().map(|(at, _)| at).collect()
}
