//! What may be left out of a VM that is made by hand: ids that follow from names, and which disk is
//! the OS disk.

use crate::ids::{ResourceId, ResourceType};
use serde_json::{Map, Value};

/// Completes the fields of `createVirtualMachine`: `id` may be a bare name or left out, a managed
/// disk's id follows from its name, the first disk is the OS disk where none is said to be, and data disks
/// without a LUN take the first free ones.
pub(crate) fn complete_machine(fields: &mut Map<String, Value>) {
    let text = |fields: &Map<String, Value>, name: &str| {
        fields.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    let given = text(fields, "id").or_else(|| text(fields, "name"));
    let Some(given) = given else { return };
    let machine = given
        .parse()
        .unwrap_or_else(|_| ResourceId::named(ResourceType::VirtualMachine, &given));
    fields
        .entry("name")
        .or_insert_with(|| machine.name().into());
    let is_text = fields.get("id").is_none_or(Value::is_string);
    if is_text && !given.starts_with('/') {
        fields.insert("id".to_owned(), machine.as_str().into());
    }
    let Some(Value::Array(disks)) = fields.get_mut("disks") else {
        return;
    };
    let any_role = disks.iter().any(|disk| disk.get("role").is_some());
    let taken: Vec<u64> = disks
        .iter()
        .filter_map(|disk| disk.get("lun")?.as_u64())
        .collect();
    let mut free = (0_u64..).filter(|lun| !taken.contains(lun));
    for (at, disk) in disks.iter_mut().enumerate() {
        let Value::Object(disk) = disk else { continue };
        if !any_role {
            disk.insert(
                "role".to_owned(),
                if at == 0 { "os" } else { "data" }.into(),
            );
        }
        if disk.get("role").and_then(Value::as_str) == Some("data") && !disk.contains_key("lun") {
            disk.insert("lun".to_owned(), free.next().into());
        }
        let is_managed =
            disk.get("facts").and_then(|facts| facts.get("managed")) != Some(&Value::Bool(false));
        if let (true, false, Some(name)) = (is_managed, disk.contains_key("id"), text(disk, "name"))
        {
            let id = machine.sibling(ResourceType::Disk, &name);
            disk.insert("id".to_owned(), id.as_str().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::complete_machine;
    use serde_json::{Value, json};

    fn completed(fields: Value) -> Value {
        let Value::Object(mut fields) = fields else {
            panic!("not an object")
        };
        complete_machine(&mut fields);
        Value::Object(fields)
    }

    #[test]
    fn a_name_is_enough() {
        let machine = completed(json!({ "name": "vm", "disks": [
            { "name": "os" }, { "name": "data" }, { "name": "old", "facts": { "managed": false } },
        ] }));
        let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/lab/providers/Microsoft.Compute";
        assert_eq!(machine["id"], format!("{group}/virtualMachines/vm"));
        assert_eq!(machine["disks"][1]["id"], format!("{group}/disks/data"));
        assert_eq!(
            (&machine["disks"][0]["role"], &machine["disks"][1]["role"]),
            (&json!("os"), &json!("data"))
        );
        assert_eq!(
            (
                machine["disks"][0].get("lun"),
                &machine["disks"][1]["lun"],
                &machine["disks"][2]["lun"]
            ),
            (None, &json!(0), &json!(1))
        );
        assert_eq!(
            machine["disks"][2].get("id"),
            None,
            "an unmanaged disk has none"
        );
    }

    #[test]
    fn what_is_given_stays() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
        let given = json!({ "id": id, "name": "VM", "disks": [{ "name": "d", "id": "x", "role": "data", "lun": 5 }] });
        assert_eq!(completed(given.clone()), given);
        assert_eq!(completed(json!({ "id": id }))["name"], "vm");
        assert_eq!(completed(json!({ "disks": [] })), json!({ "disks": [] }));
    }
}
