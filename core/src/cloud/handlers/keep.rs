//! What resources are given and the lab does not simulate: it is kept, captured with a point, and given back.

use crate::cloud::lookup::check_each_tag;
use crate::cloud::{Cloud, CommandError, EventKind, Executed, KeepProperties};
use crate::ids::ResourceId;
use crate::json::{object, single};
use serde_json::Value;

/// What a point captures of its VM beside facts and disks.
const CAPTURED: &[&str] = &["osProfile", "diagnosticsProfile", "userData"];

impl Cloud {
    pub(in crate::cloud) fn keep_properties(&mut self, fields: &KeepProperties) -> Executed {
        let Some(id) = ResourceId::scope(&fields.resource) else {
            let message = format!(
                "`{}` is neither the id of a resource nor of a resource group",
                fields.resource
            );
            return Err(CommandError::InvalidParameter {
                target: "resource".to_owned(),
                message,
            });
        };
        let tags = fields.properties.as_ref().and_then(|kept| kept.get("tags"));
        let tags = tags.and_then(Value::as_object).into_iter().flatten();
        let mut tags =
            tags.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
        check_each_tag(&mut tags)?;
        match &fields.properties {
            Some(kept) => drop(self.kept.insert(id.clone(), Value::Object(kept.clone()))),
            None => drop(self.kept.remove(&id)),
        }
        let text = format!("what {} was given beside is kept", id.name());
        Ok(vec![self.event(EventKind::Updated, &id, text)])
    }

    /// A new point keeps what its VM had.
    pub(super) fn capture_kept(&mut self, vm: &ResourceId, point: &ResourceId) {
        let Some(Value::Object(kept)) = self.kept.get(vm).and_then(|kept| kept.get("properties"))
        else {
            return;
        };
        let had = kept.iter();
        let had = had.filter(|(name, _)| CAPTURED.contains(&name.as_str()));
        let had = had.map(|(name, value)| (name.clone(), value.clone()));
        let captured = object(had);
        self.kept.insert(
            point.clone(),
            single("properties", single("sourceMetadata", captured)),
        );
    }

    /// A copy keeps what its source point has.
    pub(super) fn copy_kept(&mut self, source: &ResourceId, copy: &ResourceId) {
        if let Some(kept) = self.kept.get(source).cloned() {
            self.kept.insert(copy.clone(), kept);
        }
    }

    /// What is kept goes with the resource.
    pub(in crate::cloud) fn forget_kept(&mut self, id: &ResourceId) {
        self.kept.remove(id);
    }

    /// What is kept follows a resource to its new id.
    pub(super) fn move_kept(&mut self, from: &ResourceId, to: &ResourceId) {
        if let Some(kept) = self.kept.remove(from) {
            self.kept.insert(to.clone(), kept);
        }
    }
}
