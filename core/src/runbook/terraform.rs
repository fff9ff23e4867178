//! Terraform: azurerm where it has the resource and all that is said of it, azapi otherwise.

use super::declare::declare;
use super::idiom::{Tool, words};
use super::language::Language;
use super::target::target;
use super::{RunbookRequest, RunbookStep};
use crate::report::seen;

const HCL: Language = Language::Hcl;

/// The configuration that leaves what the steps leave.
pub(super) fn write(head: &[String], steps: &[RunbookStep]) -> String {
    let declared = declare(steps, true);
    let mut text = String::new();
    for line in head.iter().chain(&declared.notes) {
        text += &format!("# {}\n", seen(line));
    }
    // azurerm knows one subscription; azapi takes each from the id.
    let first = declared.resources.first();
    let subscription = first.map_or("", |own| target(&own.id).subscription);
    text += &format!(
        r#"
terraform {{
  required_providers {{
    azapi   = {{ source = "Azure/azapi", version = "~> 2.0" }}
    azurerm = {{ source = "hashicorp/azurerm", version = "~> 4.0" }}
  }}
}}

provider "azapi" {{}}

provider "azurerm" {{
  features {{}}
  subscription_id = {}
}}
"#,
        HCL.quote(subscription)
    );
    let blocks: Vec<(String, String)> = declared
        .resources
        .iter()
        .map(|own| block(own, subscription))
        .collect();
    let by_id = declared.by_id();
    for (place, (kind, lines)) in blocks.iter().enumerate() {
        text += &format!("\nresource \"{kind}\" \"r{place}\" {{\n{lines}");
        let needs = declared.needs(place, &by_id).into_iter();
        let needs = needs.filter_map(|at| Some(format!("{}.r{at}", blocks.get(at)?.0)));
        let needs: Vec<String> = needs.collect();
        if !needs.is_empty() {
            text += &format!("  depends_on = [{}]\n", needs.join(", "));
        }
        text += "}\n";
    }
    text
}

fn line(name: &str, value: &str) -> String {
    format!("  {name} = {value}\n")
}

/// Kind and inner lines of a block.
fn block(own: &RunbookRequest, subscription: &str) -> (String, String) {
    let target = target(&own.id);
    let resource = own.id.strip_suffix(&format!("/{}", target.action));
    let resource = resource
        .filter(|_| !target.action.is_empty())
        .unwrap_or(&own.id);
    let kind = target
        .kind
        .strip_suffix(&format!("/{}", target.action))
        .unwrap_or(&target.kind);
    let kind = if kind.is_empty() {
        "Microsoft.Resources/resourceGroups"
    } else {
        kind
    };
    let versioned = HCL.quote(&format!("{kind}@{}", own.api_version));
    if own.method == "PUT"
        && target.subscription.eq_ignore_ascii_case(subscription)
        && let Some(block) = azurerm(own)
    {
        return block;
    }
    let mut lines = line("type", &versioned);
    let mut body = own.body.clone();
    let kind = match own.method.as_str() {
        "PUT" => {
            let above = above(resource);
            lines += &line("parent_id", &HCL.quote(above));
            lines += &line("name", &HCL.quote(target.name));
            for name in ["location", "tags"] {
                if let Some(value) = body.as_object_mut().and_then(|fields| fields.remove(name)) {
                    lines += &line(name, &HCL.value(&value, 1));
                }
            }
            // What the provider does not know of is not refused by it.
            lines += &line("schema_validation_enabled", "false");
            "azapi_resource"
        }
        "PATCH" => {
            lines += &line("resource_id", &HCL.quote(resource));
            "azapi_update_resource"
        }
        method => {
            lines += &line("resource_id", &HCL.quote(resource));
            lines += &line("action", &HCL.quote(target.action));
            lines += &line("method", &HCL.quote(method));
            "azapi_resource_action"
        }
    };
    if !body.is_null() {
        lines += &line("body", &HCL.value(&body, 1));
    }
    (kind.to_owned(), lines)
}

/// The id that a resource lies below: its parent, what it extends, its group, or the subscription.
fn above(id: &str) -> &str {
    let below = |id: &'_ str| id.rsplitn(3, '/').nth(2).map(str::len);
    let above = below(id)
        .and_then(|length| id.get(..length))
        .unwrap_or_default();
    match above.rsplit_once("/providers/") {
        Some((scope, namespace)) if !namespace.contains('/') => scope,
        _ => above,
    }
}

/// The resource of azurerm that says all of it.
fn azurerm(own: &RunbookRequest) -> Option<(String, String)> {
    let mut words = words(own, Tool::Azurerm)?.into_iter();
    let kind = words.next()?.before;
    let mut lines = String::new();
    for word in words {
        let (name, given) = word.before.split_once('=')?;
        let value = match &word.value {
            Some(value) => HCL.value(value, 1),
            None => HCL.quote(given),
        };
        lines += &line(name, &value);
    }
    Some((kind.to_owned(), lines))
}

#[cfg(test)]
mod tests {
    use super::above;

    #[test]
    fn the_id_above_is_parent_group_or_subscription() {
        let group = "/subscriptions/s/resourceGroups/g";
        let disk = format!("{group}/providers/Microsoft.Compute/disks/d");
        assert_eq!(above(&disk), group);
        assert_eq!(above(group), "/subscriptions/s");
        assert_eq!(
            above(&format!("{disk}/providers/Microsoft.Authorization/locks/l")),
            disk
        );
        let point = format!(
            "{group}/providers/Microsoft.Compute/restorePointCollections/c/restorePoints/p"
        );
        assert_eq!(
            above(&point),
            format!("{group}/providers/Microsoft.Compute/restorePointCollections/c")
        );
    }
}
